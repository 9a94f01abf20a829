from heurgen import Heuristic


class FerryHeuristic(Heuristic):
    """One car after the other along an Euler trail: 10 per open goal, then the stage of the current car."""

    WEIGHT = 10

    def __init__(self, task):
        self.home = {goal[1]: goal[2] for goal in task.goal if goal[0] == "at"}
        at_goals = [goal for goal in dict.fromkeys(task.goal) if goal[0] == "at"]
        self.special = bool(task.negative_goal) or len(at_goals) != len(task.goal)
        self.want_on = None
        self.want_ferry = None
        self.want_empty = False
        for goal in task.goal:
            if goal[0] == "on":
                self.want_on = goal[1]
            elif goal[0] == "at-ferry":
                self.want_ferry = goal[1]
            elif goal[0] == "empty-ferry":
                self.want_empty = True
        self.negative = dict.fromkeys(task.negative_goal, True)

        init = task.initial_state
        place_of = dict(init["at"])
        where = init["at-ferry"]
        start = where[0][0] if where else None
        carried = init["on"][0][0] if init["on"] else None

        # goals that hold already come first, so that order[n - goals_left] is the next one to work on
        order = [goal for goal in at_goals if place_of.get(goal[1]) == goal[2]]
        edges = []
        for goal in at_goals:
            place = place_of.get(goal[1])
            if place == goal[2]:
                continue
            if goal[1] == carried:
                order.append(goal)
                start = goal[2]
            elif place is not None:
                edges.append((place, goal[2], goal))
        order.extend(self._trail(edges, start))
        seen = dict.fromkeys(order, True)
        for goal in at_goals:               # nothing should be left, but lose none
            if goal not in seen:
                order.append(goal)
        self.order = order
        self.count = len(order)

    @staticmethod
    def _trail(edges, start):
        """The goals in an order that needs few empty trips: an Euler trail with a hub for the empty trips."""
        if not edges:
            return []
        hub = ("hub",)
        out = {}
        balance = {}                        # edges out minus edges in
        parent = {}

        def find(node):
            while parent[node] != node:
                parent[node] = parent[parent[node]]
                node = parent[node]
            return node

        def connect(a, b):
            for node in (a, b):
                if node not in parent:
                    parent[node] = node
            a, b = find(a), find(b)
            if a != b:
                parent[a] = b

        parent[hub] = hub
        for source, target, goal in edges:
            out.setdefault(source, []).append((target, goal))
            out.setdefault(target, [])
            balance[source] = balance.get(source, 0) + 1
            balance[target] = balance.get(target, 0) - 1
            connect(source, target)
        out[hub] = []
        if out.get(start):
            first = start
            balance[start] -= 1             # the ferry is here already: one way in for free
            connect(start, hub)
        else:
            first = hub
        for node, value in balance.items():
            if value > 0:
                out[hub].extend([(node, None)] * value)
                connect(node, hub)
            elif value < 0:
                out[node] = [(hub, None)] * (-value) + out[node]
                connect(node, hub)
        for node in balance:                # closed tours that nothing leads to yet
            if find(node) != find(hub):
                out[hub].append((node, None))
                out[node] = [(hub, None)] + out[node]
                connect(node, hub)

        stack = [(first, None)]
        trail = []
        while stack:
            node = stack[-1][0]
            ways = out[node]
            if ways:
                stack.append(ways.pop())
            else:
                goal = stack.pop()[1]
                if goal is not None:
                    trail.append(goal)
        trail.reverse()
        return trail

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        if self.special:
            return self._general(state)
        goal = self.order[self.count - left]
        if goal in state:                   # off the planned order
            goal = self._first_open(state)
        return 10 * left + self._stage(state, goal)

    def _first_open(self, state):
        for goal in self.order:
            if goal not in state:
                return goal
        return None

    def _stage(self, state, goal):
        """Stage of the work on this goal, 1 to 7."""
        where = state["at-ferry"]
        ferry = where[0][0] if where else None
        on = state["on"]
        if on:
            car = on[0][0]
            if car == goal[1]:
                return 1 if ferry == goal[2] else 2
            target = self.home.get(car)
            if target is None:
                return 7                    # put it down anywhere
            return 5 if ferry == target else 6
        return 3 if ("at", goal[1], ferry) in state else 4

    def _general(self, state):
        """Goals beyond the places of cars: first all cars that have a home, then the ferry."""
        missing = 0
        current = None
        for goal in self.order:
            if goal not in state:
                missing += 1
                if current is None:
                    current = goal
        if missing:
            return 100 + self.WEIGHT * missing + self._stage(state, current)
        where = state["at-ferry"]
        ferry = where[0][0] if where else None
        on = state["on"]
        extra = state.goals_left * 0.01
        wanted = self.want_on
        if on:
            car = on[0][0]
            if (self.want_empty or (wanted is not None and car != wanted)
                    or ("on", car) in self.negative):
                return 10 + extra           # debark
        elif wanted is not None:
            if ("at", wanted, ferry) in state:
                return 6 + extra            # board
            return 8 + extra                # sail to it
        if self.want_ferry is not None and ferry != self.want_ferry:
            return 2 + extra                # sail to where the ferry has to end
        return 1 + extra
