from libc.stdint cimport uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.evaluators cimport Evaluator
from heurgen.core.limits cimport Limits
from heurgen.core.state cimport Window
from heurgen.core.structures cimport Cursor, NodeTable, Plan
from heurgen.core.task cimport Task
from heurgen.core.world cimport World


cdef struct Step:
    uint32_t id
    uint32_t changes
    uint64_t action
    int schema


cdef class Engine:
    cdef Task task
    cdef World world
    cdef Window window
    cdef NodeTable nodes
    cdef vector[Plan] plans
    cdef vector[Plan] tests                 # whether a complete binding is applicable
    cdef Cursor cursor
    cdef vector[uint32_t] batch             # bindings the join wrote last
    cdef vector[uint64_t] hashes            # of the successors they lead to: low and high
    cdef vector[uint32_t] binding           # of the action that `_move` applies
    cdef vector[Step] path                  # from the root to where the world is
    cdef vector[uint32_t] chain
    cdef uint32_t goal_node
    cdef uint64_t next_replan
    cdef uint64_t fruitless                 # expansions in a row in which grouping objects spared nothing
    cdef uint64_t pruned_before

    cdef Evaluator watcher                  # told of every step of the world, or None

    cdef Limits limits

    # statistics
    cdef double initial_h
    cdef uint64_t expanded
    cdef uint64_t evaluated
    cdef uint64_t generated
    cdef uint64_t dead_ends
    cdef double heuristic_time

    cdef int add_root(self) except -1 nogil
    cdef int move(self, uint32_t target) except -1 nogil
    cdef int follow(self, size_t shared) except -1 nogil
    cdef int set_parent(self, uint32_t id, uint32_t parent, int schema, const uint32_t* binding) except -1 nogil
    cdef int hash_batch(self, int schema, size_t count) except -1 nogil
    cdef uint32_t child(self, uint32_t parent, int schema, size_t place) except? 0xFFFFFFFF nogil
    cdef double evaluate(self, Evaluator evaluator) except? -1.0 nogil
    cdef int group_objects(self) except -1 nogil
    cdef int plan_joins(self) except -1 nogil
    cdef void unpack(self, int schema, uint64_t action, uint32_t* binding) noexcept nogil
    cdef int _apply(self, const Step* step, bint forward) except -1 nogil
    cdef int _pack(self, uint32_t id, int schema, const uint32_t* binding) except -1 nogil
    cdef void _tell_window(self) noexcept nogil
