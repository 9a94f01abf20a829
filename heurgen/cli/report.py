"""`heurgen report`: what came of a synthesis."""

from __future__ import annotations

from pathlib import Path

import typer


def report(
    run: Path = typer.Argument(help="The folder of a run, such as results/runs/ferry-20261123-101500."),
    output: Path | None = typer.Option(None, "--output", "-o", help="A Markdown file to write, else standard output."),
) -> None:
    """Print the candidates of a run as Markdown: where each came from, how it did, and which one was chosen."""
    from heurgen.plans import write_text
    from heurgen.synthesis.report import render_report

    text = render_report(run)
    if output is None:
        typer.echo(text, nl=False)
    else:
        write_text(output, text)
