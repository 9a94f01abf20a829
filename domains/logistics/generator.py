"""Generator of Logistics tasks: packages at random places that belong elsewhere.

Every city has an airport and a truck and there is an airplane, so every package can be brought from
anywhere to anywhere, one after the other, and every task is solvable.
"""

from random import Random

from heurgen.generation import GenerationError, Parameter, numbered, problem_text

PARAMETERS = (
    Parameter("packages", "number of packages", minimum=1, default=6),
    Parameter("cities", "number of cities", minimum=1, default=3),
    Parameter("places", "number of places in a city, one of them its airport", default=3),
    Parameter("airplanes", "number of airplanes", minimum=1, default=1),
)
SIZES = {
    "smallest": {"packages": 1, "cities": 2, "places": 2, "airplanes": 1},
    "easy": {"packages": 15, "cities": 6, "places": 3, "airplanes": 2},
    "medium": {"packages": 80, "cities": 20, "places": 4, "airplanes": 5},
    "hard": {"packages": 400, "cities": 60, "places": 6, "airplanes": 15},
}


def generate(rng: Random, *, packages: int, cities: int, places: int, airplanes: int) -> str:
    if cities * places < 2:
        raise GenerationError("one city with one place is too little to move a package")
    towns = numbered("city", cities)
    airports = [f"{town}-airport" for town in towns]
    others = {town: numbered(f"{town}-place", places - 1) for town in towns}
    places_of = {town: [airport, *others[town]] for town, airport in zip(towns, airports)}
    everywhere = [place for group in places_of.values() for place in group]
    objects = {
        "city": towns,
        "airport": airports,
        "location": [place for group in others.values() for place in group],
        "truck": numbered("truck", cities),
        "airplane": numbered("plane", airplanes),
        "package": numbered("package", packages),
    }
    trips = [rng.sample(everywhere, 2) for _ in objects["package"]]
    init: list[tuple[str, ...]] = [
        ("in-city", place, town) for town in towns for place in places_of[town]
    ]
    init += [
        ("at", truck, rng.choice(places_of[town])) for truck, town in zip(objects["truck"], towns)
    ]
    init += [("at", plane, rng.choice(airports)) for plane in objects["airplane"]]
    init += [("at", package, start) for package, (start, _) in zip(objects["package"], trips)]
    goal = [("at", package, target) for package, (_, target) in zip(objects["package"], trips)]
    name = f"logistics-{packages}-{cities}-{places}-{airplanes}"
    comment = (
        f"{packages} packages, {cities} cities of {places} places each, {airplanes} airplanes"
    )
    return problem_text(name, "logistics", objects, init, goal, comment)
