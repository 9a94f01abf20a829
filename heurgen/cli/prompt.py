"""`heurgen prompt`: what a language model gets to see."""

from __future__ import annotations

import typer


def prompt(
    domain: str = typer.Argument(help="A bundled domain, or a folder with domain.pddl and tasks."),
    without: list[str] = typer.Option(
        [],
        help="Leave out a part, several times for several: tasks, interface, view, examples, advice or mistakes.",
    ),
) -> None:
    """Print the prompt that asks a language model for a heuristic."""
    from heurgen.library import find_domain_files
    from heurgen.synthesis.asking import first_prompt

    typer.echo(first_prompt(find_domain_files(domain), without), nl=False)
