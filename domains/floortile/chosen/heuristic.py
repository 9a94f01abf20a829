import math

from heurgen import Heuristic


class FloortileHeuristic(Heuristic):
    """Paints in a fixed order (top row first, from below); the nearest robot does the next tile."""

    def __init__(self, task):
        static = task.static
        tiles = task.objects_of_type("tile")
        up = static.get("up", ())
        down = static.get("down", ())
        left = static.get("left", ())
        right = static.get("right", ())
        initial = task.initial_state

        # moves: from -> (to, clear atom of to, action), and the reverse
        clear_atom = {tile: ("clear", tile) for tile in tiles}
        succs = {tile: [] for tile in tiles}
        preds = {tile: [] for tile in tiles}
        for name, pairs in (("move_down", down), ("move_left", left), ("move_right", right), ("move_up", up)):
            for to, source in pairs:
                succs[source].append((to, clear_atom[to], name))
                preds[to].append((source, clear_atom[source], name))
        self.clear_atom = clear_atom
        self.succs = succs
        self.preds = preds

        # coordinates
        above = {b: a for a, b in up}
        below = {a: b for a, b in up}
        beside_right = {b: a for a, b in right}
        beside_left = {a: b for a, b in right}
        x = {}
        for tile in tiles:
            if tile not in beside_left:
                node, number = tile, 0
                while node is not None and node not in x:
                    x[node] = number
                    number += 1
                    node = beside_right.get(node)
        y = {}
        columns = []
        for tile in tiles:
            if tile not in below:
                node, number, column = tile, 0, []
                while node is not None and node not in y:
                    y[node] = number
                    column.append(node)
                    number += 1
                    node = above.get(node)
                columns.append(column)

        # goals
        self.color_of = {}
        self.other = []
        atom_of = {}
        for goal in task.goal:
            if goal[0] == "painted":
                self.color_of[goal[1]] = goal[2]
                atom_of[goal[1]] = goal
            else:
                self.other.append(goal)
        open_tiles = {tile: True for tile, atom in atom_of.items() if atom not in initial}
        painted_first = {tile: True for tile, _ in initial["painted"]}

        paint_down_stand = {tile: stand for tile, stand in down}
        from_above, from_below, known = [], {}, {}
        for column in columns:
            gap = -1
            for index, tile in enumerate(column):
                if tile not in atom_of and tile not in painted_first:
                    gap = index
                    break
            for index, tile in enumerate(column):
                if tile not in open_tiles:
                    continue
                known[tile] = True
                if (index < gap or tile not in below) and tile in paint_down_stand:
                    from_above.append(tile)
                else:
                    from_below.setdefault(y[tile], []).append(tile)
        for tile in open_tiles:
            if tile not in known:
                from_below.setdefault(y.get(tile, 0), []).append(tile)
        from_above.sort(key=lambda tile: (y.get(tile, 0), x.get(tile, 0)))

        order = list(from_above)
        rows = sorted(from_below, reverse=True)
        backwards = False
        if rows:
            first = from_below[rows[0]]
            low = min(x.get(tile, 0) for tile in first)
            high = max(x.get(tile, 0) for tile in first)
            best_low = best_high = math.inf
            for _, tile in initial["robot-at"]:
                rise = abs(rows[0] - 1 - y.get(tile, 0))
                best_low = min(best_low, rise + abs(x.get(tile, 0) - low))
                best_high = min(best_high, rise + abs(x.get(tile, 0) - high))
            backwards = best_high < best_low
        for row in rows:
            order.extend(sorted(from_below[row], key=lambda tile: x.get(tile, 0), reverse=backwards))
            backwards = not backwards

        is_from_above = dict.fromkeys(from_above, True)
        self.atoms = [atom_of[tile] for tile in order]
        self.jobs = []
        for tile in order:
            if tile in is_from_above:
                stand, paint = paint_down_stand[tile], "paint_down"
            else:
                stand, paint = below.get(tile), "paint_up"
            name = "move_down" if paint == "paint_up" else "move_up"
            for to, _, action in succs[tile]:
                if to == stand:
                    name = action
            self.jobs.append((tile, self.color_of[tile], stand, paint, name))
        self.n = len(order)
        self.weight = len(tiles) + 10
        self.index_key = None
        self.index_value = 0
        self.memo_key = None
        self.memo_value = None

    def index(self, state):
        """Number of the first open goal in the order."""
        key = state.version("painted")
        if key == self.index_key:
            return self.index_value
        i = 0
        for atom in self.atoms:
            if atom not in state:
                break
            i += 1
        self.index_key = key
        self.index_value = i
        return i

    def step(self, state, i):
        """(steps until the next tile can be painted, next action or None)"""
        key = (state.version("robot-at"), state.version("robot-has"), state.version("painted"))
        if key == self.memo_key:
            return self.memo_value
        value = self.find_step(state, i)
        self.memo_key = key
        self.memo_value = value
        return value

    def find_step(self, state, i):
        tile, color, stand, paint, leave = self.jobs[i]
        far = self.weight - 1
        at = {where: robot for robot, where in state["robot-at"]}
        on_tile = at.get(tile)
        if stand is None:
            return far, None
        on_stand = at.get(stand)

        if on_tile is not None:
            wrong = 0 if ("robot-has", on_tile, color) in state else 1
            if on_stand is None:
                if self.clear_atom[stand] in state:
                    return 1 + wrong, (leave, on_tile, tile, stand)
                return far, None
            # push the robots from the stand on towards the nearest free tile
            succs = self.succs
            depth = {stand: 0, tile: 0}
            queue = [stand]
            for node in queue:
                d = depth[node] + 1
                for to, atom, name in succs[node]:
                    if to in depth:
                        continue
                    if to in at:
                        depth[to] = d
                        queue.append(to)
                    elif atom in state:
                        return d + 1 + wrong, (name, at[node], node, to)
            for to, atom, name in succs[tile]:
                if atom in state:
                    return far - 1, (name, on_tile, tile, to)
            return far, None

        if self.clear_atom[tile] not in state:
            return math.inf, None               # painted in another colour
        if on_stand is not None:
            if ("robot-has", on_stand, color) in state:
                return 0, (paint, on_stand, tile, stand, color)
            for robot, old in state["robot-has"]:
                if robot == on_stand:
                    return 1, ("change_color", robot, old, color)
            return far, None
        if self.clear_atom[stand] not in state:
            return far, None

        # the nearest robot that gets to the stand
        preds = self.preds
        seen = {stand, tile}
        layer = [stand]
        d = 0
        while layer:
            d += 1
            following = []
            found = None
            for node in layer:
                for source, atom, name in preds[node]:
                    if source in seen:
                        continue
                    robot = at.get(source)
                    if robot is not None:
                        if ("robot-has", robot, color) in state:
                            return d, (name, robot, source, node)
                        if found is None:
                            found = (name, robot, source, node)
                    elif atom in state:
                        seen.add(source)
                        following.append(source)
            if found is not None:
                return d + 1, found
            layer = following
        return far, None

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        action = state.action
        if action is not None and action[0][0] == "p":
            if self.color_of.get(action[2], action[4]) != action[4]:
                return math.inf                 # the wrong colour never comes off
        others = 0
        if self.other:
            for atom in self.other:
                if atom not in state:
                    others += 1
            left -= others
        i = self.index(state)
        todo = self.n - i
        if not todo:
            return 1 + others
        # todo - left: how many were painted out of order
        return self.weight * (todo + 2 * (todo - left)) + others + self.step(state, i)[0]

    def preferred(self, state):
        i = self.index(state)
        if i >= self.n:
            return []
        action = self.step(state, i)[1]
        return [action] if action is not None else []
