from heurgen import Heuristic
from heurgen.graphs import Graph


class MiconicHeuristic(Heuristic):
    """Board everybody, floor by floor, then bring them to their destinations; 2 per action left, 1 for a move."""

    def __init__(self, task):
        floors = task.objects_of_type("floor")
        self.above = above = task.static.get("above", ())
        start = task.initial_state

        self.destin = destin = {}
        for who, where in task.static.get("destin", ()):
            destin.setdefault(who, []).append(where)

        self.to_serve = [goal[1] for goal in task.goal if goal[0] == "served"]
        self.to_board = [goal[1] for goal in task.goal if goal[0] == "boarded"]
        self.final = [goal[1] for goal in task.goal if goal[0] == "lift-at"]

        self.simple = self.is_simple(task, start, floors)
        if self.simple:
            self.target = {who: destin[who][0] for who in self.to_serve}
            waiters = {floor: [] for floor in floors}
            goers = {floor: [] for floor in floors}
            boards = {floor: [] for floor in floors}
            departs = {floor: [] for floor in floors}
            for who, where in start["origin"]:
                atom = ("origin", who, where)
                waiters[where].append(atom)
                boards[where].append((atom, [("board", where, who)]))
            for who in self.to_serve:
                where = self.target[who]
                atom = ("boarded", who)
                goers[where].append(atom)
                departs[where].append((atom, [("depart", where, who)]))
            self.waiters = waiters
            self.goers = goers
            self.boards = boards
            self.departs = departs
            self.pickups = [floor for floor in floors if waiters[floor]]
            self.hint = 0       # where preferred starts to look for waiting passengers; no value depends on it
        else:
            edges = []
            for low, high in above:
                edges.append((low, high))
                edges.append((high, low))
            self.graph = Graph(edges, nodes=floors)
            self.far = len(floors) + 1
            self.weight = len(floors) + 2

    def is_simple(self, task, start, floors):
        """Whether the task is of the usual kind: all passengers are to be served, each move is a single step."""
        if task.negative_goal or len(self.to_serve) != len(task.goal):
            return False
        count = len(floors)
        if len(self.above) != count * (count - 1) // 2 or len(start["lift-at"]) != 1:
            return False
        wanted = dict.fromkeys(self.to_serve, True)
        if len(wanted) != len(self.to_serve):
            return False
        for who in self.to_serve:
            if len(self.destin.get(who, ())) != 1:
                return False
        seen = {}
        for who, _ in start["origin"]:
            if who not in wanted or who in seen:
                return False
            seen[who] = True
        for (who,) in start["boarded"]:
            if who not in wanted or who in seen:
                return False
            seen[who] = True
        for (who,) in start["served"]:
            if who in seen:
                return False
            seen[who] = True
        for who in self.to_serve:
            if who not in seen:
                return False
        return True

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        if not self.simple:
            return self.general(state)[0]
        boarded = len(state["boarded"])
        floor = state["lift-at"][0][0]
        value = 4 * left - 2 * boarded
        for atom in (self.waiters if boarded < left else self.goers)[floor]:
            if atom in state:
                return value            # the next step is to board or to depart
        return value + 1                # the next step is a move

    def preferred(self, state):
        if not self.simple:
            action = self.general(state)[1]
            return [action] if action else []
        floor = state["lift-at"][0][0]
        for atom, actions in self.departs[floor]:
            if atom in state:
                return actions
        for atom, actions in self.boards[floor]:
            if atom in state:
                return actions
        boarded = state["boarded"]
        if len(boarded) < state.goals_left:
            pickups = self.pickups
            waiters = self.waiters
            count = len(pickups)
            index = self.hint
            for _ in range(count):
                if index >= count:
                    index = 0
                there = pickups[index]
                for atom in waiters[there]:
                    if atom in state:
                        self.hint = index
                        return [self.move(floor, there)]
                index += 1
        if boarded:
            there = self.target[boarded[0][0]]
            if there != floor:
                return [self.move(floor, there)]
        return []

    def move(self, here, there):
        if (here, there) in self.above:
            return ("up", here, there)
        return ("down", here, there)

    def general(self, state):
        """Value and next action in tasks of an unusual kind."""
        lift = state["lift-at"]
        if not lift:
            return 1, None
        here = lift[0][0]
        boarded = {who: True for (who,) in state["boarded"]}
        origin = {}
        for who, where in state["origin"]:
            origin.setdefault(who, []).append(where)
        steps = 0
        pick = []
        drop = []
        for who in self.to_serve:
            if ("served", who) in state:
                continue
            if who in boarded:
                steps += 1
                for where in self.destin.get(who, ()):
                    drop.append((where, ("depart", where, who)))
            else:
                steps += 2
                for where in origin.get(who, ()):
                    pick.append((where, ("board", where, who)))
        for who in self.to_board:
            if who not in boarded:
                steps += 1
                for where in origin.get(who, ()):
                    pick.append((where, ("board", where, who)))
        targets = pick or drop or [(where, None) for where in self.final]
        best = None
        best_distance = self.far
        best_action = None
        for where, action in targets:
            distance = 0 if where == here else self.graph.distance(here, where)
            if distance < best_distance:
                best, best_distance, best_action = where, distance, action
                if not distance:
                    break
        if best is None:
            return max(1, self.weight * steps + (self.far if targets else 0)), None
        value = max(1, self.weight * steps + best_distance)
        if best == here:
            return value, best_action
        path = self.graph.path(here, best)
        if not path or len(path) < 2:
            return value, None
        return value, self.move(here, path[1])
