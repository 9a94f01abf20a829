"""`heurgen obfuscate`: a domain with meaningless names."""

from __future__ import annotations

from pathlib import Path

import typer

from heurgen.errors import InputError


def obfuscate(
    domain: str = typer.Argument(help="A bundled domain, or a folder with domain.pddl and tasks."),
    output: Path = typer.Option(..., "--output", "-o", help="Folder for domain.pddl, training/, ladder/ and names.json."),
) -> None:
    """Write a domain and its training tasks with meaningless names, which tells knowledge of a domain from memory of it.

    Tasks of growing size go along where the domain has a generator, so that candidates can be compared on them.
    """
    from heurgen.library import find_domain_files
    from heurgen.synthesis.obfuscated import write_obfuscated

    if output.exists() and any(output.iterdir()):
        raise InputError(f"{output}: is not empty")
    written = write_obfuscated(find_domain_files(domain), output)
    typer.echo(f"{written} tasks in {output}; `heurgen synthesize {output}` works on them")
