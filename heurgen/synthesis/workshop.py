"""What every strategy works with: the domain, its training tasks, the sandbox, the run store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.evaluation.store import RunStore
from heurgen.library import DomainFiles
from heurgen.pddl import Problem, read_domain, read_problem
from heurgen.synthesis.candidates import Candidate
from heurgen.synthesis.ladder import Ladder

TRAINING_SEARCH = "gbfs"

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How candidates are run: the search, the limits per run, and how many runs at once.

    With no `search` the training tasks are run in gbfs, and the ladder chooses.
    """

    search: str | None = None
    limits: Limits = field(default_factory=lambda: Limits(time=10.0, memory=2 << 30))
    jobs: int = 1
    unsafe: bool = False


@dataclass(frozen=True, slots=True)
class Workshop:
    """`problems` are the training tasks by name, from small to large; `ladder` is None for a domain without a generator."""

    files: DomainFiles
    problems: Mapping[str, Problem]
    settings: Settings
    evaluator: Evaluator
    store: RunStore
    ladder: Ladder | None
    progress: Progress

    def request(
        self, candidate: Candidate, task: str, problem: Problem | None = None, search: str | None = None
    ) -> Request:
        """A run of a candidate on a training task, or on another one."""
        return Request(
            candidate.name,
            candidate.code,
            task,
            self.problems[task] if problem is None else problem,
            search or self.settings.search or TRAINING_SEARCH,
            self.settings.limits,
        )

    def text_of(self, task: str) -> str | None:
        """The text of a training task; None for any other."""
        for path in self.files.training:
            if path.stem == task:
                return path.read_text(encoding="utf-8")
        return None


def training_problems(files: DomainFiles) -> dict[str, Problem]:
    """The training tasks of a domain by name, from small to large."""
    domain = read_domain(files.domain)
    by_size: list[Path] = sorted(files.training, key=lambda path: (path.stat().st_size, path.name))
    return {path.stem: read_problem(path, domain) for path in by_size}
