from libc.stdint cimport int64_t, uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.task cimport Task
from heurgen.core.world cimport World


cdef class Window:
    """What states that look at one world share: the tuples built last, and how the world got there."""

    cdef World world
    cdef Task task
    cdef list base_tuples               # per predicate: state[predicate] of the world itself
    cdef vector[uint64_t] base_versions
    cdef list view_tuples               # and of the successor in view last
    cdef vector[uint64_t] view_versions
    cdef vector[int] whole              # per predicate: the index of all its atoms, -1: not kept yet
    cdef int base_schema                # the action that led to the world's state, -1: none
    cdef vector[uint32_t] base_binding
    cdef vector[uint32_t] base_changes

    cdef State show(self)
    cdef uint64_t version(self, int predicate)
    cdef tuple atoms(self, int predicate)
    cdef int whole_index(self, int predicate) except -1
    cdef int codes(self, vector[uint32_t]& out) except -1
    cdef tuple changed(self, bint added)
    cdef tuple action(self)
    cdef tuple _collect(self, const uint32_t* codes, size_t count, int predicate, object pattern)


cdef class State:
    cdef readonly Task task
    cdef Window window                  # None once the state stands for itself
    cdef vector[uint32_t] own_codes     # then: its atoms, sorted
    cdef uint64_t own_hash_low
    cdef uint64_t own_hash_high
    cdef int64_t own_goals_left
    cdef tuple own_action
    cdef tuple own_added
    cdef tuple own_deleted

    cdef int codes(self, vector[uint32_t]& out) except -1
    cdef void detach(self) except *
    cdef bint holds(self, int64_t code) except -1
    cdef uint64_t hash_low(self)
    cdef uint64_t hash_high(self)


cdef State snapshot(Window window)
