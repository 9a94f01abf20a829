"""Running heuristics on tasks, in the sandbox, under limits; every plan is checked here, in the parent."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from heurgen.evaluation.outcome import Outcome, Run
from heurgen.pddl.model import Problem
from heurgen.sandbox import Answer, Job, Sandbox
from heurgen.validation import validate


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use: seconds of wall time and bytes of memory, either of them None."""

    time: float | None = None
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A run to be made. `source` is a candidate's text, or None for the built-in heuristic `heuristic`."""

    heuristic: str
    source: str | None
    task: str
    problem: Problem
    search: str = "gbfs"
    limits: Limits = Limits()
    seed: int = 0


class Evaluator:
    """Makes runs, several at once if asked to; a context manager around a sandbox."""

    def __init__(self, jobs: int = 1, unsafe: bool = False) -> None:
        self.jobs = max(1, jobs)
        self._sandbox = Sandbox(unsafe)
        self._numbers = itertools.count()

    def run(self, request: Request) -> Run:
        """Make one run."""
        return next(iter(self.run_many([request])))

    def run_many(self, requests: Iterable[Request]) -> Iterator[Run]:
        """Make runs, up to `jobs` at once, and yield each as it ends."""
        open_runs: dict[int, Request] = {}
        waiting = iter(requests)
        while True:
            while len(open_runs) < self.jobs and (request := next(waiting, None)) is not None:
                number = next(self._numbers)
                self._sandbox.load(request.task, request.problem)
                self._sandbox.submit(_job(number, request, self._sandbox.unsafe))
                open_runs[number] = request
            if not open_runs:
                return
            answer = self._sandbox.next_answer()
            if answer is not None and answer.number in open_runs:
                yield _interpret(open_runs.pop(answer.number), answer)

    def close(self) -> None:
        """End all runs."""
        self._sandbox.close()

    def __enter__(self) -> Evaluator:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _job(number: int, request: Request, unsafe: bool) -> Job:
    return Job(
        number,
        request.task,
        request.heuristic if request.source is None else request.source,
        request.source is None,
        request.search,
        request.limits.time,
        request.limits.memory,
        request.seed,
        unsafe,
    )


def _interpret(request: Request, answer: Answer) -> Run:
    """A run from what the child said, which is not trusted, and what the server saw."""
    said = answer.said or {}
    outcome, message = _outcome(answer)
    plan = _plan(said.get("plan")) if outcome is Outcome.SOLVED else None
    cost: float | None = None
    if outcome is Outcome.SOLVED:
        if plan is None:
            outcome, message = Outcome.INVALID_PLAN, "no plan came back"
        else:
            verdict = validate(request.problem, plan)
            cost = verdict.cost
            if not verdict.valid:
                outcome, message = Outcome.INVALID_PLAN, verdict.message
    return Run(
        request.heuristic,
        request.task,
        request.search,
        request.limits.time,
        request.limits.memory,
        outcome,
        message or _text(said.get("message")),
        _text(said.get("traceback")),
        plan,
        cost,
        expanded=_count(said.get("expanded")),
        evaluated=_count(said.get("evaluated")),
        generated=_count(said.get("generated")),
        dead_ends=_count(said.get("dead_ends")),
        initial_h=_number(said.get("initial_h")),
        setup_time=_number(said.get("setup_time")),
        search_time=_number(said.get("search_time")),
        heuristic_time=_number(said.get("heuristic_time")),
        wall_time=answer.wall_time,
        cpu_time=answer.cpu_time,
        peak_memory=answer.peak_memory,
        output=answer.output,
        state=_plan(said.get("state")) or (),
    )


def _outcome(answer: Answer) -> tuple[Outcome, str]:
    if answer.said is not None:
        try:
            return Outcome(answer.said.get("outcome")), ""
        except ValueError:
            return Outcome.EXITED, "answered something unintelligible"
    if answer.killed:
        return Outcome.OUT_OF_TIME, "did not come back in time and was killed"
    if os.WIFSIGNALED(answer.status):
        number = os.WTERMSIG(answer.status)
        if number == signal.SIGXCPU:
            return Outcome.OUT_OF_TIME, "passed its CPU time and was killed"
        return Outcome.EXITED, f"killed by signal {number} ({signal.strsignal(number)})"
    return Outcome.EXITED, f"exited with code {os.waitstatus_to_exitcode(answer.status)}"


def _plan(value: Any) -> tuple[tuple[str, ...], ...] | None:
    """A tuple of tuples of strings, or None if it is not one."""
    if not isinstance(value, list) or not all(isinstance(step, list) and step for step in value):
        return None
    if not all(isinstance(part, str) for step in value for part in step):
        return None
    return tuple(tuple(step) for step in value)


def _text(value: Any) -> str:
    return value[:4000] if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
