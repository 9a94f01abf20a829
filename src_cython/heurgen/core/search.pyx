"""The searches."""

import resource

from libc.math cimport INFINITY
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memcpy
from libcpp.vector cimport vector

from heurgen.core.engine cimport Engine
from heurgen.core.evaluators cimport Evaluator, PythonHeuristic, action_key
from heurgen.core.joins cimport applicable, produce, start
from heurgen.core.limits cimport Limits, now
from heurgen.core.structures cimport NODE_CLOSED, NODE_DEAD_END, NO_NODE, Node, OpenList
from heurgen.core.task cimport Task

from heurgen.core.evaluators import Blind, GoalCount
from heurgen.core.limits import OutOfTime
from heurgen.core.relaxation import Additive, FF, Max
from heurgen.core.result import SearchResult, Status

HEURISTICS = {"blind": Blind, "goalcount": GoalCount, "hadd": Additive, "hmax": Max, "ff": FF}
"""The built-in heuristics by name."""


cdef size_t BATCH = 256
cdef int64_t BOOST = 1000           # turns for preferred successors on progress, as in LAMA


cdef class BestFirst(Engine):
    """Greedy best-first search: always expands a state of least heuristic value, first in first out
    among equals. Every successor is evaluated when it is generated and tested for the goal before.

    Where the heuristic offers preferred actions, their successors are in a second open list as well. The two lists
    take turns, and the preferred one gets extra turns whenever a new least value is seen (Richter and Helmert,
    "Preferred Operators and Deferred Evaluation in Satisficing Planning", ICAPS 2009, section 3).

    States that an unsafe heuristic calls infinite are not dropped but expanded last, so that an
    exhausted search proves that there is no plan.
    """

    cdef Evaluator evaluator
    cdef bint committing                    # partial expansion
    cdef bint from_preferred                # where the state in expansion was taken from
    cdef OpenList open
    cdef OpenList preferred
    cdef int64_t turns                      # below 0: the preferred list has turns in hand
    cdef double least                       # heuristic value seen so far
    cdef vector[uint32_t] first_actions     # to be tried before the others: schema, arguments, schema ...
    cdef vector[uint64_t] preferred_keys    # of the state in expansion

    cdef bint run(self) except -1 nogil:
        """Search; whether a goal state was found, in `goal_node`."""
        cdef uint32_t id
        self.add_root()
        self.plan_joins()
        if self.world.goals_left == 0:
            self.goal_node = 0
            return True
        self.nodes[0].h = self.evaluate(self.evaluator)
        self.least = self.nodes[0].h
        self.queue(0, False)
        while not self.open.empty() or not self.preferred.empty():
            id = self.next_node()
            if self.nodes[id].flags & NODE_CLOSED:      # expanded from the other list
                continue
            self.nodes[id].flags |= NODE_CLOSED
            self.move(id)
            self.count_expansion()
            if self.expand(id):
                return True
        return False

    cdef int count_expansion(self) except -1 nogil:
        self.expanded += 1
        self.group_objects()
        if self.expanded == self.next_replan:
            self.next_replan *= 16
            self.plan_joins()
        return 0

    cdef int ask_preferred(self) except -1 nogil:
        """Ask the heuristic for the preferred actions of the state the world is in."""
        cdef double began
        if not self.evaluator.offers_preferred:
            return 0
        began = now()
        self.preferred_keys.clear()
        self.evaluated += 1
        self.evaluator.prefer(&self.preferred_keys)
        self.heuristic_time += now() - began
        return 0

    cdef uint32_t next_node(self) noexcept nogil:
        """Take a node from the list whose turn it is."""
        self.from_preferred = not self.preferred.empty() and (self.turns < 0 or self.open.empty())
        if self.from_preferred:
            self.turns += 1
            return self.preferred.pop()
        if not self.preferred.empty():
            self.turns -= 1
        return self.open.pop()

    cdef int queue(self, uint32_t id, bint preferred) except -1 nogil:
        cdef Node* node = &self.nodes[id]
        if node.h == INFINITY and self.evaluator.safe:
            node.flags |= NODE_DEAD_END
            return 0
        self.open.push(node.h, 0, id)
        if preferred:
            self.preferred.push(node.h, 0, id)
        if node.h < self.least:
            self.least = node.h
            if self.evaluator.offers_preferred or self.evaluator.wants_entry:
                self.turns -= BOOST
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
        """Generate, test and evaluate the successors of the state the world is in."""
        cdef size_t s, k, count, width
        self.ask_preferred()
        if self.evaluator.wants_entry:
            if self.try_first(id):
                return True
            if not self.nodes[id].flags & NODE_CLOSED:      # put back
                return False
        for s in range(self.plans.size()):
            width = self.task.schemas[s].params.size()
            start(&self.plans[s], &self.cursor, width)
            while self.cursor.depth != -2:
                count = produce(self.world, &self.plans[s], &self.cursor, self.batch.data(), BATCH)
                self.hash_batch(<int>s, count)
                for k in range(count):
                    if self.take_child(id, <int>s, k, self.is_preferred(<int>s, self.batch.data() + k * width)):
                        return True
                    if not self.nodes[id].flags & NODE_CLOSED:
                        return False
                self.limits.check()
        return False

    cdef bint take_child(self, uint32_t id, int schema, size_t place, bint preferred) except -1 nogil:
        """Test and evaluate the successor by an action of the batch; whether it is a goal state.

        With immediate commitment a state whose successor is better is put back.
        """
        cdef double h
        cdef uint32_t child = self.child(id, schema, place)
        if child == NO_NODE:
            return False
        if self.world.goals_left == 0:
            self.goal_node = child
            self.world.look_away()
            return True
        h = self.evaluate(self.evaluator)
        self.world.look_away()
        self.nodes[child].h = h
        self.queue(child, preferred)
        if not self.evaluator.cheap:
            self.limits.check()
        if self.committing and h < self.nodes[id].h:
            self.put_back(id)
        return False

    cdef bint try_first(self, uint32_t id) except -1 nogil:
        """Let the heuristic know of the state in expansion, and try the actions that it prefers before the
        others, if they are applicable; whether one leads to a goal state."""
        cdef size_t at = 0, width
        cdef int schema
        cdef double began = now()
        self.first_actions.clear()
        self.evaluator.enter(&self.first_actions)
        self.heuristic_time += now() - began
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

    cdef int put_back(self, uint32_t id) except -1 nogil:
        """Leave the rest of an expansion for later."""
        self.nodes[id].flags &= ~NODE_CLOSED
        # Back to where it came from: it may still be in the other list, and may be in either only once.
        if self.from_preferred:
            self.preferred.push(self.nodes[id].h, 0, id)
        else:
            self.open.push(self.nodes[id].h, 0, id)
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
        self.add_root()
        self.plan_joins()
        if self.world.goals_left == 0:
            self.goal_node = 0
            return True
        self.least = INFINITY
        self.open.push(0, 0, 0)
        while not self.open.empty() or not self.preferred.empty():
            id = self.next_node()
            if self.nodes[id].flags & NODE_CLOSED:
                continue
            self.nodes[id].flags |= NODE_CLOSED
            self.move(id)
            self.nodes[id].h = self.evaluate(self.evaluator)
            if self.nodes[id].h == INFINITY and self.evaluator.safe:
                self.nodes[id].flags |= NODE_DEAD_END
                continue
            if self.nodes[id].h < self.least:
                self.least = self.nodes[id].h
                if self.evaluator.offers_preferred:
                    self.turns -= BOOST
            self.count_expansion()
            if self.expand(id):
                return True
        return False

    cdef bint expand(self, uint32_t id) except -1 nogil:
        cdef size_t s, k, count
        cdef uint32_t child
        cdef double h = self.nodes[id].h
        self.ask_preferred()
        if self.evaluator.wants_entry:
            self.first_actions.clear()
            self.evaluator.enter(&self.first_actions)
        for s in range(self.plans.size()):
            start(&self.plans[s], &self.cursor, self.task.schemas[s].params.size())
            while self.cursor.depth != -2:
                count = produce(self.world, &self.plans[s], &self.cursor, self.batch.data(), BATCH)
                self.hash_batch(<int>s, count)
                for k in range(count):
                    child = self.child(id, <int>s, k)
                    if child == NO_NODE:
                        continue
                    if self.world.goals_left == 0:
                        self.goal_node = child
                        self.world.look_away()
                        return True
                    self.world.look_away()
                    self.open.push(h, 0, child)
                    if self.is_preferred(<int>s, self.batch.data() + k * self.task.schemas[s].params.size()):
                        self.preferred.push(h, 0, child)
                self.limits.check()
        return False


_CLASSES = {"gbfs": BestFirst, "gbfs-lazy": Lazy, "gbfs-pe": PartialExpansion, "bfs": BestFirst}

SEARCHES = tuple(_CLASSES)
"""The searches by name."""


def search(Task task not None, heuristic, str search="gbfs", time_limit=None, memory_limit=None, int seed=0,
           bint symmetry=True):
    """Search for a plan.

    Parameters
    ----------
    task : Task
    heuristic : str or callable
        The name of a built-in heuristic, or whatever takes a `State` and answers a number >= 0.
    search : str
        "gbfs" (eager greedy best-first search), "gbfs-lazy" (deferred evaluation), "gbfs-pe" (partial expansion) or
        "bfs" (breadth-first, no heuristic is asked).
    time_limit : float, optional
        Seconds. Looked at between two evaluations: a heuristic that never answers is not interrupted.
    memory_limit : int, optional
        Bytes of the process.
    seed : int
        For searches that choose at random; those above do not.
    symmetry : bool
        Whether to try only one of several interchangeable objects: those that occur alike in the state, the static
        atoms and the goal. Keeps solvability and the length of shortest plans.

    Returns
    -------
    SearchResult

    Raises
    ------
    HeuristicError
        The heuristic raised an exception or answered something that is not a number >= 0.
    ValueError
        Unknown search or heuristic.
    """
    cdef BestFirst engine
    cdef bint solved
    if search not in SEARCHES:
        raise ValueError(f"no search {search!r}; known: {', '.join(SEARCHES)}")
    engine = _CLASSES[search](task, Limits(time_limit, memory_limit))
    if symmetry:
        engine.world.track_symmetry()
    try:
        engine.evaluator = _evaluator(engine, "blind" if search == "bfs" else heuristic)
        if isinstance(engine.evaluator, PythonHeuristic):
            solved = engine.run()
        else:
            with nogil:
                solved = engine.run()
        status = Status.SOLVED if solved else Status.UNSOLVABLE
    except OutOfTime:
        status = Status.OUT_OF_TIME
    except MemoryError:
        status = Status.OUT_OF_MEMORY
    return _result(engine, status)


def _evaluator(BestFirst engine, heuristic):
    if not isinstance(heuristic, str):
        if not callable(heuristic):
            raise ValueError(f"a heuristic is a name or a callable, not {heuristic!r}")
        return PythonHeuristic(engine.world, heuristic, engine.window)
    if heuristic not in HEURISTICS:
        raise ValueError(f"no heuristic {heuristic!r}; known: {', '.join(HEURISTICS)}")
    return HEURISTICS[heuristic](engine.world, engine.window, engine.limits)


def _result(BestFirst engine, status):
    plan = engine.plan_to(engine.goal_node) if status is Status.SOLVED else None
    return SearchResult(
        status=status,
        plan=plan,
        cost=None if plan is None else engine.task.plan_cost(plan),
        expanded=engine.expanded,
        evaluated=engine.evaluated,
        generated=engine.generated,
        dead_ends=engine.dead_ends,
        initial_h=engine.nodes[0].h if engine.nodes.size() and engine.evaluated else None,
        search_time=now() - engine.limits.began,
        heuristic_time=engine.heuristic_time,
        peak_memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    )
