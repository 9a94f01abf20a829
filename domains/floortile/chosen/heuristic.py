import math
from collections import deque

from heurgen import Heuristic


class FloortileHeuristic(Heuristic):
    """Rows from the top down; the goals left count most, then the steps to the next tile painted."""

    BIG = 100000
    HALF = 50000

    def __init__(self, task):
        self.above = above = {}
        self.below = below = {}
        self.leftof = leftof = {}
        self.rightof = rightof = {}
        self.name = name = {}
        for table, predicate in ((below, "down"), (leftof, "left"), (rightof, "right"), (above, "up")):
            for to, tile in task.static[predicate]:
                table[tile] = to
                name[tile, to] = "move_" + predicate
        tiles = task.objects_of_type("tile")
        self.row = self.index(tiles, below, above)
        self.col = self.index(tiles, leftof, rightof)
        self.neighbours = {
            tile: [table[tile] for table in (below, leftof, rightof, above) if tile in table]
            for tile in tiles
        }
        self.colour = {goal[1]: goal[2] for goal in task.goal if goal[0] == "painted"}
        self.plan = []          # steps to work off
        self.after = []         # steps left to the next painting after each of them
        self.at = 0
        self.expected = None    # the next step
        self.expected_value = 0

    @staticmethod
    def index(tiles, backward, forward):
        number = {}
        for tile in tiles:
            if tile not in backward:
                count = 0
                while tile is not None and tile not in number:
                    number[tile] = count
                    count += 1
                    tile = forward.get(tile)
        for tile in tiles:
            number.setdefault(tile, 0)
        return number

    # ---------------------------------------------------------------- value

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        action = state.action
        if action is None:
            return self.BIG * left + self.HALF
        if action == self.expected:
            return self.BIG * left + self.expected_value
        if action[0][0] == "p" and self.is_dead(action, state):
            return math.inf
        return self.BIG * left + self.HALF

    def is_dead(self, action, state):
        """A wrong colour, or tiles above, all to be painted, of which the last could not be reached any more."""
        tile = action[1 + 1]
        colour = self.colour
        if tile in colour and colour[tile] != action[4]:
            return True
        above = self.above
        stand = action[3]
        robots_on = {where for _, where in state["robot-at"]}
        tile = above.get(tile)
        found = False
        while tile is not None:
            if tile != stand and tile not in robots_on and ("clear", tile) not in state:
                break                       # painted
            if tile not in colour:
                return False
            found = True
            tile = above.get(tile)
        return found

    # ---------------------------------------------------------------- steps

    def enter(self, state):
        at = self.at
        plan = self.plan
        if self.expected is not None and state.action == self.expected and at + 1 < len(plan) \
                and self.applicable(plan[at + 1], state):
            at += 1
        else:
            self.make_plan(state)
            plan = self.plan
            at = 0
        self.at = at
        if at < len(plan):
            self.expected = plan[at]
            self.expected_value = self.after[at]
        else:
            self.expected = None

    def preferred(self, state):
        return [self.expected] if self.expected is not None else []

    @staticmethod
    def applicable(action, state):
        kind = action[0][0]
        if kind == "m":
            return ("robot-at", action[1], action[2]) in state and ("clear", action[3]) in state
        if kind == "p":
            return (("robot-at", action[1], action[3]) in state and ("robot-has", action[1], action[4]) in state
                    and ("clear", action[2]) in state)
        return ("robot-has", action[1], action[2]) in state

    def make_plan(self, state):
        plan = self.row_plan(state)
        after = [0] * len(plan)
        steps = self.HALF
        for i in range(len(plan) - 1, -1, -1):
            after[i] = steps
            if plan[i][0] == "paint_up":
                steps = 1
            else:
                steps += 1
        self.plan = plan
        self.after = after

    def row_plan(self, state):
        """The steps that paint what is left of the topmost row that is not done."""
        row, col, name = self.row, self.col, self.name
        above, leftof, rightof = self.above, self.leftof, self.rightof
        todo = [goal[1] for goal in state.unsatisfied_goals if goal[0] == "painted"]
        plan = []
        if not todo:
            return plan
        top = max([row[tile] for tile in todo])
        needed = {col[tile]: tile for tile in todo if row[tile] == top}
        position = dict(state["robot-at"])
        holds = dict(state["robot-has"])
        free = {tile for (tile,) in state["clear"]}
        robot_on = {tile: robot for robot, tile in position.items()}

        def move(robot, to):
            here = position[robot]
            plan.append((name[here, to], robot, here, to))
            free.add(here)
            free.discard(to)
            del robot_on[here]
            robot_on[to] = robot
            position[robot] = to

        # 1. every robot goes below the row
        high = [robot for robot in position if row[position[robot]] >= top]
        high.sort(key=lambda robot: row[position[robot]])
        for robot in high:
            while row[position[robot]] >= top:
                path = self.escape(position[robot], top, free, robot_on)
                if path is None:
                    break
                end = len(path) - 1
                for i in range(len(path) - 2, -1, -1):
                    other = robot_on.get(path[i])
                    if other is not None:
                        for j in range(i + 1, end + 1):
                            move(other, path[j])
                        end = i

        # 2. those just below it paint it; if there are none, the highest robot comes
        stand_row = top - 1
        workers = [robot for robot in position if row[position[robot]] == stand_row]
        if not workers:
            lower = [robot for robot in position if row[position[robot]] < stand_row]
            if not lower:
                return plan
            columns = list(needed)
            first, last = min(columns), max(columns)

            def rank(robot):
                tile = position[robot]
                c = col[tile]
                return -row[tile], min(abs(c - first), abs(c - last))

            robot = min(lower, key=rank)
            while row[position[robot]] < stand_row:
                to = above.get(position[robot])
                if to not in free:
                    return plan
                move(robot, to)
            workers = [robot]

        # 3. each has a stretch of columns of its own
        workers.sort(key=lambda robot: col[position[robot]])
        xs = [col[position[robot]] for robot in workers]
        columns = sorted(needed)
        count = len(workers)
        to_right = xs[0] - columns[0] <= columns[-1] - xs[-1]
        for i in range(count):
            robot = workers[i]
            x = xs[i]
            low, high_end = -1, math.inf
            if to_right:
                if i:
                    low = x
                if i + 1 < count:
                    high_end = xs[i + 1] - 1
            else:
                if i:
                    low = xs[i - 1] + 1
                if i + 1 < count:
                    high_end = x
            mine = [c for c in columns if low <= c <= high_end]
            if not mine:
                continue
            on_left = [c for c in reversed(mine) if c < x]
            on_right = [c for c in mine if c >= x]
            if on_left and on_right and x - on_left[-1] > on_right[-1] - x:
                order = on_right + on_left
            else:
                order = on_left + on_right
            for c in order:
                here = position[robot]
                now = col[here]
                while now != c:
                    if now < c:
                        to = rightof.get(here)
                        now += 1
                    else:
                        to = leftof.get(here)
                        now -= 1
                    if to not in free:
                        return plan
                    move(robot, to)
                    here = to
                tile = needed[c]
                if tile not in free or above.get(here) != tile:
                    return plan
                want = self.colour[tile]
                has = holds[robot]
                if has != want:
                    plan.append(("change_color", robot, has, want))
                    holds[robot] = want
                plan.append(("paint_up", robot, tile, here, want))
                free.discard(tile)
        return plan

    def escape(self, start, top, free, robot_on):
        """A shortest path, through robots too, to a clear tile below row `top`."""
        row = self.row
        down = self.below.get(start)
        if down in free and row[down] < top:
            return [start, down]
        neighbours = self.neighbours
        parent = {start: None}
        queue = deque([start])
        while queue:
            tile = queue.popleft()
            is_low = row[tile] < top
            for to in neighbours[tile]:
                if to in parent:
                    continue
                to_low = row[to] < top
                if is_low and not to_low:
                    continue
                if to in free:
                    parent[to] = tile
                    if to_low:
                        path = [to]
                        while tile is not None:
                            path.append(tile)
                            tile = parent[tile]
                        path.reverse()
                        return path
                    queue.append(to)
                elif to in robot_on:
                    parent[to] = tile
                    queue.append(to)
        return None
