"""Solving one task for a user: pick the heuristic, search, fall back if it fails, check the plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from heurgen.core import HEURISTICS, Task, parse_search
from heurgen.core import search as core_search
from heurgen.errors import CandidateError, InputError
from heurgen.evaluation.outcome import Outcome, Run
from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.library import known_heuristic
from heurgen.pddl.fingerprint import fingerprint
from heurgen.pddl.model import Problem
from heurgen.validation import validate

FALLBACK = "ff"
FALLBACK_SEARCH = "gbfs-lazy"
"""Deferred evaluation, which evaluates a state once it is expanded: h^FF costs far more than the generation of a state."""
DEFAULT_SEARCH = "gbfs"


@dataclass(frozen=True, slots=True)
class Selection:
    """The heuristic to use: a built-in name, or a candidate's source; `note` says where it comes from.

    `search` names the search with its options, among them other built-in heuristics that take turns.
    """

    name: str
    source: str | None
    search: str
    note: str
    seed: int = 0
    symmetry: bool = True
    compiled: Path | None = None


def select_heuristic(problem: Problem, wanted: str | None, search: str | None) -> Selection:
    """The heuristic the user wants, else the strongest one known for the domain, else h^FF.

    `wanted` is a built-in name, a Python file, "chosen" for the strongest one known, or several of them with
    commas between, at most one of which is not built in: they take turns.

    Raises InputError for a name that is none of those, or for a search that does not exist.
    """
    if wanted is None:
        return _checked(_strongest(problem, search))
    own = [name for name in wanted.split(",") if name not in HEURISTICS]
    builtin = tuple(name for name in wanted.split(",") if name in HEURISTICS)
    if len(own) > 1:
        raise InputError(f"heuristics {wanted}: only one may be other than {', '.join(HEURISTICS)}")
    if not own:
        note = f"built-in heuristic {' in turn with '.join(builtin)}"
        selection = Selection(builtin[0], None, search or DEFAULT_SEARCH, note)
        builtin = builtin[1:]
    elif own[0] == "chosen":
        selection = _strongest(problem, search)
    else:
        selection = _from_file(own[0], search or DEFAULT_SEARCH)
    return _checked(selection, builtin)


def _checked(selection: Selection, alternate: tuple[str, ...] = ()) -> Selection:
    """The same with other heuristics in turn, if it can be searched with."""
    try:
        spec = parse_search(selection.search)
        own = () if selection.source is not None else (selection.name,)
        more = [name for name in alternate if name not in (*own, *spec.alternate)]
        spec = replace(spec, alternate=(*spec.alternate, *more))
        if spec.alternate:
            spec = parse_search(str(spec))
    except ValueError as error:
        raise InputError(str(error)) from error
    return replace(selection, search=str(spec))


def _strongest(problem: Problem, search: str | None) -> Selection:
    known = known_heuristic(fingerprint(problem.domain))
    if known is None:
        note = f"no heuristic is known for domain {problem.domain.name}: using h^FF"
        return Selection(FALLBACK, None, search or FALLBACK_SEARCH, note)
    choice, folder = known
    note = f"domain recognised as {choice.domain}: heuristic {choice.candidate} ({folder / 'chosen'})"
    return Selection(choice.domain, choice.source, search or choice.search, note)


def _from_file(wanted: str, search: str) -> Selection:
    path = Path(wanted)
    if not path.is_file():
        names = ", ".join(HEURISTICS)
        raise InputError(f"no heuristic {wanted!r}: neither a Python file nor one of chosen, {names}")
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
        return run_builtin(problem, selection, limits)
    began = time.monotonic()
    with Evaluator(unsafe=unsafe) as evaluator:
        run = evaluator.run(
            Request(
                selection.name,
                selection.source,
                problem.name,
                problem,
                selection.search,
                limits,
                selection.seed,
                selection.symmetry,
                selection.compiled,
            )
        )
    if not run.outcome.candidate_fault:
        return run
    warn(f"the heuristic failed ({run.outcome.value}: {run.message}); going on with h^FF")
    left = None if limits.time is None else max(0.1, limits.time - (time.monotonic() - began))
    fallback = Selection(FALLBACK, None, FALLBACK_SEARCH, "", selection.seed, selection.symmetry)
    second = run_builtin(problem, fallback, Limits(left, limits.memory))
    return replace(second, wall_time=time.monotonic() - began)


def run_builtin(problem: Problem, selection: Selection, limits: Limits) -> Run:
    """Search with built-in heuristics in this process and check the plan."""
    began = time.monotonic()
    cpu = time.process_time()
    task = Task(problem)
    try:
        result = core_search(
            task,
            selection.name,
            selection.search,
            limits.time,
            limits.memory,
            selection.seed,
            selection.symmetry,
        )
    except ValueError as error:
        raise InputError(str(error)) from error
    outcome = Outcome(result.status.value)
    message = ""
    if result.plan is not None:
        verdict = validate(problem, result.plan)
        if not verdict.valid:
            raise CandidateError(f"internal error: the plan found is not valid: {verdict.message}")
    return Run(
        selection.name,
        problem.name,
        selection.search,
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
