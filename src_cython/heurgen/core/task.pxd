from cpython.object cimport PyObject
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.structures cimport (
    Form, Interner, LiteralInfo, PredicateInfo, Relation, RowIndex, SchemaInfo, TermList, TypeSet,
)


cdef inline bint in_key(uint64_t positions, size_t k) noexcept nogil:
    """Whether position k is part of an index key; those beyond the 64th never are."""
    return k < 64 and (positions >> k & 1) != 0


cdef struct IndexSpec:
    int predicate
    uint64_t positions      # bit i: position i is part of the key


cdef class Task:
    # What Python sees.
    cdef readonly object problem
    cdef readonly str name
    cdef readonly str domain_name
    cdef readonly tuple objects
    cdef readonly object predicates
    cdef readonly tuple actions
    cdef readonly tuple goal
    cdef readonly tuple negative_goal
    cdef readonly object action_costs
    cdef object _static
    cdef dict _static_groups        # (predicate, positions) -> values there -> argument tuples
    cdef object _initial_state
    cdef object _scratch            # the World that applicable() and successor() work on
    cdef dict _types_of             # object name -> all its types
    cdef dict _type_objects         # type -> tuple of object names

    # What the algorithms read. Objects and predicates are numbers; atoms are codes.
    cdef dict object_numbers
    cdef dict predicate_numbers
    cdef list predicate_names
    cdef list type_masks
    cdef uint32_t object_count
    cdef vector[PredicateInfo] infos
    cdef vector[Relation*] relations            # null for fluent predicates
    cdef vector[SchemaInfo] schemas
    cdef vector[uint32_t] object_classes        # may be interchangeable if equal; 0: with nothing else
    cdef bint classes_known
    cdef vector[uint32_t] initial_codes         # sorted
    cdef vector[uint32_t] goal_codes            # positive fluent goal atoms
    cdef vector[int] goal_order                 # their places in `goal`
    cdef vector[uint32_t] negative_goal_codes
    cdef int static_goals_left                  # goal literals that are false for good
    cdef int64_t dense_codes                    # codes below this are mixed radix, those above interned
    cdef Interner* interned                     # (predicate, arguments, padding); null if all are dense
    cdef vector[IndexSpec] specs                # the indexes any world was asked for
    cdef vector[RowIndex*] row_indexes
    cdef dict row_index_numbers

    # Tuples are made once per atom.
    cdef PyObject** argument_cache
    cdef PyObject** atom_cache
    cdef dict argument_overflow
    cdef dict atom_overflow
    cdef PyObject** address_keys
    cdef int64_t* address_codes

    cdef Form form_of(self, int predicate, TermList terms)
    cdef int predicate_of(self, uint32_t code) noexcept nogil
    cdef void arguments_of(self, uint32_t code, int predicate, uint32_t* out) noexcept nogil
    cdef int64_t code_of(self, int predicate, const uint32_t* arguments) noexcept nogil
    cdef int spec(self, int predicate, uint64_t positions) except -1
    cdef RowIndex* row_index(self, int predicate, uint64_t positions) except NULL

    cdef tuple argument_tuple(self, uint32_t code)
    cdef tuple atom_tuple(self, uint32_t code)
    cdef tuple action_tuple(self, int schema, const uint32_t* arguments)
    cdef int64_t lookup(self, object atom) except -4
    cdef int predicate_number(self, object name) except -1
    cdef bint static_holds(self, int predicate, const uint32_t* arguments) noexcept nogil

    cdef TypeSet type_set(self, types)
    cdef TermList terms_of(self, atom, dict parameters)
    cdef void _find_rivals(self, SchemaInfo* schema)
    cdef int _fill_relation(self, int predicate, list atoms) except -1
    cdef int _fill_membership(self, int predicate) except -1
    cdef int64_t _intern(self, int predicate, const uint32_t* arguments) except -1
    cdef RowIndex* _build_rows(self, int predicate, uint64_t positions) except NULL
    cdef bint _rows_in_bounds(self, int predicate)
    cdef tuple _make_tuple(self, uint32_t code, bint with_predicate)
    cdef int64_t _resolve(self, object atom) except -4


cdef enum:
    NEVER_SEEN = -1         # answers of Task.lookup that are not codes
    STATIC_TRUE = -2
    STATIC_FALSE = -3
