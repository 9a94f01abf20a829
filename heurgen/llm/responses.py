"""Responses of language models, and the folder that keeps those that ship with a domain.

A folder holds ``index.json``, one Markdown file per response with the unedited answer, and in ``prompts/`` the text
of every prompt that was answered, under its hash.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from heurgen.errors import InputError
from heurgen.plans import write_text

INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class Response:
    """One answer to a prompt.

    `prompt_hash` is that of the prompt's text (`hash_prompt`), `sample` counts the answers to the same prompt, from 1.
    `kind` says what was asked for ("sample": a first heuristic). `source` is where it came from and `model` the
    model's name as far as it is known; `date` is ISO 8601.
    """

    text: str
    prompt_hash: str
    sample: int
    source: str
    model: str
    kind: str = "sample"
    date: str = ""
    finish_reason: str | None = None

    @property
    def name(self) -> str:
        return f"{self.sample:04}"


def hash_prompt(text: str) -> str:
    """The first 16 hexadecimal digits of the prompt's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def load_recorded(folder: Path) -> list[Response]:
    """The responses of a folder, in the order of its index; empty where there is no folder.

    Raises InputError for an index that cannot be read or names a file that is not there.
    """
    path = folder / INDEX
    if not path.is_file():
        return []
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["responses"]
        return [_load(folder, entry) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error


def _load(folder: Path, entry: dict[str, object]) -> Response:
    known = {field.name for field in fields(Response)} - {"text"}
    unknown = set(entry) - known - {"file"}
    if unknown:
        raise ValueError(f"unknown entries {sorted(unknown)}")
    # As bytes, since reading as text would turn the line ends of an answer into others.
    text = (folder / str(entry["file"])).read_bytes().decode("utf-8")
    values = {name: entry[name] for name in known if name in entry}
    return Response(text=text, **values)  # type: ignore[arg-type]


def record(folder: Path, response: Response, prompt: str) -> Path:
    """Add a response to a folder; its text is kept unedited. Returns its file.

    Raises InputError where that sample of the prompt is recorded already with another text.
    """
    if hash_prompt(prompt) != response.prompt_hash:
        raise InputError("the prompt does not have the hash that the response names")
    (folder / "prompts").mkdir(parents=True, exist_ok=True)
    recorded = load_recorded(folder)
    path = folder / f"{response.prompt_hash[:6]}-{response.name}.md"
    for known in recorded:
        if (known.prompt_hash, known.sample) == (response.prompt_hash, response.sample):
            if known.text != response.text:
                raise InputError(f"{path}: is recorded already with another text")
            return path
    write_text(folder / "prompts" / f"{response.prompt_hash}.md", prompt)
    write_text(path, response.text)
    entries = [_entry(known) for known in [*recorded, response]]
    write_text(folder / INDEX, json.dumps({"responses": entries}, indent=1) + "\n")
    return path


def _entry(response: Response) -> dict[str, object]:
    values = {name: value for name, value in asdict(response).items() if name != "text"}
    return {"file": f"{response.prompt_hash[:6]}-{response.name}.md", **values}
