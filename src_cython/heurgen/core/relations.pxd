from libc.stdint cimport uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.numbering cimport Numbering
from heurgen.core.structures cimport Form, Relation, RowIndex, TermList


cdef inline bint in_key(uint64_t positions, size_t k) noexcept nogil:
    """Whether position k is part of an index key; those beyond the 64th never are."""
    return k < 64 and (positions >> k & 1) != 0


cdef struct IndexSpec:
    int predicate
    uint64_t positions      # bit i: position i is part of the key


cdef class Relations(Numbering):
    cdef vector[Relation*] relations            # null for fluent predicates
    cdef vector[IndexSpec] specs                # the indexes any world was asked for
    cdef vector[RowIndex*] row_indexes
    cdef dict row_index_numbers

    cdef bint static_holds(self, int predicate, const uint32_t* arguments) noexcept nogil
    cdef Form form_of(self, int predicate, TermList terms)
    cdef int spec(self, int predicate, uint64_t positions) except -1
    cdef RowIndex* row_index(self, int predicate, uint64_t positions) except NULL
    cdef int _fill_relation(self, int predicate, list atoms) except -1
    cdef int _fill_membership(self, int predicate) except -1
    cdef RowIndex* _build_rows(self, int predicate, uint64_t positions) except NULL
    cdef bint _rows_in_bounds(self, int predicate)
