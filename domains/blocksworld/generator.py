"""Generator of Blocksworld tasks: two random arrangements of the same blocks.

Any arrangement can be taken apart onto the table and any other built from there, so every task is solvable. The
arrangements are drawn block by block in random order: each goes onto the table or on top of one of the stacks so
far, all with the same chance.
"""

from random import Random

from heurgen.generation import Parameter, problem_text

PARAMETERS = (Parameter("blocks", "number of blocks", minimum=2, default=10),)
SIZES = {
    "smallest": {"blocks": 3},
    "easy": {"blocks": 29},
    "medium": {"blocks": 146},
    "hard": {"blocks": 488},
}


def stacks(rng: Random, names: list[str]) -> list[list[str]]:
    """A random arrangement: stacks of blocks, each from the bottom to the top."""
    order = rng.sample(names, len(names))
    found: list[list[str]] = []
    for block in order:
        place = rng.randrange(len(found) + 1)
        if place == len(found):
            found.append([block])
        else:
            found[place].append(block)
    return found


def atoms(arrangement: list[list[str]], with_clear: bool) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for stack in arrangement:
        found.append(("on-table", stack[0]))
        found.extend(("on", above, below) for below, above in zip(stack, stack[1:]))
        if with_clear:
            found.append(("clear", stack[-1]))
    return found


def generate(rng: Random, *, blocks: int) -> str:
    names = [f"b{number}" for number in range(1, blocks + 1)]
    start = stacks(rng, names)
    target = stacks(rng, names)
    while sorted(target) == sorted(start):
        target = stacks(rng, names)
    init = [("arm-empty",), *atoms(start, with_clear=True)]
    goal = atoms(target, with_clear=True)
    return problem_text(f"blocksworld-{blocks}", "blocksworld", {"": names}, init, goal)
