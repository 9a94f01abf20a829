from cpython.object cimport PyObject
from libc.stdint cimport int64_t, uint32_t

from heurgen.core.relations cimport Relations


cdef enum:
    NEVER_SEEN = -1         # answers of `lookup` that are not codes
    STATIC_TRUE = -2
    STATIC_FALSE = -3


cdef class Tuples(Relations):
    cdef object _static
    cdef dict _static_groups        # (predicate, positions) -> values there -> argument tuples
    cdef PyObject** argument_cache
    cdef PyObject** atom_cache
    cdef dict argument_overflow
    cdef dict atom_overflow
    cdef PyObject** address_keys
    cdef int64_t* address_codes

    cdef tuple argument_tuple(self, uint32_t code)
    cdef tuple atom_tuple(self, uint32_t code)
    cdef int64_t lookup(self, object atom) except -4
    cdef tuple _make_tuple(self, uint32_t code, bint with_predicate)
    cdef int64_t _resolve(self, object atom) except -4
