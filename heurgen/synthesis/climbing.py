"""Candidates on the ladder: equal ones, and the searches that the best of them could run in, climb until all but one fail; a final
on more large tasks decides between those that came about equally far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from heurgen.evaluation.outcome import Run
from heurgen.synthesis.candidates import Record
from heurgen.synthesis.ladder import Ladder
from heurgen.synthesis.workshop import Workshop

LADDER_SEARCH = "gbfs-pe"
"""For a candidate that climbs alone."""

FINALISTS = 6
BELOW = 1
"""Up to so many rungs below the best is about equally far: a rung is one task, and one task is luck."""

BEHIND = 10.0
"""Times as long as the fastest on a rung: whoever takes longer than that, and than a second, climbs no further."""


@dataclass(slots=True, eq=False)
class Climber:
    """A candidate with a search, on its way up; `runs` are those on the rungs, from small to large, `finals` those of the final."""

    record: Record
    search: str
    runs: list[Run] = field(default_factory=list)
    finals: list[Run] = field(default_factory=list)

    @property
    def rungs(self) -> int:
        return sum(run.solved for run in self.runs)

    @property
    def solved(self) -> int:
        """Tasks of the ladder and the final."""
        return self.rungs + sum(run.solved for run in self.finals)

    @property
    def standing(self) -> tuple[int, float]:
        """Ascending: more tasks, then less time on them come first."""
        return (-self.solved, sum(run.wall_time for run in [*self.runs, *self.finals] if run.solved))

    def __str__(self) -> str:
        return f"{self.record.candidate.name} with {self.search}"


def climb(climbers: Sequence[Climber], ladder: Ladder, workshop: Workshop) -> None:
    """Send candidates up the ladder, each until it fails or falls far behind; ends when one of several is left.

    They go on from the rung that they stand on, which is to be the same for all.
    """
    left = list(climbers)
    for place, name in list(enumerate(ladder.rungs))[len(climbers[0].runs) :]:
        workshop.progress(f"ladder, {len(left)} left", place, len(ladder.rungs))
        for climber, run in _run_all(left, name, ladder, workshop):
            climber.runs.append(run)
            climber.record.add_rung(run)
        left = _keep_up([climber for climber in left if climber.runs[-1].solved])
        if len(left) < min(2, len(climbers)):
            break


def finalists(climbers: Sequence[Climber]) -> list[Climber]:
    """The candidates that came about as far as the best, each with the search that suited it best; none if there is but one."""
    ranked = sorted(climbers, key=lambda climber: climber.standing)
    best = {climber.record.candidate.name: climber for climber in reversed(ranked)}
    part = [climber for climber in ranked if best[climber.record.candidate.name] is climber]
    part = [climber for climber in part if climber.rungs >= ranked[0].rungs - BELOW][:FINALISTS]
    return part if len(part) > 1 else []


def hold_final(part: Sequence[Climber], ladder: Ladder, workshop: Workshop) -> None:
    """Run candidates on the tasks of the final; whoever is two tasks behind the best is out."""
    left = list(part)
    for place, name in enumerate(ladder.final):
        workshop.progress(f"final, {len(left)} left", place, len(ladder.final))
        for climber, run in _run_all(left, name, ladder, workshop):
            climber.finals.append(run)
            climber.record.add_final(run)
        most = max((climber.solved for climber in left), default=0)
        left = [climber for climber in left if climber.solved > most - 2]


def _run_all(
    climbers: Sequence[Climber], name: str, ladder: Ladder, workshop: Workshop
) -> Iterator[tuple[Climber, Run]]:
    """Run them all on one task, in no certain order."""
    problem = ladder.problem(name)
    requests = [workshop.request(c.record.candidate, name, problem, c.search) for c in climbers]
    by_name = {(c.record.candidate.name, c.search): c for c in climbers}
    for run in workshop.evaluator.run_many(requests, workshop.store):
        yield by_name[run.heuristic, run.search], run


def _keep_up(climbers: list[Climber]) -> list[Climber]:
    """Those not far behind the fastest on the last rung."""
    fastest = min((climber.runs[-1].wall_time for climber in climbers), default=0.0)
    return [c for c in climbers if c.runs[-1].wall_time <= max(1.0, BEHIND * fastest)]
