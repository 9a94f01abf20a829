"""Generator of Transport tasks: packages at random locations that belong elsewhere.

The roads are a random tree with as many random roads added as chance has it, from none to all; each can be driven
both ways. Vehicles start anywhere and have room for one package up to `capacity` of them.

Every task is solvable: the roads connect all locations and every vehicle can carry a package, so that one vehicle
can bring one package after the other to its place.
"""

from itertools import combinations
from random import Random

from heurgen.generation import Parameter, problem_text

PARAMETERS = (
    Parameter("vehicles", "number of vehicles", minimum=1, default=3),
    Parameter("packages", "number of packages", minimum=1, default=5),
    Parameter("locations", "number of locations", minimum=2, default=8),
    Parameter("capacity", "packages that the roomiest vehicle may carry", minimum=1, default=2),
)
SIZES = {
    "smallest": {"vehicles": 3, "packages": 1, "locations": 5, "capacity": 2},
    "easy": {"vehicles": 7, "packages": 17, "locations": 17, "capacity": 3},
    "medium": {"vehicles": 20, "packages": 44, "locations": 40, "capacity": 4},
    "hard": {"vehicles": 50, "packages": 194, "locations": 99, "capacity": 10},
}


def looks(parameters: dict[str, int]) -> list[dict[str, int]]:
    """A single vehicle, vehicles for one package, and few packages for many vehicles."""
    return [
        parameters | {"vehicles": 1},
        parameters | {"capacity": 1},
        parameters | {"packages": max(1, parameters["packages"] // 10)},
    ]


def generate(rng: Random, *, vehicles: int, packages: int, locations: int, capacity: int) -> str:
    objects = {
        "vehicle": numbered("v", vehicles),
        "package": numbered("p", packages),
        "location": numbered("l", locations),
        "size": [f"c{free}" for free in range(capacity + 1)],
    }
    trucks, parcels, places, sizes = objects.values()
    init: list[tuple[str, ...]] = [
        ("capacity-predecessor", *pair) for pair in zip(sizes, sizes[1:])
    ]
    for truck in trucks:
        init += [("capacity", truck, rng.choice(sizes[1:])), ("at", truck, rng.choice(places))]
    goal = []
    for parcel in parcels:
        start, target = rng.sample(places, 2)
        init.append(("at", parcel, start))
        goal.append(("at", parcel, target))
    for one, other in roads(rng, places):
        init += [("road", one, other), ("road", other, one)]
    name = f"transport-{vehicles}-{packages}-{locations}-{capacity}"
    return problem_text(name, "transport", objects, init, goal)


def roads(rng: Random, places: list[str]) -> list[tuple[str, str]]:
    """The edges of a random tree over the places, and random further edges."""
    order = rng.sample(places, len(places))
    tree = [(order[here], order[rng.randrange(here)]) for here in range(1, len(order))]
    known = {frozenset(road) for road in tree}
    others = [pair for pair in combinations(places, 2) if frozenset(pair) not in known]
    return tree + rng.sample(others, rng.randint(0, len(others)))


def numbered(name: str, count: int) -> list[str]:
    return [f"{name}{number}" for number in range(1, count + 1)]
