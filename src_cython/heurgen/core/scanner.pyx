"""Nested lists of PDDL text, fast: one pass over the bytes, and the loops over its large lists.

A list that holds only tokens becomes a tuple of strings, so that the atoms of an initial state come
out ready to use. A list with lists in it becomes a `Node`, which knows where its items stand in the
text. Equal tokens of a text are the same string object.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_GetItem
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy
from libcpp.vector cimport vector

cdef enum:
    TAB = 9
    LINE_FEED = 10
    CARRIAGE_RETURN = 13
    SPACE = 32
    OPEN = 40
    CLOSE = 41
    SEMICOLON = 59

cdef uint32_t FREE = 0xFFFFFFFF
cdef tuple OBJECT = ("object",)


class ScanError(Exception):
    """Text that is not one list; `offset` is where that shows, in bytes."""

    def __init__(self, message, offset, expected=""):
        super().__init__(message)
        self.offset = offset
        self.expected = expected


class UnclosedError(ScanError):
    """A list without end; `offset` is that of the innermost open parenthesis."""


class ItemError(Exception):
    """A list with a wrong item: its place, what was found and what was expected."""

    def __init__(self, message, place, expected):
        super().__init__(message)
        self.place = place
        self.expected = expected


cdef class Node:
    """A list that holds lists: `items`, and `start`, the offset of its parenthesis in bytes."""

    cdef readonly tuple items
    cdef readonly Py_ssize_t start
    cdef vector[uint32_t] offsets

    def offset(self, size_t place):
        """Where the item at that place begins, in bytes. IndexError if there is none."""
        return self.offsets.at(place)


# ----- tokens -----


cdef inline bint is_space(uint8_t c) noexcept nogil:
    return c == SPACE or TAB <= c <= CARRIAGE_RETURN


cdef inline bint ends_token(uint8_t c) noexcept nogil:
    return c <= SEMICOLON and (c == OPEN or c == CLOSE or c == SEMICOLON or is_space(c))


cdef inline const uint8_t* skip_blank(const uint8_t* at, const uint8_t* end) noexcept nogil:
    """The next byte that is neither white space nor part of a comment."""
    while at < end:
        if is_space(at[0]):
            at += 1
        elif at[0] == SEMICOLON:
            while at < end and at[0] != LINE_FEED and at[0] != CARRIAGE_RETURN:
                at += 1
        else:
            break
    return at


cdef inline const uint8_t* skip_token(const uint8_t* at, const uint8_t* end) noexcept nogil:
    while at < end and not ends_token(at[0]):
        at += 1
    return at


cdef inline uint32_t hash_bytes(const uint8_t* at, size_t length) noexcept nogil:
    # Multiplicative hashing by 2**64 / golden ratio: Knuth, TAOCP vol. 3, section 6.4.
    cdef uint64_t factor = 0x9E3779B97F4A7C15ULL
    cdef uint64_t h = length * factor
    cdef uint64_t part
    while length >= 8:
        memcpy(&part, at, 8)
        h = (h ^ part) * factor
        h ^= h >> 32
        at += 8
        length -= 8
    part = 0
    memcpy(&part, at, length)
    h = (h ^ part) * factor
    return <uint32_t>(h >> 32)


cdef struct Token:
    const uint8_t* text
    uint32_t length
    uint32_t hash


cdef class Tokens:
    """The distinct tokens of a text, by their bytes: open addressing, at most half full."""

    cdef vector[Token] known
    cdef vector[uint32_t] slots
    cdef list strings

    def __cinit__(self):
        self.strings = []
        self.slots.assign(1024, FREE)

    cdef PyObject* get(self, const uint8_t* text, size_t length) except NULL:
        """The string of a token, a borrowed reference."""
        cdef Token token
        cdef Token* other
        cdef size_t mask = self.slots.size() - 1
        token.text = text
        token.length = <uint32_t>length
        token.hash = hash_bytes(text, length)
        cdef size_t slot = token.hash & mask
        while self.slots[slot] != FREE:
            other = &self.known[self.slots[slot]]
            if (other.hash == token.hash and other.length == token.length
                    and memcmp(other.text, text, length) == 0):
                return PyList_GET_ITEM(self.strings, self.slots[slot])
            slot = (slot + 1) & mask
        made = PyUnicode_DecodeUTF8(<const char*>text, length, NULL)
        self.strings.append(made)
        self.slots[slot] = <uint32_t>self.known.size()
        self.known.push_back(token)
        if self.known.size() * 2 > self.slots.size():
            self.grow()
        return <PyObject*>made

    cdef int grow(self) except -1:
        cdef size_t mask = self.slots.size() * 2 - 1
        cdef size_t slot
        cdef uint32_t number
        self.slots.assign(mask + 1, FREE)
        for number in range(<uint32_t>self.known.size()):
            slot = self.known[number].hash & mask
            while self.slots[slot] != FREE:
                slot = (slot + 1) & mask
            self.slots[slot] = number
        return 0


cdef extern from "Python.h":
    PyObject* PyList_GET_ITEM(object, Py_ssize_t)     # borrowed, unlike that of cpython.list


# ----- lists -----


cdef struct OpenList:
    uint32_t start          # offset of the parenthesis
    size_t first            # place of its first item on the stack
    bint nested             # whether one of its items is a list


cdef class Scanner:
    """The state of a scan. The stack holds the items of all open lists, outer lists first."""

    cdef Tokens tokens
    cdef list closed                    # keeps the lists on the stack alive, which only borrows
    cdef vector[PyObject*] stack
    cdef vector[uint32_t] offsets       # of the items on the stack
    cdef vector[OpenList] open_lists

    def __cinit__(self):
        self.tokens = Tokens()
        self.closed = []

    cdef void push(self, PyObject* item, uint32_t offset) noexcept:
        self.stack.push_back(item)
        self.offsets.push_back(offset)

    cdef void open(self, uint32_t offset) noexcept:
        cdef OpenList opened
        opened.start = offset
        opened.first = self.stack.size()
        opened.nested = False
        self.open_lists.push_back(opened)

    cdef int close(self) except -1:
        """Replace the items of the innermost open list on the stack by that list."""
        cdef OpenList last = self.open_lists.back()
        cdef Node node
        cdef object made = self.top_items(last.first)
        if last.nested:
            node = Node.__new__(Node)
            node.items = made
            node.start = last.start
            node.offsets.assign(self.offsets.begin() + last.first, self.offsets.end())
            made = node
        self.stack.resize(last.first)
        self.offsets.resize(last.first)
        self.open_lists.pop_back()
        self.closed.append(made)
        self.push(<PyObject*>made, last.start)
        if not self.open_lists.empty():
            self.open_lists.back().nested = True
        return 0

    cdef tuple top_items(self, size_t first):
        cdef Py_ssize_t size = self.stack.size() - first
        cdef Py_ssize_t place
        cdef tuple items = PyTuple_New(size)
        for place in range(size):
            item = <object>self.stack[first + place]
            Py_INCREF(item)             # PyTuple_SET_ITEM takes the reference over
            PyTuple_SET_ITEM(items, place, item)
        return items


def scan(bytes text not None):
    """The one list that a text consists of, as a tuple or a Node, and the offset where it begins.

    `text` is lower-case UTF-8. ScanError for anything else than one list with balanced parentheses,
    and for more than 4 GiB.
    """
    cdef const uint8_t* begin = <const uint8_t*>PyBytes_AS_STRING(text)
    cdef const uint8_t* end = begin + PyBytes_GET_SIZE(text)
    cdef const uint8_t* at = skip_blank(begin, end)
    cdef const uint8_t* token
    cdef Scanner scanner = Scanner()
    if PyBytes_GET_SIZE(text) >= FREE:
        raise ScanError("the text is larger than 4 GiB", 0)
    while at < end:
        if at[0] == OPEN and (scanner.stack.empty() or not scanner.open_lists.empty()):
            scanner.open(<uint32_t>(at - begin))
            at += 1
        elif scanner.open_lists.empty():
            raise _misplaced(text, at - begin, not scanner.stack.empty())
        elif at[0] == CLOSE:
            scanner.close()
            at += 1
        else:
            token = at
            at = skip_token(at, end)
            scanner.push(scanner.tokens.get(token, at - token), <uint32_t>(token - begin))
        at = skip_blank(at, end)
    if not scanner.open_lists.empty():
        raise UnclosedError("'(' is never closed", scanner.open_lists.back().start, "')'")
    if scanner.stack.empty():
        raise ScanError("nothing but comments and white space", 0, "(define ...)")
    return <object>scanner.stack[0], scanner.offsets[0]


cdef object _misplaced(bytes text, Py_ssize_t offset, bint after):
    """The error for what stands outside of the one list."""
    if text[offset] == CLOSE:
        return ScanError("')' without '('", offset)
    if after:
        return ScanError("text after the closing parenthesis", offset, "the end of the file")
    return ScanError("text outside of parentheses", offset, "(define ...)")


def token_offset(bytes text not None, Py_ssize_t start, Py_ssize_t place):
    """Where a token of a list of tokens begins; `start` is the offset of the list's parenthesis."""
    cdef const uint8_t* begin = <const uint8_t*>PyBytes_AS_STRING(text)
    cdef const uint8_t* end = begin + PyBytes_GET_SIZE(text)
    cdef const uint8_t* at = skip_blank(begin + start + 1, end)
    while place > 0 and at < end and at[0] != CLOSE:
        at = skip_blank(skip_token(at, end), end)
        place -= 1
    return at - begin


# ----- large lists of PDDL -----


def typed_list(tuple items not None, Py_ssize_t first, bint variables):
    """``a b - t c - (either u v) d``: a list of (name, types, place), in order.

    Names without a type are of type ``object``. With `variables` all names must begin with ``?``,
    else none may. ItemError for a list that is not of this form.
    """
    cdef list found = []
    cdef dict singles = {}              # equal types are the same tuple
    cdef Py_ssize_t size = len(items), place = first, waiting = first, k
    while place < size:
        if items[place] != "-":
            _check_name(items, place, variables)
            place += 1
            continue
        if waiting == place:
            raise ItemError("found '-'", place, "a name before its type")
        types = _types_at(items, place + 1, singles)
        for k in range(waiting, place):
            found.append((items[k], types, k))
        place += 2
        waiting = place
    for k in range(waiting, size):
        found.append((items[k], OBJECT, k))
    return found


cdef int _check_name(tuple items, Py_ssize_t place, bint variables) except -1:
    expected = "a variable" if variables else "a name"
    if type(items[place]) is not str:
        raise ItemError("found a list", place, expected)
    cdef str name = <str>items[place]
    cdef Py_UCS4 first = name[0]
    if first == u"-":
        expected += f", or '- {name[1:]}' with a space"
    if (first == u"?") != variables or first == u":" or first == u"-" or name == "?":
        raise ItemError(f"found {name!r}", place, expected)
    return 0


cdef tuple _types_at(tuple items, Py_ssize_t place, dict singles):
    if place >= len(items):
        raise ItemError("found '-' at the end of the list", place - 1, "a type after '-'")
    item = items[place]
    if type(item) is str:
        if item not in singles:
            _check_type(item, place)
            singles[item] = (item,)
        return <tuple>singles[item]
    if type(item) is not tuple or len(<tuple>item) < 2 or item[0] != "either":
        raise ItemError("found a list", place, "a type or (either TYPE ...)")
    for name in item[1:]:
        _check_type(name, place)
    return tuple(dict.fromkeys(item[1:]))


cdef int _check_type(str name, Py_ssize_t place) except -1:
    if name[0] in u"?:-":
        raise ItemError(f"found {name!r}", place, "a type")
    return 0


cdef class FactReader:
    """Takes ground facts from lists: atoms, and values of functions as in ``(= (f a) 5)``.

    `kinds` gives each object a number. `predicates` and `functions` give each symbol a tuple with,
    per argument, a bytes object that has a nonzero byte at the numbers allowed there. `numbers`
    gives the values of the tokens known to be numbers; whoever handles what `take` refuses may add
    some. What was read is in `atoms` and `values`.
    """

    cdef dict predicates
    cdef dict functions
    cdef dict kinds
    cdef readonly dict numbers
    cdef readonly list atoms
    cdef readonly dict values

    def __init__(self, dict predicates not None, dict functions not None, dict kinds not None):
        self.predicates = predicates
        self.functions = functions
        self.kinds = kinds
        self.numbers = {}
        self.atoms = []
        self.values = {}

    def take(self, tuple items not None, Py_ssize_t place):
        """Read items from a place on; the place of the first that is refused, else their number."""
        while place < len(items):
            item = items[place]
            if type(item) is tuple:
                if not self.fits(<tuple>item, self.predicates):
                    return place
                self.atoms.append(item)
            elif type(item) is not Node or not self.take_value((<Node>item).items):
                return place
            place += 1
        return place

    cdef bint fits(self, tuple atom, dict signatures) except -1:
        """Whether the symbol is known, the objects are known, and their types are admitted."""
        cdef Py_ssize_t size = PyTuple_GET_SIZE(atom), k, kind
        cdef PyObject* found
        cdef tuple signature
        cdef object mask
        if size == 0:
            return False
        found = PyDict_GetItem(signatures, <object>PyTuple_GET_ITEM(atom, 0))
        if found == NULL:
            return False
        signature = <tuple>found
        if PyTuple_GET_SIZE(signature) != size - 1:
            return False
        for k in range(size - 1):
            found = PyDict_GetItem(self.kinds, <object>PyTuple_GET_ITEM(atom, k + 1))
            if found == NULL:
                return False
            kind = <object>found
            mask = <object>PyTuple_GET_ITEM(signature, k)
            if not PyBytes_AS_STRING(mask)[kind]:
                return False
        return True

    cdef bint take_value(self, tuple items) except -1:
        if len(items) != 3 or items[0] != "=" or type(items[1]) is not tuple:
            return False
        if type(items[2]) is not str or not self.fits(<tuple>items[1], self.functions):
            return False
        value = self.numbers.get(items[2])
        return value is not None and self.values.setdefault(items[1], value) == value
