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
