"""Heuristics of the delete relaxation: h^max, h^add, h^FF.

Bonet and Geffner, "Planning as Heuristic Search" (Artificial Intelligence 129, 2001) for h^max and h^add, by a
generalized Dijkstra computation; Hoffmann and Nebel, "The FF Planning System" (JAIR 14, 2001) for h^FF, with the best
supporters of h^add (Keyder and Geffner, ECAI 2008). Every action costs 1, except in searches for cheap plans.
"""

from libc.math cimport INFINITY, floor
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset
from libcpp.pair cimport pair
from libcpp.queue cimport priority_queue
from libcpp.vector cimport vector

from heurgen.core.costs cimport ActionCosts
from heurgen.core.evaluators cimport Evaluator, action_key
from heurgen.core.limits cimport Limits
from heurgen.core.relaxed_task cimport NO_FACT, RelaxedTask
from heurgen.core.state cimport Window
from heurgen.core.structures cimport Bucket
from heurgen.core.task cimport Task
from heurgen.core.world cimport HOLDS, World

cdef int64_t UNREACHED = (<int64_t>1 << 62)
cdef int64_t COST_CAP = (<int64_t>1 << 60)      # sums of h^add stay below this
cdef int64_t BUCKETS = 1 << 14                  # costs below this have a queue of their own
cdef uint32_t NO_OPERATOR = 0xFFFFFFFF


cdef struct Counter:
    int64_t cost            # of the preconditions reached so far
    int64_t missing         # those not reached yet


cdef class Relaxation(Evaluator):
    """Costs of facts in the delete relaxation of the state in view."""

    cdef RelaxedTask relaxed
    cdef Window window
    cdef bint maximum                       # h^max, else h^add
    cdef bint solvable                      # every goal literal is a fact
    cdef vector[uint32_t] goals
    cdef vector[uint32_t] is_goal           # per fact: 1 or 0
    cdef vector[int64_t] costs              # per fact
    cdef vector[uint32_t] supporters        # per fact
    cdef vector[Counter] counters           # per operator
    cdef vector[Counter] counters_at_first
    cdef vector[int64_t] own_costs          # of the operator alone
    cdef bint unit                          # those are all 1
    cdef vector[vector[uint32_t]] buckets
    cdef priority_queue[pair[int64_t, uint32_t]] far    # costs beyond the buckets, negated
    cdef vector[uint32_t] sourceless        # operators without preconditions

    def __cinit__(self, World world, Window window, Limits limits, RelaxedTask relaxed=None):
        cdef size_t o, i, p
        cdef uint32_t fact
        cdef Counter counter
        self.window = window
        self.relaxed = RelaxedTask(world.task, limits) if relaxed is None else relaxed
        self.solvable = world.task.static_goals_left == 0
        for i in range(world.task.goal_codes.size()):
            fact = self.relaxed.fact(world.task.goal_codes[i])
            self.solvable = self.solvable and fact != NO_FACT
            self.goals.push_back(fact)
        for i in range(world.task.negative_goal_codes.size()):
            self.goals.push_back(self.relaxed.negative_fact(world.task.negative_goal_codes[i]))
        self.costs.resize(self.relaxed.facts)
        self.is_goal.assign(self.relaxed.facts, 0)
        for i in range(self.goals.size()):
            if self.goals[i] != NO_FACT:
                self.is_goal[self.goals[i]] = 1
        self.supporters.resize(self.relaxed.facts)
        self.counters.resize(self.relaxed.operators)
        self.unit = True
        self.own_costs.assign(self.relaxed.operators, 1)
        for o in range(self.relaxed.operators):
            counter.cost = 0
            counter.missing = self.relaxed.pre_starts[o + 1] - self.relaxed.pre_starts[o]
            self.counters_at_first.push_back(counter)
            if counter.missing == 0:
                self.sourceless.push_back(<uint32_t>o)
        self.buckets.resize(1)
        for p in range(world.task.infos.size()):
            if world.task.infos[p].fluent:
                window.whole_index(<int>p)

    cdef int use_costs(self, ActionCosts costs) except -1:
        """Let actions cost what the task says, rounded down."""
        cdef size_t o, at
        self.unit = costs.unit
        for o in range(self.relaxed.operators):
            at = self.relaxed.binding_starts[o]
            self.own_costs[o] = <int64_t>min(
                floor(costs.of(<int>self.relaxed.bindings[at], self.relaxed.bindings.data() + at + 1)), 1e15)
        return 0

    cdef int explore(self) except -1 nogil:
        """Compute the costs of facts until those of the goal are known."""
        cdef size_t left = self.goals.size(), k
        cdef int64_t cost = 0
        cdef uint32_t fact
        cdef bint maximum = self.maximum
        # Local pointers: the loop below is where the time goes, and the compiler cannot know that these stay.
        cdef Counter* counters = self.counters.data()
        cdef Counter* counter
        cdef const uint32_t* needed = self.relaxed.needed.data()
        memset(self.costs.data(), 0x7F, self.costs.size() * sizeof(int64_t))
        memcpy(counters, self.counters_at_first.data(), self.counters.size() * sizeof(Counter))
        self._enter_state()
        for k in range(self.sourceless.size()):
            self._fire(self.sourceless[k])
        while left > 0:
            if not self._next(&cost, &fact):
                break
            if self.costs[fact] != cost:
                continue
            left -= self.is_goal[fact]
            if left > 0:
                for k in range(self.relaxed.needed_starts[fact], self.relaxed.needed_starts[fact + 1]):
                    counter = &counters[needed[k]]
                    if maximum:
                        counter.cost = cost         # costs come in growing order
                    else:
                        counter.cost += cost
                        if counter.cost > COST_CAP:
                            counter.cost = COST_CAP
                    counter.missing -= 1
                    if counter.missing == 0:
                        self._fire(needed[k])
        self._drain(cost)
        return 0

    cdef int _enter_state(self) except -1 nogil:
        """Cost 0 for what holds in the state in view."""
        cdef size_t p, i
        cdef int k
        cdef const Bucket* bucket
        cdef uint32_t code
        for p in range(self.world.task.infos.size()):
            if not self.world.task.infos[p].fluent:
                continue
            bucket = self.world.indexes[self.window.whole[p]].at(0)
            if bucket == NULL:
                continue
            for i in range(bucket.size):
                code = bucket.data[i]
                if self.world.truth[code] & HOLDS:
                    self._improve(self.relaxed.fact_of_code[code], 0, NO_OPERATOR)
        for k in range(self.world.changed):
            code = self.world.changed_codes[k]
            if self.world.truth[code] & HOLDS:
                self._improve(self.relaxed.fact_of_code[code], 0, NO_OPERATOR)
        for i in range(self.relaxed.negative_codes.size()):
            code = self.relaxed.negative_codes[i]
            if code >= self.world.capacity or not self.world.truth[code] & HOLDS:
                self._improve(self.relaxed.negative_of_code[code], 0, NO_OPERATOR)
        return 0

    cdef inline int _improve(self, uint32_t fact, int64_t cost, uint32_t supporter) except -1 nogil:
        # Among supporters of the same cost the first operator counts, so that the relaxed plan
        # depends on the state alone.
        if cost < self.costs[fact]:
            self.costs[fact] = cost
            self.supporters[fact] = supporter
            if cost < BUCKETS:
                if cost >= <int64_t>self.buckets.size():
                    self.buckets.resize(cost + 1)
                self.buckets[cost].push_back(fact)
            else:
                self.far.push(pair[int64_t, uint32_t](-cost, fact))
        elif cost == self.costs[fact] and supporter < self.supporters[fact] and cost > 0 and self.unit:
            self.supporters[fact] = supporter
        return 0

    cdef inline int _fire(self, uint32_t operator) except -1 nogil:
        cdef int64_t cost = self.counters[operator].cost + (1 if self.unit else self.own_costs[operator])
        cdef size_t k
        for k in range(self.relaxed.add_starts[operator], self.relaxed.add_starts[operator + 1]):
            self._improve(self.relaxed.add[k], cost, operator)
        return 0

    cdef inline bint _next(self, int64_t* cost, uint32_t* fact) except -1 nogil:
        """Take a fact of least cost from the queue; costs never fall below `cost`."""
        while cost[0] < <int64_t>self.buckets.size():
            if not self.buckets[cost[0]].empty():
                fact[0] = self.buckets[cost[0]].back()
                self.buckets[cost[0]].pop_back()
                return True
            cost[0] += 1
        if self.far.empty():
            return False
        cost[0] = -self.far.top().first
        fact[0] = self.far.top().second
        self.far.pop()
        return True

    cdef void _drain(self, int64_t cost) noexcept nogil:
        while cost < <int64_t>self.buckets.size():
            self.buckets[cost].clear()
            cost += 1
        while not self.far.empty():
            self.far.pop()

    cdef bint reached(self) noexcept nogil:
        """Whether every goal fact has a cost."""
        cdef size_t k
        for k in range(self.goals.size()):
            if self.costs[self.goals[k]] >= UNREACHED:
                return False
        return True

    cdef double value(self) except? -1.0 nogil:
        cdef int64_t total = 0
        cdef size_t k
        if not self.solvable:
            return INFINITY
        self.explore()
        if not self.reached():
            return INFINITY
        for k in range(self.goals.size()):
            if self.maximum:
                total = max(total, self.costs[self.goals[k]])
            else:
                total = min(total + self.costs[self.goals[k]], COST_CAP)
        return <double>total


cdef class Additive(Relaxation):
    """h^add."""


cdef class Max(Relaxation):
    """h^max."""

    def __cinit__(self, World world, *_):
        self.maximum = True


cdef class FF(Relaxation):
    """h^FF: the number of actions of a relaxed plan made of the best supporters of h^add."""

    cdef vector[uint32_t] marks             # per action, by its binding: the evaluation it was last taken in
    cdef vector[uint32_t] fact_marks
    cdef vector[uint32_t] stack
    cdef vector[uint32_t] plan              # operators of the relaxed plan
    cdef uint32_t round

    def __cinit__(self, World world, *_):
        self.offers_preferred = True
        self.marks.assign(self.relaxed.bindings.size(), 0)
        self.fact_marks.assign(self.relaxed.facts, 0)

    cdef double value(self) except? -1.0 nogil:
        cdef int64_t total = 0
        cdef size_t k
        if not self.solvable:
            return INFINITY
        self.explore()
        if not self.reached():
            return INFINITY
        self._extract()
        for k in range(self.plan.size()):
            total += self.own_costs[self.plan[k]]
        return <double>total

    cdef int prefer(self, vector[uint64_t]* keys) except -1 nogil:
        """The actions of the relaxed plan that are applicable (Hoffmann and Nebel, JAIR 2001, section 5.2)."""
        cdef size_t i, at
        cdef uint32_t operator
        cdef int schema
        if self.value() == INFINITY:
            return 0
        for i in range(self.plan.size()):
            operator = self.plan[i]
            if self.counters[operator].cost == 0:
                at = self.relaxed.binding_starts[operator]
                schema = <int>self.relaxed.bindings[at]
                keys.push_back(action_key(
                    schema, self.relaxed.bindings.data() + at + 1, self.world.task.schemas[schema].params.size()))
        return 0

    cdef int _extract(self) except -1 nogil:
        cdef size_t k
        cdef uint32_t fact, operator
        self.round += 1
        self.plan.clear()
        self.stack.assign(self.goals.begin(), self.goals.end())
        while not self.stack.empty():
            fact = self.stack.back()
            self.stack.pop_back()
            if self.fact_marks[fact] == self.round:
                continue
            self.fact_marks[fact] = self.round
            operator = self.supporters[fact]
            if operator == NO_OPERATOR:
                continue
            if self.marks[self.relaxed.binding_starts[operator]] != self.round:
                self.marks[self.relaxed.binding_starts[operator]] = self.round
                self.plan.push_back(operator)
            for k in range(self.relaxed.pre_starts[operator], self.relaxed.pre_starts[operator + 1]):
                self.stack.push_back(self.relaxed.pre[k])
        return 0


def relaxed_plan(Task task):
    """The actions of the relaxed plan of h^FF in the initial state; None where there is none."""
    cdef World world = World(task)
    cdef FF ff = FF(world, Window(world), Limits(None, None))
    if ff.value() == INFINITY:
        return None
    return [ff.relaxed.action(operator) for operator in ff.plan]
