from heurgen import Heuristic


class FerryHeuristic(Heuristic):
    """Four steps for each car that is not home, less those done for the current one."""

    def __init__(self, task):
        self.home = home = {}
        self.car_goals = []
        self.other_goals = []
        for goal in task.goal:
            if goal[0] == "at":
                home[goal[1]] = goal[2]
                self.car_goals.append(goal)
            else:
                self.other_goals.append(goal)
        self.extra = len(self.other_goals) + len(task.negative_goal)

        # atoms of the cars that wait at their origins, by location and in one list grouped by location
        self.waiting_at = waiting_at = {}
        for car, place in task.initial_state["at"]:
            if home.get(car, place) != place:
                waiting_at.setdefault(place, []).append(("at", car, place))
        self.waiting = [atom for atoms in waiting_at.values() for atom in atoms]
        self.pointer = 0

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        extra = self.extra
        if extra:
            cars = 0
            for goal in self.car_goals:
                if goal not in state:
                    cars += 1
            if not cars:
                return left
            left = cars
            extra += 1
        value = 4 * left + extra
        here = state["at-ferry"][0][0]
        carried = state["on"]
        if carried:
            target = self.home.get(carried[0][0])
            if target is None:
                return value + 1            # a car without a goal is in the way
            if target == here:
                return value - 3            # debark is next
            return value - 2                # sail to its goal is next
        for atom in self.waiting_at.get(here, ()):
            if atom in state:
                return value - 1            # board is next
        return value                        # sail to a waiting car is next

    def preferred(self, state):
        here = state["at-ferry"][0][0]
        carried = state["on"]
        if carried:
            car = carried[0][0]
            target = self.home.get(car, here)
            if target == here:
                return [("debark", car, here)]
            return [("sail", here, target)]

        for atom in self.waiting_at.get(here, ()):
            if atom in state:
                return [("board", atom[1], here)]

        # the next car that still waits at its origin; the scan goes once around from where the last one ended
        waiting = self.waiting
        count = len(waiting)
        index = self.pointer
        for _ in range(count):
            if index >= count:
                index = 0
            atom = waiting[index]
            if atom in state:
                self.pointer = index
                return [("sail", here, atom[2])]
            index += 1

        # cars that were put down elsewhere: never on the straight way
        for goal in state.unsatisfied_goals:
            if goal[0] == "at":
                for car, place in state.match("at", goal[1], None):
                    if place == here:
                        return [("board", car, here)]
                    return [("sail", here, place)]

        # all cars are home: what other goals there may be
        for goal in self.other_goals:
            if goal[0] == "at-ferry" and goal[1] != here:
                return [("sail", here, goal[1])]
        return []
