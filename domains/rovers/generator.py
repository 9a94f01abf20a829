"""Generator of Rovers tasks: samples and images that a lander waits for.

Which waypoints see each other is a random tree with random pairs added: as many as chance has it, at most
`EXTRA_PER_WAYPOINT` per waypoint so that files of large tasks stay small (up to 10 waypoints that is all pairs).
Every rover can drive along the tree and along about a third of the other lines of sight. Half of the
waypoints have soil, half have rock. A random group of rovers is equipped for each of the three kinds of work; cameras
are on board of random rovers equipped for imaging. How many of the possible samples and images are asked for
is left to chance, so tasks of one size differ much.

Every task is solvable. A rover can drive from anywhere to anywhere, so also to a waypoint that sees the
lander's, which exists as the tree connects at least two. Some rover is equipped for each kind of work; it can
empty its store at will and so analyse all the samples alone. Every mode is supported by a camera, which is on
a rover equipped for imaging; every objective is visible from some waypoint, so an image can be taken of each,
and each can serve to calibrate.
"""

from collections.abc import Sequence
from itertools import combinations
from random import Random

from heurgen.generation import Parameter, problem_text

PARAMETERS = (
    Parameter("rovers", "number of rovers", minimum=1, default=2),
    Parameter("waypoints", "number of waypoints", minimum=2, default=6),
    Parameter("cameras", "number of cameras", minimum=1, default=2),
    Parameter("objectives", "number of objectives", minimum=1, default=4),
)
SIZES = {
    "smallest": {"rovers": 1, "waypoints": 4, "cameras": 1, "objectives": 1},
    "easy": {"rovers": 4, "waypoints": 10, "cameras": 4, "objectives": 10},
    "medium": {"rovers": 10, "waypoints": 88, "cameras": 49, "objectives": 88},
    "hard": {"rovers": 30, "waypoints": 198, "cameras": 99, "objectives": 236},
}
MODES = ("colour", "high_res", "low_res")
EXTRA_PER_WAYPOINT = 4

Atoms = list[tuple[str, ...]]
Edges = list[tuple[str, str]]


def looks(parameters: dict[str, int]) -> list[dict[str, int]]:
    """A single rover, few cameras, few waypoints."""
    return [
        parameters | {"rovers": 1},
        parameters | {"cameras": max(1, parameters["cameras"] // 20)},
        parameters | {"waypoints": max(2, parameters["waypoints"] // 10)},
    ]


def generate(rng: Random, *, rovers: int, waypoints: int, cameras: int, objectives: int) -> str:
    vehicles = numbered("rover", rovers)
    objects = {
        "lander": ["general"],
        "mode": MODES,
        "rover": vehicles,
        "store": [f"{rover}store" for rover in vehicles],
        "waypoint": numbered("waypoint", waypoints),
        "camera": numbered("camera", cameras),
        "objective": numbered("objective", objectives),
    }
    places, targets = objects["waypoint"], objects["objective"]
    soil = [place for place in places if rng.random() < 0.5]
    rock = [place for place in places if rng.random() < 0.5]
    init: Atoms = [("at_lander", "general", rng.choice(places))]
    init += equipment(rng, vehicles, places)
    init += [("at_soil_sample", place) for place in soil]
    init += [("at_rock_sample", place) for place in rock]
    init += terrain(rng, vehicles, places)
    imaging = [rover for kind, rover, *_ in init if kind == "equipped_for_imaging"]
    init += optics(rng, objects["camera"], imaging, targets)
    for target in targets:
        seen_from = rng.sample(places, rng.randint(1, waypoints))
        init += [("visible_from", target, place) for place in seen_from]
    name = f"rover-{rovers}-{waypoints}-{cameras}-{objectives}"
    return problem_text(name, "rover", objects, init, wanted(rng, soil, rock, targets))


def equipment(rng: Random, rovers: Sequence[str], places: Sequence[str]) -> Atoms:
    init: Atoms = []
    for rover in rovers:
        store = f"{rover}store"
        init += [("at", rover, rng.choice(places)), ("store_of", store, rover), ("empty", store)]
    for work in ("soil_analysis", "rock_analysis", "imaging"):
        equipped = rng.sample(rovers, rng.randint(1, len(rovers)))
        init += [(f"equipped_for_{work}", rover) for rover in equipped]
    return init


def terrain(rng: Random, rovers: Sequence[str], places: Sequence[str]) -> Atoms:
    """What sees what, and where each rover can drive; both in both directions."""
    tree, others = sight(rng, places)
    init: Atoms = []
    for one, other in tree + others:
        init += [("visible", one, other), ("visible", other, one)]
    for rover in rovers:
        for one, other in tree + [edge for edge in others if rng.random() < 0.3]:
            init += [("can_traverse", rover, one, other), ("can_traverse", rover, other, one)]
    return init


def sight(rng: Random, places: Sequence[str]) -> tuple[Edges, Edges]:
    """A random tree over the waypoints, and random further edges."""
    order = rng.sample(places, len(places))
    tree = [(order[here], order[rng.randrange(here)]) for here in range(1, len(order))]
    known = {frozenset(edge) for edge in tree}
    others = [pair for pair in combinations(places, 2) if frozenset(pair) not in known]
    most = min(len(others), EXTRA_PER_WAYPOINT * len(places))
    return tree, rng.sample(others, rng.randint(0, most))


def optics(
    rng: Random, cameras: Sequence[str], rovers: Sequence[str], targets: Sequence[str]
) -> Atoms:
    """Cameras with their modes, together all of them, on board of `rovers`."""
    init: Atoms = []
    for camera in cameras:
        init.append(("on_board", camera, rng.choice(rovers)))
        init.append(("calibration_target", camera, rng.choice(targets)))
        modes = rng.sample(MODES, rng.randint(1, len(MODES)))
        init += [("supports", camera, mode) for mode in modes]
    for mode in MODES:
        if all(atom[0] != "supports" or atom[2] != mode for atom in init):
            init.append(("supports", rng.choice(cameras), mode))
    return init


def wanted(rng: Random, soil: list[str], rock: list[str], targets: Sequence[str]) -> Atoms:
    """At least one of the goals that are possible."""
    goal: Atoms = []
    for kind, samples in (("soil", soil), ("rock", rock)):
        chosen = rng.sample(samples, rng.randint(0, len(samples)))
        goal += [(f"communicated_{kind}_data", place) for place in chosen]
    images = [(target, mode) for target in targets for mode in MODES]
    count = rng.randint(0 if goal else 1, len(images))
    return goal + [("communicated_image_data", *image) for image in rng.sample(images, count)]


def numbered(name: str, count: int) -> list[str]:
    return [f"{name}{number}" for number in range(1, count + 1)]
