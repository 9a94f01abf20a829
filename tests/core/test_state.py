"""States and tasks as a heuristic sees them, inside a search and outside."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given, settings

from heurgen.core import AtomSet, State, Task, search
from heurgen.pddl.model import Problem
from tests.core.conftest import line_problem
from tests.strategies import problems
from tests.test_determinism_domain import puzzle


def view(task: Task, state: State) -> dict[str, Any]:
    """Everything a state answers."""
    fluent = [name for name in task.predicates if name not in task.static]
    return {
        "atoms": list(state),
        "len": len(state),
        "by predicate": {name: tuple(state[name]) for name in task.predicates},
        "versions": {name: state.version(name) for name in task.predicates},
        "matches": {
            (name, place, value): state.match(name, *pattern(task, name, place, value))
            for name in fluent
            for place in range(task.predicates[name].arity)
            for value in task.objects[:3]
        },
        "contains": [atom in state for atom in task.problem.init],
        "goals left": state.goals_left,
        "unsatisfied": state.unsatisfied_goals,
        "action": state.action,
        "added": state.added,
        "deleted": state.deleted,
        "hash": hash(state),
    }


def pattern(task: Task, name: str, place: int, value: str) -> list[str | None]:
    found: list[str | None] = [None] * task.predicates[name].arity
    found[place] = value
    return found


@settings(deadline=None, max_examples=80)
@given(problem=problems(max_objects=3, max_arity=2))
def test_a_live_state_answers_like_the_same_state_kept(problem: Problem) -> None:
    """In the search a state looks at the search's own; kept, it stands for itself."""
    task = Task(problem)
    kept: list[tuple[State, dict[str, Any]]] = []

    def look(state: State) -> int:
        kept.append((state, view(task, state)))
        return len(kept) % 3

    search(task, look, time_limit=0.2)
    for state, seen in kept[:40]:
        assert view(task, state) == seen


@settings(deadline=None, max_examples=60)
@given(problem=problems(max_objects=3, max_arity=2))
def test_predicates_partition_the_atoms_and_matches_filter_them(problem: Problem) -> None:
    task = Task(problem)
    state = task.initial_state
    seen = view(task, state)
    fluent = [name for name in task.predicates if name not in task.static]
    assert {(n, *a) for n in fluent for a in seen["by predicate"][n]} == set(state)
    for (name, place, value), found in seen["matches"].items():
        assert found == tuple(a for a in seen["by predicate"][name] if a[place] == value)
    for name in task.static:
        assert set(task.static[name]) == {a[1:] for a in problem.init if a[0] == name}
        assert state[name] == task.static[name]
    assert all(seen["contains"])


def test_the_attributes_of_a_task() -> None:
    task = Task(puzzle())
    assert task.name == "puzzle"
    assert task.domain_name == "puzzle"
    assert set(task.objects_of_type("tile")) == {f"t{i}" for i in range(1, 9)}
    assert task.type_of("t3") == "tile"
    assert list(task.static) == ["next"]
    assert ("c00", "c10") in task.static["next"]
    assert len(task.static["next"]) == 24
    assert task.goal[0] == ("on", "t1", "c00")
    assert task.negative_goal == ()
    assert task.predicates["on"].arity == 2
    assert [action.name for action in task.actions] == ["slide"]
    assert dict(task.action_costs) == {}
    with pytest.raises(KeyError, match=r"no type 'box'; known: cell, object, tile"):
        task.objects_of_type("box")
    with pytest.raises(AttributeError):
        task.goal = ()  # type: ignore[misc]
    with pytest.raises(TypeError):
        task.static["next"] = AtomSet()  # type: ignore[index]


def test_unknown_predicates_list_the_known_ones() -> None:
    state = Task(puzzle()).initial_state
    with pytest.raises(KeyError, match="no predicate 'inside'; known: on, empty, next"):
        state["inside"]
    with pytest.raises(KeyError, match="no predicate 'inside'"):
        ("inside", "t1") in state  # noqa: B015
    with pytest.raises(ValueError, match="on takes 2 arguments"):
        state.match("on", "t1")


def test_tuples_are_made_once() -> None:
    task = Task(puzzle())
    state = task.initial_state
    assert state["on"][0] is state["on"][0]
    (goal,) = [atom for atom in task.goal if atom in state][:1]
    assert any(atom is goal for atom in state)


def test_handed_out_sequences_cannot_be_changed() -> None:
    state = Task(puzzle()).initial_state
    assert isinstance(state["on"], tuple)
    assert isinstance(state.unsatisfied_goals, tuple)


def test_unhashable_or_odd_atoms_are_not_in_a_state() -> None:
    task = Task(line_problem(3))
    assert ("at", "nowhere") not in task.initial_state
    assert ("road", "nowhere", "a") not in task.initial_state


def test_tasks_and_states_pickle() -> None:
    task = Task(puzzle())
    after = task.successor(task.initial_state, task.applicable(task.initial_state)[0])
    copy = pickle.loads(pickle.dumps(after))
    assert copy == after
    assert copy.task.objects == task.objects


def test_atom_sets_behave_like_frozen_sets_in_a_fixed_order() -> None:
    some = AtomSet([("b",), ("a",), ("b",)])
    assert list(some) == [("b",), ("a",)]
    assert some == {("a",), ("b",)}
    assert hash(some) == hash(frozenset(some))
    assert list(some | [("c",)]) == [("b",), ("a",), ("c",)]
    assert list(some & {("a",)}) == [("a",)]
    assert list(some - {("a",)}) == [("b",)]
    assert some <= {("a",), ("b",), ("c",)}
    assert some.isdisjoint([("z",)])
