"""Generator of Blocksworld tasks: two random arrangements of the same blocks.

The blocks of an arrangement are taken in random order; each goes onto the block before it or, one
time in ten, onto the table as the bottom of the next tower. Of the simple distributions this is the
one that fits the training tasks of the IPC 2023 learning track: if they were drawn uniformly from
all arrangements, there would be half as many towers again.

Any arrangement can be taken apart onto the table and any other be built from there, so every task
is solvable.
"""

from random import Random

from heurgen.generation import Parameter, numbered, problem_text

PARAMETERS = (
    Parameter("blocks", "number of blocks", minimum=2, default=10),
    Parameter("towers", "percentage of the blocks that begin a tower", minimum=0, default=10),
)
SIZES = {
    "smallest": {"blocks": 5},
    "easy": {"blocks": 29},
    "medium": {"blocks": 146},
    "hard": {"blocks": 488},
}

Tower = list[str]
"""The blocks of a tower from the bottom to the top."""


def looks(parameters: dict[str, int]) -> list[dict[str, int]]:
    """One or two high towers, and many low ones."""
    return [parameters | {"towers": 0}, parameters | {"towers": 50}]


def generate(rng: Random, *, blocks: int, towers: int) -> str:
    names = numbered("b", blocks)
    start = arrangement(rng, names, towers)
    target = arrangement(rng, names, towers)
    while sorted(target) == sorted(start):
        target = arrangement(rng, names, towers)
    init = [("arm-empty",), *atoms(start)]
    return problem_text(
        f"blocksworld-{blocks}", "blocksworld", {"": names}, init, atoms(target), f"{blocks} blocks"
    )


def arrangement(rng: Random, names: list[str], percentage: int) -> list[Tower]:
    towers: list[Tower] = []
    for block in rng.sample(names, len(names)):
        if not towers or rng.random() < percentage / 100:
            towers.append([block])
        else:
            towers[-1].append(block)
    return towers


def atoms(towers: list[Tower]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for tower in towers:
        downwards = tower[::-1]
        found.append(("clear", downwards[0]))
        found += [("on", above, below) for above, below in zip(downwards, downwards[1:])]
        found.append(("on-table", downwards[-1]))
    return found
