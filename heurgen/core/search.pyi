from collections.abc import Callable, Mapping, Sequence

from heurgen.core.result import SearchResult
from heurgen.core.state import State
from heurgen.core.task import Task

HEURISTICS: Mapping[str, type]

def search(
    task: Task,
    heuristic: str | Callable[[State], float] | Sequence[str | Callable[[State], float]],
    search: str = "gbfs",
    time_limit: float | None = None,
    memory_limit: int | None = None,
    seed: int = 0,
    symmetry: bool = True,
) -> SearchResult: ...
