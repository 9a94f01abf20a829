"""S-expressions of PDDL text, fast: one pass over the bytes.

A list that holds only tokens becomes a tuple of strings, so that the atoms of an initial state come out ready
to use; a list with lists in it becomes a `Node`, which knows where its children stand in the text. Equal
tokens are the same string object.
"""

from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcmp
from libcpp.vector cimport vector


class ScanError(Exception):
    """Text that is no list of lists; `offset` is where, in bytes."""

    def __init__(self, message, offset):
        super().__init__(message)
        self.offset = offset


cdef class Node:
    """A list that holds lists. `start` is the offset of its parenthesis, `items` its children."""

    cdef readonly list items
    cdef readonly Py_ssize_t start
    cdef vector[uint32_t] offsets

    def offset(self, Py_ssize_t place):
        """Where the child at that place begins, in bytes."""
        return self.offsets[place]


cdef class Tokens:
    """The distinct tokens of a text, by their bytes."""

    cdef const uint8_t* text
    cdef vector[uint32_t] begins
    cdef vector[uint32_t] lengths
    cdef vector[uint32_t] slots
    cdef list strings

    def __cinit__(self):
        self.strings = []
        self.slots.assign(1024, 0xFFFFFFFF)

    cdef str get(self, Py_ssize_t begin, Py_ssize_t end):
        cdef uint32_t length = <uint32_t>(end - begin)
        cdef uint64_t place = self._hash(begin, length) & (self.slots.size() - 1)
        cdef uint32_t id
        while self.slots[place] != 0xFFFFFFFF:
            id = self.slots[place]
            if self.lengths[id] == length and memcmp(self.text + self.begins[id], self.text + begin, length) == 0:
                return <str>self.strings[id]
            place = (place + 1) & (self.slots.size() - 1)
        made = PyUnicode_DecodeUTF8(<const char*>self.text + begin, length, NULL)
        self.slots[place] = <uint32_t>self.begins.size()
        self.begins.push_back(<uint32_t>begin)
        self.lengths.push_back(length)
        self.strings.append(made)
        if self.begins.size() * 2 > self.slots.size():
            self._grow()
        return made

    cdef uint64_t _hash(self, Py_ssize_t begin, uint32_t length) noexcept nogil:
        cdef uint64_t h = 14695981039346656037ULL     # FNV-1a
        cdef uint32_t i
        for i in range(length):
            h = (h ^ self.text[begin + i]) * <uint64_t>1099511628211
        return h ^ (h >> 29)

    cdef int _grow(self) except -1:
        cdef size_t wanted = self.slots.size() * 2
        cdef uint64_t place
        cdef uint32_t id
        self.slots.assign(wanted, 0xFFFFFFFF)
        for id in range(<uint32_t>self.begins.size()):
            place = self._hash(self.begins[id], self.lengths[id]) & (wanted - 1)
            while self.slots[place] != 0xFFFFFFFF:
                place = (place + 1) & (wanted - 1)
            self.slots[place] = id
        return 0


cdef inline bint is_space(uint8_t c) noexcept nogil:
    return c == 32 or 9 <= c <= 13


cdef inline bint ends_token(uint8_t c) noexcept nogil:
    return is_space(c) or c == 40 or c == 41 or c == 59      # ( ) ;


def scan(bytes text not None):
    """The one list that a text consists of, as a tuple or a Node, and the offset where it begins.

    `text` is lower-case UTF-8. ScanError for anything else than one list with balanced parentheses.
    """
    cdef const uint8_t* bytes_ = <const uint8_t*><const char*>text
    cdef Py_ssize_t size = len(text), i = 0, start = 0, begin
    cdef Tokens tokens = Tokens()
    cdef list open_nodes = []           # one Node per open list
    cdef vector[bint] nested            # whether it holds a list so far
    cdef Node node, parent
    cdef object made = None
    tokens.text = bytes_
    while i < size:
        if is_space(bytes_[i]):
            i += 1
        elif bytes_[i] == 59:
            while i < size and bytes_[i] != 10 and bytes_[i] != 13:
                i += 1
        elif made is not None:
            raise ScanError("text after the closing parenthesis", i)
        elif bytes_[i] == 40:
            node = Node.__new__(Node)
            node.items = []
            node.start = i
            open_nodes.append(node)
            nested.push_back(False)
            i += 1
        elif bytes_[i] == 41:
            if not open_nodes:
                raise ScanError("')' without '('", i)
            node = <Node>open_nodes.pop()
            closed = node if nested.back() else tuple(node.items)
            nested.pop_back()
            if open_nodes:
                parent = <Node>open_nodes[len(open_nodes) - 1]
                parent.items.append(closed)
                parent.offsets.push_back(<uint32_t>node.start)
                nested[nested.size() - 1] = True
            else:
                made = closed
                start = node.start
            i += 1
        else:
            begin = i
            while i < size and not ends_token(bytes_[i]):
                i += 1
            if not open_nodes:
                raise ScanError(f"{text[begin:begin + 40].decode(errors='replace').split()[0]!r} outside of parentheses", begin)
            node = <Node>open_nodes[len(open_nodes) - 1]
            node.items.append(tokens.get(begin, i))
            node.offsets.push_back(<uint32_t>begin)
    if open_nodes:
        raise ScanError("'(' is never closed", (<Node>open_nodes[len(open_nodes) - 1]).start)
    if made is None:
        raise ScanError("nothing but comments and white space", 0)
    return made, start


def token_offset(bytes text not None, Py_ssize_t start, Py_ssize_t place):
    """Where a token of a list of tokens begins; `start` is the offset of the list's parenthesis."""
    cdef const uint8_t* bytes_ = <const uint8_t*><const char*>text
    cdef Py_ssize_t size = len(text), i = start + 1
    while i < size and bytes_[i] != 41:
        if is_space(bytes_[i]):
            i += 1
        elif bytes_[i] == 59:
            while i < size and bytes_[i] != 10 and bytes_[i] != 13:
                i += 1
        else:
            if place == 0:
                return i
            place -= 1
            while i < size and not ends_token(bytes_[i]):
                i += 1
    return i


def first_bad_atom(list atoms not None, dict signatures not None, dict kinds not None):
    """The place of the first atom that is not well formed, -1 if all are.

    `kinds` gives each object a number, `signatures` gives each predicate a tuple with, per argument, a bytes
    object that has a nonzero byte at the numbers allowed there.
    """
    cdef Py_ssize_t place, k
    cdef tuple atom, signature
    cdef object kind
    for place in range(len(atoms)):
        item = atoms[place]
        if type(item) is not tuple or not <tuple>item:
            return place
        atom = <tuple>item
        signature = <tuple>signatures.get(atom[0])
        if signature is None or len(signature) != len(atom) - 1:
            return place
        for k in range(len(signature)):
            kind = kinds.get(atom[k + 1])
            if kind is None or not (<bytes>signature[k])[<Py_ssize_t>kind]:
                return place
    return -1
