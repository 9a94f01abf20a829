"""A* and weighted A*: optimal and bounded plans with action costs, against uniform-cost search."""

from __future__ import annotations

import heapq
import math
from dataclasses import replace

import pytest
from heurgen.core.costs import ActionCosts
from hypothesis import given, settings
from hypothesis import strategies as st

from heurgen.core import State, Status, Task, search
from heurgen.pddl.model import Problem
from tests import reference
from tests.core.conftest import line_problem
from tests.strategies import problems


@st.composite
def costly_problems(draw: st.DrawFn) -> Problem:
    """Random tasks whose actions cost constants and values of a function of their first argument."""
    problem = draw(problems(max_objects=4, max_arity=2))
    names = sorted(problem.objects)
    values = {("price", name): float(draw(st.integers(0, 5))) for name in names}
    actions = []
    for action in problem.domain.actions:
        terms: tuple[float | tuple[str, ...], ...] = (float(draw(st.sampled_from([0, 1, 2.5]))),)
        if action.parameters and draw(st.booleans()):
            terms += (("price", action.parameters[0].name),)
        actions.append(replace(action, cost=terms))
    domain = replace(problem.domain, actions=tuple(actions))
    return replace(problem, domain=domain, function_values=values, minimize_cost=True)


def cheapest(problem: Problem, most: int) -> float | None:
    """The cost of a cheapest plan by uniform-cost search; infinity where there is none, None beyond `most` states."""
    task = Task(problem)
    actions = [(action, task.plan_cost([action.name])) for action in reference.ground(problem)]
    start = frozenset(problem.init)
    best = {start: 0.0}
    queue = [(0.0, 0, start)]
    closed = set()
    number = 0
    while queue:
        cost, _, state = heapq.heappop(queue)
        if state in closed:
            continue
        closed.add(state)
        if reference.is_goal(problem, state):
            return cost
        if len(best) > most:
            return None
        for action, price in actions:
            if action.applicable(state):
                after = action.apply(state)
                if cost + price < best.get(after, math.inf):
                    best[after] = cost + price
                    number += 1
                    heapq.heappush(queue, (cost + price, number, after))
    return math.inf


@settings(deadline=None, max_examples=150)
@given(problem=costly_problems(), symmetry=st.booleans())
def test_admissible_heuristics_give_cheapest_plans(problem: Problem, symmetry: bool) -> None:
    expected = cheapest(problem, 1500)
    if expected is None:
        return
    for heuristic in ("blind", "hmax", lambda state: 0):
        result = search(Task(problem), heuristic, "astar", symmetry=symmetry)
        assert (math.inf if result.cost is None else result.cost) == expected
        assert result.status is (Status.UNSOLVABLE if expected == math.inf else Status.SOLVED)


@settings(deadline=None, max_examples=100)
@given(problem=costly_problems(), weight=st.sampled_from([1, 1.5, 4]))
def test_weights_bound_what_plans_cost(problem: Problem, weight: float) -> None:
    expected = cheapest(problem, 1500)
    if expected is None:
        return
    for heuristic in ("hmax", "hadd", "ff", "lmcount"):
        result = search(Task(problem), heuristic, f"wastar(weight={weight})")
        assert result.solved == (expected < math.inf), heuristic
        if result.solved and heuristic == "hmax":
            assert result.cost is not None
            assert result.cost <= weight * expected + 1e-9


@settings(deadline=None, max_examples=100)
@given(problem=costly_problems())
def test_hmax_with_action_costs_is_admissible(problem: Problem) -> None:
    expected = cheapest(problem, 800)
    if expected is None:
        return
    initial = search(Task(problem), "hmax", "astar").initial_h
    assert initial is not None
    assert initial <= expected


def test_a_state_reached_on_a_cheaper_path_is_reopened() -> None:
    """An admissible, inconsistent heuristic lures the search to the middle of a line by the expensive way first."""
    problem = line_problem(6)
    places = sorted(problem.objects)
    domain = replace(
        problem.domain,
        actions=tuple(
            replace(action, cost=(("length", *[p.name for p in action.parameters[-2:]]),)) for action in problem.domain.actions
        ),
    )
    init = (*problem.init, ("road", places[0], places[3]))
    values = {("length", a, b): 1.0 for a in places for b in places}
    values["length", places[0], places[3]] = 3.5
    costly = replace(problem, domain=domain, init=init, function_values=values, minimize_cost=True)

    def lure(state: State) -> float:
        ((place,),) = state["at"]
        return {"b": 4, "c": 3}.get(place, 0)

    result = search(Task(costly), lure, "astar")
    assert result.cost == 5
    assert result.expanded == 7     # d and e twice


def test_costs_are_constants_and_function_values() -> None:
    problem = line_problem(3)
    (move,) = problem.domain.actions
    domain = replace(problem.domain, actions=(replace(move, cost=(2.0, ("length", "?from", "?to"))),))
    values = {("length", "a", "b"): 3.0}
    costs = ActionCosts(Task(replace(problem, domain=domain, function_values=values, minimize_cost=True)))
    assert not costs.unit
    assert ActionCosts(Task(problem)).unit
    broken = Task(replace(problem, domain=domain, function_values=values, minimize_cost=True))
    with pytest.raises(ValueError, match=r"\(length b a\) has no value"):
        search(broken, "blind", "astar")
