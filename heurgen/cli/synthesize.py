"""`heurgen synthesize`: from responses to the heuristic that `solve` uses."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from heurgen.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from heurgen.library import DomainFiles
    from heurgen.llm.responses import Response
    from heurgen.llm.sources import Exchange, ResponseSource
    from heurgen.llm.store import ResponseStore
    from heurgen.synthesis.ladder import Ladder
    from heurgen.synthesis.pipeline import Synthesis
    from heurgen.synthesis.workshop import Settings

DEFAULT_CANDIDATES = {"sample": 25, "repair": 2, "evolve": 4}
"""Where `--candidates` is not given; recorded responses are all taken."""

KNOWN = "known"
"""In a run's options: with how many recorded responses it began."""

MODEL, RUNS, KEEPING = "The model", "Runs of candidates", "Keeping"


def synthesize(
    context: typer.Context,
    domain: str | None = typer.Argument(None, help="A bundled domain, or a folder with domain.pddl and tasks."),
    strategy: str = typer.Option(
        "sample",
        help="sample: independent responses. repair: conversations that say what went wrong. evolve: an archive of"
        " candidates to breed from.",
    ),
    candidates: int = typer.Option(0, help="Responses to begin with; repair: conversations. 0: 25, 2 or 4 by strategy."),
    rounds: int = typer.Option(5, help="repair: how often a conversation goes on. evolve: generations."),
    islands: int = typer.Option(2, help="evolve: archives that exchange their best now and then."),
    from_recorded: bool = typer.Option(
        False,
        "--from-recorded",
        help="repair, evolve: begin with the best --candidates of the responses that ship with the domain, instead of asking"
        " for samples.",
    ),
    llm: str | None = typer.Option(
        None,
        help="Where responses come from: openai, recorded (what ships with the domain), exchange:DIR (writes prompts to DIR"
        " and waits for answers), folder:DIR (Markdown or text files, one answer each). Without: openai if there is a key in"
        " OPENAI_API_KEY or a --model, else recorded.",
        rich_help_panel=MODEL,
    ),
    model: str | None = typer.Option(None, help="The model's name.", rich_help_panel=MODEL),
    base_url: str | None = typer.Option(None, help="Any OpenAI-compatible endpoint.", rich_help_panel=MODEL),
    temperature: float | None = typer.Option(None, rich_help_panel=MODEL),
    top_p: float | None = typer.Option(None, rich_help_panel=MODEL),
    reasoning_effort: str | None = typer.Option(None, help="Such as low or high.", rich_help_panel=MODEL),
    max_tokens: int | None = typer.Option(None, help="Of an answer, hidden reasoning included.", rich_help_panel=MODEL),
    seed: int | None = typer.Option(None, help="Of the model's sampling, and of evolve.", rich_help_panel=MODEL),
    concurrency: int = typer.Option(8, help="Requests at once.", rich_help_panel=MODEL),
    budget_tokens: int | None = typer.Option(None, help="Stop before more tokens are used.", rich_help_panel=MODEL),
    budget_usd: float | None = typer.Option(None, help="Stop before more dollars are spent.", rich_help_panel=MODEL),
    prices: Path | None = typer.Option(None, help="A file of prices, instead of the built-in table.", rich_help_panel=MODEL),
    write_generator: bool = typer.Option(
        False, help="Ask the model for a generator of tasks where the domain has none.", rich_help_panel=MODEL
    ),
    search: str | None = typer.Option(
        None, help="The search the candidates run in; else gbfs on the training tasks, and the ladder chooses.", rich_help_panel=RUNS
    ),
    time_limit: str = typer.Option("10", help="Per run, such as 10, 90s, 5m.", rich_help_panel=RUNS),
    memory_limit: str = typer.Option("2GiB", help="Per run, such as 500MB, 2GiB.", rich_help_panel=RUNS),
    jobs: int = typer.Option(0, help="Runs at once; 0 means one per processor.", rich_help_panel=RUNS),
    unsafe: bool = typer.Option(False, help="Run candidates on a machine that cannot confine them.", rich_help_panel=RUNS),
    output: Path | None = typer.Option(
        None, "--output", "-o", help="Folder for everything about this run.", rich_help_panel=KEEPING
    ),
    resume: Path | None = typer.Option(
        None, help="The folder of a run that was stopped, to go on with its options.", rich_help_panel=KEEPING
    ),
    bundle: bool = typer.Option(
        False, help="Keep the winner with the bundled domain, for everybody.", rich_help_panel=KEEPING
    ),
) -> None:
    """Ask for heuristics of a domain, run them on its training tasks and keep the strongest."""
    asked = {name: str(value) if isinstance(value, Path) else value for name, value in context.params.items()}
    del asked["resume"], asked["output"]
    if resume is None:
        if domain is None:
            raise InputError("name a domain, or --resume the folder of a run")
        _run(asked, output)
    else:
        from heurgen.synthesis.journal import read_run

        if domain is not None or output is not None:
            raise InputError("--resume takes domain and folder from the run")
        _run({**asked, **read_run(resume)}, resume)


def _run(asked: Mapping[str, Any], folder: Path | None) -> None:
    import os

    from rich.console import Console

    from heurgen.evaluation.runner import Limits
    from heurgen.library import find_domain_files, save_choice, user_folder
    from heurgen.llm.sources import default_source
    from heurgen.llm.store import ResponseStore
    from heurgen.synthesis.journal import save_run
    from heurgen.synthesis.pipeline import synthesize as run
    from heurgen.synthesis.strategies import Plan
    from heurgen.synthesis.workshop import Settings
    from heurgen.units import parse_bytes, parse_seconds

    console = Console(stderr=True)
    files = find_domain_files(asked["domain"])
    if asked["bundle"] and not files.bundled:
        raise InputError("--bundle is for bundled domains")
    spec = asked["llm"] or ("openai" if asked["model"] else default_source())
    if asked["llm"] is None:
        console.print(_where_from(spec), highlight=False)
    limits = Limits(parse_seconds(asked["time_limit"]), parse_bytes(asked["memory_limit"]))
    settings = Settings(asked["search"], limits, asked["jobs"] or os.cpu_count() or 1, asked["unsafe"])
    count = asked["candidates"] or (0 if _is_there(spec) else DEFAULT_CANDIDATES.get(asked["strategy"], 0))
    known = _known(files, asked) if asked["from_recorded"] else ()
    plan = Plan(asked["strategy"], count, asked["rounds"], asked["islands"], asked["seed"] or 0, known)
    if _is_there(spec) and plan.strategy != "sample":
        raise InputError(f"--strategy {plan.strategy} asks new questions, which {spec} cannot answer; use openai or exchange:DIR")
    with ResponseStore() as store, _Bar(console) as bar:
        source = _source(spec, asked, files, store, console)
        place = folder or _run_folder(files.name)
        name = files.name if files.bundled else str(files.domain.parent)
        save_run(place, {**asked, "llm": spec, "domain": name, KNOWN: len(known)})
        ladder = _ladder(files, {**asked, "llm": spec}, source, place, settings, bar)
        result = run(files, plan, source, settings, place, bar.show, ladder, asked["concurrency"])
    for trouble in result.troubles:
        console.print(f"warning: {trouble}", style="yellow", highlight=False)
    home = files.knowledge if asked["bundle"] else user_folder(result.choice.fingerprint)
    kept = save_choice(home, result.choice)
    _print(result, kept)


def _known(files: DomainFiles, asked: Mapping[str, Any]) -> tuple[tuple[Response, str], ...]:
    """The recorded responses of a domain, with what they answer; those that a run began with when it goes on."""
    from heurgen.llm.responses import load_prompt, load_recorded

    if asked["strategy"] == "sample":
        raise InputError("--from-recorded is for --strategy repair and evolve")
    folder = files.knowledge / "responses"
    responses = load_recorded(folder)
    if not responses:
        raise InputError(f"no responses are recorded for {files.name}")
    return tuple((response, load_prompt(folder, response.prompt_hash)) for response in responses[: asked.get(KNOWN) or None])


def _run_folder(name: str) -> Path:
    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    return Path("results") / "runs" / f"{name}-{stamp}"


def _where_from(spec: str) -> str:
    if spec == "recorded":
        return "no key and no --model: using the responses that ship with the domain (--llm asks elsewhere)"
    return f"asking the model at the endpoint ({spec})"


def _is_there(spec: str) -> bool:
    """Whether a source only has responses that are there already."""
    return spec.partition(":")[0] in ("recorded", "folder")


def _source(
    spec: str, asked: Mapping[str, Any], files: DomainFiles, store: ResponseStore, console: Console
) -> ResponseSource:
    from heurgen.llm.parameters import Parameters
    from heurgen.llm.sources import SourceOptions, StoredSource, open_source

    def waiting(exchanges: Sequence[Exchange]) -> None:
        names = ", ".join(exchange.prompt.name for exchange in exchanges)
        console.print(f"waiting for answers to {names} in {exchanges[0].prompt.parent}", highlight=False)

    parameters = Parameters(
        asked["temperature"], asked["top_p"], asked["reasoning_effort"], asked["max_tokens"], asked["seed"]
    )
    options = SourceOptions(
        domain=files.name,
        responses=files.knowledge / "responses",
        model=asked["model"],
        base_url=asked["base_url"],
        parameters=parameters,
        concurrency=asked["concurrency"],
        budget_tokens=asked["budget_tokens"],
        budget_usd=asked["budget_usd"],
        prices=None if asked["prices"] is None else Path(asked["prices"]),
        waiting=waiting,
    )
    source = open_source(spec, options)
    return source if _is_there(spec) else StoredSource(source, store)


def _ladder(
    files: DomainFiles, asked: Mapping[str, Any], source: ResponseSource, folder: Path, settings: Settings, bar: _Bar
) -> Ladder | None:
    """The generated tasks that candidates are compared on; None where nothing can make any."""
    from heurgen.synthesis.generators import write_ladder
    from heurgen.synthesis.ladder import bundled_ladder, ladder_of_files

    if files.bundled:
        return bundled_ladder(files)
    if files.ladder:
        return ladder_of_files(files.domain, files.ladder)
    if asked["write_generator"]:
        if _is_there(asked["llm"] or "recorded"):
            raise InputError("--write-generator asks a new question; use openai or exchange:DIR")
        bar.show("waiting for a generator", 0, 1)
        return write_ladder(files, source, folder, settings).ladder
    return None


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

    models = sorted({record.candidate.response.model for record in result.records})
    head = ["", "candidate", *(["model"] if len(models) > 1 else []), "solved", "agile", "expanded", "evals/s"]
    head += ["rungs", "final", "what went wrong"]
    table = Table(*head, box=None, padding=(0, 2, 0, 0))
    for place, record in enumerate(result.records, start=1):
        speed = record.evaluations_per_second
        ran = bool(record.runs)
        table.add_row(
            str(place),
            record.candidate.name,
            *([record.candidate.response.model] if len(models) > 1 else []),
            f"{record.solved}/{result.tasks}" if ran else "",
            f"{record.agile:.2f}" if ran else "",
            f"{record.expansions:,}" if ran else "",
            "" if speed is None else f"{speed:,.0f}",
            str(record.rungs) if record.ladder else "",
            str(record.final) if record.finals else "",
            record.trouble,
        )
    console = Console()
    console.print(table)
    if len(models) == 1:
        console.print(f"all by {models[0]}", highlight=False)
    console.print(f"chosen: {result.records[0].candidate.name} ({result.choice.candidate})", highlight=False)
    console.print(f"why: {result.reason}", highlight=False)
    console.print(f"kept in {kept}; everything about this run is in {result.folder}", highlight=False)
