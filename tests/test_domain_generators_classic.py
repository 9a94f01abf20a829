"""The generators of blocksworld, ferry, gripper, logistics, miconic and spanner."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heurgen import Task, validate
from heurgen.generation import SUITES, GenerationError, load_generator, write_suite
from heurgen.paths import pddl_dir
from heurgen.pddl import parse_problem, read_domain
from heurgen.pddl.fingerprint import fingerprint
from heurgen.pddl.model import Problem
from tests import classic_plans, reference
from tests.generator_plans import Facts, every_look

COMPETITION = ("blocksworld", "ferry", "miconic", "spanner")
NAMES = (*COMPETITION, "gripper", "logistics")
GENERATORS = {name: load_generator(name) for name in NAMES}
DOMAINS = {name: read_domain(pddl_dir() / name / "domain.pddl") for name in NAMES}
STORED_BYTES = 60_000
SMALL = {
    "blocksworld": {"blocks": (2, 12)},
    "ferry": {"cars": (1, 8), "locations": (2, 8)},
    "gripper": {"balls": (1, 8), "rooms": (2, 5), "grippers": (1, 4)},
    "logistics": {"packages": (1, 6), "cities": (1, 4), "places": (2, 4), "airplanes": (1, 3)},
    "miconic": {"passengers": (1, 8), "floors": (2, 9)},
    "spanner": {"spanners": (1, 8), "nuts": (1, 6), "locations": (1, 8)},
}


def generated(name: str, seed: int, parameters: dict[str, int]) -> Problem:
    return parse_problem(GENERATORS[name].generate(seed, **parameters), DOMAINS[name])


def solves(name: str, problem: Problem) -> bool:
    """Whether the plan whose existence the generator's docstring claims is one."""
    return validate(problem, classic_plans.PLANS[name](Facts(problem))).valid


@st.composite
def small(draw: st.DrawFn, name: str) -> tuple[Problem, dict[str, int]]:
    """A small problem of the domain, with its parameters."""
    chosen = {key: draw(st.integers(*bounds)) for key, bounds in SMALL[name].items()}
    repair = GENERATORS[name].repair
    parameters = repair(chosen) if repair else chosen
    return generated(name, draw(st.integers(0, 10**6)), parameters), parameters


# ----- solvable -----


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_the_argument_for_solvability_gives_a_plan(name: str, data: st.DataObject) -> None:
    problem, _ = data.draw(small(name))
    assert solves(name, problem)


@pytest.mark.parametrize("size", [0, 1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_it_does_at_the_sizes_of_the_competition(name: str, size: int) -> None:
    started = time.process_time()
    text = GENERATORS[name].generate_at(size, 7)
    assert time.process_time() - started < 2
    assert solves(name, parse_problem(text, DOMAINS[name]))


@pytest.mark.parametrize("size", [0, 1.3, 2])
@pytest.mark.parametrize("name", COMPETITION)
def test_tasks_of_every_look_are_solvable_and_differ(name: str, size: float) -> None:
    for parameters in every_look(GENERATORS[name], size):
        assert solves(name, generated(name, 7, parameters))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("ferry", {"cars": 1, "locations": 4}),
        ("gripper", {"balls": 1, "rooms": 3, "grippers": 2}),
        ("logistics", {"packages": 1, "cities": 1, "places": 3, "airplanes": 1}),
        ("logistics", {"packages": 1, "cities": 2, "places": 1, "airplanes": 1}),
        ("logistics", {"packages": 1, "cities": 2, "places": 2, "airplanes": 1}),
        ("miconic", {"passengers": 1, "floors": 5}),
        ("spanner", {"spanners": 2, "nuts": 2, "locations": 3}),
    ],
)
def test_where_nothing_can_be_shared_the_argued_plan_is_a_shortest(
    name: str, parameters: dict[str, int]
) -> None:
    """By a plain breadth-first search."""
    for seed in range(8):
        problem = generated(name, seed, parameters)
        shortest = reference.shortest_plan(problem)
        assert isinstance(shortest, list)
        assert len(shortest) == len(classic_plans.PLANS[name](Facts(problem)))


@pytest.mark.parametrize(
    ("name", "parameters", "lengths"),
    [
        ("blocksworld", {"blocks": 3}, range(2, 9, 2)),
        ("ferry", {"cars": 2, "locations": 2}, range(5, 9)),
        ("gripper", {"balls": 3, "rooms": 2, "grippers": 2}, [9]),
        ("gripper", {"balls": 3, "rooms": 2, "grippers": 1}, [11]),
        ("spanner", {"spanners": 3, "nuts": 1, "locations": 2}, [5]),
    ],
)
def test_shortest_plans_of_tiny_tasks_are_as_long_as_they_must_be(
    name: str, parameters: dict[str, int], lengths: Iterable[int]
) -> None:
    """By a plain breadth-first search; the lengths follow from the rules of the domain."""
    for seed in range(8):
        plan = reference.shortest_plan(generated(name, seed, parameters))
        assert isinstance(plan, list)
        assert len(plan) in lengths


@pytest.mark.parametrize("name", ["ferry", "gripper", "logistics"])
def test_everything_is_in_one_place_whatever_happens(name: str) -> None:
    movable = {"car", "ball", "package", "truck", "airplane"}
    for seed in range(5):
        problem = generated(name, seed, {key: high for key, (_, high) in SMALL[name].items()})
        task = Task(problem)
        state, rng = task.initial_state, Random(seed)
        for _ in range(60):
            state = task.successor(state, rng.choice(task.applicable(state)))
            places = Counter(atom[1] for atom in state if atom[0] in ("at", "in", "on", "carry"))
            moved = [thing for thing, types in problem.objects.items() if types[0] in movable]
            assert places == dict.fromkeys(moved, 1)


# ----- the same domain as the competition's -----


@pytest.mark.parametrize("name", COMPETITION)
def test_own_domain_has_the_structure_of_the_competitions(name: str, ipc2023: Path) -> None:
    theirs = read_domain(ipc2023 / name / "domain.pddl")
    own = DOMAINS[name]
    assert own.name == theirs.name
    assert fingerprint(own) == fingerprint(theirs)
    arities = [{p.name: p.arity for p in d.predicates.values()} for d in (own, theirs)]
    assert arities[0] == arities[1]


@pytest.mark.parametrize("name", COMPETITION)
def test_tasks_of_the_competition_run_against_the_own_domain(name: str, ipc2023: Path) -> None:
    paths = sorted((ipc2023 / name / "training").glob("*.pddl"))
    assert len(paths) > 80
    for path in paths:
        problem = parse_problem(path.read_text(encoding="utf-8"), DOMAINS[name])
        assert solves(name, problem), path


@pytest.mark.parametrize("name", NAMES)
def test_unified_planning_reads_the_same_task(name: str) -> None:
    from unified_planning.io import PDDLReader

    domain = (pddl_dir() / name / "domain.pddl").read_text(encoding="utf-8")
    for size in (0, 0.6):
        text = GENERATORS[name].generate_at(size, 3)
        own = parse_problem(text, DOMAINS[name])
        theirs = PDDLReader().parse_problem_string(domain, text)
        assert {o.name for o in theirs.all_objects} == set(own.objects)
        assert {a.name for a in theirs.actions} == {a.name for a in own.domain.actions}
        true_atoms = sum(value.is_true() for value in theirs.explicit_initial_values.values())
        assert true_atoms == len(own.init)


# ----- the same text for the same seed -----

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
    assert len(written) > 20
    assert stored == written


# ----- what the tasks look like -----


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(deadline=None, max_examples=25)
def test_there_are_as_many_objects_as_asked_for(name: str, data: st.DataObject) -> None:
    problem, asked = data.draw(small(name))
    counts = Counter(types[0] for types in problem.objects.values())
    expected = {
        "blocksworld": lambda: {"object": asked["blocks"]},
        "ferry": lambda: {"car": asked["cars"], "location": asked["locations"]},
        "gripper": lambda: {kind: asked[f"{kind}s"] for kind in ("room", "ball", "gripper")},
        "logistics": lambda: {
            "city": asked["cities"],
            "airport": asked["cities"],
            "truck": asked["cities"],
            "location": asked["cities"] * (asked["places"] - 1),
            "airplane": asked["airplanes"],
            "package": asked["packages"],
        },
        "miconic": lambda: {"passenger": asked["passengers"], "floor": asked["floors"]},
        "spanner": lambda: {
            "man": 1,
            "spanner": asked["spanners"],
            "nut": asked["nuts"],
            "location": asked["locations"] + 2,
        },
    }
    assert counts == expected[name]()


@pytest.mark.parametrize(
    ("name", "parameters", "complaint"),
    [
        ("blocksworld", {"blocks": 1}, "blocks is 1, but must be at least 2"),
        ("ferry", {"locations": 1}, "locations is 1, but must be at least 2"),
        ("gripper", {"rooms": 1}, "rooms is 1, but must be at least 2"),
        ("logistics", {"cities": 1, "places": 1}, "too little to move a package"),
        ("miconic", {"floors": 1}, "floors is 1, but must be at least 2"),
        ("spanner", {"spanners": 2, "nuts": 3}, "spanners is 2, but must be at least nuts, .* 3"),
    ],
)
def test_parameters_that_do_not_go_together_are_refused(
    name: str, parameters: dict[str, int], complaint: str
) -> None:
    with pytest.raises(GenerationError, match=complaint):
        GENERATORS[name].generate(1, **parameters)


def assert_arrangement(blocks: set[str], atoms: Iterable[tuple[str, ...]]) -> None:
    """Every block is in one tower that stands on the table, and just the tops are clear."""
    found = list(atoms)
    on = [atom[1:] for atom in found if atom[0] == "on"]
    below = dict(on)
    assert len(below) == len(set(below.values())) == len(on)
    bottoms = {atom[1] for atom in found if atom[0] == "on-table"}
    assert bottoms == blocks - below.keys()
    assert {atom[1] for atom in found if atom[0] == "clear"} == blocks - set(below.values())
    for block in blocks:
        for _ in blocks:
            block = below.get(block, block)
        assert block in bottoms


@given(small("blocksworld"))
@settings(deadline=None, max_examples=60)
def test_blocksworld_leads_from_one_arrangement_to_another(
    example: tuple[Problem, dict[str, int]],
) -> None:
    problem, _ = example
    goal = [literal.atom for literal in problem.goal]
    assert problem.init[0] == ("arm-empty",)
    assert_arrangement(set(problem.objects), problem.init[1:])
    assert_arrangement(set(problem.objects), goal)
    assert set(problem.init[1:]) != set(goal)


def test_one_block_in_ten_begins_a_tower() -> None:
    towers = [
        len(atoms["on-table"])
        for seed in range(20)
        for facts in [Facts(generated("blocksworld", seed, {"blocks": 201}))]
        for atoms in (facts.init, facts.goal)
    ]
    # 1 + 200/10 on average, with a standard deviation of 4.2 for one and 0.67 for the mean of 40.
    assert abs(sum(towers) / len(towers) - 21) < 3
    assert len(set(towers)) > 5


@given(small("ferry"))
@settings(deadline=None, max_examples=40)
def test_ferry_has_every_car_go_elsewhere(example: tuple[Problem, dict[str, int]]) -> None:
    facts = Facts(example[0])
    start, target = dict(facts.init["at"]), dict(facts.goal["at"])
    assert list(start) == list(target) == facts.objects["car"]
    assert all(start[car] != target[car] for car in start)
    assert facts.init["empty-ferry"] == [()]
    assert len(facts.init["at-ferry"]) == 1


@given(small("gripper"))
@settings(deadline=None, max_examples=40)
def test_gripper_has_all_balls_leave_the_room_of_the_robot(
    example: tuple[Problem, dict[str, int]],
) -> None:
    facts = Facts(example[0])
    ((first,),) = facts.init["at-robby"]
    assert facts.init["at"] == [(ball, first) for ball in facts.objects["ball"]]
    assert [ball for ball, _ in facts.goal["at"]] == facts.objects["ball"]
    assert all(room != first for _, room in facts.goal["at"])
    assert [hand for (hand,) in facts.init["free"]] == facts.objects["gripper"]


@given(small("logistics"))
@settings(deadline=None, max_examples=40)
def test_logistics_has_an_airport_and_a_truck_in_every_city(
    example: tuple[Problem, dict[str, int]],
) -> None:
    facts = Facts(example[0])
    city_of = dict(facts.init["in-city"])
    place_of, target_of = dict(facts.init["at"]), dict(facts.goal["at"])
    assert len(city_of) == len(facts.init["in-city"])
    assert sorted(city_of) == sorted(facts.objects["airport"] + facts.objects["location"])
    assert sorted(city_of[place] for place in facts.objects["airport"]) == facts.objects["city"]
    assert sorted(city_of[place_of[t]] for t in facts.objects["truck"]) == facts.objects["city"]
    assert {place_of[plane] for plane in facts.objects["airplane"]} <= set(facts.objects["airport"])
    assert list(target_of) == facts.objects["package"]
    assert all(place_of[package] != target for package, target in target_of.items())


@given(small("miconic"))
@settings(deadline=None, max_examples=40)
def test_miconic_stacks_the_floors_and_moves_everybody(
    example: tuple[Problem, dict[str, int]],
) -> None:
    facts = Facts(example[0])
    floors, people = facts.objects["floor"], facts.objects["passenger"]
    assert set(facts.init["above"]) == {
        (low, high) for place, high in enumerate(floors) for low in floors[:place]
    }
    origin, destination = dict(facts.init["origin"]), dict(facts.init["destin"])
    assert list(origin) == list(destination) == people
    assert all(origin[person] != destination[person] for person in people)
    assert facts.goal["served"] == [(person,) for person in people]
    assert len(facts.init["lift-at"]) == 1


@given(small("spanner"))
@settings(deadline=None, max_examples=40)
def test_spanner_is_one_way_from_the_shed_to_the_nuts(
    example: tuple[Problem, dict[str, int]],
) -> None:
    facts = Facts(example[0])
    way = facts.objects["location"]
    assert (way[0], way[-1]) == ("shed", "gate")
    assert facts.init["link"] == list(zip(way, way[1:], strict=False))
    place_of = dict(facts.init["at"])
    spanners, nuts = facts.objects["spanner"], facts.objects["nut"]
    assert place_of["bob"] == "shed"
    assert {place_of[nut] for nut in nuts} == {"gate"}
    assert {place_of[spanner] for spanner in spanners} <= set(way[1:-1])
    assert [spanner for (spanner,) in facts.init["usable"]] == spanners
    assert facts.goal["tightened"] == facts.init["loose"] == [(nut,) for nut in nuts]
    assert len(spanners) >= len(nuts)
