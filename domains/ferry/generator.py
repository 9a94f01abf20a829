"""Generator of Ferry tasks: cars at random locations, each with a location to go to.

The ferry can fetch and deliver the cars one after the other in any order, so every task is solvable.
"""

from random import Random

from heurgen.generation import Parameter, problem_text

PARAMETERS = (
    Parameter("cars", "number of cars", minimum=1, default=10),
    Parameter("locations", "number of locations", minimum=2, default=5),
)
SIZES = {
    "smallest": {"cars": 1, "locations": 3},
    "easy": {"cars": 20, "locations": 15},
    "medium": {"cars": 97, "locations": 49},
    "hard": {"cars": 974, "locations": 487},
}


def generate(rng: Random, *, cars: int, locations: int) -> str:
    car_names = [f"car{number}" for number in range(1, cars + 1)]
    places = [f"loc{number}" for number in range(1, locations + 1)]
    init: list[tuple[str, ...]] = [("empty-ferry",), ("at-ferry", rng.choice(places))]
    goal = []
    for car in car_names:
        start, target = rng.sample(places, 2)
        init.append(("at", car, start))
        goal.append(("at", car, target))
    objects = {"car": car_names, "location": places}
    return problem_text(f"ferry-{cars}-{locations}", "ferry", objects, init, goal)
