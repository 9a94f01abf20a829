"""Plans made the way the generators' docstrings argue that their tasks are solvable.

Each takes a problem as it was read (Sokoban also the generator's level) and returns a plan; none searches.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable
from typing import Any

from heurgen.generation import Generator
from heurgen.pddl.model import Problem

Plan = list[tuple[str, ...]]


class Facts:
    """The arguments of the initial and the goal atoms by predicate, and the objects by type."""

    def __init__(self, problem: Problem) -> None:
        self.init = _by_predicate(problem.init)
        self.goal = _by_predicate(literal.atom for literal in problem.goal)
        self.objects: dict[str, list[str]] = defaultdict(list)
        for name, types in problem.objects.items():
            self.objects[types[0]].append(name)


def _by_predicate(atoms: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for atom in atoms:
        found[atom[0]].append(atom[1:])
    return found


def every_look(generator: Generator, size: float) -> list[dict[str, int]]:
    """The parameters of the tasks of a size in every shape; the shapes differ where there is room for it."""
    assert generator.looks is not None
    count = 1 + len(generator.looks(generator.parameters_at(size)))
    found = [generator.parameters_at(size, look) for look in range(count)]
    assert size == 0 or all(look not in found[:place] for place, look in enumerate(found))
    return found


def route(start: Any, ends: Collection[Any], after: Callable[[Any], Iterable[Any]]) -> list[Any]:
    """A shortest way from `start` to the nearest of `ends`, both included."""
    before = {start: start}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node in ends:
            way = [node]
            while way[-1] != start:
                way.append(before[way[-1]])
            return way[::-1]
        for other in after(node):
            if other not in before:
                before[other] = node
                queue.append(other)
    raise AssertionError(f"no way from {start} to {ends}")


def graph(edges: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one, other in edges:
        found[one].append(other)
    return found


def childsnack_plan(problem: Problem) -> Plan:
    facts = Facts(problem)
    safe_breads, safe_contents = (
        [name for (name,) in facts.init[f"no_gluten_{kind}"]] for kind in ("bread", "content")
    )
    breads = safe_breads + [b for b in facts.objects["bread-portion"] if b not in safe_breads]
    contents = safe_contents + [
        c for c in facts.objects["content-portion"] if c not in safe_contents
    ]
    allergic = [kid for (kid,) in facts.init["allergic_gluten"]]
    kids = allergic + [kid for (kid,) in facts.init["not_allergic_gluten"]]
    tray = facts.objects["tray"][0]
    suffix = {kid: "_no_gluten" if kid in allergic else "" for kid in kids}
    meal = dict(zip(kids, facts.objects["sandwich"], strict=False))
    plan: Plan = []
    for kid, bread, content in zip(kids, breads, contents, strict=True):
        plan.append((f"make_sandwich{suffix[kid]}", meal[kid], bread, content))
        plan.append(("put_on_tray", meal[kid], tray))
    where = "kitchen"
    for kid, table in sorted(facts.init["waiting"], key=lambda pair: pair[1]):
        if table != where:
            plan.append(("move_tray", tray, where, table))
        where = table
        plan.append((f"serve_sandwich{suffix[kid]}", meal[kid], kid, tray, table))
    return plan


class _Painters:
    """Robots on the floor; tiles are (row, column)."""

    def __init__(self, facts: Facts) -> None:
        self.plan: Plan = []
        self.place = {robot: _cell(tile) for robot, tile in facts.init["robot-at"]}
        self.color = dict(facts.init["robot-has"])
        self.wanted = {_cell(tile): color for tile, color in facts.goal["painted"]}
        self.rows = max(row for row, _ in self.wanted)
        self.columns = max(column for _, column in self.wanted)

    def move(self, robot: str, row: int, column: int) -> None:
        old = self.place[robot]
        step = (row - old[0], column - old[1])
        name = {(1, 0): "up", (-1, 0): "down", (0, 1): "right", (0, -1): "left"}[step]
        self.plan.append((f"move_{name}", robot, _tile(old), _tile((row, column))))
        self.place[robot] = (row, column)

    def paint_above(self, robot: str) -> None:
        row, column = self.place[robot]
        color = self.wanted[row + 1, column]
        if self.color[robot] != color:
            self.plan.append(("change_color", robot, self.color[robot], color))
            self.color[robot] = color
        above = _tile((row + 1, column))
        self.plan.append(("paint_up", robot, above, _tile((row, column)), color))

    def line_up(self) -> list[str]:
        """Bring the robots to row 0, columns 1, 2, ..."""
        line: list[str] = []
        for column in range(1, len(self.place) + 1):
            filled = {(0, done) for done in range(1, column)}

            def around(cell: tuple[int, int], filled: set[tuple[int, int]] = filled) -> Any:
                for down, right in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                    row, column = cell[0] + down, cell[1] + right
                    inside = 0 <= row <= self.rows and 1 <= column <= self.columns
                    if inside and (row, column) not in filled:
                        yield row, column

            robots = {place: robot for robot, place in self.place.items() if robot not in line}
            way = route((0, column), robots, around)[::-1]
            for cell in way[1:]:
                self.move(robots[way[0]], *cell)
            line.append(robots[way[0]])
        return line


def floortile_plan(problem: Problem) -> Plan:
    floor = _Painters(Facts(problem))
    line = floor.line_up()
    for row in range(1, floor.rows):
        floor.move(line[0], row, 1)
    for row in range(floor.rows - 1, 0, -1):
        floor.paint_above(line[0])
        for column in range(2, floor.columns + 1):
            floor.move(line[0], row, column)
            floor.paint_above(line[0])
        for column in range(floor.columns - 1, 0, -1):
            floor.move(line[0], row, column)
        floor.move(line[0], row - 1, 1)
    for robot in line:
        floor.paint_above(robot)
    for column in range(len(line) + 1, floor.columns + 1):
        floor.move(line[-1], 0, column)
        floor.paint_above(line[-1])
    return floor.plan


def _cell(name: str) -> tuple[int, int]:
    _, row, column = name.split("_")
    return int(row), int(column)


def _tile(cell: tuple[int, int]) -> str:
    return f"tile_{cell[0]}_{cell[1]}"


class _Rovers:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.plan: Plan = []
        self.place = dict(facts.init["at"])
        self.store = {rover: store for store, rover in facts.init["store_of"]}
        self.full: set[str] = set()
        sight = set(facts.init["visible"])
        self.roads = {
            rover: graph(
                (one, other)
                for driver, one, other in facts.init["can_traverse"]
                if driver == rover and (one, other) in sight
            )
            for rover in self.place
        }
        ((self.lander, self.landed),) = facts.init["at_lander"]
        self.near_lander = {one for one, other in sight if other == self.landed}
        self.spots = graph(facts.init["visible_from"])

    def drive(self, rover: str, ends: Collection[str]) -> str:
        roads = self.roads[rover]
        way = route(self.place[rover], ends, lambda place: roads.get(place, ()))
        self.plan += [("navigate", rover, one, other) for one, other in zip(way, way[1:])]
        self.place[rover] = way[-1]
        return way[-1]

    def send(self, kind: str, rover: str, *what: str) -> None:
        place = self.drive(rover, self.near_lander)
        action = f"communicate_{kind}_data"
        self.plan.append((action, rover, self.lander, *what, place, self.landed))

    def analyse(self, kind: str, place: str) -> None:
        rover = self.facts.init[f"equipped_for_{kind}_analysis"][0][0]
        if rover in self.full:
            self.plan.append(("drop", rover, self.store[rover]))
        self.full.add(rover)
        self.drive(rover, {place})
        self.plan.append((f"sample_{kind}", rover, self.store[rover], place))
        self.send(kind, rover, place)

    def take_image(self, target: str, mode: str) -> None:
        camera = next(name for name, known in self.facts.init["supports"] if known == mode)
        rover = dict(self.facts.init["on_board"])[camera]
        mark = dict(self.facts.init["calibration_target"])[camera]
        place = self.drive(rover, self.spots[mark])
        self.plan.append(("calibrate", rover, camera, mark, place))
        place = self.drive(rover, self.spots[target])
        self.plan.append(("take_image", rover, place, target, camera, mode))
        self.send("image", rover, target, mode)


def rovers_plan(problem: Problem) -> Plan:
    facts = Facts(problem)
    crew = _Rovers(facts)
    for kind in ("soil", "rock"):
        for (place,) in facts.goal[f"communicated_{kind}_data"]:
            crew.analyse(kind, place)
    for target, mode in facts.goal["communicated_image_data"]:
        crew.take_image(target, mode)
    return crew.plan


def satellite_plan(problem: Problem) -> Plan:
    facts = Facts(problem)
    pointing = dict(facts.init["pointing"])
    plan: Plan = []

    def turn(satellite: str, target: str) -> None:
        if pointing[satellite] != target:
            plan.append(("turn_to", satellite, target, pointing[satellite]))
        pointing[satellite] = target

    for mode in facts.objects["mode"]:
        device = next(name for name, known in facts.init["supports"] if known == mode)
        carrier = dict(facts.init["on_board"])[device]
        plan.append(("switch_on", device, carrier))
        mark = dict(facts.init["calibration_target"])[device]
        turn(carrier, mark)
        plan.append(("calibrate", carrier, device, mark))
        for target in [place for place, known in facts.goal["have_image"] if known == mode]:
            turn(carrier, target)
            plan.append(("take_image", carrier, target, device, mode))
        plan.append(("switch_off", device, carrier))
    for carrier, target in facts.goal["pointing"]:
        turn(carrier, target)
    return plan


def sokoban_plan(level: Any) -> Plan:
    """Push the boxes along the generator's lanes, walking between the pushes."""
    floor, grid = set(level.floor), level.grid
    boxes = set(level.starts)
    names = {1: "right", -1: "left", grid: "down", -grid: "up"}
    robot = level.robot
    plan: Plan = []

    def name(cell: int) -> str:
        return "loc_{}_{}".format(*(place + 1 for place in divmod(cell, grid)))

    def around(cell: int) -> list[int]:
        after = [cell + step for step in names]
        return [other for other in after if other in floor and other not in boxes]

    for box, lane in level.lanes:
        assert lane[0] == level.starts[box]
        assert lane[-1] == level.goals[box]
        for before, after in zip(lane, lane[1:]):
            step = after - before
            way = route(robot, {before - step}, around) if robot != before - step else [robot]
            plan += [("move", name(a), name(b), names[b - a]) for a, b in zip(way, way[1:])]
            cells = (before - step, before, after)
            plan.append(("push", *map(name, cells), names[step], f"box{box + 1}"))
            boxes.remove(before)
            boxes.add(after)
            robot = before
    return plan


def transport_plan(problem: Problem) -> Plan:
    facts = Facts(problem)
    roads = graph(facts.init["road"])
    place = dict(facts.init["at"])
    truck = facts.objects["vehicle"][0]
    free = dict(facts.init["capacity"])[truck]
    less = next(small for small, large in facts.init["capacity-predecessor"] if large == free)
    plan: Plan = []
    for parcel, target in facts.goal["at"]:
        for end, action in ((place[parcel], "pick-up"), (target, "drop")):
            way = route(place[truck], {end}, lambda node: roads[node])
            plan += [("drive", truck, one, other) for one, other in zip(way, way[1:])]
            plan.append((action, truck, end, parcel, less, free))
            place[truck] = end
    return plan
