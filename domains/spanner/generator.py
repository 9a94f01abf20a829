"""Generator of Spanner tasks: a man walks once from the shed to the gate, where the nuts are.

The way leads through the locations in their order and never back; the spanners lie at random ones
of them. Each spanner tightens one nut.

Every task is solvable because there are at least as many spanners as nuts: the man can pick up all
of them on his way. Whoever walks on without enough of them is in a dead end.
"""

from random import Random

from heurgen.generation import GenerationError, Parameter, numbered, problem_text

PARAMETERS = (
    Parameter("spanners", "number of spanners, at least as many as nuts", minimum=1, default=6),
    Parameter("nuts", "number of nuts", minimum=1, default=3),
    Parameter("locations", "number of locations between shed and gate", minimum=1, default=6),
)
SIZES = {
    "smallest": {"spanners": 1, "nuts": 1, "locations": 4},
    "easy": {"spanners": 10, "nuts": 5, "locations": 10},
    "medium": {"spanners": 88, "nuts": 49, "locations": 44},
    "hard": {"spanners": 487, "nuts": 244, "locations": 99},
}


def adjust(parameters: dict[str, int]) -> dict[str, int]:
    return parameters | {"spanners": max(parameters["spanners"], parameters["nuts"])}


def looks(parameters: dict[str, int]) -> list[dict[str, int]]:
    """As many nuts as spanners, a short way, and a long one."""
    spanners, locations = parameters["spanners"], parameters["locations"]
    return [
        parameters | {"nuts": spanners},
        parameters | {"locations": max(1, locations // 20)},
        parameters | {"nuts": spanners, "locations": 3 * locations},
    ]


def generate(rng: Random, *, spanners: int, nuts: int, locations: int) -> str:
    if spanners < nuts:
        raise GenerationError(f"spanners is {spanners}, but must be at least nuts, which is {nuts}")
    between = numbered("location", locations)
    way = ["shed", *between, "gate"]
    objects = {
        "man": ["bob"],
        "spanner": numbered("spanner", spanners),
        "nut": numbered("nut", nuts),
        "location": way,
    }
    init: list[tuple[str, ...]] = [("at", "bob", "shed")]
    for spanner in objects["spanner"]:
        init += [("at", spanner, rng.choice(between)), ("usable", spanner)]
    for nut in objects["nut"]:
        init += [("at", nut, "gate"), ("loose", nut)]
    init += [("link", here, there) for here, there in zip(way, way[1:])]
    goal = [("tightened", nut) for nut in objects["nut"]]
    name = f"spanner-{spanners}-{nuts}-{locations}"
    comment = f"{spanners} spanners, {nuts} nuts, {locations} locations"
    return problem_text(name, "spanner", objects, init, goal, comment)
