"""The one current state of a search: truth per atom, indexes for the joins, goal counter, hash.

The state is moved by applying and undoing actions. A successor that is only to be looked at changes
truth, hash and goal counter, not the indexes (`look`, `look_away`).
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memset
from libcpp.algorithm cimport sort
from libcpp.vector cimport vector

from heurgen.core.classes cimport classify_objects
from heurgen.core.structures cimport EffectInfo, Form, Index, PredicateInfo, SchemaInfo, key_high, key_low, mix
from heurgen.core.relations cimport in_key
from heurgen.core.task cimport Task

cdef size_t SPARE_GROUPS = 1024     # groups without members beyond as many as there are objects, before all are made anew
cdef uint64_t ITSELF = 0xFFFFFFFFFF     # in the mark of an object, where an atom names that object
cdef int64_t KEY_LIMIT = 1 << 20        # keys of one index before they are interned


cdef class World:
    """A mutable state of a task, at first the initial one."""

    def __cinit__(self, Task task):
        cdef size_t most = 0
        cdef size_t i
        self.task = task
        self.capacity = task.dense_codes + (task.interned.size() if task.interned != NULL else 0) + 1
        self.truth = <uint8_t*>calloc(self.capacity, 1)
        if self.truth == NULL:
            raise MemoryError
        self.counts.resize(task.infos.size())
        self.versions.resize(task.infos.size())
        self.kept.resize(task.infos.size())
        for i in range(task.schemas.size()):
            most = max(most, task.schemas[i].effects.size())
        self.changed_codes.resize(most + 1)
        self.changed_effects.resize(most + 1)
        self.viewed_schema = -1
        self.goals_left = task.static_goals_left
        for i in range(task.goal_codes.size()):
            self.truth[task.goal_codes[i]] |= IS_GOAL
            self.goals_left += 1
        for i in range(task.negative_goal_codes.size()):
            self.truth[task.negative_goal_codes[i]] |= MUST_NOT_HOLD
        self.load(task.initial_codes)

    def __dealloc__(self):
        cdef size_t i
        for i in range(self.indexes.size()):
            del self.indexes[i]
        free(self.truth)

    cdef int load(self, const vector[uint32_t]& codes) except -1:
        """Make exactly the atoms in `codes` (sorted) hold; costs what differs, and a scan of the state."""
        cdef vector[uint32_t] own, arguments
        cdef size_t a = 0, b = 0
        cdef uint32_t code
        cdef int predicate
        cdef bint holds
        self.state_codes(own)
        while a < own.size() or b < codes.size():
            if a < own.size() and b < codes.size() and own[a] == codes[b]:
                a += 1
                b += 1
                continue
            holds = a == own.size() or b < codes.size() and codes[b] < own[a]
            code = codes[b] if holds else own[a]
            if holds:
                b += 1
            else:
                a += 1
            predicate = self.task.predicate_of(code)
            arguments.resize(self.task.infos[predicate].arity + 1)
            self.task.arguments_of(code, predicate, arguments.data())
            self.set_atom(predicate, code, arguments.data(), holds)
        return 0

    cdef int set_atom(self, int predicate, uint32_t code, const uint32_t* arguments, bint holds) except -1 nogil:
        """Change whether an atom holds, everywhere. It must not have that value already."""
        cdef size_t i
        cdef vector[int]* kept = &self.kept[predicate]
        if code >= self.capacity:
            self._grow(code)
        self._turn(code, holds)
        self.versions[predicate] ^= key_low(code)
        if self.symmetric:
            self._mark(predicate, arguments)
        if holds:
            self.counts[predicate] += 1
            for i in range(kept.size()):
                self.indexes[kept[0][i]].insert(code, arguments)
        else:
            self.counts[predicate] -= 1
            for i in range(kept.size()):
                self.indexes[kept[0][i]].erase(code, arguments)
        return 0

    cdef void _turn(self, int64_t code, bint holds) noexcept nogil:
        cdef uint8_t flags = self.truth[code]
        self.truth[code] = flags ^ HOLDS
        self.hash_low ^= key_low(code)
        self.hash_high ^= key_high(code)
        if flags & (IS_GOAL | MUST_NOT_HOLD):
            if flags & IS_GOAL:
                self.goals_left += -1 if holds else 1
            if flags & MUST_NOT_HOLD:
                self.goals_left += 1 if holds else -1

    cdef int _grow(self, int64_t code) except -1 nogil:
        cdef int64_t wanted = max(code + 1, self.capacity * 2)
        cdef uint8_t* fresh = <uint8_t*>realloc(self.truth, wanted)
        if fresh == NULL:
            with gil:
                raise MemoryError
        memset(fresh + self.capacity, 0, wanted - self.capacity)
        self.truth = fresh
        self.capacity = wanted
        return 0

    cdef int look(self, int schema, const uint32_t* binding) except -1 nogil:
        """Bring the successor by that action into view; returns how many atoms it changes."""
        cdef SchemaInfo* info = &self.task.schemas[schema]
        cdef EffectInfo* effect
        cdef size_t i
        cdef int64_t code
        self.base_hash_low = self.hash_low
        self.base_hash_high = self.hash_high
        self.base_goals_left = self.goals_left
        self.viewed_schema = schema
        self.viewed_binding = binding
        self.changed = 0
        for i in range(info.effects.size()):
            effect = &info.effects[i]
            if effect.code.dense():
                code = effect.code.dense_code(binding)
            elif effect.adds:
                code = effect.code.intern(binding)
                if code >= self.capacity:
                    self._grow(code)
            else:
                code = effect.code.find(binding)
                if code < 0 or code >= self.capacity:
                    continue
            if (self.truth[code] & HOLDS) == effect.adds:
                continue
            if info.rescues(effect[0], binding, code):
                continue
            self._turn(code, effect.adds)
            self.changed_codes[self.changed] = <uint32_t>code
            self.changed_effects[self.changed] = <uint32_t>i
            self.changed += 1
        return self.changed

    cdef void look_away(self) noexcept nogil:
        """Take the successor out of view again."""
        cdef int k
        for k in range(self.changed):
            self.truth[self.changed_codes[k]] ^= HOLDS
        self.hash_low = self.base_hash_low
        self.hash_high = self.base_hash_high
        self.goals_left = self.base_goals_left
        self.changed = 0
        self.viewed_schema = -1

    cdef int apply(self, int schema, const uint32_t* binding, const uint32_t* changes) except -1 nogil:
        """Move to the successor; bit i of `changes` tells whether effect i changes its atom."""
        cdef SchemaInfo* info = &self.task.schemas[schema]
        cdef size_t i
        for i in range(info.effects.size()):
            if changes[i >> 5] >> (i & 31) & 1:
                self._set_effect(info, i, binding, True)
        return 0

    cdef int undo(self, int schema, const uint32_t* binding, const uint32_t* changes) except -1 nogil:
        """Move back from the successor."""
        cdef SchemaInfo* info = &self.task.schemas[schema]
        cdef size_t i = info.effects.size()
        while i > 0:
            i -= 1
            if changes[i >> 5] >> (i & 31) & 1:
                self._set_effect(info, i, binding, False)
        return 0

    cdef int _set_effect(self, SchemaInfo* info, size_t effect, const uint32_t* binding, bint forward) except -1 nogil:
        cdef EffectInfo* e = &info.effects[effect]
        cdef uint32_t small[16]
        cdef vector[uint32_t] large
        cdef uint32_t* arguments = small
        if e.terms.params.size() > 16:
            large.resize(e.terms.params.size())
            arguments = large.data()
        e.terms.values(binding, arguments)
        return self.set_atom(e.predicate, <uint32_t>e.code.find(binding), arguments, e.adds == forward)

    cdef int track_symmetry(self) except -1:
        """Keep groups of interchangeable objects from now on, if any may be."""
        cdef vector[uint32_t] codes, arguments
        cdef uint32_t o
        cdef size_t k
        cdef int predicate
        classify_objects(self.task)
        self.tracked.clear()
        self.alone.clear()
        for o in range(self.task.object_count):
            if self.task.object_classes[o]:
                self.tracked.push_back(o)
            else:
                self.alone.push_back(o)
        self.symmetric = not self.tracked.empty()
        if not self.symmetric:
            return 0
        self.marks.assign(self.task.object_count, 0)
        self.rank.assign(self.task.object_count, 0)
        self.group.resize(self.task.object_count)
        for o in range(self.task.object_count):
            self.group[o] = o
        self.group_keys.assign(self.task.object_count, 0)
        self._forget_groups()
        self.state_codes(codes)
        for k in range(codes.size()):
            predicate = self.task.predicate_of(codes[k])
            arguments.resize(self.task.infos[predicate].arity + 1)
            self.task.arguments_of(codes[k], predicate, arguments.data())
            self._mark(predicate, arguments.data())
        return 0

    cdef int _mark(self, int predicate, const uint32_t* arguments) except -1 nogil:
        """An atom begins or ceases to hold: change the marks of the objects in it."""
        cdef int i, k, arity = self.task.infos[predicate].arity
        cdef uint64_t shape
        for i in range(arity):
            if not self.task.object_classes[arguments[i]]:
                continue
            shape = mix((<uint64_t>predicate << 32) + i)
            for k in range(arity):
                # The object itself is left out: what counts is how it occurs.
                shape = mix(shape ^ (ITSELF if arguments[k] == arguments[i] else <uint64_t>arguments[k]))
            self.marks[arguments[i]] ^= shape
            if not self.is_dirty[arguments[i]]:
                self.is_dirty[arguments[i]] = True
                self.dirty.push_back(arguments[i])
        return 0

    cdef int regroup(self) except -1 nogil:
        """Bring the groups up to the state the world is in: objects whose marks changed since go to another one.

        The members of a group are kept in order, so ranks depend on the state alone.
        """
        cdef size_t k
        cdef uint32_t o
        cdef uint64_t key
        if self.members.size() > SPARE_GROUPS + 2 * self.tracked.size():
            self._forget_groups()
        for k in range(self.dirty.size()):
            o = self.dirty[k]
            self.is_dirty[o] = False
            # Equal keys count as equal marks and classes, which are hashes of as many bits themselves.
            key = mix(self.marks[o] ^ mix(self.task.object_classes[o]))
            if self.group[o] != o:
                if key == self.group_keys[o]:
                    continue
                self._leave(o)
            self.group_keys[o] = key
            self._join(o, self._group_of(key))
        self.dirty.clear()
        return 0

    cdef int _forget_groups(self) except -1 nogil:
        cdef size_t k
        self.members.clear()
        self.live.clear()
        self.live_at.clear()
        self.slots.clear()
        self.dirty = self.tracked
        self.is_dirty.assign(self.task.object_count, False)
        for k in range(self.tracked.size()):
            self.group[self.tracked[k]] = self.tracked[k]
            self.is_dirty[self.tracked[k]] = True
        return 0

    cdef uint32_t _group_of(self, uint64_t key) except? 0 nogil:
        """The place in `members` of the group with that key, which may be a new one."""
        cdef size_t mask, place, old
        cdef vector[GroupSlot] before
        if 2 * (self.members.size() + 1) > self.slots.size():
            before.swap(self.slots)
            self.slots.resize(max(<size_t>64, 2 * before.size()))
            mask = self.slots.size() - 1
            for old in range(before.size()):
                if before[old].group:
                    place = before[old].key & mask
                    while self.slots[place].group:
                        place = (place + 1) & mask
                    self.slots[place] = before[old]
        mask = self.slots.size() - 1
        place = key & mask
        while self.slots[place].group:
            if self.slots[place].key == key:
                return self.slots[place].group - 1
            place = (place + 1) & mask
        self.members.resize(self.members.size() + 1)
        self.live_at.push_back(0)
        self.slots[place].key = key
        self.slots[place].group = <uint32_t>self.members.size()
        return <uint32_t>self.members.size() - 1

    cdef void _leave(self, uint32_t o) noexcept nogil:
        cdef uint32_t group = self.group[o] - self.task.object_count
        cdef vector[uint32_t]* members = &self.members[group]
        cdef size_t k
        for k in range(self.rank[o], members.size() - 1):
            members[0][k] = members[0][k + 1]
            self.rank[members[0][k]] = <uint32_t>k
        members.pop_back()
        if members.empty():
            self.live[self.live_at[group]] = self.live.back()
            self.live_at[self.live.back()] = self.live_at[group]
            self.live.pop_back()

    cdef int _join(self, uint32_t o, uint32_t group) except -1 nogil:
        cdef vector[uint32_t]* members = &self.members[group]
        cdef size_t k = members.size()
        if k == 0:
            self.live_at[group] = <uint32_t>self.live.size()
            self.live.push_back(group)
        members.push_back(o)
        while k > 0 and members[0][k - 1] > o:
            members[0][k] = members[0][k - 1]
            self.rank[members[0][k]] = <uint32_t>k
            k -= 1
        members[0][k] = o
        self.rank[o] = <uint32_t>k
        self.group[o] = self.task.object_count + group
        return 0

    cdef int keep(self, int spec) except -1:
        """Keep that index from now on."""
        cdef int predicate = self.task.specs[spec].predicate
        cdef PredicateInfo* info = &self.task.infos[predicate]
        cdef uint64_t positions = self.task.specs[spec].positions
        cdef vector[int] bound
        cdef vector[uint32_t] lows, strides, codes, arguments
        cdef int64_t spread = 1
        cdef int i
        cdef size_t k
        cdef Index* index
        if spec < <int>self.indexes.size() and self.indexes[spec] != NULL:
            return 0
        for i in range(info.arity - 1, -1, -1):
            if in_key(positions, i):
                bound.push_back(i)
                lows.push_back(info.lows[i])
                strides.push_back(<uint32_t>spread)
                spread = min(spread * info.sizes[i], <int64_t>1 << 31)
        if spread > KEY_LIMIT or not info.dense:
            # Interned keys list their values in the order of the positions.
            bound.clear()
            for i in range(info.arity):
                if in_key(positions, i):
                    bound.push_back(i)
            spread = 0
        # Indexes are those of the state itself, whatever is in view.
        for i in range(self.changed):
            self.truth[self.changed_codes[i]] ^= HOLDS
        self.codes_of(predicate, codes)
        for i in range(self.changed):
            self.truth[self.changed_codes[i]] ^= HOLDS
        index = new Index(bound, lows, strides, <size_t>spread)
        arguments.resize(info.arity + 1)
        for k in range(codes.size()):
            self.task.arguments_of(codes[k], predicate, arguments.data())
            index.insert(codes[k], arguments.data())
        if <size_t>spec >= self.indexes.size():
            self.indexes.resize(spec + 1)
        self.indexes[spec] = index
        self.kept[predicate].push_back(spec)
        return 0

    cdef int codes_of(self, int predicate, vector[uint32_t]& out) except -1:
        """Append the codes of the atoms of a fluent predicate that hold (in the state, not the view), sorted."""
        cdef PredicateInfo* info = &self.task.infos[predicate]
        cdef int64_t code
        cdef uint32_t id
        if info.dense:
            for code in range(info.base, info.base + info.space):
                if self.truth[code] & HOLDS:
                    out.push_back(<uint32_t>code)
            return 0
        for id in range(self.task.interned.size()):
            code = self.task.dense_codes + id
            if code < self.capacity and self.truth[code] & HOLDS and self.task.interned.key(id)[0] == <uint32_t>predicate:
                out.push_back(<uint32_t>code)
        return 0

    cdef int state_codes(self, vector[uint32_t]& out) except -1:
        """The codes of all atoms that hold, sorted; of the successor if one is in view."""
        cdef size_t p
        out.clear()
        for p in range(self.task.infos.size()):
            if self.task.infos[p].fluent:
                self.codes_of(<int>p, out)
        sort(out.begin(), out.end())
        return 0
