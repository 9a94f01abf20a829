"""A* and weighted A*, with action costs and reopening."""

from libc.math cimport INFINITY
from libc.stdint cimport uint32_t
from libcpp.vector cimport vector

from heurgen.core.costs cimport ActionCosts
from heurgen.core.expansion cimport Expansion
from heurgen.core.structures cimport NODE_CLOSED, NODE_DEAD_END, NO_NODE, OpenList


cdef class AStar(Expansion):
    """Expands a state of least f = g + weight * h, of least h among those; tests for the goal when it expands.

    Hart, Nilsson and Raphael, "A Formal Basis for the Heuristic Determination of Minimum Cost Paths" (IEEE Transactions
    on Systems Science and Cybernetics 4(2), 1968); the weight is Pohl's (Artificial Intelligence 1, 1970). A state reached
    on a cheaper path is reopened, so that with an admissible heuristic the first plan costs at most `weight` times
    the optimum. The costs of paths and of the queue are kept beside the nodes: 16 bytes more for each node and 16
    for each entry.
    """

    cdef readonly double weight
    cdef readonly ActionCosts costs
    cdef OpenList open
    cdef vector[double] paths               # per node: g, the cost of the cheapest path known
    cdef vector[double] estimates           # and h
    cdef vector[uint32_t] entry_nodes       # per entry of the open list
    cdef vector[double] entry_paths
    cdef vector[uint32_t] free_entries

    def __init__(self, task, limits, double weight=1):
        self.weight = weight
        self.costs = ActionCosts(task)

    cdef bint run(self) except -1 nogil:
        cdef uint32_t entry, id
        self.add_root()
        self.plan_joins()
        self.paths.push_back(0)
        self.evaluate_all()
        self.estimates.push_back(self.values[0])
        self.initial_h = self.values[0]
        if self.hopeless:
            return False
        self.push(0)
        while not self.open.empty():
            entry = self.open.pop()
            id = self.entry_nodes[entry]
            self.free_entries.push_back(entry)
            if self.nodes[id].flags & NODE_CLOSED or self.entry_paths[entry] > self.paths[id]:
                continue                    # a cheaper path was found in the meantime
            self.nodes[id].flags |= NODE_CLOSED
            self.move(id)
            if self.world.goals_left == 0:
                self.goal_node = id
                return True
            self.count_expansion()
            self.expand(id)
        return False

    cdef int push(self, uint32_t id) except -1 nogil:
        cdef uint32_t entry
        cdef double h = self.estimates[id]
        if self.free_entries.empty():
            entry = <uint32_t>self.entry_nodes.size()
            self.entry_nodes.push_back(id)
            self.entry_paths.push_back(0)
        else:
            entry = self.free_entries.back()
            self.free_entries.pop_back()
        self.entry_nodes[entry] = id
        self.entry_paths[entry] = self.paths[id]
        self.open.push(self.paths[id] + self.weight * h, h, entry)
        return 0

    cdef bint take_child(self, uint32_t id, int schema, size_t place, bint preferred) except -1 nogil:
        cdef const uint32_t* binding = self.batch.data() + place * self.task.schemas[schema].params.size()
        cdef double path = self.paths[id] + self.costs.of(schema, binding)
        cdef uint32_t child = self.child(id, schema, place)
        if child != NO_NODE:
            self.paths.push_back(path)
            self.evaluate_all()
            self.world.look_away()
            self.estimates.push_back(self.values[0])
            if not self.evaluator.cheap:
                self.limits.check()
            if self.hopeless:
                self.nodes[child].flags |= NODE_DEAD_END
                return False
            return self.push(child) == -1
        child = self.nodes.find(self.hashes[2 * place], self.hashes[2 * place + 1])
        if path < self.paths[child] and not self.nodes[child].flags & NODE_DEAD_END:
            self.world.look(schema, binding)
            self.set_parent(child, id, schema, binding)
            self.world.look_away()
            self.paths[child] = path
            self.nodes[child].flags &= ~NODE_CLOSED
            return self.push(child) == -1
        return False

    cdef int move(self, uint32_t target) except -1 nogil:
        """Bring the world to the state of a node. Parents change here, so depths do not tell where paths meet."""
        cdef uint32_t id = target
        cdef size_t shared = 0, left
        self.chain.clear()
        while id != NO_NODE:
            self.chain.push_back(id)
            id = self.nodes[id].parent
        left = self.chain.size()
        while left > 0 and shared < self.path.size() and self.path[shared].id == self.chain[left - 1]:
            shared += 1
            left -= 1
        self.chain.resize(left)
        return self.follow(shared)
