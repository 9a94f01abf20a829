"""What actions cost, for searches that care."""

from libc.stdint cimport int64_t, uint32_t
from libcpp.memory cimport unique_ptr
from libcpp.vector cimport vector

from heurgen.core.structures cimport Interner, TermList
from heurgen.core.task cimport Task


cdef class ActionCosts:
    """The cost of each action of a task: 1 where the task's metric does not ask for costs or no action has any."""

    def __cinit__(self, Task task):
        cdef dict numbers = {}
        cdef int width = 1
        self.task = task
        self.unit = not task.problem.minimize_cost or not any(action.cost for action in task.actions)
        if self.unit:
            return
        for atom in task.problem.function_values:
            numbers.setdefault(atom[0], len(numbers))
            width = max(width, <int>len(atom))
        for action in task.actions:
            for term in action.cost or ():
                if isinstance(term, tuple):
                    numbers.setdefault(term[0], len(numbers))
                    width = max(width, <int>len(term))
        self._fill(numbers, width)

    cdef int _fill(self, dict numbers, int width) except -1:
        cdef size_t i
        cdef double constant
        cdef dict parameters
        self.known.reset(new Interner(width))
        for atom, value in self.task.problem.function_values.items():
            self.key.assign(width, 0)
            self.key[0] = numbers[atom[0]]
            for i in range(1, <size_t>len(atom)):
                self.key[i] = self.task.object_numbers[atom[i]]
            self.known.get().intern(self.key.data())
            self.values.push_back(value)
        self.functions.resize(len(self.task.actions))
        self.terms.resize(len(self.task.actions))
        for s, action in enumerate(self.task.actions):
            constant = 0
            parameters = {parameter.name: number for number, parameter in enumerate(action.parameters)}
            for term in action.cost or ():
                if isinstance(term, tuple):
                    self.functions[<size_t>s].push_back(numbers[term[0]])
                    self.terms[<size_t>s].push_back(self.task.terms_of(term, parameters))
                else:
                    constant += term
            self.constants.push_back(constant)
        return 0

    cdef double of(self, int schema, const uint32_t* binding) except? -1.0 nogil:
        """The cost of an action; ValueError where a term of it has no value."""
        cdef double total
        cdef size_t i
        cdef int64_t place
        cdef const TermList* arguments
        if self.unit:
            return 1
        total = self.constants[schema]
        for i in range(self.terms[schema].size()):
            arguments = &self.terms[schema][i]
            self.key.assign(self.known.get().width(), 0)
            self.key[0] = self.functions[schema][i]
            arguments.values(binding, self.key.data() + 1)
            place = self.known.get().find(self.key.data())
            if place < 0:
                with gil:
                    self._complain(schema, binding)
            total += self.values[place]
        return total

    cdef int _complain(self, int schema, const uint32_t* binding) except -1:
        self.task.plan_cost([self.task.action_tuple(schema, binding)])      # names the term
        raise ValueError(f"no cost of {self.task.action_tuple(schema, binding)}")
