import math

from heurgen import Heuristic


class FloortileHeuristic(Heuristic):
    """Paints row by row from the top, always from below; one open tile at a time, by whichever robot is nearest."""

    def __init__(self, task):
        tiles = task.objects_of_type("tile")
        static = task.static
        up = static.get("up", ())
        down = static.get("down", ())
        left = static.get("left", ())
        right = static.get("right", ())

        # moves: succ[from][to] = name of the action; down is tried first, up last
        succ = {tile: {} for tile in tiles}
        pred = {tile: [] for tile in tiles}
        for name, relation in (("move_down", down), ("move_left", left), ("move_right", right), ("move_up", up)):
            for to, start in relation:
                if to not in succ[start]:
                    succ[start][to] = name
                    pred[to].append(start)
        self.succ = succ
        self.pred = pred
        self.clear = clear = {tile: ("clear", tile) for tile in tiles}
        self.near = {tile: tuple((p, clear[p], succ[p][tile]) for p in pred[tile]) for tile in tiles}

        stand_below = {}                    # paint_up: (up painted stand)
        above = {}
        for upper, lower in up:
            stand_below[upper] = lower
            above[lower] = upper
        stand_above = {}                    # paint_down: (down painted stand)
        for lower, upper in down:
            stand_above[lower] = upper

        # rows and columns
        height = {}
        for tile in tiles:
            if tile not in stand_below:
                level = 0
                while tile is not None and tile not in height:
                    height[tile] = level
                    level += 1
                    tile = above.get(tile)
        right_of = {}
        has_left = {}
        for beside, tile in right:
            right_of[tile] = beside
            has_left[beside] = True
        column = {}
        for tile in tiles:
            if tile not in has_left:
                position = 0
                while tile is not None and tile not in column:
                    column[tile] = position
                    position += 1
                    tile = right_of.get(tile)

        # the tiles to paint
        start = task.initial_state
        painted = {tile for tile, _ in start["painted"]}
        todo = [goal for goal in task.goal if goal[0] == "painted" and goal not in start]
        open_tiles = {goal[1]: True for goal in todo}
        from_above = {}                     # tiles that have nothing to stand on below them (not in usual tasks)
        for _, tile, _ in todo:
            below = stand_below.get(tile)
            if below is None or below in painted:
                while tile is not None and tile in open_tiles and tile not in from_above:
                    from_above[tile] = True
                    tile = above.get(tile)

        def key(goal):
            tile = goal[1]
            row = height.get(tile, 0)
            position = column.get(tile, 0)
            if row % 2:
                position = -position
            if tile in from_above:
                return (0, row, position)
            return (1, -row, position)

        self.atoms = sorted(todo, key=key)
        self.n = len(self.atoms)
        self.steps = []
        for _, tile, color in self.atoms:
            if tile in from_above:
                stand, action = stand_above.get(tile), "paint_down"
            else:
                stand, action = stand_below.get(tile), "paint_up"
            self.steps.append((
                tile, stand, color, action,
                clear[tile], clear.get(stand), succ[tile].get(stand)))

        self.weight = 2 * len(tiles) + len(task.goal) + 10
        self.far = self.weight - 1
        self.table_key = None
        self.table = {}

    def __call__(self, state):
        if not state.goals_left:
            return 0
        return self.plan(state)[0]

    def preferred(self, state):
        action = self.plan(state)[1]
        return [action] if action else []

    def plan(self, state):
        """The value of the state and the action that lowers it."""
        left = state.goals_left
        n = self.n
        atoms = self.atoms
        i = n - left
        if i < 0 or i >= n or atoms[i] in state or (i and atoms[i - 1] not in state):
            i = self.first_open(state)      # something was painted out of order
            if i == n:
                return left or 1, None
        tile, stand, color, action, clear_tile, clear_stand, leave = self.steps[i]
        base = self.weight * (n - i)
        if stand is None:
            return base + self.far, None

        if clear_tile in state:
            if clear_stand in state:
                # bring the nearest robot
                for place, clear_place, move in self.near[stand]:
                    if clear_place not in state:
                        for robot, _ in state.match("robot-at", None, place):
                            return base + 2, (move, robot, place, stand)
                return self.bring(state, stand, base)
            for robot, _ in state.match("robot-at", None, stand):
                if ("robot-has", robot, color) in state:
                    return base, (action, robot, tile, stand, color)
                for _, old in state.match("robot-has", robot, None):
                    return base + 1, ("change_color", robot, old, color)
            return base + self.far, None

        for robot, _ in state.match("robot-at", None, tile):
            if leave and clear_stand in state:
                return base + 2, (leave, robot, tile, stand)
            return self.push(state, tile, base)
        return math.inf, None               # closed for ever, without the paint it needs

    def first_open(self, state):
        for i, atom in enumerate(self.atoms):
            if atom not in state:
                return i
        return self.n

    def bring(self, state, stand, base):
        """The robot nearest to the tile to stand on makes a step towards it."""
        key = (state.version("painted"), stand)
        if key != self.table_key:
            self.table = self.distances(state, stand)
            self.table_key = key
        table = self.table
        best = None
        best_robot = best_place = None
        for robot, place in state["robot-at"]:
            distance = table.get(place)
            if distance is not None and (best is None or distance < best):
                best = distance
                best_robot = robot
                best_place = place
        if best is None:
            return base + self.far, None
        for to, move in self.succ[best_place].items():
            if table.get(to) == best - 1:
                return base + 1 + best, (move, best_robot, best_place, to)
        return base + 1 + best, None

    def distances(self, state, stand):
        """Steps to that tile from all tiles, over tiles that are not painted."""
        painted = {tile for tile, _ in state["painted"]}
        pred = self.pred
        table = {stand: 0}
        queue = [stand]
        for tile in queue:
            distance = table[tile] + 1
            for place in pred[tile]:
                if place not in table and place not in painted:
                    table[place] = distance
                    queue.append(place)
        return table

    def push(self, state, tile, base):
        """Robots stand on the tile and around it: the nearest clear tile is shifted towards it."""
        robot_on = {place: robot for robot, place in state["robot-at"]}
        succ = self.succ
        clear = self.clear
        depth = {tile: 0}
        queue = [tile]
        for place in queue:
            distance = depth[place] + 1
            for to, move in succ[place].items():
                if to not in depth:
                    depth[to] = distance
                    if clear[to] in state:
                        return base + 1 + distance, (move, robot_on[place], place, to)
                    if to in robot_on:
                        queue.append(to)
        return base + self.far, None
