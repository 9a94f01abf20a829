"""The static atoms: as tables, as membership tests, and indexed for the joins."""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libcpp.algorithm cimport sort
from libcpp.vector cimport vector

from heurgen.core.numbering cimport KEY_LIMIT, Numbering
from heurgen.core.structures cimport Form, Interner, PredicateInfo, Relation, RowIndex, Term, TermList


cdef class Relations(Numbering):
    """A numbering with the static atoms of the initial state, and how codes follow from bindings."""

    def __init__(self, problem):
        cdef size_t p
        Numbering.__init__(self, problem)
        self.relations.assign(self.infos.size(), NULL)
        for p in range(self.infos.size()):
            if not self.infos[p].fluent:
                self.relations[p] = new Relation()
        self._fill_relations(problem)

    def __dealloc__(self):
        cdef Py_ssize_t i
        for i in range(<Py_ssize_t>self.relations.size()):
            del self.relations[i]
        for i in range(<Py_ssize_t>self.row_indexes.size()):
            del self.row_indexes[i]

    cdef bint static_holds(self, int predicate, const uint32_t* arguments) noexcept nogil:
        cdef Relation* relation = self.relations[predicate]
        cdef PredicateInfo* info = &self.infos[predicate]
        cdef int64_t code = 0
        cdef int i
        if not info.dense:
            return relation.members.get().find(arguments) >= 0
        for i in range(info.arity):
            if not info.lows[i] <= arguments[i] < info.lows[i] + info.sizes[i]:
                return False
            code += <int64_t>(arguments[i] - info.lows[i]) * info.strides[i]
        return relation.bits[code] != 0

    cdef Form form_of(self, int predicate, TermList terms):
        """How the code of that atom follows from a binding of the parameters.

        For a static predicate it is the place in its membership table.
        """
        cdef Form form
        cdef Term term
        cdef PredicateInfo* info = &self.infos[predicate]
        cdef size_t i
        if info.dense:
            form.base = info.base
            for i in range(terms.params.size()):
                form.base -= <int64_t>info.lows[i] * info.strides[i]
                if terms.params[i] < 0:
                    form.base += <int64_t>terms.constants[i] * info.strides[i]
                else:
                    term.param = terms.params[i]
                    term.stride = info.strides[i]
                    form.terms.push_back(term)
            return form
        form.key_params = terms.params
        form.key_constants = terms.constants
        if not info.fluent:
            form.interner = self.relations[predicate].members.get()
            return form
        form.interner = self.interned
        form.offset = self.dense_codes
        form.prefix.push_back(predicate)
        for i in range(terms.params.size() + 1, <size_t>self.interned.width()):
            form.key_params.push_back(-1)
            form.key_constants.push_back(0)
        return form

    # ----- tables -----

    def _fill_relations(self, problem):
        cdef dict rows_of = {name: [] for name in self.predicate_names}
        cdef dict numbers = self.object_numbers
        cdef tuple atom
        for atom in problem.init:
            (<list>rows_of[atom[0]]).append(atom)
        cdef int predicate = 0
        for name in self.predicate_names:
            if self.relations[predicate] != NULL:
                self._fill_relation(predicate, rows_of[name])
            predicate += 1

    cdef int _fill_relation(self, int predicate, list atoms) except -1:
        cdef Relation* relation = self.relations[predicate]
        cdef PredicateInfo* info = &self.infos[predicate]
        cdef dict numbers = self.object_numbers
        cdef tuple atom
        cdef vector[vector[uint32_t]] many
        cdef vector[uint64_t] packed
        cdef vector[uint32_t] row
        cdef uint32_t bits = max(1, self.object_count.bit_length())
        cdef int i, arity = info.arity
        cdef uint64_t word
        cdef size_t k
        relation.arity = arity
        relation.count = len(atoms)
        relation.rows.reserve(len(atoms) * arity)
        if arity * bits <= 64:
            for atom in atoms:
                word = 0
                for i in range(arity):
                    word = word << bits | <uint32_t>numbers[atom[i + 1]]
                packed.push_back(word)
            sort(packed.begin(), packed.end())
            for k in range(packed.size()):
                for i in range(arity):
                    relation.rows.push_back((packed[k] >> (bits * (arity - 1 - i))) & ((<uint64_t>1 << bits) - 1))
        else:
            for atom in sorted(atoms, key=lambda a: [numbers[term] for term in a[1:]]):
                for i in range(arity):
                    relation.rows.push_back(numbers[atom[i + 1]])
        return self._fill_membership(predicate)

    cdef int _fill_membership(self, int predicate) except -1:
        cdef Relation* relation = self.relations[predicate]
        cdef PredicateInfo* info = &self.infos[predicate]
        cdef uint32_t r
        cdef int i
        cdef int64_t code
        cdef int arity = info.arity
        for r in range(relation.count):
            for i in range(arity):
                if not info.lows[i] <= relation.rows[r * arity + i] < info.lows[i] + info.sizes[i]:
                    info.dense = False          # an atom outside its declared types
        if info.dense:
            relation.bits.resize(info.space)
        else:
            relation.members.reset(new Interner(arity))
        for r in range(relation.count):
            if info.dense:
                code = 0
                for i in range(arity):
                    code += <int64_t>(relation.rows[r * arity + i] - info.lows[i]) * info.strides[i]
                relation.bits[code] = 1
            else:
                relation.members.get().intern(relation.rows.data() + <size_t>r * arity)
        return 0

    # ----- indexes -----

    cdef int spec(self, int predicate, uint64_t positions) except -1:
        """The number of the index of a fluent predicate by those positions."""
        cdef size_t i
        cdef IndexSpec fresh
        for i in range(self.specs.size()):
            if self.specs[i].predicate == predicate and self.specs[i].positions == positions:
                return <int>i
        fresh.predicate = predicate
        fresh.positions = positions
        self.specs.push_back(fresh)
        return <int>self.specs.size() - 1

    cdef RowIndex* row_index(self, int predicate, uint64_t positions) except NULL:
        """The index of a static predicate by those positions, built when first asked for."""
        if self.row_index_numbers is None:
            self.row_index_numbers = {}
        number = self.row_index_numbers.get((predicate, positions))
        if number is None:
            number = self.row_indexes.size()
            self.row_indexes.push_back(self._build_rows(predicate, positions))
            self.row_index_numbers[predicate, positions] = number
        return self.row_indexes[number]

    cdef RowIndex* _build_rows(self, int predicate, uint64_t positions) except NULL:
        cdef Relation* relation = self.relations[predicate]
        cdef PredicateInfo* info = &self.infos[predicate]
        cdef RowIndex* index = new RowIndex()
        cdef int64_t spread = 1
        cdef int i, arity = info.arity
        cdef vector[int] bound, free
        cdef vector[uint32_t] numbers, key, cursor
        cdef uint32_t r, number
        cdef size_t k
        cdef const uint32_t* row
        for i in range(arity):
            if in_key(positions, i):
                bound.push_back(i)
                spread = min(spread * info.sizes[i], <int64_t>1 << 40)
            else:
                free.push_back(i)
        index.width = <int>free.size()
        key.resize(bound.size() + 1)
        if not info.dense and not self._rows_in_bounds(predicate) or spread > KEY_LIMIT:
            index.keys.reset(new Interner(<int>bound.size()))
        numbers.resize(relation.count)
        for r in range(relation.count):
            row = relation.rows.data() + <size_t>r * arity
            if index.keys.get() != NULL:
                for k in range(bound.size()):
                    key[k] = row[bound[k]]
                number = index.keys.get().intern(key.data())
            else:
                number = 0
                for k in range(bound.size()):
                    number = number * info.sizes[bound[k]] + row[bound[k]] - info.lows[bound[k]]
            numbers[r] = number
        if index.keys.get() != NULL:
            spread = index.keys.get().size()
        index.starts.assign(spread + 1, 0)
        for r in range(relation.count):
            index.starts[numbers[r] + 1] += 1
        for k in range(<size_t>spread):
            index.distinct += index.starts[k + 1] > 0
            index.starts[k + 1] += index.starts[k]
        cursor = index.starts
        index.entries.resize(<size_t>relation.count * max(index.width, 1))
        for r in range(relation.count):
            row = relation.rows.data() + <size_t>r * arity
            for k in range(free.size()):
                index.entries[<size_t>cursor[numbers[r]] * index.width + k] = row[free[k]]
            cursor[numbers[r]] += 1
        return index

    cdef bint _rows_in_bounds(self, int predicate):
        cdef Relation* relation = self.relations[predicate]
        cdef PredicateInfo* info = &self.infos[predicate]
        cdef size_t k
        cdef int i
        for k in range(relation.rows.size()):
            i = <int>(k % info.arity)
            if not info.lows[i] <= relation.rows[k] < info.lows[i] + info.sizes[i]:
                return False
        return True
