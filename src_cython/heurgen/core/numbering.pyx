"""Objects, predicates and atoms as numbers.

Objects are numbered so that each type is a contiguous range where the hierarchy is a tree. The atoms of a
fluent predicate are numbered by mixed radix over the ranges of its positions, so a code is computed,
never looked up; predicates whose space is too large are interned instead, in order of arrival.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t
from libcpp.vector cimport vector

from heurgen.core.structures cimport Interner, PredicateInfo, TypeSet

cdef int64_t DENSE_LIMIT = 1 << 24          # codes of one fluent predicate before it is interned
cdef int64_t DENSE_TOTAL = 1 << 26          # codes of all of them
cdef int64_t STATIC_LIMIT = 1 << 22         # membership bytes of one static predicate
cdef int64_t KEY_LIMIT = 1 << 20            # keys of one index before they are interned


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


cdef class Numbering:
    """The objects and predicates of a task, and the codes of its fluent atoms."""

    def __cinit__(self, *_):
        self.interned = NULL

    def __init__(self, problem):
        self._number_objects(problem)
        self._number_predicates(problem)

    def __dealloc__(self):
        if self.interned != NULL:
            del self.interned

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

    def in_bounds(self, int predicate, int position, uint32_t number):
        """Whether an object can stand at that position of a predicate."""
        cdef PredicateInfo* info = &self.infos[predicate]
        return info.lows[position] <= number < info.lows[position] + info.sizes[position]

    # ----- numbering -----

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
        self.dense_codes = total
        if interned_arity >= 0:
            self.interned = new Interner(1 + interned_arity)

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

    cdef int predicate_number(self, object name) except -1:
        number = self.predicate_numbers.get(name)
        if number is None:
            raise KeyError(f"no predicate {name!r}; known: {', '.join(self.predicate_names)}")
        return number

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
