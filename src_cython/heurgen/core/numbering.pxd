from libc.stdint cimport int64_t, uint32_t
from libcpp.vector cimport vector

from heurgen.core.structures cimport Interner, PredicateInfo, TypeSet

cdef int64_t KEY_LIMIT


cdef class Numbering:
    cdef readonly tuple objects
    cdef dict _types_of             # object name -> all its types
    cdef dict _type_objects         # type -> tuple of object names
    cdef dict object_numbers
    cdef dict predicate_numbers
    cdef list predicate_names
    cdef list type_masks
    cdef uint32_t object_count
    cdef vector[PredicateInfo] infos
    cdef int64_t dense_codes        # codes below this are mixed radix, those above interned
    cdef Interner* interned         # (predicate, arguments, padding); null if all are dense

    cdef TypeSet type_set(self, types)
    cdef int predicate_number(self, object name) except -1
    cdef int predicate_of(self, uint32_t code) noexcept nogil
    cdef void arguments_of(self, uint32_t code, int predicate, uint32_t* out) noexcept nogil
    cdef int64_t code_of(self, int predicate, const uint32_t* arguments) noexcept nogil
    cdef int64_t _intern(self, int predicate, const uint32_t* arguments) except -1
