from heurgen import Heuristic
from heurgen.graphs import Graph


class MiconicHeuristic(Heuristic):
    """Collect everybody (letting people out where the lift stops anyway), then deliver the rest."""

    def __init__(self, task):
        floors = task.objects_of_type("floor")
        self.above = task.static.get("above", frozenset())
        self.dest = {}
        for who, floor in task.static.get("destin", ()):
            self.dest.setdefault(who, floor)

        self.to_serve = {}
        self.to_keep = {}
        self.lift_goal = None
        odd = bool(task.negative_goal)
        for goal in task.goal:
            if goal[0] == "served":
                self.to_serve[goal[1]] = ("served", goal[1])
            else:
                odd = True
                if goal[0] == "boarded":
                    self.to_keep[goal[1]] = True
                elif goal[0] == "lift-at":
                    self.lift_goal = goal[1]

        # who waits where (origins are never added), as atoms that are kept
        start = task.initial_state
        self.waiting_at = {}
        seen = {}
        for who, floor in start["origin"]:
            if who not in self.to_serve or who in seen:
                odd = True
            seen[who] = True
            self.waiting_at.setdefault(floor, []).append(
                (("origin", who, floor), ("board", floor, who)))
        for (who,) in start["boarded"]:
            if who not in self.to_serve or who in seen:
                odd = True
            seen[who] = True
        for (who,) in start["served"]:
            if who in seen:
                odd = True

        # who wants to get out where
        self.leaving_at = {}
        for who in self.to_serve:
            floor = self.dest.get(who)
            if floor is None:
                odd = True
            else:
                self.leaving_at.setdefault(floor, []).append(
                    (("boarded", who), ("depart", floor, who)))

        # can the lift go from every floor to every other in one move?
        pairs = {(a, b) if a < b else (b, a) for a, b in self.above if a != b}
        if 2 * len(pairs) != len(floors) * (len(floors) - 1):
            odd = True
        self.odd = odd
        self.graph = None
        if odd:
            edges = []
            for a, b in self.above:
                edges.append((a, b))
                edges.append((b, a))
            self.graph = Graph(edges, nodes=floors)
        self.weight = len(floors) + 2

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        if self.odd:
            return self.general_value(state)
        here = state["lift-at"][0][0]
        origin = state["origin"]
        if origin:
            value = 2 * (len(origin) + left)
            for atom, _ in self.waiting_at.get(here, ()):
                if atom in state:
                    return value
            return value + 1
        value = 2 * left
        for atom, _ in self.leaving_at.get(here, ()):
            if atom in state:
                return value
        return value + 1

    def preferred(self, state):
        if self.odd:
            return self.general_preferred(state)
        here = state["lift-at"][0][0]
        for atom, action in self.leaving_at.get(here, ()):
            if atom in state:
                return [action]
        for atom, action in self.waiting_at.get(here, ()):
            if atom in state:
                return [action]
        origin = state["origin"]
        if origin:
            target = origin[0][1]
        else:
            boarded = state["boarded"]
            if not boarded:
                return []
            target = self.dest.get(boarded[0][0])
            if target is None:
                return []
        return self.move(here, target)

    def move(self, here, target):
        if here == target:
            return []
        if (here, target) in self.above:
            return [("up", here, target)]
        if (target, here) in self.above:
            return [("down", here, target)]
        if self.graph is None:
            return []
        path = self.graph.path(here, target)
        if not path or len(path) < 2:
            return []
        step = path[1]
        if (here, step) in self.above:
            return [("up", here, step)]
        return [("down", here, step)]

    # ---- for tasks unlike the examples: passengers without goal, other goals, not all floors linked ----

    def situation(self, state):
        """Who has to be collected, who has to be delivered, the floors to go to now."""
        to_serve = self.to_serve
        to_keep = self.to_keep
        waiting = []
        for who, floor in state["origin"]:
            if who in to_serve:
                if to_serve[who] not in state:
                    waiting.append((who, floor))
            elif who in to_keep:
                if ("boarded", who) not in state:
                    waiting.append((who, floor))
        riding = []
        for (who,) in state["boarded"]:
            if who in to_serve and to_serve[who] not in state:
                riding.append(who)
        if waiting:
            targets = [floor for _, floor in waiting]
        elif riding:
            targets = [self.dest[who] for who in riding if who in self.dest]
        elif self.lift_goal is not None:
            targets = [self.lift_goal]
        else:
            targets = []
        return waiting, riding, targets

    def general_value(self, state):
        here = state["lift-at"][0][0]
        waiting, riding, targets = self.situation(state)
        if not targets:
            distance = 1
        elif here in targets:
            distance = 0
        else:
            distance = min(self.graph.distance(here, targets[0]), self.weight - 1)
        return max(1, self.weight * (2 * len(waiting) + len(riding)) + distance)

    def general_preferred(self, state):
        here = state["lift-at"][0][0]
        waiting, riding, targets = self.situation(state)
        for who in riding:
            if self.dest.get(who) == here:
                return [("depart", here, who)]
        for who, floor in waiting:
            if floor == here:
                return [("board", here, who)]
        if targets:
            return self.move(here, targets[0])
        return []
