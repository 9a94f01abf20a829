"""Generator of Gripper tasks: balls in the first room that belong in random others.

With two rooms and two grippers these are the tasks of the first planning competition (AIPS 1998).
The robot can carry the balls over one after the other, so every task is solvable.
"""

from random import Random

from heurgen.generation import Parameter, numbered, problem_text

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
    objects = {
        "room": numbered("room", rooms),
        "ball": numbered("ball", balls),
        "gripper": numbered("hand", grippers),
    }
    first, *others = objects["room"]
    init: list[tuple[str, ...]] = [("at-robby", first)]
    init += [("free", hand) for hand in objects["gripper"]]
    init += [("at", ball, first) for ball in objects["ball"]]
    goal = [("at", ball, rng.choice(others)) for ball in objects["ball"]]
    return problem_text(
        f"gripper-{balls}-{rooms}-{grippers}",
        "gripper",
        objects,
        init,
        goal,
        f"{balls} balls, {rooms} rooms, {grippers} grippers",
    )
