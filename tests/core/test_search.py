"""Searches: plans, verdicts, statistics, limits, determinism, heuristics that misbehave."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given, settings

from heurgen.core import HEURISTICS, SEARCHES, HeuristicError, State, Status, Task, search
from heurgen.pddl.model import Action, Domain, Literal, Parameter, Predicate, Problem
from tests import reference
from tests.core.conftest import line_problem
from tests.strategies import problems
from tests.test_determinism_domain import puzzle


def replay(problem: Problem, plan: list[tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
    state = frozenset(problem.init)
    ground = {action.name: action for action in reference.ground(problem)}
    for step in plan:
        assert ground[step].applicable(state), step
        state = ground[step].apply(state)
    return state


@settings(deadline=None, max_examples=150)
@given(problem=problems(max_objects=4, max_arity=2))
def test_verdicts_and_breadth_first_plan_lengths_agree_with_exhaustive_search(
    problem: Problem,
) -> None:
    expected = reference.shortest_plan(problem, most=2000)
    if expected == "unknown":
        return
    for name in HEURISTICS:
        result = search(Task(problem), name)
        if expected is None:
            assert result.status is Status.UNSOLVABLE, name
            assert result.plan is None
        else:
            assert result.status is Status.SOLVED, name
            assert reference.is_goal(problem, replay(problem, result.plan or []))
    shortest = search(Task(problem), "blind", search="bfs")
    assert (shortest.plan is None) == (expected is None)
    if expected is not None:
        assert shortest.cost == len(expected)


@settings(deadline=None, max_examples=60)
@given(problem=problems(max_objects=4, max_arity=2))
def test_a_python_goal_count_searches_like_the_built_in_one(problem: Problem) -> None:
    if reference.shortest_plan(problem, most=500) == "unknown":
        return
    goal = [(literal.atom, literal.positive) for literal in problem.goal if literal.atom[0] != "="]

    def count(state: State) -> int:
        left = sum((atom in state) != positive for atom, positive in goal)
        assert left + (state.goals_left - left) == state.goals_left
        return state.goals_left

    own, builtin = search(Task(problem), count), search(Task(problem), "goalcount")
    assert own.plan == builtin.plan
    assert (own.expanded, own.evaluated, own.generated) == (
        builtin.expanded,
        builtin.evaluated,
        builtin.generated,
    )


@settings(deadline=None, max_examples=80)
@given(problem=problems(max_objects=4, max_arity=2))
def test_every_search_agrees_with_exhaustive_search(problem: Problem) -> None:
    expected = reference.shortest_plan(problem, most=1000)
    if expected == "unknown":
        return
    options = ("gbfs(order=goals)", "gbfs-pe(order=random)", "gbfs-lazy(order=goals)")
    teams = (["ff", "goalcount"], ["goalcount", lambda state: hash(state) % 5, "lmcount"])
    for name in (*SEARCHES, *options):
        for heuristic in ("goalcount", "ff", lambda state: hash(state) % 7, lambda state: math.inf, *teams):
            if "astar" in name and isinstance(heuristic, list):
                continue
            result = search(Task(problem), heuristic, name)
            if expected is None:
                assert result.status is Status.UNSOLVABLE, name
            else:
                assert reference.is_goal(problem, replay(problem, result.plan or [])), name


def test_partial_expansion_takes_one_expansion_per_step_where_values_lead_to_the_goal() -> None:
    problem = puzzle_line(30)
    eager = search(Task(problem), "goalcount", symmetry=False)
    partial = search(Task(problem), "goalcount", "gbfs-pe", symmetry=False)
    assert partial.plan is not None
    assert partial.expanded == len(partial.plan) == 30
    assert partial.evaluated <= 31
    assert eager.evaluated > 400


def puzzle_line(switches: int) -> Problem:
    """Switches to turn on in any order: every successor is better than its parent."""
    names = [f"s{i}" for i in range(switches)]
    flip = Action("flip", (Parameter("?s"),), (Literal(("off", "?s")),), (Literal(("on", "?s")), Literal(("off", "?s"), False)))
    predicates = {name: Predicate(name, (Parameter("?s"),)) for name in ("on", "off")}
    domain = Domain("switches", (), {}, {}, predicates, {}, (flip,))
    init = tuple(("off", name) for name in names)
    goal = tuple(Literal(("on", name)) for name in names)
    return Problem("switches", domain, dict.fromkeys(names, ("object",)), init, goal)


class Sweeper:
    """Turns the switches on in order and says so beforehand."""

    def __init__(self) -> None:
        self.entered: list[int] = []

    def __call__(self, state: State) -> int:
        return state.goals_left

    def enter(self, state: State) -> None:
        self.entered.append(state.goals_left)

    def preferred(self, state: State) -> list[tuple[str, ...]]:
        off = [name for (name,) in state["off"]]
        # The first two are not applicable: one is on already, the other has an argument of no such type.
        on = [name for (name,) in state["on"]]
        return [("flip", name) for name in on[:1]] + [("flip", off[0])]


def test_preferred_actions_are_tried_before_the_others() -> None:
    task = Task(puzzle_line(30))
    sweeper = Sweeper()
    result = search(task, sweeper, "gbfs-pe", symmetry=False)
    assert result.cost == 30
    assert result.expanded == len(sweeper.entered) == 30
    assert result.generated == 30           # no successor but the preferred ones
    assert sweeper.entered == list(range(30, 0, -1))
    eager = search(task, Sweeper(), "gbfs", symmetry=False)
    assert eager.cost == 30


@pytest.mark.parametrize("answer", [[("fly", "s1")], [("flip",)], [("flip", "nowhere")], [3], None])
def test_preferred_actions_that_are_none_are_failures(answer: object) -> None:
    class Odd(Sweeper):
        def preferred(self, state: State) -> list[tuple[str, ...]]:
            return answer  # type: ignore[return-value]

    with pytest.raises(HeuristicError, match="preferred"):
        search(Task(puzzle_line(3)), Odd())


@settings(deadline=None, max_examples=250)
@given(problem=problems(max_objects=4, max_arity=2))
def test_preferring_everything_loses_nothing(problem: Problem) -> None:
    expected = reference.shortest_plan(problem, most=500)
    if expected == "unknown":
        return
    task = Task(problem)

    class All:
        def __call__(self, state: State) -> int:
            return hash(state) % 5

        def preferred(self, state: State) -> list[tuple[str, ...]]:
            return task.applicable(state)[::-1]

    for name in ("gbfs", "gbfs-pe", "gbfs-lazy"):
        result = search(task, All(), name)
        if expected is None:
            assert result.status is Status.UNSOLVABLE
        else:
            assert reference.is_goal(problem, replay(problem, result.plan or []))


def test_the_order_of_successors_is_that_asked_for() -> None:
    """Of switches that can be turned on in any order, the first successor that satisfies a goal is last by schema."""
    problem = puzzle_line(12)
    goal = problem.goal[-1:]
    one = Problem("one", problem.domain, problem.objects, problem.init, goal)
    by_schema = search(Task(one), "blind", symmetry=False)
    by_goals = search(Task(one), "blind", "gbfs(order=goals)", symmetry=False)
    assert by_schema.generated == 12
    assert by_goals.generated == 1
    at_random = [search(Task(one), "blind", "gbfs(order=random)", seed=seed, symmetry=False) for seed in range(20)]
    again = [search(Task(one), "blind", "gbfs(order=random)", seed=seed, symmetry=False) for seed in range(20)]
    assert [run.generated for run in at_random] == [run.generated for run in again]
    assert len({run.generated for run in at_random}) > 4


def test_schemas_with_few_applicable_actions_come_first() -> None:
    tried = []
    problem = puzzle_line(6)
    (flip,) = problem.domain.actions
    reset = Action("reset", (), (), (Literal(("on", "s0")), Literal(("off", "s0"), False)))
    domain = Domain("switches", (), {}, {"s0": ("object",)}, problem.domain.predicates, {}, (flip, reset))
    task = Task(Problem("switches", domain, problem.objects, problem.init, problem.goal))

    def watch(state: State) -> int:
        tried.append(state.action)
        return state.goals_left

    search(task, watch, "gbfs-pe(order=goals)", symmetry=False)
    assert tried[1] == ("reset",)


def test_heuristics_take_turns() -> None:
    """One leads astray, the other to the goal: the second's list gets every other turn."""
    problem = puzzle_line(30)
    asked = {"astray": 0, "straight": 0}

    def astray(state: State) -> int:
        asked["astray"] += 1
        return hash(state) % 1000 + 1

    def straight(state: State) -> int:
        asked["straight"] += 1
        return state.goals_left

    alone = search(Task(problem), straight)
    both = search(Task(problem), [astray, straight])
    named = search(Task(problem), astray, "gbfs(alternate=goalcount)")
    assert both.solved
    assert both.plan == named.plan
    assert both.evaluated == named.evaluated
    assert both.expanded <= 2 * alone.expanded + 2
    assert asked["straight"] >= alone.evaluated


def test_deferred_evaluation_evaluates_what_it_expands() -> None:
    result = search(Task(puzzle()), lambda state: state.goals_left, "gbfs-lazy")
    assert result.solved
    assert result.evaluated == result.expanded


def test_the_goal_holds_at_the_start(tiny: Problem) -> None:
    problem = line_problem(3, goal="a")
    result = search(Task(problem), "ff")
    assert (result.status, result.plan, result.cost, result.expanded) == (Status.SOLVED, [], 0, 0)


def test_an_empty_goal_holds_at_the_start() -> None:
    problem = line_problem(3)
    empty = Problem("empty", problem.domain, problem.objects, problem.init, ())
    assert search(Task(empty), "hmax").plan == []


def test_a_task_without_actions_is_unsolvable() -> None:
    problem = line_problem(3)
    domain = problem.domain
    bare = Domain(domain.name, (), domain.types, {}, domain.predicates, {}, ())
    for name in HEURISTICS:
        result = search(
            Task(Problem("bare", bare, problem.objects, problem.init, problem.goal)), name
        )
        assert result.status is Status.UNSOLVABLE, name


def test_an_infinite_value_delays_states_and_never_makes_a_task_unsolvable() -> None:
    result = search(Task(line_problem(6)), lambda state: math.inf)
    assert result.status is Status.SOLVED
    assert result.cost == 5
    assert result.dead_ends > 0


def test_states_stay_valid_after_the_call() -> None:
    kept: list[tuple[State, frozenset[tuple[str, ...]], int, object]] = []

    def keep(state: State) -> int:
        kept.append((state, frozenset(state), state.goals_left, state.action))
        return 1

    task = Task(line_problem(6))
    search(task, keep)
    assert len({atoms for _, atoms, _, _ in kept}) == 5
    for state, atoms, left, action in kept:
        assert frozenset(state) == atoms
        assert state["at"] == tuple(atom[1:] for atom in atoms)
        assert (state.goals_left, state.action) == (left, action)
        assert len(state) == 1


@pytest.mark.parametrize(
    "answer", [None, -1, -0.5, math.nan, "3", True, [1], 10**400], ids=lambda value: repr(value)[:12]
)
def test_answers_that_are_no_number_are_failures_with_the_state(answer: object) -> None:
    with pytest.raises(HeuristicError) as caught:
        search(Task(line_problem(4)), lambda state: answer)  # type: ignore[arg-type,return-value]
    assert caught.value.kind in ("value", "exception")
    assert caught.value.state_atoms == [("at", "a")]


def test_an_exception_comes_with_its_cause_and_state() -> None:
    def fail(state: State) -> float:
        return 1 / (state.goals_left - 1)

    with pytest.raises(HeuristicError, match="ZeroDivisionError") as caught:
        search(Task(line_problem(4)), fail)
    assert caught.value.kind == "exception"
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_numpy_numbers_are_numbers() -> None:
    numpy = pytest.importorskip("numpy")
    assert search(Task(line_problem(4)), lambda s: numpy.float32(s.goals_left)).solved
    assert search(Task(line_problem(4)), lambda s: numpy.int64(s.goals_left)).solved


def counter_problem(bits: int) -> Problem:
    """Counts from 0 to 2^bits - 1 in binary: long plans, many states, one object per bit."""
    names = [f"b{i}" for i in range(bits)]
    predicates = {"one": Predicate("one", (Parameter("?b"),)), "never": Predicate("never", ())}
    flip = Action("set", (Parameter("?b"),), (), (Literal(("one", "?b")),))
    clear = Action("unset", (Parameter("?b"),), (), (Literal(("one", "?b"), False),))
    impossible = Action("win", (), (Literal(("never",)),), (Literal(("never",)),))
    domain = Domain("bits", (), {}, {}, predicates, {}, (flip, clear, impossible))
    return Problem(
        "bits", domain, dict.fromkeys(names, ("object",)), (), (Literal(("never",)),)
    )


def test_the_time_limit_is_honoured() -> None:
    start = time.perf_counter()
    result = search(Task(counter_problem(30)), "blind", time_limit=0.3)
    assert result.status is Status.OUT_OF_TIME
    assert 0.25 < time.perf_counter() - start < 2
    assert result.expanded > 0


def test_the_memory_limit_ends_the_search_with_its_statistics() -> None:
    code = (
        "from tests.core.test_search import counter_problem\n"
        "from heurgen.core import Task, search\n"
        "r = search(Task(counter_problem(40)), 'blind', memory_limit=150 * 2**20)\n"
        "print(r.status.value, r.evaluated > 10000, r.peak_memory < 260 * 2**20)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split("\n")[0] == "out of memory True True"


def test_ctrl_c_stops_a_compiled_search_at_once() -> None:
    stop = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    stop.start()
    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        search(Task(counter_problem(40)), "blind", time_limit=20)
    assert time.perf_counter() - start < 5
    stop.join()


def test_a_join_that_explodes_stays_interruptible() -> None:
    names = [f"o{i}" for i in range(30)]
    parameters = tuple(Parameter(f"?x{i}") for i in range(12))
    predicates = {"p": Predicate("p", (Parameter("?a"),)), "q": Predicate("q", (Parameter("?a"),))}
    # The last parameter never fits, so the join goes through 30^11 bindings without an answer.
    act = Action("act", parameters, (Literal(("q", "?x11"), False), Literal(("=", "?x11", "?x0"))), (Literal(("p", "?x11")),))
    domain = Domain("wide", (), {}, {}, predicates, {}, (act,))
    init = tuple(("q", name) for name in names)
    task = Task(Problem("wide", domain, dict.fromkeys(names, ("object",)), init, (Literal(("p", "o1")),)))
    start = time.perf_counter()
    assert search(task, "blind", time_limit=0.3).status is Status.OUT_OF_TIME
    assert time.perf_counter() - start < 3


RUN = """
import json, sys
from tests.core.test_search import line_problem, counter_problem
from tests.test_determinism_domain import puzzle
from heurgen.core import Task, search
out = []
for heuristic, how in (("blind", "gbfs"), ("goalcount", "gbfs"), ("hadd", "gbfs-lazy"), ("hmax", "gbfs"), ("ff", "gbfs"), ("ff", "gbfs-pe")):
    r = search(Task(puzzle()), heuristic, how)
    out.append([r.status.value, r.plan, r.expanded, r.evaluated, r.generated])
print(json.dumps(out))
"""


def test_runs_do_not_depend_on_the_hash_seed() -> None:
    answers = [
        subprocess.run(
            [sys.executable, "-c", RUN],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    ]
    assert answers[0] == answers[1]
    assert all(entry[0] == "solved" for entry in json.loads(answers[0]))


def test_unknown_names_list_the_known_ones(tiny: Problem) -> None:
    with pytest.raises(ValueError, match="known: blind, goalcount"):
        search(Task(tiny), "clever")
    with pytest.raises(ValueError, match="known: gbfs"):
        search(Task(tiny), "ff", search="dfs")


def test_action_costs_are_added_up_and_missing_values_named() -> None:
    problem = line_problem(3)
    (move,) = problem.domain.actions
    costly = Action(
        move.name, move.parameters, move.precondition, move.effect, (1, ("length", "?from", "?to"))
    )
    domain = Domain(
        "line", (), problem.domain.types, {}, problem.domain.predicates, {}, (costly,)
    )
    values = {("length", "a", "b"): 3, ("length", "b", "c"): 2.5}
    task = Task(
        Problem("line", domain, problem.objects, problem.init, problem.goal, values, True)
    )
    assert search(task, "ff").cost == 7.5
    assert dict(task.action_costs) == values
    broken = Task(
        Problem("line", domain, problem.objects, problem.init, problem.goal, {}, True)
    )
    with pytest.raises(ValueError, match=r"\(length a b\) has no value"):
        search(broken, "ff")
