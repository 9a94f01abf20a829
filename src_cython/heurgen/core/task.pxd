from libc.stdint cimport uint32_t
from libcpp.vector cimport vector

from heurgen.core.structures cimport SchemaInfo, TermList
from heurgen.core.tuples cimport Tuples


cdef class Task(Tuples):
    # What Python sees.
    cdef readonly object problem
    cdef readonly str name
    cdef readonly str domain_name
    cdef readonly object predicates
    cdef readonly tuple actions
    cdef readonly tuple goal
    cdef readonly tuple negative_goal
    cdef readonly object action_costs
    cdef object _initial_state
    cdef object _scratch            # the World that applicable() and successor() work on

    # What the algorithms read. Objects and predicates are numbers; atoms are codes.
    cdef vector[SchemaInfo] schemas
    cdef vector[uint32_t] object_classes        # may be interchangeable if equal; 0: with nothing else
    cdef bint classes_known
    cdef vector[uint32_t] initial_codes         # sorted
    cdef vector[uint32_t] goal_codes            # positive fluent goal atoms
    cdef vector[int] goal_order                 # their places in `goal`
    cdef vector[uint32_t] negative_goal_codes
    cdef int static_goals_left                  # goal literals that are false for good

    cdef tuple action_tuple(self, int schema, const uint32_t* arguments)
    cdef TermList terms_of(self, atom, dict parameters)
    cdef void _find_rivals(self, SchemaInfo* schema)
