"""Heuristics of the delete relaxation: h^max, h^add, h^FF.

The relaxed-reachable actions are found once per task by the joins of the successor generator, run
semi-naively: each newly reached atom is joined, at every place of a precondition where it fits, with the
atoms reached before it. On what they give, a state is evaluated as usual: Bonet and Geffner, "Planning as
Heuristic Search" (Artificial Intelligence 129, 2001) for h^max and h^add, by a generalized Dijkstra
computation; Hoffmann and Nebel, "The FF Planning System" (JAIR 14, 2001) for h^FF, with the best supporters of
h^add (Keyder and Geffner, ECAI 2008). Every action costs 1.

A negated fluent atom in a precondition or the goal is a fact of its own, which delete effects achieve.
"""

from libc.math cimport INFINITY
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset
from libcpp.algorithm cimport sort
from libcpp.queue cimport priority_queue
from libcpp.pair cimport pair
from libcpp.vector cimport vector

from heurgen.core.evaluators cimport Evaluator, action_key
from heurgen.core.joins cimport make_plan, produce, start
from heurgen.core.limits cimport Limits
from heurgen.core.state cimport Window
from heurgen.core.structures cimport Bucket, Cursor, EffectInfo, LiteralInfo, Plan, SchemaInfo
from heurgen.core.task cimport Task
from heurgen.core.world cimport HOLDS, World

cdef size_t BATCH = 256
cdef int64_t UNREACHED = (<int64_t>1 << 62)
cdef int64_t COST_CAP = (<int64_t>1 << 60)      # sums of h^add stay below this
cdef int64_t BUCKETS = 1 << 14                  # costs below this have a queue of their own
cdef uint32_t NO_OPERATOR = 0xFFFFFFFF
cdef uint32_t NO_FACT = 0xFFFFFFFF


cdef struct Trigger:
    int schema
    int literal             # which precondition the new atom is taken for
    size_t plan


cdef class RelaxedTask:
    """The relaxed-reachable actions of a task, grounded: facts are numbered, operators list facts."""

    cdef Task task
    cdef World world
    cdef Limits limits
    cdef vector[Plan] plans
    cdef vector[vector[Trigger]] triggers       # per predicate
    cdef Cursor cursor
    cdef vector[uint32_t] batch
    cdef vector[uint32_t] queue                 # codes in the order they were reached
    cdef vector[bint] negated                   # per predicate: somebody asks for its absence
    cdef vector[uint32_t] fact_of_code
    cdef vector[uint32_t] negative_of_code      # the fact that the atom does not hold
    cdef vector[uint32_t] negative_codes        # the atoms that have one
    cdef uint32_t facts
    cdef size_t operators
    # per operator, in compressed rows
    cdef vector[uint32_t] binding_starts
    cdef vector[uint32_t] bindings              # the schema, then the arguments
    cdef vector[uint32_t] pre_starts
    cdef vector[uint32_t] pre
    cdef vector[uint32_t] add_starts
    cdef vector[uint32_t] add
    # per fact: the operators that need it
    cdef vector[uint32_t] needed_starts
    cdef vector[uint32_t] needed

    def __init__(self, Task task not None, Limits limits=None):
        self.task = task
        self.limits = Limits(None, None) if limits is None else limits
        self.world = World(task)
        self.pre_starts.push_back(0)
        self.add_starts.push_back(0)
        self._explore()
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
                self.add.push_back(self.fact_of_code[code])
            else:
                code = effect.code.find(binding)
                if code >= 0 and self.negated[effect.predicate] and not info.rescues(effect[0], binding, code):
                    self.add.push_back(self.negative_fact(<uint32_t>code))
        self._close_row(&self.add, &self.add_starts)
        self.binding_starts.push_back(<uint32_t>self.bindings.size())
        self.bindings.push_back(schema)
        self.bindings.insert(self.bindings.end(), binding, binding + info.params.size())
        self.operators += 1
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

    cdef int _index_preconditions(self) except -1:
        cdef size_t o, k
        cdef vector[uint32_t] cursor
        cdef uint32_t fact
        for k in range(self.task.negative_goal_codes.size()):
            self.negative_fact(self.task.negative_goal_codes[k])
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

    def action(self, uint32_t operator):
        """The ground action of an operator, as a tuple."""
        cdef size_t start = self.binding_starts[operator]
        return self.task.action_tuple(<int>self.bindings[start], self.bindings.data() + start + 1)

    def relaxed_plan(self):
        """The actions of the relaxed plan of h^FF in the initial state; None where there is none."""
        cdef World world = World(self.task)
        cdef FF ff = FF(world, Window(world), self.limits, self)
        if ff.value() == INFINITY:
            return None
        return [self.action(operator) for operator in ff.plan]


cdef class Relaxation(Evaluator):
    """Costs of facts in the delete relaxation of the state in view."""

    cdef RelaxedTask relaxed
    cdef Window window
    cdef bint maximum                       # h^max, else h^add
    cdef bint solvable                      # every goal literal is a fact
    cdef vector[uint32_t] goals
    cdef vector[uint32_t] is_goal           # per fact: 1 or 0
    cdef vector[int64_t] costs              # per fact
    cdef vector[uint32_t] supporters        # per fact
    cdef vector[uint32_t] missing           # per operator: preconditions not reached yet
    cdef vector[uint32_t] missing_at_first
    cdef vector[int64_t] operator_costs
    cdef vector[vector[uint32_t]] buckets
    cdef priority_queue[pair[int64_t, uint32_t]] far    # costs beyond the buckets, negated
    cdef vector[const Bucket*] sources
    cdef vector[uint32_t] sourceless        # operators without preconditions

    def __cinit__(self, World world, Window window, Limits limits, RelaxedTask relaxed=None):
        cdef size_t o, i, p
        cdef uint32_t fact
        self.window = window
        self.relaxed = RelaxedTask(world.task, limits) if relaxed is None else relaxed
        self.solvable = world.task.static_goals_left == 0
        for i in range(world.task.goal_codes.size()):
            fact = self.relaxed.fact(world.task.goal_codes[i])
            self.solvable = self.solvable and fact != NO_FACT
            self.goals.push_back(fact)
        for i in range(world.task.negative_goal_codes.size()):
            self.goals.push_back(self.relaxed.negative_fact(world.task.negative_goal_codes[i]))
        self.costs.resize(self.relaxed.facts)
        self.is_goal.assign(self.relaxed.facts, 0)
        for i in range(self.goals.size()):
            if self.goals[i] != NO_FACT:
                self.is_goal[self.goals[i]] = 1
        self.supporters.resize(self.relaxed.facts)
        self.missing.resize(self.relaxed.operators)
        self.operator_costs.resize(self.relaxed.operators)
        for o in range(self.relaxed.operators):
            self.missing_at_first.push_back(self.relaxed.pre_starts[o + 1] - self.relaxed.pre_starts[o])
            if self.missing_at_first.back() == 0:
                self.sourceless.push_back(<uint32_t>o)
        self.buckets.resize(1)
        for p in range(world.task.infos.size()):
            if world.task.infos[p].fluent:
                window.whole_index(<int>p)

    cdef int explore(self) except -1 nogil:
        """Compute the costs of facts until those of the goal are known."""
        cdef size_t left = self.goals.size(), k
        cdef int64_t cost = 0
        cdef uint32_t fact
        memset(self.costs.data(), 0x7F, self.costs.size() * sizeof(int64_t))
        memset(self.operator_costs.data(), 0, self.operator_costs.size() * sizeof(int64_t))
        memcpy(self.missing.data(), self.missing_at_first.data(), self.missing.size() * sizeof(uint32_t))
        self._enter_state()
        for k in range(self.sourceless.size()):
            self._fire(self.sourceless[k])
        while left > 0:
            if not self._next(&cost, &fact):
                break
            if self.costs[fact] != cost:
                continue
            left -= self.is_goal[fact]
            if left > 0:
                for k in range(self.relaxed.needed_starts[fact], self.relaxed.needed_starts[fact + 1]):
                    self._satisfy(self.relaxed.needed[k], cost)
        self._drain(cost)
        return 0

    cdef int _enter_state(self) except -1 nogil:
        """Cost 0 for what holds in the state in view."""
        cdef size_t p, i
        cdef int k
        cdef const Bucket* bucket
        cdef uint32_t code
        for p in range(self.world.task.infos.size()):
            if not self.world.task.infos[p].fluent:
                continue
            bucket = self.world.indexes[self.window.whole[p]].at(0)
            if bucket == NULL:
                continue
            for i in range(bucket.size):
                code = bucket.data[i]
                if self.world.truth[code] & HOLDS:
                    self._improve(self.relaxed.fact_of_code[code], 0, NO_OPERATOR)
        for k in range(self.world.changed):
            code = self.world.changed_codes[k]
            if self.world.truth[code] & HOLDS:
                self._improve(self.relaxed.fact_of_code[code], 0, NO_OPERATOR)
        for i in range(self.relaxed.negative_codes.size()):
            code = self.relaxed.negative_codes[i]
            if code >= self.world.capacity or not self.world.truth[code] & HOLDS:
                self._improve(self.relaxed.negative_of_code[code], 0, NO_OPERATOR)
        return 0

    cdef inline int _improve(self, uint32_t fact, int64_t cost, uint32_t supporter) except -1 nogil:
        # Among supporters of the same cost the first operator counts, so that the relaxed plan
        # depends on the state alone.
        if cost < self.costs[fact]:
            self.costs[fact] = cost
            self.supporters[fact] = supporter
            if cost < BUCKETS:
                if cost >= <int64_t>self.buckets.size():
                    self.buckets.resize(cost + 1)
                self.buckets[cost].push_back(fact)
            else:
                self.far.push(pair[int64_t, uint32_t](-cost, fact))
        elif cost == self.costs[fact] and supporter < self.supporters[fact] and cost > 0:
            self.supporters[fact] = supporter
        return 0

    cdef inline int _satisfy(self, uint32_t operator, int64_t cost) except -1 nogil:
        if self.maximum:
            self.operator_costs[operator] = cost        # costs come in growing order
        else:
            self.operator_costs[operator] = min(self.operator_costs[operator] + cost, COST_CAP)
        self.missing[operator] -= 1
        if self.missing[operator] == 0:
            self._fire(operator)
        return 0

    cdef int _fire(self, uint32_t operator) except -1 nogil:
        cdef int64_t cost = self.operator_costs[operator] + 1
        cdef size_t k
        for k in range(self.relaxed.add_starts[operator], self.relaxed.add_starts[operator + 1]):
            self._improve(self.relaxed.add[k], cost, operator)
        return 0

    cdef inline bint _next(self, int64_t* cost, uint32_t* fact) except -1 nogil:
        """Take a fact of least cost from the queue; costs never fall below `cost`."""
        while cost[0] < <int64_t>self.buckets.size():
            if not self.buckets[cost[0]].empty():
                fact[0] = self.buckets[cost[0]].back()
                self.buckets[cost[0]].pop_back()
                return True
            cost[0] += 1
        if self.far.empty():
            return False
        cost[0] = -self.far.top().first
        fact[0] = self.far.top().second
        self.far.pop()
        return True

    cdef void _drain(self, int64_t cost) noexcept nogil:
        while cost < <int64_t>self.buckets.size():
            self.buckets[cost].clear()
            cost += 1
        while not self.far.empty():
            self.far.pop()

    cdef bint reached(self) noexcept nogil:
        """Whether every goal fact has a cost."""
        cdef size_t k
        for k in range(self.goals.size()):
            if self.costs[self.goals[k]] >= UNREACHED:
                return False
        return True

    cdef double value(self) except? -1.0 nogil:
        cdef int64_t total = 0
        cdef size_t k
        if not self.solvable:
            return INFINITY
        self.explore()
        if not self.reached():
            return INFINITY
        for k in range(self.goals.size()):
            if self.maximum:
                total = max(total, self.costs[self.goals[k]])
            else:
                total = min(total + self.costs[self.goals[k]], COST_CAP)
        return <double>total


cdef class Additive(Relaxation):
    """h^add."""


cdef class Max(Relaxation):
    """h^max."""

    def __cinit__(self, World world, *_):
        self.maximum = True


cdef class FF(Relaxation):
    """h^FF: the number of actions of a relaxed plan made of the best supporters of h^add."""

    cdef vector[uint32_t] marks             # per operator: the evaluation it was last taken in
    cdef vector[uint32_t] fact_marks
    cdef vector[uint32_t] stack
    cdef vector[uint32_t] plan              # operators of the relaxed plan
    cdef uint32_t round

    def __cinit__(self, World world, *_):
        self.offers_preferred = True
        self.marks.assign(self.relaxed.operators, 0)
        self.fact_marks.assign(self.relaxed.facts, 0)

    cdef double value(self) except? -1.0 nogil:
        if not self.solvable:
            return INFINITY
        self.explore()
        if not self.reached():
            return INFINITY
        self._extract()
        return <double>self.plan.size()

    cdef int prefer(self, vector[uint64_t]* keys) except -1 nogil:
        """The actions of the relaxed plan that are applicable (Hoffmann and Nebel, JAIR 2001, section 5.2)."""
        cdef size_t i, at
        cdef uint32_t operator
        cdef int schema
        if self.value() == INFINITY:
            return 0
        for i in range(self.plan.size()):
            operator = self.plan[i]
            if self.operator_costs[operator] == 0:
                at = self.relaxed.binding_starts[operator]
                schema = <int>self.relaxed.bindings[at]
                keys.push_back(action_key(
                    schema, self.relaxed.bindings.data() + at + 1, self.world.task.schemas[schema].params.size()))
        return 0

    cdef int _extract(self) except -1 nogil:
        cdef size_t k
        cdef uint32_t fact, operator
        self.round += 1
        self.plan.clear()
        self.stack.assign(self.goals.begin(), self.goals.end())
        while not self.stack.empty():
            fact = self.stack.back()
            self.stack.pop_back()
            if self.fact_marks[fact] == self.round:
                continue
            self.fact_marks[fact] = self.round
            operator = self.supporters[fact]
            if operator == NO_OPERATOR or self.marks[operator] == self.round:
                continue
            self.marks[operator] = self.round
            self.plan.push_back(operator)
            for k in range(self.relaxed.pre_starts[operator], self.relaxed.pre_starts[operator + 1]):
                self.stack.push_back(self.relaxed.pre[k])
        return 0
