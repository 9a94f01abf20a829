"""Candidates that misbehave: each is an outcome with a message, and the runs go on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from heurgen.evaluation.outcome import Outcome
from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.paths import pddl_dir
from tests.sandbox.candidates import DEAF, ENDLESS, GOOD, OS, PROBLEM, call, init

CTYPES = "ctypes = __import__('ctypes'); libc = ctypes.CDLL(None, use_errno=True)"
EVIL = Path("/tmp/heurgen-evil")


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    with Evaluator() as made:
        yield made


def request(source: str, seconds: float = 0.3, memory: int = 300 << 20) -> Request:
    return Request("h", source, "p08", PROBLEM, limits=Limits(seconds, memory))


def say(text: str) -> str:
    """A statement that writes an answer to the server, past heurgen."""
    return f"{OS}.write(3, {text.encode()!r}); {OS}._exit(0)"


TOO_LATE = "had not returned when the time was up"
DENIED = "PermissionError: [Errno 13]"
REFUSED = "PermissionError: [Errno 1]"

FAILURES = {
    "an exception": (call("return 1 / 0"), Outcome.CRASHED, "line 4: ZeroDivisionError"),
    "an exception in the constructor": (
        init("task.nothing"),
        Outcome.CRASHED,
        "line 4: in __init__: AttributeError",
    ),
    "an exception beyond Exception": (
        call("raise KeyboardInterrupt"),
        Outcome.CRASHED,
        "line 4: KeyboardInterrupt",
    ),
    "an exception that hides its message": (
        call("class E(Exception):", "    def __str__(self): return 1 / 0", "raise E"),
        Outcome.CRASHED,
        "ZeroDivisionError",
    ),
    "an exception with a huge message": (
        call("raise ValueError('x' * 10**7)"),
        Outcome.CRASHED,
        "line 4: ValueError: xxx",
    ),
    "None": (call("return None"), Outcome.INVALID_VALUE, "answered None"),
    "NaN": (call("return float('nan')"), Outcome.INVALID_VALUE, "answered nan"),
    "a negative number": (call("return -1"), Outcome.INVALID_VALUE, "answered -1"),
    "text": (call("return '1'"), Outcome.INVALID_VALUE, "answered '1'"),
    "a huge number": (call("return 10**400"), Outcome.CRASHED, "OverflowError"),
    "recursion": (call("return self(state)"), Outcome.CRASHED, "line 4: RecursionError"),
    "endless": (ENDLESS, Outcome.OUT_OF_TIME, f"line 4: {TOO_LATE}"),
    "endless constructor": (
        init("while True: pass"),
        Outcome.OUT_OF_TIME,
        f"line 4: in __init__: {TOO_LATE}",
    ),
    "endless at import": (
        "while True: pass",
        Outcome.OUT_OF_TIME,
        f"line 1: in __init__: {TOO_LATE}",
    ),
    "endless, catching everything": (DEAF, Outcome.OUT_OF_TIME, ""),
    "endless, the alarm switched off": (
        call("s = __import__('signal')", "s.setitimer(s.ITIMER_REAL, 0)", "while True: pass"),
        Outcome.OUT_OF_TIME,
        "killed",
    ),
    "endless, all signals ignored": (
        call(
            "s = __import__('signal')",
            "for n in s.valid_signals() - {9, 19}: s.signal(n, s.SIG_IGN)",
            "while True: pass",
        ),
        Outcome.OUT_OF_TIME,
        "killed",
    ),
    "endless, out of reach of signals": (
        call("return sum(range(10**12))"),
        Outcome.OUT_OF_TIME,
        "killed",
    ),
    "sleeping": (call("__import__('time').sleep(100)"), Outcome.OUT_OF_TIME, f"line 4: {TOO_LATE}"),
    "sys.exit": (call("raise SystemExit(3)"), Outcome.EXITED, "line 4: SystemExit: 3"),
    "os._exit": (call(f"{OS}._exit(3)"), Outcome.EXITED, "exit code 3 without an answer"),
    "a segmentation fault": (
        call("__import__('ctypes').string_at(0)"),
        Outcome.EXITED,
        "signal 11 (Segmentation fault)",
    ),
    "a fatal error of the interpreter": (
        call(f"{OS}.abort()"),
        Outcome.EXITED,
        "ended by signal",
    ),
    "memory": (
        call("x = []", "while True: x.append(bytearray(10**7))"),
        Outcome.OUT_OF_MEMORY,
        "",
    ),
    "memory, held to the end": (
        "x = []\n" + init("while True: x.append(' ' * 1000 + str(len(x)))"),
        Outcome.OUT_OF_MEMORY,
        "",
    ),
    "memory, all at once": (init("bytearray(10**12)"), Outcome.OUT_OF_MEMORY, ""),
    "memory past Python": (
        init("m = __import__('mmap')", "self.x = [m.mmap(-1, 10**8) for _ in range(100)]"),
        Outcome.CRASHED,
        "Cannot allocate memory",
    ),
    "reading a file": (call("open('/etc/passwd')"), Outcome.CRASHED, DENIED),
    "listing the home folder": (
        call(f"{OS}.listdir({OS}.path.expanduser('~'))"),
        Outcome.CRASHED,
        DENIED,
    ),
    "reading its parent's environment": (
        call(f"open('/proc/' + str({OS}.getppid()) + '/environ')"),
        Outcome.CRASHED,
        DENIED,
    ),
    "reading the test tasks": (
        call(f"open({str(pddl_dir() / 'ferry' / 'testing' / 'p01.pddl')!r})"),
        Outcome.CRASHED,
        DENIED,
    ),
    "writing a file": (call(f"open({str(EVIL)!r}, 'w')"), Outcome.CRASHED, DENIED),
    "writing shared memory": (call("open('/dev/shm/heurgen-evil', 'w')"), Outcome.CRASHED, DENIED),
    "writing into its own memory": (call("open('/proc/self/mem', 'r+b')"), Outcome.CRASHED, DENIED),
    "removing a file": (call(f"{OS}.unlink({str(EVIL)!r})"), Outcome.CRASHED, REFUSED),
    "making a folder": (call(f"{OS}.mkdir({str(EVIL)!r})"), Outcome.CRASHED, REFUSED),
    "a file in memory": (call(f"{OS}.memfd_create('x')"), Outcome.CRASHED, REFUSED),
    "a socket": (call("__import__('socket').socket()"), Outcome.CRASHED, REFUSED),
    "a process": (call(f"return {OS}.fork()"), Outcome.CRASHED, REFUSED),
    "a program": (call(f"{OS}.execv('/bin/true', ['true'])"), Outcome.CRASHED, REFUSED),
    "a program in a process": (
        call("__import__('subprocess').run(['/bin/true'])"),
        Outcome.CRASHED,
        REFUSED,
    ),
    "a thread": (
        call("__import__('threading').Thread(target=print).start()"),
        Outcome.CRASHED,
        "RuntimeError",
    ),
    "killing its parent": (call(f"{OS}.kill({OS}.getppid(), 9)"), Outcome.CRASHED, REFUSED),
    "killing everything": (call(f"{OS}.kill(-1, 0)"), Outcome.CRASHED, REFUSED),
    "leaving its session": (call(f"{OS}.setsid()"), Outcome.CRASHED, REFUSED),
    "raising its limits": (
        call("r = __import__('resource')", "r.setrlimit(r.RLIMIT_AS, (-1, -1))"),
        Outcome.CRASHED,
        "",
    ),
    "outliving its parent": (
        call(CTYPES, "raise ValueError(libc.prctl(1, 0), ctypes.get_errno())"),
        Outcome.CRASHED,
        "ValueError: (-1, 1)",
    ),
    "tracing": (
        call(CTYPES, "raise ValueError(libc.ptrace(0, 0, 0, 0), ctypes.get_errno())"),
        Outcome.CRASHED,
        "ValueError: (-1, 1)",
    ),
    "closing its channel": (
        call(f"{OS}.closerange(3, 1000)", "while True: pass"),
        Outcome.EXITED,
        "closed its channel",
    ),
    "a huge answer": (
        call(f"while True: {OS}.write(3, b' ' * 10**6)"),
        Outcome.EXITED,
        "answered more than 8 MiB",
    ),
    "an answer of nonsense": (
        call(say("nonsense")),
        Outcome.EXITED,
        "exit code 0 without an answer",
    ),
    "an outcome of nonsense": (
        call(say('{"outcome": ["solved"]}')),
        Outcome.EXITED,
        "unintelligible",
    ),
    "an outcome only heurgen finds": (
        call(say('{"outcome": "invalid plan"}')),
        Outcome.EXITED,
        "unintelligible",
    ),
    "a deep answer": (call(say("[" * 100_000)), Outcome.EXITED, "without an answer"),
    "a forged plan": (
        call(say('{"outcome": "solved", "plan": [["sail", "a", "b"]]}')),
        Outcome.INVALID_PLAN,
        "step 1 (sail a b)",
    ),
    "a forged empty plan": (
        call(say('{"outcome": "solved", "plan": []}')),
        Outcome.INVALID_PLAN,
        "the goal is not reached",
    ),
    "no plan at all": (
        call(say('{"outcome": "solved"}')),
        Outcome.INVALID_PLAN,
        "no plan came back",
    ),
    "a plan of numbers": (
        call(say('{"outcome": "solved", "plan": [[1]]}')),
        Outcome.INVALID_PLAN,
        "no plan came back",
    ),
    "a forged proof": (
        call(say('{"outcome": "unsolvable"}')),
        Outcome.INCOMPLETE,
        "said that there is no plan, but",
    ),
    "a replaced search": (
        init(
            "child = __import__('heurgen.sandbox.child').sandbox.child",
            "from heurgen import SearchResult, Status",
            "plan = [('board', 'c0', 'l0')]",
            "child.search = lambda *_: SearchResult(Status.SOLVED, plan, 1)",
        ),
        Outcome.INVALID_PLAN,
        "step 1 (board c0 l0)",
    ),
    "a replaced exit": (
        call(f"{OS}._exit = lambda code: None", "return -1"),
        Outcome.INVALID_VALUE,
        "answered -1",
    ),
    "a syntax error": ("def f(:", Outcome.REJECTED, "line 1: syntax error"),
    "no class": ("x = 1", Outcome.REJECTED, "no class that derives from heurgen.Heuristic"),
    "a forbidden import": ("import os\n" + GOOD, Outcome.REJECTED, "line 1: import of os"),
    "a crash at import": ("1 / 0", Outcome.REJECTED, "line 1: ZeroDivisionError"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_every_misbehaviour_is_an_outcome_with_a_message(evaluator: Evaluator, name: str) -> None:
    source, outcome, message = FAILURES[name]
    began = time.monotonic()
    run = evaluator.run(request(source, 5 if outcome is Outcome.OUT_OF_MEMORY else 0.3))
    assert (run.outcome, message in run.message) == (outcome, True), run
    assert "\n" not in run.message
    assert len(run.message) <= 2000
    assert time.monotonic() - began < (5 if outcome is Outcome.OUT_OF_MEMORY else 2)
    assert not EVIL.exists()
    assert evaluator.run(request(GOOD, 5)).solved


def test_what_a_candidate_prints_is_kept_only_at_its_end(evaluator: Evaluator) -> None:
    run = evaluator.run(request(call("print('x' * 1000, 'end'); return state.goals_left"), 5))
    assert run.solved
    assert 1000 < len(run.output) <= 4096
    assert run.output.endswith("xxx end\n")


def test_a_flood_of_output_costs_its_own_time_only(evaluator: Evaluator) -> None:
    run = evaluator.run(request(call("while True: print('x' * 10**6)")))
    assert run.outcome is Outcome.OUT_OF_TIME
    assert run.output in ("x" * 4096, "x" * 4095 + "\n")
    run = evaluator.run(request(call(f"while True: {OS}.write(1, b'y' * 1000)")))
    assert run.outcome is Outcome.CRASHED
    assert "File too large" in run.message
    assert run.output == "y" * 4096


def test_what_is_printed_before_a_crash_of_the_interpreter_is_kept(evaluator: Evaluator) -> None:
    run = evaluator.run(request(call("print('here')", f"{OS}.abort()")))
    assert run.outcome is Outcome.EXITED
    assert run.output == "here\n"


def test_nothing_printed_can_drive_the_terminal(evaluator: Evaluator) -> None:
    run = evaluator.run(request(call(r"print('\x1b[2J'); raise ValueError('\x1b[2J\ud800')")))
    assert run.outcome is Outcome.CRASHED
    assert all(c.isprintable() or c == "\n" for c in run.message + run.output + run.traceback)


def test_an_infinite_value_delays_and_does_not_end_the_search(evaluator: Evaluator) -> None:
    source = call("return float('inf') if state.goals_left > 1 else 0")
    run = evaluator.run(request(source, 5))
    assert run.solved
    assert run.dead_ends


def test_the_failing_state_and_line_are_reported(evaluator: Evaluator) -> None:
    for lines in (["x = 3", "return state['nowhere']"], ["x = 3", "while True: pass"]):
        run = evaluator.run(request(call(*lines)))
        assert run.message.startswith("line 5: ")
        assert ("empty-ferry",) in run.state
        assert lines[1] in run.traceback


def test_the_environment_holds_no_variable_of_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with Evaluator() as evaluator:
        run = evaluator.run(request(call(f"raise ValueError(sorted({OS}.environ))")))
    python = {"LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "LC_CTYPE"}
    names = set(run.message.partition("[")[2].rstrip("]").replace("'", "").split(", "))
    assert names - python == {
        "PYTHONHASHSEED",
        "PYTHONSAFEPATH",
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
    }


def test_only_the_channel_is_open_beside_standard_streams(evaluator: Evaluator) -> None:
    source = call(
        "found = []",
        "for n in range(1100):",
        f"    try: {OS}.fstat(n)",
        "    except OSError: continue",
        "    found.append(n)",
        "raise ValueError(found)",
    )
    assert "ValueError: [0, 1, 2, 3]" in evaluator.run(request(source)).message


def test_hashing_is_the_same_in_every_run(evaluator: Evaluator) -> None:
    program = "print(hash('heurgen'))"
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    fixed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
    run = evaluator.run(request(call("raise ValueError(hash('heurgen'))")))
    assert run.message == f"line 4: ValueError: {fixed}"


def test_networkx_numpy_and_scipy_can_be_used(evaluator: Evaluator) -> None:
    source = (
        "import networkx as nx\nimport numpy as np\nfrom scipy.spatial import distance\n"
        "import scipy.linalg\nimport scipy.stats\n"
        + call(
            "one = distance.euclidean([0], [1]) * scipy.linalg.det(np.eye(2))",
            "return len(nx.path_graph(3)) + one + state.goals_left",
        )
    )
    run = evaluator.run(request(source, 20, 2 << 30))
    assert run.solved, run


def test_a_library_is_not_imported_at_the_expense_of_a_run(evaluator: Evaluator) -> None:
    source = "from scipy.sparse import csgraph\nimport numpy, networkx as nx\n" + GOOD
    run = evaluator.run(request(source, 5))
    assert run.solved
    assert run.setup_time is not None
    assert run.setup_time < 0.05
