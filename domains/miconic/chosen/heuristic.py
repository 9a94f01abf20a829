from heurgen import Heuristic
from heurgen.graphs import Graph


class MiconicHeuristic(Heuristic):
    """Waiting counts 4, aboard counts 2, and 1 more if the lift must move before anything useful can be done."""

    def __init__(self, task):
        floors = task.objects_of_type("floor")
        passengers = task.objects_of_type("passenger")
        initial = task.initial_state
        self.above = above = task.static.get("above", frozenset())

        destinations = {}
        for who, where in task.static.get("destin", ()):
            destinations.setdefault(who, []).append(where)

        to_serve = {}
        to_board = {}
        self.final = None               # where the lift has to be in the end, if the goal says so
        only_served = not task.negative_goal
        for goal in task.goal:
            if goal[0] == "served":
                if goal not in initial:
                    to_serve[goal[1]] = True
            else:
                only_served = False
                if goal[0] == "boarded":
                    if goal not in initial:
                        to_board[goal[1]] = True
                elif goal[0] == "lift-at" and self.final is None:
                    self.final = goal[1]

        # per floor: (atom that must hold, the action that is then useful here)
        work = {floor: [] for floor in floors}
        balance = dict.fromkeys(floors, 0)
        self.rides = []
        self.waits = []
        for who in to_serve:
            atom = ("boarded", who)
            self.rides.append(atom)
            for where in destinations.get(who, ()):
                work[where].append((atom, (("depart", where, who),)))
                balance[where] += 1
        origins = initial["origin"]
        for who, where in origins:
            if who in to_serve or who in to_board:
                atom = ("origin", who, where)
                self.waits.append(atom)
                work[where].append((atom, (("board", where, who),)))
                balance[where] -= 1
        self.steps = {floor: tuple(items) for floor, items in work.items()}
        self.atoms = {floor: tuple([item[0] for item in items]) for floor, items in work.items()}

        # the round: floors with work, those first where more passengers start than end
        lift = initial["lift-at"]
        start = lift[0][0] if lift else None
        order = sorted((floor for floor in floors if work[floor]),
                       key=lambda floor: (floor != start, balance[floor]))
        self.order = tuple(order)
        count = len(order)
        double = self.order + self.order
        self.rest = dict.fromkeys(floors, self.order)
        for index, floor in enumerate(order):
            self.rest[floor] = double[index + 1:index + count]

        number = len(floors)
        complete = len(above) == number * (number - 1) // 2
        self.graph = None if complete else Graph(above, floors, directed=False)
        self.unit = 2 if complete else number + 1
        self.plain = (complete and only_served
                      and len(to_serve) == len(passengers)
                      and len(origins) + len(initial["boarded"]) == len(passengers))

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        if not self.plain:
            return self.general(state)
        value = 4 * left - 2 * len(state["boarded"])
        for atom in self.atoms[state["lift-at"][0][0]]:
            if atom in state:
                return value
        return value + 1

    def preferred(self, state):
        here = state["lift-at"][0][0]
        for atom, step in self.steps[here]:
            if atom in state:
                return step
        if self.plain:
            atoms = self.atoms
            for floor in self.rest[here]:
                for atom in atoms[floor]:
                    if atom in state:
                        return (self.move(here, floor),)
            return ()
        target = self.target(state, here)
        if target is None or target == here:
            return ()
        if self.graph is not None:
            path = self.graph.path(here, target)
            if not path or len(path) < 2:
                return ()
            target = path[1]
        return (self.move(here, target),)

    def move(self, here, there):
        return ("up", here, there) if (here, there) in self.above else ("down", here, there)

    # for tasks of an unusual form only

    def target(self, state, here):
        """The floor to work on next: this one if there is work, else the first in a fixed order."""
        for atom in self.atoms[here]:
            if atom in state:
                return here
        for floor in self.order:
            for atom in self.atoms[floor]:
                if atom in state:
                    return floor
        return self.final

    def general(self, state):
        amount = 0
        for atom in self.waits:
            if atom in state:
                amount += 2
        for atom in self.rides:
            if atom in state:
                amount += 1
        value = self.unit * amount
        here = state["lift-at"][0][0]
        target = self.target(state, here)
        if target is not None and target != here:
            if self.graph is None:
                value += 1
            else:
                value += min(self.graph.distance(here, target), self.unit - 1)
        return value if value > 1 else 1
