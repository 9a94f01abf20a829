"""Interchangeable objects: one representative per orbit, and nothing is lost by it."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings

from heurgen.core import Task, search
from heurgen.core.explore import Explorer
from heurgen.generation import generated_domains, load_generator
from heurgen.paths import pddl_dir
from heurgen.pddl import parse_problem, read_domain
from heurgen.pddl.model import Atom, Problem
from tests import reference
from tests.strategies import problems


def swapped(atom: Atom, one: str, other: str) -> Atom:
    names = {one: other, other: one}
    return (atom[0], *[names.get(term, term) for term in atom[1:]])


def check_groups(problem: Problem, state: frozenset[Atom], groups: list[tuple[str, ...]]) -> None:
    """Swapping two members changes neither state, static atoms, goal nor types."""
    goal = {(literal.atom, literal.positive) for literal in problem.goal}
    for group in groups:
        for one, other in itertools.pairwise(group):
            assert {swapped(atom, one, other) for atom in state} == state
            assert {(swapped(atom, one, other), sign) for atom, sign in goal} == goal
            assert problem.objects[one] == problem.objects[other]


def orbit(action: tuple[str, ...], groups: list[tuple[str, ...]]) -> tuple[object, ...]:
    """What the images of an action under all permutations within the groups have in common."""
    place = {name: number for number, group in enumerate(groups) for name in group}
    seen: dict[str, int] = {}
    key: list[object] = [action[0]]
    for name in action[1:]:
        if name in place:
            key.append((place[name], seen.setdefault(name, len(seen))))
        else:
            key.append(name)
    return tuple(key)


def check_walk(problem: Problem, seed: int, steps: int) -> int:
    """Along a random walk: groups are swappable, and exactly one action is kept per orbit."""
    task = Task(problem)
    explorer = Explorer(task)
    rng = random.Random(seed)
    static = frozenset(a for a in problem.init if a[0] in task.static)
    state, pruned = task.initial_state, 0
    for _ in range(steps):
        groups = explorer.interchangeable(state)
        check_groups(problem, static | frozenset(state), groups)
        every = task.applicable(state)
        kept = explorer.representatives(state)
        assert set(kept) <= set(every)
        orbits = [orbit(action, groups) for action in kept]
        assert len(orbits) == len(set(orbits))
        assert set(orbits) == {orbit(action, groups) for action in every}
        pruned += len(every) - len(kept)
        if not every:
            break
        state = task.successor(state, rng.choice(every))
    return pruned


@settings(deadline=None, max_examples=200)
@given(problem=problems(max_objects=5, max_arity=2))
def test_random_tasks_keep_one_action_per_orbit(problem: Problem) -> None:
    check_walk(problem, 1, 3)


@pytest.mark.parametrize("name", generated_domains())
def test_bundled_domains_keep_one_action_per_orbit(name: str) -> None:
    domain = read_domain(pddl_dir() / name / "domain.pddl")
    generator = load_generator(name)
    pruned = 0
    for seed in range(3):
        problem = parse_problem(generator.generate_at(0.4, seed), domain)
        pruned += check_walk(problem, seed, 12)
    if name in ("childsnack", "gripper", "spanner"):
        assert pruned > 0


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("childsnack", {"children": 9, "allergic": 4, "trays": 3, "sandwiches": 300, "tables": 3}),
        ("spanner", {"spanners": 200, "nuts": 60, "locations": 3}),
        ("gripper", {"balls": 120, "rooms": 2, "grippers": 80}),
    ],
)
def test_large_groups_are_passed_over_as_one(name: str, sizes: dict[str, int]) -> None:
    domain = read_domain(pddl_dir() / name / "domain.pddl")
    problem = parse_problem(load_generator(name).generate(3, **sizes), domain)
    assert check_walk(problem, 5, 10) > 100


@settings(deadline=None, max_examples=120)
@given(problem=problems(max_objects=5, max_arity=2))
def test_solvability_and_shortest_plans_are_unchanged(problem: Problem) -> None:
    expected = reference.shortest_plan(problem, most=1500)
    if expected == "unknown":
        return
    result = search(Task(problem), "blind", "bfs", symmetry=True)
    plain = search(Task(problem), "blind", "bfs", symmetry=False)
    assert result.status is plain.status
    assert result.cost == plain.cost == (None if expected is None else len(expected))
    assert result.evaluated <= plain.evaluated


@pytest.mark.parametrize("name", generated_domains())
def test_shortest_plans_of_bundled_domains_are_unchanged(name: str) -> None:
    domain = read_domain(pddl_dir() / name / "domain.pddl")
    generator = load_generator(name)
    for seed in range(4):
        # The smallest floortile task of the suites takes a blind search too long.
        small = {"rows": 3, "columns": 2, "robots": 1} if name == "floortile" else generator.parameters_at(0)
        problem = parse_problem(generator.generate(seed, **small), domain)
        with_it = search(Task(problem), "blind", "bfs", time_limit=20)
        without = search(Task(problem), "blind", "bfs", time_limit=20, symmetry=False)
        assert with_it.cost == without.cost
        assert with_it.solved


def test_a_hard_childsnack_task_has_few_first_successors() -> None:
    domain = read_domain(pddl_dir() / "childsnack" / "domain.pddl")
    problem = parse_problem(load_generator("childsnack").generate_at(3, 1), domain)
    explorer = Explorer(Task(problem))
    assert len(explorer.representatives(explorer.task.initial_state)) < 20

