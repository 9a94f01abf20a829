"""What a search answers: one type, with a closed set of outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Status(str, Enum):
    """How a search ended."""

    SOLVED = "solved"
    UNSOLVABLE = "unsolvable"
    """The whole reachable space was searched, or a sound test proved that there is no plan."""
    INCOMPLETE = "incomplete"
    """The search ended without a plan, but what it left out could hold one."""
    OUT_OF_TIME = "out of time"
    OUT_OF_MEMORY = "out of memory"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Outcome and statistics of one search. Times in seconds, memory in bytes.

    `plan` is the list of ``(action, argument, ...)`` tuples, None unless solved; `cost` its cost (the
    number of actions where the task has no action costs). `expanded` counts states whose successors
    were asked for, `evaluated` calls of the heuristic, `generated` applicable actions tried
    (duplicates included), `dead_ends` states the heuristic called infinite. `initial_h` is the
    heuristic value of the initial state. `heuristic_time` is part of `search_time`. `peak_memory` is
    that of the whole process.
    """

    status: Status
    plan: list[tuple[str, ...]] | None = None
    cost: float | None = None
    expanded: int = 0
    evaluated: int = 0
    generated: int = 0
    dead_ends: int = 0
    initial_h: float | None = None
    search_time: float = 0.0
    heuristic_time: float = 0.0
    peak_memory: int = 0

    @property
    def solved(self) -> bool:
        return self.status is Status.SOLVED
