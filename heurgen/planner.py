"""Solving one task for a user: pick the heuristic, search, fall back if it fails, check the plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from heurgen.core import HEURISTICS, Task
from heurgen.core import search as core_search
from heurgen.errors import CandidateError, InputError
from heurgen.evaluation.outcome import Outcome, Run
from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.library import known_heuristic
from heurgen.pddl.fingerprint import fingerprint
from heurgen.pddl.model import Problem
from heurgen.validation import validate

FALLBACK = "ff"
DEFAULT_SEARCH = "gbfs"


@dataclass(frozen=True, slots=True)
class Selection:
    """The heuristic to use: a built-in name, or a candidate's source; `note` says where it comes from."""

    name: str
    source: str | None
    search: str
    note: str


def select_heuristic(problem: Problem, wanted: str | None, search: str | None) -> Selection:
    """The heuristic the user wants (a built-in name or a Python file), else the strongest one known for the
    domain, else h^FF.

    Raises InputError for a name that is neither built in nor a file.
    """
    if wanted is not None:
        return _named(wanted, search or DEFAULT_SEARCH)
    known = known_heuristic(fingerprint(problem.domain))
    if known is None:
        note = f"no heuristic is known for domain {problem.domain.name}: using h^FF"
        return Selection(FALLBACK, None, search or DEFAULT_SEARCH, note)
    choice, folder = known
    note = f"domain recognised as {choice.domain}: heuristic {choice.candidate} ({folder / 'chosen'})"
    return Selection(choice.domain, choice.source, search or choice.search, note)


def _named(wanted: str, search: str) -> Selection:
    if wanted in HEURISTICS:
        return Selection(wanted, None, search, f"built-in heuristic {wanted}")
    path = Path(wanted)
    if not path.is_file():
        names = ", ".join(HEURISTICS)
        raise InputError(f"no heuristic {wanted!r}: neither a Python file nor one of {names}")
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{wanted}: cannot be read: {error}") from error
    return Selection(path.stem, source, search, f"heuristic of {wanted}")


def solve(
    problem: Problem,
    selection: Selection,
    limits: Limits,
    unsafe: bool,
    warn: Callable[[str], None],
) -> Run:
    """Search for a plan; if a candidate breaks its contract, `warn` and go on with h^FF in the time left."""
    if selection.source is None:
        return run_builtin(problem, selection.name, selection.search, limits)
    began = time.monotonic()
    with Evaluator(unsafe=unsafe) as evaluator:
        run = evaluator.run(
            Request(
                selection.name, selection.source, problem.name, problem, selection.search, limits
            )
        )
    if not run.outcome.candidate_fault:
        return run
    warn(f"the heuristic failed ({run.outcome.value}: {run.message}); going on with h^FF")
    left = None if limits.time is None else max(0.1, limits.time - (time.monotonic() - began))
    second = run_builtin(problem, FALLBACK, DEFAULT_SEARCH, Limits(left, limits.memory))
    return replace(second, wall_time=time.monotonic() - began)


def run_builtin(problem: Problem, heuristic: str, search: str, limits: Limits) -> Run:
    """Search with a built-in heuristic in this process and check the plan."""
    began = time.monotonic()
    cpu = time.process_time()
    task = Task(problem)
    try:
        result = core_search(task, heuristic, search, limits.time, limits.memory)
    except ValueError as error:
        raise InputError(str(error)) from error
    outcome = Outcome(result.status.value)
    message = ""
    if result.plan is not None:
        verdict = validate(problem, result.plan)
        if not verdict.valid:
            raise CandidateError(f"internal error: the plan found is not valid: {verdict.message}")
    return Run(
        heuristic,
        problem.name,
        search,
        limits.time,
        limits.memory,
        outcome,
        message,
        plan=None if result.plan is None else tuple(result.plan),
        cost=result.cost,
        expanded=result.expanded,
        evaluated=result.evaluated,
        generated=result.generated,
        dead_ends=result.dead_ends,
        initial_h=result.initial_h,
        search_time=result.search_time,
        heuristic_time=result.heuristic_time,
        wall_time=time.monotonic() - began,
        cpu_time=time.process_time() - cpu,
        peak_memory=result.peak_memory,
    )
