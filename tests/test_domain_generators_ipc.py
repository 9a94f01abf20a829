"""The generators of the domains childsnack, floortile, rovers, satellite, sokoban and transport."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heurgen import Task, search, validate
from heurgen.generation import SUITES, GenerationError, load_generator, write_suite
from heurgen.paths import domains_dir, pddl_dir
from heurgen.pddl import parse_problem, read_domain
from heurgen.pddl.fingerprint import fingerprint
from heurgen.pddl.model import Problem
from tests import generator_plans
from tests.generator_plans import Facts, Plan, every_look

NAMES = ("childsnack", "floortile", "rovers", "satellite", "sokoban", "transport")
GENERATORS = {name: load_generator(name) for name in NAMES}
DOMAINS = {name: read_domain(pddl_dir() / name / "domain.pddl") for name in NAMES}
STORED_BYTES = 60_000
SMALL = {
    "childsnack": {"children": (1, 6), "allergic": (0, 6), "trays": (1, 3), "sandwiches": (1, 9)},
    "floortile": {"rows": (1, 5), "columns": (1, 5), "robots": (1, 5)},
    "rovers": {"rovers": (1, 4), "waypoints": (2, 8), "cameras": (1, 5), "objectives": (1, 6)},
    "satellite": {
        "satellites": (1, 5),
        "instruments": (1, 9),
        "modes": (1, 4),
        "directions": (1, 6),
    },
    "sokoban": {"grid": (6, 12), "boxes": (1, 2)},
    "transport": {"vehicles": (1, 4), "packages": (1, 5), "locations": (2, 8), "capacity": (1, 4)},
}
"""Ranges of parameters for random tests; `adjust` repairs what does not go together."""


def sokoban_module() -> ModuleType:
    path = domains_dir() / "sokoban" / "generator.py"
    spec = importlib.util.spec_from_file_location("sokoban_generator", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


SOKOBAN = sokoban_module()


def generated(name: str, seed: int, **parameters: int) -> Problem:
    return parse_problem(GENERATORS[name].generate(seed, **parameters), DOMAINS[name])


def argued_plan(name: str, problem: Problem, seed: int, parameters: dict[str, int]) -> Plan:
    """The plan whose existence the generator's docstring claims."""
    if name == "sokoban":
        return generator_plans.sokoban_plan(SOKOBAN.build(Random(seed), **parameters))
    return getattr(generator_plans, f"{name}_plan")(problem)


@st.composite
def small(draw: st.DrawFn, name: str) -> tuple[Problem, int, dict[str, int]]:
    """A small problem of the domain, with its seed and parameters."""
    chosen = {key: draw(st.integers(*bounds)) for key, bounds in SMALL[name].items()}
    generator = GENERATORS[name]
    parameters = generator.repair(chosen) if generator.repair else chosen
    seed = draw(st.integers(0, 10**6))
    return generated(name, seed, **parameters), seed, parameters


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_the_argument_for_solvability_gives_a_plan(name: str, data: st.DataObject) -> None:
    problem, seed, parameters = data.draw(small(name))
    plan = argued_plan(name, problem, seed, parameters)
    verdict = validate(problem, plan)
    assert verdict.valid, verdict.message


@pytest.mark.parametrize("size", [0, 1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_it_does_at_the_sizes_of_the_competition(name: str, size: int) -> None:
    parameters = GENERATORS[name].parameters_at(size)
    started = time.process_time()
    text = GENERATORS[name].generate(7, **parameters)
    assert time.process_time() - started < 3
    problem = parse_problem(text, DOMAINS[name])
    verdict = validate(problem, argued_plan(name, problem, 7, parameters))
    assert verdict.valid, verdict.message


@pytest.mark.parametrize("size", [0, 1.3, 2])
@pytest.mark.parametrize("name", NAMES)
def test_tasks_of_every_look_are_solvable_and_differ(name: str, size: float) -> None:
    for parameters in every_look(GENERATORS[name], size):
        problem = generated(name, 7, **parameters)
        verdict = validate(problem, argued_plan(name, problem, 7, parameters))
        assert verdict.valid, verdict.message


TINY: dict[str, dict[str, int]] = {
    "childsnack": {"children": 2, "allergic": 1, "trays": 1, "sandwiches": 2, "tables": 2},
    "floortile": {"rows": 2, "columns": 2, "robots": 2},
    "rovers": {"rovers": 1, "waypoints": 2, "cameras": 2, "objectives": 1},
    "satellite": {"satellites": 1, "instruments": 2, "modes": 2, "directions": 2},
    "sokoban": {"grid": 6, "boxes": 1},
    "transport": {"vehicles": 1, "packages": 2, "locations": 3, "capacity": 1},
}


@pytest.mark.parametrize("name", NAMES)
def test_exhaustive_search_solves_tiny_tasks(name: str) -> None:
    for seed in range(10):
        task = Task(generated(name, seed, **TINY[name]))
        result = search(task, "blind", time_limit=20)
        assert result.plan is not None
        assert len(result.plan) > 0
        assert validate(task, result.plan).valid


@pytest.mark.parametrize("name", NAMES)
def test_own_domain_has_the_structure_of_the_competitions(name: str, ipc2023: Path) -> None:
    theirs = read_domain(ipc2023 / name / "domain.pddl")
    own = DOMAINS[name]
    assert own.name == theirs.name
    assert fingerprint(own) == fingerprint(theirs)
    arities = [{p.name: p.arity for p in d.predicates.values()} for d in (own, theirs)]
    assert arities[0] == arities[1]


@pytest.mark.parametrize("name", NAMES)
def test_tasks_of_the_competition_are_read_with_the_own_domain(name: str, ipc2023: Path) -> None:
    theirs = read_domain(ipc2023 / name / "domain.pddl")
    for path in sorted((ipc2023 / name / "training").glob("*.pddl")):
        text = path.read_text(encoding="utf-8")
        own, original = parse_problem(text, DOMAINS[name]), parse_problem(text, theirs)
        assert (own.init, own.goal) == (original.init, original.goal)
        assert own.objects == original.objects


@pytest.mark.parametrize("name", NAMES)
def test_unified_planning_reads_the_same_task(name: str) -> None:
    from unified_planning.io import PDDLReader

    domain = (pddl_dir() / name / "domain.pddl").read_text(encoding="utf-8")
    text = GENERATORS[name].generate_at(0, 3)
    own = parse_problem(text, DOMAINS[name])
    theirs = PDDLReader().parse_problem_string(domain, text)
    assert {o.name for o in theirs.all_objects} == set(own.objects)
    assert {a.name for a in theirs.actions} == {a.name for a in own.domain.actions}
    true_atoms = sum(value.is_true() for value in theirs.explicit_initial_values.values())
    assert true_atoms == len(own.init)


SCRIPT = """
import hashlib
from heurgen.generation import load_generator
for name in {names}:
    for size in (0, 1, 1.6):
        text = load_generator(name).generate_at(size, 5)
        print(name, size, hashlib.sha256(text.encode()).hexdigest())
"""


def test_the_seed_alone_decides_the_text_whatever_the_hash_seed() -> None:
    def digests(hash_seed: str) -> list[str]:
        command = [sys.executable, "-c", SCRIPT.format(names=NAMES)]
        environment = {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    here = [
        f"{name} {size} {hashlib.sha256(GENERATORS[name].generate_at(size, 5).encode()).hexdigest()}"
        for name in NAMES
        for size in (0, 1, 1.6)
    ]
    assert digests("1") == digests("2") == here


@pytest.mark.parametrize("name", NAMES)
def test_different_seeds_give_different_tasks(name: str) -> None:
    assert len({GENERATORS[name].generate_at(1, seed) for seed in range(5)}) == 5


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("name", NAMES)
def test_stored_tasks_are_what_the_generator_writes(name: str, suite: str, tmp_path: Path) -> None:
    write_suite(GENERATORS[name], SUITES[suite](), tmp_path, STORED_BYTES)
    stored, written = (
        {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
        for folder in (pddl_dir() / name / suite, tmp_path)
    )
    assert stored == written


@pytest.mark.parametrize("name", NAMES)
@given(size=st.floats(0, 1.3))
@settings(deadline=None, max_examples=25)
def test_every_size_between_gives_parameters_that_go_together(name: str, size: float) -> None:
    text = GENERATORS[name].generate_at(size, 1)
    assert parse_problem(text, DOMAINS[name]).goal


@pytest.mark.parametrize(
    ("name", "parameters", "complaint"),
    [
        ("childsnack", {"children": 3, "allergic": 4}, "allergic"),
        ("childsnack", {"children": 3, "allergic": 0, "sandwiches": 2}, "too few"),
        ("floortile", {"columns": 3, "robots": 4}, "too many"),
        ("satellite", {"satellites": 3, "instruments": 2}, "too few"),
        ("sokoban", {"grid": 7, "boxes": 24}, "no room"),
        ("sokoban", {"grid": 5, "boxes": 9}, "no room"),
        ("transport", {"locations": 1}, "at least 2"),
    ],
)
def test_parameters_that_do_not_go_together_are_refused(
    name: str, parameters: dict[str, int], complaint: str
) -> None:
    with pytest.raises(GenerationError, match=complaint):
        GENERATORS[name].generate(1, **parameters)


def reached(start: str, edges: set[tuple[str, str]]) -> set[str]:
    found = {start}
    while True:
        more = {other for one, other in edges if one in found} - found
        if not more:
            return found
        found |= more


@given(small("childsnack"))
@settings(deadline=None, max_examples=40)
def test_childsnack_has_just_enough_gluten_free_food(
    example: tuple[Problem, int, dict[str, int]],
) -> None:
    problem, _, parameters = example
    facts = Facts(problem)
    allergic = {kid for (kid,) in facts.init["allergic_gluten"]}
    others = {kid for (kid,) in facts.init["not_allergic_gluten"]}
    assert len(allergic) == parameters["allergic"]
    assert allergic | others == set(facts.objects["child"])
    assert not allergic & others
    for kind in ("bread", "content"):
        assert len(facts.init[f"no_gluten_{kind}"]) == len(allergic)
        assert len(facts.init[f"at_kitchen_{kind}"]) == len(facts.objects["child"])
    assert len(facts.init["notexist"]) == parameters["sandwiches"]
    assert {place for _, place in facts.init["at"]} == {"kitchen"}


@given(small("floortile"))
@settings(deadline=None, max_examples=40)
def test_floortile_asks_for_a_chess_board_above_a_free_row(
    example: tuple[Problem, int, dict[str, int]],
) -> None:
    problem, _, parameters = example
    facts = Facts(problem)
    rows, columns = parameters["rows"], parameters["columns"]
    cells = [(row, column) for row in range(rows + 1) for column in range(1, columns + 1)]
    wanted = {tuple(map(int, tile.split("_")[1:])): c for tile, c in facts.goal["painted"]}
    assert set(wanted) == {(row, column) for row, column in cells if row > 0}
    assert all(
        (color == wanted[1, 1]) == ((row + column) % 2 == 0)
        for (row, column), color in wanted.items()
    )
    places = [tile for _, tile in facts.init["robot-at"]]
    assert len(set(places)) == len(places) == parameters["robots"]
    assert {tile for (tile,) in facts.init["clear"]} | set(places) == set(facts.objects["tile"])
    assert not {tile for (tile,) in facts.init["clear"]} & set(places)
    for predicate, step in (
        ("up", (1, 0)),
        ("down", (-1, 0)),
        ("right", (0, 1)),
        ("left", (0, -1)),
    ):
        assert set(facts.init[predicate]) == {
            (f"tile_{row + step[0]}_{column + step[1]}", f"tile_{row}_{column}")
            for row, column in cells
            if (row + step[0], column + step[1]) in cells
        }


@given(small("rovers"))
@settings(deadline=None, max_examples=40)
def test_every_rover_can_drive_everywhere_and_do_its_work(
    example: tuple[Problem, int, dict[str, int]],
) -> None:
    facts = Facts(example[0])
    places, sight = set(facts.objects["waypoint"]), set(facts.init["visible"])
    assert sight == {(other, one) for one, other in sight}
    for rover in facts.objects["rover"]:
        roads = {(one, other) for who, one, other in facts.init["can_traverse"] if who == rover}
        assert roads <= sight
        assert roads == {(other, one) for one, other in roads}
        assert reached(dict(facts.init["at"])[rover], roads) == places
    imaging = {rover for (rover,) in facts.init["equipped_for_imaging"]}
    assert {rover for _, rover in facts.init["on_board"]} <= imaging
    assert {mode for _, mode in facts.init["supports"]} == set(facts.objects["mode"])
    assert {target for target, _ in facts.init["visible_from"]} == set(facts.objects["objective"])
    for kind in ("soil", "rock"):
        assert facts.init[f"equipped_for_{kind}_analysis"]
        wanted = facts.goal[f"communicated_{kind}_data"]
        assert set(wanted) <= set(facts.init[f"at_{kind}_sample"])
    assert example[0].goal


@given(small("satellite"))
@settings(deadline=None, max_examples=40)
def test_every_mode_of_satellite_has_an_instrument_and_every_satellite_one(
    example: tuple[Problem, int, dict[str, int]],
) -> None:
    facts = Facts(example[0])
    devices = facts.objects["instrument"]
    assert {mode for _, mode in facts.init["supports"]} == set(facts.objects["mode"])
    assert {carrier for _, carrier in facts.init["on_board"]} == set(facts.objects["satellite"])
    for predicate in ("on_board", "calibration_target"):
        assert Counter(device for device, _ in facts.init[predicate]) == Counter(devices)
    assert len(set(facts.init["supports"])) == len(facts.init["supports"])
    assert facts.goal["have_image"]


@given(small("transport"))
@settings(deadline=None, max_examples=40)
def test_roads_of_transport_are_two_way_and_connect_all_locations(
    example: tuple[Problem, int, dict[str, int]],
) -> None:
    problem, _, parameters = example
    facts = Facts(problem)
    roads = set(facts.init["road"])
    assert roads == {(other, one) for one, other in roads}
    assert all(one != other for one, other in roads)
    assert reached("l1", roads) == set(facts.objects["location"])
    rooms = [room for _, room in facts.init["capacity"]]
    assert len(rooms) == parameters["vehicles"]
    assert set(rooms) <= {f"c{free}" for free in range(1, parameters["capacity"] + 1)}
    assert len(facts.goal["at"]) == parameters["packages"]
    assert not set(facts.goal["at"]) & set(facts.init["at"])


@given(small("sokoban"))
@settings(deadline=None, max_examples=40)
def test_sokoban_is_a_walled_square_with_boxes_off_their_goals(
    example: tuple[Problem, int, dict[str, int]],
) -> None:
    problem, _, parameters = example
    facts = Facts(problem)
    grid = parameters["grid"]

    def cell(name: str) -> tuple[int, int]:
        return tuple(map(int, name.split("_")[1:]))  # type: ignore[return-value]

    boxes, goals = ({box: cell(p) for box, p in atoms["at"]} for atoms in (facts.init, facts.goal))
    clear = {cell(place) for (place,) in facts.init["clear"]}
    floor = clear | set(boxes.values())
    assert all(1 < coordinate < grid for place in floor for coordinate in place)
    assert not clear & set(boxes.values())
    assert cell(facts.init["at-robot"][0][0]) in clear
    assert len(facts.objects["location"]) == grid * grid
    assert set(goals) == set(boxes)
    assert len(set(boxes.values())) == len(set(goals.values())) == parameters["boxes"]
    assert set(goals.values()) <= floor
    assert all(boxes[box] != goals[box] for box in boxes)
    steps = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}
    assert {(cell(a), cell(b), way) for a, b, way in facts.init["adjacent"]} == {
        (place, (place[0] + step[0], place[1] + step[1]), way)
        for place in floor
        for way, step in steps.items()
        if (place[0] + step[0], place[1] + step[1]) in floor
    }


@pytest.mark.parametrize("size", [0, 1, 2])
def test_boxes_of_sokoban_are_a_third_of_the_grid_away_from_their_goals(size: int) -> None:
    for seed in range(5):
        level = SOKOBAN.build(Random(seed), **GENERATORS["sokoban"].parameters_at(size))
        for start, goal in zip(level.starts, level.goals, strict=True):
            (row, column), (last_row, last_column) = (
                divmod(start, level.grid),
                divmod(goal, level.grid),
            )
            assert abs(row - last_row) + abs(column - last_column) >= level.grid // 3


def test_the_drawing_shows_the_level() -> None:
    lines = GENERATORS["sokoban"].generate(1, grid=9, boxes=2).splitlines()[:9]
    assert all(line.startswith("; ") and len(line) == 11 for line in lines)
    marks = Counter("".join(line[2:] for line in lines))
    assert marks["@"] + marks["+"] == 1
    assert marks["$"] + marks["*"] == 2
    assert marks["."] + marks["*"] + marks["+"] == 2
