"""Greedy best-first search: eager, with partial expansion, with deferred evaluation."""

from libc.math cimport INFINITY
from libc.stdint cimport int64_t, uint32_t
from libcpp.vector cimport vector

from heurgen.core.expansion cimport Expansion
from heurgen.core.structures cimport NODE_CLOSED, NODE_DEAD_END, NO_NODE, OpenList

cdef int64_t BOOST = 1000           # turns for preferred successors on progress, as in LAMA


cdef class BestFirst(Expansion):
    """Greedy best-first search: always expands a state of least heuristic value, first in first out
    among equals. Every successor is evaluated when it is generated and tested for the goal before.

    Each heuristic has an open list, and a second one with the successors by preferred actions alone, if any heuristic
    prefers actions. The lists take turns, and the preferred ones get extra turns whenever a new least value is seen
    (Richter and Helmert, "Preferred Operators and Deferred Evaluation in Satisficing Planning", ICAPS 2009,
    section 3; for several heuristics Röger and Helmert, "The More, the Merrier: Combining Heuristic Estimators for
    Satisficing Planning", ICAPS 2010).

    States that an unsafe heuristic calls infinite are not dropped but expanded last, so that an
    exhausted search proves that there is no plan.
    """

    cdef bint committing                    # partial expansion
    cdef bint boosting                      # some heuristic prefers actions
    cdef vector[OpenList] lists             # two per heuristic: all states, and those by preferred actions
    cdef vector[int64_t] turns              # taken from each of them; the list with the fewest is next
    cdef size_t taken_from                  # the list that the state in expansion was taken from
    cdef double taken_value                 # and its value there
    cdef vector[double] least               # value seen so far, per heuristic

    cdef bint begin(self) except -1 nogil:
        """Add the root; whether it is a goal state."""
        self.add_root()
        self.plan_joins()
        if self.world.goals_left == 0:
            self.goal_node = 0
            return True
        self.boosting = self.offers_preferred()
        self.lists.resize(2 * self.evaluators)
        self.turns.assign(2 * self.evaluators, 0)
        self.least.assign(self.evaluators, INFINITY)
        return False

    cdef bint run(self) except -1 nogil:
        cdef uint32_t id
        if self.begin():
            return True
        self.evaluate_all()
        self.initial_h = self.values[0]
        self.least = self.values
        self.queue(0, False)
        while True:
            id = self.next_node()
            if id == NO_NODE:
                return False
            if self.nodes[id].flags & NODE_CLOSED:      # expanded from another list
                continue
            self.nodes[id].flags |= NODE_CLOSED
            self.move(id)
            self.count_expansion()
            if self.expand(id):
                return True

    cdef uint32_t next_node(self) except? 0xFFFFFFFE nogil:
        """Take a node from the list whose turn it is; NO_NODE where all are empty."""
        cdef size_t k, filled = 0, chosen = 0
        for k in range(self.lists.size()):
            if not self.lists[k].empty():
                if filled == 0 or self.turns[k] < self.turns[chosen]:
                    chosen = k
                filled += 1
        if filled == 0:
            return NO_NODE
        if filled > 1:
            self.turns[chosen] += 1
        self.taken_from = chosen
        self.taken_value = self.lists[chosen].least()
        return self.lists[chosen].pop()

    cdef inline int queue(self, uint32_t id, bint preferred) except -1 nogil:
        """Put a node into the open lists, with the values found last."""
        cdef size_t k
        if self.hopeless:
            self.nodes[id].flags |= NODE_DEAD_END
            return 0
        for k in range(self.evaluators):
            self.lists[2 * k].push(self.values[k], 0, id)
            if preferred:
                self.lists[2 * k + 1].push(self.values[k], 0, id)
        return 0

    cdef inline int note_progress(self) except -1 nogil:
        """Give the preferred lists extra turns if a value found last is less than all before."""
        cdef size_t k
        cdef bint progress = False
        for k in range(self.evaluators):
            if self.values[k] < self.least[k]:
                self.least[k] = self.values[k]
                progress = True
        if progress and self.boosting:
            for k in range(self.evaluators):
                self.turns[2 * k + 1] -= BOOST
        return 0

    cdef bint take_child(self, uint32_t id, int schema, size_t place, bint preferred) except -1 nogil:
        """Test and evaluate a successor. With immediate commitment a state whose successor is better is put back."""
        cdef uint32_t child = self.child(id, schema, place)
        if child == NO_NODE:
            return False
        if self.world.goals_left == 0:
            self.goal_node = child
            self.world.look_away()
            return True
        self.evaluate_all()
        self.world.look_away()
        self.queue(child, preferred)
        if not self.hopeless:
            self.note_progress()
        if not self.evaluator.cheap:
            self.limits.check()
        if self.committing and not self.hopeless and self.values[self.taken_from >> 1] < self.taken_value:
            self.put_back(id)
        return False

    cdef inline int put_back(self, uint32_t id) except -1 nogil:
        """Leave the rest of an expansion for later."""
        self.nodes[id].flags &= ~NODE_CLOSED
        # Back to where it came from: it may still be in other lists, and may be in each only once.
        self.lists[self.taken_from].push(self.taken_value, 0, id)
        return 0


cdef class PartialExpansion(BestFirst):
    """Greedy best-first search with partial expansion and immediate commitment.

    As soon as a successor has a smaller value than the state in expansion, the search goes on there, and the state
    goes back to the open list; when it is taken up again, the successors it generated before are duplicates.
    Complete like greedy best-first search, and as quick as hill climbing where the heuristic leads straight to
    the goal. Compare Yoshizumi, Miura and Ishida, "A* with Partial Expansion" (AAAI 2000).
    """

    def __cinit__(self, *_):
        self.committing = True


cdef class Lazy(BestFirst):
    """Greedy best-first search with deferred evaluation: a state is evaluated when it is expanded, and ordered
    by the value of its parent until then (Richter and Helmert, ICAPS 2009)."""

    cdef bint run(self) except -1 nogil:
        cdef uint32_t id
        if self.begin():
            return True
        self.values.assign(self.evaluators, 0)
        self.queue(0, False)
        while True:
            id = self.next_node()
            if id == NO_NODE:
                return False
            if self.nodes[id].flags & NODE_CLOSED:
                continue
            self.nodes[id].flags |= NODE_CLOSED
            self.move(id)
            self.evaluate_all()
            if id == 0:
                self.initial_h = self.values[0]
            if self.hopeless:
                self.nodes[id].flags |= NODE_DEAD_END
                continue
            self.note_progress()
            self.count_expansion()
            if self.expand(id):
                return True

    cdef bint take_child(self, uint32_t id, int schema, size_t place, bint preferred) except -1 nogil:
        """Test a successor and put it into the open lists with the values of its parent."""
        cdef uint32_t child = self.child(id, schema, place)
        if child == NO_NODE:
            return False
        if self.world.goals_left == 0:
            self.goal_node = child
            self.world.look_away()
            return True
        self.world.look_away()
        self.queue(child, preferred)
        return False
