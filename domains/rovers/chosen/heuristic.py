from collections import deque
from math import inf

from heurgen import Heuristic
from heurgen.graphs import Graph

# goal predicate: (what the rover has, what lies on the ground, action that acquires, action that sends)
KINDS = {
    "communicated_soil_data": ("have_soil_analysis", "at_soil_sample", "sample_soil", "communicate_soil_data"),
    "communicated_rock_data": ("have_rock_analysis", "at_rock_sample", "sample_rock", "communicate_rock_data"),
    "communicated_image_data": ("have_image", None, "take_image", "communicate_image_data"),
}
LIMIT = 32          # a batch is sent when it has that many goals
ENOUGH = 8          # ... or that many, where the lander is visible anyway


class Item:
    """One goal and how it is to be reached."""

    __slots__ = ("goal", "have", "rover", "sample", "verb", "send", "where", "to_where", "stores",
                 "camera", "calibrated", "spot", "to_spot", "target", "after")

    def __init__(self, goal, rover):
        kind = KINDS[goal[0]]
        self.goal = goal
        self.have = (kind[0], rover) + tuple(goal[1:])
        self.rover = rover
        self.sample = None
        self.verb = kind[2]
        self.send = kind[3]
        self.where = None
        self.to_where = None
        self.stores = ()
        self.camera = None
        self.calibrated = None
        self.spot = None
        self.to_spot = None
        self.target = None
        self.after = 0


class Crew:
    """A rover in the simulation that plans the tours."""

    __slots__ = ("name", "pos", "near", "here", "cameras", "masks", "cal", "can", "batch", "batches", "dist")


class RoversHeuristic(Heuristic):

    def __init__(self, task):
        static = task.static
        init = task.initial_state
        waypoints = task.objects_of_type("waypoint")
        rovers = task.objects_of_type("rover")
        number = {w: i for i, w in enumerate(waypoints)}
        n = len(waypoints)
        self.n = n
        visible = static.get("visible", ())

        # where the lander is visible from
        lander_at = {}
        for lander, where in static.get("at_lander", ()):
            lander_at.setdefault(where, lander)
        comm = {}
        for a, b in visible:
            if b in lander_at and a not in comm:
                comm[a] = (lander_at[b], b)
        self.comm = comm

        # maps
        edges = {r: [] for r in rovers}
        for r, a, b in static.get("can_traverse", ()):
            if (a, b) in visible:
                edges[r].append((a, b))
        self.graphs = {r: Graph(edges[r], nodes=waypoints) for r in rovers}
        self.tables = {}
        self.home = {}

        # equipment
        self.stores = {r: [] for r in rovers}
        for store, r in static.get("store_of", ()):
            self.stores[r].append((store, ("empty", store), ("full", store)))
        on_board = {r: [] for r in rovers}
        for camera, r in static.get("on_board", ()):
            on_board[r].append(camera)
        targets = {}
        for camera, target in static.get("calibration_target", ()):
            targets.setdefault(camera, []).append(target)
        modes = {}
        for camera, mode in static.get("supports", ()):
            modes.setdefault(camera, []).append(mode)
        visible_from = static.get("visible_from", ())
        seen_from = {}
        for what, where in visible_from:
            seen_from.setdefault(what, []).append(where)

        # goals as bits
        known = [goal for goal in task.goal if goal[0] in KINDS]
        odd = [goal for goal in task.goal if goal[0] not in KINDS]
        self.odd = bool(odd) or bool(task.negative_goal)
        self.total = len(known)
        bit_of = {}
        soil_at = [0] * n
        rock_at = [0] * n
        image_at = [0] * n
        mode_mask = {}
        soil_mask = rock_mask = 0
        remaining = 0
        finished = []
        for index, goal in enumerate(known):
            if goal in init:
                finished.append(goal)
                continue
            bit = 1 << index
            bit_of[goal] = bit
            remaining |= bit
            if goal[0] == "communicated_soil_data":
                if ("at_soil_sample", goal[1]) in init:
                    soil_at[number[goal[1]]] |= bit
                    soil_mask |= bit
            elif goal[0] == "communicated_rock_data":
                if ("at_rock_sample", goal[1]) in init:
                    rock_at[number[goal[1]]] |= bit
                    rock_mask |= bit
            else:
                mode_mask[goal[2]] = mode_mask.get(goal[2], 0) | bit
                for where in seen_from.get(goal[1], ()):
                    image_at[number[where]] |= bit

        # rovers that can send at all
        soil_equipped = static.get("equipped_for_soil_analysis", ())
        rock_equipped = static.get("equipped_for_rock_analysis", ())
        image_equipped = static.get("equipped_for_imaging", ())
        place = dict(init["at"])
        crews = []
        sources = list(comm)
        for r in rovers:
            if r not in place or not sources:
                continue
            home = self.graphs[r].distances(sources, backwards=True)
            if home[place[r]] == inf:
                continue
            self.home[r] = home
            crew = Crew()
            crew.name = r
            crew.pos = number[place[r]]
            dist = [home[w] for w in waypoints]
            crew.dist = dist
            near = [[] for _ in range(n)]
            for a, b in edges[r]:
                b = number[b]
                if dist[b] < inf:
                    near[number[a]].append(b)
            crew.near = near
            crew.can = 0
            soil = (r,) in soil_equipped and bool(self.stores[r])
            rock = (r,) in rock_equipped and bool(self.stores[r])
            if soil:
                crew.can |= soil_mask
            if rock:
                crew.can |= rock_mask
            if soil and rock:
                crew.here = [a | b for a, b in zip(soil_at, rock_at)]
            elif soil:
                crew.here = soil_at
            elif rock:
                crew.here = rock_at
            else:
                crew.here = [0] * n
            crew.cameras = [None]
            crew.masks = [0]
            crew.cal = [[] for _ in range(n)]
            if (r,) in image_equipped:
                for camera in on_board[r]:
                    mask = 0
                    for mode in modes.get(camera, ()):
                        mask |= mode_mask.get(mode, 0)
                    if not mask:
                        continue
                    layer = len(crew.cameras)
                    crew.cameras.append(camera)
                    crew.masks.append(mask)
                    crew.can |= mask
                    for target in targets.get(camera, ()):
                        for where in seen_from.get(target, ()):
                            crew.cal[number[where]].append(layer)
            crew.batch = []
            crew.batches = []
            crews.append(crew)
        by_name = {crew.name: crew for crew in crews}

        # what rovers have from the beginning
        for goal_name, kind in KINDS.items():
            for args in init[kind[0]]:
                goal = (goal_name,) + tuple(args[1:])
                bit = bit_of.get(goal, 0)
                crew = by_name.get(args[0])
                if crew is not None and bit & remaining:
                    remaining ^= bit
                    crew.batch.append(Item(goal, args[0]))

        # the tours: always the nearest goal, first only those that are near
        for cap in (2, 4, 8, 4 * n + 10):
            if not remaining:
                break
            for crew in sorted(crews, key=lambda c: -bin(c.can & remaining).count("1")):
                todo = remaining & crew.can
                while todo:
                    found = self._find(crew, todo, cap, image_at)
                    if found is None:
                        break
                    bit, layer, spot, where = found
                    remaining ^= bit
                    todo ^= bit
                    goal = known[bit.bit_length() - 1]
                    r = crew.name
                    item = Item(goal, r)
                    item.where = waypoints[where]
                    item.to_where = self._to(r, item.where)
                    if layer:
                        camera = crew.cameras[layer]
                        item.camera = camera
                        item.calibrated = ("calibrated", camera, r)
                        item.spot = waypoints[spot]
                        item.to_spot = self._to(r, item.spot)
                        item.after = item.to_where[item.spot] + 2
                        for target in targets[camera]:
                            if (target, item.spot) in visible_from:
                                item.target = target
                                break
                    else:
                        item.sample = (KINDS[goal[0]][1], goal[1])
                        item.stores = self.stores[r]
                    crew.batch.append(item)
                    crew.pos = where
                    size = len(crew.batch)
                    if size >= LIMIT or (size >= ENOUGH and crew.dist[where] == 0):
                        crew.batches.append(crew.batch)
                        crew.batch = []
                        dist = crew.dist
                        pos = where
                        while dist[pos] > 0:
                            for v in crew.near[pos]:
                                if dist[v] < dist[pos]:
                                    pos = v
                                    break
                            else:
                                break
                        crew.pos = pos

        # the order of work
        self.goals = list(finished)
        self.batches = [None] * len(finished)
        self.items = [None] * len(finished)
        largest = LIMIT
        planned = dict.fromkeys(finished, True)
        for crew in crews:
            if crew.batch:
                crew.batches.append(crew.batch)
            for items in crew.batches:
                largest = max(largest, len(items))
                batch = (tuple(item.have for item in items), tuple(items))
                for item in items:
                    self.goals.append(item.goal)
                    self.batches.append(batch)
                    self.items.append(item)
                    planned[item.goal] = True
        for goal in known:
            if goal not in planned:
                self.goals.append(goal)
                self.batches.append(None)
                self.items.append(None)

        self.small = 2 * n + 5                          # more than the steps to the next acquisition
        self.most = self.small - 1
        self.weight = self.small * (largest + 2)
        if self.odd:
            self.weight += (n + 1) * (len(task.goal) + len(task.negative_goal) + 1)

    @staticmethod
    def _find(crew, todo, cap, image_at):
        """The nearest goal for this rover: (its bit, layer of the camera or 0, calibration place, place)."""
        near, here, cal = crew.near, crew.here, crew.cal
        n = len(near)
        masks = [mask & todo for mask in crew.masks]
        seen = bytearray(n * len(masks))
        start = crew.pos
        seen[start] = 1
        queue = deque([(start, 0, 0, -1)])
        while queue:
            w, layer, depth, spot = queue.popleft()
            if layer:
                hit = image_at[w] & masks[layer]
            else:
                hit = here[w] & todo
            if hit:
                return hit & -hit, layer, spot, w
            if depth >= cap:
                continue
            depth += 1
            if not layer:
                for k in cal[w]:
                    if masks[k] and not seen[k * n + w]:
                        seen[k * n + w] = 1
                        queue.append((w, k, depth, w))
            base = layer * n
            for v in near[w]:
                if not seen[base + v]:
                    seen[base + v] = 1
                    queue.append((v, layer, depth, spot))
        return None

    def _to(self, rover, target):
        """Distances of this rover to a waypoint."""
        key = (rover, target)
        table = self.tables.get(key)
        if table is None:
            table = self.tables[key] = self.graphs[rover].distances([target], backwards=True)
        return table

    def _task(self, state, left):
        """The item to acquire and the number of those left in its batch, or the item to send and 0."""
        goals = self.goals
        index = self.total - left
        if goals[index] in state:
            index -= 1
            while index > 0 and goals[index] in state:
                index -= 1
        batch = self.batches[index]
        if batch is None:
            return None, 0
        haves, items = batch
        ahead = len(haves)
        for have in haves:
            if have not in state:
                item = items[-ahead]
                if item.goal not in state and (item.sample is None or item.sample in state):
                    return item, ahead
            ahead -= 1
        return self.items[index], 0

    def _sender(self, state, item):
        """The rover that sends, where it is, its distance to where the lander is visible."""
        if item.have in state:
            rover = item.rover
            for r, pos in state["at"]:
                if r == rover:
                    return rover, pos, self.home[rover][pos]
        best = (None, None, inf)
        at = dict(state["at"])
        for args in state.match(item.have[0], None, *item.goal[1:]):
            home = self.home.get(args[0])
            pos = at.get(args[0])
            if home is not None and pos is not None and home[pos] < best[2]:
                best = (args[0], pos, home[pos])
        return best

    def _left(self, state):
        if not self.odd:
            return state.goals_left
        left = 0
        for goal in self.goals:
            if goal not in state:
                left += 1
        return left

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        if self.odd:
            left = self._left(state)
            if not left:
                return self._rest(state)
        item, ahead = self._task(state, left)
        value = left * self.weight
        if item is None:
            return value + self.weight - 1
        if ahead:
            rover = item.rover
            pos = None
            for r, pos in state["at"]:
                if r == rover:
                    break
            if item.sample is not None:
                cost = item.to_where[pos] + 1
                for store in item.stores:
                    if store[1] in state:
                        break
                else:
                    cost += 1
            elif item.calibrated in state:
                cost = item.to_where[pos] + 1
            else:
                cost = item.to_spot[pos] + item.after
            if cost > self.most:
                cost = self.most
            return value + ahead * self.small + cost
        cost = self._sender(state, item)[2] + 1
        if cost > self.most:
            if item.sample is not None and item.sample not in state:
                return inf                              # the only sample is with a rover that can never send
            cost = self.most
        return value + cost

    def _rest(self, state):
        """Steps for goals of other kinds, when everything is sent."""
        at = dict(state["at"])
        value = 0
        for goal in state.unsatisfied_goals:
            if goal[0] == "at" and goal[1] in at:
                value += min(self._to(goal[1], goal[2])[at[goal[1]]], self.n)
            else:
                value += 1
        return max(value, 1)

    def _drive(self, rover, pos, table):
        here = table[pos]
        for there in self.graphs[rover].successors(pos):
            if table[there] < here:
                return [("navigate", rover, pos, there)]
        return []

    def preferred(self, state):
        if not state.goals_left:
            return []
        left = self._left(state)
        if not left:
            at = dict(state["at"])
            for goal in state.unsatisfied_goals:
                if goal[0] == "at" and goal[1] in at:
                    return self._drive(goal[1], at[goal[1]], self._to(goal[1], goal[2]))
            return []
        item, ahead = self._task(state, left)
        if item is None:
            return []
        if not ahead:
            rover, pos, _ = self._sender(state, item)
            if rover is None:
                return []
            link = self.comm.get(pos)
            if link is not None:
                return [(item.send, rover, link[0]) + tuple(item.goal[1:]) + (pos, link[1])]
            return self._drive(rover, pos, self.home[rover])
        rover = item.rover
        pos = None
        for r, pos in state["at"]:
            if r == rover:
                break
        if item.sample is not None:
            free = None
            for store in item.stores:
                if store[1] in state:
                    free = store[0]
                    break
            if free is None:
                for store in item.stores:
                    if store[2] in state:
                        return [("drop", rover, store[0])]
                return []
            if pos == item.where:
                return [(item.verb, rover, free, pos)]
            return self._drive(rover, pos, item.to_where)
        if item.calibrated in state:
            if pos == item.where:
                return [("take_image", rover, pos, item.goal[1], item.camera, item.goal[2])]
            return self._drive(rover, pos, item.to_where)
        if pos == item.spot:
            return [("calibrate", rover, item.camera, item.target, pos)]
        return self._drive(rover, pos, item.to_spot)
