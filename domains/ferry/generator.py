"""Generator of Ferry tasks: cars at random locations, each with another one to go to.

The ferry can fetch and deliver the cars one after the other in any order, so every task is
solvable.
"""

from random import Random

from heurgen.generation import Parameter, numbered, problem_text

PARAMETERS = (
    Parameter("cars", "number of cars", minimum=1, default=10),
    Parameter("locations", "number of locations", minimum=2, default=5),
)
SIZES = {
    "smallest": {"cars": 1, "locations": 5},
    "easy": {"cars": 20, "locations": 15},
    "medium": {"cars": 97, "locations": 49},
    "hard": {"cars": 974, "locations": 487},
}


def looks(parameters: dict[str, int]) -> list[dict[str, int]]:
    """Many cars at few places, and few cars at many."""
    cars, locations = parameters["cars"], parameters["locations"]
    return [parameters | {"locations": max(2, locations // 20)}, parameters | {"cars": max(1, cars // 10)}]


def generate(rng: Random, *, cars: int, locations: int) -> str:
    fleet = numbered("car", cars)
    places = numbered("loc", locations)
    trips = [rng.sample(places, 2) for _ in fleet]
    init: list[tuple[str, ...]] = [("empty-ferry",), ("at-ferry", rng.choice(places))]
    init += [("at", car, start) for car, (start, _) in zip(fleet, trips)]
    goal = [("at", car, target) for car, (_, target) in zip(fleet, trips)]
    return problem_text(
        f"ferry-{cars}-{locations}",
        "ferry",
        {"car": fleet, "location": places},
        init,
        goal,
        f"{cars} cars, {locations} locations",
    )
