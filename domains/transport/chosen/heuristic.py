import numpy as np

from heurgen import Heuristic
from heurgen.graphs import Graph


class TransportHeuristic(Heuristic):
    """W * (pick-ups and drops left) + least number of drives before any vehicle can make one of them."""

    def __init__(self, task):
        locations = task.objects_of_type("location")
        vehicles = task.objects_of_type("vehicle")
        self.locations = locations
        self.vehicles = vehicles
        size = self.size = len(locations)
        far = self.far = size + 1           # more than any distance
        self.weight = size + 2              # more than any value of the distance part
        li = self.li = {name: k for k, name in enumerate(locations)}
        self.vi = {name: k for k, name in enumerate(vehicles)}

        roads = task.static.get("road", ())
        graph = Graph(roads, locations)
        rows = []
        for a in locations:
            found = graph.distances(a)
            row = []
            for b in locations:
                x = found[b]
                row.append(int(x) if x < far else far)
            rows.append(row)
        self.matrix = np.array(rows, dtype=np.int64).reshape(size, size)
        for row in rows:
            row.append(0)                   # column `size`: "anywhere", for packages without a goal
        self.rows = rows
        self.succ = [[] for _ in locations]
        for a, b in roads:
            self.succ[li[a]].append(li[b])

        self.less_of = {}
        self.more_of = {}
        for less, more in task.static.get("capacity-predecessor", ()):
            self.less_of[more] = less
            self.more_of[less] = more

        self.dest = {p: size for p in task.objects_of_type("package")}
        self.vgoal = []                     # goals of vehicles: do not occur, but the domain allows them
        for goal in task.goal:
            if goal[0] == "at":
                if goal[1] in self.vi:
                    self.vgoal.append((self.vi[goal[1]], li[goal[2]]))
                else:
                    self.dest[goal[1]] = li[goal[2]]
        self.base = self.weight * len(self.vgoal)

        self.fields = {}
        self.pos = None                     # nothing entered yet
        self.child = None

    # ---------------------------------------------------------------- parts

    def _field(self, mask):
        """Distance from each location to the nearest one of the mask."""
        field = self.fields.get(mask)
        if field is None:
            if len(self.fields) > 3000:
                self.fields.clear()
            places = [k for k in range(self.size) if mask >> k & 1]
            if places:
                field = self.matrix[:, places].min(axis=1).tolist()
            else:
                field = [self.far] * self.size
            self.fields[mask] = field
        return field

    def _vdist(self, place, load, room, field):
        """Drives until the vehicle can pick up or drop something."""
        d = field[place] if room else self.far
        if load:
            row = self.rows[place]
            dest = self.dest
            for p in load:
                x = row[dest[p]]
                if x < d:
                    d = x
        return d

    def _build(self, state):
        size = self.size
        li = self.li
        vi = self.vi
        dest = self.dest
        count = len(self.vehicles)
        pos = [0] * count
        cap = [None] * count
        load = [{} for _ in range(count)]
        wait = [{} for _ in range(size)]
        mask = 0
        n = 0
        for what, where in state["at"]:
            place = li[where]
            k = vi.get(what)
            if k is not None:
                pos[k] = place
            else:
                g = dest[what]
                if g != place and g != size:
                    wait[place][what] = None
                    mask |= 1 << place
                    n += 2
        for p, v in state["in"]:
            load[vi[v]][p] = None
            n += 1
        for v, c in state["capacity"]:
            cap[vi[v]] = c
        field = self._field(mask)
        less_of = self.less_of
        vdist = self._vdist
        vd = [vdist(pos[k], load[k], cap[k] in less_of, field) for k in range(count)]
        return pos, cap, load, wait, mask, n, field, vd

    def _value(self, n, d, pos):
        if n:
            return self.base + self.weight * n + d
        total = 0
        for k, g in self.vgoal:
            total += self.rows[pos[k]][g]
        return total or 1

    def _scratch(self, state):
        pos, cap, load, wait, mask, n, field, vd = self._build(state)
        return self._value(n, min(vd, default=self.far), pos)

    # ---------------------------------------------------------------- interface

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        action = state.action
        if action is None or self.pos is None or self.vgoal:
            return self._scratch(state)
        i = self.vi[action[1]]
        place = self.li[action[2]]
        if self.pos[i] != place:
            return self._scratch(state)
        name = action[0]
        n = self.n
        other = self.second if i == self.best_vehicle else self.best
        if name == "drive":
            if left != self.left:
                return self._scratch(state)
            d = self._vdist(self.li[action[3]], self.load[i], self.cap[i] in self.less_of, self.field)
        elif name == "pick-up":
            p = action[3]
            load = self.load[i]
            if p in load:
                return self._scratch(state)
            here = self.wait[place]
            if p in here:
                n -= 1
                field = self.field
                if len(here) == 1:
                    field = self._field(self.mask ^ (1 << place))
                    other = self.far
                    less_of = self.less_of
                    pos = self.pos
                    cap = self.cap
                    loads = self.load
                    for k in range(len(pos)):
                        if k != i:
                            x = self._vdist(pos[k], loads[k], cap[k] in less_of, field)
                            if x < other:
                                other = x
                d = self._vdist(place, load, action[4] in self.less_of, field)
                x = self.rows[place][self.dest[p]]
                if x < d:
                    d = x
            else:                           # was home, or has no goal: to be dropped again
                n += 1
                d = 0
        else:
            p = action[3]
            load = self.load[i]
            if p not in load:
                return self._scratch(state)
            dest = self.dest
            g = dest[p]
            if g == place or g == self.size:
                n -= 1
                d = self.field[place] if action[5] in self.less_of else self.far
                row = self.rows[place]
                for q in load:
                    if q != p:
                        x = row[dest[q]]
                        if x < d:
                            d = x
            else:                           # dropped on the way: can be picked up again
                n += 1
                d = 0
        if other < d:
            d = other
        value = self.weight * n + d if n else 1
        if value < self.value:
            self.child = (action, hash(state))
        return value

    def enter(self, state):
        child = self.child
        self.child = None
        if child is not None and state.action == child[0] and hash(state) == child[1]:
            self._apply(child[0])
        else:
            (self.pos, self.cap, self.load, self.wait,
             self.mask, self.n, self.field, self.vd) = self._build(state)
        self.left = state.goals_left
        vd = self.vd
        if vd:
            best = min(vd)
            k = vd.index(best)
            vd[k] = self.far
            self.second = min(vd)
            vd[k] = best
            self.best = best
            self.best_vehicle = k
        else:
            self.best = self.second = self.far
            self.best_vehicle = -1
        self.value = self._value(self.n, self.best, self.pos)

    def _apply(self, action):
        """Updates what is known of the state entered before to its successor by that action, one that lowered the value."""
        i = self.vi[action[1]]
        place = self.li[action[2]]
        name = action[0]
        less_of = self.less_of
        if name == "drive":
            self.pos[i] = self.li[action[3]]
        elif name == "pick-up":
            p = action[3]
            here = self.wait[place]
            del here[p]
            self.load[i][p] = None
            self.cap[i] = action[4]
            self.n -= 1
            if not here:
                self.mask ^= 1 << place
                field = self.field = self._field(self.mask)
                pos = self.pos
                cap = self.cap
                load = self.load
                vdist = self._vdist
                self.vd = [vdist(pos[k], load[k], cap[k] in less_of, field) for k in range(len(pos))]
                return
        else:
            del self.load[i][action[3]]
            self.cap[i] = action[5]
            self.n -= 1
        self.vd[i] = self._vdist(self.pos[i], self.load[i], self.cap[i] in less_of, self.field)

    def preferred(self, state):
        if self.pos is None:
            return []
        names = self.locations
        if not self.n:
            for k, g in self.vgoal:
                place = self.pos[k]
                now = self.rows[place][g]
                if now:
                    for s in self.succ[place]:
                        if self.rows[s][g] < now:
                            return [("drive", self.vehicles[k], names[place], names[s])]
            return []
        best = self.best
        if best >= self.far:
            return []
        i = self.best_vehicle
        vehicle = self.vehicles[i]
        place = self.pos[i]
        load = self.load[i]
        cap = self.cap[i]
        dest = self.dest
        if best == 0:
            more = self.more_of.get(cap)
            if more is not None:
                for p in load:
                    g = dest[p]
                    if g == place or g == self.size:
                        return [("drop", vehicle, names[place], p, cap, more)]
            less = self.less_of.get(cap)
            here = self.wait[place]
            if less is not None and here:
                row = self.rows[place]
                if len(here) > 1:
                    carried = {dest[q] for q in load}
                    p = min(here, key=lambda q: (dest[q] not in carried, row[dest[q]]))
                else:
                    p = next(iter(here))
                return [("pick-up", vehicle, names[place], p, less, cap)]
            return []
        room = cap in self.less_of
        field = self.field
        for s in self.succ[place]:
            if self._vdist(s, load, room, field) < best:
                return [("drive", vehicle, names[place], names[s])]
        return []
