from heurgen import Heuristic

TABLE = -1
HAND = -3
NO_TARGET = -9
NEVER = 10 ** 7         # the time at which a block without a target is needed

# (willingness to use the table, start goal towers eagerly, penalty for starting a goal tower)
VARIANTS = ((2.0, True, 0), (1.0, False, 2), (4.0, True, 0), (2.0, False, 4), (1.0, True, 0))


def simulate(below, above, tops, held, target, goal_above, to_clear, done, need, variant):
    """One complete sequence of moves: (evaluations it costs, [(block, from, to)], time at which each block is final).

    None if it does not come to an end."""
    alpha, eager, base_penalty = variant
    n = len(below)
    below = below[:]
    above = above[:]
    done = done[:]
    tops = dict.fromkeys(tops)
    when = need[:]
    limit = 20 * n + 50
    low = [0] * n               # the least need in the tower from this block downwards, -1 with a final block
    for base in range(n):
        if below[base] == TABLE:
            least = 2 * NEVER
            x = base
            while x >= 0:
                value = -1 if done[x] else need[x]
                if value < least:
                    least = value
                low[x] = least
                x = above[x]
    slots = {}                  # blocks that are next in their goal tower
    for y in range(n):
        goal = target[y]
        if goal != NO_TARGET and not done[y] and (goal == TABLE or done[goal]):
            slots[y] = None
    moves = []
    agenda = list(tops)
    cost = 0

    def move(x, q):
        nonlocal cost
        p = below[x]
        cost += len(tops)
        if p != HAND:
            del tops[x]
        if p >= 0:
            above[p] = -1
            tops[p] = None
        cost += len(tops) + 1
        if q >= 0:
            del tops[q]
            above[q] = x
        tops[x] = None
        below[x] = q
        if q == target[x] and (q == TABLE or done[q]):
            done[x] = True
            low[x] = -1
            when[x] = len(moves)
            slots.pop(x, None)
            w = goal_above[x]
            if w >= 0 and target[w] == x and not done[w]:
                slots[w] = None
                agenda.append(w)
        elif q >= 0 and low[q] < need[x]:
            low[x] = low[q]
        else:
            low[x] = need[x]
        moves.append((x, p, q))
        if p >= 0:
            if done[p]:
                w = goal_above[p]
                if w >= 0:
                    agenda.append(w)
            else:
                agenda.append(p)

    if held >= 0:
        goal = target[held]
        if goal >= 0 and done[goal] and goal in tops:
            move(held, goal)
        else:
            move(held, TABLE)

    active = -1
    while True:
        # all moves to a final place that are possible now
        while agenda:
            w = agenda.pop()
            if done[w] or w not in tops:
                continue
            goal = target[w]
            if goal == TABLE:
                if eager:
                    move(w, TABLE)
                    active = -1
            elif goal >= 0 and done[goal] and goal in tops:
                move(w, goal)
                active = -1
        if not slots:
            break
        if len(moves) > limit:
            return None
        # the open place that is the least work to reach
        if active < 0 or active not in slots:
            best = None
            best_count = limit + n
            for y in slots:
                goal = target[y]
                count = 0
                if goal >= 0:
                    z = above[goal]
                    while z >= 0:
                        count += 1
                        z = above[z]
                else:
                    count = base_penalty
                z = above[y]
                while z >= 0 and count <= best_count:
                    count += 1
                    z = above[z]
                if best is None or count < best_count or (count == best_count and need[y] < need[best]):
                    best = y
                    best_count = count
            active = best
        y = active
        goal = target[y]
        x = y
        while above[x] >= 0:
            x = above[x]
        if x != y:
            forbidden = below[x]
        elif goal >= 0 and above[goal] >= 0:
            x = above[goal]
            while above[x] >= 0:
                x = above[x]
            forbidden = y
        else:
            move(y, goal)
            active = -1
            continue
        # x is in the way
        goal = target[x]
        if goal == TABLE or (goal >= 0 and done[goal] and goal in tops):
            move(x, goal)
            continue
        wanted = need[x]
        fit = spare = -1
        fit_low = 3 * NEVER
        spare_low = -1
        for c in tops:
            if c == x or c == forbidden:
                continue
            least = low[c]
            if least >= wanted:
                if least < fit_low:
                    fit_low = least
                    fit = c
            elif least > spare_low:
                spare_low = least
                spare = c
        if fit >= 0:
            move(x, fit)
        elif spare >= 0 and wanted - len(moves) > alpha * len(tops):
            move(x, spare)
        else:
            move(x, TABLE)

    for x in range(n):
        if target[x] != NO_TARGET and not done[x]:
            return None
    for z in to_clear:
        while above[z] >= 0:
            x = above[z]
            while above[x] >= 0:
                x = above[x]
            move(x, TABLE)
            if len(moves) > limit:
                return None
    return cost, moves, when


class BlocksworldHeuristic(Heuristic):
    """Actions left on a way to the goal that is worked out once; states off that way come after all states on it."""

    def __init__(self, task):
        names = task.objects
        n = len(names)
        index = {name: i for i, name in enumerate(names)}
        state = task.initial_state

        below = [TABLE] * n
        above = [-1] * n
        for block, support in state["on"]:
            below[index[block]] = index[support]
            above[index[support]] = index[block]
        held = -1
        for (block,) in state["holding"]:
            held = index[block]
            below[held] = HAND
        tops = [index[block] for (block,) in state["clear"]]

        target = [NO_TARGET] * n
        goal_above = [-1] * n
        to_clear = []
        want = -1
        for goal in task.goal:
            predicate = goal[0]
            if predicate == "on":
                block, support = index[goal[1]], index[goal[2]]
                target[block] = support
                goal_above[support] = block
            elif predicate == "on-table":
                target[index[goal[1]]] = TABLE
            elif predicate == "clear":
                to_clear.append(index[goal[1]])
            elif predicate == "holding":
                want = index[goal[1]]
        if want >= 0:
            to_clear.append(want)
        for block in range(n):
            if target[block] == NO_TARGET and goal_above[block] >= 0:
                target[block] = TABLE
        for block in to_clear:
            if target[block] == NO_TARGET:
                target[block] = TABLE

        # what is final already, and a first guess of the time at which each block is needed
        done = [False] * n
        need = [NEVER] * n
        chains = []
        for base in range(n):
            if target[base] != TABLE:
                continue
            chain = [base]
            x = base
            while goal_above[x] >= 0 and target[goal_above[x]] == x:
                x = goal_above[x]
                chain.append(x)
            chains.append(chain)
            support = TABLE
            for x in chain:
                if below[x] != support:
                    break
                done[x] = True
                support = x
        open_chains = 1 + sum(1 for chain in chains if not done[chain[-1]])
        for chain in chains:
            level = 0
            for x in chain:
                if not done[x]:
                    level += 1
                need[x] = 1.6 * open_chains * level

        # the plain count, in case that there is no plan
        self.towers = []
        for chain in chains:
            tower = []
            for x in chain:
                name = names[x]
                support = target[x]
                on_table = ("on-table", name)
                if support == TABLE:
                    tower.append((name, on_table, on_table, None))
                else:
                    tower.append((name, ("on", name, names[support]), on_table, ("clear", names[support])))
            self.towers.append(tower)
        for x in range(n):
            if target[x] == NO_TARGET:
                on_table = ("on-table", names[x])
                self.towers.append([(names[x], on_table, on_table, None)])

        # the plan that costs the fewest evaluations
        best = None
        best_variant = VARIANTS[0]
        for variant in VARIANTS:
            result = simulate(below, above, tops, held, target, goal_above, to_clear, done, need, variant)
            if result is not None and (best is None or result[0] < best[0]):
                best = result
                best_variant = variant
                need = result[2]
        if best is not None:
            result = simulate(below, above, tops, held, target, goal_above, to_clear, done, need, best_variant)
            if result is not None and result[0] < best[0]:
                best = result

        self.hold_index = {}
        self.place_index = {}
        self.far = 1
        self.planned = False
        if best is not None:
            self.planned = self.index_plan(task, names, index, below, best[1], want)
            if not self.planned:
                self.hold_index = {}
                self.place_index = {}

    def index_plan(self, task, names, index, below, moves, want):
        """Enter the states of the plan; False if it is not valid."""
        count = len(moves)
        extra = 1 if want >= 0 else 0
        self.far = 2 * count + extra + 2
        place = below[:]
        clear = set(task.initial_state["clear"])

        def atom(x, where):
            if where >= 0:
                return ("on", names[x], names[where])
            if where == TABLE:
                return ("on-table", names[x])
            return None

        before = [atom(x, p) for x, p, q in moves]
        after = [atom(x, q) for x, p, q in moves]
        hold_index = self.hold_index
        place_index = self.place_index
        if count and before[0] is not None:
            place_index[frozenset(clear)] = [(2 * count + extra, None, before[0])]
        for k in range(count):
            x, p, q = moves[k]
            one = (names[x],)
            if place[x] != p:
                return False
            if p != HAND:
                if one not in clear:
                    return False
                clear.remove(one)
                if p >= 0:
                    clear.add((names[p],))
            first = after[k - 1] if k and moves[k - 1][0] != x else None
            second = before[k + 1] if k + 1 < count and moves[k + 1][0] != x else None
            hold_index.setdefault(names[x], []).append((2 * (count - k) - 1 + extra, first, second))
            if q >= 0:
                support = (names[q],)
                if support not in clear:
                    return False
                clear.remove(support)
            clear.add(one)
            place[x] = q
            second = before[k + 1] if k + 1 < count else None
            value = 2 * (count - k - 1) + extra
            place_index.setdefault(frozenset(clear), []).append((value if value > 0 else 1, after[k], second))

        for goal in task.goal:
            predicate = goal[0]
            if predicate == "on":
                if place[index[goal[1]]] != index[goal[2]]:
                    return False
            elif predicate == "on-table":
                if place[index[goal[1]]] != TABLE:
                    return False
            elif predicate == "clear":
                if (goal[1],) not in clear:
                    return False
        return True

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        held = state["holding"]
        if held:
            entries = self.hold_index.get(held[0][0])
        else:
            entries = self.place_index.get(frozenset(state["clear"]))
        if entries is not None:
            for value, first, second in entries:
                if (first is None or first in state) and (second is None or second in state):
                    return value
        if self.planned:
            return self.far + left
        return self.plain_count(state, held[0][0] if held else None)

    def plain_count(self, state, held):
        """Actions that the misplaced blocks need if each of them goes by way of the table."""
        value = 0
        for tower in self.towers:
            ready = True
            for name, goal, on_table, room in tower:
                if ready and goal in state:
                    continue
                if name == held:
                    value += 1 if ready and (room is None or room in state) else 3
                elif room is None or on_table in state:
                    value += 2
                else:
                    value += 4
                ready = False
        return value if value > 0 else 1
