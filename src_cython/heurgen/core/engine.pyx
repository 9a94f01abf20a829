"""What all searches share: the tree of nodes, moving the world through it, limits, statistics.

A node stores no state. The world is brought to a node by undoing actions up to the common ancestor and
applying those below it.
"""

from libc.math cimport INFINITY
from libc.stdint cimport uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.evaluators cimport Evaluator
from heurgen.core.joins cimport make_plan, make_test
from heurgen.core.limits cimport Limits, now
from heurgen.core.state cimport Window
from heurgen.core.structures cimport NO_NODE, Node, SchemaInfo
from heurgen.core.task cimport Task
from heurgen.core.world cimport World

cdef uint64_t PATIENCE = 100            # expansions that grouping objects spares nothing before it is given up
cdef size_t BATCH = 256                 # bindings asked from a join at a time


cdef class Engine:
    """One search on one task."""

    def __cinit__(self, Task task, Limits limits, *_):
        cdef size_t most = 0, i
        self.task = task
        self.world = World(task)
        self.window = Window(self.world)
        self.goal_node = NO_NODE
        self.plans.resize(task.schemas.size())
        for i in range(task.schemas.size()):
            most = max(most, task.schemas[i].params.size())
        self.batch.resize(BATCH * most + 1)
        self.hashes.resize(2 * BATCH)
        self.binding.resize(most + 1)
        self.limits = limits
        self.next_replan = 16

    cdef int plan_joins(self) except -1 nogil:
        """Order the joins by the sizes the predicates have now; at fixed expansion counts, so that
        runs are alike."""
        cdef size_t s
        with gil:
            for s in range(self.plans.size()):
                make_plan(self.world, <int>s, -1, False, &self.plans[s])
            if self.tests.empty():
                self.tests.resize(self.plans.size())
                for s in range(self.plans.size()):
                    make_test(self.world, <int>s, &self.tests[s])
        return 0

    cdef int group_objects(self) except -1 nogil:
        """Find the interchangeable objects of the state the world is in; give up where they spare nothing."""
        if not self.world.symmetric:
            return 0
        if self.world.pruned > self.pruned_before:
            self.pruned_before = self.world.pruned
            self.fruitless = 0
        self.fruitless += 1
        if self.fruitless > PATIENCE:
            self.world.symmetric = False
        else:
            self.world.regroup()
        return 0

    cdef int add_root(self) except -1 nogil:
        cdef uint32_t id = self.nodes.add(self.world.hash_low, self.world.hash_high)
        cdef Node* node = &self.nodes[id]
        cdef Step step
        node.parent = NO_NODE
        node.depth = 0
        node.flags = 0
        node.changes = 0
        node.action = 0
        node.schema = 0
        step.id = id
        step.schema = -1
        self.path.push_back(step)
        return 0

    cdef int hash_batch(self, int schema, size_t count) except -1 nogil:
        """Compute the hashes of the successors by the actions in `batch`, and have their slots fetched."""
        cdef size_t k, width = self.task.schemas[schema].params.size()
        for k in range(count):
            self.world.look(schema, self.batch.data() + k * width)
            self.hashes[2 * k] = self.world.hash_low
            self.hashes[2 * k + 1] = self.world.hash_high
            self.nodes.prefetch(self.world.hash_low)
            self.world.look_away()
        return 0

    cdef uint32_t child(self, uint32_t parent, int schema, size_t place) except? 0xFFFFFFFF nogil:
        """Bring the successor by an action of the batch into view and give it a node; NO_NODE, nothing in
        view, if it has one already. `hash_batch` comes before."""
        cdef uint32_t id
        cdef const uint32_t* binding = self.batch.data() + place * self.task.schemas[schema].params.size()
        self.generated += 1
        if self.nodes.find(self.hashes[2 * place], self.hashes[2 * place + 1]) != NO_NODE:
            return NO_NODE
        self.world.look(schema, binding)
        id = self.nodes.add(self.world.hash_low, self.world.hash_high)
        if id == NO_NODE:
            with gil:
                raise MemoryError
        self.nodes[id].flags = 0
        self.set_parent(id, parent, schema, binding)
        return id

    cdef int set_parent(self, uint32_t id, uint32_t parent, int schema, const uint32_t* binding) except -1 nogil:
        """Let a node, whose state is in view, be reached by that action from that parent."""
        cdef Node* node = &self.nodes[id]
        node.parent = parent
        node.depth = self.nodes[parent].depth + 1
        node.schema = <unsigned short>schema
        return self._pack(id, schema, binding)

    cdef int _pack(self, uint32_t id, int schema, const uint32_t* binding) except -1 nogil:
        """Store the action and the effects that changed something in the node."""
        cdef SchemaInfo* info = &self.task.schemas[schema]
        cdef Node* node = &self.nodes[id]
        cdef size_t i, start
        cdef int k
        node.action = 0
        node.changes = 0
        if not info.wide:
            for i in range(info.params.size()):
                node.action |= <uint64_t>binding[i] << info.shifts[i]
            for k in range(self.world.changed):
                node.changes |= <uint32_t>1 << self.world.changed_effects[k]
            return 0
        start = self.nodes.wide.size()
        node.action = start
        for i in range(info.params.size()):
            self.nodes.wide.push_back(binding[i])
        for i in range((info.effects.size() >> 5) + 1):
            self.nodes.wide.push_back(0)
        start += info.params.size()
        for k in range(self.world.changed):
            i = self.world.changed_effects[k]
            self.nodes.wide[start + (i >> 5)] |= <uint32_t>1 << (i & 31)
        return 0

    cdef void unpack(self, int schema, uint64_t action, uint32_t* binding) noexcept nogil:
        cdef SchemaInfo* info = &self.task.schemas[schema]
        cdef size_t i
        for i in range(info.params.size()):
            if info.wide:
                binding[i] = self.nodes.wide[action + i]
            else:
                binding[i] = <uint32_t>(action >> info.shifts[i]) & info.masks[i]

    cdef int _apply(self, const Step* step, bint forward) except -1 nogil:
        cdef SchemaInfo* info = &self.task.schemas[step.schema]
        cdef const uint32_t* changes = &step.changes
        self.unpack(step.schema, step.action, self.binding.data())
        if info.wide:
            changes = self.nodes.wide.data() + step.action + info.params.size()
        if forward:
            self.world.apply(step.schema, self.binding.data(), changes)
            if self.watcher is not None:
                self.watcher.step(step.schema, self.binding.data(), changes)
        else:
            self.world.undo(step.schema, self.binding.data(), changes)
            if self.watcher is not None:
                self.watcher.step_back()
        return 0

    cdef int move(self, uint32_t target) except -1 nogil:
        """Bring the world to the state of a node."""
        cdef uint32_t id = target
        cdef Node* node
        self.chain.clear()
        while True:
            node = &self.nodes[id]
            if node.depth < self.path.size() and self.path[node.depth].id == id:
                break
            self.chain.push_back(id)
            id = node.parent
        return self.follow(node.depth + 1)

    cdef int follow(self, size_t shared) except -1 nogil:
        """Keep that many nodes of the path, then go along `chain`, from its end to its beginning."""
        cdef Node* node
        cdef Step step
        cdef size_t k = self.chain.size()
        while self.path.size() > shared:
            self._apply(&self.path.back(), False)
            self.path.pop_back()
        while k > 0:
            k -= 1
            node = &self.nodes[self.chain[k]]
            step.id = self.chain[k]
            step.schema = node.schema
            step.action = node.action
            step.changes = node.changes
            self._apply(&step, True)
            self.path.push_back(step)
        self._tell_window()
        return 0

    cdef void _tell_window(self) noexcept nogil:
        """Let states say which action led to the one the world is in."""
        cdef const Step* step = &self.path.back()
        cdef SchemaInfo* info
        cdef size_t i
        self.window.base_schema = step.schema
        if step.schema < 0:
            return
        info = &self.task.schemas[step.schema]
        self.window.base_binding.resize(info.params.size() + 1)
        self.unpack(step.schema, step.action, self.window.base_binding.data())
        self.window.base_changes.resize((info.effects.size() >> 5) + 1)
        for i in range(self.window.base_changes.size()):
            self.window.base_changes[i] = step.changes if not info.wide else self.nodes.wide[step.action + info.params.size() + i]

    cdef double evaluate(self, Evaluator evaluator) except? -1.0 nogil:
        """The value of the state in view, with the time it took."""
        cdef double start, value
        self.evaluated += 1
        if evaluator.cheap:
            value = evaluator.value()
        else:
            start = now()
            value = evaluator.value()
            self.heuristic_time += now() - start
        if value == INFINITY:
            self.dead_ends += 1
        return value

    def plan_to(self, uint32_t id):
        """The actions from the initial state to a node."""
        steps = []
        while self.nodes[id].parent != NO_NODE:
            self.unpack(self.nodes[id].schema, self.nodes[id].action, self.binding.data())
            steps.append(self.task.action_tuple(self.nodes[id].schema, self.binding.data()))
            id = self.nodes[id].parent
        steps.reverse()
        return steps
