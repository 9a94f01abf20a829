"""From a sandbox's answer to a run: the server's view comes first, the child's is checked."""

from __future__ import annotations

import math
import os
import signal
from dataclasses import dataclass, replace
from typing import Any

from heurgen.errors import SandboxError
from heurgen.evaluation.outcome import Outcome, Run, RunKey
from heurgen.pddl.model import Problem
from heurgen.sandbox import Answer, End
from heurgen.sandbox.protocol import READY, decode
from heurgen.validation import validate

Atoms = tuple[tuple[str, ...], ...]

MESSAGE_LIMIT = 2000    # characters
TEXT_LIMIT = 8192
COUNT_LIMIT = 1 << 62

SAYABLE = frozenset(Outcome) - {Outcome.INVALID_PLAN}
"""Outcomes that a child may report of itself."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What was run."""

    heuristic: str
    task: str
    problem: Problem
    key: RunKey


def interpret(subject: Subject, answer: Answer) -> Run:
    """The run that an answer tells of.

    Raises SandboxError where the child could not be started or not be confined.
    """
    _check_ready(answer)
    said = decode(answer.said[len(READY) :]) or {}
    outcome, message = _outcome(subject.key, answer, said.get("outcome"))
    run = Run(
        subject.heuristic,
        subject.task,
        subject.key.search,
        subject.key.time_limit,
        subject.key.memory_limit,
        outcome,
        message or one_line(said.get("message")),
        _lines(said.get("traceback")),
        expanded=count(said.get("expanded")),
        evaluated=count(said.get("evaluated")),
        generated=count(said.get("generated")),
        dead_ends=count(said.get("dead_ends")),
        initial_h=finite(said.get("initial_h")),
        setup_time=finite(said.get("setup_time")),
        search_time=finite(said.get("search_time")),
        heuristic_time=finite(said.get("heuristic_time")),
        wall_time=answer.wall_time,
        cpu_time=answer.cpu_time,
        peak_memory=answer.peak_memory,
        output=_lines(answer.output),
        state=atoms(said.get("state")) or (),
        domain=subject.problem.domain.name,
        seed=subject.key.seed,
        symmetry=subject.key.symmetry,
        heuristic_digest=subject.key.heuristic,
        task_digest=subject.key.task,
    )
    return _with_plan(run, subject.problem, said.get("plan")) if run.solved else run


def _check_ready(answer: Answer) -> None:
    if answer.end is End.NOT_STARTED:
        raise SandboxError(f"a run could not be started: {answer.output}")
    if answer.end is End.ITSELF and not answer.said.startswith(READY):
        reason = answer.said[1:].decode(errors="replace") or _death(answer.status)
        raise SandboxError(f"a run could not be confined: {reason}")


def _outcome(key: RunKey, answer: Answer, said: Any) -> tuple[Outcome, str]:
    """The outcome, and a message where the server knows better than the child."""
    if answer.end is End.OVERDUE:
        return Outcome.OUT_OF_TIME, answer.end.value
    if answer.end is not End.ITSELF:
        return Outcome.EXITED, answer.end.value
    if said is not None:
        return _said_outcome(key, answer, said)
    number = os.WTERMSIG(answer.status) if os.WIFSIGNALED(answer.status) else 0
    too_long = key.time_limit is not None and answer.cpu_time > key.time_limit
    if number == signal.SIGXCPU or (number == signal.SIGKILL and too_long):
        return Outcome.OUT_OF_TIME, "used up its processor time and was killed"
    if number == signal.SIGKILL:
        return Outcome.OUT_OF_MEMORY, "was killed by the system, which does so when memory runs out"
    return Outcome.EXITED, f"{_death(answer.status)} without an answer"


def _said_outcome(key: RunKey, answer: Answer, said: Any) -> tuple[Outcome, str]:
    try:
        outcome = Outcome(said)
    except ValueError:
        return Outcome.EXITED, "answered something unintelligible"
    if outcome not in SAYABLE:
        return Outcome.EXITED, "answered something unintelligible"
    limit = key.time_limit
    if outcome is Outcome.SOLVED and limit is not None and answer.wall_time > limit:
        return Outcome.OUT_OF_TIME, f"came back after {answer.wall_time:.2f} s, too late"
    return outcome, ""


def _death(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return f"ended by signal {number} ({signal.strsignal(number)})"
    return f"ended with exit code {os.waitstatus_to_exitcode(status)}"


def _with_plan(run: Run, problem: Problem, said: Any) -> Run:
    plan = atoms(said)
    if plan is None:
        return replace(run, outcome=Outcome.INVALID_PLAN, message="no plan came back")
    verdict = validate(problem, plan)
    if not verdict.valid:
        message = one_line(verdict.message)
        return replace(run, outcome=Outcome.INVALID_PLAN, message=message, plan=plan)
    return replace(run, plan=plan, cost=verdict.cost)


def atoms(value: Any) -> Atoms | None:
    """A tuple of tuples of strings, or None if it is something else."""
    if not isinstance(value, list) or not all(isinstance(step, list) and step for step in value):
        return None
    if not all(isinstance(part, str) and part.isprintable() for step in value for part in step):
        return None
    return tuple(tuple(step) for step in value)


def one_line(value: Any) -> str:
    """One line that can be shown and stored."""
    return _printable(value[:MESSAGE_LIMIT]) if isinstance(value, str) else ""


def _lines(value: Any) -> str:
    """The last lines of a text, such that they can be shown and stored."""
    if not isinstance(value, str):
        return ""
    return "\n".join(_printable(line) for line in value[-TEXT_LIMIT:].split("\n"))


def _printable(text: str) -> str:
    """Without what would drive the terminal, or be no valid Unicode."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def count(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < COUNT_LIMIT:
        return value
    return None


def finite(value: Any) -> float | None:
    if isinstance(value, int):
        return None if count(value) is None else float(value)
    return value if isinstance(value, float) and math.isfinite(value) and value >= 0 else None
