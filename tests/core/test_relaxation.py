"""h^max, h^add and h^FF against value iteration and the definition of a relaxed plan."""

from __future__ import annotations

import math

from heurgen.core.relaxation import relaxed_plan
from hypothesis import given, settings

from heurgen.core import Task, search
from heurgen.pddl.model import Problem
from tests import reference
from tests.core.conftest import line_problem
from tests.strategies import problems


def initial_value(problem: Problem, heuristic: str) -> float:
    """The value of the initial state; 0 where the search does not ask since the goal holds."""
    value = search(Task(problem), heuristic, time_limit=10).initial_h
    return 0.0 if value is None else value


@settings(deadline=None, max_examples=300)
@given(problem=problems())
def test_hadd_and_hmax_agree_with_value_iteration(problem: Problem) -> None:
    state = frozenset(problem.init)
    if reference.is_goal(problem, state):
        return
    assert initial_value(problem, "hadd") == reference.relaxed_value(problem, state, "sum")
    assert initial_value(problem, "hmax") == reference.relaxed_value(problem, state, "max")


@settings(deadline=None, max_examples=300)
@given(problem=problems())
def test_hff_is_the_length_of_a_relaxed_plan(problem: Problem) -> None:
    """Between the lower bound h^max and the size that a plan without sharing has, and infinite with them."""
    state = frozenset(problem.init)
    if reference.is_goal(problem, state):
        return
    value = initial_value(problem, "ff")
    lowest = reference.relaxed_value(problem, state, "max")
    if math.isinf(lowest):
        assert math.isinf(value)
    else:
        assert lowest <= value <= reference.relaxed_value(problem, state, "sum")


@settings(deadline=None, max_examples=200)
@given(problem=problems())
def test_the_relaxed_plan_reaches_the_goal_in_the_relaxation(problem: Problem) -> None:
    state = frozenset(problem.init)
    if reference.is_goal(problem, state) or math.isinf(initial_value(problem, "ff")):
        return
    plan = relaxed_plan(Task(problem))
    ground = {action.name: action for action in reference.ground(problem)}
    assert len(plan) == len(set(plan)) == initial_value(problem, "ff")
    reached = {(True, atom) for atom in state}
    absent: set[tuple[bool, tuple[str, ...]]] = set()
    remaining = [ground[name] for name in plan]
    while remaining:
        ready = [
            action
            for action in remaining
            if all((True, atom) in reached for atom in action.positive)
            and all(atom not in state or (False, atom) in absent for atom in action.negative)
        ]
        assert ready, "no action of the relaxed plan is applicable any more"
        for action in ready:
            reached |= {(True, atom) for atom in action.adds}
            absent |= {(False, atom) for atom in action.deletes - action.adds}
            remaining.remove(action)
    for literal in problem.goal:
        if literal.atom[0] == "=":
            continue
        if literal.positive:
            assert (True, literal.atom) in reached
        else:
            assert literal.atom not in state or (False, literal.atom) in absent


def test_values_on_a_line() -> None:
    problem = line_problem(5)
    assert [initial_value(problem, name) for name in ("hmax", "hadd", "ff")] == [4, 4, 4]


def test_an_unreachable_goal_is_a_dead_end_at_once() -> None:
    problem = line_problem(4)
    cut = Problem(
        problem.name,
        problem.domain,
        problem.objects,
        tuple(atom for atom in problem.init if atom != ("road", "c", "d")),
        problem.goal,
    )
    for name in ("hmax", "hadd", "ff"):
        result = search(Task(cut), name)
        assert result.status.value == "unsolvable"
        assert result.expanded == 0
        assert result.dead_ends == 1
