"""Atoms as the tuples of strings that heuristics see: each is made once, and known again by its address."""

from types import MappingProxyType

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF, Py_XDECREF
from libc.stdint cimport int64_t, uint32_t
from libcpp.vector cimport vector

from heurgen.core.relations cimport Relations
from heurgen.core.structures cimport Relation

from heurgen.core.atoms import AtomSet

cdef Py_ssize_t ADDRESSES = 1 << 12         # entries of the cache from a tuple's address to its code


cdef class Tuples(Relations):
    """Relations with the tuples of their atoms."""

    def __cinit__(self, *_):
        self.argument_cache = NULL
        self.atom_cache = NULL
        self.address_keys = <PyObject**>PyMem_Calloc(ADDRESSES, sizeof(PyObject*))
        self.address_codes = <int64_t*>PyMem_Calloc(ADDRESSES, sizeof(int64_t))
        if self.address_keys == NULL or self.address_codes == NULL:
            raise MemoryError

    def __init__(self, problem):
        Relations.__init__(self, problem)
        self._static_groups = {}
        self.argument_overflow = {}
        self.atom_overflow = {}
        self.argument_cache = <PyObject**>PyMem_Calloc(max(self.dense_codes, 1), sizeof(PyObject*))
        self.atom_cache = <PyObject**>PyMem_Calloc(max(self.dense_codes, 1), sizeof(PyObject*))
        if self.argument_cache == NULL or self.atom_cache == NULL:
            raise MemoryError

    def __dealloc__(self):
        cdef Py_ssize_t i
        for i in range(ADDRESSES):
            if self.address_keys != NULL:
                Py_XDECREF(self.address_keys[i])
        PyMem_Free(self.address_keys)
        PyMem_Free(self.address_codes)
        for i in range(self.dense_codes):
            if self.argument_cache != NULL:
                Py_XDECREF(self.argument_cache[i])
            if self.atom_cache != NULL:
                Py_XDECREF(self.atom_cache[i])
        PyMem_Free(self.argument_cache)
        PyMem_Free(self.atom_cache)

    # ----- static atoms -----

    @property
    def static(self):
        if self._static is None:
            found = {}
            for number, name in enumerate(self.predicate_names):
                if self.relations[number] != NULL:
                    found[name] = AtomSet(self._rows(number))
            self._static = MappingProxyType(found)
        return self._static

    def static_matches(self, int predicate, tuple pattern):
        """The argument tuples of a static predicate that agree with a pattern (None: anything)."""
        positions = tuple([i for i, value in enumerate(pattern) if value is not None])
        groups = self._static_groups.get((predicate, positions))
        if groups is None:
            groups = {}
            for arguments in self.static[self.predicate_names[predicate]]:
                groups.setdefault(tuple([arguments[i] for i in positions]), []).append(arguments)
            groups = {key: tuple(found) for key, found in groups.items()}
            self._static_groups[predicate, positions] = groups
        return groups.get(tuple([pattern[i] for i in positions]), ())

    def _rows(self, int predicate):
        cdef Relation* relation = self.relations[predicate]
        cdef int arity = relation.arity
        cdef uint32_t row
        cdef int i
        objects = self.objects
        return tuple([
            tuple([objects[relation.rows[row * arity + i]] for i in range(arity)])
            for row in range(relation.count)
        ])

    # ----- from codes to tuples -----

    cdef tuple _make_tuple(self, uint32_t code, bint with_predicate):
        cdef int predicate = self.predicate_of(code)
        cdef vector[uint32_t] arguments
        cdef int i, arity = self.infos[predicate].arity
        arguments.resize(max(arity, 1))
        self.arguments_of(code, predicate, arguments.data())
        names = [self.objects[arguments[i]] for i in range(arity)]
        if with_predicate:
            names.insert(0, self.predicate_names[predicate])
        return tuple(names)

    cdef tuple argument_tuple(self, uint32_t code):
        cdef tuple made
        if code < self.dense_codes:
            if self.argument_cache[code] != NULL:
                return <tuple>self.argument_cache[code]
            made = self._make_tuple(code, False)
            Py_INCREF(made)
            self.argument_cache[code] = <PyObject*>made
            return made
        made = self.argument_overflow.get(code)
        if made is None:
            made = self._make_tuple(code, False)
            self.argument_overflow[code] = made
        return made

    cdef tuple atom_tuple(self, uint32_t code):
        cdef tuple made
        if code < self.dense_codes:
            if self.atom_cache[code] != NULL:
                return <tuple>self.atom_cache[code]
            made = self._make_tuple(code, True)
            Py_INCREF(made)
            self.atom_cache[code] = <PyObject*>made
            return made
        made = self.atom_overflow.get(code)
        if made is None:
            made = self._make_tuple(code, True)
            self.atom_overflow[code] = made
        return made

    # ----- and back -----

    cdef int64_t lookup(self, object atom) except -4:
        """The code of an atom given as a tuple of strings, or NEVER_SEEN, STATIC_TRUE, STATIC_FALSE.

        KeyError for an unknown predicate. A tuple seen before is recognised by its address.
        """
        cdef size_t slot = (<size_t><PyObject*>atom >> 4) & <size_t>(ADDRESSES - 1)
        if self.address_keys[slot] == <PyObject*>atom:
            return self.address_codes[slot]
        cdef int64_t code = self._resolve(atom)
        if code != NEVER_SEEN and type(atom) is tuple:      # an immutable key that is kept alive
            Py_INCREF(atom)
            Py_XDECREF(self.address_keys[slot])
            self.address_keys[slot] = <PyObject*>atom
            self.address_codes[slot] = code
        return code

    cdef int64_t _resolve(self, object atom) except -4:
        cdef int predicate = self.predicate_number(atom[0])
        cdef int i, arity = self.infos[predicate].arity
        cdef uint32_t small[16]
        cdef vector[uint32_t] large
        cdef uint32_t* arguments = small
        if len(atom) != arity + 1:
            raise ValueError(f"{self.predicate_names[predicate]} takes {arity} arguments: {atom!r}")
        if arity > 16:
            large.resize(arity)
            arguments = large.data()
        for i in range(arity):
            number = self.object_numbers.get(atom[i + 1])
            if number is None:
                return NEVER_SEEN if self.relations[predicate] == NULL else STATIC_FALSE
            arguments[i] = number
        if self.relations[predicate] != NULL:
            return STATIC_TRUE if self.static_holds(predicate, arguments) else STATIC_FALSE
        return self.code_of(predicate, arguments)

    def code_for(self, tuple atom):
        """The code of a fluent atom, which is given one if need be; -1 for a static atom that holds."""
        cdef int predicate = self.predicate_number(atom[0])
        cdef int i, arity = self.infos[predicate].arity
        cdef vector[uint32_t] arguments
        if len(atom) != arity + 1:
            raise ValueError(f"{atom[0]} takes {arity} arguments: {atom!r}")
        arguments.assign(arity + 1, 0)
        for i in range(arity):
            number = self.object_numbers.get(atom[i + 1])
            if number is None:
                raise ValueError(f"no object {atom[i + 1]!r}")
            arguments[i] = number
        if self.relations[predicate] == NULL:
            return self._intern(predicate, arguments.data())
        if not self.static_holds(predicate, arguments.data()):
            raise ValueError(f"no action can make {atom!r} true")
        return -1
