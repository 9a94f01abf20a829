"""The delete relaxation of a task: which facts and actions can be reached at all.

The relaxed-reachable actions are found once per task by the joins of the successor generator, run
semi-naively: each newly reached atom is joined, at every place of a precondition where it fits, with the
atoms reached before it.

A negated fluent atom in a precondition or the goal is a fact of its own, which delete effects achieve.

What cannot change a heuristic value is dropped: an effect that is a precondition as well; a precondition that is the opposite of an effect, for that effect (if
it does not hold at once, the effect does); effects on facts that nothing on the way to the goal needs; and, where
every action costs the same, an effect that another action has under a subset of the preconditions (Helmert, "The Fast
Downward Planning System", JAIR 26, 2006, section 6, for the last).
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libcpp.algorithm cimport sort
from libcpp.vector cimport vector

from heurgen.core.evaluators cimport action_key
from heurgen.core.joins cimport make_plan, produce, start
from heurgen.core.limits cimport Limits
from heurgen.core.relevance cimport RelevantActions
from heurgen.core.structures cimport Cursor, EffectInfo, LiteralInfo, Plan, SchemaInfo, key_low, mix
from heurgen.core.task cimport Task
from heurgen.core.world cimport World

cdef size_t BATCH = 256
cdef size_t MOST_PRECONDITIONS = 8         # of actions that are compared with all subsets


cdef class RelaxedTask:
    """The relaxed-reachable actions of a task, grounded: facts are numbered, operators list facts."""

    def __init__(self, Task task not None, Limits limits=None, bint unit=True):
        """`unit`: every action costs the same."""
        self.task = task
        self.limits = Limits(None, None) if limits is None else limits
        self.world = World(task)
        self.pre_starts.push_back(0)
        self.add_starts.push_back(0)
        self._explore()
        self.reached = self.operators
        if not self.negative_codes.empty():
            self._drop_opposites()
        self._keep_relevant()
        if unit:
            self._drop_dominated()
        self._index_preconditions()

    cdef int _explore(self) except -1:
        cdef vector[uint32_t] nothing
        cdef size_t s, i, at = 0
        cdef uint32_t code
        self.world.load(nothing)
        self._find_negated()
        self._make_triggers()
        for i in range(self.task.initial_codes.size()):
            self._reach(self.task.initial_codes[i])
        for s in range(self.task.schemas.size()):
            self._unconditional(<int>s)
        while at < self.queue.size():
            code = self.queue[at]
            at += 1
            self._join(code)
        return 0

    cdef int _make_triggers(self) except -1:
        cdef size_t s, i, most = 0
        cdef LiteralInfo* literal
        cdef Trigger trigger
        self.triggers.resize(self.task.infos.size())
        for s in range(self.task.schemas.size()):
            most = max(most, self.task.schemas[s].params.size())
            for i in range(self.task.schemas[s].precondition.size()):
                literal = &self.task.schemas[s].precondition[i]
                if literal.positive and literal.predicate >= 0 and self.task.infos[literal.predicate].fluent:
                    trigger.schema = <int>s
                    trigger.literal = <int>i
                    trigger.plan = self.plans.size()
                    self.plans.push_back(Plan())
                    make_plan(self.world, <int>s, <int>i, True, &self.plans.back())
                    self.triggers[literal.predicate].push_back(trigger)
        self.batch.resize(BATCH * most + 1)
        return 0

    cdef int _reach(self, uint32_t code) except -1:
        """Number a new fact and queue its atom."""
        if code >= self.fact_of_code.size():
            self.fact_of_code.resize(max(<size_t>code + 1, <size_t>self.task.dense_codes), NO_FACT)
        if self.fact_of_code[code] == NO_FACT:
            self.fact_of_code[code] = self.facts
            self.facts += 1
            self.queue.push_back(code)
        return 0

    cdef uint32_t negative_fact(self, uint32_t code) except? 0xFFFFFFFF:
        """The fact that an atom does not hold."""
        if code >= self.negative_of_code.size():
            self.negative_of_code.resize(max(<size_t>code + 1, <size_t>self.task.dense_codes), NO_FACT)
        if self.negative_of_code[code] == NO_FACT:
            self.negative_of_code[code] = self.facts
            self.negative_codes.push_back(code)
            self.facts += 1
        return self.negative_of_code[code]

    cdef int _unconditional(self, int schema) except -1:
        """The instances of a schema without a positive fluent precondition."""
        cdef SchemaInfo* info = &self.task.schemas[schema]
        cdef Plan plan
        cdef size_t i
        for i in range(info.precondition.size()):
            if (info.precondition[i].positive and info.precondition[i].predicate >= 0
                    and self.task.infos[info.precondition[i].predicate].fluent):
                return 0
        make_plan(self.world, schema, -1, True, &plan)
        start(&plan, &self.cursor, info.params.size())
        return self._take_all(&plan, -1, 0)

    cdef int _join(self, uint32_t code) except -1:
        """Find the instances for which this atom was the last one missing."""
        cdef int predicate = self.task.predicate_of(code)
        cdef vector[uint32_t] arguments
        cdef size_t t
        cdef Trigger* trigger
        arguments.resize(self.task.infos[predicate].arity + 1)
        self.task.arguments_of(code, predicate, arguments.data())
        self.world.set_atom(predicate, code, arguments.data(), True)
        for t in range(self.triggers[predicate].size()):
            trigger = &self.triggers[predicate][t]
            start(&self.plans[trigger.plan], &self.cursor, self.task.schemas[trigger.schema].params.size())
            if self._unify(trigger, arguments.data()):
                self._take_all(&self.plans[trigger.plan], trigger.literal, code)
        return 0

    cdef bint _unify(self, const Trigger* trigger, const uint32_t* arguments):
        """Bind the parameters of the trigger's literal to the atom's arguments, if they fit."""
        cdef SchemaInfo* info = &self.task.schemas[trigger.schema]
        cdef LiteralInfo* literal = &info.precondition[trigger.literal]
        cdef vector[bint] bound
        cdef size_t k
        cdef int param
        bound.assign(info.params.size(), False)
        for k in range(literal.terms.params.size()):
            param = literal.terms.params[k]
            if param < 0:
                if literal.terms.constants[k] != arguments[k]:
                    return False
            elif bound[param]:
                if self.cursor.binding[param] != arguments[k]:
                    return False
            elif not info.params[param].holds(arguments[k]):
                return False
            else:
                bound[param] = True
                self.cursor.binding[param] = arguments[k]
        return True

    cdef int _take_all(self, const Plan* plan, int literal, uint32_t code) except -1:
        cdef size_t width = self.task.schemas[plan.schema].params.size()
        cdef size_t count, k
        while self.cursor.depth != -2:
            count = produce(self.world, plan, &self.cursor, self.batch.data(), BATCH)
            for k in range(count):
                if not self._found_before(plan.schema, literal, code, self.batch.data() + k * width):
                    self._add_operator(plan.schema, self.batch.data() + k * width)
            self.limits.check()
        return 0

    cdef bint _found_before(self, int schema, int literal, uint32_t code, const uint32_t* binding):
        """Whether an earlier literal has the same ground atom: then the instance came up through that one."""
        cdef SchemaInfo* info = &self.task.schemas[schema]
        cdef LiteralInfo* other
        cdef int i
        cdef vector[uint32_t] arguments
        for i in range(literal):
            other = &info.precondition[i]
            if other.positive and other.predicate == info.precondition[literal].predicate:
                arguments.resize(other.terms.params.size() + 1)
                other.terms.values(binding, arguments.data())
                if self.task.code_of(other.predicate, arguments.data()) == code:
                    return True
        return False

    cdef int _add_operator(self, int schema, const uint32_t* binding) except -1:
        cdef SchemaInfo* info = &self.task.schemas[schema]
        cdef LiteralInfo* literal
        cdef EffectInfo* effect
        cdef vector[uint32_t] arguments
        cdef size_t i
        cdef int64_t code
        for i in range(info.precondition.size()):
            literal = &info.precondition[i]
            if literal.predicate < 0 or not self.task.infos[literal.predicate].fluent:
                continue
            arguments.resize(literal.terms.params.size() + 1)
            literal.terms.values(binding, arguments.data())
            code = self.task.code_of(literal.predicate, arguments.data())
            if literal.positive:
                self.pre.push_back(self.fact_of_code[code])
            elif code >= 0:
                self.pre.push_back(self.negative_fact(<uint32_t>code))
        self._close_row(&self.pre, &self.pre_starts)
        for i in range(info.effects.size()):
            effect = &info.effects[i]
            if effect.adds:
                code = effect.code.intern(binding)
                self._reach(<uint32_t>code)
                self._achieve(self.fact_of_code[code])
            else:
                code = effect.code.find(binding)
                if code >= 0 and self.negated[effect.predicate] and not info.rescues(effect[0], binding, code):
                    self._achieve(self.negative_fact(<uint32_t>code))
        self._close_row(&self.add, &self.add_starts)
        self.binding_starts.push_back(<uint32_t>self.bindings.size())
        self.bindings.push_back(schema)
        self.bindings.insert(self.bindings.end(), binding, binding + info.params.size())
        self.operators += 1
        return 0

    cdef int _achieve(self, uint32_t fact) except -1:
        """Let the operator that is being added have an effect, unless it needs that fact anyway."""
        if not self._has_precondition(self.operators, fact):
            self.add.push_back(fact)
        return 0

    cdef int _find_negated(self) except -1:
        """Which predicates a precondition or the goal wants not to hold."""
        cdef size_t s, i
        cdef LiteralInfo* literal
        self.negated.assign(self.task.infos.size(), False)
        for i in range(self.task.negative_goal_codes.size()):
            self.negated[self.task.predicate_of(self.task.negative_goal_codes[i])] = True
        for s in range(self.task.schemas.size()):
            for i in range(self.task.schemas[s].precondition.size()):
                literal = &self.task.schemas[s].precondition[i]
                if not literal.positive and literal.predicate >= 0:
                    self.negated[literal.predicate] = True
        return 0

    cdef int _close_row(self, vector[uint32_t]* row, vector[uint32_t]* starts) except -1:
        """Sort the last row and drop what it names twice."""
        cdef size_t begin = starts.back(), kept, i
        sort(row.begin() + begin, row.end())
        kept = begin
        for i in range(begin, row.size()):
            if kept == begin or row[0][i] != row[0][kept - 1]:
                row[0][kept] = row[0][i]
                kept += 1
        row.resize(kept)
        starts.push_back(<uint32_t>kept)
        return 0

    cdef int _drop_opposites(self) except -1:
        """Give an effect whose opposite is a precondition an operator of its own without that precondition."""
        cdef vector[uint32_t] opposite, pre, pre_starts, add, add_starts, binding_starts
        cdef size_t o, k, i, first
        cdef uint32_t code, wanted
        opposite.assign(self.facts, NO_FACT)
        for k in range(self.negative_codes.size()):
            code = self.negative_codes[k]
            if self.fact(code) != NO_FACT:
                opposite[self.fact(code)] = self.negative_of_code[code]
                opposite[self.negative_of_code[code]] = self.fact(code)
        pre_starts.push_back(0)
        add_starts.push_back(0)
        for o in range(self.operators):
            first = add.size()
            for k in range(self.add_starts[o], self.add_starts[o + 1]):
                if not self._has_precondition(o, opposite[self.add[k]]):
                    add.push_back(self.add[k])
            if add.size() > first:
                for i in range(self.pre_starts[o], self.pre_starts[o + 1]):
                    pre.push_back(self.pre[i])
                pre_starts.push_back(<uint32_t>pre.size())
                add_starts.push_back(<uint32_t>add.size())
                binding_starts.push_back(self.binding_starts[o])
            for k in range(self.add_starts[o], self.add_starts[o + 1]):
                wanted = opposite[self.add[k]]
                if self._has_precondition(o, wanted):
                    for i in range(self.pre_starts[o], self.pre_starts[o + 1]):
                        if self.pre[i] != wanted:
                            pre.push_back(self.pre[i])
                    add.push_back(self.add[k])
                    pre_starts.push_back(<uint32_t>pre.size())
                    add_starts.push_back(<uint32_t>add.size())
                    binding_starts.push_back(self.binding_starts[o])
        self.operators = binding_starts.size()
        self.pre.swap(pre)
        self.pre_starts.swap(pre_starts)
        self.add.swap(add)
        self.add_starts.swap(add_starts)
        self.binding_starts.swap(binding_starts)
        return 0

    cdef bint _has_precondition(self, size_t operator, uint32_t fact) noexcept nogil:
        cdef size_t i
        if fact == NO_FACT:
            return False
        for i in range(self.pre_starts[operator], self.pre_starts[operator + 1]):
            if self.pre[i] == fact:
                return True
        return False

    cdef int _keep_relevant(self) except -1:
        """Drop effects on facts that neither the goal nor an action with a relevant effect needs, and actions without
        any other."""
        cdef vector[uint8_t] relevant, marked
        cdef vector[uint32_t] stack, starts, achievers, cursor
        cdef size_t o, k, i
        cdef uint32_t fact
        for k in range(self.task.negative_goal_codes.size()):
            stack.push_back(self.negative_fact(self.task.negative_goal_codes[k]))
        for k in range(self.task.goal_codes.size()):
            if self.fact(self.task.goal_codes[k]) != NO_FACT:
                stack.push_back(self.fact(self.task.goal_codes[k]))
        relevant.assign(self.facts, False)
        marked.assign(self.operators, False)
        starts.assign(self.facts + 1, 0)
        for k in range(self.add.size()):
            starts[self.add[k] + 1] += 1
        for k in range(self.facts):
            starts[k + 1] += starts[k]
        cursor = starts
        achievers.resize(self.add.size())
        for o in range(self.operators):
            for k in range(self.add_starts[o], self.add_starts[o + 1]):
                achievers[cursor[self.add[k]]] = <uint32_t>o
                cursor[self.add[k]] += 1
        for k in range(stack.size()):
            relevant[stack[k]] = True
        while not stack.empty():
            fact = stack.back()
            stack.pop_back()
            for k in range(starts[fact], starts[fact + 1]):
                o = achievers[k]
                if marked[o]:
                    continue
                marked[o] = True
                for i in range(self.pre_starts[o], self.pre_starts[o + 1]):
                    if not relevant[self.pre[i]]:
                        relevant[self.pre[i]] = True
                        stack.push_back(self.pre[i])
        self._note_relevant(marked)
        marked.assign(self.add.size(), False)       # now per effect
        for k in range(self.add.size()):
            marked[k] = relevant[self.add[k]]
        return self._keep_effects(marked)

    cdef int _note_relevant(self, const vector[uint8_t]& marked) except -1:
        """Fill `relevant` with the actions of the marked operators; leave it None where that is all of them."""
        cdef RelevantActions found = RelevantActions()
        cdef size_t o
        cdef uint32_t at
        cdef int schema
        for o in range(self.operators):
            if marked[o]:
                at = self.binding_starts[o]
                schema = <int>self.bindings[at]
                found.add(action_key(schema, self.bindings.data() + at + 1, self.task.schemas[schema].params.size()))
            if o % 4096 == 0:
                self.limits.check()
        if found.count < self.reached:
            self.relevant = found
        return 0

    cdef int _drop_dominated(self) except -1:
        """Drop an effect if an action achieves the same under a subset of the preconditions."""
        cdef vector[uint8_t] kept
        cdef vector[uint64_t] keys          # open addressing: (fact, preconditions) -> place of the effect
        cdef vector[uint32_t] places
        cdef vector[uint32_t] owner         # per effect: its operator
        cdef vector[uint8_t] fewest         # per fact: preconditions of its achievers
        cdef size_t o, k, mask = 1, slot, count
        cdef uint64_t key
        while mask < 2 * self.add.size() + 2:
            mask <<= 1
        keys.assign(mask, 0)
        places.assign(mask, NO_FACT)
        mask -= 1
        kept.assign(self.add.size(), True)
        owner.resize(self.add.size())
        fewest.assign(self.facts, 255)
        for o in range(self.operators):
            count = self.pre_starts[o + 1] - self.pre_starts[o]
            for k in range(self.add_starts[o], self.add_starts[o + 1]):
                owner[k] = <uint32_t>o
                fewest[self.add[k]] = <uint8_t>min(<size_t>fewest[self.add[k]], count)
                key = self._key(o, self.add[k], 0xFFFFFFFF)
                slot = key & mask
                while places[slot] != NO_FACT and not (
                        keys[slot] == key and self._covers(owner[places[slot]], o, self.add[places[slot]], self.add[k])):
                    slot = (slot + 1) & mask
                if places[slot] != NO_FACT:
                    kept[k] = False         # an earlier action is the same
                else:
                    keys[slot] = key
                    places[slot] = <uint32_t>k
            if o % 4096 == 0:
                self.limits.check()
        for o in range(self.operators):
            count = self.pre_starts[o + 1] - self.pre_starts[o]
            for k in range(self.add_starts[o], self.add_starts[o + 1]):
                if kept[k]:
                    kept[k] = not self._dominated(o, k, fewest[self.add[k]], keys, places, owner, mask)
            if o % 4096 == 0:
                self.limits.check()
        return self._keep_effects(kept)

    cdef uint64_t _key(self, size_t operator, uint32_t fact, uint32_t chosen) noexcept nogil:
        """A hash of a fact and those preconditions of an operator whose bit is set in `chosen`."""
        cdef uint64_t key = mix(fact)
        cdef size_t i, start = self.pre_starts[operator]
        for i in range(start, self.pre_starts[operator + 1]):
            if i - start >= 32 or chosen >> (i - start) & 1:
                key ^= key_low(self.pre[i])
        return key

    cdef bint _covers(self, size_t one, size_t other, uint32_t fact, uint32_t other_fact) noexcept nogil:
        """Whether both are the same fact and the preconditions of one operator are among those of the other."""
        cdef size_t i, k = self.pre_starts[other]
        if fact != other_fact:
            return False
        for i in range(self.pre_starts[one], self.pre_starts[one + 1]):     # both are sorted
            while k < self.pre_starts[other + 1] and self.pre[k] < self.pre[i]:
                k += 1
            if k == self.pre_starts[other + 1] or self.pre[k] != self.pre[i]:
                return False
        return True

    cdef bint _dominated(self, size_t operator, size_t effect, size_t fewest, const vector[uint64_t]& keys,
                         const vector[uint32_t]& places, const vector[uint32_t]& owner, size_t mask) noexcept nogil:
        cdef size_t slot, count = self.pre_starts[operator + 1] - self.pre_starts[operator]
        cdef uint32_t chosen
        cdef uint64_t key
        if fewest >= count or count > MOST_PRECONDITIONS:
            return False
        for chosen in range((<uint32_t>1 << count) - 1):
            key = self._key(operator, self.add[effect], chosen)
            slot = key & mask
            while places[slot] != NO_FACT:
                if keys[slot] == key and self._covers(owner[places[slot]], operator, self.add[places[slot]], self.add[effect]):
                    return True
                slot = (slot + 1) & mask
        return False

    cdef int _keep_effects(self, const vector[uint8_t]& kept) except -1:
        """Drop the other effects, and operators without any."""
        cdef vector[uint32_t] pre, pre_starts, add, add_starts, bindings, binding_starts
        cdef size_t o, k, start = 0, last = NO_FACT
        pre_starts.push_back(0)
        add_starts.push_back(0)
        for o in range(self.operators):
            for k in range(self.add_starts[o], self.add_starts[o + 1]):
                if kept[k]:
                    add.push_back(self.add[k])
            if add.size() == add_starts.back():
                continue
            add_starts.push_back(<uint32_t>add.size())
            for k in range(self.pre_starts[o], self.pre_starts[o + 1]):
                pre.push_back(self.pre[k])
            pre_starts.push_back(<uint32_t>pre.size())
            if self.binding_starts[o] != last:      # operators of the same action share it
                last = self.binding_starts[o]
                start = bindings.size()
                k = last + 1 + self.task.schemas[self.bindings[last]].params.size()
                bindings.insert(bindings.end(), self.bindings.begin() + last, self.bindings.begin() + k)
            binding_starts.push_back(<uint32_t>start)
        self.operators = binding_starts.size()
        self.pre.swap(pre)
        self.pre_starts.swap(pre_starts)
        self.add.swap(add)
        self.add_starts.swap(add_starts)
        self.bindings.swap(bindings)
        self.binding_starts.swap(binding_starts)
        return 0

    cdef int _index_preconditions(self) except -1:
        cdef size_t o, k
        cdef vector[uint32_t] cursor
        cdef uint32_t fact
        self.fact_of_code.resize(max(self.fact_of_code.size(), <size_t>self.task.dense_codes), NO_FACT)
        self.needed_starts.assign(self.facts + 1, 0)
        for k in range(self.pre.size()):
            self.needed_starts[self.pre[k] + 1] += 1
        for k in range(self.facts):
            self.needed_starts[k + 1] += self.needed_starts[k]
        cursor = self.needed_starts
        self.needed.resize(self.pre.size())
        for o in range(self.operators):
            for k in range(self.pre_starts[o], self.pre_starts[o + 1]):
                fact = self.pre[k]
                self.needed[cursor[fact]] = <uint32_t>o
                cursor[fact] += 1
        self.world = None           # the joins are not needed any more
        self.plans.clear()
        return 0

    cdef uint32_t fact(self, uint32_t code) noexcept nogil:
        return self.fact_of_code[code] if code < self.fact_of_code.size() else NO_FACT

    @property
    def size(self):
        """(number of facts, number of operators)"""
        return self.facts, self.operators

    def is_relevant(self, tuple action not None):
        """Whether an action, a tuple (name, argument, ...) that the relaxation reaches, is worth generating."""
        cdef vector[uint32_t] binding
        cdef int schema = [known.name for known in self.task.actions].index(action[0])
        if self.relevant is None:
            return True
        for name in action[1:]:
            binding.push_back(self.task.object_numbers[name])
        return self.relevant.keep(schema, len(action) - 1, binding.data(), 1) == 1

    def action(self, uint32_t operator):
        """The ground action of an operator, as a tuple."""
        cdef size_t start = self.binding_starts[operator]
        return self.task.action_tuple(<int>self.bindings[start], self.bindings.data() + start + 1)
