import math
from heapq import heappush, heappop
from collections import defaultdict

from heurgen import Heuristic
from heurgen.graphs import Graph

INF = math.inf
DIRS = ("up", "right", "down", "left")      # opposite of i is (i + 2) % 4


def _inf():
    return INF


class SokobanHeuristic(Heuristic):
    def __init__(self, task):
        L = list(task.objects_of_type("location"))
        n = len(L)
        idx = {name: i for i, name in enumerate(L)}
        number = {d: i for i, d in enumerate(DIRS)}
        nx = [[-1] * n for _ in range(4)]
        pv = [[-1] * n for _ in range(4)]
        adj = [[] for _ in range(n)]
        dirof = {}
        adjacent = task.static.get("adjacent", ())
        for a, b, d in adjacent:
            i = number.get(d)
            if i is None:
                continue
            x = idx[a]
            y = idx[b]
            nx[i][x] = y
            pv[i][y] = x
            dirof[(a, b)] = d
            if y not in adj[x]:
                adj[x].append(y)
            if x not in adj[y]:
                adj[y].append(x)
        self.L = L
        self.n = n
        self.idx = idx
        self.nx = nx
        self.pv = pv
        self.adj = adj
        self.dirof = dirof
        self.W = n + 2
        self.RG = Graph(adjacent, nodes=L)

        # boxes and goals
        start = task.initial_state
        self.boxes = []
        self.bi = {}
        self.pos0 = []
        for box, where in start["at"]:
            self.bi[box] = len(self.boxes)
            self.boxes.append(box)
            self.pos0.append(idx[where])
        self.nb = nb = len(self.boxes)
        robots = start["at-robot"]
        self.robot0 = idx[robots[0][0]] if robots else 0
        self.goal = [-1] * nb
        self.robot_goal = None
        for atom in task.goal:
            if atom[0] == "at" and atom[1] in self.bi:
                self.goal[self.bi[atom[1]]] = idx[atom[2]]
            elif atom[0] == "at-robot":
                self.robot_goal = idx[atom[1]]

        self._push_graph()
        self._dist = [None] * nb
        self._hc = [{} for _ in range(nb)]
        self.art = [1 if g >= 0 and len(self.cellnodes[g]) > 1 else 0 for g in self.goal]

        self._conf = None
        self._big = 0
        self._vc = {}
        self._tried = False
        self.blame = []
        self.prio = [0] * nb
        self.seed = 12345
        self.wit0 = None
        try:
            plan = self._solve(4, 800, 4, 15000)
            if plan is not None:
                self._build(plan)
        except Exception:
            self._conf = None

    # ------------------------------------------------------------------ static analysis

    def _push_graph(self):
        """Nodes are pairs of a box's cell and a side of it (a part of the map without that cell) the robot is in."""
        n = self.n
        adj = self.adj
        nx = self.nx
        pv = self.pv
        disc = [0] * n
        low = [0] * n
        comp = {}
        edges = []
        t = 0
        k = 0
        for root in range(n):
            if disc[root] or not adj[root]:
                continue
            t += 1
            disc[root] = low[root] = t
            stack = [(root, -1, iter(adj[root]))]
            while stack:
                v, p, it = stack[-1]
                down = False
                for w in it:
                    if w == p:
                        continue
                    if not disc[w]:
                        t += 1
                        disc[w] = low[w] = t
                        edges.append((v, w))
                        stack.append((w, v, iter(adj[w])))
                        down = True
                        break
                    if disc[w] < disc[v]:
                        edges.append((v, w))
                        if disc[w] < low[v]:
                            low[v] = disc[w]
                if down:
                    continue
                stack.pop()
                if p >= 0:
                    if low[v] < low[p]:
                        low[p] = low[v]
                    if low[v] >= disc[p]:
                        while edges:
                            a, b = edges.pop()
                            comp[a * n + b] = k
                            comp[b * n + a] = k
                            if a == p and b == v:
                                break
                        k += 1
        SN = [[-1] * n for _ in range(4)]
        ids = {}
        cellnodes = [[] for _ in range(n)]
        for i in range(4):
            row = pv[i]
            out = SN[i]
            for c in range(n):
                u = row[c]
                if u < 0:
                    continue
                key = (c, comp.get(u * n + c, -1))
                x = ids.get(key)
                if x is None:
                    x = ids[key] = len(ids)
                    cellnodes[c].append(x)
                out[c] = x
        names = [str(x) for x in range(len(ids))]
        pushes = []
        for i in range(4):
            row = pv[i]
            nxt = nx[i]
            out = SN[i]
            for c in range(n):
                w = nxt[c]
                if w >= 0 and row[c] >= 0:
                    pushes.append((names[out[c]], names[out[w]]))
        self.SN = SN
        self.names = names
        self.cellnodes = cellnodes
        self.PG = Graph(pushes, nodes=names)

    def _d(self, b):
        d = self._dist[b]
        if d is None:
            g = self.goal[b]
            if g < 0:
                d = defaultdict(int)
            elif not self.cellnodes[g]:
                d = defaultdict(_inf)
            else:
                names = self.names
                d = self.PG.distances([names[x] for x in self.cellnodes[g]], backwards=True)
            self._dist[b] = d
        return d

    def _h(self, b, c):
        """Pushes that box b needs from cell c if it were alone on the map."""
        cache = self._hc[b]
        h = cache.get(c)
        if h is None:
            g = self.goal[b]
            if g < 0 or g == c:
                h = 0
            else:
                d = self._d(b)
                names = self.names
                h = INF
                for x in self.cellnodes[c]:
                    y = d[names[x]]
                    if y < h:
                        h = y
            cache[c] = h
        return h

    # ------------------------------------------------------------------ frozen boxes

    def _frz(self, c, who, marked, free, out):
        nx = self.nx
        marked.add(c)
        k = len(out)
        for i in (0, 1):
            a = nx[i][c]
            e = nx[i + 2][c]
            if a < 0 or e < 0 or a in marked or e in marked:
                continue
            if who[a] >= 0 and a not in free and self._frz(a, who, marked, free, out):
                continue
            if who[e] >= 0 and e not in free and self._frz(e, who, marked, free, out):
                continue
            marked.discard(c)
            for x in out[k:]:
                marked.discard(x)
            del out[k:]
            free.add(c)
            return False
        out.append(c)
        return True

    def _freeze_dead(self, c, who):
        out = []
        if not self._frz(c, who, set(), set(), out):
            return False
        goal = self.goal
        for x in out:
            g = goal[who[x]]
            if g >= 0 and g != x:
                return True
        return False

    # ------------------------------------------------------------------ one box

    def _route(self, b, c0, starts, occ, exact, budget, touched=None, soft=False):
        """Pushes that take box b from c0 to its goal: a list of states, cell * 4 + direction of the last push."""
        nx = self.nx
        pv = self.pv
        SN = self.SN
        names = self.names
        goal = self.goal[b]
        d = self._d(b)
        if not soft:
            if occ[goal] >= 0:
                if touched is not None:
                    touched.add(goal)
                return None
            ok = False
            hit = []
            for j in range(4):
                f = pv[j][goal]
                if f < 0:
                    continue
                v = pv[j][f]
                if v < 0:
                    continue
                if occ[f] >= 0:
                    hit.append(f)
                elif occ[v] >= 0:
                    hit.append(v)
                else:
                    ok = True
                    break
            if not ok:
                if touched is not None:
                    touched.update(hit)
                return None
        heap = []
        best = {}
        par = {}
        cnt = 0
        final = -1
        for j in starts:
            w = nx[j][c0]
            v = pv[j][c0]
            if w < 0 or v < 0:
                continue
            g = 2
            if occ[w] >= 0:
                if not soft:
                    if touched is not None:
                        touched.add(w)
                    continue
                g += 60
            if soft and occ[v] >= 0:
                g += 60
            h = d[names[SN[j][w]]]
            if h == INF:
                continue
            s = w * 4 + j
            best[s] = g
            par[s] = -1
            if w == goal and not soft:
                final = s
                break
            cnt -= 1
            heappush(heap, (g + 3 * h, cnt, g, s))
        while heap and final < 0:
            f, _, g, s = heappop(heap)
            if g > best[s]:
                continue
            c = s >> 2
            i = s & 3
            if c == goal:
                final = s
                break
            budget -= 1
            if budget < 0:
                return None
            allowed = exact.get(s)
            node = SN[i][c]
            for j in (0, 1, 2, 3):
                w = nx[j][c]
                v = pv[j][c]
                if w < 0 or v < 0:
                    continue
                if allowed is None:
                    if SN[j][c] != node:
                        continue
                elif not (allowed >> j) & 1:
                    continue
                g2 = g + 2 if j == i else g + 4
                if occ[w] >= 0:
                    if not soft:
                        if touched is not None:
                            touched.add(w)
                        continue
                    g2 += 60
                if occ[v] >= 0:
                    if not soft:
                        if touched is not None:
                            touched.add(v)
                        continue
                    g2 += 60
                s2 = w * 4 + j
                old = best.get(s2)
                if old is not None and old <= g2:
                    continue
                h = d[names[SN[j][w]]]
                if h == INF:
                    continue
                best[s2] = g2
                par[s2] = s
                if w == goal and not soft:
                    final = s2
                    break
                cnt -= 1
                heappush(heap, (g2 + 3 * h, cnt, g2, s2))
        if final < 0:
            return None
        seq = []
        s = final
        while s >= 0:
            seq.append(s)
            s = par[s]
        seq.reverse()
        return seq

    def _single(self, b, pos, who, robot, starts, touched):
        """A complete plan, walks included, that takes box b to its goal while all others stay where they are."""
        L = self.L
        RG = self.RG
        pv = self.pv
        c0 = pos[b]
        blk = [L[p] for k, p in enumerate(pos) if k != b]
        exact = {}
        walks = {}
        result = None
        who[c0] = -1
        for _ in range(40):
            seq = self._route(b, c0, starts, who, exact, 5000, touched)
            if seq is None:
                break
            r = robot
            c = c0
            prev = -1
            steps = []
            good = True
            for s in seq:
                j = s & 3
                w = s >> 2
                v = pv[j][c]
                if r == v:
                    p = [L[r]]
                else:
                    wk = (prev, j)
                    p = walks.get(wk)
                    if p is None:
                        blocked = blk + [L[c]]
                        p = RG.path(L[r], L[v], blocked=blocked)
                        if p is None:
                            good = False
                            if prev < 0:
                                starts = [x for x in starts if x != j]
                            else:
                                dm = RG.distances(L[r], blocked=blocked)
                                mask = 0
                                for j2 in range(4):
                                    v2 = pv[j2][c]
                                    if v2 >= 0 and j2 != j and who[v2] < 0 and dm[L[v2]] < INF:
                                        mask |= 1 << j2
                                exact[prev] = mask
                            break
                        walks[wk] = p
                steps.append((b, c, w, j, p))
                r = c
                c = w
                prev = s
            if good:
                result = (steps, r)
                break
        who[c0] = b
        return result, bool(exact)

    def _cells(self, c0, seq):
        pv = self.pv
        cells = {c0}
        c = c0
        for s in seq:
            cells.add(pv[s & 3][c])
            c = s >> 2
            cells.add(c)
        return cells

    def _open_sides(self, c, occ):
        pv = self.pv
        nx = self.nx
        return [j for j in range(4) if pv[j][c] >= 0 and nx[j][c] >= 0 and occ[pv[j][c]] < 0]

    def _witness(self, b, c, occ):
        seq = self._route(b, c, self._open_sides(c, occ), occ, {}, 20000)
        if seq is None:
            return None
        return self._cells(c, seq)

    # ------------------------------------------------------------------ all boxes

    def _sides(self, c, who, reach):
        L = self.L
        nx = self.nx
        pv = self.pv
        starts = []
        near = INF
        for j in range(4):
            v = pv[j][c]
            if v < 0 or who[v] >= 0:
                continue
            x = reach[L[v]]
            if x == INF:
                continue
            if x < near:
                near = x
            w = nx[j][c]
            if w >= 0 and who[w] < 0:
                starts.append(j)
        return starts, near

    def _judge(self, b, end, pos, who, docc, rem, witness, lost):
        """0: b may go to its goal now, 1: others would suffer, 2: dead end."""
        L = self.L
        g = self.goal[b]
        c0 = pos[b]
        who[c0] = -1
        who[g] = b
        pos[b] = g
        docc[g] = b
        status = 0
        fresh = {}
        if self._freeze_dead(g, who):
            status = 2
        if status == 0:
            for b2 in rem:
                if b2 != b and g in witness[b2]:
                    cells = self._witness(b2, pos[b2], docc)
                    if cells is None:
                        status = 1
                        break
                    fresh[b2] = cells
        if status == 0:
            reach = self.RG.distances(L[end], blocked=[L[p] for p in pos])
            now = 0
            for b2 in rem:
                if b2 != b and self._sides(pos[b2], who, reach)[1] == INF:
                    now += 1
            if now > lost:
                status = 1
        docc[g] = -1
        pos[b] = c0
        who[g] = -1
        who[c0] = b
        return status, fresh

    def _attempt(self, prio, limit):
        L = self.L
        RG = self.RG
        goal = self.goal
        art = self.art
        n = self.n
        pos = list(self.pos0)
        who = [-1] * n
        docc = [-1] * n
        for b, p in enumerate(pos):
            who[p] = b
            if goal[b] == p:
                docc[p] = b
        robot = self.robot0
        plan = []
        rem = [b for b in range(self.nb) if goal[b] >= 0 and pos[b] != goal[b]]
        if self.wit0 is None:
            empty = [-1] * n
            self.wit0 = {}
            for b in rem:
                self.wit0[b] = self._witness(b, pos[b], empty) or set()
        witness = dict(self.wit0)
        failinfo = {}
        deferred = set()
        commits = 0
        while rem:
            reach = RG.distances(L[robot], blocked=[L[p] for p in pos])
            starts = {}
            near = {}
            lost = 0
            for b in rem:
                st, x = self._sides(pos[b], who, reach)
                starts[b] = st
                near[b] = x
                if x == INF:
                    lost += 1
            order = sorted(rem, key=lambda b: (b in deferred, -prio[b], art[b], near[b], b))
            chosen = None
            backup = None
            queue = order
            force = False
            while True:
                later = []
                for b in queue:
                    st = starts[b]
                    if not st:
                        continue
                    mask = 0
                    for j in st:
                        mask |= 1 << j
                    info = failinfo.get(b)
                    count = 0
                    if info is not None:
                        oldmask, oldtouched, when, count = info
                        if oldtouched is not None:
                            if not (mask & ~oldmask) and all(who[x] >= 0 for x in oldtouched):
                                continue
                        elif not force and commits - when < count:
                            later.append(b)
                            continue
                    touched = set()
                    res, cut = self._single(b, pos, who, robot, st, touched)
                    if res is None:
                        touched.discard(pos[b])
                        failinfo[b] = (mask, None if cut else touched, commits, count + 1)
                        continue
                    status, fresh = self._judge(b, res[1], pos, who, docc, rem, witness, lost)
                    if status == 0:
                        chosen = (b, res, fresh)
                        break
                    deferred.add(b)
                    if status == 1 and backup is None:
                        backup = (b, res, fresh)
                if chosen is not None or not later:
                    break
                queue = later
                force = True
            if chosen is None:
                got = None
                if limit > 0:
                    for b in order[:5]:
                        got = self._unblock(b, pos, who, robot, limit)
                        if got is not None:
                            break
                if got is not None:
                    steps, newpos, robot = got
                    plan.extend(steps)
                    for p in pos:
                        who[p] = -1
                        docc[p] = -1
                    pos = newpos
                    for b, p in enumerate(pos):
                        who[p] = b
                        if goal[b] == p:
                            docc[p] = b
                    rem = [b for b in range(self.nb) if goal[b] >= 0 and pos[b] != goal[b]]
                    for b in rem:
                        witness[b] = self._witness(b, pos[b], docc) or set()
                    failinfo = {}
                    deferred = set()
                    commits += 1
                    continue
                if backup is None:
                    return None, rem
                chosen = backup
            b, res, fresh = chosen
            steps, robot = res
            plan.extend(steps)
            who[pos[b]] = -1
            pos[b] = goal[b]
            who[goal[b]] = b
            docc[goal[b]] = b
            rem.remove(b)
            witness.update(fresh)
            commits += 1
        return plan, rem

    # ------------------------------------------------------------------ a few boxes at once

    def _unblock(self, b, pos, who, robot, limit):
        L = self.L
        RG = self.RG
        pv = self.pv
        idx = self.idx
        c0 = pos[b]
        sides = [j for j in range(4) if pv[j][c0] >= 0]
        who[c0] = -1
        seq = self._route(b, c0, sides, who, {}, 20000, None, True)
        who[c0] = b
        if seq is None:
            return None
        P = self._cells(c0, seq)
        others = [L[p] for k, p in enumerate(pos) if k != b]
        r = robot
        c = c0
        for s in seq:
            j = s & 3
            v = pv[j][c]
            if r != v:
                p = RG.path(L[r], L[v], blocked=others + [L[c]])
                if p is None:
                    p = RG.path(L[r], L[v], blocked=[L[c]])
                if p is not None:
                    for x in p:
                        P.add(idx[x])
            r = c
            c = s >> 2
        active = [b]
        for x in sorted(P):
            k = who[x]
            if k >= 0 and k not in active:
                active.append(k)
        self.blame.extend(active[1:])
        if len(active) > 7:
            return None
        if len(active) > 1:
            got = self._local(active, b, P, pos, who, robot, limit, 6, False)
            if got is not None:
                return got
        # boxes close by may have to move as well
        more = list(active)
        seen = set()
        front = [pos[k] for k in active] + [self.goal[b]]
        seen.update(front)
        for _ in range(3):
            nxt = []
            for x in front:
                for y in self.adj[x]:
                    if y not in seen:
                        seen.add(y)
                        nxt.append(y)
                        k = who[y]
                        if k >= 0 and k not in more and len(more) < 7:
                            more.append(k)
            front = nxt
        if len(more) == len(active):
            return None
        return self._local(more, b, P, pos, who, robot, limit, 6, False)

    def _flood(self, vis, r):
        adj = self.adj
        vis[r] = 2
        stack = [r]
        pop = stack.pop
        push = stack.append
        while stack:
            for y in adj[pop()]:
                if not vis[y]:
                    vis[y] = 2
                    push(y)

    def _local(self, active, main, P, pos, who, robot, limit, depth, strict):
        """Best-first search over the pushes of the active boxes, within a part of the map."""
        n = self.n
        adj = self.adj
        nx = self.nx
        pv = self.pv
        SN = self.SN
        names = self.names
        goal = self.goal
        L = self.L
        hc = self._h
        m = len(active)
        need = [k for k in range(m) if goal[active[k]] >= 0
                and (strict or active[k] == main or pos[active[k]] == goal[active[k]])]
        targets = [(k, goal[active[k]]) for k in need]
        start = tuple([pos[b] for b in active])
        base = bytearray(b"\x01") * n
        window = []
        if depth < 0:
            for c in range(n):
                if adj[c]:
                    base[c] = 0
                    window.append(c)
        else:
            front = []
            for c in sorted(P) + list(start) + [g for _, g in targets]:
                if base[c]:
                    base[c] = 0
                    window.append(c)
                    front.append(c)
            for _ in range(depth):
                nxt = []
                for x in front:
                    for y in adj[x]:
                        if base[y]:
                            base[y] = 0
                            window.append(y)
                            nxt.append(y)
                front = nxt
        moving = set(active)
        full = bytearray(n)
        for k, p in enumerate(pos):
            full[p] = 1
            if k not in moving:
                base[p] = 1
        self._flood(full, robot)
        tmp = bytearray(base)
        for c in start:
            tmp[c] = 1
        roots = []
        for c in window:
            if full[c] == 2 and not tmp[c]:
                roots.append(c)
                self._flood(tmp, c)
        mk = -1
        gm = -1
        if main is not None:
            mk = active.index(main)
            gm = goal[main]

        def value(cells):
            t = 0
            for k, g in targets:
                t += hc(active[k], cells[k])
            if mk >= 0 and cells[mk] != gm:
                for k in range(m):
                    if k != mk and cells[k] in P:
                        t += 4
            return t

        h0 = value(start)
        if h0 == INF:
            return None
        dists = [self._d(b) for b in active]
        nodes = []
        heap = []
        cnt = 0
        for c in roots:
            nodes.append((start, c, -1, None, 0))
            heap.append((3 * h0, cnt, cnt))
            cnt += 1
        closed = set()
        generated = set()
        final = -1
        for c in start:
            who[c] = -1
        while heap and limit > 0 and final < 0:
            number = heappop(heap)[2]
            cells, r, _, _, g = nodes[number]
            vis = bytearray(base)
            for c in cells:
                vis[c] = 1
            self._flood(vis, r)
            key = (cells, vis.find(2))
            if key in closed:
                continue
            closed.add(key)
            limit -= 1
            for k in range(m):
                who[cells[k]] = active[k]
            for k in range(m):
                c = cells[k]
                d = dists[k]
                box = active[k]
                for j in (0, 1, 2, 3):
                    v = pv[j][c]
                    w = nx[j][c]
                    if v < 0 or w < 0 or vis[v] != 2 or vis[w] == 1:
                        continue
                    if d[names[SN[j][w]]] == INF:
                        continue
                    cells2 = cells[:k] + (w,) + cells[k + 1:]
                    mark = (cells2, c)
                    if mark in generated:
                        continue
                    generated.add(mark)
                    who[c] = -1
                    who[w] = box
                    dead = self._freeze_dead(w, who)
                    who[w] = -1
                    who[c] = box
                    if dead:
                        continue
                    h = value(cells2)
                    if h == INF:
                        continue
                    nodes.append((cells2, c, number, (k, c, w, j), g + 1))
                    done = True
                    for k2, goal2 in targets:
                        if cells2[k2] != goal2:
                            done = False
                            break
                    if done:
                        final = len(nodes) - 1
                        break
                    cnt += 1
                    heappush(heap, (3 * h + g + 1, cnt, len(nodes) - 1))
                if final >= 0:
                    break
            for c in cells:
                who[c] = -1
        for b in active:
            who[pos[b]] = b
        if final < 0:
            return None
        chain = []
        x = final
        while x >= 0:
            if nodes[x][3] is not None:
                chain.append(nodes[x][3])
            x = nodes[x][2]
        chain.reverse()
        cur = list(pos)
        r = robot
        steps = []
        for k, c, w, j in chain:
            v = pv[j][c]
            if r == v:
                p = [L[r]]
            else:
                p = self.RG.path(L[r], L[v], blocked=[L[y] for y in cur])
                if p is None:
                    return None
            steps.append((active[k], c, w, j, p))
            cur[active[k]] = w
            r = c
        return steps, cur, r

    # ------------------------------------------------------------------ the whole task

    def _solve(self, rounds, limit, small, small_limit):
        nb = self.nb
        prio = self.prio
        for number in range(rounds):
            if nb <= small and number >= 2:
                break
            self.blame = []
            use = list(prio)
            if number >= 3:
                for b in range(nb):
                    self.seed = (self.seed * 1103515245 + 12345) & 0x7fffffff
                    use[b] += (self.seed >> 16) % 3
            plan, rem = self._attempt(use, limit)
            if plan is not None:
                return plan
            left = set(rem)
            for b in rem:
                prio[b] += 1
            for b in dict.fromkeys(self.blame):
                if b not in left:
                    prio[b] -= 1
        if nb <= small:
            who = [-1] * self.n
            for b, p in enumerate(self.pos0):
                who[p] = b
            got = self._local(list(range(nb)), None, set(), list(self.pos0), who, self.robot0, small_limit, -1, True)
            if got is not None:
                return got[0]
        return None

    def _heavy(self):
        self._tried = True
        try:
            plan = self._solve(25, 5000, 7, 150000)
            if plan is not None:
                self._build(plan)
        except Exception:
            self._conf = None

    def _build(self, plan):
        L = self.L
        boxes = self.boxes
        dirof = self.dirof
        key = 0
        for b, p in enumerate(self.pos0):
            key += hash((boxes[b], L[p]))
        seq = []
        robot = L[self.robot0]
        for b, c, w, j, p in plan:
            for x in range(len(p) - 1):
                seq.append((key, p[x], ("move", p[x], p[x + 1], dirof[(p[x], p[x + 1])])))
            box = boxes[b]
            seq.append((key, p[-1], ("push", p[-1], L[c], L[w], DIRS[j], box)))
            key += hash((box, L[w])) - hash((box, L[c]))
            robot = L[c]
        if self.robot_goal is not None and robot != L[self.robot_goal]:
            pos = list(self.pos0)
            for b, c, w, j, p in plan:
                pos[b] = w
            p = self.RG.path(robot, L[self.robot_goal], blocked=[L[x] for x in pos])
            if p is None:
                return
            for x in range(len(p) - 1):
                seq.append((key, p[x], ("move", p[x], p[x + 1], dirof[(p[x], p[x + 1])])))
        total = len(seq)
        conf = {}
        for i, (k, r, action) in enumerate(seq):
            table = conf.get(k)
            if table is None:
                table = conf[k] = {}
            table[r] = (total - i, action)
        self._big = total + 10
        self._conf = conf

    # ------------------------------------------------------------------ evaluation

    def _entry(self, state):
        conf = None
        if self._conf is not None:
            conf = self._conf.get(sum(map(hash, state["at"])))
        return [conf, None, None]

    def _off(self, e, state, robot):
        """States that are not on the plan."""
        base = e[1]
        if base is None:
            L = self.L
            idx = self.idx
            nx = self.nx
            pv = self.pv
            SN = self.SN
            names = self.names
            base = 0
            todo = []
            occ = set()
            blocked = []
            for box, where in state["at"]:
                c = idx[where]
                occ.add(c)
                blocked.append(where)
                b = self.bi.get(box)
                if b is None:
                    continue
                h = self._h(b, c)
                if h > 0:
                    base += h
                    todo.append((b, c, h))
            if base < INF:
                targets = []
                for b, c, h in todo:
                    d = self._d(b)
                    for j in range(4):
                        v = pv[j][c]
                        w = nx[j][c]
                        if v < 0 or w < 0 or v in occ or w in occ:
                            continue
                        if d[names[SN[j][w]]] < h:
                            targets.append(L[v])
                if targets:
                    e[2] = self.RG.distances(list(dict.fromkeys(targets)), blocked=blocked, backwards=True)
            e[1] = base
        if base == INF:
            return INF
        W = self.W
        x = W - 1
        if e[2] is not None:
            y = e[2][robot]
            if y < x:
                x = y
        return self._big + base * W + x + 1

    def __call__(self, state):
        if not state.goals_left:
            return 0
        if self._conf is None and not self._tried:
            self._heavy()
        version = state.version("at")
        e = self._vc.get(version)
        if e is None:
            e = self._vc[version] = self._entry(state)
        robot = state["at-robot"][0][0]
        conf = e[0]
        if conf is not None:
            t = conf.get(robot)
            if t is not None:
                return t[0]
        return self._off(e, state, robot)

    def preferred(self, state):
        if self._conf is None:
            return ()
        version = state.version("at")
        e = self._vc.get(version)
        if e is None:
            e = self._vc[version] = self._entry(state)
        conf = e[0]
        if conf is None:
            return ()
        t = conf.get(state["at-robot"][0][0])
        if t is None:
            return ()
        return (t[1],)
