import heapq
import math

from heurgen import Heuristic

BIGD = 10 ** 6
OFF = 10 ** 7
_MISS = object()


class SokobanHeuristic(Heuristic):
    """Plans box by box once; states on that plan are worth the number of steps left."""

    def __init__(self, task):
        locs = {}
        names = []

        def cid(name):
            i = locs.get(name)
            if i is None:
                i = locs[name] = len(names)
                names.append(name)
            return i

        dindex = {}
        dirs = []
        edges = []
        for a, b, d in task.static.get("adjacent", ()):
            if d not in dindex:
                dindex[d] = len(dirs)
                dirs.append(d)
            edges.append((cid(a), cid(b), dindex[d]))
        init = task.initial_state
        self.box_names = []
        self.box_index = {}
        start = []
        for box, loc in init["at"]:
            self.box_index[box] = len(self.box_names)
            self.box_names.append(box)
            start.append(cid(loc))
        robot = -1
        for (loc,) in init["at-robot"]:
            robot = cid(loc)
        goal = [-1] * len(start)
        self.robot_goal = -1
        for atom in task.goal:
            if atom[0] == "at" and atom[1] in self.box_index:
                goal[self.box_index[atom[1]]] = cid(atom[2])
            elif atom[0] == "at-robot":
                self.robot_goal = cid(atom[1])
        N = len(names)
        self.N = N
        self.names = names
        self.locs = locs
        self.dirs = dirs
        self.nd = max(1, len(dirs))
        self.fwd = [[N] * (N + 1) for _ in dirs]
        self.back = [[N] * (N + 1) for _ in dirs]
        nbr = [[] for _ in range(N + 1)]
        nbrd = [[] for _ in range(N + 1)]
        for a, b, d in edges:
            self.fwd[d][a] = b
            self.back[d][b] = a
            nbr[a].append(b)
            nbrd[a].append((b, d))
        self.nbr = nbr
        self.nbrd = nbrd
        self.base = bytearray(N + 1)
        self.base[N] = 1
        self.goal = goal
        self.start = tuple(start)
        self.robot0 = robot
        self.pulls = {}
        self.zeros = [0] * (N + 1)
        self.zeros[N] = BIGD
        self.walks = {}
        self.work = 0
        self.limit = 5000000
        self.table = {}
        self.cache = {}
        self.order = [i for i in range(len(start)) if goal[i] >= 0]
        self.order.sort(key=lambda i: (len(nbr[goal[i]]), self.pull(goal[i])[start[i]], i))
        try:
            macros = self.solve()
            self.record(macros, task)
        except Exception:
            self.table = {}

    # ------------------------------------------------------------------ maps

    def pull(self, g):
        if g < 0:
            return self.zeros
        t = self.pulls.get(g)
        if t is None:
            N = self.N
            back = self.back
            t = [BIGD] * (N + 1)
            t[g] = 0
            q = [g]
            for c in q:
                k = t[c] + 1
                for b in back:
                    p = b[c]
                    if b[p] != N and t[p] == BIGD:
                        t[p] = k
                        q.append(p)
            self.pulls[g] = t
        return t

    def flood(self, r, blocked):
        seen = {r}
        q = [r]
        nbr = self.nbr
        for c in q:
            for y in nbr[c]:
                if not blocked[y] and y not in seen:
                    seen.add(y)
                    q.append(y)
        self.work += len(q) >> 2
        return seen

    def connected(self, a, b, c, blocked):
        """Whether the robot gets from a to b while a box is on c."""
        if a == b:
            return True
        old = blocked[c]
        blocked[c] = 1
        nbr = self.nbr
        sa = {a}
        sb = {b}
        fa = [a]
        fb = [b]
        found = False
        while fa and fb and not found:
            if len(sa) > len(sb):
                sa, sb = sb, sa
                fa, fb = fb, fa
            nxt = []
            for x in fa:
                for y in nbr[x]:
                    if not blocked[y] and y not in sa:
                        if y in sb:
                            found = True
                            break
                        sa.add(y)
                        nxt.append(y)
                if found:
                    break
            fa = nxt
        blocked[c] = old
        self.work += (len(sa) + len(sb)) >> 2
        return found

    # ------------------------------------------------------------------ one box

    def trace(self, s, parent):
        nd = self.nd
        pushes = []
        while s != -1:
            pushes.append(s % nd)
            s = parent[s]
        pushes.reverse()
        return pushes

    def push_plan(self, c0, g, reach, blocked, h, cap):
        """Directions of pushes that bring the box from c0 to g, or None; c0 is not blocked."""
        if c0 == g:
            return []
        if blocked[g]:
            return None
        fwd = self.fwd
        back = self.back
        nd = self.nd
        seen = {g}
        q = [g]
        ok = False
        for x in q:
            if len(q) > 150:
                ok = True
                break
            for b in back:
                p = b[x]
                if p not in seen and not blocked[p] and not blocked[b[p]]:
                    if p == c0:
                        ok = True
                        break
                    seen.add(p)
                    q.append(p)
            if ok:
                break
        if not ok:
            return None
        parent = {}
        heap = []
        for d in range(len(fwd)):
            if back[d][c0] in reach:
                t = fwd[d][c0]
                if not blocked[t] and h[t] < BIGD:
                    s = t * nd + d
                    parent[s] = -1
                    if t == g:
                        return [d]
                    heap.append((1 + 2 * h[t], s, 1))
        heapq.heapify(heap)
        count = 0
        while heap:
            f, s, steps = heapq.heappop(heap)
            count += 1
            if count > cap:
                break
            c, d = divmod(s, nd)
            r = back[d][c]
            for d2 in range(nd):
                r2 = back[d2][c]
                if blocked[r2]:
                    continue
                t = fwd[d2][c]
                if blocked[t] or h[t] >= BIGD:
                    continue
                s2 = t * nd + d2
                if s2 in parent:
                    continue
                if d2 != d and not self.connected(r, r2, c, blocked):
                    continue
                parent[s2] = s
                if t == g:
                    self.work += 2 * count
                    return self.trace(s2, parent)
                heapq.heappush(heap, (steps + 1 + 2 * h[t], s2, steps + 1))
        self.work += 2 * count
        return None

    def parks(self, c0, reach, blocked, h, limit):
        """Places the box can be pushed to, nearest first: (cell, pushes, robot); c0 is not blocked."""
        fwd = self.fwd
        back = self.back
        nd = self.nd
        parent = {}
        q = []
        result = []
        cells = set()
        for d in range(len(fwd)):
            if back[d][c0] in reach:
                t = fwd[d][c0]
                if not blocked[t] and h[t] < BIGD:
                    s = t * nd + d
                    parent[s] = -1
                    q.append(s)
        for s in q:
            c, d = divmod(s, nd)
            r = back[d][c]
            if c not in cells:
                cells.add(c)
                result.append((c, self.trace(s, parent), r))
                if len(result) >= limit:
                    break
            for d2 in range(nd):
                r2 = back[d2][c]
                if blocked[r2]:
                    continue
                t = fwd[d2][c]
                if blocked[t] or h[t] >= BIGD:
                    continue
                s2 = t * nd + d2
                if s2 in parent:
                    continue
                if d2 != d and not self.connected(r, r2, c, blocked):
                    continue
                parent[s2] = s
                q.append(s2)
        self.work += 2 * len(q)
        return result

    # ------------------------------------------------------------------ all boxes

    def placed_walls(self, boxes):
        walls = bytearray(self.base)
        goal = self.goal
        for j, c in enumerate(boxes):
            if c == goal[j]:
                walls[c] = 1
        return walls

    def relaxed(self, j, c, reach, walls):
        """Cells that box j needs on its way home if only the placed boxes are in the way, or None."""
        g = self.goal[j]
        p = self.push_plan(c, g, reach, walls, self.pull(g), 10 ** 9)
        if p is None:
            return None
        cells = set()
        for d in p:
            cells.add(self.back[d][c])
            cells.add(c)
            c = self.fwd[d][c]
        cells.add(c)
        return cells

    def fill(self, boxes, robot, relax):
        """Completes relax in place for the boxes that have no entry or None."""
        walls = self.placed_walls(boxes)
        reach = None
        for j in self.order:
            if boxes[j] != self.goal[j] and relax.get(j) is None:
                if reach is None:
                    reach = self.flood(robot, walls)
                relax[j] = self.relaxed(j, boxes[j], reach, walls)

    def check(self, boxes, i, robot, relax, left):
        """The new relax if all others still get home once box i is home, else None."""
        g = self.goal[i]
        walls = self.placed_walls(boxes)
        walls[g] = 1
        ns = [y for y in self.nbr[g] if not walls[y]]
        split = False
        for y in ns[1:]:
            if not self.connected(ns[0], y, g, walls):
                split = True
                break
        new = dict(relax)
        reach = None
        for j in left:
            if j == i:
                continue
            cells = relax.get(j)
            if cells is None:
                continue
            if split or g in cells:
                if reach is None:
                    reach = self.flood(robot, walls)
                cells = self.relaxed(j, boxes[j], reach, walls)
                if cells is None:
                    return None
                new[j] = cells
        return new

    def saturate(self, boxes, robot, relax):
        """Brings boxes home one by one as long as that works."""
        boxes = list(boxes)
        goal = self.goal
        blocked = bytearray(self.base)
        for c in boxes:
            blocked[c] = 1
        reach = self.flood(robot, blocked)
        left = [i for i in self.order if boxes[i] != goal[i]]
        macros = []
        progress = True
        while progress and left:
            progress = False
            for cap in (3000, 10 ** 9):
                if cap > 3000 and self.N * self.nd <= 3000:
                    break
                for i in list(left):
                    if self.work > self.limit:
                        return boxes, robot, relax, reach, left, macros
                    c = boxes[i]
                    g = goal[i]
                    if blocked[g]:
                        continue
                    blocked[c] = 0
                    p = self.push_plan(c, g, reach, blocked, self.pull(g), cap)
                    blocked[c] = 1
                    if not p:
                        continue
                    r2 = self.back[p[-1]][g]
                    new = self.check(boxes, i, r2, relax, left)
                    if new is None:
                        continue
                    relax = new
                    boxes[i] = g
                    blocked[c] = 0
                    blocked[g] = 1
                    robot = r2
                    macros.append((i, p))
                    left.remove(i)
                    reach = self.flood(robot, blocked)
                    progress = True
                if progress:
                    break
        return boxes, robot, relax, reach, left, macros

    def children(self, node):
        boxes, robot, relax, reach, left = node[:5]
        goal = self.goal
        limit = 80 if self.N <= 400 else 30
        blocked = bytearray(self.base)
        for c in boxes:
            blocked[c] = 1
        open_boxes = [i for i in range(len(boxes)) if boxes[i] != goal[i]]
        home = [i for i in range(len(boxes)) if boxes[i] == goal[i]]
        for group in (open_boxes, home):
            options = []
            for i in group:
                c = boxes[i]
                others = [relax[j] for j in left if j != i and relax.get(j)]
                blocker = any(c in cells for cells in others)
                blocked[c] = 0
                found = self.parks(c, reach, blocked, self.pull(goal[i]), limit)
                blocked[c] = 1
                for rank, (cell, pushes, rob) in enumerate(found):
                    if cell == goal[i]:
                        continue
                    bad = any(cell in cells for cells in others)
                    options.append((not blocker, bad, rank, i, cell, pushes, rob))
            options.sort(key=lambda o: o[:5])
            for _, _, _, i, cell, pushes, rob in options:
                new_boxes = list(boxes)
                new_boxes[i] = cell
                new_relax = dict(relax)
                if goal[i] >= 0:
                    new_relax[i] = None
                    if boxes[i] == goal[i]:
                        self.fill(new_boxes, rob, new_relax)
                    else:
                        walls = self.placed_walls(new_boxes)
                        new_relax[i] = self.relaxed(i, cell, self.flood(rob, walls), walls)
                    if new_relax[i] is None:
                        continue
                yield new_boxes, rob, new_relax, (i, pushes)

    def solve(self):
        if self.robot0 < 0 or not self.order:
            return []
        relax = {}
        self.fill(self.start, self.robot0, relax)
        boxes, robot, relax, reach, left, macros = self.saturate(self.start, self.robot0, relax)
        if not left:
            return macros
        root = (boxes, robot, relax, reach, left, None, macros)
        best = root
        visited = {(tuple(boxes), min(reach))}
        counter = 0
        heap = [(2 * len(left), 0, root, self.children(root), 0)]
        while heap and self.work < self.limit:
            priority, _, node, gen, depth = heapq.heappop(heap)
            here = len(node[4])
            for new_boxes, rob, new_relax, macro in gen:
                boxes, robot, relax, reach, left, macros = self.saturate(new_boxes, rob, new_relax)
                key = (tuple(boxes), min(reach))
                if key not in visited:
                    visited.add(key)
                    child = (boxes, robot, relax, reach, left, node, [macro] + macros)
                    if not left:
                        return self.chain(child)
                    if len(left) < len(best[4]):
                        best = child
                    better = len(left) < here
                    child_depth = 0 if better else depth + 1
                    counter += 1
                    heapq.heappush(heap, (2 * len(left) + child_depth, counter, child,
                                          self.children(child), child_depth))
                    if better:
                        counter += 1
                        heapq.heappush(heap, (priority + 1, counter, node, gen, depth))
                        break
                if self.work > self.limit:
                    break
        if self.N <= 600:
            macros = self.push_search()
            if macros is not None:
                return macros
        return self.chain(best)

    def chain(self, node):
        parts = []
        while node is not None:
            parts.append(node[6])
            node = node[5]
        macros = []
        for part in reversed(parts):
            macros.extend(part)
        return macros

    def push_search(self):
        """Greedy search over single pushes, for small maps."""
        goal = self.goal
        pulls = [self.pull(g) for g in goal]
        fwd = self.fwd
        back = self.back
        boxes = self.start
        blocked = bytearray(self.base)
        for c in boxes:
            blocked[c] = 1
        h = sum(pulls[i][c] for i, c in enumerate(boxes))
        if h >= BIGD:
            return None
        nodes = [(boxes, self.robot0, -1, None)]
        heap = [(2 * h, 0, h, 0)]
        visited = set()
        limit = self.work + 5000000
        while heap and self.work < limit:
            f, k, h, steps = heapq.heappop(heap)
            boxes, robot, _, _ = nodes[k]
            blocked = bytearray(self.base)
            for c in boxes:
                blocked[c] = 1
            reach = self.flood(robot, blocked)
            key = (boxes, min(reach))
            if key in visited:
                continue
            visited.add(key)
            self.work += 20
            for i, c in enumerate(boxes):
                table = pulls[i]
                for d in range(len(fwd)):
                    if back[d][c] not in reach:
                        continue
                    t = fwd[d][c]
                    if blocked[t] or table[t] >= BIGD:
                        continue
                    h2 = h - table[c] + table[t]
                    new = boxes[:i] + (t,) + boxes[i + 1:]
                    nodes.append((new, c, k, (i, [d])))
                    n = len(nodes) - 1
                    if h2 == 0 and all(g < 0 or new[j] == g for j, g in enumerate(goal)):
                        macros = []
                        while n > 0:
                            macros.append(nodes[n][3])
                            n = nodes[n][2]
                        macros.reverse()
                        return macros
                    heapq.heappush(heap, (3 * h2 + steps + 1, n, h2, steps + 1))
        return None

    # ------------------------------------------------------------------ the plan as a table

    def walk(self, a, b, blocked):
        """Moves (from, to, direction) from a to b, or None."""
        if a == b:
            return []
        nbrd = self.nbrd
        parent = {a: None}
        q = [a]
        for c in q:
            for y, d in nbrd[c]:
                if not blocked[y] and y not in parent:
                    parent[y] = (c, d)
                    if y == b:
                        path = []
                        while y != a:
                            p, d = parent[y]
                            path.append((p, y, d))
                            y = p
                        path.reverse()
                        return path
                    q.append(y)
        return None

    def record(self, macros, task):
        names = self.names
        dirs = self.dirs
        boxes = list(self.start)
        robot = self.robot0
        if robot < 0:
            return
        blocked = bytearray(self.base)
        for c in boxes:
            blocked[c] = 1
        box_names = self.box_names
        total = sum(hash((box_names[i], names[c])) for i, c in enumerate(boxes))
        steps = []
        broken = False
        for i, pushes in macros:
            for d in pushes:
                c = boxes[i]
                r = self.back[d][c]
                t = self.fwd[d][c]
                path = self.walk(robot, r, blocked)
                if path is None or blocked[t]:
                    broken = True
                    break
                for a, b, e in path:
                    steps.append((total, names[a], ("move", names[a], names[b], dirs[e])))
                steps.append((total, names[r], ("push", names[r], names[c], names[t], dirs[d], box_names[i])))
                total += hash((box_names[i], names[t])) - hash((box_names[i], names[c]))
                blocked[c] = 0
                blocked[t] = 1
                boxes[i] = t
                robot = c
            if broken:
                break
        complete = all(g < 0 or boxes[i] == g for i, g in enumerate(self.goal))
        if complete and self.robot_goal >= 0:
            path = self.walk(robot, self.robot_goal, blocked)
            for a, b, e in path or ():
                steps.append((total, names[a], ("move", names[a], names[b], dirs[e])))
        if complete:
            offset = 0
        else:
            offset = self.rate(boxes, robot)
            if offset == math.inf:
                offset = OFF
        n = len(steps)
        table = self.table
        for k, (total, where, action) in enumerate(steps):
            seg = table.get(total)
            if seg is None:
                seg = table[total] = {}
            seg[where] = (offset + n - k, action)

    # ------------------------------------------------------------------ off the plan

    def rate(self, boxes, robot):
        goal = self.goal
        total = 0
        count = 0
        first = -1
        for i in self.order:
            c = boxes[i]
            if c < 0:
                continue
            k = self.pull(goal[i])[c]
            if k:
                if k >= BIGD:
                    return math.inf
                total += k
                count += 1
                if first < 0:
                    first = c
        value = OFF + 100000 * count + 4 * total + 1
        if first < 0:
            first = self.robot_goal
        if first >= 0 and robot >= 0:
            table = self.walks.get(first)
            if table is None:
                if len(self.walks) > 300:
                    self.walks.clear()
                table = {first: 0}
                q = [first]
                nbr = self.nbr
                for c in q:
                    k = table[c] + 1
                    for y in nbr[c]:
                        if y not in table:
                            table[y] = k
                            q.append(y)
                self.walks[first] = table
            value += min(3, table.get(robot, 3)) if count else table.get(robot, 0)
        return value

    def segment(self, state):
        version = state.version("at")
        seg = self.cache.get(version, _MISS)
        if seg is _MISS:
            if len(self.cache) > 100000:
                self.cache.clear()
            seg = self.cache[version] = self.table.get(sum(map(hash, state["at"])))
        return seg

    def __call__(self, state):
        if not state.goals_left:
            return 0
        seg = self.segment(state)
        where = state["at-robot"][0][0]
        if seg is not None:
            entry = seg.get(where)
            if entry is not None:
                return entry[0]
        boxes = [-1] * len(self.box_names)
        index = self.box_index
        locs = self.locs
        for box, loc in state["at"]:
            i = index.get(box)
            if i is not None:
                boxes[i] = locs.get(loc, -1)
        return self.rate(boxes, locs.get(where, -1))

    def preferred(self, state):
        seg = self.segment(state)
        if seg is not None:
            entry = seg.get(state["at-robot"][0][0])
            if entry is not None:
                return [entry[1]]
        return []
