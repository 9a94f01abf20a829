"""Candidates that misbehave: each is an outcome with a message, and the run goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from heurgen.evaluation.outcome import Outcome
from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.paths import pddl_dir
from heurgen.pddl import read_problem

HEAD = "from heurgen import Heuristic\nclass H(Heuristic):\n"
CALL = HEAD + "    def __call__(self, state):\n        "
FOLDER = pddl_dir() / "ferry"
PROBLEM = read_problem(FOLDER / "training" / "p08.pddl", FOLDER / "domain.pddl")
OS = "__import__('os')"


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    with Evaluator() as made:
        yield made


def request(source: str, seconds: float = 0.4, memory: int = 300 << 20) -> Request:
    return Request("h", source, "p08", PROBLEM, limits=Limits(seconds, memory))


CASES = {
    "a good one": (CALL + "return state.goals_left", Outcome.SOLVED, ""),
    "an exception": (CALL + "return 1 / 0", Outcome.CRASHED, "line 4: ZeroDivisionError"),
    "an exception in the constructor": (
        HEAD + "    def __init__(self, task):\n        task.nothing\n    def __call__(self, s): return 1",
        Outcome.CRASHED,
        "line 4: in __init__: AttributeError",
    ),
    "None": (CALL + "return None", Outcome.INVALID_VALUE, "answered None"),
    "NaN": (CALL + "return float('nan')", Outcome.INVALID_VALUE, "answered nan"),
    "negative": (CALL + "return -1", Outcome.INVALID_VALUE, "answered -1"),
    "text": (CALL + "return '1'", Outcome.INVALID_VALUE, "answered '1'"),
    "endless": (CALL + "while True: pass", Outcome.OUT_OF_TIME, "killed"),
    "endless constructor": (
        HEAD + "    def __init__(self, task):\n        while True: pass\n    def __call__(self, s): return 1",
        Outcome.OUT_OF_TIME,
        "killed",
    ),
    "endless, catching everything": (
        CALL + "\n        while True:\n            try:\n                while True: pass\n            except BaseException: pass",
        Outcome.OUT_OF_TIME,
        "killed",
    ),
    "sys.exit": (CALL + "raise SystemExit(3)", Outcome.EXITED, "SystemExit: 3"),
    "os._exit": (CALL + f"{OS}._exit(3)", Outcome.EXITED, "exited with code 3"),
    "recursion": (CALL + "return self(state)", Outcome.CRASHED, "RecursionError"),
    "memory": (
        CALL + "x = []\n        while True: x.append(bytearray(10**7))",
        Outcome.OUT_OF_MEMORY,
        "",
    ),
    "reading a file": (CALL + "return len(open('/etc/hostname').read())", Outcome.CRASHED, "PermissionError"),
    "writing a file": (CALL + "open('/tmp/heurgen-evil', 'w')", Outcome.CRASHED, "PermissionError"),
    "a socket": (CALL + "__import__('socket').socket()", Outcome.CRASHED, "PermissionError"),
    "a process": (CALL + f"return {OS}.fork()", Outcome.CRASHED, "PermissionError"),
    "a program": (CALL + f"{OS}.execv('/bin/true', ['true'])", Outcome.CRASHED, "PermissionError"),
    "a thread": (CALL + "__import__('threading').Thread(target=print).start()", Outcome.CRASHED, "RuntimeError"),
    "killing its parent": (CALL + f"{OS}.kill({OS}.getppid(), 9)", Outcome.CRASHED, "PermissionError"),
    "printing": (CALL + "print('x' * 1000)\n        return 1", Outcome.CRASHED, "File too large"),
    "closing its channel": (CALL + f"{OS}.closerange(3, 1000)\n        while True: pass", Outcome.EXITED, "signal 9"),
    "faking an answer": (
        CALL + f"\n        for fd in range(3, 100):\n            try: {OS}.write(fd, b'{{\"outcome\": \"solved\", \"plan\": [[\"sail\", \"a\", \"b\"]]}}')\n            except OSError: pass\n        {OS}._exit(0)",
        Outcome.INVALID_PLAN,
        "step 1 (sail a b)",
    ),
    "a syntax error": ("def f(:", Outcome.REJECTED, "line 1: syntax error"),
    "no class": ("x = 1", Outcome.REJECTED, "no class that derives from heurgen.Heuristic"),
    "two classes": (CALL + "return 1\n" + CALL.replace("class H", "class G") + "return 1", Outcome.REJECTED, "2 heuristic classes: H, G"),
    "a forbidden import": ("import os\n" + CALL + "return 1", Outcome.REJECTED, "line 1: import of os"),
    "a crash at import": ("1 / 0", Outcome.REJECTED, "line 1: ZeroDivisionError at import"),
    "no __call__": (HEAD + "    pass", Outcome.REJECTED, "no __call__"),
}


@pytest.mark.parametrize("name", CASES)
def test_every_misbehaviour_is_an_outcome(evaluator: Evaluator, name: str) -> None:
    source, outcome, message = CASES[name]
    began = time.monotonic()
    run = evaluator.run(request(source, 5 if outcome is Outcome.OUT_OF_MEMORY else 0.4))
    assert run.outcome is outcome, run
    assert message in run.message, run.message
    assert time.monotonic() - began < 10
    assert not Path("/tmp/heurgen-evil").exists()


def test_an_infinite_value_delays_and_does_not_end_the_search(evaluator: Evaluator) -> None:
    run = evaluator.run(request(CALL + "return float('inf') if state.goals_left > 1 else 0", 5))
    assert run.outcome is Outcome.SOLVED
    assert run.dead_ends


def test_the_environment_is_empty_and_hashing_is_fixed(evaluator: Evaluator) -> None:
    source = CALL + f"raise ValueError(sorted({OS}.environ))"
    run = evaluator.run(request(source))
    assert "PYTHONHASHSEED" in run.message
    assert "HOME" not in run.message
    assert "KEY" not in run.message


def test_networkx_numpy_and_scipy_can_be_used(evaluator: Evaluator) -> None:
    source = (
        "import networkx as nx\nimport numpy as np\nfrom scipy.spatial import distance\n"
        + CALL
        + "return len(nx.path_graph(3)) + float(np.ones(2).sum()) + distance.euclidean([0], [1]) + state.goals_left"
    )
    run = evaluator.run(request(source, 20, 2 << 30))
    assert run.outcome is Outcome.SOLVED, run


def test_the_failing_state_and_line_are_reported(evaluator: Evaluator) -> None:
    run = evaluator.run(request(CALL + "x = 3\n        return state['nowhere']"))
    assert run.outcome is Outcome.CRASHED
    assert run.message.startswith("line 5: KeyError")
    assert ("empty-ferry",) in run.state
    assert "return state['nowhere']" in run.traceback


def test_runs_go_on_side_by_side_after_failures() -> None:
    sources = [CALL + "return state.goals_left", CALL + "while True: pass", CALL + f"{OS}._exit(1)"] * 2
    with Evaluator(jobs=2) as evaluator:
        runs = list(evaluator.run_many(request(source) for source in sources))
    assert sorted(run.outcome.value for run in runs) == sorted(
        ["solved", "out of time", "exited"] * 2
    )


def test_built_in_heuristics_run_by_name(evaluator: Evaluator) -> None:
    run = evaluator.run(Request("ff", None, "p08", PROBLEM, limits=Limits(10, None)))
    assert run.solved
    assert run.cost == len(run.plan or ())
