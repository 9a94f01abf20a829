from libc.stdint cimport uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.engine cimport Engine
from heurgen.core.evaluators cimport Evaluator
from heurgen.core.relevance cimport RelevantActions


cdef enum Order:
    BY_SCHEMA
    BY_GOALS
    AT_RANDOM


cdef struct Successor:
    int schema
    uint32_t crowd          # applicable actions of its schema
    size_t place            # of its arguments
    int goals_left
    uint64_t hash_low
    uint64_t hash_high


cdef class Expansion(Engine):
    cdef Evaluator evaluator                # the first of those in use
    cdef size_t evaluators                  # how many
    cdef vector[double] values              # what they said of the state evaluated last
    cdef bint hopeless                      # one of them proved that state to be a dead end
    cdef RelevantActions relevant           # what is generated; None: every applicable action
    cdef Order order
    cdef uint64_t random
    cdef vector[uint32_t] first_actions     # to be tried before the others: schema, arguments, schema ...
    cdef vector[uint64_t] preferred_keys    # of the state in expansion
    cdef vector[Successor] successors       # of the state in expansion, where they are put in order
    cdef vector[uint32_t] arguments

    cdef int use(self, Evaluator evaluator) except -1
    cdef bint run(self) except -1 nogil
    cdef int evaluate_all(self) except -1 nogil
    cdef int count_expansion(self) except -1 nogil
    cdef bint offers_preferred(self) noexcept nogil
    cdef bint is_preferred(self, int schema, const uint32_t* binding) noexcept nogil
    cdef bint expand(self, uint32_t id) except -1 nogil
    cdef bint take_child(self, uint32_t id, int schema, size_t place, bint preferred) except -1 nogil
    cdef int _evaluate_from(self, Evaluator evaluator, size_t place) except -1 nogil
    cdef int _ask_preferred(self, Evaluator evaluator) except -1 nogil
    cdef int _ask_first(self, Evaluator evaluator) except -1 nogil
    cdef size_t produce(self, int schema) except? 0xFFFFFFFF nogil
    cdef bint _take_batch(self, uint32_t id, int schema, size_t count) except -1 nogil
    cdef bint _try_first(self, uint32_t id) except -1 nogil
    cdef bint _expand_in_order(self, uint32_t id) except -1 nogil
    cdef int _collect(self, int schema, size_t count) except -1 nogil
    cdef int _arrange(self) except -1 nogil
