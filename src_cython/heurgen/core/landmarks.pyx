"""Landmark count: how many facts that every plan makes true are still to be made true.

Fact landmarks of the delete relaxation are found backwards from the goal: a fact that all first achievers of a
landmark need is a landmark, too, and ordered greedy-necessarily before it (Hoffmann, Porteous and Sebastia, "Ordered
Landmarks in Planning", JAIR 22, 2004, section 3). An action is a first achiever of a fact if it can be reached in the
relaxation without that fact; where finding out costs too much, every action that adds and does not need it counts
as one, which finds fewer landmarks but none that is not one. The count is that of Richter and Westphal, "The LAMA
Planner" (JAIR 39, 2010, section 5.1): the landmarks not reached on the path to the state, and those reached but needed
again, because they are false and goals or needed for a landmark not reached. Disjunctive landmarks and reasonable
orders are left out.

Nothing is stored with the states: as the world moves through the tree, what each step reached goes on a stack.
"""

from libc.math cimport INFINITY
from libc.stdint cimport int64_t, uint8_t, uint32_t
from libcpp.vector cimport vector

from heurgen.core.evaluators cimport Evaluator
from heurgen.core.limits cimport Limits
from heurgen.core.relaxed_task cimport NO_FACT, RelaxedTask
from heurgen.core.state cimport Window
from heurgen.core.structures cimport SchemaInfo
from heurgen.core.world cimport HOLDS, World

cdef int64_t EFFORT = 30_000_000        # steps of exploration before first achievers are guessed
cdef uint32_t NONE = 0xFFFFFFFF


cdef class LandmarkCount(Evaluator):
    """The number of landmarks still to be reached, for the state in view and the path that led to it."""

    cdef RelaxedTask relaxed
    cdef Limits limits
    cdef bint solvable
    cdef int64_t effort
    # Finding landmarks: per fact
    cdef vector[uint32_t] achiever_starts
    cdef vector[uint32_t] achievers
    cdef vector[uint32_t] landmark_of       # NONE: the fact is none
    cdef vector[uint8_t] reached
    cdef vector[uint32_t] missing           # per operator
    cdef vector[uint32_t] votes             # per fact: achievers that need it
    # The landmarks
    cdef vector[uint32_t] facts
    cdef vector[vector[uint32_t]] before    # per landmark: those ordered before it
    cdef vector[uint8_t] is_goal
    cdef vector[uint32_t] positive          # per code: the landmark that the atom holds
    cdef vector[uint32_t] negative          # and that it does not hold
    # What has been reached, on the path to where the world is
    cdef vector[uint8_t] holds
    cdef vector[uint8_t] accepted
    cdef vector[uint32_t] pending           # per landmark: those ordered after it that are not accepted
    cdef int64_t total
    cdef vector[uint32_t] turned            # what the steps changed: the landmark, twice, plus 1 if it was accepted
    cdef vector[size_t] marks               # the size of `turned` before each step

    def __cinit__(self, World world, Window window, Limits limits, RelaxedTask relaxed):
        self.relaxed = relaxed
        self.limits = limits
        self.cheap = True
        self.wants_steps = True
        self.solvable = self._find_all()
        if self.solvable:
            self._count_at_start()

    cdef bint _find_all(self) except -1:
        """Find the landmarks; whether all goal literals can be reached in the relaxation."""
        cdef size_t k, at = 0
        cdef uint32_t fact
        self.landmark_of.assign(self.relaxed.facts, NONE)
        self.votes.assign(self.relaxed.facts, 0)
        self._index_achievers()
        for k in range(self.world.task.goal_codes.size()):
            fact = self.relaxed.fact(self.world.task.goal_codes[k])
            if fact == NO_FACT:
                return False
            self.is_goal[self._add(fact)] = True
        for k in range(self.world.task.negative_goal_codes.size()):
            self.is_goal[self._add(self.relaxed.negative_fact(self.world.task.negative_goal_codes[k]))] = True
        self._explore(NO_FACT)
        for k in range(self.facts.size()):
            if not self.reached[self.facts[k]]:
                return False
        while at < self.facts.size():
            if not self._at_start(self.facts[at]):
                self._find_before(<uint32_t>at)
            at += 1
        self.reached = vector[uint8_t]()
        self.missing = vector[uint32_t]()
        self.achievers = vector[uint32_t]()
        return self.world.task.static_goals_left == 0

    cdef int _index_achievers(self) except -1:
        cdef size_t o, k
        cdef vector[uint32_t] cursor
        self.achiever_starts.assign(self.relaxed.facts + 1, 0)
        for k in range(self.relaxed.add.size()):
            self.achiever_starts[self.relaxed.add[k] + 1] += 1
        for k in range(self.relaxed.facts):
            self.achiever_starts[k + 1] += self.achiever_starts[k]
        cursor = self.achiever_starts
        self.achievers.resize(self.relaxed.add.size())
        for o in range(self.relaxed.operators):
            for k in range(self.relaxed.add_starts[o], self.relaxed.add_starts[o + 1]):
                self.achievers[cursor[self.relaxed.add[k]]] = <uint32_t>o
                cursor[self.relaxed.add[k]] += 1
        return 0

    cdef uint32_t _add(self, uint32_t fact) except? 0xFFFFFFFF:
        """The landmark that a fact is, a new one if need be."""
        if self.landmark_of[fact] == NONE:
            self.landmark_of[fact] = <uint32_t>self.facts.size()
            self.facts.push_back(fact)
            self.is_goal.push_back(False)
            self.before.resize(self.facts.size())
        return self.landmark_of[fact]

    cdef bint _at_start(self, uint32_t fact):
        """Whether a fact holds in the initial state; `_explore` comes before."""
        return self.reached[fact] == 2

    cdef int _find_before(self, uint32_t landmark) except -1:
        """Find the facts that all first achievers of a landmark need."""
        cdef uint32_t fact = self.facts[landmark], operator, needed
        cdef vector[uint32_t] shared
        cdef size_t k, i, first = 0
        cdef bint exact = self.effort < EFFORT
        if exact:
            self._explore(fact)
        for k in range(self.achiever_starts[fact], self.achiever_starts[fact + 1]):
            operator = self.achievers[k]
            if exact and self.missing[operator] > 0 or self._needs(operator, fact):
                continue
            first += 1
            for i in range(self.relaxed.pre_starts[operator], self.relaxed.pre_starts[operator + 1]):
                needed = self.relaxed.pre[i]
                self.votes[needed] += 1
                if first == 1:
                    shared.push_back(needed)
        for i in range(shared.size()):
            if self.votes[shared[i]] == first:
                needed = self._add(shared[i])
                self.before[landmark].push_back(needed)
        for k in range(self.achiever_starts[fact], self.achiever_starts[fact + 1]):
            operator = self.achievers[k]
            for i in range(self.relaxed.pre_starts[operator], self.relaxed.pre_starts[operator + 1]):
                self.votes[self.relaxed.pre[i]] = 0
        self.limits.check()
        return 0

    cdef bint _needs(self, uint32_t operator, uint32_t fact):
        cdef size_t i
        for i in range(self.relaxed.pre_starts[operator], self.relaxed.pre_starts[operator + 1]):
            if self.relaxed.pre[i] == fact:
                return True
        return False

    cdef int _explore(self, uint32_t without) except -1:
        """Which facts and operators can be reached in the relaxation if a fact never comes true.

        Afterwards `missing` is 0 for the operators reached, and `reached` 2 for facts of the initial state, 1 for others.
        """
        cdef vector[uint32_t] queue
        cdef size_t o, k, i
        cdef uint32_t code, fact
        self.reached.assign(self.relaxed.facts, 0)
        self.missing.resize(self.relaxed.operators)
        for i in range(self.world.task.initial_codes.size()):
            fact = self.relaxed.fact(self.world.task.initial_codes[i])
            if fact != NO_FACT and fact != without:
                self.reached[fact] = 2
                queue.push_back(fact)
        for i in range(self.relaxed.negative_codes.size()):
            code = self.relaxed.negative_codes[i]
            fact = self.relaxed.negative_of_code[code]
            if fact != without and not self._initially(code):
                self.reached[fact] = 2
                queue.push_back(fact)
        for o in range(self.relaxed.operators):
            self.missing[o] = self.relaxed.pre_starts[o + 1] - self.relaxed.pre_starts[o]
            if self.missing[o] == 0:
                self._fire(<uint32_t>o, without, queue)
        k = 0
        while k < queue.size():
            fact = queue[k]
            k += 1
            self.effort += self.relaxed.needed_starts[fact + 1] - self.relaxed.needed_starts[fact] + 1
            for i in range(self.relaxed.needed_starts[fact], self.relaxed.needed_starts[fact + 1]):
                o = self.relaxed.needed[i]
                self.missing[o] -= 1
                if self.missing[o] == 0:
                    self._fire(<uint32_t>o, without, queue)
        self.effort += self.relaxed.operators
        return 0

    cdef int _fire(self, uint32_t operator, uint32_t without, vector[uint32_t]& queue) except -1:
        cdef size_t i
        cdef uint32_t fact
        for i in range(self.relaxed.add_starts[operator], self.relaxed.add_starts[operator + 1]):
            fact = self.relaxed.add[i]
            if fact != without and not self.reached[fact]:
                self.reached[fact] = 1
                queue.push_back(fact)
        return 0

    cdef bint _initially(self, uint32_t code):
        return code < self.world.capacity and (self.world.truth[code] & HOLDS) != 0

    cdef int _count_at_start(self) except -1:
        """Set up the count for the initial state, which the world is in."""
        cdef size_t code, i, k
        cdef uint32_t fact
        self.positive.assign(self.relaxed.fact_of_code.size(), NONE)
        self.negative.assign(self.relaxed.negative_of_code.size(), NONE)
        self.holds.assign(self.facts.size(), False)
        self.accepted.assign(self.facts.size(), False)
        self.pending.assign(self.facts.size(), 0)
        self.total = <int64_t>self.facts.size()
        for i in range(self.before.size()):
            for k in range(self.before[i].size()):
                self.pending[self.before[i][k]] += 1
        for code in range(self.positive.size()):
            fact = self.relaxed.fact_of_code[code]
            if fact != NO_FACT and self.landmark_of[fact] != NONE:
                self.positive[code] = self.landmark_of[fact]
                if self._initially(<uint32_t>code):
                    self._turn(self.positive[code], True)
        for code in range(self.negative.size()):
            fact = self.relaxed.negative_of_code[code]
            if fact != NO_FACT and self.landmark_of[fact] != NONE:
                self.negative[code] = self.landmark_of[fact]
                if not self._initially(<uint32_t>code):
                    self._turn(self.negative[code], True)
        self.turned.clear()
        return 0

    cdef inline bint _open(self, uint32_t landmark) noexcept nogil:
        """Whether a landmark counts: not accepted, or needed again."""
        if not self.accepted[landmark]:
            return True
        return not self.holds[landmark] and (self.is_goal[landmark] or self.pending[landmark] > 0)

    cdef int _turn(self, uint32_t landmark, bint holds) except -1 nogil:
        """A landmark begins or ceases to hold."""
        cdef bint fresh = holds and not self.accepted[landmark]
        self.total -= self._open(landmark)
        self.holds[landmark] = holds
        if fresh:
            self.accepted[landmark] = True
            self._release(landmark, -1)
        self.total += self._open(landmark)
        self.turned.push_back(2 * landmark + fresh)
        return 0

    cdef int _turn_back(self) except -1 nogil:
        """Take back the last turn."""
        cdef uint32_t landmark = self.turned.back() >> 1
        cdef bint fresh = self.turned.back() & 1
        self.turned.pop_back()
        self.total -= self._open(landmark)
        self.holds[landmark] = not self.holds[landmark]
        if fresh:
            self.accepted[landmark] = False
            self._release(landmark, 1)
        self.total += self._open(landmark)
        return 0

    cdef int _release(self, uint32_t landmark, int change) except -1 nogil:
        """A landmark is accepted, or not any more: those before it may be needed no more, or again."""
        cdef size_t k
        cdef uint32_t other
        for k in range(self.before[landmark].size()):
            other = self.before[landmark][k]
            self.total -= self._open(other)
            self.pending[other] += change
            self.total += self._open(other)
        return 0

    cdef int _change(self, int64_t code, bint holds) except -1 nogil:
        """An atom begins or ceases to hold."""
        if <size_t>code < self.positive.size() and self.positive[code] != NONE:
            self._turn(self.positive[code], holds)
        if <size_t>code < self.negative.size() and self.negative[code] != NONE:
            self._turn(self.negative[code], not holds)
        return 0

    cdef int step(self, int schema, const uint32_t* binding, const uint32_t* changes) except -1 nogil:
        cdef SchemaInfo* info = &self.world.task.schemas[schema]
        cdef size_t i
        self.marks.push_back(self.turned.size())
        if self.solvable:
            for i in range(info.effects.size()):
                if changes[i >> 5] >> (i & 31) & 1:
                    self._change(info.effects[i].code.find(binding), info.effects[i].adds)
        return 0

    cdef int step_back(self) except -1 nogil:
        while self.turned.size() > self.marks.back():
            self._turn_back()
        self.marks.pop_back()
        return 0

    cdef double value(self) except? -1.0 nogil:
        cdef size_t before = self.turned.size()
        cdef int64_t answer
        cdef int k
        if not self.solvable:
            return INFINITY
        for k in range(self.world.changed):
            self._change(self.world.changed_codes[k], self.world.truth[self.world.changed_codes[k]] & HOLDS)
        answer = self.total
        while self.turned.size() > before:
            self._turn_back()
        return <double>answer

    @property
    def landmarks(self):
        """The landmarks as (holds, atom): `holds` is False for "the atom does not hold"."""
        cdef size_t code
        found = []
        for code in range(self.positive.size()):
            if self.positive[code] != NONE:
                found.append((True, self.world.task.atom_tuple(<uint32_t>code)))
        for code in range(self.negative.size()):
            if self.negative[code] != NONE:
                found.append((False, self.world.task.atom_tuple(<uint32_t>code)))
        return found


def landmarks_of(task):
    """The fact landmarks of a task as (holds, atom); None where the relaxation has no plan."""
    cdef World world = World(task)
    cdef Limits limits = Limits(None, None)
    cdef LandmarkCount count = LandmarkCount(world, Window(world), limits, RelaxedTask(task, limits))
    return count.landmarks if count.solvable else None
