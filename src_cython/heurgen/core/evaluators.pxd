from libc.stdint cimport uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.costs cimport ActionCosts
from heurgen.core.state cimport State, Window
from heurgen.core.structures cimport mix
from heurgen.core.world cimport World


cdef inline uint64_t action_key(int schema, const uint32_t* binding, size_t count) noexcept nogil:
    """A number by which an action is recognised among a few preferred ones."""
    cdef uint64_t key = mix(schema)
    cdef size_t i
    for i in range(count):
        key = mix(key ^ binding[i])
    return key


cdef class Evaluator:
    cdef World world
    cdef Evaluator following                # the next of several heuristics in alternation, or None
    cdef readonly bint safe                 # infinity proves that no goal can be reached
    cdef readonly bint cheap                # so quick that looking at the clock each time would show
    cdef readonly bint offers_preferred
    cdef readonly bint wants_entry          # `enter` is to be called before a state's successors
    cdef readonly bint wants_steps          # `step` and `step_back` are to be called

    cdef int use_costs(self, ActionCosts costs) except -1
    cdef double value(self) except? -1.0 nogil
    cdef int prefer(self, vector[uint64_t]* keys) except -1 nogil
    cdef int enter(self, vector[uint32_t]* actions) except -1 nogil
    cdef int step(self, int schema, const uint32_t* binding, const uint32_t* changes) except -1 nogil
    cdef int step_back(self) except -1 nogil


cdef class PythonHeuristic(Evaluator):
    cdef Window window
    cdef State state
    cdef object heuristic
    cdef object call
    cdef object call_enter
    cdef object call_preferred
    cdef dict schema_numbers

    cdef double _ask(self) except? -1.0
    cdef int _enter(self, vector[uint32_t]* actions) except -1
    cdef int _add_action(self, object action, vector[uint32_t]* actions) except -1
    cdef int _renew_state(self) except -1
