"""What a run of a heuristic on a task came to: one type, with a closed set of outcomes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum


class Outcome(str, Enum):
    """How a run ended. All but SOLVED count as not solved; none is left out of a denominator."""

    SOLVED = "solved"
    """A plan came back in time, and the independent checker accepts it."""
    UNSOLVABLE = "unsolvable"
    """There is no plan; if a candidate's process says so, a search without it has confirmed it."""
    INCOMPLETE = "incomplete"
    """The search ended without a plan, which proves nothing."""
    OUT_OF_TIME = "out of time"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"
    """The heuristic raised an exception."""
    INVALID_VALUE = "invalid value"
    """The heuristic answered something that is not a number >= 0."""
    INVALID_PLAN = "invalid plan"
    """What came back as a plan is none."""
    REJECTED = "rejected"
    """The source is no candidate: syntax error, forbidden import, no heuristic class or several."""
    EXITED = "exited"
    """The process ended without an answer that can be understood."""

    @property
    def candidate_fault(self) -> bool:
        """Whether the candidate broke its contract, rather than just being too weak."""
        return self in (
            Outcome.CRASHED,
            Outcome.INVALID_VALUE,
            Outcome.INVALID_PLAN,
            Outcome.REJECTED,
            Outcome.EXITED,
        )


@dataclass(frozen=True, slots=True)
class RunKey:
    """What decides the content of a run: digests of heuristic and task, and the options."""

    heuristic: str
    task: str
    search: str
    time_limit: float | None
    memory_limit: int | None
    seed: int
    symmetry: bool


@dataclass(frozen=True, slots=True)
class Run:
    """One run: a candidate or built-in heuristic on a task, under limits.

    Times in seconds, memory in bytes. `heuristic` and `task` are names, the digests say what was
    behind them. `wall_time` covers the construction of the heuristic and the search, `setup_time`
    the former; not reading the task. `peak_memory` is that of the whole process, interpreter
    included. Counters are None where the process ended without a report; except for plan and
    cost, which are checked, all figures of the search are what the candidate's process says.
    `output` is the end of what was printed, `state` the state in which the heuristic failed.
    """

    heuristic: str
    task: str
    search: str
    time_limit: float | None
    memory_limit: int | None
    outcome: Outcome
    message: str = ""
    traceback: str = ""
    plan: tuple[tuple[str, ...], ...] | None = None
    cost: float | None = None
    expanded: int | None = None
    evaluated: int | None = None
    generated: int | None = None
    dead_ends: int | None = None
    initial_h: float | None = None
    setup_time: float | None = None
    search_time: float | None = None
    heuristic_time: float | None = None
    wall_time: float = 0.0
    cpu_time: float = 0.0
    peak_memory: int = 0
    output: str = ""
    state: tuple[tuple[str, ...], ...] = ()
    domain: str = ""
    seed: int = 0
    symmetry: bool = True
    heuristic_digest: str = ""
    task_digest: str = ""

    @property
    def solved(self) -> bool:
        return self.outcome is Outcome.SOLVED

    @property
    def agile_score(self) -> float:
        """The IPC agile score of this run."""
        return agile_score(self.wall_time, self.time_limit) if self.solved else 0.0


def agile_score(seconds: float, limit: float | None) -> float:
    """The score of a task solved in `seconds` by the rules of the IPC 2018 and 2023 agile tracks.

    1 up to one second, then 1 - log(seconds) / log(limit): 0 at the limit. Without a limit, or
    with one of a second or less, 1.
    """
    if seconds <= 1 or limit is None or limit <= 1:
        return 1.0
    return max(0.0, 1 - math.log(seconds) / math.log(limit))
