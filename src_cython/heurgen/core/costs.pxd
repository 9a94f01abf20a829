from libc.stdint cimport uint32_t
from libcpp.memory cimport unique_ptr
from libcpp.vector cimport vector

from heurgen.core.structures cimport Interner, TermList
from heurgen.core.task cimport Task


cdef class ActionCosts:
    cdef readonly bint unit                         # every action costs 1
    cdef Task task
    cdef vector[double] constants                   # per schema: the part that does not depend on arguments
    cdef vector[vector[int]] functions              # per schema: the function of each other term
    cdef vector[vector[TermList]] terms             # and its arguments
    cdef unique_ptr[Interner] known                 # (function, arguments, padding) that have a value
    cdef vector[double] values
    cdef vector[uint32_t] key

    cdef double of(self, int schema, const uint32_t* binding) except? -1.0 nogil
    cdef int _fill(self, dict numbers, int width) except -1
    cdef int _complain(self, int schema, const uint32_t* binding) except -1
