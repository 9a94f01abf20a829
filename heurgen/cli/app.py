"""All commands together."""

from __future__ import annotations

import typer

from heurgen.cli.bench import bench
from heurgen.cli.domains import domains
from heurgen.cli.generate import generate
from heurgen.cli.obfuscate import obfuscate
from heurgen.cli.prompt import prompt
from heurgen.cli.report import report
from heurgen.cli.responses import responses
from heurgen.cli.solve import solve
from heurgen.cli.synthesize import synthesize
from heurgen.cli.validate import validate

app = typer.Typer(
    name="heurgen",
    help="Fast planners for PDDL domains: heuristics written by language models in a compiled search core.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback(invoke_without_command=True)
def version_option(
    version: bool = typer.Option(False, "--version", help="Show the version and exit."),
) -> None:
    if version:
        from heurgen._version import __version__

        typer.echo(f"heurgen {__version__}")
        raise typer.Exit


app.command()(synthesize)
app.command()(solve)
app.command()(validate)
app.command()(prompt)
app.command()(report)
app.command()(obfuscate)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(generate)
app.command()(domains)
app.add_typer(responses, name="responses")
app.add_typer(bench, name="bench")
