"""From a strategy's candidates to the heuristic that is kept: run them on the training tasks, rank, choose."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from heurgen._version import __version__
from heurgen.core import parse_search
from heurgen.errors import HeurgenError
from heurgen.evaluation.runner import Evaluator
from heurgen.evaluation.store import RunStore
from heurgen.library import Choice, DomainFiles
from heurgen.llm.sources import ResponseSource
from heurgen.pddl import read_domain
from heurgen.pddl.fingerprint import fingerprint
from heurgen.plans import write_text
from heurgen.synthesis.candidates import Record
from heurgen.synthesis.climbing import Climber, climb, finalists, hold_final
from heurgen.synthesis.journal import write_json
from heurgen.synthesis.ladder import Ladder
from heurgen.synthesis.racing import race
from heurgen.synthesis.session import Session
from heurgen.synthesis.strategies import Plan, carry_out
from heurgen.synthesis.workshop import (
    TRAINING_SEARCH,
    Progress,
    Settings,
    Workshop,
    training_problems,
)

SEARCHES_TO_TRY = ("gbfs", "gbfs-pe", "gbfs-pe(order=goals)")
HELPER = "ff"
"""The built-in heuristic that takes turns with a winner who did not come to the top of the ladder."""
AS_AGILE = 0.97
"""Share of the best agile score with which a candidate that solves as many tasks still goes to the ladder: on small tasks a
second more or less says little."""
RESULTS = "candidates.json"


class NoCandidateError(HeurgenError):
    """Not one candidate solved a training task."""


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What a synthesis came to: all records, best first, the choice, why, and the folder with everything.

    `troubles` lists what kept answers from coming.
    """

    records: tuple[Record, ...]
    choice: Choice
    reason: str
    tasks: int
    folder: Path
    troubles: tuple[str, ...] = ()


def synthesize(
    files: DomainFiles,
    plan: Plan,
    source: ResponseSource,
    settings: Settings,
    folder: Path,
    progress: Progress,
    ladder: Ladder | None = None,
    concurrency: int = 4,
) -> Synthesis:
    """Ask for candidates by a plan, run them, and choose the strongest.

    Everything is written to `folder` as it comes; called again with the same folder and plan, it goes on where it was
    stopped. Raises NoCandidateError where no candidate solves any task, SourceError where no answer can be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    problems = training_problems(files)
    with RunStore(folder / "runs.db") as store, Evaluator(settings.jobs, settings.unsafe) as evaluator:
        workshop = Workshop(files, problems, settings, evaluator, store, ladder, progress)
        session = Session(workshop, source, folder, concurrency)
        carry_out(plan, session)
        records = list(session.records.values())
        race(records, workshop)
        records.sort(key=lambda record: record.rank_key)
        if not records or not records[0].solved:
            raise NoCandidateError(_why_none(records, folder))
        search, reason = _decide(records, workshop)
    mark = fingerprint(read_domain(files.domain))
    choice = _choice(files, mark, records[0], search, len(problems), folder.resolve().name)
    _write_results(folder, records, choice, reason)
    return Synthesis(tuple(records), choice, reason, len(problems), folder, tuple(session.troubles))


def _decide(records: list[Record], workshop: Workshop) -> tuple[str, str]:
    """Put the winner first; the search to use it with, and why it won."""
    first = records[0]
    chosen = workshop.settings.search
    tied = [r for r in records if r.solved == first.solved and r.agile >= first.agile * AS_AGILE]
    searches = SEARCHES_TO_TRY if chosen is None else (chosen,)
    climbers = [Climber(record, search) for record in tied for search in searches]
    if len(climbers) > 1 and workshop.ladder is not None:
        climb(climbers, workshop.ladder, workshop)
        climbers.sort(key=_standing)
        if climbers[0].runs[-1].solved:     # left alone before the top
            climb(climbers[:1], workshop.ladder, workshop)
        if chosen is None and not climbers[0].runs[-1].solved:
            spec = replace(parse_search(climbers[0].search), alternate=(HELPER,))
            helped = Climber(climbers[0].record, str(spec))
            climb([helped], workshop.ladder, workshop)
            climbers.append(helped)
        part = finalists(climbers)
        hold_final(part, workshop.ladder, workshop)
        others = [climber for climber in climbers if climber not in part]
        ranked = sorted(part, key=_standing) + sorted(others, key=_standing)
        winner = ranked[0]
        records.remove(winner.record)
        records.insert(0, winner.record)
        return winner.search, _why(ranked, len(tied))
    search = chosen or TRAINING_SEARCH
    if len(tied) > 1:
        return search, f"{len(tied)} candidates solved the same tasks; {first.candidate.name} was the quickest, or expanded the fewest states"
    return search, f"{first.candidate.name} solved the most tasks, or in the least time"


def _standing(climber: Climber) -> tuple[int, float]:
    return climber.standing


def _why(climbers: Sequence[Climber], tied: int) -> str:
    """Why the first of some climbers won."""
    winner = climbers[0]
    equal = f"{tied} candidates solved the same tasks" if tied > 1 else f"{winner.record.candidate.name} solved the most tasks"
    others = [climber for climber in climbers if climber.record is not winner.record] or climbers[1:]
    behind = others[0]
    return (
        f"{equal}; {winner} came {winner.rungs} rungs up the ladder of generated tasks{_of_final(winner)},"
        f" the next one, {behind}, {behind.rungs}{_of_final(behind)}"
    )


def _of_final(climber: Climber) -> str:
    if not climber.finals:
        return ""
    return f" and solved {sum(run.solved for run in climber.finals)} of {len(climber.finals)} more large ones"


def _why_none(records: Sequence[Record], folder: Path) -> str:
    if not records:
        return "there are no responses to make candidates of"
    return f"none of {len(records)} candidates solved a training task; see {folder}"


def _choice(
    files: DomainFiles, mark: str, winner: Record, search: str, tasks: int, run: str
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
        run=run,
        scores={
            "solved": winner.solved,
            "tasks": tasks,
            "agile": winner.agile,
            "expansions": winner.expansions,
            "ladder": winner.rungs,
            "final": sum(run.solved for run in winner.finals) if winner.finals else None,
        },
    )


def _write_results(folder: Path, records: Sequence[Record], choice: Choice, reason: str) -> None:
    values: dict[str, object] = {"reason": reason, "candidate": choice.candidate, "search": choice.search}
    values |= {"scores": choice.scores, "fingerprint": choice.fingerprint}
    write_json(folder / "choice.json", values)
    write_text(folder / "heuristic.py", choice.source)
    write_json(folder / RESULTS, [_result(place, record) for place, record in enumerate(records, start=1)])


def _result(place: int, record: Record) -> dict[str, object]:
    """What a run's report says of a candidate."""
    response = record.candidate.response
    return {
        "place": place,
        "name": record.candidate.name,
        "parents": list(record.candidate.parents),
        "kind": response.kind,
        "model": response.model,
        "prompt_hash": response.prompt_hash,
        "sample": response.sample,
        "solved": record.solved,
        "tried": len(record.runs),
        "agile": record.agile,
        "expansions": record.expansions,
        "evaluations_per_second": record.evaluations_per_second,
        "rungs": record.rungs if record.ladder else None,
        "final": record.final if record.finals else None,
        "trouble": record.trouble,
        "finding": record.finding,
    }
