"""Generator of Miconic tasks: passengers on random floors of a house, each bound for another one.

The lift has room for everybody and goes from any floor to any other, so it can bring the passengers
to their floors one after the other and every task is solvable.
"""

from itertools import combinations
from random import Random

from heurgen.generation import Parameter, numbered, problem_text

PARAMETERS = (
    Parameter("passengers", "number of passengers", minimum=1, default=5),
    Parameter("floors", "number of floors", minimum=2, default=10),
)
SIZES = {
    "smallest": {"passengers": 1, "floors": 4},
    "easy": {"passengers": 10, "floors": 20},
    "medium": {"passengers": 78, "floors": 59},
    "hard": {"passengers": 485, "floors": 196},
}


def looks(parameters: dict[str, int]) -> list[dict[str, int]]:
    """Many passengers and few floors, and few passengers."""
    passengers, floors = parameters["passengers"], parameters["floors"]
    return [parameters | {"floors": max(2, floors // 20)}, parameters | {"passengers": max(1, passengers // 10)}]


def generate(rng: Random, *, passengers: int, floors: int) -> str:
    people = numbered("p", passengers)
    storeys = numbered("f", floors)
    init: list[tuple[str, ...]] = [("lift-at", rng.choice(storeys))]
    for person in people:
        origin, destination = rng.sample(storeys, 2)
        init += [("origin", person, origin), ("destin", person, destination)]
    init += [("above", low, high) for low, high in combinations(storeys, 2)]
    goal = [("served", person) for person in people]
    return problem_text(
        f"miconic-{passengers}-{floors}",
        "miconic",
        {"passenger": people, "floor": storeys},
        init,
        goal,
        f"{passengers} passengers, {floors} floors",
    )
