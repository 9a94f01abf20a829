"""Closer looks at candidates: counterexamples are true ones, and what cannot be decided is not called decided."""

from __future__ import annotations

import math

import pytest

from heurgen import Heuristic, read_task
from heurgen.core import State, Task
from heurgen.evaluation.inspection import Inspection
from heurgen.evaluation.outcome import Outcome
from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.paths import pddl_dir
from heurgen.pddl import read_problem
from heurgen.sandbox.inspecting import Profile, inspect
from heurgen.sandbox.protocol import Inspect
from tests.synthesis.scripted import BLIND, CRASH, DIRECT, GOOD

FOLDER = pddl_dir() / "ferry"
TASK = read_task(FOLDER / "domain.pddl", FOLDER / "training" / "p12.pddl")
PROBLEM = read_problem(FOLDER / "training" / "p12.pddl", FOLDER / "domain.pddl")


def code(answer: str) -> str:
    return answer.removeprefix("```python\n").removesuffix("```\n")


def look(source: str, spec: Inspect) -> Inspection:
    with Evaluator() as evaluator:
        (found,) = evaluator.inspect_many([Request("c", source, "p12", PROBLEM, limits=Limits(5.0, 1 << 30))], spec)
    return found


def test_a_direct_heuristic_is_found_direct() -> None:
    found = look(code(DIRECT), Inspect("walk", walks=4))
    assert (found.verdict, found.walks, found.sight, found.failure) == ("direct", 4, None, None)


def test_a_counterexample_is_one() -> None:
    class Plateau(Heuristic):
        def __call__(self, state: State) -> float:
            return 3 * state.goals_left - len(state["on"])

    found = look(code(GOOD), Inspect("walk"))
    assert found.verdict == "counterexample"
    sight = found.sight
    assert sight is not None
    state = TASK.initial_state
    assert sight.depth == len(sight.path)
    heuristic = Plateau(TASK)
    for action in sight.path:
        after = TASK.successor(state, action)
        assert heuristic(after) < heuristic(state)
        state = after
    assert sorted(sight.state) == sorted(state)
    assert set(sight.open_goals) == set(state.unsatisfied_goals)
    assert sight.value == heuristic(state)
    successors = [heuristic(TASK.successor(state, action)) for action in TASK.applicable(state)]
    assert sight.successor_count <= len(successors)     # of interchangeable cars only one is shown
    assert min(successors) >= sight.value
    assert [value for _, value in sight.successors] == sorted(value for _, value in sight.successors)


def test_time_that_runs_out_is_undecided() -> None:
    slow = "import time\n" + code(DIRECT).replace("left = state", "time.sleep(0.05)\n        left = state")
    assert look(slow, Inspect("walk", seconds=0.3)).failure is not None      # may not import time
    slow = code(DIRECT).replace("left = state", "sum(range(300000))\n        left = state")
    found = look(slow, Inspect("walk", seconds=0.3))
    assert (found.verdict, found.sight) == ("undecided", None)


def test_failures_are_told_as_those_of_a_run() -> None:
    for kind in ("walk", "stall", "behaviour"):
        found = look(code(CRASH), Inspect(kind))  # type: ignore[arg-type]
        assert found.failure is not None
        assert found.failure.outcome is Outcome.CRASHED
        assert "ZeroDivisionError" in found.failure.message


def test_a_search_that_stalls_says_where_and_what_took_the_time() -> None:
    slow = code(BLIND).replace("return 1", "total = sum(range(20000))\n        return 1 + 0 * total")
    found = look(slow, Inspect("stall", seconds=1.5))
    assert found.stall is not None
    assert found.stall.status == "out of time"
    assert found.stall.evaluated >= found.stall.expanded > 0
    assert found.stall.improved == 1
    assert found.stall.improvements == ((1, 1.0),)
    assert found.stall.in_heuristic > 0.5 * found.stall.seconds
    name, line, share = found.stall.lines[0]
    assert (name, "sum(range" in slow.splitlines()[line - 1]) == ("__call__", True)
    assert share > 0.5
    assert found.sight is not None
    assert found.sight.value == 1.0


def test_preferred_and_enter_are_used_as_in_a_search() -> None:
    class Noted(Heuristic):
        def __init__(self, task: Task) -> None:
            super().__init__(task)
            self.entered = 0

        def __call__(self, state: State) -> float:
            return math.inf if self.wrong else 1.0

        def enter(self, state: State) -> None:
            self.entered += 1

        def preferred(self, state: State) -> list[tuple[str, ...]]:
            return [("no-such-thing",)]

        wrong = False

    heuristic = Noted(TASK)
    report = inspect(TASK, heuristic, Inspect("walk", walks=1), Profile("<candidate>"), 0.0)
    assert report["verdict"] == "counterexample"
    assert heuristic.entered == 1


def test_a_long_construction_is_told_and_profiled() -> None:
    long = code(GOOD).replace("class ", "DIGITS = [len(str(n)) for n in range(3_000_000)]\n\n\nclass ", 1)
    found = look(long, Inspect("stall", seconds=1.5))
    assert found.stall is not None
    assert found.stall.status == "solved"
    assert found.stall.setup > found.stall.seconds
    assert found.stall.setup > 0.1
    _, line, share = found.stall.lines[0]
    assert "DIGITS" in long.splitlines()[line - 1]
    assert share > 0.3


def test_behaviour_tells_candidates_apart() -> None:
    spec = Inspect("behaviour", walks=20)
    good = look(code(GOOD), spec)
    same = look(code(GOOD).replace("3 * state.goals_left", "state.goals_left * 3"), spec)
    other = look(code(GOOD).replace("3 *", "2 *"), spec)
    assert good.digest == same.digest != other.digest
    assert good.seconds > 0


@pytest.mark.parametrize(
    "report",
    [
        '{"verdict": "perfect", "walks": 1}',
        '{"verdict": "counterexample", "walks": 1}',
        '{"verdict": "direct", "walks": -1}',
        '{"status": 5}',
        '{"value": 1, "verdict": "counterexample"}',
        '{"digest": "x"}',
    ],
)
def test_a_forged_report_is_refused(report: str) -> None:
    """A candidate that writes to the channel itself."""
    forged = (
        "from heurgen import Heuristic\n"
        "os = Heuristic.__init__.__globals__['__builtins__']['__import__']('os')\n"
        "class H(Heuristic):\n"
        "    def __call__(self, state):\n"
        f"        os.write(3, b'{{\"outcome\": \"inspected\", \"report\": {report}}}')\n"
        "        os._exit(0)\n"
    )
    found = look(forged, Inspect("walk"))
    assert found.failure is not None
    assert found.failure.outcome is Outcome.EXITED
