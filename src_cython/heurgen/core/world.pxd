from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.structures cimport Index, SchemaInfo
from heurgen.core.task cimport Task


cdef enum:
    HOLDS = 1           # bits of World.truth
    IS_GOAL = 2
    MUST_NOT_HOLD = 4


cdef struct GroupSlot:
    uint64_t key
    uint32_t group          # 0: free; else 1 + the place of the group


cdef class World:
    cdef readonly Task task
    cdef uint8_t* truth                     # per code
    cdef int64_t capacity
    cdef uint64_t hash_low
    cdef uint64_t hash_high
    cdef int64_t goals_left
    cdef vector[uint32_t] counts            # atoms that hold, per predicate
    cdef vector[uint64_t] versions          # hash of the atoms that hold, per predicate
    cdef vector[Index*] indexes             # by number of the task's spec; null: not kept
    cdef vector[vector[int]] kept           # per predicate: the specs that are

    # Interchangeable objects: alike in everything that holds, so that one of them stands for all.
    cdef bint symmetric                     # groups are kept; else none of the following counts
    cdef uint64_t pruned                    # objects that a join passed over for them
    cdef vector[uint64_t] marks             # per object: hash of how it occurs in atoms that hold
    cdef vector[uint32_t] group             # per object: object_count + the place of its group in `members`, or itself
    cdef vector[uint32_t] rank              # and how many of its group come before it
    cdef vector[uint64_t] group_keys        # and the mark, with its class, that it was put there for
    cdef vector[vector[uint32_t]] members   # per group, in order; a group may be empty for a while
    cdef vector[uint32_t] live              # the groups that are not empty
    cdef vector[uint32_t] live_at           # per group: its place there
    cdef vector[uint32_t] alone             # the objects that are never in a group
    cdef vector[GroupSlot] slots            # hash table from such a mark to a group
    cdef vector[uint32_t] dirty             # objects whose marks may have changed since `regroup`
    cdef vector[uint8_t] is_dirty
    cdef vector[uint32_t] tracked           # the objects that may have others like them

    # The successor in view: what an action changed in truth, hash and goals_left, and nowhere else.
    cdef vector[uint32_t] changed_codes
    cdef vector[uint32_t] changed_effects
    cdef int changed                        # how many of them count
    cdef int viewed_schema                  # -1: the state itself is in view
    cdef const uint32_t* viewed_binding
    cdef uint64_t base_hash_low
    cdef uint64_t base_hash_high
    cdef int64_t base_goals_left

    cdef int load(self, const vector[uint32_t]& codes) except -1
    cdef int set_atom(self, int predicate, uint32_t code, const uint32_t* arguments, bint holds) except -1 nogil
    cdef int look(self, int schema, const uint32_t* binding) except -1 nogil
    cdef void look_away(self) noexcept nogil
    cdef int apply(self, int schema, const uint32_t* binding, const uint32_t* changes) except -1 nogil
    cdef int undo(self, int schema, const uint32_t* binding, const uint32_t* changes) except -1 nogil
    cdef int keep(self, int spec) except -1
    cdef int track_symmetry(self) except -1
    cdef int regroup(self) except -1 nogil
    cdef int _forget_groups(self) except -1 nogil
    cdef uint32_t _group_of(self, uint64_t key) except? 0 nogil
    cdef void _leave(self, uint32_t o) noexcept nogil
    cdef int _join(self, uint32_t o, uint32_t group) except -1 nogil
    cdef int _mark(self, int predicate, const uint32_t* arguments) except -1 nogil
    cdef int codes_of(self, int predicate, vector[uint32_t]& out) except -1
    cdef int state_codes(self, vector[uint32_t]& out) except -1
    cdef int _grow(self, int64_t code) except -1 nogil
    cdef void _turn(self, int64_t code, bint holds) noexcept nogil
    cdef int _set_effect(self, SchemaInfo* info, size_t effect, const uint32_t* binding, bint forward) except -1 nogil
