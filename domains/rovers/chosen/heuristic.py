import math
from heapq import heapify, heappop, heappush

from heurgen import Heuristic
from heurgen.graphs import Graph

COMM, SAMPLE, IMAGE = 0, 1, 2


class RoverHeuristic(Heuristic):
    """Follows a fixed list of milestones: collect (have_...) and communicate, each with a fixed executor."""

    def __init__(self, task):
        static = task.static
        rovers = task.objects_of_type("rover")
        waypoints = task.objects_of_type("waypoint")
        self.n = len(waypoints)
        self.W = 2 * self.n + 20
        init = task.initial_state

        visible = static.get("visible", ())
        edges = {r: [] for r in rovers}
        adj = {r: {} for r in rovers}
        for r, a, b in static.get("can_traverse", ()):
            if a != b and (a, b) in visible:
                edges[r].append((a, b))
                row = adj[r].get(a)
                if row is None:
                    adj[r][a] = [b]
                else:
                    row.append(b)
        self.adj = adj
        self.graphs = graphs = {r: Graph(edges[r], nodes=waypoints) for r in rovers}

        # where one can talk to a lander
        lander_at = {}
        for lander, w in static.get("at_lander", ()):
            lander_at.setdefault(w, lander)
        link = {}
        for a, b in visible:
            if b in lander_at and a not in link:
                link[a] = (lander_at[b], b)
        self.link = link
        talk = [w for w in waypoints if w in link]
        inf = math.inf
        if talk:
            self.dcomm = {r: graphs[r].distances(talk, backwards=True) for r in rovers}
        else:
            nowhere = dict.fromkeys(waypoints, inf)
            self.dcomm = {r: nowhere for r in rovers}
        dcomm = self.dcomm

        stores = {r: [] for r in rovers}
        for s, r in static.get("store_of", ()):
            stores[r].append((s, ("empty", s), ("full", s)))
        self.stores = stores
        soil_rovers = {a[0] for a in static.get("equipped_for_soil_analysis", ())}
        rock_rovers = {a[0] for a in static.get("equipped_for_rock_analysis", ())}
        image_rovers = {a[0] for a in static.get("equipped_for_imaging", ())}

        views = {}
        for o, w in static.get("visible_from", ()):
            views.setdefault(o, []).append(w)
        cams = {r: [] for r in rovers}
        for c, r in static.get("on_board", ()):
            if r in image_rovers:
                cams[r].append(c)
        calibrate_at = {c: {} for c in task.objects_of_type("camera")}     # camera -> waypoint -> target
        for c, t in static.get("calibration_target", ()):
            spots = calibrate_at[c]
            for w in views.get(t, ()):
                spots.setdefault(w, t)
        self.calibrate_at = calibrate_at

        # the goals, one bit each
        pos = {r: None for r in rovers}
        for r, w in init["at"]:
            pos[r] = w
        self.steps = []
        self.marks = []
        held = {r: [] for r in rovers}
        goals = []
        pending = 0
        sample_bits = {"soil": {}, "rock": {}}
        object_bits = {}
        mode_bits = {}
        kinds = {
            "communicated_soil_data": ("have_soil_analysis", "soil"),
            "communicated_rock_data": ("have_rock_analysis", "rock"),
            "communicated_image_data": ("have_image", "image"),
        }
        seen_goals = {}
        for atom in task.goal:
            if atom[0] not in kinds or atom in init or atom in seen_goals:
                continue
            seen_goals[atom] = True
            have, kind = kinds[atom[0]]
            g = len(goals)
            goals.append((atom, have, kind))
            holder = None
            for item in init[have]:
                if item[1:] == atom[1:]:
                    r = item[0]
                    if pos[r] is not None and dcomm[r][pos[r]] < inf:
                        holder = r
                        break
            if holder is not None:
                held[holder].append(g)
                continue
            bit = 1 << g
            if kind == "image":
                o, m = atom[1], atom[2]
                object_bits[o] = object_bits.get(o, 0) | bit
                mode_bits[m] = mode_bits.get(m, 0) | bit
                pending |= bit
            elif ("at_%s_sample" % kind, atom[1]) in init:
                sample_bits[kind][atom[1]] = bit
                pending |= bit
        self.goals = goals

        view_mask = {}
        for o, bits in object_bits.items():
            for w in views.get(o, ()):
                view_mask[w] = view_mask.get(w, 0) | bits
        camera_mask = {c: 0 for c in calibrate_at}
        for c, m in static.get("supports", ()):
            camera_mask[c] |= mode_bits.get(m, 0)

        # what a rover can do at a waypoint without driving
        caps = {}
        totals = {}
        for r in rovers:
            cap = {}
            if stores[r]:
                if r in soil_rovers:
                    for w, bit in sample_bits["soil"].items():
                        cap[w] = cap.get(w, 0) | bit
                if r in rock_rovers:
                    for w, bit in sample_bits["rock"].items():
                        cap[w] = cap.get(w, 0) | bit
            for c in cams[r]:
                mask = camera_mask[c]
                if mask:
                    for w in calibrate_at[c]:
                        bits = view_mask.get(w, 0) & mask
                        if bits:
                            cap[w] = cap.get(w, 0) | bits
            dc = dcomm[r]
            cap = {w: bits for w, bits in cap.items() if dc[w] < inf}
            total = 0
            for bits in cap.values():
                total |= bits
            caps[r] = cap
            totals[r] = total

        def find(r, pending):
            """Nearest waypoint with work for this rover: (distance, -jobs, waypoint), or None."""
            start = pos[r]
            if start is None or not totals[r] & pending:
                return None
            cap = caps[r]
            bits = cap.get(start, 0) & pending
            if bits:
                return 0, -bin(bits).count("1"), start
            near = adj[r]
            seen = {start}
            frontier = [start]
            depth = 0
            while frontier:
                depth += 1
                following = []
                best = 0
                target = None
                for u in frontier:
                    for v in near.get(u, ()):
                        if v not in seen:
                            seen.add(v)
                            following.append(v)
                            if v in cap:
                                bits = cap[v] & pending
                                if bits:
                                    count = bin(bits).count("1")
                                    if count > best:
                                        best = count
                                        target = v
                if target is not None:
                    return depth, -best, target
                frontier = following
            return None

        def flush(r):
            for g in held[r]:
                atom, have, kind = goals[g]
                self.steps.append((COMM, r, g, (have, r) + atom[1:]))
                self.marks.append(atom)
            held[r] = []

        def collected_image(r, c, g, cw, iw):
            atom = goals[g][0]
            self.steps.append((IMAGE, r, g, c, cw, iw))
            self.marks.append(("have_image", r, atom[1], atom[2]))
            held[r].append(g)

        for r in rovers:
            if held[r] and pos[r] in link:
                flush(r)

        # phase 1: jobs that need one waypoint only, always the nearest one over all rovers
        heap = []
        for i, r in enumerate(rovers):
            found = find(r, pending)
            if found:
                heap.append((found[0], found[1], i, found[2]))
        heapify(heap)
        while heap and pending:
            _, _, i, w = heappop(heap)
            r = rovers[i]
            todo = caps[r][w] & pending
            if todo:
                pending &= ~todo
                pos[r] = w
                for c in cams[r]:
                    if w in calibrate_at[c]:
                        bits = todo & camera_mask[c] & view_mask.get(w, 0)
                        todo &= ~bits
                        while bits:
                            low = bits & -bits
                            bits ^= low
                            collected_image(r, c, low.bit_length() - 1, w, w)
                while todo:
                    low = todo & -todo
                    todo ^= low
                    g = low.bit_length() - 1
                    atom, have, kind = goals[g]
                    self.steps.append((SAMPLE, r, g, kind, w))
                    self.marks.append((have, r, w))
                    held[r].append(g)
                if w in link:
                    flush(r)
            found = find(r, pending)
            if found:
                heappush(heap, (found[0], found[1], i, found[2]))

        # phase 2: images that need a drive between calibration and picture
        rest = []
        while pending:
            low = pending & -pending
            pending ^= low
            g = low.bit_length() - 1
            if goals[g][2] == "image":
                rest.append(g)
        rest.sort(key=lambda g: goals[g][0][1])
        for g in rest:
            atom = goals[g][0]
            o = atom[1]
            bit = 1 << g
            best = None
            tried = 0
            for r in rovers:
                if pos[r] is None or tried >= 8:
                    continue
                able = [c for c in cams[r] if camera_mask[c] & bit]
                if not able:
                    continue
                dc = dcomm[r]
                spots = [w for w in views.get(o, ()) if dc[w] < inf]
                if not spots:
                    continue
                there = graphs[r].distances(spots, backwards=True)
                here = graphs[r].distances(pos[r])
                for c in able:
                    feasible = False
                    if ("calibrated", c, r) in init:
                        pass                            # used up or not, a new calibration always works
                    for cw in calibrate_at[c]:
                        cost = here[cw] + there[cw]
                        if cost < inf:
                            feasible = True
                            if best is None or cost < best[0]:
                                best = (cost, r, c, cw, spots)
                    if feasible:
                        tried += 1
            if best is None:
                continue
            _, r, c, cw, spots = best
            iw = graphs[r].distances(cw).nearest(spots)[0]
            if iw is None:
                continue
            collected_image(r, c, g, cw, iw)
            pos[r] = iw
            if iw in link:
                flush(r)

        for r in rovers:
            if held[r]:
                flush(r)

        self.M = len(self.steps)
        self.tables = {}
        self.jobs = {}
        self.cache = {}

    # ---------------------------------------------------------------- the current milestone

    def table(self, r, w):
        d = self.tables.get((r, w))
        if d is None:
            d = self.tables[(r, w)] = self.graphs[r].distances(w, backwards=True)
        return d

    def job(self, i, r=None):
        """What to do for milestone i; r overrides the rover that communicates."""
        key = (i, r)
        job = self.jobs.get(key)
        if job is not None:
            return job
        step = self.steps[i]
        base = self.W * (self.M - i)
        rover = r or step[1]
        atom = self.goals[step[2]][0]
        if step[0] == COMM:
            job = (base, COMM, rover, self.dcomm[rover], atom)
        elif step[0] == SAMPLE:
            kind, w = step[3], step[4]
            job = (base, SAMPLE, rover, self.table(rover, w), self.stores[rover], "sample_" + kind, w)
        else:
            c, cw, iw = step[3], step[4], step[5]
            to_image = self.table(rover, iw)
            job = (base, IMAGE, rover, self.table(rover, cw), to_image, to_image[cw] + 2,
                   ("calibrated", c, rover),
                   ("calibrate", rover, c, self.calibrate_at[c][cw], cw),
                   ("take_image", rover, iw, atom[1], c, atom[2]))
        self.jobs[key] = job
        return job

    def scan(self, state):
        steps = self.steps
        i = -1
        for mark in self.marks:
            i += 1
            if mark in state:
                continue
            step = steps[i]
            atom, have, kind = self.goals[step[2]]
            if step[0] == COMM:
                if step[3] in state:
                    return self.job(i)
                for item in state.match(have, None, *atom[1:]):
                    return self.job(i, item[0])
                return (self.W * (self.M - i), -1, None)
            if atom in state:
                continue
            if step[0] == SAMPLE and ("at_%s_sample" % kind, step[4]) not in state:
                continue                                # another rover took it and will communicate it
            return self.job(i)
        return ()

    def current(self, state):
        version = state.version
        key = (version("have_image"), version("have_soil_analysis"), version("have_rock_analysis"),
               version("communicated_image_data"), version("communicated_soil_data"),
               version("communicated_rock_data"))
        job = self.cache.get(key)
        if job is None:
            job = self.cache[key] = self.scan(state)
        return job

    # ---------------------------------------------------------------- the interface

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        job = self.current(state)
        if not job:
            return left
        base = job[0]
        kind = job[1]
        rover = job[2]
        place = None
        for r, w in state["at"]:
            if r == rover:
                place = w
                break
        if place is None:
            return base + self.W
        if kind == COMM:
            steps = job[3][place] + 1
        elif kind == SAMPLE:
            steps = job[3][place] + 2
            for _, empty, _ in job[4]:
                if empty in state:
                    steps -= 1
                    break
        elif job[6] in state:
            steps = job[4][place] + 1
        else:
            steps = job[3][place] + job[5]
        if steps == math.inf:
            return base + self.W
        return base + steps

    def preferred(self, state):
        job = self.current(state)
        if not job or job[2] is None:
            return []
        kind = job[1]
        rover = job[2]
        place = None
        for r, w in state["at"]:
            if r == rover:
                place = w
                break
        if place is None:
            return []
        table = job[3]
        if kind == COMM:
            if place in self.link:
                lander, to = self.link[place]
                atom = job[4]
                if atom[0] == "communicated_image_data":
                    return [("communicate_image_data", rover, lander, atom[1], atom[2], place, to)]
                name = "communicate_soil_data" if atom[0] == "communicated_soil_data" else "communicate_rock_data"
                return [(name, rover, lander, atom[1], place, to)]
        elif kind == SAMPLE:
            store = None
            for s, empty, _ in job[4]:
                if empty in state:
                    store = s
                    break
            if store is None:
                for s, _, full in job[4]:
                    if full in state:
                        return [("drop", rover, s)]
                return []
            if place == job[6]:
                return [(job[5], rover, store, place)]
        elif job[6] in state:
            take = job[8]
            if place == take[2]:
                return [take]
            table = job[4]
        elif place == job[7][4]:
            return [job[7]]
        here = table[place]
        for v in self.adj[rover].get(place, ()):
            if table[v] < here:
                return [("navigate", rover, place, v)]
        return []
