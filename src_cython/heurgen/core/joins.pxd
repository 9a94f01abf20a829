from libc.stdint cimport uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.structures cimport Check, Cursor, Plan
from heurgen.core.world cimport World


cdef int make_test(World world, int schema, Plan* plan) except -1
cdef bint applicable(World world, const Plan* plan, const uint32_t* binding) noexcept nogil
cdef int make_plan(World world, int schema, int given, bint growing, Plan* plan) except -1
cdef int start(const Plan* plan, Cursor* cursor, size_t parameters) except -1 nogil
cdef size_t produce(World world, const Plan* plan, Cursor* cursor, uint32_t* out, size_t most) noexcept nogil
