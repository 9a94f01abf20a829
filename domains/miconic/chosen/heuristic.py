from heurgen import Heuristic


def visiting_order(succ, pred, start):
    """Floors in an order in which few of them need a second visit.

    succ and pred are the graph origin -> destination (dicts of dicts, without loops); both are used up.
    """
    first, front, back = [], [], []
    ready = []

    def remove(floor):
        for other in succ.pop(floor):
            del pred[other][floor]
            if not pred[other]:
                ready.append(other)
        for other in pred.pop(floor):
            del succ[other][floor]
            if not succ[other]:
                ready.append(other)

    if start in succ:                       # the lift is there anyway
        first.append(start)
        remove(start)
    ready.extend([f for f in succ if not pred[f] or not succ[f]])
    while succ:
        while ready:
            floor = ready.pop()
            if floor in succ:
                if pred[floor]:
                    back.append(floor)      # nobody from here wants to go to a floor that is left
                else:
                    front.append(floor)     # nobody from a floor that is left wants to come here
                remove(floor)
        if succ:                            # only cycles are left: break one
            floor = max(succ, key=lambda f: len(succ[f]) * len(pred[f]))
            first.append(floor)
            remove(floor)
    back.reverse()
    return first + front + back


class MiconicHeuristic(Heuristic):
    """Boards everybody floor by floor, lets out whom it can on the way, then visits the destinations left."""

    def __init__(self, task):
        initial = task.initial_state
        self.above = task.static.get("above", ())
        destinations = {}
        for who, where in task.static.get("destin", ()):
            destinations.setdefault(who, []).append(where)

        relevant = {}                       # passengers that have to be boarded
        to_serve = {}                       # passenger -> its goal atom
        self.last = None                    # where the lift has to be in the end, if anywhere
        plain = not task.negative_goal
        for goal in task.goal:
            if goal[0] == "served":
                if goal not in initial:
                    relevant[goal[1]] = True
                    to_serve[goal[1]] = goal
            else:
                plain = False
                if goal[0] == "boarded":
                    relevant[goal[1]] = True
                elif goal[0] == "lift-at":
                    self.last = goal[1]
        self.plain = plain
        self.served_atoms = tuple(to_serve.values())

        # passenger -> (goal atom, a destination); floor -> departures that may happen there
        self.trips = {}
        self.departs = {}
        for who, goal in to_serve.items():
            floors = destinations.get(who)
            if floors:
                self.trips[who] = (goal, floors[0])
                for where in floors:
                    self.departs.setdefault(where, []).append(
                        (("boarded", who), goal, [("depart", where, who)]))

        # who waits where
        waiting_at = {}
        boards = {}
        succ = {}
        pred = {}
        origins = initial["origin"]
        for who, where in origins:
            if who not in relevant:
                continue
            atom = ("origin", who, where)
            waiting_at.setdefault(where, []).append(atom)
            boards.setdefault(where, []).append((atom, [("board", where, who)]))
            if where not in succ:
                succ[where] = {}
                pred[where] = {}
            if who in to_serve:
                for floor in destinations.get(who, ()):
                    if floor != where:
                        if floor not in succ:
                            succ[floor] = {}
                            pred[floor] = {}
                        succ[where][floor] = True
                        pred[floor][where] = True
        self.waiting_at = waiting_at
        self.boards = boards

        lift = initial["lift-at"]
        start = lift[0][0] if lift else None
        self.flat = [(atom, floor)
                     for floor in visiting_order(succ, pred, start)
                     for atom in waiting_at.get(floor, ())]
        self.mixed = len(self.flat) != len(origins)     # some wait that nobody has to care about

    def count_waiting(self, state):
        if self.mixed:
            count = 0
            for atom, _ in self.flat:
                if atom in state:
                    count += 1
            return count
        return len(state["origin"])

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        if not self.plain:
            left = 0
            for atom in self.served_atoms:
                if atom not in state:
                    left += 1
        here = state["lift-at"][0][0]
        waiting = self.count_waiting(state) if self.mixed else len(state["origin"])
        if waiting:
            value = 2 * (left + waiting)
            for atom in self.waiting_at.get(here, ()):
                if atom in state:
                    return value                        # the next step is to board
            return value + 1                            # move to where somebody waits
        if not left:
            return 1                                    # only goals of another kind are left
        for boarded, served, _ in self.departs.get(here, ()):
            if boarded in state and served not in state:
                return 2 * left                         # the next step is to depart
        return 2 * left + 1                             # move to where somebody wants to go

    def target(self, state):
        """The floor to go to when nothing is left to do at this one."""
        waiting = self.count_waiting(state)
        if waiting:
            flat = self.flat
            atom, floor = flat[-waiting]                # the first one left, if they were boarded in order
            if atom in state:
                return floor
            for atom, floor in flat:
                if atom in state:
                    return floor
        trips = self.trips
        for (who,) in state["boarded"]:
            trip = trips.get(who)
            if trip is not None and trip[0] not in state:
                return trip[1]
        return self.last

    def preferred(self, state):
        here = state["lift-at"][0][0]
        for atom, actions in self.boards.get(here, ()):
            if atom in state:
                return actions
        for boarded, served, actions in self.departs.get(here, ()):
            if boarded in state and served not in state:
                return actions
        floor = self.target(state)
        if floor is None or floor == here:
            return []
        if (here, floor) in self.above:
            return [("up", here, floor)]
        return [("down", here, floor)]
