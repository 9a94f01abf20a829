"""Generator of Floortile tasks: robots that paint a floor like a chess board.

The floor has the painted rows 1, 2, ... and a row 0 below them that stays as it is; the robots start on any tiles,
each with either colour. Nothing unpaints a tile and robots cannot cross paint, so there are many dead ends.

Every task with at most as many robots as columns is solvable. On a connected graph with a free node
interchangeable tokens can be moved from any set of nodes to any other, so the robots can go to different tiles
of row 0. One of them, the painter, then paints from the top: standing in row r - 1 it paints the tiles of row r,
walking to and fro along row r - 1, where nobody is, and steps down in the column it came from; its own tile in row 0
is free when it is back. For row 1 every robot paints what is above it and above the tiles from its own to the next
robot's on the right (the leftmost one also what is on its left), which are free for it to walk on. Robots change
colour at will.
"""

from random import Random

from heurgen.generation import GenerationError, Parameter, problem_text

PARAMETERS = (
    Parameter("rows", "number of rows to paint", minimum=1, default=4),
    Parameter("columns", "number of columns", minimum=1, default=4),
    Parameter("robots", "number of robots, at most one per column", minimum=1, default=2),
)
SIZES = {
    "smallest": {"rows": 3, "columns": 3, "robots": 1},
    "easy": {"rows": 9, "columns": 10, "robots": 3},
    "medium": {"rows": 22, "columns": 22, "robots": 15},
    "hard": {"rows": 37, "columns": 37, "robots": 34},
}
COLORS = ("white", "black")


def adjust(parameters: dict[str, int]) -> dict[str, int]:
    return parameters | {"robots": min(parameters["robots"], parameters["columns"])}


def looks(parameters: dict[str, int]) -> list[dict[str, int]]:
    """A single robot, many columns and few rows, and the other way round."""
    rows, columns = parameters["rows"], parameters["columns"]
    return [
        parameters | {"robots": 1},
        parameters | {"rows": max(1, rows // 3), "columns": 2 * columns},
        parameters | {"rows": 2 * rows, "columns": max(1, columns // 3)},
    ]


def generate(rng: Random, *, rows: int, columns: int, robots: int) -> str:
    if robots > columns:
        raise GenerationError(f"{robots} robots are too many for {columns} columns")
    tiles = [tile(row, column) for row in range(rows + 1) for column in range(1, columns + 1)]
    painters = [f"robot{number}" for number in range(1, robots + 1)]
    places = rng.sample(tiles, robots)
    taken = set(places)
    init: list[tuple[str, ...]] = []
    for robot, place in zip(painters, places):
        init += [("robot-at", robot, place), ("robot-has", robot, rng.choice(COLORS))]
    init += [("available-color", color) for color in COLORS]
    init += [("clear", place) for place in tiles if place not in taken]
    init += neighbours(rows, columns)
    goal = [
        ("painted", tile(row, column), COLORS[(row + column) % 2])
        for row in range(1, rows + 1)
        for column in range(1, columns + 1)
    ]
    objects = {"tile": tiles, "robot": painters, "color": COLORS}
    return problem_text(f"floortile-{rows}-{columns}-{robots}", "floortile", objects, init, goal)


def tile(row: int, column: int) -> str:
    return f"tile_{row}_{column}"


def neighbours(rows: int, columns: int) -> list[tuple[str, ...]]:
    """Row 0 is at the bottom, column 1 on the left."""
    vertical = [
        (tile(row, column), tile(row - 1, column))
        for row in range(1, rows + 1)
        for column in range(1, columns + 1)
    ]
    horizontal = [
        (tile(row, column), tile(row, column - 1))
        for row in range(rows + 1)
        for column in range(2, columns + 1)
    ]
    return [
        *(("up", upper, lower) for upper, lower in vertical),
        *(("down", lower, upper) for upper, lower in vertical),
        *(("right", right, left) for right, left in horizontal),
        *(("left", left, right) for right, left in horizontal),
    ]
