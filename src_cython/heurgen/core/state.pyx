"""States as a heuristic sees them.

During a search a `State` looks through a `Window` at the world of the search, so that making it costs
nothing. If somebody keeps it beyond the call, it is detached: it gets atoms of its own.
"""

from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_New, PyTuple_SET_ITEM
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libcpp.algorithm cimport binary_search, lower_bound, sort
from libcpp.vector cimport vector

from heurgen.core.structures cimport Bucket, EffectInfo, PredicateInfo, SchemaInfo, key_high, key_low
from heurgen.core.task cimport Task
from heurgen.core.tuples cimport NEVER_SEEN, STATIC_FALSE, STATIC_TRUE
from heurgen.core.world cimport HOLDS, World

_NONE = ()


cdef inline bint fits(tuple arguments, tuple pattern):
    """Whether argument tuple and pattern (None: anything) agree."""
    cdef Py_ssize_t i
    for i in range(len(pattern)):
        if pattern[i] is not None and arguments[i] != pattern[i]:
            return False
    return True


cdef class Window:

    def __cinit__(self, World world):
        cdef Py_ssize_t n = <Py_ssize_t>world.task.infos.size()
        self.world = world
        self.task = world.task
        self.base_tuples = [None] * n
        self.view_tuples = [None] * n
        self.base_versions.resize(n)
        self.view_versions.resize(n)
        self.whole.assign(n, -1)
        self.base_schema = -1

    cdef State show(self):
        cdef State state = State.__new__(State)
        state.task = self.task
        state.window = self
        return state

    cdef uint64_t version(self, int predicate):
        cdef uint64_t version = self.world.versions[predicate]
        cdef int k
        cdef SchemaInfo* info
        if self.world.viewed_schema >= 0:
            info = &self.task.schemas[self.world.viewed_schema]
            for k in range(self.world.changed):
                if info.effects[self.world.changed_effects[k]].predicate == predicate:
                    version ^= key_low(self.world.changed_codes[k])
        return version

    cdef int whole_index(self, int predicate) except -1:
        if self.whole[predicate] < 0:
            spec = self.task.spec(predicate, 0)
            self.world.keep(spec)
            self.whole[predicate] = spec
        return self.whole[predicate]

    cdef tuple atoms(self, int predicate):
        """The argument tuples of a fluent predicate, the same object as long as they do not change."""
        cdef uint64_t version = self.version(predicate)
        cdef bint base = version == self.world.versions[predicate]
        cdef list tuples = self.base_tuples if base else self.view_tuples
        cdef vector[uint64_t]* versions = &self.base_versions if base else &self.view_versions
        if tuples[predicate] is not None and versions[0][predicate] == version:
            return <tuple>tuples[predicate]
        cdef const Bucket* bucket = self.world.indexes[self.whole_index(predicate)].at(0)
        if bucket == NULL:
            made = self._collect(NULL, 0, predicate, None)
        else:
            made = self._collect(bucket.data, bucket.size, predicate, None)
        tuples[predicate] = made
        versions[0][predicate] = version
        return made

    cdef tuple _collect(self, const uint32_t* codes, size_t count, int predicate, object pattern):
        """Argument tuples of the atoms in an index bucket, corrected by what the view changes."""
        cdef World world = self.world
        cdef SchemaInfo* info
        cdef size_t i
        cdef int k
        cdef Py_ssize_t place = 0
        cdef tuple arguments
        cdef vector[uint32_t] merged
        cdef bint touched = False
        if world.viewed_schema >= 0:
            info = &self.task.schemas[world.viewed_schema]
            for k in range(world.changed):
                if info.effects[world.changed_effects[k]].predicate == predicate:
                    touched = True
        if touched:
            for i in range(count):
                if world.truth[codes[i]] & HOLDS:
                    merged.push_back(codes[i])
            for k in range(world.changed):
                if info.effects[world.changed_effects[k]].predicate == predicate and info.effects[world.changed_effects[k]].adds:
                    if pattern is None or fits(self.task.argument_tuple(world.changed_codes[k]), <tuple>pattern):
                        merged.push_back(world.changed_codes[k])
            sort(merged.begin(), merged.end())
            codes = merged.data()
            count = merged.size()
        made = PyTuple_New(count)
        for i in range(count):
            arguments = self.task.argument_tuple(codes[i])
            Py_INCREF(arguments)
            PyTuple_SET_ITEM(made, place, arguments)
            place += 1
        return made

    cdef int codes(self, vector[uint32_t]& out) except -1:
        """The codes of all fluent atoms in view, sorted."""
        cdef size_t p
        cdef uint32_t i
        cdef int k
        cdef const Bucket* bucket
        cdef SchemaInfo* info
        out.clear()
        for p in range(self.task.infos.size()):
            if self.task.infos[p].fluent:
                bucket = self.world.indexes[self.whole_index(<int>p)].at(0)
                if bucket != NULL:
                    for i in range(bucket.size):
                        if self.world.truth[bucket.data[i]] & HOLDS:
                            out.push_back(bucket.data[i])
        if self.world.viewed_schema >= 0:
            info = &self.task.schemas[self.world.viewed_schema]
            for k in range(self.world.changed):
                if info.effects[self.world.changed_effects[k]].adds:
                    out.push_back(self.world.changed_codes[k])
        sort(out.begin(), out.end())
        return 0

    cdef tuple action(self):
        if self.world.viewed_schema >= 0:
            return self.task.action_tuple(self.world.viewed_schema, self.world.viewed_binding)
        if self.base_schema >= 0:
            return self.task.action_tuple(self.base_schema, self.base_binding.data())
        return None

    cdef tuple changed(self, bint added):
        """The atoms that the action in question added, or deleted."""
        cdef World world = self.world
        cdef SchemaInfo* info
        cdef int k
        cdef size_t i
        cdef int64_t code
        if world.viewed_schema >= 0:
            info = &self.task.schemas[world.viewed_schema]
            return tuple([
                self.task.atom_tuple(world.changed_codes[k]) for k in range(world.changed)
                if info.effects[world.changed_effects[k]].adds == added
            ])
        if self.base_schema < 0:
            return _NONE
        info = &self.task.schemas[self.base_schema]
        return tuple([
            self.task.atom_tuple(<uint32_t>info.effects[i].code.find(self.base_binding.data()))
            for i in range(info.effects.size())
            if self.base_changes[i >> 5] >> (i & 31) & 1 and info.effects[i].adds == added
        ])


cdef class State:
    """A state of a task, read-only; `state["on"]`, `("on", "b1", "b2") in state`.

    Iterating and ``len`` go over the fluent atoms. Two states of a task are equal if the same atoms
    hold. A state stays valid after the call it was handed to. Unknown predicates are a KeyError that
    lists the known ones.
    """

    def __init__(self):
        raise TypeError("states come from task.initial_state and task.successor")

    def __getitem__(self, predicate):
        """The argument tuples of a predicate's atoms that hold, as a tuple in a fixed order.

        A static predicate answers as ``task.static`` does.
        """
        cdef int number = self.task.predicate_number(predicate)
        if self.task.relations[number] != NULL:
            return self.task.static[predicate]
        if self.window is not None:
            return self.window.atoms(number)
        return self._own_atoms(number)

    def _own_atoms(self, int number):
        cdef PredicateInfo* info = &self.task.infos[number]
        cdef int64_t lowest = info.base if info.dense else self.task.dense_codes
        cdef size_t at = lower_bound(
            self.own_codes.begin(), self.own_codes.end(), <uint32_t>lowest) - self.own_codes.begin()
        cdef uint32_t code
        cdef list found = []
        for at in range(at, self.own_codes.size()):
            code = self.own_codes[at]
            if info.dense and code >= info.base + info.space:
                break
            if info.dense or self.task.predicate_of(code) == number:
                found.append(self.task.argument_tuple(code))
        return tuple(found)

    def match(self, predicate, *pattern):
        """The argument tuples that agree with `pattern`, where None stands for anything.

        ``state.match("at", None, "loc3")`` goes through an index; the order is fixed.
        """
        cdef int number = self.task.predicate_number(predicate)
        if len(pattern) != self.task.infos[number].arity:
            raise ValueError(f"{predicate} takes {self.task.infos[number].arity} arguments: {pattern!r}")
        if self.task.relations[number] != NULL:
            return self.task.static_matches(number, pattern)
        if self.window is None:
            return tuple([arguments for arguments in self._own_atoms(number) if fits(arguments, pattern)])
        return self._indexed_match(number, pattern)

    def _indexed_match(self, int number, tuple pattern):
        cdef World world = self.window.world
        cdef vector[uint32_t] arguments
        cdef uint64_t positions = 0
        cdef int i, spec
        cdef const Bucket* bucket
        arguments.assign(max(len(pattern), 1), 0)
        if len(pattern) > 64:
            return tuple([a for a in self.window.atoms(number) if fits(a, pattern)])
        for i in range(len(pattern)):
            if pattern[i] is None:
                continue
            place = self.task.object_numbers.get(pattern[i])
            if place is None:
                raise KeyError(f"no object {pattern[i]!r}")
            if not self.task.in_bounds(number, i, place):
                return _NONE
            arguments[i] = place
            positions |= <uint64_t>1 << i
        spec = self.task.spec(number, positions)
        world.keep(spec)
        bucket = world.indexes[spec].at(world.indexes[spec].number(arguments.data()))
        if bucket == NULL:
            return self.window._collect(NULL, 0, number, pattern)
        return self.window._collect(bucket.data, bucket.size, number, pattern)

    def version(self, predicate):
        """A number that differs where the atoms of that predicate differ; 0 for a static predicate."""
        cdef int number = self.task.predicate_number(predicate)
        cdef uint64_t version = 0
        if self.task.relations[number] != NULL:
            return 0
        if self.window is not None:
            return self.window.version(number)
        for code in self.own_codes:
            if self.task.predicate_of(code) == number:
                version ^= key_low(code)
        return version

    def __contains__(self, atom):
        cdef int64_t code = self.task.lookup(atom)
        if code >= 0:
            return self.holds(code)
        return code == STATIC_TRUE

    cdef bint holds(self, int64_t code) except -1:
        if self.window is not None:
            return code < self.window.world.capacity and (self.window.world.truth[code] & HOLDS) != 0
        return binary_search(self.own_codes.begin(), self.own_codes.end(), <uint32_t>code)

    cdef int codes(self, vector[uint32_t]& out) except -1:
        if self.window is not None:
            return self.window.codes(out)
        out = self.own_codes
        return 0

    def __iter__(self):
        cdef vector[uint32_t] codes
        self.codes(codes)
        return iter([self.task.atom_tuple(code) for code in codes])

    def __len__(self):
        cdef vector[uint32_t] codes
        cdef Py_ssize_t total = 0
        cdef size_t p
        cdef int k
        if self.window is None:
            return self.own_codes.size()
        for p in range(self.window.world.counts.size()):
            total += self.window.world.counts[p]
        if self.window.world.viewed_schema >= 0:
            for k in range(self.window.world.changed):
                total += 1 if self.window.world.truth[self.window.world.changed_codes[k]] & HOLDS else -1
        return total

    cdef uint64_t hash_low(self):
        return self.own_hash_low if self.window is None else self.window.world.hash_low

    cdef uint64_t hash_high(self):
        return self.own_hash_high if self.window is None else self.window.world.hash_high

    def __hash__(self):
        return <Py_hash_t>self.hash_low()

    def __eq__(self, other):
        if not isinstance(other, State):
            return NotImplemented
        cdef State peer = <State>other
        if peer.task is self.task:
            return self.hash_low() == peer.hash_low() and self.hash_high() == peer.hash_high()
        return frozenset(self) == frozenset(peer)

    @property
    def goals_left(self):
        """How many literals of the goal do not hold."""
        return self.own_goals_left if self.window is None else self.window.world.goals_left

    @property
    def unsatisfied_goals(self):
        """The atoms of ``task.goal`` that do not hold, as a tuple in that order."""
        cdef size_t k
        cdef list left = []
        if self.task.goal_codes.size() == <size_t>len(self.task.goal):
            for k in range(self.task.goal_codes.size()):
                if not self.holds(self.task.goal_codes[k]):
                    left.append(self.task.goal[k])
            return tuple(left)
        return tuple([atom for atom in self.task.goal if atom not in self])

    @property
    def action(self):
        """The action that led here, as a tuple (name, argument, ...); None for the initial state."""
        return self.own_action if self.window is None else self.window.action()

    @property
    def added(self):
        """The atoms that action made true, as a tuple."""
        return self.own_added if self.window is None else self.window.changed(True)

    @property
    def deleted(self):
        """The atoms that action made false, as a tuple."""
        return self.own_deleted if self.window is None else self.window.changed(False)

    def __repr__(self):
        return f"<State of {self.task.name}: {len(self)} atoms, {self.goals_left} goals left>"

    def __reduce__(self):
        cdef vector[uint32_t] codes
        self.codes(codes)
        return state_of, (self.task, [self.task.atom_tuple(code) for code in codes])

    cdef void detach(self) except *:
        """Give the state atoms of its own, so that it outlives what it looks at."""
        if self.window is None:
            return
        self.codes(self.own_codes)
        self.own_hash_low = self.window.world.hash_low
        self.own_hash_high = self.window.world.hash_high
        self.own_goals_left = self.window.world.goals_left
        self.own_action = self.window.action()
        self.own_added = self.window.changed(True)
        self.own_deleted = self.window.changed(False)
        self.window = None


cdef State snapshot(Window window):
    """What is in view, as a state that stands for itself."""
    cdef State state = window.show()
    state.detach()
    return state


def initial_state(Task task not None):
    """The initial state of a task."""
    return snapshot(Window(World(task)))


def state_of(Task task not None, atoms):
    """The state of a task in which exactly these fluent atoms hold; static ones may be listed too.

    ValueError for an atom that cannot be: unknown object, wrong number or type of arguments.
    """
    cdef vector[uint32_t] codes
    cdef World world = World(task)
    for atom in atoms:
        code = task.code_for(tuple(atom))
        if code >= 0:
            codes.push_back(code)
    sort(codes.begin(), codes.end())
    world.load(codes)
    return snapshot(Window(world))
