"""The plan checker: every kind of fault, and whole runs against brute force and another library."""

from __future__ import annotations

import ast
import time
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from heurgen import validation
from heurgen.pddl import parse_domain, parse_problem
from heurgen.pddl.model import Action, Atom, Domain, Literal, Parameter, Problem
from heurgen.validation import Verdict, uses_costs, validate
from tests import reference
from tests.strategies import problems

Plan = list[tuple[str, ...]]


def no(*atom: str) -> Literal:
    return Literal(atom, positive=False)


def yes(*atom: str) -> Literal:
    return Literal(atom)


def parameters(**types: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(f"?{name}", tuple(kind.split())) for name, kind in types.items())


ACTIONS = (
    Action(
        "drive",
        parameters(t="truck", a="place", b="place"),
        (yes("at", "?t", "?a"), yes("road", "?a", "?b"), no("=", "?a", "?b")),
        (no("at", "?t", "?a"), yes("at", "?t", "?b")),
        (("length", "?a", "?b"),),
    ),
    Action(
        "fly",
        parameters(d="drone", a="place", b="place"),
        (yes("at", "?d", "?a"), no("grounded", "?d")),
        (yes("at", "?d", "?b"), no("at", "?d", "?a")),
        (2, 0.5),
    ),
    Action(
        "load",
        parameters(p="parcel", v="truck drone", a="place"),
        (yes("at", "?p", "?a"), yes("at", "?v", "?a"), no("full", "?v")),
        (yes("in", "?p", "?v"), yes("full", "?v"), no("at", "?p", "?a")),
        (1,),
    ),
    Action(
        "unload",
        parameters(p="parcel", v="vehicle", a="place"),
        (yes("in", "?p", "?v"), yes("at", "?v", "?a")),
        (yes("at", "?p", "?a"), no("in", "?p", "?v"), no("full", "?v")),
    ),
    Action(
        "repair",
        parameters(d="drone", x="object"),
        (yes("at", "?d", "hub"), yes("=", "?x", "hub")),
        (no("grounded", "?d"),),
        (3,),
    ),
)
TYPES = {
    "vehicle": ("object",),
    "truck": ("vehicle",),
    "heavy-truck": ("truck",),
    "drone": ("vehicle",),
    "place": ("object",),
    "depot": ("place",),
    "parcel": ("object",),
}
DOMAIN = Domain("delivery", (), TYPES, {"hub": ("depot",)}, {}, {}, ACTIONS)
OBJECTS = {
    "hub": ("depot",),
    "town": ("place",),
    "farm": ("place",),
    "big": ("heavy-truck",),
    "bee": ("drone",),
    "ox": ("truck", "parcel"),
    "box": ("parcel",),
}
INIT: tuple[Atom, ...] = (
    ("at", "big", "hub"),
    ("at", "bee", "hub"),
    ("at", "box", "hub"),
    ("grounded", "bee"),
    ("road", "hub", "town"),
    ("road", "town", "hub"),
    ("road", "town", "town"),
    ("road", "town", "farm"),
)
LENGTHS = {("length", "hub", "town"): 7, ("length", "town", "hub"): 6, ("length", "town", "farm"): 5}
GOAL = (yes("at", "box", "town"), no("full", "big"), no("at", "big", "hub"))
DELIVERY = Problem("one", DOMAIN, OBJECTS, INIT, GOAL, LENGTHS)
WITH_COSTS = replace(DELIVERY, minimize_cost=True)

GOOD = [("load", "box", "big", "hub"), ("drive", "big", "hub", "town"), ("unload", "box", "big", "town")]


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
        (("fly", "bee", "hub", "hub", "hub"), "step 2 (fly bee hub hub hub): 4 arguments, expected 3"),
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


def test_the_checker_takes_nothing_from_the_search_core() -> None:
    tree = ast.parse(Path(validation.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name and name.startswith("heurgen")} == {
        "heurgen.pddl.model"
    }


# ----- against brute force -----


class Oracle:
    """Runs plans over the ground actions of the reference."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.actions = {action.name: action for action in reference.ground(problem)}

    def applicable(self, state: reference.State) -> Plan:
        return [name for name, action in self.actions.items() if action.applicable(state)]

    def run(self, plan: Plan) -> tuple[int | None, reference.State]:
        """The first step that cannot be taken, from 1, and the state before it."""
        state = frozenset(self.problem.init)
        for number, step in enumerate(plan, start=1):
            action = self.actions.get(step)
            if action is None or not action.applicable(state):
                return number, state
            state = action.apply(state)
        return None, state


def walk(oracle: Oracle, data: st.DataObject, most: int = 8) -> Plan:
    plan: Plan = []
    for _ in range(data.draw(st.integers(1, most))):
        choices = oracle.applicable(oracle.run(plan)[1])
        if not choices:
            break
        plan.append(data.draw(st.sampled_from(choices)))
    return plan


def reached_goal(oracle: Oracle, plan: Plan) -> tuple[Literal, ...]:
    """A goal that the plan reaches and that says all about its last state."""
    last = oracle.run(plan)[1]
    gone = frozenset(oracle.problem.init) - last
    return tuple([Literal(atom) for atom in sorted(last)] + [no(*atom) for atom in sorted(gone)])


def mutate(plan: Plan, problem: Problem, data: st.DataObject) -> Plan:
    changed = list(plan)
    place = data.draw(st.integers(0, len(plan) - 1))
    step = changed[place]
    kind = data.draw(st.sampled_from(["drop", "double", "swap", "argument", "name", "arity"]))
    if kind == "drop":
        del changed[place]
    elif kind == "double":
        changed.insert(place, step)
    elif kind == "swap":
        other = data.draw(st.integers(0, len(plan) - 1))
        changed[place], changed[other] = changed[other], step
    elif kind == "argument" and len(step) > 1:
        which = data.draw(st.integers(1, len(step) - 1))
        name = data.draw(st.sampled_from([*problem.objects, "nobody"]))
        changed[place] = (*step[:which], name, *step[which + 1 :])
    elif kind == "name":
        names = [action.name for action in problem.domain.actions]
        changed[place] = (data.draw(st.sampled_from([*names, "nothing"])), *step[1:])
    else:
        changed[place] = (*step, data.draw(st.sampled_from([*problem.objects])))
    return changed


def agree(oracle: Oracle, problem: Problem, plan: Plan) -> Verdict:
    """The verdict, after checking that brute force says the same."""
    verdict = validate(problem, plan)
    failed, state = oracle.run(plan)
    assert verdict.failed_step == failed, verdict.message
    assert verdict.valid == (failed is None and reference.is_goal(problem, state))
    assert verdict.cost == (len(plan) if verdict.valid else None)
    assert verdict.state_size == len(state)
    for literal in verdict.unsatisfied:
        if literal.atom[0] != "=":
            assert (literal.atom in state) != literal.positive
    if failed is None:
        unmet = [goal for goal in problem.goal if (goal.atom in state) != goal.positive]
        assert list(verdict.unsatisfied) == unmet
    return verdict


ORACLE = Oracle(DELIVERY)


@given(st.data())
def test_random_walks_are_valid_and_faults_found_where_brute_force_finds_them(
    data: st.DataObject,
) -> None:
    plan = walk(ORACLE, data)
    problem = replace(DELIVERY, goal=reached_goal(ORACLE, plan))
    assert agree(ORACLE, problem, plan).valid
    verdict = agree(ORACLE, problem, mutate(plan, problem, data))
    event("still valid" if verdict.valid else "step" if verdict.failed_step else "goal")


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(problems(), st.data())
def test_random_tasks_are_checked_as_by_brute_force(problem: Problem, data: st.DataObject) -> None:
    oracle = Oracle(problem)
    plan = walk(oracle, data)
    assume(plan)
    agree(oracle, problem, plan)
    problem = replace(problem, goal=reached_goal(oracle, plan))
    assert agree(oracle, problem, plan).valid
    agree(oracle, problem, mutate(plan, problem, data))


@given(problems(), st.data())
def test_any_instance_of_an_action_is_judged_as_by_brute_force(
    problem: Problem, data: st.DataObject
) -> None:
    oracle = Oracle(problem)
    schema = data.draw(st.sampled_from(problem.domain.actions))
    names = st.sampled_from(sorted(problem.objects))
    step = (schema.name, *[data.draw(names) for _ in schema.parameters])
    agree(oracle, problem, [step])


# ----- against unified-planning -----

LIGHTS = """
(define (domain lights)
  (:requirements :strips :typing :negative-preconditions :equality)
  (:types lamp room - object desk-lamp - lamp)
  (:predicates (lit ?l - lamp) (in ?l - lamp ?r - room) (me ?r - room))
  (:action go
    :parameters (?a ?b - room)
    :precondition (and (me ?a) (not (= ?a ?b)))
    :effect (and (not (me ?a)) (me ?b)))
  (:action on
    :parameters (?l - lamp ?r - room)
    :precondition (and (me ?r) (in ?l ?r) (not (lit ?l)))
    :effect (lit ?l))
  (:action carry
    :parameters (?l - desk-lamp ?a ?b - room)
    :precondition (and (me ?a) (in ?l ?a) (not (lit ?l)))
    :effect (and (in ?l ?b) (me ?b) (not (in ?l ?a)) (not (me ?a)))))
"""
EVENING = """
(define (problem evening) (:domain lights)
  (:objects small - desk-lamp big - lamp hall attic - room)
  (:init (me hall) (in small hall) (in big attic))
  (:goal (and (lit big) (lit small) (in small attic) (not (me hall)))))
"""


@pytest.mark.parametrize(
    ("plan", "valid"),
    [
        ("(carry small hall attic)(on small attic)(on big attic)", True),
        ("(carry small hall hall)(carry small hall attic)(on big attic)(on small attic)", True),
        ("(on small hall)(carry small hall attic)(on big attic)", False),
        ("(carry small hall attic)(on big attic)", False),
        ("(go hall hall)", False),
        ("(go hall attic)(on big attic)(on big attic)", False),
        ("(carry small hall attic)(on small attic)(on big attic)(go attic hall)", False),
        ("(go attic hall)", False),
        ("", False),
    ],
)
def test_unified_planning_agrees(plan: str, valid: bool) -> None:
    steps: Plan = [tuple(step.split()) for step in plan.strip("()").split(")(") if step]
    problem = parse_problem(EVENING, parse_domain(LIGHTS))
    assert validate(problem, steps).valid == valid
    assert accepted_by_unified_planning(LIGHTS, EVENING, steps) == valid


def accepted_by_unified_planning(domain: str, problem: str, steps: Plan) -> bool:
    from unified_planning.engines import SequentialPlanValidator, ValidationResultStatus
    from unified_planning.io import PDDLReader
    from unified_planning.plans import ActionInstance, SequentialPlan

    task = PDDLReader().parse_problem_string(domain, problem)
    plan = SequentialPlan(
        [
            ActionInstance(task.action(name), [task.object(argument) for argument in arguments])
            for name, *arguments in steps
        ]
    )
    result = SequentialPlanValidator().validate(task, plan)
    return bool(result.status == ValidationResultStatus.VALID)


# ----- speed -----


def test_a_long_plan_on_a_large_task_is_checked_at_once() -> None:
    places = [f"l{i}" for i in range(200)]
    objects = {place: ("place",) for place in places} | {"big": ("heavy-truck",)}
    roads = tuple(("road", a, b) for a in places for b in places)
    stops = [places[i * 7 % 200] for i in range(5001)]
    plan = [("drive", "big", a, b) for a, b in zip(stops, stops[1:], strict=False)]
    goal = (yes("at", "big", stops[-1]),)
    problem = Problem("large", DOMAIN, objects, (("at", "big", stops[0]), *roads), goal)
    begin = time.process_time()
    verdict = validate(problem, plan)
    assert time.process_time() - begin < 0.3
    assert (verdict.valid, verdict.cost, verdict.state_size) == (True, 5000, 40_001)
