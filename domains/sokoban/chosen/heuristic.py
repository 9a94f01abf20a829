import math
from heapq import heappop, heappush

from heurgen import Heuristic
from heurgen.graphs import Graph

INF = math.inf


class SokobanHeuristic(Heuristic):
    """Steps left along a plan that is made once, from the initial state, out of macros that bring one box home."""

    WORK = 1500000          # search nodes (roughly) that planning may take
    LIMIT = 4000            # search nodes for one macro

    def __init__(self, task):
        index, names = {}, []

        def number(place):
            i = index.get(place)
            if i is None:
                i = index[place] = len(names)
                names.append(place)
            return i

        adjacent = task.static.get("adjacent", ())
        kinds = {}
        steps = []
        for a, b, d in adjacent:
            steps.append((number(a), number(b), kinds.setdefault(d, len(kinds))))
        init = task.initial_state
        self.box_names = []
        self.start = []
        for box, place in init["at"]:
            self.box_names.append(box)
            self.start.append(number(place))
        robots = init["at-robot"]
        self.robot = number(robots[0][0]) if robots else -1
        where = {}
        self.robot_goal = -1
        for atom in task.goal:
            if atom[0] == "at" and len(atom) == 3:
                where.setdefault(atom[1], number(atom[2]))
            elif atom[0] == "at-robot" and len(atom) == 2:
                self.robot_goal = number(atom[1])
        self.goal = [where.get(box, -1) for box in self.box_names]
        self.goal_boxes = [b for b in range(len(self.goal)) if self.goal[b] >= 0]
        self.number_of = {box: b for b, box in enumerate(self.box_names)}
        self.index = index
        self.names = names
        n = self.n = len(names)
        K = self.K = max(1, len(kinds))
        self.dir_names = list(kinds) or [""]
        self.nxt = [[n] * (n + 1) for _ in range(K)]
        self.prv = [[n] * (n + 1) for _ in range(K)]
        self.nb = [[] for _ in range(n)]
        for a, b, k in steps:
            self.nxt[k][a] = b
            self.prv[k][b] = a
            self.nb[a].append(b)
        self.map = Graph(adjacent, nodes=names)
        self.table = None
        self.rows = {}
        self.parts = {}
        self.complete = False
        self.ready = False
        self.off = 1
        self.work = 0
        self.foot = {}
        self.fails = {}
        self.norelax = {}
        self.cache = {}
        self.empty = {}

    # ------------------------------------------------------------------ the interface

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        robot = state["at-robot"]
        if not robot:
            return left
        entry = self.row(state).get(robot[0][0])
        if entry is not None:
            return entry[0] or 1
        if self.complete:
            return self.off + left
        return self.guess(state, robot[0][0], left)

    def preferred(self, state):
        robot = state["at-robot"]
        if not robot:
            return []
        entry = self.row(state).get(robot[0][0])
        if entry is not None and entry[1] is not None:
            return [entry[1]]
        return []

    def row(self, state):
        """What the plan says where the boxes are as in this state: robot's place -> (steps left, next action)."""
        if self.table is None:
            self.make_plan()
        version = state.version("at")
        row = self.rows.get(version)
        if row is None:
            row = self.table.get(sum(map(hash, state["at"])), self.empty)
            if len(self.rows) > 300000:
                self.rows.clear()
            self.rows[version] = row
        return row

    def guess(self, state, robot, left):
        """Only where there is no complete plan."""
        if not self.ready:
            return left
        version = state.version("at")
        part = self.parts.get(version)
        if part is None:
            value = 0
            target = None
            for box, place in state["at"]:
                b = self.number_of.get(box)
                c = self.index.get(place)
                if b is None or c is None:
                    continue
                g = self.goal[b]
                if g < 0 or g == c:
                    continue
                least = self.least(b, c)
                if least == INF:
                    value = INF
                    break
                value += 10000000 + 1000 * least
                if target is None:
                    target = place
            part = (value, target)
            if len(self.parts) > 300000:
                self.parts.clear()
            self.parts[version] = part
        value, target = part
        if value == INF:
            return INF
        if target is None and self.robot_goal >= 0:
            target = self.names[self.robot_goal]
        far = 0
        if target is not None:
            far = min(self.map.distance(target, robot), 900)
        return value + 1 + far

    # ------------------------------------------------------------------ tables

    def make_plan(self):
        self.table = {}
        if self.robot < 0:
            return
        self.prepare()
        self.ready = True
        try:
            moves, done = self.solve()
        except Exception:
            moves, done = [], False
        self.tabulate(moves, done)

    def prepare(self):
        n, K, nxt, prv, nb = self.n, self.K, self.nxt, self.prv, self.nb
        # one direction of each axis
        self.axes = []
        taken = set()
        for k in range(K):
            if k in taken:
                continue
            self.axes.append(k)
            for a in range(n):
                b = nxt[k][a]
                if b < n:
                    for j in range(K):
                        if nxt[j][b] == a:
                            taken.add(j)
                            break
                    break
        # depth-first search for what falls apart without a cell
        disc = [-1] * n
        low = [0] * n
        last = [0] * n
        par = [-1] * n
        ptr = [0] * n
        clock = 0
        for root in range(n):
            if disc[root] >= 0:
                continue
            disc[root] = low[root] = clock
            clock += 1
            stack = [root]
            while stack:
                c = stack[-1]
                i = ptr[c]
                if i < len(nb[c]):
                    ptr[c] = i + 1
                    u = nb[c][i]
                    if disc[u] < 0:
                        par[u] = c
                        disc[u] = low[u] = clock
                        clock += 1
                        stack.append(u)
                    elif u != par[c] and disc[u] < low[c]:
                        low[c] = disc[u]
                else:
                    stack.pop()
                    last[c] = clock - 1
                    p = par[c]
                    if p >= 0 and low[c] < low[p]:
                        low[p] = low[c]
        # label[c*K+d]: the part of the map, without c, where the robot stands to push a box at c in direction d
        label = self.label = [-2] * (n * K)
        for c in range(n):
            for d in range(K):
                u = prv[d][c]
                if u == n:
                    continue
                value = -1
                if disc[u] > disc[c]:
                    for x in nb[c]:
                        if par[x] == c and disc[x] <= disc[u] <= last[x]:
                            if low[x] >= disc[c]:
                                value = x
                            break
                label[c * K + d] = value
        edges = []
        for c in range(n):
            base = c * K
            for d in range(K):
                value = label[base + d]
                if value == -2:
                    continue
                t = nxt[d][c]
                if t < n:
                    edges.append((base + d, t * K + d))
                for e in range(K):
                    if e != d and label[base + e] == value:
                        edges.append((base + d, base + e))
        try:
            self.push_graph = Graph(edges, nodes=list(range(n * K)))
        except Exception:
            self.push_graph = None
        self.dist = []
        for g in self.goal:
            if g < 0:
                self.dist.append(None)
            else:
                self.dist.append(self.distances_to([g * K + d for d in range(K) if prv[d][g] < n]))

    def distances_to(self, sources):
        """From each (cell, side) to the nearest of the sources, for a box that is alone on the map."""
        n, K = self.n, self.K
        if not sources:
            return [INF] * (n * K)
        if self.push_graph is not None:
            try:
                dist = self.push_graph.distances(sources, backwards=True)
                if dist[sources[0]] == 0:
                    return dist
            except Exception:
                pass
            self.push_graph = None
        prv, label = self.prv, self.label
        dist = [INF] * (n * K)
        queue = list(sources)
        for m in queue:
            dist[m] = 0
        for m in queue:
            c, d = divmod(m, K)
            g = dist[m] + 1
            q = prv[d][c]
            if q < n and prv[d][q] < n and dist[q * K + d] == INF:
                dist[q * K + d] = g
                queue.append(q * K + d)
            for e in range(K):
                o = c * K + e
                if label[o] == label[m] and dist[o] == INF:
                    dist[o] = g
                    queue.append(o)
        return dist

    def least(self, b, c):
        """Pushes and turns that box b needs from cell c at least; inf if it can never come home."""
        key = b * self.n + c
        value = self.cache.get(key)
        if value is None:
            g = self.goal[b]
            if g < 0 or g == c:
                value = 0
            else:
                dist = self.dist[b]
                base = c * self.K
                value = min([dist[base + d] for d in range(self.K)])
            self.cache[key] = value
        return value

    # ------------------------------------------------------------------ the robot

    def names_of(self, occ):
        names, n = self.names, self.n
        found = set()
        i = occ.find(1)
        while 0 <= i < n:
            found.add(names[i])
            i = occ.find(1, i + 1)
        return found

    def reach(self, occ, r):
        self.work += 20
        blocked = self.names_of(occ)
        blocked.discard(self.names[r])
        return self.map.distances(self.names[r], blocked=blocked)

    def walk(self, occ, a, b, touched):
        """The cells on a way from a to b, without a; None if there is none."""
        if a == b:
            return []
        nb = self.nb
        before = {a: a}
        queue = [a]
        hits = []
        for x in queue:
            for y in nb[x]:
                if y in before:
                    continue
                if occ[y]:
                    hits.append(y)
                    continue
                before[y] = x
                if y == b:
                    path = [y]
                    while x != a:
                        path.append(x)
                        x = before[x]
                    path.reverse()
                    return path
                queue.append(y)
            if len(queue) > 120:
                break
        else:
            touched.update(hits)
            return None
        self.work += 25
        names, index = self.names, self.index
        path = self.map.path(names[a], names[b], blocked=self.names_of(occ))
        if path is None:
            touched.add(-1)
            return None
        return [index[x] for x in path[1:]]

    # ------------------------------------------------------------------ one box, the others stay

    def route(self, occ, p, sides, dist, target, touched):
        """How a box gets from p to target: a list of (node, walk before it or None for a push); None if it does not.

        `occ` is without the box itself; `touched` gets the cells that stood in the way."""
        if occ[target]:
            touched.add(target)
            return None
        n, K, nxt, prv, label = self.n, self.K, self.nxt, self.prv, self.label
        heap = []
        came = {}
        tick = 0
        best = INF
        for d in sides:
            m = p * K + d
            h = dist[m]
            if h < INF:
                tick -= 1
                heappush(heap, (2 * h, tick, m, 0, -1, 2))
                if h < best:
                    best = h
        if not heap:
            return None
        check = 150 + 3 * best
        checked = False
        count = 0
        while heap:
            _, _, m, g, par, kind = heappop(heap)
            if m in came:
                continue
            c, d = divmod(m, K)
            walk = None
            if kind == 1:
                occ[c] = 1
                walk = self.walk(occ, prv[par % K][c], prv[d][c], touched)
                occ[c] = 0
                if walk is None:
                    touched.discard(c)
                    continue
            came[m] = (par, walk)
            if c == target:
                self.work += count
                return self.unwind(came, m)
            count += 1
            if count > check:
                if checked:
                    break
                if not self.backable(occ, p, target, touched):
                    break
                checked = True
                check += self.LIMIT
            g += 1
            t = nxt[d][c]
            if not occ[t]:
                o = t * K + d
                if o not in came:
                    h = dist[o]
                    if h < INF:
                        tick -= 1
                        heappush(heap, (g + 2 * h, tick, o, g, m, 0))
            elif t < n:
                touched.add(t)
            if kind == 0:
                for e in range(K):
                    if e == d:
                        continue
                    o = c * K + e
                    if label[o] != label[m] or o in came:
                        continue
                    u = prv[e][c]
                    if occ[u]:
                        touched.add(u)
                        continue
                    h = dist[o]
                    if h < INF:
                        tick -= 1
                        heappush(heap, (g + 2 * h, tick, o, g, m, 1))
        self.work += count
        return None

    def backable(self, occ, p, target, touched):
        """False if a search back from the target shows that nothing gets there from p."""
        n, K, prv, label = self.n, self.K, self.prv, self.label
        queue = []
        for d in range(K):
            u = prv[d][target]
            if u < n:
                if occ[u]:
                    touched.add(u)
                else:
                    queue.append(target * K + d)
        seen = set(queue)
        for m in queue:
            c, d = divmod(m, K)
            if c == p:
                return True
            q = prv[d][c]
            u = prv[d][q]
            if u < n:
                if occ[u]:
                    touched.add(u)
                else:
                    o = q * K + d
                    if o not in seen:
                        seen.add(o)
                        queue.append(o)
            for e in range(K):
                o = c * K + e
                if o in seen or label[o] != label[m]:
                    continue
                u = prv[e][c]
                if occ[u]:
                    touched.add(u)
                    continue
                seen.add(o)
                queue.append(o)
            if len(queue) > 250:
                return True
        return False

    def unwind(self, came, m):
        nodes = []
        while m >= 0:
            entry = came[m]
            nodes.append((m, entry[1]))
            m = entry[0]
        nodes.reverse()
        return nodes

    def pushes(self, b, nodes, occ, r):
        """The macro as a list of (box, direction, cells to walk before); `occ` holds all boxes."""
        K = self.K
        p, d = divmod(nodes[0][0], K)
        walk = self.walk(occ, r, self.prv[d][p], set())
        if walk is None:
            return None
        moves = []
        for m, way in nodes[1:]:
            if way is None:
                moves.append((b, m % K, walk))
                walk = ()
            else:
                walk = way
        return moves

    def direct(self, b, p, g, occ, reach):
        prv, names = self.prv, self.names
        sides = []
        for d in range(self.K):
            u = prv[d][p]
            if not occ[u] and reach[names[u]] < INF:
                sides.append(d)
        if not sides:
            return None
        memo = self.fails.get((b, p))
        if memo is not None and memo[0] == sides:
            for x in memo[1]:
                if not occ[x]:
                    break
            else:
                return None
        touched = set()
        occ[p] = 0
        nodes = self.route(occ, p, sides, self.dist[b], g, touched)
        occ[p] = 1
        if nodes is None and -1 not in touched:
            touched.discard(p)
            self.fails[(b, p)] = (sides, touched)
        return nodes

    def relaxed(self, b, p, r, H):
        """Whether box b gets home from p past what H holds, the boxes that are still on their way left out."""
        g = self.goal[b]
        if p == g:
            return True
        if H[p]:
            return False
        foot = self.foot.get((b, p))
        if foot is not None:
            for x in foot:
                if H[x]:
                    break
            else:
                return True
        prv, names, K, n = self.prv, self.names, self.K, self.n
        H[p] = 1
        reach = self.reach(H, r)
        H[p] = 0
        sides = []
        for d in range(K):
            u = prv[d][p]
            if u < n and not H[u] and reach[names[u]] < INF:
                sides.append(d)
        if not sides:
            return False
        memo = self.norelax.get((b, p))
        if memo is not None and memo[0] == sides:
            for x in memo[1]:
                if not H[x]:
                    break
            else:
                return False
        touched = set()
        nodes = self.route(H, p, sides, self.dist[b], g, touched)
        if nodes is None:
            if -1 not in touched:
                touched.discard(p)
                self.norelax[(b, p)] = (sides, touched)
            return False
        self.foot[(b, p)] = self.footprint(nodes)
        return True

    def footprint(self, nodes):
        K, prv = self.K, self.prv
        cells = set()
        for m, walk in nodes:
            c, d = divmod(m, K)
            cells.add(c)
            cells.add(prv[d][c])
            if walk:
                cells.update(walk)
        return cells

    # ------------------------------------------------------------------ deadlocks

    def frozen(self, c, occ, hit):
        if len(hit) > 7:
            return False
        n = self.n
        hit = hit | {c}
        for d in self.axes:
            a = self.nxt[d][c]
            b = self.prv[d][c]
            if a == n or b == n or a in hit or b in hit:
                continue
            if occ[a] and self.frozen(a, occ, hit):
                continue
            if occ[b] and self.frozen(b, occ, hit):
                continue
            return False
        return True

    def freezes(self, c, occ, at):
        """Whether the box at c, or one beside it, can never move again and is not at home."""
        goal = self.goal
        cells = [c]
        for x in self.nb[c]:
            if occ[x]:
                cells.append(x)
        for x in cells:
            g = goal[at[x]]
            if g >= 0 and g != x and self.frozen(x, occ, frozenset()):
                return True
        return False

    # ------------------------------------------------------------------ order of work

    def arrange(self, pos, r):
        """The boxes not at home in the order to bring them there, and those for which no order was found."""
        goal = self.goal
        todo = []
        H = bytearray(self.n + 1)
        H[self.n] = 1
        for b in self.goal_boxes:
            H[goal[b]] = 1
            if pos[b] != goal[b]:
                if self.least(b, pos[b]) == INF:
                    return None
                todo.append(b)
        rest = todo
        peeled = []
        while rest:
            left = []
            for b in rest:
                g = goal[b]
                H[g] = 0
                if self.relaxed(b, pos[b], r, H):
                    peeled.append(b)
                else:
                    H[g] = 1
                    left.append(b)
            if len(left) == len(rest):
                break
            rest = left
        peeled.reverse()
        return rest + peeled, set(rest)

    def safe(self, waiting, g, pos, r, fixed, loose):
        """Whether the boxes whose turn it was still get home if g is filled before."""
        H = bytearray(fixed)
        H[g] = 1
        for a in waiting:
            if a not in loose and not self.relaxed(a, pos[a], r, H):
                return False
            H[self.goal[a]] = 1
        return True

    def board(self, pos):
        occ = bytearray(self.n + 1)
        occ[self.n] = 1
        at = {}
        for b, c in enumerate(pos):
            occ[c] = 1
            at[c] = b
        return occ, at

    def access(self, pos, occ, reach):
        prv, names, K = self.prv, self.names, self.K
        found = []
        for b, c in enumerate(pos):
            for d in range(K):
                u = prv[d][c]
                if not occ[u] and reach[names[u]] < INF:
                    found.append(b * K + d)
        return tuple(found)

    def settle(self, pos, r, order, loose):
        """Brings home one box after the other as long as one can go there."""
        n, K, prv, goal = self.n, self.K, self.prv, self.goal
        pos = list(pos)
        order = list(order)
        occ, at = self.board(pos)
        fixed = bytearray(n + 1)
        fixed[n] = 1
        for b in self.goal_boxes:
            if pos[b] == goal[b]:
                fixed[goal[b]] = 1
        steps = []
        while order:
            reach = self.reach(occ, r)
            for i, b in enumerate(order):
                p, g = pos[b], goal[b]
                nodes = self.direct(b, p, g, occ, reach)
                if nodes is None:
                    continue
                robot = prv[nodes[-1][0] % K][g]
                if i and not self.safe(order[:i], g, pos, robot, fixed, loose):
                    continue
                moves = self.pushes(b, nodes, occ, r)
                if moves is None:
                    continue
                occ[p] = 0
                occ[g] = 1
                del at[p]
                at[g] = b
                if self.freezes(g, occ, at):
                    occ[g] = 0
                    occ[p] = 1
                    del at[g]
                    at[p] = b
                    continue
                pos[b] = g
                fixed[g] = 1
                r = robot
                del order[i]
                steps.append((moves, tuple(pos), r, len(order)))
                break
            else:
                break
        return steps

    # ------------------------------------------------------------------ getting boxes out of the way

    def soft_walks(self, soft, a, goals, c):
        """Ways of the robot from a to the goals, around c, through boxes at the price that `soft` names."""
        nb = self.nb
        best = {a: 0}
        before = {a: -1}
        heap = [(0, a)]
        left = set(goals)
        found = {}
        done = set()
        while heap and left:
            g, x = heappop(heap)
            if x in done:
                continue
            done.add(x)
            if x in left:
                left.discard(x)
                path = []
                y = x
                while y != a:
                    path.append(y)
                    y = before[y]
                path.reverse()
                found[x] = path
            for y in nb[x]:
                if y == c or y in done:
                    continue
                cost = g + 1 + soft[y]
                if cost < best.get(y, INF):
                    best[y] = cost
                    before[y] = x
                    heappush(heap, (cost, y))
        self.work += len(done) // 3
        return found

    def soft_route(self, b, pos, r, soft, target, avoid):
        """A way for box b through other boxes, to the target or (-1) to a free cell that is not to be avoided.

        The cells that it needs, and those of them where boxes stand, in order."""
        n, K, nxt, prv, label = self.n, self.K, self.nxt, self.prv, self.label
        p = pos[b]
        dist = self.dist[b] if target >= 0 else None
        own = soft[p]
        soft[p] = 0
        heap = []
        came = {}
        tick = 0
        around = [prv[d][p] for d in range(K) if prv[d][p] < n]
        ways = self.soft_walks(soft, r, around, p)
        for d in range(K):
            way = ways.get(prv[d][p])
            if way is None:
                continue
            m = p * K + d
            h = dist[m] if dist is not None else 0
            if h < INF:
                g = sum([soft[y] for y in way])
                tick -= 1
                heappush(heap, (g + h, tick, m, g, -1, way, True))
        end = -1
        count = 0
        while heap:
            f, _, m, g, par, walk, sure = heappop(heap)
            if m in came:
                continue
            c, d = divmod(m, K)
            if not sure:
                u = prv[d][c]
                walk = self.soft_walks(soft, prv[par % K][c], (u,), c).get(u)
                if walk is None:
                    continue
                extra = sum([soft[y] for y in walk])
                if extra:
                    tick -= 1
                    heappush(heap, (f + extra, tick, m, g + extra, par, walk, True))
                    continue
            came[m] = (par, walk)
            if target >= 0:
                if c == target:
                    end = m
                    break
            elif c != p and c not in avoid and not soft[c] and self.least(b, c) < INF:
                end = m
                break
            count += 1
            if count > 2500:
                break
            t = nxt[d][c]
            if t < n:
                o = t * K + d
                if o not in came:
                    h = dist[o] if dist is not None else 0
                    if h < INF:
                        cost = g + 1 + soft[t]
                        tick -= 1
                        heappush(heap, (cost + h, tick, o, cost, m, None, True))
            if walk is None:
                for e in range(K):
                    o = c * K + e
                    if e == d or label[o] != label[m] or o in came:
                        continue
                    h = dist[o] if dist is not None else 0
                    if h < INF:
                        tick -= 1
                        heappush(heap, (g + 1 + h, tick, o, g + 1, m, None, False))
        self.work += count
        result = None
        if end >= 0:
            cells = set()
            blockers = []
            for m, walk in self.unwind(came, end):
                c, d = divmod(m, K)
                for x in list(walk or ()) + [prv[d][c], c]:
                    if x not in cells:
                        cells.add(x)
                        if soft[x]:
                            blockers.append(x)
            result = (cells, blockers)
        soft[p] = own
        return result

    def relocate(self, y, pos, r, occ, at, reach, avoid, heat):
        """Places off the cells to be avoided where box y can go now: a few of (macro, positions, robot, cell)."""
        K, nxt, prv, names, label = self.K, self.nxt, self.prv, self.names, self.label
        p = pos[y]
        came = {}
        queue = []
        for d in range(K):
            u = prv[d][p]
            if not occ[u] and reach[names[u]] < INF:
                m = p * K + d
                came[m] = (-1, None, 0)
                queue.append(m)
        if not queue:
            return []
        occ[p] = 0
        tried = {p}
        found = []
        scratch = set()
        for m in queue:
            par, walk, g = came[m]
            c, d = divmod(m, K)
            if c not in tried:
                tried.add(c)
                if c not in avoid:
                    occ[c] = 1
                    at[c] = y
                    bad = self.freezes(c, occ, at)
                    occ[c] = 0
                    del at[c]
                    if not bad:
                        found.append((g + 3 * heat.get(c, 0), len(found), m))
                        if len(found) >= 10:
                            break
            if len(queue) > 400:
                break
            t = nxt[d][c]
            if not occ[t] and t * K + d not in came and self.least(y, t) < INF:
                came[t * K + d] = (m, None, g + 1)
                queue.append(t * K + d)
            if walk is None and par >= 0:
                for e in range(K):
                    o = c * K + e
                    if e == d or o in came or label[o] != label[m] or occ[prv[e][c]]:
                        continue
                    occ[c] = 1
                    way = self.walk(occ, prv[d][c], prv[e][c], scratch)
                    occ[c] = 0
                    if way is not None:
                        came[o] = (m, way, g)
                        queue.append(o)
        occ[p] = 1
        self.work += len(queue)
        found.sort()
        options = []
        for _, _, m in found[:3]:
            moves = self.pushes(y, self.unwind(came, m), occ, r)
            if moves is None:
                continue
            c, d = divmod(m, K)
            after = list(pos)
            after[y] = c
            options.append((moves, tuple(after), prv[d][c], c))
        return options

    def unblock(self, pos, r, order, occ, at, reach):
        """Macros that clear the way home of one of the boxes."""
        goal = self.goal
        soft = [0] * (self.n + 1)
        for b, c in enumerate(pos):
            soft[c] = 400 if goal[b] == c else 40
        heat = {}
        for b in order:
            foot = self.foot.get((b, pos[b]))
            if foot:
                for c in foot:
                    heat[c] = heat.get(c, 0) + 1
            heat[goal[b]] = heat.get(goal[b], 0) + 5
        out = []
        seen = set()

        def clear(b, target, avoid, stack):
            found = self.soft_route(b, pos, r, soft, target, avoid)
            if found is None:
                return
            cells, blockers = found
            cells = cells | avoid
            for c in blockers[:3]:
                y = at[c]
                if y in stack:
                    continue
                options = self.relocate(y, pos, r, occ, at, reach, cells, heat)
                if options:
                    for moves, after, robot, cell in options:
                        if (y, cell) not in seen:
                            seen.add((y, cell))
                            out.append((moves, after, robot))
                elif len(stack) < 5:
                    clear(y, -1, cells, stack + (y,))

        for t in order[:25]:
            clear(t, goal[t], set(), (t,))
            if len(out) >= 9:
                break
        return out

    def singles(self, pos, r, occ, at, reach):
        """All single pushes that are not known to be fatal: (macro, positions, robot, change of distance)."""
        K, nxt, prv, names = self.K, self.nxt, self.prv, self.names
        out = []
        for b, p in enumerate(pos):
            for d in range(K):
                u = prv[d][p]
                t = nxt[d][p]
                if occ[u] or occ[t] or not reach[names[u]] < INF:
                    continue
                least = self.least(b, t)
                if least == INF:
                    continue
                occ[p] = 0
                occ[t] = 1
                at[t] = b
                bad = self.freezes(t, occ, at)
                occ[t] = 0
                occ[p] = 1
                del at[t]
                if bad:
                    continue
                walk = self.walk(occ, r, u, set())
                if walk is None:
                    continue
                after = list(pos)
                after[b] = t
                out.append(([(b, d, walk)], tuple(after), p, least - self.least(b, p)))
        return out

    # ------------------------------------------------------------------ the planner

    def solve(self):
        """The macros of a plan in one list, and whether it is complete."""
        goal = self.goal
        trail = [(-1, ())]
        heap = [(0, 0, 0, tuple(self.start), self.robot, True, 0)]
        visited = set()
        best, best_node = len(goal) + 1, 0
        tick = 0
        while heap and self.work < self.WORK:
            _, _, node, pos, r, fresh, depth = heappop(heap)
            self.work += 50
            occ, at = self.board(pos)
            reach = self.reach(occ, r)
            access = self.access(pos, occ, reach)
            key = (pos, access, fresh)
            if key in visited:
                continue
            visited.add(key)
            arranged = self.arrange(pos, r)
            if arranged is None:
                continue
            order, loose = arranged
            if fresh:
                steps = self.settle(pos, r, order, loose)
                for moves, after, robot, left in steps:
                    tick += 1
                    heappush(heap, ((left + 1) * 1000 + 500, tick, node, pos, r, False, 0))
                    trail.append((node, moves))
                    node = len(trail) - 1
                    pos, r = after, robot
                    depth = 0
                if steps:
                    order = [b for b in order if pos[b] != goal[b]]
                if len(order) < best:
                    best, best_node = len(order), node
                if not order:
                    return self.chain(trail, node), True
                if steps:
                    occ, at = self.board(pos)
                    reach = self.reach(occ, r)
                    access = self.access(pos, occ, reach)
                key = (pos, access, False)
                if key in visited:
                    continue
                visited.add(key)
            elif not order:
                return self.chain(trail, node), True
            base = 1000 * len(order)
            for i, (moves, after, robot) in enumerate(self.unblock(pos, r, order, occ, at, reach)):
                tick += 1
                trail.append((node, moves))
                heappush(heap, (base + 20 * (depth + 1) + 5 * i, tick, len(trail) - 1, after, robot, True, depth + 1))
            for moves, after, robot, change in self.singles(pos, r, occ, at, reach):
                tick += 1
                trail.append((node, moves))
                heappush(heap, (base + 150 * (depth + 1) + 2 * change, tick, len(trail) - 1, after, robot, True,
                                depth + 1))
        return self.chain(trail, best_node), False

    def chain(self, trail, node):
        parts = []
        while node >= 0:
            node, moves = trail[node]
            parts.append(moves)
        parts.reverse()
        return [move for moves in parts for move in moves]

    def tabulate(self, moves, done):
        """Replays the plan, and notes for each of its states the steps left and the next action."""
        n, K, nxt, prv, names = self.n, self.K, self.nxt, self.prv, self.names
        boxes, dir_names = self.box_names, self.dir_names
        pos = list(self.start)
        occ, _ = self.board(pos)
        r = self.robot
        key = 0
        for b, c in enumerate(pos):
            key += hash((boxes[b], names[c]))
        states = [(key, names[r])]
        actions = []

        def direction(a, b):
            for k in range(K):
                if nxt[k][a] == b:
                    return k
            return -1

        valid = True
        for b, d, walk in moves:
            for y in walk:
                k = direction(r, y)
                if k < 0 or occ[y]:
                    valid = False
                    break
                actions.append(("move", names[r], names[y], dir_names[k]))
                r = y
                states.append((key, names[r]))
            if not valid:
                break
            c = pos[b]
            t = nxt[d][c]
            if prv[d][c] != r or occ[t]:
                valid = False
                break
            actions.append(("push", names[r], names[c], names[t], dir_names[d], boxes[b]))
            key += hash((boxes[b], names[t])) - hash((boxes[b], names[c]))
            pos[b] = t
            occ[c] = 0
            occ[t] = 1
            r = c
            states.append((key, names[r]))
        done = done and valid
        if done and self.robot_goal >= 0 and self.robot_goal != r:
            way = None
            if not occ[self.robot_goal]:
                way = self.walk(occ, r, self.robot_goal, set())
            if way is None:
                done = False
            else:
                for y in way:
                    actions.append(("move", names[r], names[y], dir_names[direction(r, y)]))
                    r = y
                    states.append((key, names[r]))
        base = 0
        if not done:
            base = 1000
            for b in self.goal_boxes:
                if pos[b] != self.goal[b]:
                    least = self.least(b, pos[b])
                    base += 10000000 + (1000 * least if least < INF else 0)
        total = len(actions)
        table = {}
        for i, (key, place) in enumerate(states):
            action = actions[i] if i < total else None
            table.setdefault(key, {})[place] = (base + total - i, action)
        self.table = table
        self.complete = done
        self.off = total + 1
