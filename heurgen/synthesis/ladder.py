"""The ladder: generated tasks of growing size, for candidates that the training tasks do not separate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from heurgen.errors import InputError
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


def climb(
    records: Sequence[Record],
    files: DomainFiles,
    settings: Settings,
    evaluator: Evaluator,
    store: RunStore,
    progress: Callable[[str, int, int], None],
) -> int:
    """Run candidates up the ladder, each until it fails; ends when at most one is left.

    Returns the number of rungs that were tried; 0 where the domain has no generator.
    """
    try:
        generator = load_generator(files.name)
    except InputError:
        return 0
    domain = read_domain(files.domain)
    left = list(records)
    for place, size in enumerate(RUNGS):
        progress(f"ladder, {len(left)} candidates left", place, len(RUNGS))
        name = f"ladder-{size:.2f}"
        problem = parse_problem(generator.generate_at(size, SEED + place), domain, name)
        requests = [
            Request(r.candidate.name, r.candidate.code, name, problem, settings.search, settings.limits)
            for r in left
        ]
        by_name = {record.candidate.name: record for record in left}
        for run in evaluator.run_many(requests):
            store.add(run)
            by_name[run.heuristic].ladder.append(run)
        left = [record for record in left if record.ladder[-1].solved]
        if len(left) <= 1:
            return place + 1
    return len(RUNGS)
