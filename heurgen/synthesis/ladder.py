"""The ladder: generated tasks of growing size, for what the training tasks do not tell apart: equal candidates, and the
searches that the best of them could run in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from heurgen.errors import InputError
from heurgen.evaluation.outcome import Run
from heurgen.evaluation.runner import Evaluator, Request
from heurgen.evaluation.store import RunStore
from heurgen.generation import load_generator
from heurgen.library import DomainFiles
from heurgen.pddl import parse_problem, read_domain
from heurgen.synthesis.candidates import Record

if TYPE_CHECKING:
    from heurgen.synthesis.pipeline import Settings

RUNGS = tuple(1.0 + 0.25 * step for step in range(13))
"""Sizes of the rungs: from the top of the easy tasks to beyond the hard ones."""

SEED = 2_000_001
"""Far from the seeds of the training and testing tasks."""


BEHIND = 10.0
"""Times as long as the fastest on a rung: whoever takes longer than that, and than a second, climbs no further."""


@dataclass(slots=True)
class Climber:
    """A candidate with a search, on its way up; `runs` are those on the rungs, from small to large."""

    record: Record
    search: str
    runs: list[Run] = field(default_factory=list)

    @property
    def rungs(self) -> int:
        return sum(run.solved for run in self.runs)

    @property
    def standing(self) -> tuple[int, float]:
        """Ascending: more rungs, then less time on them come first."""
        return (-self.rungs, sum(run.wall_time for run in self.runs if run.solved))

    def __str__(self) -> str:
        return f"{self.record.candidate.name} with {self.search}"


def climb(
    climbers: Sequence[Climber],
    files: DomainFiles,
    settings: Settings,
    evaluator: Evaluator,
    store: RunStore,
    progress: Callable[[str, int, int], None],
) -> bool:
    """Send candidates up the ladder, each until it fails or falls far behind; ends when one of several is left.

    Returns whether there is a ladder: not for a domain without a generator.
    """
    try:
        generator = load_generator(files.name)
    except InputError:
        return False
    domain = read_domain(files.domain)
    left = list(climbers)
    for place, size in enumerate(RUNGS):
        progress(f"ladder, {len(left)} left", place, len(RUNGS))
        name = f"ladder-{size:.2f}"
        problem = parse_problem(generator.generate_at(size, SEED + place), domain, name)
        requests = [
            Request(c.record.candidate.name, c.record.candidate.code, name, problem, c.search, settings.limits)
            for c in left
        ]
        by_name = {(c.record.candidate.name, c.search): c for c in left}
        for run in evaluator.run_many(requests):
            store.add(run)
            climber = by_name[run.heuristic, run.search]
            climber.runs.append(run)
            climber.record.ladder.append(run)
        left = _keep_up([climber for climber in left if climber.runs[-1].solved])
        if len(left) < min(2, len(climbers)):
            break
    return True


def _keep_up(climbers: list[Climber]) -> list[Climber]:
    """Those not far behind the fastest on the last rung."""
    fastest = min((climber.runs[-1].wall_time for climber in climbers), default=0.0)
    return [c for c in climbers if c.runs[-1].wall_time <= max(1.0, BEHIND * fastest)]
