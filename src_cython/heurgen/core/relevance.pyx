"""The ground actions that a plan may need: the others are not worth generating.

An action is relevant if it achieves a fact of the goal, or a fact that a relevant action needs. Without its irrelevant
actions a plan is still a plan, so that leaving them out keeps solvability and the cost of the cheapest plans. Fast
Downward's translator and preprocessor leave out less, by whole variables (Helmert, "The Fast Downward Planning System",
JAIR 26, 2006, section 5.2).
"""

from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memmove
from libcpp.vector cimport vector

from heurgen.core.evaluators cimport action_key


cdef class RelevantActions:
    """A set of ground actions, by their hashes: two that share one are both kept, which does no harm."""

    def __cinit__(self):
        self.slots.assign(64, 0)

    cdef int add(self, uint64_t key) except -1:
        cdef vector[uint64_t] before
        cdef size_t i
        if 2 * (self.count + 1) > self.slots.size():
            before.swap(self.slots)
            self.slots.assign(2 * before.size(), 0)
            for i in range(before.size()):
                if before[i]:
                    self.insert(before[i])
        self.count += self.insert(key if key else 1)
        return 0

    cdef int insert(self, uint64_t key) noexcept nogil:
        """Put a key other than 0 into its slot; 0 if it is there, 1 if it is new."""
        cdef size_t mask = self.slots.size() - 1, slot = key & mask
        while self.slots[slot]:
            if self.slots[slot] == key:
                return 0
            slot = (slot + 1) & mask
        self.slots[slot] = key
        return 1

    cdef size_t keep(self, int schema, size_t width, uint32_t* bindings, size_t count) noexcept nogil:
        """Move the relevant ones of `count` instances of a schema to the front, in their order; how many."""
        cdef size_t mask = self.slots.size() - 1, slot, k, kept = 0
        cdef uint64_t key
        for k in range(count):
            key = action_key(schema, bindings + k * width, width)
            if not key:
                key = 1
            slot = key & mask
            while self.slots[slot] and self.slots[slot] != key:
                slot = (slot + 1) & mask
            if self.slots[slot]:
                if kept < k:
                    memmove(bindings + kept * width, bindings + k * width, width * sizeof(uint32_t))
                kept += 1
        return kept

    def __len__(self):
        return self.count
