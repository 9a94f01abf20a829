from libc.stdint cimport uint64_t

from heurgen.core.state cimport State, Window
from heurgen.core.world cimport World


cdef class Evaluator:
    cdef World world
    cdef readonly bint safe         # infinity proves that no goal can be reached
    cdef readonly bint cheap        # so quick that looking at the clock each time would show

    cdef double value(self) except? -1.0 nogil


cdef class PythonHeuristic(Evaluator):
    cdef Window window
    cdef State state
    cdef object heuristic
    cdef object call

    cdef double _ask(self) except? -1.0
