"""The Python interface: read a task, search, validate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from heurgen import core
from heurgen.core import SearchResult, State, Task
from heurgen.errors import CandidateError, InputError
from heurgen.heuristics.base import Heuristic
from heurgen.pddl import read_domain, read_problem
from heurgen.pddl.model import Problem
from heurgen.units import parse_bytes, parse_seconds
from heurgen.validation import Verdict
from heurgen.validation import validate as check_plan

HeuristicLike = str | type[Heuristic] | Callable[[State], float]
"""A built-in heuristic by name, a class constructed with the task, or whatever takes a state."""


def read_task(domain: str | Path, problem: str | Path) -> Task:
    """Read a PDDL domain and problem.

    Raises PddlError, with file, line and column, for anything that cannot be read.
    """
    return Task(read_problem(problem, read_domain(domain)))


def search(
    task: Task,
    heuristic: HeuristicLike | list[HeuristicLike],
    search: str = "gbfs",
    time_limit: float | str | None = None,
    memory_limit: float | str | None = None,
    seed: int = 0,
    symmetry: bool = True,
) -> SearchResult:
    """Search for a plan of `task`.

    `heuristic` is the name of a built-in one ("ff", "hadd", "hmax", "lmcount", "goalcount", "blind"), a class
    (constructed with the task) or a callable that takes a state; a list of them takes turns. `search` names
    the search and its options, such as "gbfs-pe(order=goals)": see `heurgen.core.SearchSpec`. `time_limit` is in
    seconds or text such as "5m", `memory_limit` in bytes of the process or text such as "8GiB". `symmetry` lets
    one object stand for those interchangeable with it.

    The time limit is looked at between two evaluations: a heuristic that never answers is interrupted by
    Ctrl-C only. `heurgen solve` runs heuristics in a process of their own instead.

    Raises CandidateError if the heuristic fails, InputError for an unknown heuristic or search.
    """
    several = heuristic if isinstance(heuristic, list) else [heuristic]
    estimates = [one(task) if isinstance(one, type) else one for one in several]
    try:
        return core.search(
            task, estimates, search, parse_seconds(time_limit), parse_bytes(memory_limit), seed, symmetry
        )
    except core.HeuristicError as error:
        raise CandidateError(f"the heuristic failed: {error.reason}") from error
    except ValueError as error:
        raise InputError(str(error)) from error


def validate(task: Task | Problem, plan: Sequence[Sequence[str]]) -> Verdict:
    """Check a plan against the task: which step fails, and which precondition.

    The checker shares no code with the search.
    """
    problem = task.problem if isinstance(task, Task) else task
    return check_plan(problem, [tuple(step) for step in plan])
