"""What a closer look at a candidate came to: see `heurgen.sandbox.inspecting` for how it is taken.

The candidate's process reports it, so it is checked like everything that comes from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from heurgen.evaluation.interpretation import (
    Atoms,
    Subject,
    atoms,
    count,
    finite,
    interpret,
    one_line,
)
from heurgen.evaluation.outcome import Outcome, Run
from heurgen.sandbox import Answer, End
from heurgen.sandbox.protocol import INSPECTED, READY, decode

Value = float | str
"""A heuristic value: a number or "infinity"."""
Valued = tuple[tuple[str, ...], Value]


@dataclass(frozen=True, slots=True)
class Sight:
    """A state in which a heuristic leads no further, and its successors, those of least value first.

    `state` and `successors` may be the beginning of what there is, `atoms` and `successor_count` count all.
    `path` is the end of the way there, `depth` its length.
    """

    value: Value
    depth: int
    path: Atoms
    atoms: int
    state: Atoms
    goals_left: int
    open_goals: Atoms
    successor_count: int
    successors: tuple[Valued, ...]


@dataclass(frozen=True, slots=True)
class Stall:
    """How a search went: what `SearchResult` counts, when the best value got better (evaluations and value, the first and the
    last few of `improved`), the seconds of the construction before, and the function, line and share of the lines that took the
    most time, construction and search together, and of whole functions."""

    status: str
    expanded: int
    evaluated: int
    seconds: float
    in_heuristic: float
    plan_length: int | None
    improved: int
    improvements: tuple[tuple[int, Value], ...]
    lines: tuple[tuple[str, int, float], ...]
    functions: tuple[tuple[str, float], ...] = ()
    setup: float = 0.0


@dataclass(frozen=True, slots=True)
class Inspection:
    """A closer look: `failure` is the run that it ended as where the candidate failed, and the rest is empty then.

    `verdict` is that of a walk: "direct", "counterexample" (then there is a `sight`) or "undecided" (time ran out), which
    never counts as passed. `walks` tells how many were completed. `digest` is that of the behaviour and `seconds` the
    time of the probe; `texts` are generated tasks.
    """

    heuristic: str
    task: str
    failure: Run | None = None
    verdict: str = ""
    walks: int = 0
    sight: Sight | None = None
    stall: Stall | None = None
    digest: str = ""
    seconds: float = 0.0
    texts: tuple[str, ...] = ()


def interpret_inspection(subject: Subject, answer: Answer) -> Inspection:
    """What an answer to an inspection tells. Raises SandboxError as `interpret` does."""
    said = (decode(answer.said[len(READY) :]) or {}) if answer.end is End.ITSELF else {}
    report = said.get("report")
    if said.get("outcome") != INSPECTED or not isinstance(report, dict):
        return Inspection(subject.heuristic, subject.task, interpret(subject, answer))
    try:
        return _inspection(subject, report)
    except (KeyError, TypeError, ValueError):
        key = subject.key
        message = "answered something unintelligible"
        run = Run(
            subject.heuristic, subject.task, key.search, key.time_limit, key.memory_limit, Outcome.EXITED, message
        )
        return Inspection(subject.heuristic, subject.task, run)


def _inspection(subject: Subject, report: dict[str, Any]) -> Inspection:
    if "digest" in report:
        seconds = _finite(report["seconds"])
        return Inspection(subject.heuristic, subject.task, digest=one_line(report["digest"])[:64], seconds=seconds)
    if "texts" in report:
        texts = report["texts"]
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ValueError("no texts")
        return Inspection(subject.heuristic, subject.task, texts=tuple(texts))
    sight = _sight(report) if "value" in report else None
    if "status" in report:
        return Inspection(subject.heuristic, subject.task, stall=_stall(report), sight=sight)
    verdict = report["verdict"]
    if verdict not in ("direct", "counterexample", "undecided") or (verdict == "counterexample") != (sight is not None):
        raise ValueError(verdict)
    return Inspection(subject.heuristic, subject.task, verdict=verdict, walks=_count(report["walks"]), sight=sight)


def _sight(report: dict[str, Any]) -> Sight:
    best = [(_atoms([action])[0], _value(value)) for action, value in report["best"]]
    return Sight(
        _value(report["value"]),
        _count(report["depth"]),
        _atoms(report["path"]),
        _count(report["atoms"]),
        _atoms(report["state"]),
        _count(report["goals_left"]),
        _atoms(report["open"]),
        _count(report["successors"]),
        tuple(best),
    )


def _stall(report: dict[str, Any]) -> Stall:
    plan_length = report["plan_length"]
    return Stall(
        one_line(report["status"]),
        _count(report["expanded"]),
        _count(report["evaluated"]),
        _finite(report["seconds"]),
        _finite(report["in_heuristic"]),
        None if plan_length is None else _count(plan_length),
        _count(report["improved"]),
        tuple((_count(number), _value(value)) for number, value in report["improvements"]),
        tuple((one_line(name), _count(line), _finite(share)) for name, line, share in report["lines"]),
        tuple((one_line(name), _finite(share)) for name, share in report["functions"]),
        _finite(report["setup_time"]),
    )


def _atoms(value: Any) -> Atoms:
    found = atoms(value)
    if found is None:
        raise ValueError("no atoms")
    return found


def _count(value: Any) -> int:
    found = count(value)
    if found is None:
        raise ValueError("no count")
    return found


def _finite(value: Any) -> float:
    found = finite(value)
    if found is None:
        raise ValueError("no number")
    return found


def _value(value: Any) -> Value:
    return "infinity" if value == "infinity" else _finite(value)
