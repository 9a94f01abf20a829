"""Generator of Sokoban tasks: boxes in a maze of lanes and rooms, each with a goal of its own.

Every task is solvable because it is made backwards. Half of the cells inside a walled square are floor at random.
The boxes begin on random goals; then one after the other is pulled to a random cell, by one to three straight
moves, while the robot walks from box to box. Where a wall stands in the way of a box or of the robot, floor takes
its place: that never spoils what was done before, as neither walking nor pulling needs a wall. The lanes of boxes are two
cells wide. Played forwards, pulls are pushes, so pushing the boxes along their lanes in the reverse order
solves the task; the other orders may not, since boxes that stand on their goals or starts can block lanes.
Some lanes may be asked to be one cell wide, and walls to be more or fewer.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from heurgen.generation import GenerationError, Parameter, problem_text

PARAMETERS = (
    Parameter("grid", "cells along each side, the walls around included", minimum=5, default=9),
    Parameter("boxes", "number of boxes", minimum=1, default=2),
    Parameter("walls", "percentage of the cells that are wall before lanes are made", minimum=0, default=50),
    Parameter("narrow", "percentage of the lanes that are one cell wide", minimum=0, default=0),
)
SIZES = {
    "smallest": {"grid": 7, "boxes": 1},
    "easy": {"grid": 13, "boxes": 4},
    "medium": {"grid": 49, "boxes": 34},
    "hard": {"grid": 99, "boxes": 79},
}
LAYOUTS = 30
PULLS = 60


@dataclass(frozen=True, slots=True)
class Level:
    """A solvable level. Cells are numbered row by row from 0, box i belongs on goal i.

    `lanes` is a solution without the robot's walks: which box to push next, and the cells it goes through,
    from its start to its goal.
    """

    grid: int
    floor: tuple[int, ...]
    robot: int
    starts: tuple[int, ...]
    goals: tuple[int, ...]
    lanes: tuple[tuple[int, tuple[int, ...]], ...]


def looks(parameters: dict[str, int]) -> list[dict[str, int]]:
    """Narrow mazes, and open halls."""
    return [parameters | {"walls": 80, "narrow": 100}, parameters | {"walls": 25}, parameters | {"walls": 65, "narrow": 50}]


def generate(rng: Random, *, grid: int, boxes: int, walls: int, narrow: int) -> str:
    level = build(rng, grid, boxes, walls, narrow)
    cells = [f"loc_{row}_{column}" for row in range(1, grid + 1) for column in range(1, grid + 1)]
    names = [f"box{number}" for number in range(1, boxes + 1)]
    floor, taken = set(level.floor), set(level.starts)
    init: list[tuple[str, ...]] = [("at-robot", cells[level.robot])]
    init += [("at", name, cells[start]) for name, start in zip(names, level.starts)]
    init += [("clear", cells[cell]) for cell in level.floor if cell not in taken]
    for direction, step in (("right", 1), ("left", -1), ("down", grid), ("up", -grid)):
        init += [
            ("adjacent", cells[cell], cells[cell + step], direction)
            for cell in level.floor
            if cell + step in floor
        ]
    goal = [("at", name, cells[place]) for name, place in zip(names, level.goals)]
    objects = {"location": cells, "box": names}
    text = problem_text(f"sokoban-{grid}-{boxes}", "sokoban", objects, init, goal)
    return drawing(level) + text


def drawing(level: Level) -> str:
    """The level as comments: # wall, @ robot, $ box, . goal, * box on a goal, + robot on a goal."""
    marks = dict.fromkeys(level.floor, " ")
    marks.update((cell, "$") for cell in level.starts)
    marks[level.robot] = "@"
    on_goal = {" ": ".", "$": "*", "@": "+"}
    marks.update((cell, on_goal[marks[cell]]) for cell in level.goals)
    line = [marks.get(cell, "#") for cell in range(level.grid**2)]
    rows = ["".join(line[start : start + level.grid]) for start in range(0, len(line), level.grid)]
    return "".join(f"; {row}\n" for row in rows)


def build(rng: Random, grid: int, boxes: int, walls: int = 50, narrow: int = 0) -> Level:
    """A random level; `walls` and `narrow` are percentages. Raises GenerationError where there is no room for the boxes.

    Boxes begin a third of the grid away from their goals or farther; where that fails, nearer.
    """
    inside = [row * grid + column for row in range(1, grid - 1) for column in range(1, grid - 1)]
    if boxes < len(inside):
        for attempt in range(LAYOUTS):
            maze = Maze(rng, grid, inside, walls, narrow)
            level = maze.pull_apart(rng.sample(inside, boxes), max(1, grid // 3 - attempt))
            if level is not None:
                return level
    raise GenerationError(f"no room for {boxes} boxes on a grid of {grid} times {grid}")


class Maze:
    """A level in the making."""

    def __init__(self, rng: Random, grid: int, inside: list[int], walls: int, narrow: int) -> None:
        self.rng = rng
        self.narrow = narrow
        self.grid = grid
        self.cells = inside
        self.inside = bytearray(grid * grid)
        self.floor = bytearray(grid * grid)
        self.box = bytearray(grid * grid)
        for cell in inside:
            self.inside[cell] = 1
            self.floor[cell] = rng.random() < 1 - walls / 100

    def free(self, cell: int) -> bool:
        return bool(self.inside[cell]) and not self.box[cell]

    def carve(self, cells: Iterable[int]) -> None:
        for cell in cells:
            self.floor[cell] = self.inside[cell]

    def pull_apart(self, goals: list[int], distance: int) -> Level | None:
        """Pull the boxes from their goals, each at least so many cells away; None if one is stuck."""
        for goal in goals:
            self.box[goal] = 1
        robot = self.rng.choice([cell for cell in self.cells if not self.box[cell]])
        starts = goals.copy()
        lanes: list[tuple[int, tuple[int, ...]]] = []
        for box in self.rng.sample(range(len(goals)), len(goals)):
            lane = self.pull(robot, goals[box], distance)
            if lane is None:
                return None
            robot = 2 * lane[-1] - lane[-2]
            starts[box] = lane[-1]
            lanes.insert(0, (box, tuple(reversed(lane))))
        robot = self.rng.choice(self.around(robot))
        floor = tuple(cell for cell in self.cells if self.floor[cell])
        return Level(self.grid, floor, robot, tuple(starts), tuple(goals), tuple(lanes))

    def pull(self, robot: int, goal: int, distance: int) -> list[int] | None:
        """Walk to the box on `goal` and pull it somewhere; the cells it goes through."""
        for _ in range(PULLS):
            lane = self.lane(goal, self.rng.choice(self.cells))
            if len(lane) <= distance or not all(map(self.free, lane[1:])):
                continue
            track = self.track(lane)
            walk = self.walk(robot, lane[1]) if all(map(self.free, track)) else None
            if walk is not None:
                self.carve([*lane, *track, *walk, *self.shoulder(lane)])
                self.box[goal], self.box[lane[-1]] = 0, 1
                return lane
        return None

    def lane(self, start: int, end: int) -> list[int]:
        """The cells of a way from `start` to `end` with at most two bends, at random places."""
        (row, column), (last_row, last_column) = divmod(start, self.grid), divmod(end, self.grid)
        if self.rng.random() < 0.5:
            bend = self.rng.randint(*sorted((column, last_column)))
            corners = [(row, column), (row, bend), (last_row, bend), (last_row, last_column)]
        else:
            bend = self.rng.randint(*sorted((row, last_row)))
            corners = [(row, column), (bend, column), (bend, last_column), (last_row, last_column)]
        found = [start]
        for corner_row, corner_column in corners[1:]:
            corner = corner_row * self.grid + corner_column
            step = 1 if corner_row == found[-1] // self.grid else self.grid
            while found[-1] != corner:
                found.append(found[-1] + (step if corner > found[-1] else -step))
        return found

    def track(self, lane: list[int]) -> list[int]:
        """The cells off the lane that the robot needs while it pulls: around each bend, and at the end."""
        found = [2 * lane[-1] - lane[-2]]
        for before, bend, after in zip(lane, lane[1:], lane[2:]):
            if after - bend != bend - before:
                found += [2 * bend - before, bend - before + after]
        return found

    def shoulder(self, lane: list[int]) -> list[int]:
        """What makes a lane two cells wide: its cells moved by one row, by one column and by both; nothing if it is narrow."""
        if self.narrow and self.rng.randrange(100) < self.narrow:
            return []
        down, right = self.rng.choice((-self.grid, self.grid)), self.rng.choice((-1, 1))
        return [cell + move for cell in lane for move in (down, right, down + right)]

    def walk(self, start: int, end: int) -> list[int] | None:
        """A way around the boxes through as few walls as possible."""
        before: dict[int, int] = {}
        queue = deque([(start, start)])
        while queue and end not in before:
            cell, origin = queue.popleft()
            if cell in before:
                continue
            before[cell] = origin
            for step in (1, -1, self.grid, -self.grid):
                if self.free(cell + step) and cell + step not in before:
                    # A deque is a priority queue where ways grow by 0 (floor) or 1 (wall).
                    add = queue.appendleft if self.floor[cell + step] else queue.append
                    add((cell + step, cell))
        if end not in before:
            return None
        way = [end]
        while way[-1] != start:
            way.append(before[way[-1]])
        return way

    def around(self, start: int) -> list[int]:
        """The cells that the robot can reach."""
        found = [start]
        known = bytearray(self.box)
        known[start] = 1
        for cell in found:
            for step in (1, -1, self.grid, -self.grid):
                if self.floor[cell + step] and not known[cell + step]:
                    known[cell + step] = 1
                    found.append(cell + step)
        return found
