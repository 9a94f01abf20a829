"""The compiled successor generator against the brute-force reference."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heurgen.core import Task, state_of
from heurgen.core.numbering import set_dense_limits
from heurgen.pddl.model import Problem
from tests import reference
from tests.strategies import problems


@pytest.fixture(params=["dense", "interned"])
def code_space(request: pytest.FixtureRequest) -> Iterator[str]:
    """Once with computed codes, once with everything interned, as in tasks with a huge code space."""
    if request.param == "interned":
        set_dense_limits(0, 0, 0)
    yield request.param
    set_dense_limits()


def fluents(task: Task, atoms: frozenset[tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
    return frozenset(atom for atom in atoms if atom[0] not in task.static)


def check_walk(problem: Problem, seed: int, steps: int) -> None:
    """Applicable actions, successors and goal tests along a random walk."""
    task = Task(problem)
    rng = random.Random(seed)
    actions = reference.ground(problem)
    state, expected = task.initial_state, frozenset(problem.init)
    for _ in range(steps):
        assert frozenset(state) == fluents(task, expected)
        assert task.is_goal(state) == reference.is_goal(problem, expected)
        applicable = {action.name: action for action in actions if action.applicable(expected)}
        found = task.applicable(state)
        assert len(found) == len(set(found))
        assert set(found) == set(applicable)
        if not found:
            return
        name = rng.choice(sorted(found))
        state = task.successor(state, name)
        before, expected = expected, applicable[name].apply(expected)
        assert state.action == name
        assert frozenset(state.added) == fluents(task, expected - before)
        assert frozenset(state.deleted) == fluents(task, before - expected)


@pytest.mark.usefixtures("code_space")
@settings(deadline=None, max_examples=250)
@given(problem=problems(), seed=st.integers(0, 2**16))
def test_random_tasks_agree_with_brute_force_along_walks(problem: Problem, seed: int) -> None:
    check_walk(problem, seed, steps=4)


@settings(deadline=None, max_examples=60)
@given(problem=problems(max_objects=3, max_arity=3), data=st.data())
def test_inapplicable_actions_are_refused_with_the_precondition(
    problem: Problem, data: st.DataObject
) -> None:
    task = Task(problem)
    state = task.initial_state
    applicable = set(task.applicable(state))
    every = [action.name for action in reference.ground(problem)]
    if not every:
        return
    name = data.draw(st.sampled_from(every))
    if name in applicable:
        task.successor(state, name)
    else:
        with pytest.raises(ValueError, match=r"does not hold|cannot be argument"):
            task.successor(state, name)


@settings(deadline=None, max_examples=80)
@given(problem=problems())
def test_a_state_made_of_its_atoms_is_the_same_state(problem: Problem) -> None:
    task = Task(problem)
    for name in task.applicable(task.initial_state)[:3]:
        state = task.successor(task.initial_state, name)
        copy = state_of(task, list(state)[::-1])
        assert copy == state
        assert hash(copy) == hash(state)
        assert task.applicable(copy) == task.applicable(state)


def test_unknown_actions_and_arguments_are_refused(tiny: Problem) -> None:
    task = Task(tiny)
    state = task.initial_state
    with pytest.raises(ValueError, match="no action schema"):
        task.successor(state, ("fly", "a"))
    with pytest.raises(ValueError, match="takes 2 arguments"):
        task.successor(state, ("move", "a"))
    with pytest.raises(ValueError, match="cannot be argument 2"):
        task.successor(state, ("move", "a", "nowhere"))
