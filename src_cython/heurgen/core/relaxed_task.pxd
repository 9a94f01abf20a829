from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.limits cimport Limits
from heurgen.core.relevance cimport RelevantActions
from heurgen.core.structures cimport Cursor, Plan
from heurgen.core.task cimport Task
from heurgen.core.world cimport World

cdef enum:
    NO_FACT = 0xFFFFFFFF


cdef struct Trigger:
    int schema
    int literal             # which precondition the new atom is taken for
    size_t plan


cdef class RelaxedTask:
    cdef Task task
    cdef World world
    cdef Limits limits
    cdef vector[Plan] plans
    cdef vector[vector[Trigger]] triggers       # per predicate
    cdef Cursor cursor
    cdef vector[uint32_t] batch
    cdef vector[uint32_t] queue                 # codes in the order they were reached
    cdef vector[bint] negated                   # per predicate: somebody asks for its absence
    cdef vector[uint32_t] fact_of_code
    cdef vector[uint32_t] negative_of_code      # the fact that the atom does not hold
    cdef vector[uint32_t] negative_codes        # the atoms that have one
    cdef RelevantActions relevant               # the actions worth generating; None: all that can be reached
    cdef size_t reached                         # the actions that can be reached
    cdef uint32_t facts
    cdef size_t operators
    # per operator, in compressed rows; operators that share a binding are one action with its effects apart
    cdef vector[uint32_t] binding_starts
    cdef vector[uint32_t] bindings              # the schema, then the arguments
    cdef vector[uint32_t] pre_starts
    cdef vector[uint32_t] pre
    cdef vector[uint32_t] add_starts
    cdef vector[uint32_t] add
    # per fact: the operators that need it
    cdef vector[uint32_t] needed_starts
    cdef vector[uint32_t] needed

    cdef int _explore(self) except -1
    cdef int _make_triggers(self) except -1
    cdef int _reach(self, uint32_t code) except -1
    cdef uint32_t negative_fact(self, uint32_t code) except? 0xFFFFFFFF
    cdef int _unconditional(self, int schema) except -1
    cdef int _join(self, uint32_t code) except -1
    cdef bint _unify(self, const Trigger* trigger, const uint32_t* arguments)
    cdef int _take_all(self, const Plan* plan, int literal, uint32_t code) except -1
    cdef bint _found_before(self, int schema, int literal, uint32_t code, const uint32_t* binding)
    cdef int _add_operator(self, int schema, const uint32_t* binding) except -1
    cdef int _achieve(self, uint32_t fact) except -1
    cdef int _find_negated(self) except -1
    cdef int _close_row(self, vector[uint32_t]* row, vector[uint32_t]* starts) except -1
    cdef int _drop_opposites(self) except -1
    cdef bint _has_precondition(self, size_t operator, uint32_t fact) noexcept nogil
    cdef int _keep_relevant(self) except -1
    cdef int _note_relevant(self, const vector[uint8_t]& marked) except -1
    cdef int _drop_dominated(self) except -1
    cdef uint64_t _key(self, size_t operator, uint32_t fact, uint32_t chosen) noexcept nogil
    cdef bint _covers(self, size_t one, size_t other, uint32_t fact, uint32_t other_fact) noexcept nogil
    cdef bint _dominated(self, size_t operator, size_t effect, size_t fewest, const vector[uint64_t]& keys,
                         const vector[uint32_t]& places, const vector[uint32_t]& owner, size_t mask) noexcept nogil
    cdef int _keep_effects(self, const vector[uint8_t]& kept) except -1
    cdef int _index_preconditions(self) except -1
    cdef uint32_t fact(self, uint32_t code) noexcept nogil
