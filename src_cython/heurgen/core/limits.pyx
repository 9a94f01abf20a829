"""Time and memory limits of a search, and Ctrl-C, for loops that run without the interpreter."""

from cpython.exc cimport PyErr_CheckSignals
from libc.math cimport INFINITY
from libc.stdint cimport int64_t
from libc.stdio cimport FILE, fclose, fopen, fscanf
from posix.time cimport CLOCK_MONOTONIC, clock_gettime, timespec
from posix.unistd cimport _SC_PAGESIZE, sysconf

cdef double LOOK_AROUND = 0.01          # seconds between two looks at signals and memory


class OutOfTime(Exception):
    """The time limit of a search has passed."""


cdef double now() noexcept nogil:
    """Seconds on a clock that never goes back."""
    cdef timespec time
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec + time.tv_nsec * 1e-9


cdef int64_t resident_memory() noexcept nogil:
    """Bytes of this process that are in memory now; 0 where the system does not tell."""
    cdef FILE* file = fopen("/proc/self/statm", "r")
    cdef long total = 0, resident = 0
    if file == NULL:
        return 0
    if fscanf(file, "%ld %ld", &total, &resident) != 2:
        resident = 0
    fclose(file)
    return <int64_t>resident * sysconf(_SC_PAGESIZE)


cdef class Limits:
    """What a search may use: seconds from now and bytes of the process, either of them None."""

    def __cinit__(self, time_limit, memory_limit):
        self.began = now()
        self.deadline = INFINITY if time_limit is None else self.began + time_limit
        self.next_look = self.began
        self.memory = 0 if memory_limit is None else memory_limit

    cdef int check(self) except -1 nogil:
        """Raises OutOfTime, MemoryError or, after Ctrl-C, KeyboardInterrupt; costs a look at the clock."""
        cdef double time = now()
        if time >= self.deadline:
            with gil:
                raise OutOfTime
        if time >= self.next_look:
            self.next_look = time + LOOK_AROUND
            if self.memory and resident_memory() > self.memory:
                with gil:
                    raise MemoryError
            with gil:
                PyErr_CheckSignals()
        return 0
