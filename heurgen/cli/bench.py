"""`heurgen bench`: tables beside other planners."""

from __future__ import annotations

from pathlib import Path

import typer

bench = typer.Typer(help="Measure heurgen beside other planners and write the tables.", no_args_is_help=True)


@bench.command()
def peers(
    output: Path | None = typer.Option(None, help="The Markdown file to write; else standard output."),
    seconds: float = typer.Option(5.0, min=0.1, help="Of each measurement."),
    domain: list[str] = typer.Option([], help="A bundled domain, several times for several; else the ten of IPC 2023."),
) -> int:
    """The search core beside pymimir, Fast Downward and Pyperplan (the extra 'baselines')."""
    from heurgen.benchmark.peers import DOMAINS, compare, table
    from heurgen.errors import InputError
    from heurgen.library import bundled_domains
    from heurgen.plans import write_text

    for name in domain:
        if name not in bundled_domains():
            raise InputError(f"no domain {name!r}; known: {', '.join(bundled_domains())}")
    found = compare(seconds, tuple(domain) or DOMAINS, lambda text: typer.echo(text, err=True))
    options = "".join([f" --seconds {seconds:g}", *(f" --domain {name}" for name in domain)])
    text = table(found, f"heurgen bench peers{options}")
    if output is None:
        typer.echo(text, nl=False)
    else:
        write_text(output, text)
    return 0


@bench.command("compile")
def compile_(
    output: Path | None = typer.Option(None, help="The Markdown file to write; else standard output."),
    seconds: float = typer.Option(5.0, min=0.1, help="Of each search."),
) -> int:
    """The recorded candidates as plain Python and as machine code."""
    from heurgen.benchmark.compiled import measure, table
    from heurgen.plans import write_text

    text = table(measure(seconds, lambda line: typer.echo(line, err=True)), f"heurgen bench compile --seconds {seconds:g}")
    if output is None:
        typer.echo(text, nl=False)
    else:
        write_text(output, text)
    return 0


@bench.command()
def coverage(
    output: Path | None = typer.Option(None, help="The Markdown file to write; else standard output."),
    domain: list[str] = typer.Option([], help="A bundled domain, several times for several; else the ten of IPC 2023."),
    planner: list[str] = typer.Option([], help="Such as chosen, ff or lama-first, several times for several; else all."),
    time_limit: str = typer.Option("60", help="Per run, such as 10, 90s, 5m."),
    memory_limit: str = typer.Option("8GiB", help="Per run, such as 500MB, 2GiB."),
    step: int = typer.Option(1, min=1, help="Every so many of the 30 tasks of a domain, beginning with the largest."),
    give_up: int = typer.Option(
        0, min=0, help="Run a planner on no larger tasks of a domain after so many without a plan; 0: on all."
    ),
    jobs: int = typer.Option(1, min=1, help="Runs at once; each has one processor."),
    records: Path = typer.Option(
        Path("results/runs/coverage.jsonl"), help="A line per run; runs that it holds are not made again."
    ),
) -> None:
    """How many testing tasks the chosen heuristics, built-in ones and other planners (extra 'baselines') solve."""
    from heurgen.benchmark.coverage import Setup, measure, table
    from heurgen.benchmark.peers import DOMAINS
    from heurgen.benchmark.planners import PLANNERS
    from heurgen.errors import InputError
    from heurgen.plans import write_text
    from heurgen.units import parse_bytes, parse_seconds

    seconds, memory = parse_seconds(time_limit), parse_bytes(memory_limit)
    if seconds is None or memory is None:
        raise InputError("coverage is measured within limits of time and memory")
    setup = Setup(tuple(domain) or DOMAINS, tuple(planner) or tuple(PLANNERS), seconds, memory, step, jobs, give_up)
    rows = measure(setup, records, lambda text: typer.echo(text, err=True))
    options = [f"--domain {name}" for name in domain] + [f"--planner {name}" for name in planner]
    options += [f"--time-limit {time_limit}", f"--memory-limit {memory_limit}", f"--step {step}", f"--give-up {give_up}"]
    options += [f"--jobs {jobs}"]
    text = table(rows, setup, " ".join(["heurgen bench coverage", *options]))
    if output is None:
        typer.echo(text, nl=False)
    else:
        write_text(output, text)


@bench.command()
def winners(
    output: Path | None = typer.Option(None, help="The Markdown file to write; else standard output."),
    seconds: float = typer.Option(60.0, min=0.1, help="Limit of each run."),
) -> None:
    """The chosen heuristics on hard tasks: where their time goes, and what search, symmetry and compiling bring."""
    from heurgen.benchmark.winners import measure, table
    from heurgen.plans import write_text

    found = measure(seconds, lambda text: typer.echo(text, err=True))
    text = table(found, seconds, f"heurgen bench winners --seconds {seconds:g}")
    if output is None:
        typer.echo(text, nl=False)
    else:
        write_text(output, text)


@bench.command()
def responses(
    output: Path | None = typer.Option(None, help="The Markdown file to write; else standard output."),
    domain: list[str] = typer.Option([], help="A bundled domain, several times for several; else all."),
    jobs: int = typer.Option(1, min=1, help="Runs at once."),
    store: Path = typer.Option(Path("results/runs/responses.db"), help="The runs; those it holds are not made again."),
) -> None:
    """What each recorded response reaches alone, by prompt and strategy."""
    from heurgen.benchmark.responses import measure, table
    from heurgen.plans import write_text

    found = measure(domain, store, jobs, lambda text: typer.echo(text, err=True))
    options = [f"--domain {name}" for name in domain] + [f"--jobs {jobs}"]
    text = table(found, " ".join(["heurgen bench responses", *options]))
    if output is None:
        typer.echo(text, nl=False)
    else:
        write_text(output, text)
