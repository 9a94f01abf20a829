"""The plan checker: valid plans and their cost, every kind of fault, speed."""

from __future__ import annotations

import ast
import itertools
import time
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from heurgen import validation
from heurgen.pddl.model import Action, Literal, Problem
from heurgen.validation import Verdict, uses_costs, validate
from tests.delivery import (
    ACTIONS,
    DELIVERY,
    DOMAIN,
    GOAL,
    INIT,
    OBJECTS,
    WITH_COSTS,
    no,
    parameters,
    yes,
)

Plan = list[tuple[str, ...]]
GOOD: Plan = [
    ("load", "box", "big", "hub"),
    ("drive", "big", "hub", "town"),
    ("unload", "box", "big", "town"),
]


# ----- valid plans and their cost -----


def test_a_good_plan_is_valid() -> None:
    verdict = validate(DELIVERY, GOOD)
    # at: box, big, bee; grounded; 4 roads
    assert verdict == Verdict(True, 3, 3, None, "valid plan of 3 steps", (), 8)


def test_the_empty_plan_is_valid_where_the_goal_holds_at_once() -> None:
    verdict = validate(replace(DELIVERY, goal=(no("full", "big"),)), [])
    assert verdict == Verdict(True, 0, 0, None, "valid plan of 0 steps", (), 8)


def test_anything_with_a_problem_can_be_checked() -> None:
    assert validate(SimpleNamespace(problem=DELIVERY), GOOD).valid


def test_a_verdict_is_not_a_truth_value_nor_changeable() -> None:
    verdict = validate(DELIVERY, [])
    assert "__bool__" not in vars(Verdict)
    with pytest.raises(FrozenInstanceError):
        verdict.valid = True  # type: ignore[misc]


def test_costs_are_summed_from_numbers_and_function_values() -> None:
    plan = [("repair", "bee", "hub"), ("fly", "bee", "hub", "farm"), *GOOD]
    # repair 3, fly 2 + 0.5, load 1, drive 7, unload has no cost effect
    assert validate(WITH_COSTS, plan).cost == 13.5


def test_without_a_metric_the_cost_is_the_number_of_steps() -> None:
    assert not uses_costs(DELIVERY)
    assert validate(DELIVERY, GOOD).cost == 3


def test_a_metric_without_action_costs_leaves_unit_costs() -> None:
    free = tuple(replace(action, cost=None) for action in ACTIONS)
    problem = replace(WITH_COSTS, domain=replace(DOMAIN, actions=free))
    assert not uses_costs(problem)
    assert validate(problem, GOOD).cost == 3


def test_a_step_whose_cost_has_no_value_is_a_fault() -> None:
    problem = replace(WITH_COSTS, function_values={})
    verdict = validate(problem, GOOD)
    assert (verdict.valid, verdict.cost, verdict.failed_step) == (False, None, 2)
    assert verdict.message == "step 2 (drive big hub town): (length hub town) has no value"
    assert validate(replace(problem, minimize_cost=False), GOOD).valid


def test_what_is_both_added_and_deleted_is_added() -> None:
    plan = [("repair", "bee", "hub"), ("fly", "bee", "hub", "hub"), ("fly", "bee", "hub", "town")]
    problem = replace(DELIVERY, goal=(yes("at", "bee", "town"), no("at", "bee", "hub")))
    assert validate(problem, plan).valid


def test_the_task_is_not_changed() -> None:
    validate(DELIVERY, GOOD)
    assert DELIVERY.init == INIT
    assert validate(DELIVERY, GOOD) == validate(DELIVERY, GOOD)


# ----- faults -----


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ((), "step 2 (): there is no such action"),
        (("teleport", "big"), "step 2 (teleport big): there is no such action"),
        (("drive", "big"), "step 2 (drive big): 1 argument, expected 3"),
        (("drive",), "step 2 (drive): 0 arguments, expected 3"),
        (
            ("fly", "bee", "hub", "hub", "hub"),
            "step 2 (fly bee hub hub hub): 4 arguments, expected 3",
        ),
        (("drive", "big", "hub", "moon"), "step 2 (drive big hub moon): there is no object moon"),
        (("drive", "?t", "hub", "town"), "step 2 (drive ?t hub town): there is no object ?t"),
        (
            ("drive", "bee", "hub", "town"),
            "step 2 (drive bee hub town): bee is of type drone, expected truck",
        ),
        (
            ("load", "box", "town", "hub"),
            "step 2 (load box town hub): town is of type place, expected truck or drone",
        ),
        (
            ("fly", "ox", "hub", "hub"),
            "step 2 (fly ox hub hub): ox is of type truck or parcel, expected drone",
        ),
    ],
)
def test_a_step_that_is_no_instance_of_an_action_is_a_fault(
    step: tuple[str, ...], message: str
) -> None:
    verdict = validate(DELIVERY, [GOOD[0], step, *GOOD[1:]])
    # after the first step: at big and bee, grounded, in, full, 4 roads
    assert verdict == Verdict(False, None, 4, 2, message, (), 9)


@pytest.mark.parametrize(
    ("step", "violated", "message"),
    [
        (("drive", "big", "hub", "farm"), [yes("road", "hub", "farm")], "(road hub farm)"),
        (("fly", "bee", "hub", "farm"), [no("grounded", "bee")], "(not (grounded bee))"),
        (
            ("drive", "big", "town", "town"),
            [yes("at", "big", "town"), no("=", "town", "town")],
            "(at big town), (not (= town town))",
        ),
        (("repair", "bee", "bee"), [yes("=", "bee", "hub")], "(= bee hub)"),
    ],
)
def test_a_precondition_that_does_not_hold_is_named(
    step: tuple[str, ...], violated: list[Literal], message: str
) -> None:
    verdict = validate(DELIVERY, [step])
    words = ("precondition", "does") if len(violated) == 1 else ("preconditions", "do")
    assert verdict.message == f"step 1 ({' '.join(step)}): {words[0]} {message} {words[1]} not hold"
    assert verdict.unsatisfied == tuple(violated)
    assert (verdict.valid, verdict.cost, verdict.steps, verdict.failed_step) == (False, None, 1, 1)


def test_a_step_cannot_use_what_an_earlier_one_deleted() -> None:
    verdict = validate(DELIVERY, [GOOD[0], GOOD[0]])
    assert verdict.failed_step == 2
    assert verdict.unsatisfied == (yes("at", "box", "hub"), no("full", "big"))


@pytest.mark.parametrize(
    ("plan", "unmet", "message"),
    [
        ([], [GOAL[0], GOAL[2]], "(at box town), (not (at big hub))"),
        (GOOD[:1], list(GOAL), "(at box town), (not (full big)), (not (at big hub))"),
        ([*GOOD, ("drive", "big", "town", "hub")], [GOAL[2]], "(not (at big hub))"),
    ],
)
def test_goals_that_do_not_hold_are_listed(plan: Plan, unmet: list[Literal], message: str) -> None:
    verdict = validate(DELIVERY, plan)
    assert verdict.message == f"the goal is not reached: {message}"
    assert verdict.unsatisfied == tuple(unmet)
    assert (verdict.valid, verdict.cost, verdict.failed_step) == (False, None, None)


def test_equality_in_the_goal_is_no_atom() -> None:
    assert validate(replace(DELIVERY, goal=(yes("=", "hub", "hub"),)), []).valid
    assert not validate(replace(DELIVERY, goal=(no("=", "hub", "hub"),)), []).valid
    assert not validate(replace(DELIVERY, goal=(yes("=", "hub", "town"),)), []).valid


def test_a_long_list_of_goals_is_cut_in_the_message_alone() -> None:
    goal = tuple(yes("at", name, "farm") for name in OBJECTS)
    verdict = validate(replace(DELIVERY, goal=goal), [])
    assert verdict.message.endswith("(at bee farm) and 2 more")
    assert verdict.unsatisfied == goal


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        ("object", list(OBJECTS)),
        ("place", ["hub", "town", "farm"]),
        ("depot", ["hub"]),
        ("vehicle", ["big", "bee", "ox"]),
        ("heavy-truck", ["big"]),
        ("parcel", ["ox", "box"]),
        ("parcel drone", ["bee", "ox", "box"]),
        ("depot vehicle", ["hub", "big", "bee", "ox"]),
    ],
)
def test_an_object_fits_the_types_it_has_and_their_supertypes(
    wanted: str, fitting: list[str]
) -> None:
    touch = Action("touch", parameters(x=wanted), (), (yes("touched", "?x"),))
    problem = replace(DELIVERY, domain=replace(DOMAIN, actions=(touch,)), goal=())
    assert [name for name in OBJECTS if validate(problem, [("touch", name)]).valid] == fitting


def test_every_object_is_one_of_type_object() -> None:
    touch = Action("touch", parameters(x="object"), (), ())
    domain = replace(DOMAIN, actions=(touch,), types={"place": ()})
    problem = replace(DELIVERY, domain=domain, objects={"town": ("place",)}, goal=())
    assert validate(problem, [("touch", "town")]).valid


def test_the_checker_takes_nothing_from_the_search_core() -> None:
    tree = ast.parse(Path(validation.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name and name.startswith("heurgen")} == {
        "heurgen.pddl.model"
    }


# ----- speed -----


def test_a_long_plan_on_a_large_task_is_checked_at_once() -> None:
    places = [f"l{i}" for i in range(200)]
    objects = dict.fromkeys(places, ("place",)) | {"big": ("heavy-truck",)}
    roads = tuple(("road", a, b) for a in places for b in places)
    stops = [places[i * 7 % 200] for i in range(5001)]
    plan = [("drive", "big", a, b) for a, b in itertools.pairwise(stops)]
    goal = (yes("at", "big", stops[-1]),)
    problem = Problem("large", DOMAIN, objects, (("at", "big", stops[0]), *roads), goal)
    begin = time.process_time()
    verdict = validate(problem, plan)
    assert time.process_time() - begin < 0.3
    assert (verdict.valid, verdict.cost, verdict.state_size) == (True, 5000, 40_001)
