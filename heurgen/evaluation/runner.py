"""Running heuristics on tasks, in the sandbox, under limits."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from heurgen.core import HEURISTICS, parse_search
from heurgen.errors import InputError
from heurgen.evaluation.digest import TaskDigests, source_digest
from heurgen.evaluation.inspection import Inspection, interpret_inspection
from heurgen.evaluation.interpretation import Subject, interpret
from heurgen.evaluation.outcome import Outcome, Run, RunKey
from heurgen.evaluation.store import RunStore
from heurgen.pddl.model import Problem
from heurgen.sandbox import Job, Sandbox
from heurgen.sandbox.protocol import Inspect

CONSTRUCTION = 3.0
"""Seconds beyond those of a closer look, at least, for making the heuristic and for what has no limit of its own."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use: seconds of wall time and bytes of memory, either of them None.

    The memory is what the run takes beyond the interpreter and the parsed tasks. Raises
    InputError for limits that are not positive.
    """

    time: float | None = None
    memory: int | None = None

    def __post_init__(self) -> None:
        if self.time is not None and not 0 < self.time < float("inf"):
            raise InputError(f"time limit {self.time!r}; expected a positive number of seconds")
        if self.memory is not None and self.memory <= 0:
            raise InputError(f"memory limit {self.memory!r}; expected a positive number of bytes")


@dataclass(frozen=True, slots=True)
class Request:
    """A run to be made.

    `source` is a candidate's text and `heuristic` what to call it; without a source `heuristic`
    is the name of a built-in heuristic. `search` may name others that take turns with it, and
    further options: see `heurgen.core.SearchSpec`. `compiled` is the library of the candidate to be
    used instead of its source, if any (see `heurgen.heuristics.compiling`). `task` is what to call the problem. Raises
    InputError for a search or a built-in heuristic that does not exist.
    """

    heuristic: str
    source: str | None
    task: str
    problem: Problem
    search: str = "gbfs"
    limits: Limits = Limits()
    seed: int = 0
    symmetry: bool = True
    compiled: Path | None = None

    def __post_init__(self) -> None:
        try:
            alternate = parse_search(self.search).alternate
        except ValueError as error:
            raise InputError(str(error)) from error
        names = alternate if self.source is not None else (self.heuristic, *alternate)
        for name in names:
            if name not in HEURISTICS:
                raise InputError(f"no heuristic {name!r}; known: {', '.join(HEURISTICS)}")


@dataclass(frozen=True, slots=True)
class _Open:
    """A run that is going on; with a `claim`, it is to confirm what a candidate's process said."""

    request: Request
    subject: Subject
    claim: Run | None = None


class Evaluator:
    """Makes runs, up to `jobs` at once; a context manager around a sandbox.

    Its methods raise SandboxError where candidates cannot be confined, unless `unsafe`, and where
    the sandbox breaks down; after that it starts a new one.
    """

    def __init__(self, jobs: int = 1, unsafe: bool = False) -> None:
        if jobs < 1:
            raise InputError(f"{jobs} runs at once; expected at least 1")
        self.jobs = jobs
        self._unsafe = unsafe
        self._sandbox = Sandbox(unsafe)
        self._numbers = itertools.count()
        self._digests = TaskDigests()

    def key(self, request: Request) -> RunKey:
        """What a run store knows the run by."""
        source = request.source
        compiled = "" if request.compiled is None else " compiled"
        return RunKey(
            f"built-in {request.heuristic}" if source is None else source_digest(source) + compiled,
            self._digests.of(request.problem),
            request.search,
            request.limits.time,
            request.limits.memory,
            request.seed,
            request.symmetry,
        )

    def run(self, request: Request) -> Run:
        """Make one run."""
        (run,) = self.run_many([request])
        return run

    def run_many(self, requests: Iterable[Request], store: RunStore | None = None) -> Iterator[Run]:
        """Make runs, up to `jobs` at once, and yield each as it ends.

        The next request is taken when there is room for its run. With a store, runs that it holds
        are not made again, and others are stored before they are yielded. Whoever stops iterating
        ends the runs that are still going on.
        """
        if self._sandbox.closed:
            self._sandbox = Sandbox(self._unsafe)
        running: dict[int, _Open] = {}
        waiting = iter(requests)
        try:
            while True:
                while len(running) < self.jobs and (request := next(waiting, None)) is not None:
                    subject = self._subject(request)
                    known = None if store is None else store.done(subject.key)
                    if known is not None:
                        yield replace(known, heuristic=request.heuristic, task=request.task)
                    else:
                        self._start(running, _Open(request, subject))
                if not running:
                    return
                run = self._next_run(running)
                if run is not None:
                    if store is not None:
                        store.add(run)
                    yield run
        finally:
            self._cancel(running)

    def inspect_many(self, requests: Iterable[Request], spec: Inspect) -> Generator[Inspection, None, None]:
        """Take a closer look at candidates on tasks, up to `jobs` at once, and yield what comes of each, in any order.

        Search, seed and time are those of `spec`, the memory is limited by the requests, and the construction may take
        the time of a request beforehand, since in a run it may as well. Whoever stops iterating ends those that are still
        going on.
        """
        if self._sandbox.closed:
            self._sandbox = Sandbox(self._unsafe)
        running: dict[int, _Open] = {}
        waiting = iter(requests)
        try:
            while True:
                while len(running) < self.jobs and (request := next(waiting, None)) is not None:
                    number = next(self._numbers)
                    seconds = spec.seconds + max(CONSTRUCTION, request.limits.time or 0.0)
                    job = replace(self._job(number, request), inspect=spec, time_limit=seconds)
                    self._sandbox.submit(job)
                    running[number] = _Open(request, self._subject(request))
                if not running:
                    return
                answer = self._sandbox.next_answer()
                opened = None if answer is None else running.pop(answer.number, None)
                if answer is not None and opened is not None:
                    yield interpret_inspection(opened.subject, answer)
        finally:
            self._cancel(running)

    def _subject(self, request: Request) -> Subject:
        return Subject(request.heuristic, request.task, request.problem, self.key(request))

    def _start(self, running: dict[int, _Open], opened: _Open) -> None:
        number = next(self._numbers)
        self._sandbox.submit(self._job(number, opened.request))
        running[number] = opened

    def _job(self, number: int, request: Request) -> Job:
        return Job(
            number,
            self._sandbox.load(request.problem),
            request.heuristic if request.source is None else request.source,
            request.source is None,
            request.search,
            request.limits.time,
            request.limits.memory,
            request.seed,
            request.symmetry,
            self._unsafe,
            None if request.compiled is None else str(request.compiled),
        )

    def _next_run(self, running: dict[int, _Open]) -> Run | None:
        """Wait for an answer; the run it completes, if it does."""
        answer = self._sandbox.next_answer()
        opened = None if answer is None else running.pop(answer.number, None)
        if answer is None or opened is None:
            return None
        run = interpret(opened.subject, answer)
        if opened.claim is not None:
            return _confirmed(opened.claim, run)
        if run.outcome is Outcome.UNSOLVABLE and opened.request.source is not None:
            confirmation = replace(opened.request, heuristic="blind", source=None, search="gbfs")
            self._start(running, _Open(confirmation, opened.subject, run))
            return None
        return run

    def _cancel(self, running: dict[int, _Open]) -> None:
        for number in running:
            if not self._sandbox.closed:
                self._sandbox.cancel(number)

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


def _confirmed(claim: Run, blind: Run) -> Run:
    """What to make of a candidate's process that says there is no plan, after a blind search."""
    if blind.outcome is Outcome.UNSOLVABLE:
        return claim
    found = "there is a plan" if blind.solved else f"a blind search ended {blind.outcome.value}"
    message = f"said that there is no plan, but {found}"
    return replace(claim, outcome=Outcome.INCOMPLETE, message=message)
