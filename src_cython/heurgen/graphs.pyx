"""Distances over a static relation, for heuristics that would otherwise flood a map in Python at every state.

A heuristic makes a `Graph` once per task and asks it for distances once per state::

    from heurgen.graphs import Graph

    def __init__(self, task):
        self.map = Graph(task.static["adjacent"])

    def __call__(self, state):
        ((robot,),) = state["at-robot"]
        steps = self.map.distances(robot, where=(state, "clear"))
        return min(steps[place] for place in self.targets)

All edges have length 1.
"""

cimport cython
from libc.stdint cimport int32_t, int64_t, uint32_t, uint8_t
from libcpp.vector cimport vector

from heurgen.core.state cimport State
from heurgen.core.task cimport Task
from heurgen.core.tuples cimport NEVER_SEEN, STATIC_TRUE

cdef int32_t FAR = -1
cdef double INFINITE = float("inf")


@cython.auto_pickle(False)
cdef class Graph:
    """A directed graph.

    Parameters
    ----------
    edges : iterable of tuples
        From the first element to the second; further ones, such as a direction, are ignored.
    nodes : iterable of str
        Nodes that may have no edge.
    directed : bool
        False: every edge goes both ways.
    """

    cdef readonly tuple nodes               # the names, in order of appearance
    cdef dict numbers
    cdef vector[vector[uint32_t]] starts    # forwards and backwards, per node: where its neighbours begin
    cdef vector[vector[uint32_t]] ends
    cdef vector[vector[int32_t]] rows       # distances from a node to all others, once asked for
    cdef vector[uint32_t] queue
    cdef vector[uint8_t] barred             # during a flood
    cdef Task task                          # that `codes` are of
    cdef str predicate
    cdef vector[int64_t] codes              # per node: of the atom that `where` asks about

    def __init__(self, edges, nodes=(), bint directed=True):
        cdef list pairs = []
        cdef dict numbers = {}
        for edge in edges:
            first = numbers.setdefault(edge[0], len(numbers))
            second = numbers.setdefault(edge[1], len(numbers))
            pairs.append((first, second))
            if not directed:
                pairs.append((second, first))
        for node in nodes:
            numbers.setdefault(_name(node), len(numbers))
        self.numbers = numbers
        self.nodes = tuple(numbers)
        pairs = list(dict.fromkeys(pairs))
        self.starts.resize(2)
        self.ends.resize(2)
        self._fill(0, pairs)
        self._fill(1, [(second, first) for first, second in pairs])
        self.rows.resize(len(numbers))
        self.barred.assign(len(numbers), False)

    cdef int _fill(self, int side, list pairs) except -1:
        cdef uint32_t first, second
        cdef size_t k
        cdef vector[uint32_t] cursor
        self.starts[side].assign(len(self.nodes) + 1, 0)
        for first, second in pairs:
            self.starts[side][first + 1] += 1
        for k in range(<size_t>len(self.nodes)):
            self.starts[side][k + 1] += self.starts[side][k]
        cursor = self.starts[side]
        self.ends[side].resize(len(pairs))
        for first, second in pairs:
            self.ends[side][cursor[first]] = second
            cursor[first] += 1
        return 0

    def __len__(self):
        return len(self.nodes)

    def __contains__(self, node):
        return _name(node) in self.numbers

    def successors(self, node):
        """The names of the nodes that edges from `node` lead to; empty for a node that the graph does not have."""
        return self._neighbours(node, 0)

    def predecessors(self, node):
        """The names of the nodes that edges to `node` come from."""
        return self._neighbours(node, 1)

    cdef tuple _neighbours(self, node, int side):
        cdef size_t k
        cdef int64_t number = self._number(node)
        if number < 0:
            return ()
        return tuple([self.nodes[self.ends[side][k]] for k in range(self.starts[side][number], self.starts[side][number + 1])])

    cdef int64_t _number(self, node) except -2:
        number = self.numbers.get(node) if type(node) is str else self.numbers.get(_name(node))
        return -1 if number is None else <int64_t>number

    def distance(self, source, target):
        """The number of edges on a shortest path, ``math.inf`` if there is none. The distances from a source are
        computed once, so this suits sources that come up again and again and maps that nothing blocks."""
        cdef int64_t first = self._number(source), second = self._number(target)
        cdef vector[uint32_t] start
        if first < 0 or second < 0:
            return 0 if _name(source) == _name(target) else INFINITE
        if self.rows[first].empty():
            start.push_back(<uint32_t>first)
            self._flood(start, 0, None, self.rows[first])
        return INFINITE if self.rows[first][second] == FAR else self.rows[first][second]

    def distances(self, sources, *, blocked=(), within=None, where=None, bint backwards=False):
        """The distances from the nearest of one or several sources.

        Parameters
        ----------
        sources : str or iterable of str
            They count even if they are blocked. Here and below, a name may come as a 1-tuple, as in ``state["clear"]``.
        blocked : iterable of str
            Nodes that must not be entered.
        within : iterable of str, optional
            The only nodes that may be entered.
        where : (State, str), optional
            Only nodes may be entered for which that predicate holds in that state: ``(state, "clear")``. Quicker than
            handing over ``state["clear"]``.
        backwards : bool
            Distances to the nearest source instead.

        Returns
        -------
        Distances
        """
        cdef Distances answer = Distances.__new__(Distances)
        cdef vector[uint32_t] start
        cdef int64_t number
        cdef State state = None
        answer.graph = self
        for node in ((sources,) if type(sources) is str else sources):
            number = self._number(node)
            if number >= 0:
                start.push_back(<uint32_t>number)
        if within is not None:
            self.barred.assign(self.barred.size(), True)
            for node in within:
                number = self._number(node)
                if number >= 0:
                    self.barred[number] = False
        elif blocked:
            self.barred.assign(self.barred.size(), False)
        for node in blocked:
            number = self._number(node)
            if number >= 0:
                self.barred[number] = True
        if where is not None:
            state, predicate = where
            self._aim(state.task, predicate)
        try:
            self._flood(start, backwards, state, answer.steps)
        finally:
            if within is not None or blocked:
                self.barred.assign(self.barred.size(), False)
        return answer

    cdef int _aim(self, Task task, str predicate) except -1:
        """Have `codes` be of the atoms of that predicate."""
        cdef size_t k
        cdef int number
        cdef bint complete = True
        if self.task is task and self.predicate == predicate:
            return 0
        number = task.predicate_number(predicate)
        if task.infos[number].arity != 1:
            raise ValueError(f"{predicate} has {task.infos[number].arity} arguments; expected 1")
        self.codes.resize(len(self.nodes))
        for k in range(self.codes.size()):
            self.codes[k] = task._resolve((predicate, self.nodes[k]))
            complete = complete and self.codes[k] != NEVER_SEEN
        self.task = task if complete else None      # an atom not seen yet may get a code
        self.predicate = predicate
        return 0

    cdef inline bint _enters(self, State state, uint32_t node) except -1:
        cdef int64_t code = self.codes[node]
        return state.holds(code) if code >= 0 else code == STATIC_TRUE

    cdef int _flood(self, const vector[uint32_t]& start, int side, State state, vector[int32_t]& steps) except -1:
        """Breadth-first search from some nodes."""
        cdef size_t head = 0, k
        cdef uint32_t node, other
        cdef int32_t next_step
        steps.assign(len(self.nodes), FAR)
        self.queue.clear()
        for k in range(start.size()):
            if steps[start[k]] == FAR:
                steps[start[k]] = 0
                self.queue.push_back(start[k])
        while head < self.queue.size():
            node = self.queue[head]
            head += 1
            next_step = steps[node] + 1
            for k in range(self.starts[side][node], self.starts[side][node + 1]):
                other = self.ends[side][k]
                if steps[other] == FAR and not self.barred[other] and (state is None or self._enters(state, other)):
                    steps[other] = next_step
                    self.queue.push_back(other)
        return 0

    def path(self, source, target, *, blocked=(), within=None, where=None):
        """The nodes of a shortest path, both ends included, None if there is none. Options as in `distances`; the target
        must not be blocked."""
        cdef Distances steps
        cdef int64_t first = self._number(source), node = self._number(target)
        cdef size_t k
        if first < 0 or node < 0:
            return None
        steps = self.distances(source, blocked=blocked, within=within, where=where)
        if steps.steps[node] == FAR:
            return None
        found = [self.nodes[node]]
        while steps.steps[node] > 0:
            for k in range(self.starts[1][node], self.starts[1][node + 1]):
                if steps.steps[self.ends[1][k]] == steps.steps[node] - 1:
                    node = self.ends[1][k]
                    found.append(self.nodes[node])
                    break
        found.reverse()
        return found


@cython.auto_pickle(False)
cdef class Distances:
    """Distances from some sources: ``distances[node]`` is a number of edges, ``math.inf`` where there is no path (and for
    a node that the graph does not have); ``node in distances`` tells whether there is one."""

    cdef Graph graph
    cdef vector[int32_t] steps

    def __getitem__(self, node):
        cdef int64_t number = self.graph._number(node)
        if number < 0 or self.steps[number] == FAR:
            return INFINITE
        return self.steps[number]

    def __contains__(self, node):
        cdef int64_t number = self.graph._number(node)
        return number >= 0 and self.steps[number] != FAR

    def __len__(self):
        """How many nodes there is a path to, the sources included."""
        cdef size_t k, count = 0
        for k in range(self.steps.size()):
            count += self.steps[k] != FAR
        return count

    def __iter__(self):
        """The names of the nodes there is a path to, in the order of the graph."""
        cdef size_t k
        return iter([self.graph.nodes[k] for k in range(self.steps.size()) if self.steps[k] != FAR])

    def nearest(self, nodes):
        """The nearest of some nodes and its distance; (None, math.inf) where there is a path to none. The first among
        equals."""
        cdef int64_t number
        cdef int32_t least = -1
        best = None
        for node in nodes:
            number = self.graph._number(node)
            if number >= 0 and self.steps[number] != FAR and (least < 0 or self.steps[number] < least):
                least = self.steps[number]
                best = self.graph.nodes[number]
        return (None, INFINITE) if best is None else (best, least)


cdef object _name(node):
    """A node may come as a tuple that holds its name alone."""
    return node[0] if type(node) is tuple and len(<tuple>node) == 1 else node
