"""Running many candidates on the training tasks, with little time for those that cannot win."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from heurgen.evaluation.inspection import Inspection
from heurgen.evaluation.outcome import Outcome, Run
from heurgen.evaluation.runner import Request
from heurgen.sandbox.protocol import Inspect
from heurgen.synthesis.candidates import Record, rejected
from heurgen.synthesis.workshop import Workshop

STREAK = 3
"""Runs out of time or memory in a row after which a candidate is not tried on larger tasks."""

PROBE = Inspect("behaviour", seconds=5.0, walks=30)
PROBE_TASKS = 3
CLEARLY_FASTER = 1.5
"""Times: a candidate that is as much faster than one that behaves alike is another one."""
EXHAUSTED = (Outcome.OUT_OF_TIME, Outcome.OUT_OF_MEMORY)


Marks = dict[tuple[str, ...], tuple[str, float]]


def race(records: Sequence[Record], workshop: Workshop) -> None:
    """Run candidates on the training tasks from small to large, always going on with one that failed least so far.

    A candidate is left when it can no longer solve as many as another one has, when it cannot run at all, or after
    `STREAK` tasks that it ran out of time or memory on; runs that were made before are taken from the store.
    """
    names = list(workshop.problems)
    runners = [record for record in records if record.candidate.code is not None and not record.same_as]
    by_name = {record.candidate.name: record for record in runners}
    begun = {record.candidate.name: len(record.runs) for record in runners}

    def waiting(record: Record) -> bool:
        best = max(other.solved for other in runners)
        failures = len(record.runs) - record.solved
        return begun[record.candidate.name] < len(names) and failures <= len(names) - best and not given_up(record)

    def requests() -> Iterator[Request]:
        while left := [record for record in runners if waiting(record)]:
            record = min(left, key=lambda record: (len(record.runs) - record.solved, -record.solved))
            name = record.candidate.name
            task = names[begun[name]]
            begun[name] += 1
            yield workshop.request(record.candidate, task)

    total = len(runners) * len(names)
    for run in workshop.evaluator.run_many(requests(), workshop.store):
        by_name[run.heuristic].runs.append(run)
        workshop.progress("training tasks", sum(begun.values()), total)
    order = {name: place for place, name in enumerate(names)}
    for record in records:
        record.runs.sort(key=lambda run: order[run.task])
        record.dropped = len(names) - len(record.runs)


def given_up(record: Record) -> bool:
    """Whether a candidate is not worth further runs."""
    return bool(record.runs) and (
        rejected(record.runs[-1])
        or (len(record.runs) >= STREAK and all(_exhausted(run) for run in record.runs[-STREAK:]))
    )


def _exhausted(run: Run) -> bool:
    return run.outcome in EXHAUSTED


def mark_alike(new: Sequence[Record], marks: Marks, workshop: Workshop) -> None:
    """Find the candidates among `new` that behave like an earlier one in all probe states, and mark them.

    `marks` keeps what was seen, from one call to the next: per behaviour the candidate that shows it, and its time.
    """
    fresh = [record for record in new if record.candidate.code is not None]
    names = list(workshop.problems)
    probes = {names[place * (len(names) - 1) // (PROBE_TASKS - 1)] for place in range(PROBE_TASKS)}
    requests = [workshop.request(record.candidate, name) for record in fresh for name in sorted(probes)]
    seen: dict[str, dict[str, Inspection]] = {}
    for inspection in workshop.evaluator.inspect_many(requests, PROBE):
        seen.setdefault(inspection.heuristic, {})[inspection.task] = inspection
    for record in fresh:
        probed = [found for _, found in sorted(seen[record.candidate.name].items())]
        mark = tuple(inspection.digest for inspection in probed)
        if not all(mark):       # one that fails on the way shows nothing
            continue
        seconds = sum(inspection.seconds for inspection in probed)
        known = marks.get(mark)
        if known is not None and CLEARLY_FASTER * seconds > known[1]:
            record.same_as = known[0]
        else:
            marks[mark] = (record.candidate.name, seconds)
