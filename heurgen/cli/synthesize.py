"""`heurgen synthesize`: from responses to the heuristic that `solve` uses."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from heurgen.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from heurgen.library import DomainFiles
    from heurgen.llm.responses import Response
    from heurgen.synthesis.pipeline import Synthesis


def synthesize(
    domain: str = typer.Argument(help="A bundled domain, or a folder with domain.pddl and tasks."),
    llm: str = typer.Option(
        "recorded",
        help="Where responses come from: recorded (what ships with the domain), exchange:DIR"
        " (writes prompts to DIR and waits for answers), folder:DIR (Markdown or text files, one answer each).",
    ),
    candidates: int = typer.Option(0, help="How many responses to take; 0 takes all there are (exchange: 5)."),
    search: str | None = typer.Option(
        None, help="The search the candidates run in; else gbfs on the training tasks, and the ladder chooses."
    ),
    time_limit: str = typer.Option("10", help="Per run, such as 10, 90s, 5m."),
    memory_limit: str = typer.Option("2GiB", help="Per run, such as 500MB, 2GiB."),
    jobs: int = typer.Option(0, help="Runs at once; 0 means one per processor."),
    output: Path | None = typer.Option(None, "--output", "-o", help="Folder for everything about this run."),
    bundle: bool = typer.Option(False, help="Keep the winner with the bundled domain, for everybody."),
    unsafe: bool = typer.Option(False, help="Run candidates on a machine that cannot confine them."),
) -> None:
    """Run the candidates of a domain on its training tasks and keep the strongest."""
    import os

    from rich.console import Console

    from heurgen.evaluation.runner import Limits
    from heurgen.library import find_domain_files, save_choice, user_folder
    from heurgen.synthesis.pipeline import Settings
    from heurgen.synthesis.pipeline import synthesize as run
    from heurgen.units import parse_bytes, parse_seconds

    files = find_domain_files(domain)
    if bundle and not files.bundled:
        raise InputError("--bundle is for bundled domains")
    folder = output or _run_folder(files.name)
    console = Console(stderr=True)
    responses = _responses(llm, files, candidates, console)
    limits = Limits(parse_seconds(time_limit), parse_bytes(memory_limit))
    settings = Settings(search, limits, jobs or os.cpu_count() or 1, unsafe)
    with _Bar(console) as bar:
        result = run(files, responses, settings, folder, bar.show)
    home = files.knowledge if bundle else user_folder(result.choice.fingerprint)
    kept = save_choice(home, result.choice)
    _print(result, kept)


def _run_folder(name: str) -> Path:
    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    return Path("results") / "runs" / f"{name}-{stamp}"


def _responses(llm: str, files: DomainFiles, count: int, console: Console) -> list[Response]:
    from heurgen.llm.sources import ask_exchange, read_folder, read_recorded
    from heurgen.synthesis.asking import first_prompt

    kind, _, place = llm.partition(":")
    if kind == "recorded" and not place:
        found = read_recorded(files.knowledge / "responses", files.name)
        console.print(f"{len(found)} recorded responses of {files.name}")
    elif kind == "folder" and place:
        found = read_folder(Path(place))
    elif kind == "exchange" and place:
        text = first_prompt(files)
        console.print(f"waiting for answers to the prompts in {place}")
        found = ask_exchange(Path(place), text, count or 5)
    else:
        raise InputError(f"no response source {llm!r}; known: recorded, exchange:DIR, folder:DIR")
    return found[:count] if count else found


class _Bar:
    """A progress bar that appears while candidates run."""

    def __init__(self, console: Console) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("reading tasks", total=None)

    def show(self, what: str, done: int, total: int) -> None:
        self._progress.update(self._task, description=what, completed=done, total=total)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def _print(result: Synthesis, kept: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "", "candidate", "model", "solved", "agile", "expanded", "evals/s", "rungs", "what went wrong"
    )
    for place, record in enumerate(result.records, start=1):
        speed = record.evaluations_per_second
        table.add_row(
            str(place),
            record.candidate.name,
            record.candidate.response.model,
            f"{record.solved}/{result.tasks}",
            f"{record.agile:.2f}",
            f"{record.expansions:,}",
            "" if speed is None else f"{speed:,.0f}",
            str(record.rungs) if record.ladder else "",
            record.trouble,
        )
    console = Console()
    console.print(table)
    console.print(f"chosen: {result.records[0].candidate.name} ({result.choice.candidate})", highlight=False)
    console.print(f"why: {result.reason}", highlight=False)
    console.print(f"kept in {kept}; everything about this run is in {result.folder}", highlight=False)
