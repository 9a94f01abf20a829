"""The lifted task in compiled form: numbered objects and predicates, atom codes, schemas, relations.

Objects are numbered so that each type is a contiguous range where the hierarchy is a tree. The atoms of a
fluent predicate are numbered by mixed radix over the ranges of its positions, so a code is computed,
never looked up; predicates whose space is too large are interned instead, in order of arrival.
"""

from types import MappingProxyType

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF, Py_XDECREF
from cython.operator cimport dereference as deref
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libcpp.algorithm cimport sort
from libcpp.vector cimport vector

from heurgen.core.structures cimport (
    EffectInfo, Form, Interner, LiteralInfo, PredicateInfo, Relation, RowIndex, SchemaInfo, Term,
    TermList, TypeSet,
)

from heurgen.core.atoms import AtomSet

cdef int64_t DENSE_LIMIT = 1 << 24          # codes of one fluent predicate before it is interned
cdef int64_t DENSE_TOTAL = 1 << 26          # codes of all of them
cdef int64_t STATIC_LIMIT = 1 << 22         # membership bytes of one static predicate
cdef int64_t KEY_LIMIT = 1 << 20            # keys of one index before they are interned
cdef Py_ssize_t ADDRESSES = 1 << 12         # entries of the cache from a tuple's address to its code


def set_dense_limits(int64_t fluent=1 << 24, int64_t static=1 << 22, int64_t keys=1 << 20):
    """For tests: below which sizes codes, membership tests and index keys are computed, not interned.

    Applies to tasks made afterwards.
    """
    global DENSE_LIMIT, STATIC_LIMIT, KEY_LIMIT
    DENSE_LIMIT, STATIC_LIMIT, KEY_LIMIT = fluent, static, keys


def _supertypes(types, str name):
    """`name` and all its ancestors, nearest first."""
    cdef list found = [name]
    cdef int i = 0
    while i < len(found):
        for parent in types.get(found[i], ()):
            if parent not in found:
                found.append(parent)
        i += 1
    if "object" not in found:
        found.append("object")
    return found


def _type_order(types):
    """Types in depth-first order along first supertypes: descendants follow their ancestor."""
    cdef dict children = {}
    for name, parents in types.items():
        children.setdefault(parents[0] if parents else "object", []).append(name)
    order, stack = [], ["object"]
    while stack:
        name = stack.pop()
        if name in order:
            continue
        order.append(name)
        stack.extend(reversed(children.get(name, [])))
    return {name: place for place, name in enumerate(order)}


cdef class Task:
    """A planning task, read-only, as a heuristic sees it.

    Attributes
    ----------
    name, domain_name : str
    objects : tuple of str
        All objects, constants included, ordered by type.
    predicates : mapping from name to Predicate
        With the declared parameters and their types.
    actions : tuple of Action
        The lifted action schemas.
    static : mapping from predicate name to an immutable set of argument tuples
        The atoms of the predicates that no action changes, in a fixed order of iteration.
    goal, negative_goal : tuple of atoms
        What must hold and what must not.
    action_costs : mapping from a ground function term such as ("road-length", "a", "b") to its value
        Empty where the task has no action costs.
    problem
        The data the task was made from (heurgen.pddl.Problem).
    """

    def __cinit__(self):
        self.interned = NULL
        self.argument_cache = NULL
        self.atom_cache = NULL
        self.address_keys = <PyObject**>PyMem_Calloc(ADDRESSES, sizeof(PyObject*))
        self.address_codes = <int64_t*>PyMem_Calloc(ADDRESSES, sizeof(int64_t))
        if self.address_keys == NULL or self.address_codes == NULL:
            raise MemoryError

    def __init__(self, problem):
        self._static_groups = {}
        self.problem = problem
        self.name = problem.name
        self.domain_name = problem.domain.name
        self.predicates = MappingProxyType(dict(problem.domain.predicates))
        self.actions = tuple(problem.domain.actions)
        self.action_costs = MappingProxyType(dict(problem.function_values) if problem.minimize_cost else {})
        self._number_objects(problem)
        self._number_predicates(problem)
        self._compile_schemas(problem)
        self._compile_initial(problem)
        self._compile_goal(problem)

    def __dealloc__(self):
        cdef Py_ssize_t i
        for i in range(<Py_ssize_t>self.relations.size()):
            del self.relations[i]
        for i in range(<Py_ssize_t>self.row_indexes.size()):
            del self.row_indexes[i]
        if self.interned != NULL:
            del self.interned
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

    def __repr__(self):
        return f"<Task {self.domain_name}/{self.name}: {len(self.objects)} objects>"

    def __reduce__(self):
        return Task, (self.problem,)

    # ----- what Python asks -----

    def objects_of_type(self, str type):
        """The names of the objects of that type or a subtype, as a tuple; KeyError for an unknown type."""
        try:
            return self._type_objects[type]
        except KeyError:
            raise KeyError(f"no type {type!r}; known: {', '.join(sorted(self._type_objects))}") from None

    def type_of(self, str object):
        """The declared type of an object (the first one of `either`); KeyError for an unknown object."""
        try:
            return self._types_of[object][0]
        except KeyError:
            raise KeyError(f"no object {object!r}") from None

    @property
    def static(self):
        if self._static is None:
            found = {}
            for number, name in enumerate(self.predicate_names):
                if self.relations[number] != NULL:
                    found[name] = AtomSet(self._rows(number))
            self._static = MappingProxyType(found)
        return self._static

    @property
    def initial_state(self):
        if self._initial_state is None:
            from heurgen.core.state import initial_state
            self._initial_state = initial_state(self)
        return self._initial_state

    def is_goal(self, state):
        """Whether the goal holds in `state`."""
        return state.goals_left == 0

    def applicable(self, state):
        """The actions applicable in `state`, as a list of (action, argument, ...) tuples. Nothing is grounded."""
        return self._world().applicable(state)

    def successor(self, state, action):
        """The state that `action`, a tuple (name, argument, ...), leads to from `state`.

        Raises ValueError where it is not applicable, naming the first precondition that does not hold.
        """
        return self._world().successor(state, action)

    def plan_cost(self, plan):
        """The cost of a list of action tuples: their number where actions cost nothing or no metric asks."""
        if not self.problem.minimize_cost or not any(action.cost for action in self.actions):
            return len(plan)
        schemas = {action.name: action for action in self.actions}
        return sum(self._action_cost(schemas[step[0]], step[1:]) for step in plan)

    def _action_cost(self, action, arguments):
        total = 0
        values = {parameter.name: value for parameter, value in zip(action.parameters, arguments)}
        for term in action.cost or ():
            if isinstance(term, tuple):
                ground = (term[0], *[values.get(name, name) for name in term[1:]])
                if ground not in self.problem.function_values:
                    raise ValueError(f"the cost term ({' '.join(ground)}) has no value")
                term = self.problem.function_values[ground]
            total += term
        return total

    def _world(self):
        if self._scratch is None:
            from heurgen.core.explore import Explorer
            self._scratch = Explorer(self)
        return self._scratch

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

    # ----- compiling -----

    def _number_objects(self, problem):
        cdef dict order = _type_order(problem.domain.types)
        cdef uint32_t i
        last = len(order)
        names = sorted(problem.objects, key=lambda name: order.get(problem.objects[name][0], last))
        self.objects = tuple(names)
        self.object_count = len(names)
        self.object_numbers = {name: number for number, name in enumerate(names)}
        cdef dict ancestors = {name: _supertypes(problem.domain.types, name) for name in ["object", *problem.domain.types]}
        cdef dict merged = {}
        cdef dict of_type = {name: [] for name in ancestors}
        self._types_of = {}
        for name in names:
            declared = problem.objects[name]
            known = merged.get(declared)
            if known is None:
                known = []
                for own in declared:
                    known.extend(t for t in ancestors[own] if t not in known)
                merged[declared] = known
            self._types_of[name] = known
            for type_name in known:
                of_type[type_name].append(name)
        self._type_objects = {name: tuple(members) for name, members in of_type.items()}
        self.type_masks = []

    cdef TypeSet type_set(self, types):
        """The objects of any of `types`, as a range, with a mask if it has holes."""
        cdef TypeSet result
        members = set()
        for name in types:
            members.update(self.object_numbers[o] for o in self._type_objects[name])
        if not members:
            return result
        result.low = min(members)
        result.high = max(members) + 1
        if len(members) != result.high - result.low:
            mask = bytearray(self.object_count)
            for number in members:
                mask[number] = 1
            mask = bytes(mask)
            self.type_masks.append(mask)        # keeps the bytes alive
            result.mask = <const uint8_t*><const char*>mask
        return result

    def _number_predicates(self, problem):
        domain = problem.domain
        changed = {effect.atom[0] for action in domain.actions for effect in action.effect}
        self.predicate_names = list(domain.predicates)
        self.predicate_numbers = {name: number for number, name in enumerate(self.predicate_names)}
        bounds = self._position_bounds(problem)
        cdef int64_t total = 0
        cdef PredicateInfo info
        cdef int64_t stride
        interned_arity = -1
        for name in self.predicate_names:
            info = PredicateInfo()
            info.arity = domain.predicates[name].arity
            info.fluent = name in changed
            stride = 1
            info.strides.resize(info.arity)
            for place in range(info.arity - 1, -1, -1):
                low, high = bounds[name][place]
                info.strides[place] = <uint32_t>stride
                stride = min(stride * max(1, high - low), <int64_t>1 << 31)     # must not overflow
            for low, high in bounds[name]:
                info.lows.push_back(low)
                info.sizes.push_back(max(1, high - low))
            info.space = stride
            if info.fluent:
                info.dense = stride <= DENSE_LIMIT and total + stride <= DENSE_TOTAL
                if info.dense:
                    info.base = total
                    total += stride
                else:
                    interned_arity = max(interned_arity, info.arity)
            else:
                info.dense = stride <= STATIC_LIMIT
            self.infos.push_back(info)
            if info.fluent:
                self.relations.push_back(NULL)
            else:
                self.relations.push_back(new Relation())
        self.dense_codes = total
        if interned_arity >= 0:
            self.interned = new Interner(1 + interned_arity)
            self.argument_overflow = {}
            self.atom_overflow = {}
        self.argument_cache = <PyObject**>PyMem_Calloc(max(total, 1), sizeof(PyObject*))
        self.atom_cache = <PyObject**>PyMem_Calloc(max(total, 1), sizeof(PyObject*))
        if self.argument_cache == NULL or self.atom_cache == NULL:
            raise MemoryError

    def _position_bounds(self, problem):
        """Per predicate and position the range of objects that can stand there: by its declaration,
        widened by what schemas use (their parameters may be typed more loosely)."""
        cdef TypeSet types
        bounds = {}
        for name, predicate in problem.domain.predicates.items():
            bounds[name] = [[0, 0] for _ in predicate.parameters]
            for place, parameter in enumerate(predicate.parameters):
                types = self.type_set(parameter.types)
                bounds[name][place] = [types.low, types.high]
        for action in problem.domain.actions:
            by_name = {parameter.name: parameter.types for parameter in action.parameters}
            for literal in (*action.precondition, *action.effect):
                if literal.atom[0] == "=":
                    continue
                for place, term in enumerate(literal.atom[1:]):
                    if term in by_name:
                        types = self.type_set(by_name[term])
                        low, high = types.low, types.high
                    else:
                        low = self.object_numbers[term]
                        high = low + 1
                    self._widen(bounds[literal.atom[0]][place], low, high)
        for literal in problem.goal:
            if literal.atom[0] != "=":
                for place, term in enumerate(literal.atom[1:]):
                    number = self.object_numbers[term]
                    self._widen(bounds[literal.atom[0]][place], number, number + 1)
        return bounds

    def _widen(self, list bound, low, high):
        if low >= high:
            return
        if bound[0] >= bound[1]:
            bound[0], bound[1] = low, high
        else:
            bound[0], bound[1] = min(bound[0], low), max(bound[1], high)

    cdef TermList terms_of(self, atom, dict parameters):
        cdef TermList terms
        for term in atom[1:]:
            if term in parameters:
                terms.params.push_back(parameters[term])
                terms.constants.push_back(0)
            else:
                terms.params.push_back(-1)
                terms.constants.push_back(self.object_numbers[term])
        return terms

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

    def _compile_schemas(self, problem):
        # Relations must exist before forms point into them.
        self._fill_relations(problem)
        cdef SchemaInfo schema
        cdef LiteralInfo literal
        cdef EffectInfo effect
        cdef uint32_t shift, bits
        for action in problem.domain.actions:
            schema = SchemaInfo()
            parameters = {parameter.name: place for place, parameter in enumerate(action.parameters)}
            shift = 0
            for parameter in action.parameters:
                schema.params.push_back(self.type_set(parameter.types))
                bits = max(1, (max(self.object_count, 1) - 1).bit_length())
                schema.shifts.push_back(shift)
                schema.masks.push_back((1 << bits) - 1)
                shift += bits
            schema.wide = shift > 64 or len(action.effect) > 32
            for source in action.precondition:
                literal = LiteralInfo()
                literal.positive = source.positive
                literal.predicate = -1 if source.atom[0] == "=" else self.predicate_numbers[source.atom[0]]
                literal.terms = self.terms_of(source.atom, parameters)
                schema.precondition.push_back(literal)
            for source in sorted(dict.fromkeys(action.effect), key=lambda e: e.positive):
                effect = EffectInfo()
                effect.adds = source.positive
                effect.predicate = self.predicate_numbers[source.atom[0]]
                effect.terms = self.terms_of(source.atom, parameters)
                effect.code = self.form_of(effect.predicate, effect.terms)
                schema.effects.push_back(effect)
            self._find_rivals(&schema)
            self.schemas.push_back(schema)

    cdef void _find_rivals(self, SchemaInfo* schema):
        cdef size_t i, k
        for i in range(schema.effects.size()):
            if schema.effects[i].adds:
                continue
            for k in range(schema.effects.size()):
                if schema.effects[k].adds and schema.effects[k].predicate == schema.effects[i].predicate:
                    schema.effects[i].rivals.push_back(k)

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

    def _compile_initial(self, problem):
        cdef vector[uint32_t] arguments
        cdef dict numbers = self.object_numbers
        cdef tuple atom
        cdef int predicate, i
        cdef TermList terms
        arguments.resize(1)
        for atom in problem.init:
            predicate = self.predicate_numbers[atom[0]]
            if self.relations[predicate] != NULL:
                continue
            arguments.resize(max(1, len(atom) - 1))
            for i in range(len(atom) - 1):
                arguments[i] = numbers[atom[i + 1]]
            self.initial_codes.push_back(<uint32_t>self._intern(predicate, arguments.data()))
        sort(self.initial_codes.begin(), self.initial_codes.end())

    cdef int64_t _intern(self, int predicate, const uint32_t* arguments) except -1:
        """The code of a fluent atom, which is given one if need be."""
        cdef vector[uint32_t] key
        cdef int i
        cdef int64_t code = self.code_of(predicate, arguments)
        if code >= 0:
            return code
        if self.infos[predicate].dense:
            raise ValueError(f"an atom of {self.predicate_names[predicate]} has an object of a wrong type")
        key.resize(self.interned.width())
        key[0] = predicate
        for i in range(self.infos[predicate].arity):
            key[i + 1] = arguments[i]
        return self.interned.intern(key.data()) + self.dense_codes

    def _compile_goal(self, problem):
        cdef vector[uint32_t] arguments
        cdef int predicate, place = 0
        cdef bint holds
        goal, negative = [], []
        for literal in problem.goal:
            name = literal.atom[0]
            if name == "=":
                self.static_goals_left += (literal.atom[1] == literal.atom[2]) != literal.positive
                continue
            predicate = self.predicate_numbers[name]
            arguments.assign(max(1, len(literal.atom) - 1), 0)
            for i, term in enumerate(literal.atom[1:]):
                arguments[i] = self.object_numbers[term]
            (goal if literal.positive else negative).append(literal.atom)
            if self.relations[predicate] != NULL:
                holds = self.static_holds(predicate, arguments.data())
                self.static_goals_left += holds != literal.positive
            elif literal.positive:
                self.goal_codes.push_back(<uint32_t>self._intern(predicate, arguments.data()))
                self.goal_order.push_back(len(goal) - 1)
            else:
                self.negative_goal_codes.push_back(<uint32_t>self._intern(predicate, arguments.data()))
        # The same tuples as states hand out, so that `atom in state` knows them by address.
        cdef size_t k
        for k in range(self.goal_codes.size()):
            goal[self.goal_order[k]] = self.atom_tuple(self.goal_codes[k])
        self.goal = tuple(goal)
        self.negative_goal = tuple(negative)

    # ----- codes -----

    cdef int predicate_of(self, uint32_t code) noexcept nogil:
        cdef int best = -1
        cdef size_t p
        if code >= self.dense_codes:
            return <int>self.interned.key(<uint32_t>(code - self.dense_codes))[0]
        for p in range(self.infos.size()):
            if self.infos[p].fluent and self.infos[p].dense and self.infos[p].base <= code:
                best = <int>p
        return best

    cdef void arguments_of(self, uint32_t code, int predicate, uint32_t* out) noexcept nogil:
        cdef PredicateInfo* info = &self.infos[predicate]
        cdef int i
        cdef uint32_t rest
        cdef const uint32_t* key
        if info.dense:
            rest = <uint32_t>(code - info.base)
            for i in range(info.arity):
                out[i] = info.lows[i] + rest // info.strides[i]
                rest = rest % info.strides[i]
        else:
            key = self.interned.key(<uint32_t>(code - self.dense_codes))
            for i in range(info.arity):
                out[i] = key[i + 1]

    cdef int64_t code_of(self, int predicate, const uint32_t* arguments) noexcept nogil:
        """The code of a fluent atom; -1 where it has none (it was never true, or cannot be)."""
        cdef PredicateInfo* info = &self.infos[predicate]
        cdef int i
        cdef int64_t code, found
        cdef vector[uint32_t] key
        if info.dense:
            code = info.base
            for i in range(info.arity):
                if not info.lows[i] <= arguments[i] < info.lows[i] + info.sizes[i]:
                    return -1
                code += <int64_t>(arguments[i] - info.lows[i]) * info.strides[i]
            return code
        key.resize(self.interned.width())
        key[0] = predicate
        for i in range(info.arity):
            key[i + 1] = arguments[i]
        found = self.interned.find(key.data())
        return found + self.dense_codes if found >= 0 else -1

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

    # ----- interchangeable objects -----

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

    # ----- tuples -----

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

    cdef tuple action_tuple(self, int schema, const uint32_t* arguments):
        cdef size_t i
        names = [self.actions[schema].name]
        for i in range(self.schemas[schema].params.size()):
            names.append(self.objects[arguments[i]])
        return tuple(names)

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

    def in_bounds(self, int predicate, int position, uint32_t number):
        """Whether an object can stand at that position of a predicate."""
        cdef PredicateInfo* info = &self.infos[predicate]
        return info.lows[position] <= number < info.lows[position] + info.sizes[position]

    cdef int predicate_number(self, object name) except -1:
        number = self.predicate_numbers.get(name)
        if number is None:
            raise KeyError(f"no predicate {name!r}; known: {', '.join(self.predicate_names)}")
        return number
