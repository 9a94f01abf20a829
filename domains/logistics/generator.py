"""Generator of Logistics tasks: packages at random places that belong elsewhere.

Every city has an airport and a truck and there is an airplane, so every package can be brought from anywhere to
anywhere and every task is solvable.
"""

from random import Random

from heurgen.generation import Parameter, problem_text

PARAMETERS = (
    Parameter("packages", "number of packages", minimum=1, default=6),
    Parameter("cities", "number of cities", minimum=1, default=3),
    Parameter("places", "number of places in a city, one of them its airport", minimum=2, default=3),
    Parameter("airplanes", "number of airplanes", minimum=1, default=1),
)
SIZES = {
    "smallest": {"packages": 1, "cities": 2, "places": 2, "airplanes": 1},
    "easy": {"packages": 15, "cities": 6, "places": 3, "airplanes": 2},
    "medium": {"packages": 80, "cities": 20, "places": 4, "airplanes": 5},
    "hard": {"packages": 400, "cities": 60, "places": 6, "airplanes": 15},
}


def generate(rng: Random, *, packages: int, cities: int, places: int, airplanes: int) -> str:
    towns = [f"city{number}" for number in range(1, cities + 1)]
    airports = [f"{town}-airport" for town in towns]
    others = [f"{town}-place{number}" for town in towns for number in range(1, places)]
    trucks = [f"truck{number}" for number in range(1, cities + 1)]
    planes = [f"plane{number}" for number in range(1, airplanes + 1)]
    parcels = [f"package{number}" for number in range(1, packages + 1)]
    everywhere = airports + others
    city_of = dict(zip(airports, towns))
    city_of.update((f"{town}-place{number}", town) for town in towns for number in range(1, places))
    init: list[tuple[str, ...]] = [("in-city", place, city_of[place]) for place in everywhere]
    for truck, town in zip(trucks, towns):
        init.append(("at", truck, rng.choice([p for p in everywhere if city_of[p] == town])))
    init += [("at", plane, rng.choice(airports)) for plane in planes]
    goal = []
    for parcel in parcels:
        start, target = rng.sample(everywhere, 2)
        init.append(("at", parcel, start))
        goal.append(("at", parcel, target))
    objects = {
        "city": towns,
        "airport": airports,
        "place": others,
        "truck": trucks,
        "airplane": planes,
        "package": parcels,
    }
    return problem_text(f"logistics-{packages}-{cities}", "logistics", objects, init, goal)
