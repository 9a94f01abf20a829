from libc.stdint cimport int64_t


cdef double now() noexcept nogil


cdef class Limits:
    cdef readonly double began
    cdef double deadline
    cdef double next_look               # at signals and memory
    cdef int64_t memory                 # bytes; 0: none

    cdef int check(self) except -1 nogil
