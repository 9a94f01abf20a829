"""The plan checker against brute force and against unified-planning."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from heurgen.pddl import parse_domain, parse_problem
from heurgen.pddl.model import Literal, Problem
from heurgen.validation import Verdict, validate
from tests import reference
from tests.delivery import DELIVERY, no
from tests.strategies import problems

Plan = list[tuple[str, ...]]


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
