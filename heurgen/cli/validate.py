"""`heurgen validate`: check a plan with the independent checker."""

from __future__ import annotations

from pathlib import Path

import typer

from heurgen.errors import ExitCode


def validate(
    domain: Path = typer.Argument(help="The domain file."),
    problem: Path = typer.Argument(help="The problem file."),
    plan: Path = typer.Argument(help="The plan file, in the IPC format."),
) -> int:
    """Check a plan: which step fails, and which precondition. Exit code 0 if it is valid, 1 if not."""
    from heurgen.pddl import read_problem
    from heurgen.plans import read_plan
    from heurgen.validation import validate as check

    verdict = check(read_problem(problem, domain), read_plan(plan))
    if verdict.valid:
        typer.echo(f"valid: {verdict.steps} steps, cost {verdict.cost:.15g}")
        return ExitCode.SUCCESS
    typer.echo(f"invalid: {verdict.message}")
    return 1
