"""From responses to the heuristic that is kept: run every candidate on the training tasks, rank, choose."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from heurgen._version import __version__
from heurgen.errors import HeurgenError
from heurgen.evaluation.outcome import Run
from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.evaluation.store import RunStore
from heurgen.library import Choice, DomainFiles
from heurgen.llm.responses import Response
from heurgen.pddl import Problem, read_domain, read_problem
from heurgen.pddl.fingerprint import fingerprint
from heurgen.plans import write_text
from heurgen.synthesis.candidates import Candidate, Record, make_candidates, rejected
from heurgen.synthesis.ladder import Climber, climb

TRAINING_SEARCH = "gbfs"
SEARCHES_TO_TRY = ("gbfs", "gbfs-pe")
HELPER = "ff"
"""The built-in heuristic that takes turns with a winner who did not come to the top of the ladder."""


class NoCandidateError(HeurgenError):
    """Not one candidate solved a training task."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How candidates are run: the search, the limits per run, and how many runs at once.

    With no `search` the training tasks are run in gbfs, and the ladder chooses one of `SEARCHES_TO_TRY`.
    """

    search: str | None = None
    limits: Limits = field(default_factory=lambda: Limits(time=10.0, memory=2 << 30))
    jobs: int = 1
    unsafe: bool = False


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What a synthesis came to: all records, best first, the choice, why, and the folder with everything."""

    records: tuple[Record, ...]
    choice: Choice
    reason: str
    tasks: int
    folder: Path


Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def synthesize(
    files: DomainFiles,
    responses: Sequence[Response],
    settings: Settings,
    folder: Path,
    progress: Progress,
) -> Synthesis:
    """Evaluate the candidates that `responses` give and choose the strongest.

    Everything is written to `folder`. Raises NoCandidateError where no candidate solves any task.
    """
    domain = read_domain(files.domain)
    problems = {path.stem: read_problem(path, domain) for path in _by_size(files.training)}
    records = [Record(candidate) for candidate in make_candidates(responses)]
    _write_candidates(folder, records)
    with RunStore(folder / "runs.db") as store, Evaluator(settings.jobs, settings.unsafe) as evaluator:
        _run_all(records, problems, settings, evaluator, store, progress)
        records.sort(key=lambda record: record.rank_key)
        if not records or not records[0].solved:
            raise NoCandidateError(_why_none(records, folder))
        search, reason = _decide(records, files, settings, evaluator, store, progress)
    choice = _choice(files, fingerprint(domain), records[0], search, len(problems))
    _write_choice(folder, choice, reason)
    return Synthesis(tuple(records), choice, reason, len(problems), folder)


def _by_size(paths: Sequence[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: (path.stat().st_size, path.name))


def _write_candidates(folder: Path, records: Sequence[Record]) -> None:
    for name in ("responses", "candidates"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for record in records:
        candidate = record.candidate
        write_text(folder / "responses" / f"{candidate.name}.md", candidate.response.text)
        if candidate.code is not None:
            write_text(folder / "candidates" / f"{candidate.name}.py", candidate.code)


def _run_all(
    records: Sequence[Record],
    problems: dict[str, Problem],
    settings: Settings,
    evaluator: Evaluator,
    store: RunStore,
    progress: Progress,
) -> None:
    total = len(records) * len(problems)
    best = 0
    for place, record in enumerate(records):
        progress(f"candidate {record.candidate.name}", place * len(problems), total)
        if record.candidate.code is None:
            record.dropped = len(problems)
            continue
        for run in _run_candidate(record, problems, settings, evaluator, best):
            store.add(run)
            done = place * len(problems) + len(record.runs)
            progress(f"candidate {record.candidate.name}", done, total)
        best = max(best, record.solved)
    progress("training tasks", total, total)


def _run_candidate(
    record: Record,
    problems: dict[str, Problem],
    settings: Settings,
    evaluator: Evaluator,
    best: int,
) -> Iterator[Run]:
    """Runs on the tasks from small to large, until the candidate can no longer solve as many as the best so far."""
    stopped = False

    def requests() -> Iterator[Request]:
        for name, problem in problems.items():
            if stopped:
                record.dropped += 1
            else:
                yield request_for(record.candidate, name, problem, settings)

    for run in evaluator.run_many(requests()):
        record.runs.append(run)
        failures = len(record.runs) - record.solved
        stopped = stopped or rejected(run) or failures > len(problems) - best
        yield run


def request_for(candidate: Candidate, name: str, problem: Problem, settings: Settings) -> Request:
    """A run of a candidate on a task."""
    return Request(
        candidate.name, candidate.code, name, problem, settings.search or TRAINING_SEARCH, settings.limits
    )


def _decide(
    records: list[Record],
    files: DomainFiles,
    settings: Settings,
    evaluator: Evaluator,
    store: RunStore,
    progress: Progress,
) -> tuple[str, str]:
    """Put the winner first; the search to use it with, and why it won."""
    first = records[0]
    tied = [r for r in records if (r.solved, r.agile) == (first.solved, first.agile)]
    searches = SEARCHES_TO_TRY if settings.search is None else (settings.search,)
    climbers = [Climber(record, search) for record in tied for search in searches]
    if len(climbers) > 1 and files.bundled and climb(climbers, files, settings, evaluator, store, progress):
        climbers.sort(key=lambda climber: climber.standing)
        if settings.search is None and not climbers[0].runs[-1].solved:
            helped = Climber(climbers[0].record, f"{climbers[0].search}(alternate={HELPER})")
            climb([helped], files, settings, evaluator, store, progress)
            climbers = sorted([helped, *climbers], key=lambda climber: climber.standing)
        winner = climbers[0]
        records.remove(winner.record)
        records.insert(0, winner.record)
        return winner.search, _why(climbers, len(tied))
    search = settings.search or TRAINING_SEARCH
    if len(tied) > 1:
        return search, f"{len(tied)} candidates solved the same tasks; {first.candidate.name} expanded the fewest states"
    return search, f"{first.candidate.name} solved the most tasks, or in the least time"


def _why(climbers: Sequence[Climber], tied: int) -> str:
    """Why the first of some climbers won."""
    winner = climbers[0]
    equal = f"{tied} candidates solved the same tasks" if tied > 1 else f"{winner.record.candidate.name} solved the most tasks"
    others = [climber for climber in climbers if climber.record is not winner.record] or climbers[1:]
    behind = others[0]
    return (
        f"{equal}; {winner} came {winner.rungs} rungs up the ladder of generated tasks,"
        f" the next one, {behind}, {behind.rungs}"
    )


def _why_none(records: Sequence[Record], folder: Path) -> str:
    if not records:
        return "there are no responses to make candidates of"
    return f"none of {len(records)} candidates solved a training task; see {folder}"


def _choice(
    files: DomainFiles, mark: str, winner: Record, search: str, tasks: int
) -> Choice:
    response = winner.candidate.response
    return Choice(
        domain=files.name,
        fingerprint=mark,
        source=winner.candidate.code or "",
        search=search,
        candidate=f"{response.kind} {response.sample} of prompt {response.prompt_hash}",
        model=response.model,
        prompt_hash=response.prompt_hash,
        date=datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        heurgen_version=__version__,
        scores={
            "solved": winner.solved,
            "tasks": tasks,
            "agile": winner.agile,
            "expansions": winner.expansions,
            "ladder": winner.rungs,
        },
    )


def _write_choice(folder: Path, choice: Choice, reason: str) -> None:
    values = {"reason": reason, "candidate": choice.candidate, "search": choice.search}
    values |= {"scores": json.dumps(choice.scores), "fingerprint": choice.fingerprint}
    write_text(folder / "choice.json", json.dumps(values, indent=1) + "\n")
    write_text(folder / "heuristic.py", choice.source)


