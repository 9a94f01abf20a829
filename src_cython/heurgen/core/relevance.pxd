from libc.stdint cimport uint32_t, uint64_t
from libcpp.vector cimport vector


cdef class RelevantActions:
    cdef vector[uint64_t] slots             # open addressing
    cdef size_t count

    cdef int add(self, uint64_t key) except -1
    cdef int insert(self, uint64_t key) noexcept nogil
    cdef size_t keep(self, int schema, size_t width, uint32_t* bindings, size_t count) noexcept nogil
