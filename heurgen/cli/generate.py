"""`heurgen generate`: make tasks."""

from __future__ import annotations

from pathlib import Path

import typer

from heurgen.errors import InputError


def generate(
    context: typer.Context,
    domain: str = typer.Argument(help="A domain with a generator; see `heurgen domains`."),
    seed: int = typer.Option(0, help="Seed; the same seed gives the same task."),
    size: float | None = typer.Option(
        None, help="Instead of parameters: 0 smallest, 1 easy, 2 medium, 3 hard, or in between."
    ),
    suite: str | None = typer.Option(None, help="Write the whole suite: training or testing."),
    output: Path | None = typer.Option(
        None, "--output", "-o", help="File to write (with --suite: folder), else standard output."
    ),
) -> None:
    """Generate a task, for instance `heurgen generate blocksworld --blocks 120 --seed 7`.

    Every parameter of the domain's generator is an option.
    """
    from heurgen.generation import SUITES, load_generator, write_suite
    from heurgen.plans import write_text

    generator = load_generator(domain)
    values = _parameters(context.args, [(p.name, p.help) for p in generator.parameters])
    if suite is not None:
        if suite not in SUITES:
            raise InputError(f"no suite {suite!r}; known: {', '.join(SUITES)}")
        if output is None or values or size is not None:
            raise InputError("--suite takes --output FOLDER and no parameters")
        written = write_suite(generator, SUITES[suite](), output)
        typer.echo(f"{len(written)} tasks in {output}")
        return
    if size is not None and values:
        raise InputError("--size goes without the domain's own parameters")
    if size is not None:
        text = generator.generate_at(size, seed)
    else:
        text = generator.generate(seed, **values)
    if output is None:
        typer.echo(text, nl=False)
    else:
        write_text(output, text)


def _parameters(arguments: list[str], known: list[tuple[str, str]]) -> dict[str, int]:
    """``--blocks 120 --cars=7`` as a mapping. InputError for anything else, listing the parameters."""
    listed = ", ".join(f"--{name} ({text})" for name, text in known)
    found: dict[str, int] = {}
    waiting = list(arguments)
    while waiting:
        option, given, value = waiting.pop(0).partition("=")
        name = option[2:].replace("-", "_")
        if not option.startswith("--") or name not in dict(known):
            raise InputError(f"unknown option {option}; this domain takes {listed}")
        if not given:
            value = waiting.pop(0) if waiting else ""
        try:
            found[name] = int(value)
        except ValueError:
            raise InputError(f"{option} takes a number, not {value!r}") from None
    return found
