"""Generator of Gripper tasks: balls in the first room that belong into others.

The robot can carry the balls one after the other, so every task is solvable.
"""

from random import Random

from heurgen.generation import Parameter, problem_text

PARAMETERS = (
    Parameter("balls", "number of balls", minimum=1, default=10),
    Parameter("rooms", "number of rooms", minimum=2, default=2),
    Parameter("grippers", "number of grippers", minimum=1, default=2),
)
SIZES = {
    "smallest": {"balls": 1, "rooms": 2, "grippers": 2},
    "easy": {"balls": 20, "rooms": 3, "grippers": 2},
    "medium": {"balls": 100, "rooms": 5, "grippers": 2},
    "hard": {"balls": 500, "rooms": 10, "grippers": 3},
}


def generate(rng: Random, *, balls: int, rooms: int, grippers: int) -> str:
    ball_names = [f"ball{number}" for number in range(1, balls + 1)]
    room_names = [f"room{number}" for number in range(1, rooms + 1)]
    hands = [f"hand{number}" for number in range(1, grippers + 1)]
    init: list[tuple[str, ...]] = [("at-robby", room_names[0])]
    init += [("free", hand) for hand in hands]
    goal = []
    for ball in ball_names:
        init.append(("at", ball, room_names[0]))
        goal.append(("at", ball, rng.choice(room_names[1:])))
    objects = {"room": room_names, "ball": ball_names, "gripper": hands}
    return problem_text(f"gripper-{balls}-{rooms}", "gripper", objects, init, goal)
