"""Which instances of an action schema are applicable: joins over the atoms that hold.

A plan orders the precondition of a schema: each level goes through the candidates for some parameters
(the atoms of a fluent predicate in one bucket of an index, the rows of a static one, or the objects of a
type), and whatever is known by then is tested at once. The order is greedy by the number of matches to
expect. Compare Corrêa et al., "Lifted Successor Generation using Query Optimization Techniques"
(ICAPS 2020), who join whole relations; here bindings are extended one level at a time, so that the
enumeration can pause after any of its answers.
"""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memcpy
from libcpp.algorithm cimport sort, unique
from libcpp.vector cimport vector

from heurgen.core.structures cimport (
    CHECK_EQUAL, CHECK_FLUENT, CHECK_STATIC, LEVEL_BUCKET, LEVEL_RANGE, LEVEL_ROWS, Bind, Bucket, Check,
    Cursor, Divisor, Form, Frame, Level, LiteralInfo, Plan, PredicateInfo, RowIndex, SchemaInfo, Term,
    TermList, TypeSet,
)
from heurgen.core.relations cimport in_key
from heurgen.core.task cimport Task
from heurgen.core.world cimport HOLDS, World

cdef uint32_t ALL_CODES = 0xFFFFFFFF
cdef uint32_t CROWD = 16            # members of a bucket that are quicker looked at than left out
cdef size_t PATIENCE = 1 << 16      # candidates tried before `produce` lets its caller look at the clock


# ----- making plans -----

cdef int make_plan(World world, int schema, int given, bint growing, Plan* plan) except -1:
    """Fill `plan` with a join order for a schema.

    `given` is the place of a precondition literal whose parameters are bound beforehand and which is taken for
    granted, or -1. With `growing` the sizes of the fluent predicates are taken to grow (relaxed
    reachability), and negative literals over them are left out.
    """
    return Planner(world, schema, given, growing).fill(plan)


cdef int make_test(World world, int schema, Plan* plan) except -1:
    """Fill `plan` with the checks that tell whether a complete binding of a schema is applicable."""
    cdef Planner planner = Planner(world, schema, -1, False)
    planner.bound.assign(planner.bound.size(), True)
    return planner.fill(plan)


cdef class Planner:
    cdef World world
    cdef Task task
    cdef SchemaInfo* info
    cdef int schema
    cdef bint growing
    cdef vector[bint] bound         # per parameter
    cdef vector[int] bound_at       # and the level that binds it, -1 beforehand
    cdef vector[int] order          # parameters in the order in which they are bound
    cdef vector[bint] done          # per literal

    def __cinit__(self, World world, int schema, int given, bint growing):
        cdef size_t i
        cdef LiteralInfo* literal
        self.world = world
        self.task = world.task
        self.schema = schema
        self.info = &world.task.schemas[schema]
        self.growing = growing
        self.bound.assign(self.info.params.size(), False)
        self.bound_at.assign(self.info.params.size(), -1)
        self.done.assign(self.info.precondition.size(), False)
        for i in range(self.done.size()):
            literal = &self.info.precondition[i]
            if growing and not literal.positive and self._fluent(literal):
                self.done[i] = True
        if given >= 0:
            self.done[given] = True
            self._bind_all(&self.info.precondition[given].terms)

    cdef int fill(self, Plan* plan) except -1:
        cdef int best, narrow
        cdef Level level
        cdef size_t i
        cdef vector[bint] was_bound = self.bound
        plan.schema = self.schema
        plan.checks.clear()
        plan.guards.clear()
        plan.levels.clear()
        self._take_checks(&plan.checks)
        while True:
            best = self._best_atom(&narrow)
            level = Level()
            if best < 0:
                narrow = self._free_parameter()
            if narrow >= 0:
                level.kind = LEVEL_RANGE
                level.param = narrow
                level.type = self.info.params[narrow]
                level.earlier = self._earlier(narrow)
                self.bound[narrow] = True
                self.order.push_back(narrow)
            elif best >= 0:
                self._add_guard(best, plan)
                self._atom_level(best, &level)
            else:
                return 0
            for i in range(self.bound.size()):
                if self.bound[i] and not was_bound[i]:
                    self.bound_at[i] = <int>plan.levels.size()
            was_bound = self.bound
            self._take_checks(&level.checks)
            plan.levels.push_back(level)

    cdef int _add_guard(self, int place, Plan* plan) except -1:
        """Where the bucket that the next level will go through is known before the level that precedes it, it is looked at
        then: hands full of tools are not gone through where there is nothing to use them on."""
        cdef LiteralInfo* literal = &self.info.precondition[place]
        cdef int next_level = <int>plan.levels.size(), ready = -1
        cdef size_t k
        cdef int param
        if not self.task.infos[literal.predicate].fluent:
            return 0
        for k in range(literal.terms.params.size()):
            param = literal.terms.params[k]
            if param >= 0 and self.bound[param]:
                ready = max(ready, self.bound_at[param])
        if ready < 0 and next_level > 0:
            plan.guards.push_back(next_level)
        elif ready < next_level - 1:
            plan.levels[ready].guards.push_back(next_level)
        return 0

    cdef vector[int] _earlier(self, int param):
        """The parameters bound before that may stand for an object of this one's type."""
        cdef vector[int] found
        cdef size_t i
        for i in range(self.order.size()):
            if (self.info.params[self.order[i]].low < self.info.params[param].high
                    and self.info.params[param].low < self.info.params[self.order[i]].high):
                found.push_back(self.order[i])
        return found

    cdef bint _fluent(self, LiteralInfo* literal):
        return literal.predicate >= 0 and self.task.infos[literal.predicate].fluent

    cdef void _bind_all(self, TermList* terms):
        cdef size_t k
        for k in range(terms.params.size()):
            if terms.params[k] >= 0:
                self.bound[terms.params[k]] = True

    cdef bint _is_bound(self, TermList* terms, size_t position):
        return terms.params[position] < 0 or self.bound[terms.params[position]]

    cdef int _take_checks(self, vector[Check]* checks) except -1:
        """Move every literal whose parameters are all bound into `checks`, static ones first."""
        cdef size_t i, k
        cdef LiteralInfo* literal
        cdef bint known
        cdef int fluent
        for fluent in range(2):
            for i in range(self.done.size()):
                literal = &self.info.precondition[i]
                if self.done[i] or self._fluent(literal) != fluent:
                    continue
                known = True
                for k in range(literal.terms.params.size()):
                    known = known and self._is_bound(&literal.terms, k)
                if known:
                    checks.push_back(self._check(literal))
                    self.done[i] = True
        return 0

    cdef Check _check(self, LiteralInfo* literal):
        cdef Check check
        check.wanted = literal.positive
        if literal.predicate < 0:
            check.kind = CHECK_EQUAL
            check.sides = literal.terms
            return check
        check.code = self.task.form_of(literal.predicate, literal.terms)
        if self._fluent(literal):
            check.kind = CHECK_FLUENT
        else:
            check.kind = CHECK_STATIC
            check.relation = self.task.relations[literal.predicate]
        return check

    cdef int _free_parameter(self):
        cdef size_t i
        for i in range(self.bound.size()):
            if not self.bound[i]:
                return <int>i
        return -1

    cdef int _best_atom(self, int* narrow) except -2:
        """The positive literal that is the cheapest to go through next, -1 where none is left; and in `narrow` the
        parameter of it to go through before by its type, or -1."""
        cdef int best = -1, param
        cdef double least = 0, cost
        cdef size_t i
        cdef LiteralInfo* literal
        narrow[0] = -1
        for i in range(self.done.size()):
            literal = &self.info.precondition[i]
            if self.done[i] or not literal.positive or literal.predicate < 0:
                continue
            cost = self._cost(literal, &param)
            if best < 0 or cost < least:
                best = <int>i
                least = cost
                narrow[0] = param
        return best

    cdef double _cost(self, LiteralInfo* literal, int* narrow) except -1:
        """How many candidates a literal has to be expected, or how many there are to go through if a parameter is bound by its
        type before, where that is clearly less: the one man among hundreds of things that are somewhere."""
        cdef PredicateInfo* info = &self.task.infos[literal.predicate]
        cdef double matches = self._matches(literal), least = matches, cost
        cdef uint32_t o, objects
        cdef size_t k
        cdef int param
        narrow[0] = -1
        if self.growing or not info.fluent:
            return least
        for k in range(literal.terms.params.size()):
            param = literal.terms.params[k]
            if param < 0 or self.bound[param]:
                continue
            objects = 0
            for o in range(self.task.object_count):
                objects += self.info.params[param].holds(o)
            cost = objects * (1 + matches / info.sizes[k])
            if cost < min(least, matches / 2):
                least = cost
                narrow[0] = param
        return least

    cdef uint64_t _positions(self, LiteralInfo* literal):
        cdef uint64_t positions = 0
        cdef size_t k
        for k in range(min(literal.terms.params.size(), <size_t>64)):
            if self._is_bound(&literal.terms, k):
                positions |= <uint64_t>1 << k
        return positions

    cdef double _matches(self, LiteralInfo* literal) except -1:
        cdef PredicateInfo* info = &self.task.infos[literal.predicate]
        cdef uint64_t positions = self._positions(literal)
        cdef RowIndex* rows
        cdef double size, widest = 1
        cdef int k
        if not info.fluent:
            rows = self.task.row_index(literal.predicate, positions)
            return <double>self.task.relations[literal.predicate].count / max(rows.distinct, <uint32_t>1)
        size = self.world.counts[literal.predicate]
        for k in range(info.arity):
            widest = max(widest, <double>info.sizes[k])
        if self.growing:
            size = max(size, widest)
        for k in range(info.arity):
            if in_key(positions, k):
                size /= info.sizes[k]
        return size

    cdef int _atom_level(self, int place, Level* level) except -1:
        """A level that goes through the matches of a literal."""
        cdef LiteralInfo* literal = &self.info.precondition[place]
        cdef PredicateInfo* info = &self.task.infos[literal.predicate]
        cdef uint64_t positions = self._positions(literal)
        level.predicate = literal.predicate
        level.dense = info.dense
        self._key(literal, positions, level)
        if info.fluent:
            level.kind = LEVEL_BUCKET
            level.first = self._first(literal, positions)
        else:
            level.kind = LEVEL_ROWS
            level.rows = self.task.row_index(literal.predicate, positions)
        self._add_binds(place, positions, info.fluent and info.dense, level)
        self._bind_all(&literal.terms)
        return 0

    cdef int _key(self, LiteralInfo* literal, uint64_t positions, Level* level) except -1:
        """How the number of the index key follows from the binding."""
        cdef PredicateInfo* info = &self.task.infos[literal.predicate]
        cdef Term term
        cdef int k
        cdef int64_t stride = 1
        if info.fluent:
            level.spec = self.task.spec(literal.predicate, positions)
            self.world.keep(level.spec)
            level.key.interner = self.world.indexes[level.spec].keys()
        else:
            level.key.interner = self.task.row_index(literal.predicate, positions).keys.get()
        if level.key.interner != NULL:
            for k in range(info.arity):
                if in_key(positions, k):
                    level.key.key_params.push_back(literal.terms.params[k])
                    level.key.key_constants.push_back(literal.terms.constants[k])
            return 0
        for k in range(info.arity - 1, -1, -1):
            if not in_key(positions, k):
                continue
            level.key.base -= stride * info.lows[k]
            if literal.terms.params[k] < 0:
                level.key.base += stride * literal.terms.constants[k]
            else:
                term.param = literal.terms.params[k]
                term.stride = <uint32_t>stride
                level.key.terms.push_back(term)
            stride *= info.sizes[k]
        return 0

    cdef Form _first(self, LiteralInfo* literal, uint64_t positions):
        """The code of the literal with its unbound positions at their lowest (dense predicates)."""
        cdef PredicateInfo* info = &self.task.infos[literal.predicate]
        cdef TermList terms = literal.terms
        cdef size_t k
        cdef Form nothing
        if not info.dense:
            return nothing
        for k in range(terms.params.size()):
            if not in_key(positions, k):
                terms.params[k] = -1
                terms.constants[k] = info.lows[k]
        return self.task.form_of(literal.predicate, terms)

    cdef int _add_binds(self, int literal_place, uint64_t positions, bint by_code, Level* level) except -1:
        cdef LiteralInfo* literal = &self.info.precondition[literal_place]
        cdef PredicateInfo* info = &self.task.infos[literal.predicate]
        cdef vector[bint] seen
        cdef Bind bind
        cdef TypeSet type
        cdef int k, place = 0
        cdef bint whole = True
        seen.assign(self.bound.size(), False)
        for k in range(info.arity):
            if in_key(positions, k):
                continue
            bind = Bind()
            bind.param = literal.terms.params[k]
            bind.position = <uint32_t>(k if info.fluent else place)
            place += 1
            if by_code:
                bind.stride = Divisor(info.strides[k])
            if bind.param < 0:      # only beyond the 64th position: the whole atom is tested afterwards
                whole = False
                continue
            bind.repeated = seen[bind.param] or self.bound[bind.param]
            if not bind.repeated:
                bind.earlier = self._earlier(bind.param)
                self.order.push_back(bind.param)
            seen[bind.param] = True
            type = self.info.params[bind.param]
            bind.type = type
            bind.typed = (type.low > info.lows[k] or type.high < info.lows[k] + info.sizes[k]
                          or type.mask != NULL or not info.fluent and not info.dense)
            bind.low = info.lows[k]
            if by_code and bind.typed and level.binds.empty():
                level.start = <uint32_t>((max(type.low, info.lows[k]) - info.lows[k]) * info.strides[k])
                level.end = <uint32_t>((min(type.high, info.lows[k] + info.sizes[k]) - info.lows[k]) * info.strides[k])
            level.binds.push_back(bind)
        self.done[literal_place] = whole
        return 0


# ----- running them -----

cdef int start(const Plan* plan, Cursor* cursor, size_t parameters) except -1 nogil:
    """Set a cursor to the beginning of a plan; parameters bound beforehand go into cursor.binding then."""
    cursor.depth = -1
    cursor.frames.resize(plan.levels.size())
    cursor.binding.assign(parameters + 1, 0)
    return 0


cdef inline bint passes(World world, const vector[Check]& checks, const uint32_t* binding) noexcept nogil:
    cdef size_t i
    cdef const Check* check
    cdef int64_t code
    cdef bint holds
    for i in range(checks.size()):
        check = &checks[i]
        if check.kind == CHECK_FLUENT:
            code = check.code.find(binding)
            holds = code >= 0 and code < world.capacity and (world.truth[code] & HOLDS) != 0
            if holds != check.wanted:
                return False
        elif check.kind == CHECK_STATIC:
            if check.relation.has(check.code, binding) != check.wanted:
                return False
        elif (check.sides.value(0, binding) == check.sides.value(1, binding)) != check.wanted:
            return False
    return True


cdef bint applicable(World world, const Plan* plan, const uint32_t* binding) noexcept nogil:
    """Whether an instance, bound completely, is applicable; `plan` is of `make_test`."""
    cdef size_t i
    cdef SchemaInfo* info = &world.task.schemas[plan.schema]
    for i in range(info.params.size()):
        if not info.params[i].holds(binding[i]):
            return False
    return passes(world, plan.checks, binding)


cdef void choose_members(World world, const Bind* bind, Frame* frame, const uint32_t* binding) noexcept nogil:
    """Leave those of a bucket out that others stand for, without looking at them: see `stands_for_group`."""
    cdef size_t i, k
    cdef uint32_t group, bound, whole = frame.end - frame.at
    cdef const vector[uint32_t]* members
    cdef vector[uint32_t]* chosen = &frame.chosen
    chosen.clear()
    for i in range(bind.earlier.size()):
        choose(world, bind, frame, binding[bind.earlier[i]])
    for i in range(world.alone.size()):
        choose(world, bind, frame, world.alone[i])
    for i in range(world.live.size()):
        group = world.live[i]
        members = &world.members[group]
        if not bind.type.holds(members[0][0]):
            continue
        bound = 0
        for k in range(bind.earlier.size()):
            if world.group[binding[bind.earlier[k]]] == world.task.object_count + group:
                # Bound in order, so the highest rank tells how many are.
                bound = max(bound, world.rank[binding[bind.earlier[k]]] + 1)
        if bound < members.size():
            choose(world, bind, frame, members[0][bound])
    sort(chosen.begin(), chosen.end())
    chosen.erase(unique(chosen.begin(), chosen.end()), chosen.end())
    frame.data = chosen.data()
    frame.at = 0
    frame.end = <uint32_t>chosen.size()
    world.pruned += whole - frame.end


cdef inline void choose(World world, const Bind* bind, Frame* frame, uint32_t object) noexcept nogil:
    cdef int64_t code
    if bind.type.holds(object):
        code = frame.first + <int64_t>(object - bind.low) * bind.stride.value
        if code < world.capacity and world.truth[code] & HOLDS:
            frame.chosen.push_back(<uint32_t>code)


cdef inline void open_level(World world, const Level* level, Frame* frame, const uint32_t* binding) noexcept nogil:
    cdef const Bucket* bucket
    cdef int64_t key
    frame.at = 0
    frame.end = 0
    if level.kind == LEVEL_RANGE:
        frame.at = level.type.low
        frame.end = level.type.high
        return
    key = level.key.find(binding)
    if level.kind == LEVEL_BUCKET:
        bucket = world.indexes[level.spec].at(key)
        if bucket != NULL:
            frame.data = bucket.data
            frame.end = bucket.size
            frame.first = level.first.base if not level.dense else level.first.dense_code(binding)
            if bucket.size and level.end != ALL_CODES:
                frame.at = bucket.position(<uint32_t>frame.first + level.start)
                frame.end = bucket.position(<uint32_t>frame.first + level.end)
            if (world.symmetric and level.dense and level.binds.size() == 1
                    and frame.end - frame.at > CROWD + 2 * (world.live.size() + world.alone.size())):
                choose_members(world, &level.binds[0], frame, binding)
    elif key >= 0:
        frame.data = level.rows.entries.data()
        frame.at = level.rows.starts[key]
        frame.end = level.rows.starts[key + 1]


cdef bint guarded(World world, const Plan* plan, const vector[int]& guards, const uint32_t* binding) noexcept nogil:
    """Whether a later level will find nothing, whatever comes between."""
    cdef size_t i
    cdef Frame frame
    for i in range(guards.size()):
        open_level(world, &plan.levels[guards[i]], &frame, binding)
        if frame.at == frame.end:
            return True
    return False


cdef inline bint stands_for_group(
    World world, const vector[int]& earlier, uint32_t object, const uint32_t* binding) noexcept nogil:
    """Whether an object is the one to try for its group: bound already, or the first that is not.

    The members that are not bound yet can be swapped without changing the state or the binding so far, so trying one
    of them is enough. Members are bound in the order of their numbers, whatever the order of the parameters.
    """
    cdef uint32_t bound = 0
    cdef size_t i, k
    cdef bint again
    for i in range(earlier.size()):
        if binding[earlier[i]] == object:
            return True
        if world.group[binding[earlier[i]]] == world.group[object]:
            again = False
            for k in range(i):
                again = again or binding[earlier[k]] == binding[earlier[i]]
            bound += not again
    if world.rank[object] == bound:
        return True
    world.pruned += 1
    return False


cdef inline bint bind_values(World world, const Level* level, Frame* frame, uint32_t* binding) noexcept nogil:
    """Bind the parameters of a level from the candidate the frame stands at."""
    cdef size_t i
    cdef const Bind* bind
    cdef uint32_t value, rest = 0, quotient
    cdef const uint32_t* values = NULL
    cdef bint by_code = level.kind == LEVEL_BUCKET and level.dense
    if by_code:
        rest = <uint32_t>(frame.data[frame.at] - frame.first)
    elif level.kind == LEVEL_BUCKET:
        values = world.task.interned.key(<uint32_t>(frame.data[frame.at] - world.task.dense_codes)) + 1
    else:
        values = frame.data + <size_t>frame.at * level.rows.width
    for i in range(level.binds.size()):
        bind = &level.binds[i]
        if by_code:
            quotient = bind.stride.divide(rest)
            rest -= quotient * bind.stride.value
            value = bind.low + quotient
        else:
            value = values[bind.position]
        if bind.repeated:
            if binding[bind.param] != value:
                return False
        elif bind.typed and not bind.type.holds(value):
            return False
        elif world.symmetric and not stands_for_group(world, bind.earlier, value, binding):
            return False
        else:
            binding[bind.param] = value
    return True


cdef inline bint advance(World world, const Level* level, Frame* frame, uint32_t* binding) noexcept nogil:
    """Go to the next candidate of a level and bind its parameters; False where there is none."""
    while frame.at < frame.end:
        if level.kind == LEVEL_RANGE:
            binding[level.param] = frame.at
            frame.at += 1
            if level.type.mask != NULL and not level.type.mask[frame.at - 1]:
                continue
            if not world.symmetric or stands_for_group(world, level.earlier, frame.at - 1, binding):
                return True
        else:
            if bind_values(world, level, frame, binding):
                frame.at += 1
                return True
            frame.at += 1
    return False


cdef size_t produce(World world, const Plan* plan, Cursor* cursor, uint32_t* out, size_t most) noexcept nogil:
    """Write up to `most` further bindings to `out`, one after the other; returns how many.

    The join is exhausted when cursor.depth is -2; before that even no answer may only mean that it takes
    long, so that the caller can look at its limits.
    """
    cdef size_t count = 0, tried = 0
    cdef size_t parameters = cursor.binding.size() - 1
    cdef int last = <int>plan.levels.size() - 1
    cdef uint32_t* binding = cursor.binding.data()
    cdef const Level* level
    if cursor.depth == -2:
        return 0
    if cursor.depth == -1:
        if not passes(world, plan.checks, binding) or guarded(world, plan, plan.guards, binding):
            cursor.depth = -2
            return 0
        if last < 0:
            memcpy(out, binding, parameters * sizeof(uint32_t))
            cursor.depth = -2
            return 1
        cursor.depth = 0
        open_level(world, &plan.levels[0], &cursor.frames[0], binding)
    while tried < PATIENCE:
        tried += 1
        level = &plan.levels[cursor.depth]
        if not advance(world, level, &cursor.frames[cursor.depth], binding):
            cursor.depth -= 1
            if cursor.depth < 0:
                cursor.depth = -2
                return count
        elif not passes(world, level.checks, binding):
            continue
        elif not level.guards.empty() and guarded(world, plan, level.guards, binding):
            continue
        elif cursor.depth < last:
            cursor.depth += 1
            open_level(world, &plan.levels[cursor.depth], &cursor.frames[cursor.depth], binding)
        else:
            memcpy(out + count * parameters, binding, parameters * sizeof(uint32_t))
            count += 1
            if count == most:
                return count
    return count
