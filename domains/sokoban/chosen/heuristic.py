import math
from heapq import heappush, heappop

from heurgen import Heuristic

INF = 10 ** 9
OFF = 10 ** 7


class SokobanHeuristic(Heuristic):

    def __init__(self, task):
        locs = list(task.objects_of_type("location"))
        idx = {name: i for i, name in enumerate(locs)}
        adjacent = task.static.get("adjacent", ())
        dirs = list(task.objects_of_type("direction"))
        known = set(dirs)
        for a, b, d in adjacent:
            if d not in known:
                known.add(d)
                dirs.append(d)
            for x in (a, b):
                if x not in idx:
                    idx[x] = len(locs)
                    locs.append(x)
        n = len(locs)
        K = max(1, len(dirs))
        self.locs, self.idx, self.dirs, self.n, self.K = locs, idx, dirs, n, K
        didx = {d: i for i, d in enumerate(dirs)}
        NB = [[-1] * n for _ in range(K)]
        PV = [[-1] * n for _ in range(K)]
        ADJ = [[] for _ in range(n)]
        DN = {}
        for a, b, d in adjacent:
            i, j, k = idx[a], idx[b], didx[d]
            NB[k][i] = j
            PV[k][j] = i
            if (i, j) not in DN:
                ADJ[i].append(j)
                DN[(i, j)] = d
        self.NB, self.PV, self.ADJ, self.DN = NB, PV, ADJ, DN

        # perpendicular pairs of directions
        opp = {}
        for a, b, d in adjacent:
            back = DN.get((idx[b], idx[a]))
            if back is not None:
                opp[didx[d]] = didx[back]
        self.perp = [(i, j) for i in range(K) for j in range(i + 1, K) if opp.get(i) != j and opp.get(j) != i]

        # pulls: from where can a box come to this cell
        REV = [[] for _ in range(n)]
        for k in range(K):
            pv = PV[k]
            for t in range(n):
                f = pv[t]
                if f >= 0 and pv[f] >= 0:
                    REV[t].append(f)
        self.REV = REV

        state = task.initial_state
        self.boxes = []
        self.pos0 = []
        for box, where in state["at"]:
            self.boxes.append(box)
            self.pos0.append(idx[where])
        self.bidx = {b: i for i, b in enumerate(self.boxes)}
        robots = state["at-robot"]
        self.robot0 = idx[robots[0][0]] if robots else 0
        self.goal = {}
        self.robot_goal = None
        for atom in task.goal:
            if atom[0] == "at" and atom[1] in self.bidx:
                self.goal[self.bidx[atom[1]]] = idx[atom[2]]
            elif atom[0] == "at-robot":
                self.robot_goal = idx[atom[1]]

        zero = [0] * n
        tables = {}
        self.pd = []
        for k in range(len(self.boxes)):
            g = self.goal.get(k)
            if g is None:
                self.pd.append(zero)
                continue
            if g not in tables:
                tables[g] = self._pull_distances(g)
            self.pd.append(tables[g])

        self.table = {}
        self.acts = {}
        self.cache = {}
        self.acache = {}
        self.fcache = {}
        self.empty = {}
        self.complete = False
        if robots:
            self._plan()

    # ------------------------------------------------------------------ basics

    def _pull_distances(self, g):
        dist = [INF] * self.n
        dist[g] = 0
        REV = self.REV
        layer = [g]
        steps = 0
        while layer:
            steps += 1
            new = []
            for t in layer:
                for f in REV[t]:
                    if dist[f] == INF:
                        dist[f] = steps
                        new.append(f)
            layer = new
        return dist

    def _flood(self, robot, occ):
        ADJ = self.ADJ
        seen = bytearray(occ)
        out = bytearray(self.n)
        seen[robot] = 1
        out[robot] = 1
        stack = [robot]
        pop = stack.pop
        push = stack.append
        while stack:
            for y in ADJ[pop()]:
                if not seen[y]:
                    seen[y] = 1
                    out[y] = 1
                    push(y)
        return out

    def _conn(self, a, b, c, occ):
        """Whether the robot gets from a to b while cell c is blocked."""
        if a == b:
            return True
        ADJ = self.ADJ
        adj_b = ADJ[b]
        for x in ADJ[a]:
            if x == b:
                return True
            if x != c and not occ[x] and x in adj_b:
                return True
        old = occ[c]
        occ[c] = 1
        A, B = {a}, {b}
        fa, fb = [a], [b]
        found = False
        while fa and fb and not found:
            if len(A) > len(B):
                A, B = B, A
                fa, fb = fb, fa
            new = []
            for x in fa:
                for y in ADJ[x]:
                    if y in B:
                        found = True
                        break
                    if not occ[y] and y not in A:
                        A.add(y)
                        new.append(y)
                if found:
                    break
            fa = new
        occ[c] = old
        return found

    def _walk(self, a, b, occ):
        """Cells after a on a shortest way to b, or None."""
        if a == b:
            return []
        ADJ = self.ADJ
        par = {a: -1}
        layer = [a]
        while layer:
            new = []
            for x in layer:
                for y in ADJ[x]:
                    if y not in par and not occ[y]:
                        par[y] = x
                        if y == b:
                            path = []
                            while y != a:
                                path.append(y)
                                y = par[y]
                            path.reverse()
                            return path
                        new.append(y)
            layer = new
        return None

    def _search(self, c0, dirs0, goal, pd, occ, pen, limit, hits):
        """Pushes, as cell * K + direction, that bring one box from c0 to goal; None if not found."""
        if c0 == goal:
            return []
        K, NB, PV = self.K, self.NB, self.PV
        heap = []
        best = {}
        par = {}
        closed = set()
        cache = {}
        conn = self._conn
        for d in dirs0:
            key = c0 * K + d
            best[key] = 0
            par[key] = -1
            heappush(heap, (2 * pd[c0], 0, key))
        while heap:
            f, g, key = heappop(heap)
            if key in closed:
                continue
            closed.add(key)
            if len(closed) > limit:
                break
            c, d0 = divmod(key, K)
            if c == goal:
                self.budget -= len(closed)
                path = []
                while par[key] >= 0:
                    path.append(key)
                    key = par[key]
                path.reverse()
                return path
            s = PV[d0][c]
            for d in range(K):
                t = NB[d][c]
                r = PV[d][c]
                if t < 0 or r < 0:
                    continue
                h = pd[t]
                if h >= INF:
                    continue
                if occ[t]:
                    hits.add(t)
                    continue
                if occ[r]:
                    hits.add(r)
                    continue
                nk = t * K + d
                if nk in closed:
                    continue
                ng = g + 1
                if pen is not None:
                    ng += pen[t] + pen[r]
                if ng >= best.get(nk, INF):
                    continue
                if r != s:
                    ck = (c, s, r) if s < r else (c, r, s)
                    ok = cache.get(ck)
                    if ok is None:
                        ok = cache[ck] = conn(s, r, c, occ)
                    if not ok:
                        continue
                best[nk] = ng
                par[nk] = key
                heappush(heap, (ng + 2 * h, ng, nk))
        self.budget -= len(closed)
        return None

    def _placements(self, c0, dirs0, pd, occ, limit):
        """Where one box can be pushed, nearest first: the keys in order and their parents."""
        K, NB, PV = self.K, self.NB, self.PV
        par = {}
        order = []
        for d in dirs0:
            key = c0 * K + d
            par[key] = -1
            order.append(key)
        i = 0
        while i < len(order) and len(order) < limit:
            key = order[i]
            i += 1
            c, d0 = divmod(key, K)
            s = PV[d0][c]
            for d in range(K):
                t = NB[d][c]
                r = PV[d][c]
                if t < 0 or r < 0 or occ[t] or occ[r] or pd[t] >= INF:
                    continue
                nk = t * K + d
                if nk in par:
                    continue
                if r != s and not self._conn(s, r, c, occ):
                    continue
                par[nk] = key
                order.append(nk)
        self.budget -= i
        return order, par

    def _sides(self, c, reach):
        PV = self.PV
        return [d for d in range(self.K) if PV[d][c] >= 0 and reach[PV[d][c]]]

    def _relaxed(self, k, c0, robot, pocc, pen):
        """A way for box k past the walls and the placed boxes only."""
        PV = self.PV
        goal = self.goal[k]
        if c0 == goal:
            return []
        sides = []
        for d in range(self.K):
            s = PV[d][c0]
            if s >= 0 and not pocc[s] and self._conn(robot, s, c0, pocc):
                sides.append(d)
        if not sides:
            return None
        return self._search(c0, sides, goal, self.pd[k], pocc, pen, 30000, set())

    def _cells(self, path):
        K, PV = self.K, self.PV
        cells = set()
        for key in path:
            t, d = divmod(key, K)
            c = PV[d][t]
            cells.add(t)
            cells.add(c)
            cells.add(PV[d][c])
        return cells

    # ------------------------------------------------------------------ the plan

    def _plan(self):
        n = self.n
        pen = [0] * n
        for g in self.goal.values():
            pen[g] += 4
        for p in self.pos0:
            pen[p] += 2
        self.budget = 10 ** 9
        none = bytearray(n)
        witness = {}
        for k in self.goal:
            if self.pd[k][self.pos0[k]] >= INF:
                continue
            path = self._relaxed(k, self.pos0[k], self.robot0, none, pen)
            if path is not None:
                witness[k] = self._cells(path)
        best = None
        for mode in range(4 if n <= 600 else 2):
            self.budget = 150000
            result = self._attempt(mode, witness)
            if best is None or len(result[1]) < len(best[1]):
                best = result
            if not result[1]:
                break
        pushes, left, pos, robot = best
        if left:
            limit = 2000000 // (n + 20)
            more = None
            if n <= 400:
                more = self._push_search(self.pos0, self.robot0, limit)
                if more is not None:
                    pushes, left = more, []
            if more is None:
                more = self._push_search(pos, robot, limit)
                if more is not None:
                    pushes, left = pushes + more, []
        self._build(pushes, not left)

    def _attempt(self, mode, witness):
        K, PV = self.K, self.PV
        n = self.n
        goal, pd = self.goal, self.pd
        pos = list(self.pos0)
        robot = self.robot0
        occ = bytearray(n)
        for p in pos:
            occ[p] = 1
        pocc = bytearray(n)
        wit = dict(witness)
        pushes = []
        U = list(goal)
        fails = {}
        visited = {tuple(pos)}
        parks = 0
        while U:
            reach = self._flood(robot, occ)
            keys = {}
            for k in U:
                g = goal[k]
                count = 0
                for j in U:
                    if j != k:
                        w = wit.get(j)
                        if w is not None and g in w:
                            count += 1
                dist = pd[k][pos[k]]
                if mode == 0:
                    keys[k] = (count, dist)
                elif mode == 1:
                    keys[k] = (dist, count)
                elif mode == 2:
                    keys[k] = (count, -dist)
                else:
                    keys[k] = (-dist, count)
            order = sorted(U, key=keys.__getitem__)
            chosen = None
            skipped = []
            for again in (False, True):
                for k in (skipped if again else order):
                    c0 = pos[k]
                    sides = self._sides(c0, reach)
                    if c0 != goal[k]:
                        if not sides or pd[k][c0] >= INF:
                            continue
                        if not again:
                            failed = fails.get(k)
                            if failed is not None and failed[0] == sides:
                                if all(occ[x] for x in failed[1]):
                                    skipped.append(k)
                                    continue
                    hits = set()
                    occ[c0] = 0
                    path = self._search(c0, sides, goal[k], pd[k], occ, None, 6000, hits)
                    occ[c0] = 1
                    if path is None:
                        fails[k] = (sides, hits)
                        if self.budget < 0:
                            break
                        continue
                    end = robot
                    if path:
                        t, d = divmod(path[-1], K)
                        end = PV[d][t]
                    update = self._safe(k, end, pos, pocc, U, wit)
                    if update is None:
                        if self.budget < 0:
                            break
                        continue
                    chosen = (k, path, end, update)
                    break
                if chosen is not None or self.budget < 0:
                    break
            if chosen is not None:
                k, path, end, update = chosen
                wit.update(update)
                for key in path:
                    t, d = divmod(key, K)
                    pushes.append((k, t, d))
                occ[pos[k]] = 0
                pos[k] = goal[k]
                occ[pos[k]] = 1
                robot = end
                U.remove(k)
                visited.add(tuple(pos))
                continue
            if self.budget < 0 or parks > 2 * len(goal) + 10:
                break
            parks += 1
            parked = self._park(order, pos, robot, occ, pocc, reach, visited)
            if parked is None:
                break
            k, path, robot = parked
            for key in path:
                t, d = divmod(key, K)
                pushes.append((k, t, d))
            occ[pos[k]] = 0
            pos[k] = path[-1] // K
            occ[pos[k]] = 1
            visited.add(tuple(pos))
            if k in goal:
                way = self._relaxed(k, pos[k], robot, pocc, None)
                if way is not None:
                    wit[k] = self._cells(way)
        return pushes, U, pos, robot

    def _safe(self, k, robot, pos, pocc, U, wit):
        """New ways of the other boxes if box k may stay at its goal, else None."""
        g = self.goal[k]
        pocc[g] = 1
        around = [x for x in self.ADJ[g] if not pocc[x]]
        split = False
        for x in around[1:]:
            if not self._conn(around[0], x, g, pocc):
                split = True
                break
        update = {}
        for j in U:
            if j == k:
                continue
            w = wit.get(j)
            if w is None:
                continue
            if split or g in w:
                path = self._relaxed(j, pos[j], robot, pocc, None)
                if path is None:
                    pocc[g] = 0
                    return None
                update[j] = self._cells(path)
        return update

    def _park(self, order, pos, robot, occ, pocc, reach, visited):
        """A box to be pushed out of the way: (box, pushes, robot cell after them), or None."""
        K, PV, NB = self.K, self.PV, self.NB
        goal, pd = self.goal, self.pd
        pen = [0] * self.n
        movable = [k for k in range(len(pos)) if not pocc[pos[k]]]
        for k in movable:
            pen[pos[k]] = 15
        stuck = []
        for j in order[:8]:
            if pd[j][pos[j]] >= INF:
                continue
            path = self._relaxed(j, pos[j], robot, pocc, pen)
            if path is None:
                continue
            cells = self._cells(path)
            blockers = [k for k in movable if k != j and pos[k] in cells]
            stuck.append((len(blockers), len(stuck), j, cells, blockers))
        stuck.sort(key=lambda item: item[:2])
        second = None
        for _, _, j, cells, blockers in stuck[:6]:
            near = pd[j]
            others = [k for k in movable if k != j and k not in blockers]
            others.sort(key=lambda k: near[pos[k]])
            for k in blockers + others[:6]:
                c0 = pos[k]
                sides = self._sides(c0, reach)
                if not sides:
                    continue
                if self.budget < 0:
                    return second
                occ[c0] = 0
                keys, par = self._placements(c0, sides, pd[k], occ, 80)
                tried = set()
                found = None
                for key in keys:
                    p, d0 = divmod(key, K)
                    if p == c0 or p in cells or key in tried:
                        continue
                    if len(tried) >= 12 or self.budget < 0:
                        break
                    free = False
                    for d in range(K):
                        t, r = NB[d][p], PV[d][p]
                        if t >= 0 and r >= 0 and not occ[t] and not occ[r]:
                            free = True
                            break
                    if not free:
                        continue
                    config = list(pos)
                    config[k] = p
                    if tuple(config) in visited:
                        continue
                    tried.add(key)
                    at = PV[d0][p]
                    if k in goal and self._relaxed(k, p, at, pocc, None) is None:
                        continue
                    path = []
                    x = key
                    while par[x] >= 0:
                        path.append(x)
                        x = par[x]
                    path.reverse()
                    occ[p] = 1
                    after = self._flood(at, occ)
                    self.budget -= self.n // 16
                    sides_j = self._sides(pos[j], after)
                    way = None
                    if sides_j:
                        occ[pos[j]] = 0
                        way = self._search(pos[j], sides_j, goal[j], pd[j], occ, None, 1500, set())
                        occ[pos[j]] = 1
                    occ[p] = 0
                    if way is not None:
                        found = (k, path, at)
                        break
                    if second is None and k in blockers:
                        second = (k, path, at)
                occ[c0] = 1
                if found is not None:
                    return found
        return second

    def _square(self, t, occ, fixed):
        """Whether the box at t is part of a two by two square that nothing can move."""
        NB = self.NB
        for d1, d2 in self.perp:
            a, b = NB[d1][t], NB[d2][t]
            if (a < 0 or occ[a]) and (b < 0 or occ[b]):
                corner = -1
                if a >= 0:
                    corner = NB[d2][a]
                elif b >= 0:
                    corner = NB[d1][b]
                if corner < 0 or occ[corner]:
                    for x in (t, a, b, corner):
                        if x >= 0 and x not in fixed:
                            return True
        return False

    def _push_search(self, pos, robot, limit):
        """Greedy best-first search over single pushes of all boxes."""
        K, NB, PV = self.K, self.NB, self.PV
        pd, goal = self.pd, self.goal
        start = tuple(pos)
        h0 = sum(pd[k][p] for k, p in enumerate(start))
        if h0 == 0:
            return []
        if h0 >= INF:
            return None
        par = {(start, robot): None}
        seen = set()
        heap = [(h0, 0, start, robot)]
        counter = 0
        count = 0
        while heap and count < limit:
            h, _, P, rb = heappop(heap)
            occ = bytearray(self.n)
            for p in P:
                occ[p] = 1
            reach = self._flood(rb, occ)
            sig = (P, reach.find(1))
            if sig in seen:
                continue
            seen.add(sig)
            count += 1
            for k, c in enumerate(P):
                table = pd[k]
                for d in range(K):
                    t, r = NB[d][c], PV[d][c]
                    if t < 0 or r < 0 or occ[t] or not reach[r] or table[t] >= INF:
                        continue
                    Q = P[:k] + (t,) + P[k + 1:]
                    nk = (Q, c)
                    if nk in par:
                        continue
                    par[nk] = ((P, rb), k, t, d)
                    nh = h - table[c] + table[t]
                    if nh == 0:
                        result = []
                        node = nk
                        while par[node] is not None:
                            node, k1, t1, d1 = par[node]
                            result.append((k1, t1, d1))
                        result.reverse()
                        return result
                    occ[c] = 0
                    occ[t] = 1
                    fixed = {p for i, p in enumerate(Q) if goal.get(i, p) == p and i in goal}
                    dead = k in goal and self._square(t, occ, fixed) and self._all_have_goals()
                    occ[c] = 1
                    occ[t] = 0
                    if dead:
                        continue
                    counter += 1
                    heappush(heap, (nh, counter, Q, c))
        return None

    def _all_have_goals(self):
        return len(self.goal) == len(self.boxes)

    def _build(self, pushes, complete):
        """The steps of the plan: by box configuration and robot cell, the steps left and the action."""
        locs, dirs, PV, DN, boxes = self.locs, self.dirs, self.PV, self.DN, self.boxes
        pos = list(self.pos0)
        occ = bytearray(self.n)
        for p in pos:
            occ[p] = 1
        cur = self.robot0
        key = sum(hash((boxes[k], locs[p])) for k, p in enumerate(pos))
        steps = []
        for k, t, d in pushes:
            c = pos[k]
            r = PV[d][c]
            way = self._walk(cur, r, occ) if r >= 0 and not occ[t] else None
            if way is None:
                complete = False
                break
            for x in way:
                steps.append((key, cur, ("move", locs[cur], locs[x], DN[(cur, x)])))
                cur = x
            steps.append((key, cur, ("push", locs[r], locs[c], locs[t], dirs[d], boxes[k])))
            key += hash((boxes[k], locs[t])) - hash((boxes[k], locs[c]))
            occ[c] = 0
            occ[t] = 1
            pos[k] = t
            cur = c
        if complete and self.robot_goal is not None:
            way = self._walk(cur, self.robot_goal, occ)
            if way is None:
                complete = False
            else:
                for x in way:
                    steps.append((key, cur, ("move", locs[cur], locs[x], DN[(cur, x)])))
                    cur = x
        steps.append((key, cur, None))
        for k, g in self.goal.items():
            if pos[k] != g:
                complete = False
        total = len(steps)
        table, acts = self.table, self.acts
        for i, (key, cell, action) in enumerate(steps):
            name = locs[cell]
            table.setdefault(key, {})[name] = total - i
            acts.setdefault(key, {})[name] = action
        self.complete = complete

    # ------------------------------------------------------------------ the hot path

    def __call__(self, state):
        if not state.goals_left:
            return 0
        version = state.version("at")
        values = self.cache.get(version)
        if values is None:
            values = self.table.get(sum(map(hash, state["at"])), self.empty)
            self.cache[version] = values
        robot = state["at-robot"][0][0]
        value = values.get(robot)
        if value is not None:
            return value
        if self.complete:
            return OFF + state.goals_left
        return self._fallback(state, version, robot)

    def _fallback(self, state, version, robot):
        entry = self.fcache.get(version)
        if entry is None:
            entry = self.fcache[version] = self._configuration(state["at"])
        base, dist = entry
        if base >= INF:
            return math.inf
        far = self.n + 1
        return OFF + base * (far + 1) + dist.get(self.idx[robot], far)

    def _configuration(self, at):
        """Push distances left, and the robot's distance to the next useful push from each cell."""
        idx, bidx, pd, goal = self.idx, self.bidx, self.pd, self.goal
        occ = bytearray(self.n)
        base = 0
        open_boxes = []
        for box, where in at:
            p = idx[where]
            occ[p] = 1
            k = bidx.get(box)
            if k is None or k not in goal:
                continue
            h = pd[k][p]
            if h >= INF:
                return INF, self.empty
            if h:
                base += h
                open_boxes.append((k, p, h))
        dist = {}
        layer = []
        for k, p, h in open_boxes:
            table = pd[k]
            for d in range(self.K):
                t, r = self.NB[d][p], self.PV[d][p]
                if t >= 0 and r >= 0 and not occ[t] and not occ[r] and table[t] < h and r not in dist:
                    dist[r] = 0
                    layer.append(r)
        if not open_boxes and self.robot_goal is not None and not occ[self.robot_goal]:
            dist[self.robot_goal] = 0
            layer.append(self.robot_goal)
        ADJ = self.ADJ
        steps = 0
        while layer:
            steps += 1
            new = []
            for x in layer:
                for y in ADJ[x]:
                    if y not in dist and not occ[y]:
                        dist[y] = steps
                        new.append(y)
            layer = new
        return base, dist

    def preferred(self, state):
        """The step of the plan."""
        version = state.version("at")
        actions = self.acache.get(version)
        if actions is None:
            actions = self.acts.get(sum(map(hash, state["at"])), self.empty)
            self.acache[version] = actions
        action = actions.get(state["at-robot"][0][0])
        return [action] if action is not None else []
