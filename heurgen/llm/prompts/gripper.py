from heurgen import Heuristic


class GripperHeuristic(Heuristic):
    """Actions left if the robot carries as many balls as it has grippers on every trip."""

    def __init__(self, task):
        self.target = {goal[1]: goal[2] for goal in task.goal if goal[0] == "at"}
        self.hands = max(1, len(task.objects_of_type("gripper")))

    def __call__(self, state):
        (robot,) = state["at-robby"][0]
        target = self.target
        value = 0
        waiting_here = waiting_elsewhere = 0
        for ball, room in state["at"]:
            if target.get(ball, room) != room:
                value += 2                          # pick it up and drop it
                if room == robot:
                    waiting_here += 1
                else:
                    waiting_elsewhere += 1
        away = 0
        for ball, _ in state["carry"]:
            value += 1                              # drop it
            if target.get(ball, robot) != robot:
                away += 1
        # Moves: carry away what is in the hands and here, then there and back for the rest.
        free = self.hands - len(state["carry"])
        if away or waiting_here:
            value += 1
        value += 2 * (-(-max(0, waiting_here - free) // self.hands))
        value += 2 * (-(-waiting_elsewhere // self.hands)) if waiting_elsewhere else 0
        return value
