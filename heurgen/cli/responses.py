"""`heurgen responses`: the store of everything that models answered."""

from __future__ import annotations

from pathlib import Path

import typer

from heurgen.errors import InputError

responses = typer.Typer(help="What models answered so far: one store for all runs.", no_args_is_help=True)

STORE = typer.Option(None, "--store", help="The store's file, else that of this user.")
PROMPT = typer.Option(None, "--prompt", help="Only answers to the prompt with this hash, or one that begins so.")
MODEL = typer.Option(None, help="Only answers of this model.")


@responses.command("list")
def list_responses(
    prompt: str | None = PROMPT, model: str | None = MODEL, store: Path | None = STORE
) -> None:
    """List what is stored, a line each."""
    from rich.console import Console
    from rich.table import Table

    from heurgen.llm.store import ResponseStore

    rows = []
    with ResponseStore(store) as opened:
        for number, (key, response) in enumerate(opened.entries(None, model), start=1):
            if prompt is not None and not key.prompt_hash.startswith(prompt):
                continue
            rows.append({
                "": str(number),
                "prompt": key.prompt_hash,
                "sample": str(key.sample),
                "kind": response.kind,
                "model": key.model,
                "tokens": _known(response.completion_tokens),
                "price": "" if response.price is None else f"${response.price:.4f}",
                "seconds": "" if response.seconds is None else f"{response.seconds:.0f}",
                "when": response.created[:10],
                "size": f"{len(response.text):,}",
            })
    known = [name for name in rows[0] if any(row[name] for row in rows)] if rows else []
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in known}
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in known:
        wide = name == "model"
        table.add_column(name, no_wrap=True, min_width=None if wide else widths[name], max_width=20 if wide else None)
    for row in rows:
        table.add_row(*(row[name] for name in known))
    Console().print(table)


@responses.command()
def show(
    number: int = typer.Argument(help="As `heurgen responses list` numbers them."),
    question: bool = typer.Option(False, help="The prompt instead of the answer."),
    code: bool = typer.Option(False, help="Only the code of the candidate that the answer gives."),
    store: Path | None = STORE,
) -> None:
    """Print one response."""
    from heurgen.llm.extraction import extract_code
    from heurgen.llm.store import ResponseStore

    with ResponseStore(store) as opened:
        entries = opened.entries()
        if not 1 <= number <= len(entries):
            raise InputError(f"there is no response {number}; there are {len(entries)}")
        key, response = entries[number - 1]
        if question:
            typer.echo(opened.prompt(key.prompt_hash))
            return
    if not code:
        typer.echo(response.text)
        return
    found = extract_code(response.text, response.finish_reason)
    if found.code is None:
        raise InputError(f"response {number}: {found.problem.value}")
    typer.echo(found.code)


@responses.command()
def export(
    folder: Path = typer.Argument(help="Where to write them; a folder of recorded responses can be added to."),
    prompt: str | None = typer.Option(None, "--prompt", help="Only answers to the prompt with this hash."),
    model: str | None = MODEL,
    store: Path | None = STORE,
) -> None:
    """Write responses as files with an index, as they ship in domains/<name>/responses."""
    from heurgen.llm.store import ResponseStore

    with ResponseStore(store) as opened:
        count = opened.export_to(folder, prompt, model)
    typer.echo(f"{count} responses in {folder}")


@responses.command("import")
def import_responses(
    domain: str = typer.Argument(help="The domain whose prompt they answer, as `heurgen prompt` prints it."),
    folder: Path = typer.Argument(help="Markdown or text files, one answer each."),
    model: str = typer.Option("unknown", help="Who wrote them."),
    prompt_file: Path | None = typer.Option(None, help="The prompt that they answer, if it is another one."),
    store: Path | None = STORE,
) -> None:
    """Bring answers from a chat into the store; those that are there already are left out."""
    from heurgen.library import find_domain_files
    from heurgen.llm.answer_files import read_answer
    from heurgen.llm.conversation import Prompt
    from heurgen.llm.store import ResponseStore
    from heurgen.synthesis.asking import first_prompt

    text = first_prompt(find_domain_files(domain)) if prompt_file is None else read_answer(prompt_file)
    with ResponseStore(store) as opened:
        count = opened.import_from(folder, Prompt.of(text), model)
    typer.echo(f"{count} new responses stored")


def _known(count: int | None) -> str:
    return "" if count is None else f"{count:,}"
