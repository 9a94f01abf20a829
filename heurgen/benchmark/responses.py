"""What each recorded response reaches alone, so that prompts and strategies can be compared: training tasks, rungs, and
the tasks of the final."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from heurgen.benchmark.machine import describe_machine, describe_versions, today
from heurgen.errors import InputError
from heurgen.evaluation.runner import Evaluator
from heurgen.evaluation.store import RunStore
from heurgen.library import DomainFiles, bundled_domains, find_domain_files
from heurgen.llm.prompt import PARTS
from heurgen.llm.responses import Response, load_recorded, prompt_hash
from heurgen.synthesis.asking import first_prompt
from heurgen.synthesis.candidates import Record, make_candidate
from heurgen.synthesis.climbing import LADDER_SEARCH, Climber, climb, hold_final
from heurgen.synthesis.ladder import FINAL_SIZES, SIZES, bundled_ladder
from heurgen.synthesis.racing import race
from heurgen.synthesis.workshop import Settings, Workshop, training_problems

WHOLE = "the whole prompt"
EARLIER = "an earlier wording"
LEFT_OUT_TOGETHER = 2
"""As many parts at once are recognised as left out."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What a response reached: of the training tasks in gbfs, and of the rungs of the ladder in gbfs-pe, on which it took
    `seconds`; `finals` are the tasks of the final that it solved in gbfs-pe. `asked` says what it answers, `rate` is in evaluations
    per second of the search."""

    domain: str
    place: int
    asked: str
    solved: int
    tasks: int
    rate: float | None
    rungs: int
    seconds: float
    finals: int
    trouble: str


def measure(domains: Sequence[str], store: Path, jobs: int, say: Callable[[str], None]) -> list[Reached]:
    """Run each recorded response of some bundled domains on the training tasks and up the ladder, alone.

    Runs that `store` holds are not made again. Raises InputError where there are no responses.
    """
    store.parent.mkdir(parents=True, exist_ok=True)
    found = []
    for name in domains or bundled_domains():
        files = find_domain_files(name)
        responses = load_recorded(files.knowledge / "responses")
        if not responses:
            continue
        labels = _labels(files)
        with RunStore(store) as runs, Evaluator(jobs) as evaluator:
            ladder = bundled_ladder(files)
            workshop = Workshop(files, training_problems(files), Settings(jobs=jobs), evaluator, runs, ladder, _quiet)
            for place, response in enumerate(responses, start=1):
                found.append(_reached(name, place, asked(response, labels), response, workshop))
                say(f"{name} {place}: {found[-1].solved}/{found[-1].tasks}, {found[-1].rungs} rungs")
    if not found:
        raise InputError("no responses are recorded")
    return found


def _quiet(what: str, done: int, total: int) -> None:
    """No progress is shown."""


def _reached(domain: str, place: int, asked: str, response: Response, workshop: Workshop) -> Reached:
    record = Record(make_candidate(f"c{place:02}", response))
    race([record], workshop)
    climber = Climber(record, LADDER_SEARCH)
    if record.solved and workshop.ladder is not None:
        climb([climber], workshop.ladder, workshop)
        hold_final([climber], workshop.ladder, workshop)
    seconds = sum(run.wall_time for run in climber.runs if run.solved)
    finals = sum(run.solved for run in climber.finals)
    return Reached(
        domain, place, asked, record.solved, len(workshop.problems), record.evaluations_per_second, climber.rungs, seconds,
        finals, record.trouble,
    )  # fmt: skip


def _labels(files: DomainFiles) -> dict[str, str]:
    """What the prompts of a domain are called, by their hash."""
    found = {prompt_hash(first_prompt(files)): WHOLE}
    for count in range(1, LEFT_OUT_TOGETHER + 1):
        for parts in combinations(PARTS, count):
            found[prompt_hash(first_prompt(files, parts))] = f"without {' and '.join(parts)}"
    return found


def asked(response: Response, labels: dict[str, str]) -> str:
    """What a response answers."""
    if response.kind != "sample":
        return response.kind
    return labels.get(response.prompt_hash, EARLIER)


def table(found: Sequence[Reached], command: str) -> str:
    """The measurements as Markdown."""
    groups: dict[tuple[str, str], list[Reached]] = {}
    for one in found:
        groups.setdefault((one.domain, one.asked), []).append(one)
    return "\n\n".join([
        "# What each recorded response reaches",
        f"Measured {today()} with `{command}` on {describe_machine()}; {describe_versions([])}. Each response alone: the training tasks"
        f" in gbfs, 10 s each, then the ladder of {len(SIZES)} generated tasks from easy to beyond hard in {LADDER_SEARCH}, 10 s each,"
        f" until one is not solved, then the {len(FINAL_SIZES)} tasks of the final, of hard sizes and unusual shapes. All responses that"
        " are recorded, none left out.",
        "## By what was asked\n\n" + _rows(
            ["domain", "asked", "responses", "all training tasks", "all rungs", "rungs, median", "seconds up to the top, median", "in the final, median"],
            [_summary(domain, what, group) for (domain, what), group in groups.items()],
        ),
        "## Each response\n\n" + _rows(
            ["domain", "response", "asked", "training tasks", "evaluations/s", "rungs", "seconds on the rungs", "in the final", "trouble"],
            [_row(one) for one in found],
        ),
    ]) + "\n"


def _summary(domain: str, what: str, group: Sequence[Reached]) -> list[str]:
    top = [one for one in group if one.rungs == len(SIZES)]
    return [
        domain,
        what,
        str(len(group)),
        str(sum(one.solved == one.tasks for one in group)),
        str(len(top)),
        f"{statistics.median(one.rungs for one in group):g}",
        f"{statistics.median(one.seconds for one in top):.2f}" if top else "-",
        f"{statistics.median(one.finals for one in group):g}",
    ]


def _row(one: Reached) -> list[str]:
    rate = "-" if one.rate is None else f"{one.rate:,.0f}"
    training = f"{one.solved}/{one.tasks}"
    trouble = one.trouble.replace("|", "\\|")
    return [one.domain, f"{one.place:04}", one.asked, training, rate, str(one.rungs), f"{one.seconds:.2f}", str(one.finals), trouble]


def _rows(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", "---", *["---:"] * (len(head) - 2)], *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
