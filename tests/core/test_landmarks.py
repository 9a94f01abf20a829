"""Landmark count: every landmark is one, and the count is that of its definition."""

from __future__ import annotations

import pytest
from heurgen.core.landmarks import landmarks_of
from hypothesis import given, settings

from heurgen.core import State, Task, search
from heurgen.generation import load_generator
from heurgen.paths import pddl_dir
from heurgen.pddl import parse_problem, read_domain
from heurgen.pddl.model import Problem
from tests import reference
from tests.core.conftest import line_problem
from tests.strategies import problems


def solvable_without(problem: Problem, fact: tuple[bool, tuple[str, ...]], most: int) -> bool | None:
    """Whether the goal can be reached on a path on which the fact never holds; None beyond `most` states."""
    holds, atom = fact
    actions = reference.ground(problem)
    start = frozenset(problem.init)
    if (atom in start) == holds:
        return False
    seen = {start}
    queue = [start]
    for state in queue:
        if reference.is_goal(problem, state):
            return True
        for action in actions:
            if action.applicable(state):
                after = action.apply(state)
                if after not in seen and (atom in after) != holds:
                    seen.add(after)
                    queue.append(after)
        if len(seen) > most:
            return None
    return False


@settings(deadline=None, max_examples=150)
@given(problem=problems(max_objects=4, max_arity=2))
def test_no_plan_avoids_a_landmark(problem: Problem) -> None:
    found = landmarks_of(Task(problem))
    if found is None:
        assert reference.shortest_plan(problem, most=1000) in (None, "unknown")
        return
    for literal in problem.goal:
        if literal.atom[0] in {a.atom[0] for action in problem.domain.actions for a in action.effect}:
            assert (literal.positive, literal.atom) in found
    for fact in found:
        assert not solvable_without(problem, fact, 400), fact


@settings(deadline=None, max_examples=100)
@given(problem=problems(max_objects=4, max_arity=2))
def test_the_count_is_zero_at_goal_states_only(problem: Problem) -> None:
    result = search(Task(problem), "lmcount", "bfs")
    value = search(Task(problem), "lmcount", "gbfs-lazy", time_limit=5).initial_h
    if result.plan is None or value is None:
        return
    assert (value == 0) == (len(result.plan) == 0)


def test_the_places_on_a_line_are_landmarks() -> None:
    problem = line_problem(6)
    found = landmarks_of(Task(problem))
    assert found is not None
    assert {atom for holds, atom in found if atom[0] == "at"} >= {("at", name) for name in problem.objects}
    result = search(Task(problem), "lmcount")
    assert result.initial_h == 5
    assert result.plan is not None
    assert result.expanded == len(result.plan) == 5


@pytest.mark.parametrize("name", ["blocksworld", "miconic", "satellite", "logistics"])
def test_counts_along_a_search_are_those_of_the_path(name: str) -> None:
    """What the stack of turns says agrees with a count from scratch along the path to each state."""
    domain = read_domain(pddl_dir() / name / "domain.pddl")
    problem = parse_problem(load_generator(name).generate_at(0.3, 3), domain)
    task = Task(problem)
    result = search(task, "lmcount", time_limit=20)
    assert result.plan is not None
    found = landmarks_of(task)
    assert found is not None
    goal = {(literal.positive, literal.atom) for literal in problem.goal}

    def holds(fact: tuple[bool, tuple[str, ...]], state: State) -> bool:
        return (fact[1] in state) == fact[0]

    state = task.initial_state
    accepted = {fact for fact in found if holds(fact, state)}
    assert result.initial_h is not None
    assert result.initial_h >= len(found) - len(accepted)
    for step in result.plan:
        state = task.successor(state, step)
        accepted |= {fact for fact in found if holds(fact, state)}
    assert accepted == set(found)       # a plan reaches every landmark
    assert all(holds(fact, state) for fact in goal & accepted)


def test_landmarks_take_turns_with_hff() -> None:
    problem = line_problem(5)
    result = search(Task(problem), ["lmcount", "ff"])
    assert result.solved
    with pytest.raises(ValueError, match="named twice"):
        search(Task(problem), ["lmcount", "lmcount"])
