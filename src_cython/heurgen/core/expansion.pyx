"""Expanding a state: which of its successors are generated, in what order, and what they are valued at."""

from libc.math cimport INFINITY
from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcpy
from libcpp.algorithm cimport stable_sort
from libcpp.vector cimport vector

from heurgen.core.engine cimport Engine
from heurgen.core.evaluators cimport Evaluator, action_key
from heurgen.core.joins cimport applicable, produce, start
from heurgen.core.limits cimport now
from heurgen.core.structures cimport NODE_CLOSED, mix

cdef size_t BATCH = 256


cdef bint _comes_before(const Successor& one, const Successor& other) noexcept nogil:
    return one.goals_left < other.goals_left or one.goals_left == other.goals_left and one.crowd < other.crowd


cdef class Expansion(Engine):
    """A search that expands one state after the other. What becomes of a successor is for subclasses to say."""

    cdef int use(self, Evaluator evaluator) except -1:
        """Add a heuristic."""
        cdef Evaluator last = self.evaluator
        self.evaluators += 1
        self.values.push_back(0)
        if evaluator.wants_steps:
            if self.watcher is not None:
                raise ValueError("landmarks are counted once only")
            self.watcher = evaluator
        if last is None:
            self.evaluator = evaluator
            return 0
        while last.following is not None:
            last = last.following
        last.following = evaluator
        return 0

    cdef bint run(self) except -1 nogil:
        """Search; whether a goal state was found, in `goal_node`."""
        with gil:
            raise NotImplementedError

    cdef bint take_child(self, uint32_t id, int schema, size_t place, bint preferred) except -1 nogil:
        """Deal with the successor of a node by an action of the batch; whether the search is over.

        Where the node is not closed afterwards, the rest of its expansion is left for later.
        """
        with gil:
            raise NotImplementedError

    cdef int evaluate_all(self) except -1 nogil:
        """Ask all heuristics for their `values` of the state in view."""
        self.hopeless = False
        if self.evaluators > 1:
            return self._evaluate_from(self.evaluator, 0)
        self.values[0] = self.evaluate(self.evaluator)
        self.hopeless = self.values[0] == INFINITY and self.evaluator.safe
        return 0

    cdef int _evaluate_from(self, Evaluator evaluator, size_t place) except -1 nogil:
        self.values[place] = self.evaluate(evaluator)
        if self.values[place] == INFINITY and evaluator.safe:
            self.hopeless = True
        elif evaluator.following is not None:
            self._evaluate_from(evaluator.following, place + 1)
        return 0

    cdef int count_expansion(self) except -1 nogil:
        self.expanded += 1
        self.group_objects()
        if self.expanded == self.next_replan:
            self.next_replan *= 16
            self.plan_joins()
        return 0

    cdef bint offers_preferred(self) noexcept nogil:
        """Whether any heuristic prefers actions."""
        cdef bint answer = False
        cdef size_t k
        if self.evaluators == 1:
            return self.evaluator.offers_preferred or self.evaluator.wants_entry
        with gil:
            evaluator = self.evaluator
            while evaluator is not None:
                answer = answer or evaluator.offers_preferred or evaluator.wants_entry
                evaluator = (<Evaluator>evaluator).following
        return answer

    cdef int _ask_preferred(self, Evaluator evaluator) except -1 nogil:
        """Have the heuristics, from this one on, name the actions they prefer in the state the world is in."""
        cdef double began
        if evaluator.offers_preferred:
            began = now()
            self.evaluated += 1
            evaluator.prefer(&self.preferred_keys)
            self.heuristic_time += now() - began
        if evaluator.following is not None:
            self._ask_preferred(evaluator.following)
        return 0

    cdef int _ask_first(self, Evaluator evaluator) except -1 nogil:
        """Let the heuristics, from this one on, know of the state the world is in; they may name actions to try first."""
        cdef double began
        if evaluator.wants_entry:
            began = now()
            evaluator.enter(&self.first_actions)
            self.heuristic_time += now() - began
        if evaluator.following is not None:
            self._ask_first(evaluator.following)
        return 0

    cdef bint is_preferred(self, int schema, const uint32_t* binding) noexcept nogil:
        cdef uint64_t key
        cdef size_t i
        if self.preferred_keys.empty():
            return False
        key = action_key(schema, binding, self.task.schemas[schema].params.size())
        for i in range(self.preferred_keys.size()):
            if self.preferred_keys[i] == key:
                return True
        return False

    cdef bint expand(self, uint32_t id) except -1 nogil:
        """Hand the successors of the state the world is in to `take_child`; whether the search is over."""
        cdef size_t s, count
        self.preferred_keys.clear()
        self.first_actions.clear()
        self._ask_preferred(self.evaluator)
        self._ask_first(self.evaluator)
        if not self.first_actions.empty():
            if self._try_first(id):
                return True
            if not self.nodes[id].flags & NODE_CLOSED:
                return False
        if self.order != BY_SCHEMA:
            return self._expand_in_order(id)
        for s in range(self.plans.size()):
            start(&self.plans[s], &self.cursor, self.task.schemas[s].params.size())
            while self.cursor.depth != -2:
                count = self.produce(<int>s)
                if self._take_batch(id, <int>s, count):
                    return True
                if not self.nodes[id].flags & NODE_CLOSED:
                    return False
                self.limits.check()
        return False

    cdef size_t produce(self, int schema) except? 0xFFFFFFFF nogil:
        """Write the next applicable instances of a schema that are worth generating to the batch; how many."""
        cdef size_t count = produce(self.world, &self.plans[schema], &self.cursor, self.batch.data(), BATCH)
        if self.relevant is None:
            return count
        return self.relevant.keep(schema, self.task.schemas[schema].params.size(), self.batch.data(), count)

    cdef bint _take_batch(self, uint32_t id, int schema, size_t count) except -1 nogil:
        cdef size_t k, width = self.task.schemas[schema].params.size()
        self.hash_batch(schema, count)
        for k in range(count):
            if self.take_child(id, schema, k, self.is_preferred(schema, self.batch.data() + k * width)):
                return True
            if not self.nodes[id].flags & NODE_CLOSED:
                return False
        return False

    cdef bint _try_first(self, uint32_t id) except -1 nogil:
        """Take the successors by `first_actions`, as far as they are applicable."""
        cdef size_t at = 0, width
        cdef int schema
        while at < self.first_actions.size():
            schema = <int>self.first_actions[at]
            width = self.task.schemas[schema].params.size()
            if applicable(self.world, &self.tests[schema], self.first_actions.data() + at + 1):
                memcpy(self.batch.data(), self.first_actions.data() + at + 1, width * sizeof(uint32_t))
                self.hash_batch(schema, 1)
                if self.take_child(id, schema, 0, True):
                    return True
                if not self.nodes[id].flags & NODE_CLOSED:
                    return False
            at += width + 1
        return False

    cdef bint _expand_in_order(self, uint32_t id) except -1 nogil:
        """Generate all successors first, then take them in the order asked for."""
        cdef size_t s, k, count, first
        cdef const Successor* successor
        self.successors.clear()
        self.arguments.clear()
        for s in range(self.plans.size()):
            first = self.successors.size()
            start(&self.plans[s], &self.cursor, self.task.schemas[s].params.size())
            while self.cursor.depth != -2:
                count = self.produce(<int>s)
                self._collect(<int>s, count)
                self.limits.check()
            for k in range(first, self.successors.size()):
                self.successors[k].crowd = <uint32_t>(self.successors.size() - first)
        self._arrange()
        for k in range(self.successors.size()):
            successor = &self.successors[k]
            self.hashes[0] = successor.hash_low
            self.hashes[1] = successor.hash_high
            memcpy(self.batch.data(), self.arguments.data() + successor.place,
                   self.task.schemas[successor.schema].params.size() * sizeof(uint32_t))
            if self.take_child(id, successor.schema, 0, self.is_preferred(successor.schema, self.batch.data())):
                return True
            if not self.nodes[id].flags & NODE_CLOSED:
                return False
            if k % BATCH == 0:
                self.limits.check()
        return False

    cdef int _collect(self, int schema, size_t count) except -1 nogil:
        cdef size_t k, i, width = self.task.schemas[schema].params.size()
        cdef Successor successor
        successor.schema = schema
        successor.crowd = 0
        for k in range(count):
            self.world.look(schema, self.batch.data() + k * width)
            successor.goals_left = <int>self.world.goals_left
            successor.hash_low = self.world.hash_low
            successor.hash_high = self.world.hash_high
            self.world.look_away()
            successor.place = self.arguments.size()
            for i in range(width):
                self.arguments.push_back(self.batch[k * width + i])
            self.successors.push_back(successor)
        return 0

    cdef int _arrange(self) except -1 nogil:
        cdef size_t left = self.successors.size(), chosen
        cdef Successor moved
        if self.order == BY_GOALS:
            stable_sort(self.successors.begin(), self.successors.end(), _comes_before)
            return 0
        while left > 1:     # Fisher and Yates
            self.random += 1
            chosen = mix(self.random) % left
            moved = self.successors[chosen]
            self.successors[chosen] = self.successors[left - 1]
            self.successors[left - 1] = moved
            left -= 1
        return 0
