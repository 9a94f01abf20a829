from heurgen import Heuristic


class GripperHeuristic(Heuristic):
    """Picking up and dropping a ball that is not home both count more than the one move that may come before."""

    def __init__(self, task):
        self.home = {goal[1]: goal[2] for goal in task.goal if goal[0] == "at"}

    def __call__(self, state):
        if not state.goals_left:
            return 0
        home = self.home
        robot = state["at-robby"][0][0]
        waiting = 0
        waiting_here = False
        for ball, room in state["at"]:
            if home.get(ball, room) != room:
                waiting += 1
                if room == robot:
                    waiting_here = True
        carried = state["carry"]
        value = 10 * waiting + 5 * len(carried)
        if waiting_here and state["free"]:
            return value                                    # the next step is to pick up
        if carried:
            next_ball = carried[0][0]
            return value + (home.get(next_ball, robot) != robot)    # move to its home, or drop it
        return value + 1                                    # move to where balls wait

    def preferred(self, state):
        """The step that the value counts on."""
        home = self.home
        robot = state["at-robby"][0][0]
        away = None
        for ball, room in state["at"]:
            if home.get(ball, room) != room:
                if room == robot and state["free"]:
                    return [("pick", ball, room, state["free"][0][0])]
                away = away or room
        if state["carry"]:
            ball, hand = state["carry"][0]
            target = home.get(ball, robot)
            return [("drop", ball, robot, hand) if target == robot else ("move", robot, target)]
        return [("move", robot, away)] if away else []
