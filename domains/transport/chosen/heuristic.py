from heurgen import Heuristic

UNREACHED = 1 << 20


class TransportHeuristic(Heuristic):
    """Steps left of one plan that is made in advance: the roomiest vehicle tours the map, delivering and collecting."""

    def __init__(self, task):
        self.names = task.objects_of_type("location")
        self.index = {name: i for i, name in enumerate(self.names)}
        self.n = len(self.names)
        self.vehicles = dict.fromkeys(task.objects_of_type("vehicle"), True)
        index = self.index
        adjacent = [set() for _ in range(self.n)]
        for a, b in task.static.get("road", ()):
            adjacent[index[a]].add(index[b])
        self.adjacent = adjacent
        self.searched = {}
        self.lower = {}
        self.upper = {}
        for less, more in task.static.get("capacity-predecessor", ()):
            self.lower[more] = less
            self.upper[less] = more

        goal_of = {}            # package -> (index of its target, goal atom)
        hold = {}               # package that must end in a vehicle -> goal atom
        others = []
        package_atoms = []
        for goal in task.goal:
            if goal[0] == "at" and goal[1] not in self.vehicles:
                goal_of[goal[1]] = (index[goal[2]], goal)
                package_atoms.append(goal)
            elif goal[0] == "in":
                hold[goal[1]] = goal
                package_atoms.append(goal)
            else:
                others.append(goal)
        self.others = tuple(others)
        self.negative = tuple(task.negative_goal)
        self.extras = bool(self.others or self.negative)
        self.radix = len(task.objects_of_type("package")) + 2
        self.weight = 4 * self.n + 10

        state = task.initial_state
        segments = self._make_plan(state, goal_of, hold)

        # forwards: the key of the state before each pick-up or drop
        left = 0
        for atom in package_atoms:
            if atom not in state:
                left += 1
        loaded = len(state["in"])
        radix = self.radix
        keys = []
        for vehicle, path, action, atom, change in segments:
            keys.append(left * radix + loaded)
            loaded += 1 if action[0] == "pick-up" else -1
            left += change
        self.solved = left == 0

        # backwards: the number of steps left
        names = self.names
        remaining = 0
        if self.extras:
            remaining = (self.n + 2) * (1 + len(self.others) + len(self.negative))
        table = {}
        if self.solved:
            for k in range(len(segments) - 1, -1, -1):
                vehicle, path, action, atom, change = segments[k]
                remaining += 1
                after = names[path[-1]]
                values = {after: (remaining, [action])}
                for j in range(len(path) - 2, -1, -1):
                    remaining += 1
                    before = names[path[j]]
                    values[before] = (remaining, [("drive", vehicle, before, after)])
                    after = before
                atoms = [(("at", vehicle, names[place]), values[names[place]]) for place in path]
                check = segments[k - 1][3] if k else None
                table[keys[k]] = (check, vehicle, values, atoms)
        self.table = table
        self.far = remaining + 1

    # ---------------------------------------------------------------- the plan

    def _search(self, source):
        """Distances and parents from a location, kept per source."""
        found = self.searched.get(source)
        if found is not None:
            return found
        adjacent = self.adjacent
        dist = [UNREACHED] * self.n
        parent = [-1] * self.n
        dist[source] = 0
        unseen = set(range(self.n))
        unseen.discard(source)
        frontier = [source]
        depth = 0
        while frontier and unseen:
            depth += 1
            following = []
            for node in frontier:
                new = adjacent[node] & unseen
                if new:
                    for other in new:
                        dist[other] = depth
                        parent[other] = node
                    unseen -= new
                    following.extend(new)
                    if not unseen:
                        break
            frontier = following
        found = (dist, parent)
        self.searched[source] = found
        return found

    def _path(self, source, target):
        parent = self._search(source)[1]
        path = [target]
        node = target
        while node != source:
            node = parent[node]
            path.append(node)
        path.reverse()
        return path

    def _room(self, size):
        room = 0
        lower = self.lower
        while size in lower and room <= len(lower):
            size = lower[size]
            room += 1
        return room

    def _make_plan(self, state, goal_of, hold):
        index = self.index
        place = {thing: index[where] for thing, where in state["at"]}
        size = dict(state["capacity"])
        inside = dict(state["in"])
        cargo = {vehicle: [] for vehicle in self.vehicles}
        waiting = {}                    # package -> index of its target
        pending = [0] * self.n          # per location: packages for it that still wait somewhere
        count = [0] * self.n            # per location: packages that wait there
        for package, (target, atom) in goal_of.items():
            if package in inside:
                cargo[inside[package]].append(package)
            elif package in place and place[package] != target:
                waiting[package] = target
                pending[target] += 1
                count[place[package]] += 1

        usable = [v for v in self.vehicles if v in place and v in size]
        usable.sort(key=lambda v: (-(self._room(size[v]) + len(cargo[v])), -count[place[v]]))
        segments = []
        for vehicle in usable:
            if waiting or cargo[vehicle]:
                place[vehicle], size[vehicle] = self._tour(
                    vehicle, place[vehicle], size[vehicle], cargo[vehicle],
                    waiting, place, pending, goal_of, segments)

        for package, atom in hold.items():          # packages that must end in a vehicle
            vehicle = atom[2]
            if package in inside or package not in place or vehicle not in place or vehicle not in size:
                continue
            before = size[vehicle]
            less = self.lower.get(before)
            here, there = place[vehicle], place[package]
            if less is None or self._search(here)[0][there] >= UNREACHED:
                continue
            action = ("pick-up", vehicle, self.names[there], package, less, before)
            segments.append((vehicle, self._path(here, there), action, atom, -1))
            place[vehicle] = there
            size[vehicle] = less
        return segments

    def _tour(self, vehicle, here, size, cargo, waiting, place, pending, goal_of, segments):
        """One vehicle delivers and collects until nothing is left that it can do."""
        names, lower, upper = self.names, self.lower, self.upper
        reach = self._search(here)[0]
        room = self._room(size)
        drops = {}                      # location -> packages on board for it
        for package in cargo:
            drops.setdefault(goal_of[package][0], []).append(package)
        picks = {}                      # location -> packages that wait there
        for package, target in waiting.items():
            origin = place[package]
            if reach[origin] < UNREACHED and reach[target] < UNREACHED:
                picks.setdefault(origin, []).append(package)
        path = [here]
        while True:
            where = names[here]
            for package in drops.pop(here, ()):
                more = upper.get(size)
                if more is None:
                    return here, size
                action = ("drop", vehicle, where, package, size, more)
                segments.append((vehicle, path, action, goal_of[package][1], -1))
                path = [here]
                size = more
                room += 1
            queue = picks.get(here)
            if queue and room:
                if len(queue) > room:
                    near = self._search(here)[0]
                    queue.sort(key=lambda p: (waiting[p] not in drops, near[waiting[p]]))
                taken = queue[:room]
                rest = queue[room:]
                for package in taken:
                    less = lower[size]
                    action = ("pick-up", vehicle, where, package, less, size)
                    segments.append((vehicle, path, action, ("in", package, vehicle), 0))
                    path = [here]
                    size = less
                    room -= 1
                    target = waiting.pop(package)
                    pending[target] -= 1
                    drops.setdefault(target, []).append(package)
                if rest:
                    picks[here] = rest
                else:
                    del picks[here]
            if not drops and not picks:
                return here, size

            dist = self._search(here)[0]
            best = None
            best_key = 0
            for location, packages in drops.items():
                gain = len(packages)
                queue = picks.get(location)
                if queue:
                    gain += min(len(queue), room + gain)
                if pending[location]:
                    gain -= 1           # it must be visited again anyway
                key = dist[location] * 4096 - gain
                if best is None or key < best_key:
                    best, best_key = location, key
            if room:
                for location, queue in picks.items():
                    if location in drops:
                        continue
                    gain = min(len(queue), room)
                    if pending[location]:
                        gain -= 1
                    key = dist[location] * 4096 - gain
                    if best is None or key < best_key:
                        best, best_key = location, key
            if best is None or dist[best] >= UNREACHED:
                return here, size
            path = self._path(here, best)
            here = best

    # ---------------------------------------------------------------- the value

    def _find(self, state):
        """(steps left, [next action]) of a state on the plan, None of any other."""
        left = state.goals_left
        if self.extras:
            for atom in self.others:
                if atom not in state:
                    left -= 1
            for atom in self.negative:
                if atom in state:
                    left -= 1
            if left <= 0:
                return self._finish(state)
        entry = self.table.get(left * self.radix + len(state["in"]))
        if entry is None:
            return None
        check, vehicle, values, atoms = entry
        if check is not None and check not in state:
            return None
        action = state.action
        if action is not None and action[1] == vehicle:
            return values.get(action[3] if action[0] == "drive" else action[2])
        for atom, found in atoms:
            if atom in state:
                return found
        return None

    def _finish(self, state):
        """All packages are delivered: drive vehicles to where they must end."""
        value = 1
        actions = []
        index, names = self.index, self.names
        for atom in self.others:
            if atom in state:
                continue
            steps = self.n
            if atom[0] == "at" and atom[1] in self.vehicles:
                rows = state.match("at", atom[1], None)
                if rows:
                    here = index[rows[0][1]]
                    target = index[atom[2]]
                    distance = self._search(here)[0][target]
                    if distance < UNREACHED:
                        steps = distance
                        if not actions and distance:
                            path = self._path(here, target)
                            actions = [("drive", atom[1], names[path[0]], names[path[1]])]
            value += steps
        return value, actions

    def _distance(self, a, b):
        index = self.index
        if a not in index or b not in index:
            return self.n
        return min(self._search(index[a])[0][index[b]], self.n)

    def _serial(self, state):
        """Fallback where no plan could be made in advance: one package after the other."""
        place = dict(state["at"])
        inside = dict(state["in"])
        value = self.far + self.weight * state.goals_left
        vehicle_steps = None
        for atom in state.unsatisfied_goals:
            if atom[0] == "at" and atom[1] in self.vehicles:
                if vehicle_steps is None:
                    vehicle_steps = self._distance(place.get(atom[1]), atom[2])
                continue
            if atom[0] != "at" and atom[0] != "in":
                continue
            package = atom[1]
            carrier = inside.get(package)
            if atom[0] == "at":
                if carrier is not None:
                    return value + 1 + self._distance(place.get(carrier), atom[2])
                here = place.get(package)
                best = self.n
                for vehicle, size in state["capacity"]:
                    if size in self.lower:
                        steps = self._distance(place.get(vehicle), here)
                        if steps < best:
                            best = steps
                return value + 2 + best + self._distance(here, atom[2])
            vehicle_place = place.get(atom[2])
            if carrier is not None:
                return value + 2 + self.n + self._distance(place.get(carrier), vehicle_place)
            return value + 1 + self._distance(vehicle_place, place.get(package))
        return value + (vehicle_steps or 0)

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        if not self.solved:
            return self._serial(state)
        found = self._find(state)
        if found is None:
            return self.far + left
        return found[0]

    def preferred(self, state):
        if not self.solved:
            return ()
        found = self._find(state)
        if found is None:
            return ()
        return found[1]
