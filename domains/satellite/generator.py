"""Generator of Satellite tasks: images of random directions in random modes, and satellites to be turned.

Every satellite has an instrument, the others are on board of random ones; an instrument supports some random modes and
has one calibration target. About half of the satellites must point somewhere at the end. How many images are
asked for is drawn between one and all pairs of a direction and a mode, so tasks of one size differ much.

Every task is solvable: each mode is supported by some instrument, that instrument can be switched on when all others of
its satellite are off, a satellite turns from any direction to any other, to the calibration target and then to the
image's direction, and the final directions are taken up after the last image.
"""

from random import Random

from heurgen.generation import GenerationError, Parameter, problem_text

PARAMETERS = (
    Parameter("satellites", "number of satellites", minimum=1, default=4),
    Parameter("instruments", "number of instruments, at least one per satellite", default=6),
    Parameter("modes", "number of modes of images", minimum=1, default=2),
    Parameter("directions", "number of directions", minimum=1, default=6),
)
SIZES = {
    "smallest": {"satellites": 3, "instruments": 3, "modes": 1, "directions": 4},
    "easy": {"satellites": 10, "instruments": 20, "modes": 3, "directions": 10},
    "medium": {"satellites": 40, "instruments": 78, "modes": 5, "directions": 30},
    "hard": {"satellites": 99, "instruments": 195, "modes": 10, "directions": 98},
}


def adjust(parameters: dict[str, int]) -> dict[str, int]:
    return parameters | {"instruments": max(parameters["instruments"], parameters["satellites"])}


def looks(parameters: dict[str, int]) -> list[dict[str, int]]:
    """One instrument on each satellite, a single satellite with many, and many directions."""
    return [
        parameters | {"instruments": parameters["satellites"]},
        parameters | {"satellites": 1},
        parameters | {"satellites": max(1, parameters["satellites"] // 3), "directions": 2 * parameters["directions"]},
    ]


def generate(rng: Random, *, satellites: int, instruments: int, modes: int, directions: int) -> str:
    if instruments < satellites:
        raise GenerationError(f"{instruments} instruments are too few for {satellites} satellites")
    objects = {
        "satellite": numbered("sat", satellites),
        "instrument": numbered("ins", instruments),
        "mode": numbered("mod", modes),
        "direction": numbered("dir", directions),
    }
    carriers, devices, kinds, targets = objects.values()
    owners = rng.sample(carriers, satellites)
    owners += [rng.choice(carriers) for _ in range(instruments - satellites)]
    init: list[tuple[str, ...]] = []
    init += [("pointing", carrier, rng.choice(targets)) for carrier in carriers]
    init += [("power_avail", carrier) for carrier in carriers]
    init += [("on_board", device, owner) for device, owner in zip(devices, owners)]
    init += [("calibration_target", device, rng.choice(targets)) for device in devices]
    init += supported(rng, devices, kinds)
    goal: list[tuple[str, ...]] = [
        ("pointing", carrier, rng.choice(targets)) for carrier in carriers if rng.random() < 0.5
    ]
    pairs = [(target, kind) for target in targets for kind in kinds]
    goal += [("have_image", *pair) for pair in rng.sample(pairs, rng.randint(1, len(pairs)))]
    name = f"satellite-{satellites}-{instruments}-{modes}-{directions}"
    return problem_text(name, "satellite", objects, init, goal)


def supported(rng: Random, devices: list[str], kinds: list[str]) -> list[tuple[str, str, str]]:
    """Some modes for every instrument, and an instrument for every mode."""
    found = [
        ("supports", device, kind)
        for device in devices
        for kind in rng.sample(kinds, rng.randint(1, len(kinds)))
    ]
    covered = {kind for _, _, kind in found}
    found += [("supports", rng.choice(devices), kind) for kind in kinds if kind not in covered]
    return found


def numbered(name: str, count: int) -> list[str]:
    return [f"{name}{number}" for number in range(1, count + 1)]
