"""What heurgen makes of answers: nothing a child says can raise, and what the server saw comes
first."""

from __future__ import annotations

import json
import signal
import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heurgen.errors import SandboxError
from heurgen.evaluation.interpretation import Subject, interpret
from heurgen.evaluation.outcome import Outcome, Run, RunKey
from heurgen.sandbox import Answer, End
from tests.sandbox.candidates import PROBLEM

SUBJECT = Subject("h", "p08", PROBLEM, RunKey("abc", "def", "gbfs", 1.0, None, 0, symmetry=True))
FIELDS = (
    "outcome",
    "message",
    "traceback",
    "state",
    "plan",
    "expanded",
    "evaluated",
    "generated",
    "dead_ends",
    "initial_h",
    "setup_time",
    "search_time",
    "heuristic_time",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def answer(said: Any = None, end: End = End.ITSELF, status: int = 0, **others: Any) -> Answer:
    data = b"" if said is None else json.dumps(said).encode()
    return Answer(1, end, b"+" + data, status, **others)


def check_storable(run: Run) -> None:
    database = sqlite3.connect(":memory:")
    values = [run.message, run.traceback, run.output, run.expanded, run.initial_h, run.search_time]
    database.execute("CREATE TABLE t (a, b, c, d, e, f)")
    database.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", values)
    database.close()
    "".join(part for atom in (*run.state, *(run.plan or ())) for part in atom).encode()


@given(
    st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON,
    st.sampled_from([None, *(outcome.value for outcome in Outcome)]),
)
def test_whatever_a_child_says_becomes_a_run_that_can_be_stored(
    said: Any, outcome: str | None
) -> None:
    if isinstance(said, dict) and outcome is not None:
        said = {**said, "outcome": outcome}
    run = interpret(SUBJECT, answer(said))
    assert run.outcome is not Outcome.SOLVED
    check_storable(run)


@given(st.binary())
def test_bytes_that_are_no_answer_are_an_exit(data: bytes) -> None:
    run = interpret(SUBJECT, Answer(1, End.ITSELF, b"+" + data))
    assert run.outcome is Outcome.EXITED


@pytest.mark.parametrize("number", [10**400, -1, float("inf"), float("nan"), True, "3", 1 << 63])
def test_numbers_that_are_none_are_left_out(number: Any) -> None:
    said = {"outcome": "incomplete", "expanded": number, "search_time": number}
    text = json.dumps(said).encode()
    run = interpret(SUBJECT, Answer(1, End.ITSELF, b"+" + text))
    assert run.outcome is Outcome.INCOMPLETE
    assert run.expanded is run.search_time is None


def test_numbers_that_are_some_are_kept() -> None:
    said = {"outcome": "incomplete", "expanded": 3, "search_time": 0.5, "initial_h": 4}
    run = interpret(
        SUBJECT, answer(said, wall_time=0.7, cpu_time=0.6, peak_memory=9, output="x\ny")
    )
    assert (run.expanded, run.search_time, run.initial_h) == (3, 0.5, 4)
    assert (run.wall_time, run.cpu_time, run.peak_memory, run.output) == (0.7, 0.6, 9, "x\ny")
    assert (run.domain, run.heuristic_digest, run.task_digest) == ("ferry", "abc", "def")


SOLVED = {"outcome": "solved", "plan": [["sail", "l0", "l1"]]}


@pytest.mark.parametrize(
    ("given", "outcome", "message"),
    [
        (answer(SOLVED, End.OVERDUE, 9), Outcome.OUT_OF_TIME, "was killed"),
        (answer(SOLVED, wall_time=1.2), Outcome.OUT_OF_TIME, "came back after 1.20 s, too late"),
        (answer(SOLVED, End.OVERSIZED, 9), Outcome.EXITED, "more than 8 MiB"),
        (answer(SOLVED, End.HUNG_UP, 9), Outcome.EXITED, "closed its channel"),
        (answer(None, status=signal.SIGXCPU), Outcome.OUT_OF_TIME, "processor time"),
        (answer(None, status=9, cpu_time=1.4), Outcome.OUT_OF_TIME, "processor time"),
        (answer(None, status=9, cpu_time=0.4), Outcome.OUT_OF_MEMORY, "memory runs out"),
        (answer(None, status=11), Outcome.EXITED, "signal 11 (Segmentation fault) without"),
        (answer(None, status=3 << 8), Outcome.EXITED, "exit code 3 without an answer"),
        (answer({}), Outcome.EXITED, "exit code 0 without an answer"),
        (answer({"outcome": "excellent"}), Outcome.EXITED, "unintelligible"),
    ],
)
def test_what_the_server_saw_comes_first(given: Answer, outcome: Outcome, message: str) -> None:
    run = interpret(SUBJECT, given)
    assert run.outcome is outcome
    assert message in run.message
    assert run.plan is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Answer(1, End.NOT_STARTED, output="no fork"), "could not be started: no fork"),
        (Answer(1, End.ITSELF, b"-OSError: Landlock"), "could not be confined: OSError: Landlock"),
        (Answer(1, End.ITSELF, b"", 9), "could not be confined: ended by signal 9"),
    ],
)
def test_what_is_no_fault_of_a_candidate_is_an_error(given: Answer, message: str) -> None:
    with pytest.raises(SandboxError, match=message):
        interpret(SUBJECT, given)
