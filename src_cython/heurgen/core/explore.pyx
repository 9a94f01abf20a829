"""Applicable actions and successors of any state, without a search."""

from libc.stdint cimport uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.joins cimport make_plan, produce, start
from heurgen.core.state cimport State, Window, snapshot
from heurgen.core.structures cimport Check, Cursor, LiteralInfo, Plan, SchemaInfo
from heurgen.core.task cimport Task
from heurgen.core.world cimport HOLDS, World


cdef class Explorer:
    """A world to move about in, with the join plans of all schemas."""

    cdef readonly Task task
    cdef World world
    cdef Window window
    cdef vector[Plan] plans
    cdef Cursor cursor
    cdef bint grouped               # the world's marks of interchangeable objects are kept up to date

    def __init__(self, Task task not None):
        cdef size_t s
        self.task = task
        self.world = World(task)
        self.window = Window(self.world)
        self.plans.resize(task.schemas.size())
        for s in range(task.schemas.size()):
            make_plan(self.world, <int>s, -1, False, &self.plans[s])

    cdef int _go(self, State state) except -1:
        cdef vector[uint32_t] codes
        if state.task is not self.task:
            raise ValueError("a state of another task")
        state.codes(codes)
        self.world.symmetric = self.grouped
        self.world.load(codes)
        self.world.symmetric = False
        return 0

    cdef bint _group(self) except -1:
        """Find the groups of interchangeable objects; they count until world.symmetric is switched off again."""
        if self.grouped:
            self.world.symmetric = True
        else:
            self.world.track_symmetry()
            self.grouped = self.world.symmetric
        if self.grouped:
            self.world.regroup()
        return self.grouped

    def applicable(self, State state not None):
        """The applicable actions as a list of tuples, schema by schema."""
        self._go(state)
        return self._all_applicable()

    cdef list _all_applicable(self):
        cdef size_t s, width, count, k
        cdef vector[uint32_t] out
        cdef list found = []
        for s in range(self.plans.size()):
            width = self.task.schemas[s].params.size()
            out.resize(256 * width + 1)
            start(&self.plans[s], &self.cursor, width)
            while self.cursor.depth != -2:
                count = produce(self.world, &self.plans[s], &self.cursor, out.data(), 256)
                for k in range(count):
                    found.append(self.task.action_tuple(<int>s, out.data() + k * width))
        return found

    def interchangeable(self, State state not None):
        """The groups of two or more interchangeable objects of a state, as a list of tuples of names."""
        cdef uint32_t o
        groups = {}
        self._go(state)
        if self._group():
            for o in range(self.task.object_count):
                groups.setdefault(self.world.group[o], []).append(self.task.objects[o])
        self.world.symmetric = False
        return [tuple(members) for members in groups.values() if len(members) > 1]

    def representatives(self, State state not None):
        """The applicable actions, one of those that interchangeable objects make alike."""
        self._go(state)
        self._group()
        found = self._all_applicable()
        self.world.symmetric = False
        return found

    def successor(self, State state not None, action):
        """The state after `action`; ValueError, saying why, where it is not applicable."""
        cdef vector[uint32_t] binding
        cdef int schema = self._binding(tuple(action), binding)
        self._go(state)
        self._check(schema, binding)
        self.world.look(schema, binding.data())
        after = snapshot(self.window)
        self.world.look_away()
        return after

    cdef int _binding(self, tuple action, vector[uint32_t]& binding) except -1:
        """The schema of an action; its arguments go into `binding`."""
        cdef int schema = -1
        cdef size_t i
        for number, candidate in enumerate(self.task.actions):
            if action and candidate.name == action[0]:
                schema = number
        if schema < 0:
            raise ValueError(f"no action schema for {action!r}")
        if <size_t>len(action) != self.task.schemas[schema].params.size() + 1:
            raise ValueError(f"{action[0]} takes {self.task.schemas[schema].params.size()} arguments: {action!r}")
        binding.assign(len(action), 0)
        for i in range(self.task.schemas[schema].params.size()):
            number = self.task.object_numbers.get(action[i + 1])
            if number is None or not self.task.schemas[schema].params[i].holds(number):
                raise ValueError(f"{action[i + 1]!r} cannot be argument {i + 1} of {action[0]}")
            binding[i] = number
        return schema

    cdef int _check(self, int schema, const vector[uint32_t]& binding) except -1:
        cdef SchemaInfo* info = &self.task.schemas[schema]
        cdef LiteralInfo* literal
        cdef size_t i, k
        for i in range(info.precondition.size()):
            literal = &info.precondition[i]
            if self._literal_holds(literal, binding.data()) != literal.positive:
                names = [self.task.objects[literal.terms.value(k, binding.data())] for k in range(literal.terms.params.size())]
                predicate = "=" if literal.predicate < 0 else self.task.predicate_names[literal.predicate]
                text = f"({' '.join([predicate, *names])})"
                raise ValueError(f"not applicable: {text if literal.positive else f'(not {text})'} does not hold")
        return 0

    cdef bint _literal_holds(self, LiteralInfo* literal, const uint32_t* binding):
        cdef vector[uint32_t] arguments
        cdef long long code
        arguments.assign(literal.terms.params.size() + 1, 0)
        literal.terms.values(binding, arguments.data())
        if literal.predicate < 0:
            return arguments[0] == arguments[1]
        if self.task.relations[literal.predicate] != NULL:
            return self.task.static_holds(literal.predicate, arguments.data())
        code = self.task.code_of(literal.predicate, arguments.data())
        return code >= 0 and code < self.world.capacity and (self.world.truth[code] & HOLDS) != 0
