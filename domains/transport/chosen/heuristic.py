from heurgen import Heuristic
from heurgen.graphs import Graph


class TransportHeuristic(Heuristic):
    """Follows one itinerary of pick-ups and drops: stages left count most, then the drives to the next stage."""

    def __init__(self, task):
        state = task.initial_state
        self.locations = task.objects_of_type("location")
        self.graph = Graph(task.static.get("road", ()), nodes=self.locations)
        self.rows = {}

        # sizes
        self.below = {}
        self.above = {}
        for less, more in task.static.get("capacity-predecessor", ()):
            self.below[more] = less
            self.above[less] = more
        self.level = {}
        bound = len(self.below) + 1
        for size in task.objects_of_type("size"):
            steps, current = 0, size
            while current in self.below and steps < bound:
                current = self.below[current]
                steps += 1
            self.level[size] = steps

        # the initial situation
        vehicles = task.objects_of_type("vehicle")
        is_vehicle = dict.fromkeys(vehicles, True)
        self.trail = {}                     # vehicle -> way since its last stage, its present place last
        ground = {}
        for what, where in state["at"]:
            if what in is_vehicle:
                self.trail[what] = [where]
            else:
                ground[what] = where
        self.size = dict(state["capacity"])
        self.load = {vehicle: [] for vehicle in vehicles}
        for package, vehicle in state["in"]:
            self.load[vehicle].append(package)

        # the goal
        self.target = {}                    # package -> goal atom that does not hold yet
        parking = []
        boarding = []
        for atom in task.goal:
            if atom[0] == "at":
                if atom[1] in is_vehicle:
                    parking.append(atom)
                elif atom not in state:
                    self.target[atom[1]] = atom
            elif atom[0] == "in":
                boarding.append(atom)
        self.keep = {atom[1]: True for atom in boarding}

        self.waiting = {}                   # place -> packages to be picked up there
        for package, where in ground.items():
            atom = self.target.get(package)
            if atom is not None and self.row(where)[atom[2]] <= len(self.locations):
                self.waiting.setdefault(where, []).append(package)

        # the itinerary
        self.stages = []                    # (vehicle, way, action, done atom, other done atom)
        waiting = self.waiting

        def rank(vehicle):
            room = self.level.get(self.size.get(vehicle), 0) + len(self.load[vehicle])
            here = self.trail.get(vehicle, (None,))[-1]
            return (-room, -len(waiting.get(here, ())))

        for vehicle in sorted(vehicles, key=rank):
            if waiting or self.load[vehicle]:
                self.sweep(vehicle)

        # goals of other kinds, last
        for atom in boarding:
            if atom in state:
                continue
            package, vehicle = atom[1], atom[2]
            where = ground.get(package)
            for other in vehicles:
                if package in self.load[other] and other in self.trail:
                    where = self.trail[other][-1]
                    self.drop(other, package, ("at", package, where), atom)
                    break
            if where is not None and vehicle in self.trail and self.travel(vehicle, where):
                self.pick(vehicle, package, atom)
        for atom in parking:
            vehicle, where = atom[1], atom[2]
            if vehicle in self.trail and self.trail[vehicle][-1] != where and self.travel(vehicle, where):
                self.add(vehicle, None, atom, atom)

        # tables
        self.count = count = len(self.stages)
        self.big = big = len(self.locations) + 2
        self.done = []
        self.vehicle = []
        self.stop = []
        self.table = []
        for k, (vehicle, way, action, first, second) in enumerate(self.stages):
            base = big * (count - k)
            last = len(way) - 1
            entries = {}
            for i in range(last):
                entries[way[i]] = (base + last - i, (("drive", vehicle, way[i], way[i + 1]),))
            entries[way[last]] = (base, (action,) if action is not None else ())
            self.table.append(entries)
            self.done.append((first, second))
            self.vehicle.append(vehicle)
            self.stop.append(way[last])
        self.quick = not parking and not boarding
        # stage number = 2 * delivered + carried - what was carried at first
        self.offset = 2 * state.goals_left - len(state["in"])

    # ---------------------------------------------------------------- planning, once per task

    def row(self, source):
        row = self.rows.get(source)
        if row is None:
            distances = self.graph.distances(source)
            row = self.rows[source] = {place: distances[place] for place in self.locations}
        return row

    def add(self, vehicle, action, first, second):
        way = self.trail[vehicle]
        self.stages.append((vehicle, way, action, first, second))
        self.trail[vehicle] = [way[-1]]

    def travel(self, vehicle, where):
        trail = self.trail[vehicle]
        if trail[-1] == where:
            return True
        path = self.graph.path(trail[-1], where)
        if not path:
            return False
        self.trail[vehicle] = trail[:-1] + list(path)
        return True

    def pick(self, vehicle, package, goal):
        before = self.size.get(vehicle)
        after = self.below.get(before)
        if after is None:
            return False
        where = self.trail[vehicle][-1]
        self.add(vehicle, ("pick-up", vehicle, where, package, after, before), ("in", package, vehicle), goal)
        self.size[vehicle] = after
        self.load[vehicle].append(package)
        return True

    def drop(self, vehicle, package, first, second):
        before = self.size.get(vehicle)
        after = self.above.get(before)
        if after is None:
            return False
        where = self.trail[vehicle][-1]
        self.add(vehicle, ("drop", vehicle, where, package, before, after), first, second)
        self.size[vehicle] = after
        self.load[vehicle].remove(package)
        return True

    def sweep(self, vehicle):
        """Picks up and delivers with this vehicle all that it can."""
        if vehicle not in self.trail or vehicle not in self.size:
            return
        target = self.target
        waiting = self.waiting
        level = self.level
        here = self.trail[vehicle][-1]
        drops = {}                          # place -> carried packages that belong there
        for package in list(self.load[vehicle]):
            if package in target:
                drops.setdefault(target[package][2], []).append(package)
            elif waiting and package not in self.keep:
                atom = ("at", package, here)
                self.drop(vehicle, package, atom, atom)
        while True:
            # what can be done here
            for package in drops.pop(here, ()):
                atom = target[package]
                self.drop(vehicle, package, atom, atom)
            room = level.get(self.size[vehicle], 0)
            row = self.row(here)
            if room:
                items = waiting.pop(here, None)
                if items:
                    if len(items) > room:
                        items.sort(key=lambda p: (target[p][2] not in drops, row[target[p][2]]))
                        waiting[here] = items[room:]
                        items = items[:room]
                    for package in items:
                        atom = target[package]
                        self.pick(vehicle, package, atom)
                        drops.setdefault(atom[2], []).append(package)
                    room = level.get(self.size[vehicle], 0)
            # where to go next: near, and much to do
            best = 0
            goal = None
            for where, items in drops.items():
                gain = len(items)
                more = waiting.get(where)
                if more:
                    gain += min(len(more), room + gain)
                distance = row[where]
                score = gain / (distance * distance)
                if score > best:
                    best = score
                    goal = where
            if room:
                for where, items in waiting.items():
                    if where not in drops:
                        gain = len(items)
                        if gain > room:
                            gain = room
                        distance = row[where]
                        score = gain / (distance * distance)
                        if score > best:
                            best = score
                            goal = where
            if goal is None:
                return
            if row[goal] == 1:
                path = [here, goal]
            else:
                path = self.graph.path(here, goal)
                if not path:
                    return
                path = list(path)
                for i in range(1, len(path)):
                    node = path[i]
                    if node in drops or (room and node in waiting):
                        path = path[:i + 1]         # something to do on the way
                        break
            self.trail[vehicle] = self.trail[vehicle][:-1] + path
            here = path[-1]

    # ---------------------------------------------------------------- evaluation

    def position(self, state, left):
        """The first stage that is not done."""
        done = self.done
        if self.quick:
            k = self.offset - 2 * left + len(state["in"])
            if 0 <= k < self.count:
                first, second = done[k]
                if first not in state and second not in state:
                    if k == 0:
                        return 0
                    first, second = done[k - 1]
                    if first in state or second in state:
                        return k
        k = 0
        for first, second in done:
            if first not in state and second not in state:
                return k
            k += 1
        return k

    def locate(self, state, vehicle):
        action = state.action
        if action is not None and action[1] == vehicle:
            return action[3] if action[0] == "drive" else action[2]
        for _, place in state.match("at", vehicle, None):
            return place
        return None

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        k = self.position(state, left)
        if k >= self.count:
            return min(left, self.big - 1)
        place = self.locate(state, self.vehicle[k])
        entry = self.table[k].get(place)
        if entry is not None:
            return entry[0]
        base = self.big * (self.count - k)
        if place is None:
            return base + self.big - 1
        return base + min(self.graph.distance(place, self.stop[k]), self.big - 1)

    def preferred(self, state):
        k = self.position(state, state.goals_left)
        if k >= self.count:
            return ()
        vehicle = self.vehicle[k]
        place = self.locate(state, vehicle)
        entry = self.table[k].get(place)
        if entry is not None:
            return entry[1]
        if place is None:
            return ()
        path = self.graph.path(place, self.stop[k])
        if path and len(path) > 1:
            return (("drive", vehicle, place, path[1]),)
        return ()
