from heurgen import Heuristic


class BlocksworldHeuristic(Heuristic):
    """4 per misplaced block on a block, 2 per misplaced block on the table, 1 or 3 for the held one; incremental."""

    def __init__(self, task):
        goal = {block: None for block in task.objects}      # None: the table
        for atom in task.goal:
            if atom[0] == "on":
                goal[atom[1]] = atom[2]
        self.goal = goal
        self.goal_above = {below: block for block, below in goal.items() if below is not None}
        self.key = None         # hash of the entered state
        self.good = {}          # hash -> (action, value) of its better successors
        self.below = {}
        self.above = {}
        self.placed = set()
        self.held = None
        self.value = 0
        self.rest = 0           # value without the held block
        self.ready = []         # candidates that may go to their final place, checked when used
        self.tops = []          # candidates for unstacking, checked when used

    def scan(self, state):
        goal = self.goal
        on = state["on"]
        table = state["on-table"]
        below = dict(on)
        above = {y: x for x, y in on}
        placed = set()
        bottoms = 0
        for (block,) in table:
            if goal[block] is None:
                bottoms += 1
                while True:
                    placed.add(block)
                    upper = above.get(block)
                    if upper is None or goal[upper] != block:
                        break
                    block = upper
        rest = 4 * (len(on) - (len(placed) - bottoms)) + 2 * (len(table) - bottoms)
        holding = state["holding"]
        held = None
        value = rest
        if holding:
            held = holding[0][0]
            target = goal[held]
            value += 1 if target is None or (target in placed and target not in above) else 3
        return below, above, placed, held, value, rest

    def rebuild(self, state):
        self.below, self.above, self.placed, self.held, self.value, self.rest = self.scan(state)
        placed = self.placed
        below = self.below
        self.ready = [block for (block,) in state["clear"] if block not in placed]
        self.tops = [block for block in self.ready if block in below]

    def __call__(self, state):
        if not state.goals_left:
            return 0
        action = state.action
        if action is None or self.key is None:
            return self.scan(state)[4] or 1
        name = action[0]
        block = action[1]
        if name == "stack":
            if self.held != block:
                return self.scan(state)[4] or 1
            other = action[2]
            value = self.rest
            if self.goal[block] != other or other not in self.placed:
                value += 4
        elif name == "putdown":
            if self.held != block:
                return self.scan(state)[4] or 1
            value = self.rest
            if self.goal[block] is not None:
                value += 2
        else:
            other = action[2] if name == "unstack" else None
            if self.held is not None or self.below.get(block) != other or block in self.above:
                return self.scan(state)[4] or 1
            placed = self.placed
            value = self.value
            if block not in placed:
                value -= 2 if other is None else 4
            target = self.goal[block]
            if target is None or (target in placed and (target == other or target not in self.above)):
                value += 1
            else:
                value += 3
        if value < self.value:
            self.good[hash(state)] = (action, value)
        return value or 1

    def enter(self, state):
        key = hash(state)
        if key == self.key:
            return
        child = self.good.get(key)
        self.good = {}
        self.key = key
        if child is None:
            self.rebuild(state)
            return
        action, value = child
        name = action[0]
        block = action[1]
        placed = self.placed
        if name == "unstack":
            other = action[2]
            del self.below[block]
            del self.above[other]
            self.rest = self.value - (0 if block in placed else 4)
            placed.discard(block)
            self.held = block
            if other in placed:
                upper = self.goal_above.get(other)
                if upper is not None:
                    self.ready.append(upper)
            else:
                self.ready.append(other)
                if other in self.below:
                    self.tops.append(other)
        elif name == "pickup":
            self.rest = self.value - (0 if block in placed else 2)
            placed.discard(block)
            self.held = block
        else:
            if name == "stack":
                other = action[2]
                self.below[block] = other
                self.above[other] = block
                home = self.goal[block] == other and other in placed
            else:
                other = None
                home = self.goal[block] is None
            self.held = None
            self.rest = value
            if home:
                placed.add(block)
                upper = self.goal_above.get(block)
                if upper is not None:
                    self.ready.append(upper)
            else:
                self.ready.append(block)
                if other is not None:
                    self.tops.append(block)
        self.value = value

    def choose(self):
        goal = self.goal
        placed = self.placed
        above = self.above
        below = self.below
        held = self.held
        if held is not None:
            target = goal[held]
            if target is not None and target in placed and target not in above:
                return ("stack", held, target)
            return ("putdown", held)
        ready = self.ready
        while ready:
            block = ready[-1]
            if block not in placed and block not in above:
                target = goal[block]
                if target is None or (target in placed and target not in above):
                    other = below.get(block)
                    return ("pickup", block) if other is None else ("unstack", block, other)
            ready.pop()
        tops = self.tops
        while tops:
            block = tops[-1]
            if block not in placed and block not in above:
                other = below.get(block)
                if other is not None:
                    return ("unstack", block, other)
            tops.pop()
        return None

    def applicable(self, action, state):
        if action is None:
            return False
        name = action[0]
        block = action[1]
        if name == "putdown":
            return ("holding", block) in state
        if name == "stack":
            return ("holding", block) in state and ("clear", action[2]) in state
        if ("clear", block) not in state or not state["arm-empty"]:
            return False
        if name == "pickup":
            return ("on-table", block) in state
        return ("on", block, action[2]) in state

    def preferred(self, state):
        if self.key != hash(state):
            self.enter(state)
        action = self.choose()
        if not self.applicable(action, state):
            self.good = {}
            self.key = hash(state)
            self.rebuild(state)
            action = self.choose()
        return [action] if action is not None else []
