"""The ladder: generated tasks of growing size, for what the training tasks do not tell apart: equal candidates, and the
searches that the best of them could run in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from heurgen.evaluation.outcome import Run
from heurgen.generation import load_generator
from heurgen.library import DomainFiles
from heurgen.pddl import Problem, parse_problem, read_domain, read_problem
from heurgen.synthesis.candidates import Record

if TYPE_CHECKING:
    from heurgen.synthesis.workshop import Workshop

SIZES = tuple(1.0 + 0.25 * step for step in range(13))
"""Sizes of the rungs: from the top of the easy tasks to beyond the hard ones."""

SEED = 2_000_001
"""Far from the seeds of the training and testing tasks."""

LADDER_SEARCH = "gbfs-pe"
"""For a candidate that climbs alone."""

BEHIND = 10.0
"""Times as long as the fastest on a rung: whoever takes longer than that, and than a second, climbs no further."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of a domain, by name, from small to large; `make` reads or generates the one at a place."""

    rungs: tuple[str, ...]
    make: Callable[[int], Problem]

    def problem(self, name: str) -> Problem:
        """The task of a rung."""
        return self.make(self.rungs.index(name))


def bundled_ladder(files: DomainFiles) -> Ladder:
    """The ladder of a bundled domain, made by its generator."""
    generator = load_generator(files.name)
    domain = read_domain(files.domain)

    @lru_cache(maxsize=2)
    def make(place: int) -> Problem:
        return parse_problem(generator.generate_at(SIZES[place], SEED + place), domain, _name(place))

    return Ladder(tuple(map(_name, range(len(SIZES)))), make)


def ladder_of_files(domain: Path, paths: Sequence[Path]) -> Ladder:
    """A ladder of tasks that are there as files, from small to large."""
    parsed = read_domain(domain)
    return Ladder(tuple(path.stem for path in paths), lambda place: read_problem(paths[place], parsed))


def _name(place: int) -> str:
    return f"ladder-{SIZES[place]:.2f}"


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


def climb(climbers: Sequence[Climber], ladder: Ladder, workshop: Workshop) -> None:
    """Send candidates up the ladder, each until it fails or falls far behind; ends when one of several is left.

    They go on from the rung that they stand on, which is to be the same for all.
    """
    left = list(climbers)
    for place, name in list(enumerate(ladder.rungs))[len(climbers[0].runs) :]:
        workshop.progress(f"ladder, {len(left)} left", place, len(ladder.rungs))
        problem = ladder.problem(name)
        requests = [workshop.request(c.record.candidate, name, problem, c.search) for c in left]
        by_name = {(c.record.candidate.name, c.search): c for c in left}
        for run in workshop.evaluator.run_many(requests, workshop.store):
            climber = by_name[run.heuristic, run.search]
            climber.runs.append(run)
            climber.record.add_rung(run)
        left = _keep_up([climber for climber in left if climber.runs[-1].solved])
        if len(left) < min(2, len(climbers)):
            break


def _keep_up(climbers: list[Climber]) -> list[Climber]:
    """Those not far behind the fastest on the last rung."""
    fastest = min((climber.runs[-1].wall_time for climber in climbers), default=0.0)
    return [c for c in climbers if c.runs[-1].wall_time <= max(1.0, BEHIND * fastest)]
