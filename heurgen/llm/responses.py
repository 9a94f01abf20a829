"""Responses of language models, and the folder that keeps those that ship with a domain.

The folder, ``domains/<name>/responses/``, holds ``0001.md``, ``0002.md`` ... with the unedited
answers, one ``index.json`` that tells for each of them what it answers and where it came from, and
in ``prompts/`` the text of every prompt that was answered, once, under its hash.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from heurgen.errors import InputError
from heurgen.llm.parameters import Parameters
from heurgen.plans import write_text

INDEX = "index.json"
PROMPTS = "prompts"

Kind = Literal["sample", "repair", "evolve", "generator"]
"""What was asked for: a first heuristic, one mended after feedback, one bred from others, or a generator of tasks."""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Response:
    """One answer to a prompt.

    `prompt_hash` is that of the prompt's text (the function of the same name), `sample` counts the
    answers to the same prompt from 1. `source` is where the answer came from ("openai", "exchange",
    "chat"), `model` the model's name as far as it is known and `parameters` are those that it
    really sampled with. `finish_reason` is the endpoint's ("stop", "length", "content_filter", or
    "refusal"), `price` in US dollars, `seconds` the time from request to answer, `created` an ISO
    8601 date or time in UTC. `parent` names what a repair or an evolution started from. What is not
    known is None or empty.
    """

    text: str
    prompt_hash: str
    sample: int
    source: str
    model: str
    parameters: Parameters = field(default_factory=Parameters)
    kind: Kind = "sample"
    parent: str | None = None
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    price: float | None = None
    seconds: float | None = None
    created: str = ""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What identifies a request: an answer to an equal request is never paid for twice.

    `model` and `parameters` are those that were asked for. `origin` tells endpoints apart that may
    use one name for different models: empty for the provider's own endpoint, else its address.
    """

    prompt_hash: str
    model: str
    parameters: Parameters
    sample: int
    origin: str = ""


def prompt_hash(text: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a prompt's text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def load_recorded(folder: Path) -> list[Response]:
    """The responses of a folder, in the order of its index; empty where there is no such folder.

    Raises InputError, naming the file, for an index that cannot be read, an entry that is wrong, an
    entry whose file or prompt is not there, and an answer without an entry.
    """
    return [response for _, response in _load_index(folder)]


def load_prompt(folder: Path, digest: str) -> str:
    """The text of a recorded prompt, by its hash. Raises InputError where it is not there."""
    return _read(folder / PROMPTS / f"{digest}.md")


def record(folder: Path, response: Response, prompt: str) -> Path:
    """Add a response and the prompt it answers to a folder, the text unedited. Returns its file.

    Errors are those of `record_all`.
    """
    return record_all(folder, [(response, prompt)])[0]


def record_all(folder: Path, answers: Iterable[tuple[Response, str]]) -> list[Path]:
    """Add responses, each with the prompt it answers, to a folder. Returns their files.

    A response to a request that is recorded already (the same prompt, model, parameters, kind and
    sample) is not added again. Where another text has its sample's number, as answers from two
    stores do, it gets the next free number, unless its text is recorded under that prompt too.
    Raises InputError where a prompt is not the one that the response names, and where the folder
    cannot be read or written.
    """
    recorded = dict(_load_index(folder))
    names = {_request(known): name for name, known in recorded.items()}
    new: dict[str, str] = {}
    paths = []
    for response, prompt in answers:
        if prompt_hash(prompt) != response.prompt_hash:
            raise InputError("the prompt does not have the hash that the response names")
        name = names.get(_request(response))
        if name is not None and recorded[name].text != response.text:
            name = _same_text(recorded, response)
        if name is None:
            name = _next_name(recorded)
            recorded[name] = replace(response, sample=_free_sample(names, response))
            names[_request(recorded[name])] = name
            new[name] = prompt
        paths.append(folder / name)
    if new:
        _write(folder, recorded, new)
    return paths


def _write(folder: Path, recorded: Mapping[str, Response], new: Mapping[str, str]) -> None:
    """Write the new answers with their prompts, then the index, which makes them count."""
    (folder / PROMPTS).mkdir(parents=True, exist_ok=True)
    for name, prompt in new.items():
        write_text(folder / PROMPTS / f"{recorded[name].prompt_hash}.md", prompt)
        write_text(folder / name, recorded[name].text)
    entries = [{"file": name, **to_entry(known)} for name, known in recorded.items()]
    write_text(folder / INDEX, json.dumps({"responses": entries}, indent=1) + "\n")


def to_entry(response: Response) -> dict[str, object]:
    """A response without its text, as JSON values; what is not known is left out."""
    values: dict[str, object] = {"parameters": response.parameters.set_values()}
    values |= {key: getattr(response, name) for key, name in _ATTRIBUTES.items()}
    return {key: values[key] for key in _TYPES if values[key] not in (None, "", {})}


def from_entry(entry: Mapping[str, object], text: str) -> Response:
    """The inverse of `to_entry`. Raises InputError for a missing, unknown or wrong value."""
    known = {key: value for key, value in entry.items() if value is not None}
    _check(known)
    values = {_ATTRIBUTES[key]: value for key, value in known.items() if key in _ATTRIBUTES}
    parameters = known.get("parameters")
    if isinstance(parameters, dict):
        values["parameters"] = Parameters.from_values(parameters)
    return Response(text=text, **values)  # type: ignore[arg-type]


_TYPES: dict[str, tuple[type, ...]] = {
    "sample": (int,),
    "prompt_hash": (str,),
    "model": (str,),
    "source": (str,),
    "kind": (str,),
    "parent": (str,),
    "date": (str,),
    "finish_reason": (str,),
    "parameters": (dict,),
    "prompt_tokens": (int,),
    "completion_tokens": (int,),
    "price": (int, float),
    "seconds": (int, float),
}
"""The keys of an entry, in the order they are written in, with the types of their values."""

_REQUIRED = ("prompt_hash", "sample", "source", "model")
_ATTRIBUTES = {key: "created" if key == "date" else key for key in _TYPES if key != "parameters"}


def _check(entry: Mapping[str, object]) -> None:
    for key in _REQUIRED:
        if key not in entry:
            raise InputError(f"{key!r} is missing")
    for key, value in entry.items():
        if key not in _TYPES:
            raise InputError(f"unknown key {key!r}; known: {', '.join(_TYPES)}")
        if isinstance(value, bool) or not isinstance(value, _TYPES[key]):
            raise InputError(f"{key!r} cannot be {value!r}")
    kind = entry.get("kind", "sample")
    if kind not in KINDS:
        raise InputError(f"'kind' is {kind!r}; expected one of {', '.join(KINDS)}")


def _load_index(folder: Path) -> list[tuple[str, Response]]:
    """The names of the files in a folder, each with its response."""
    path = folder / INDEX
    present = {file.name for file in folder.glob("*.md")}
    if not path.is_file():
        if present:
            raise InputError(f"{path}: is not there, but {_some(present)} is")
        return []
    entries = enumerate(_read_entries(path), start=1)
    found = [_load_numbered(folder, place, entry) for place, entry in entries]
    names = [name for name, _ in found]
    if len(set(names)) < len(names):
        raise InputError(f"{path}: names {_some({n for n in names if names.count(n) > 1})} twice")
    if present - set(names):
        raise InputError(f"{path}: has no entry for {_some(present - set(names))}")
    return found


def _read_entries(path: Path) -> list[object]:
    try:
        index = json.loads(_read(path))
    except ValueError as error:
        raise InputError(f"{path}: is not JSON: {error}") from error
    entries = index.get("responses") if isinstance(index, dict) else None
    if not isinstance(entries, list):
        raise InputError(f'{path}: expected an object with a list "responses"')
    return entries


def _load_numbered(folder: Path, place: int, entry: object) -> tuple[str, Response]:
    try:
        return _load_entry(folder, entry)
    except InputError as error:
        raise InputError(f"{folder / INDEX}: response {place}: {error}") from error


def _load_entry(folder: Path, entry: object) -> tuple[str, Response]:
    if not isinstance(entry, dict):
        raise InputError("expected an object")
    name = entry.get("file")
    if not isinstance(name, str) or Path(name).name != name:
        raise InputError(f"'file' is {name!r}; expected the name of a file in this folder")
    details = {key: value for key, value in entry.items() if key != "file"}
    response = from_entry(details, _read(folder / name))
    load_prompt(folder, response.prompt_hash)
    return name, response


def _read(path: Path) -> str:
    """The text of a file with its line ends as they are, which reading as text would change."""
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8: {error.reason} at byte {error.start}") from error


def _same_text(recorded: Mapping[str, Response], response: Response) -> str | None:
    """The file of an answer with that text whose number is not the response's own."""
    for name, known in recorded.items():
        other = known.sample != response.sample
        if other and known.text == response.text and _request(replace(known, sample=response.sample)) == _request(response):
            return name
    return None


def _free_sample(taken: Container[tuple[object, ...]], response: Response) -> int:
    """The response's number if no other answer to its request has it, else the next free one."""
    number = response.sample
    while _request(replace(response, sample=number)) in taken:
        number += 1
    return number


def _request(response: Response) -> tuple[object, ...]:
    """What makes two responses answers to one request."""
    asked = (response.prompt_hash, response.model, response.parameters)
    return (*asked, response.kind, response.sample)


def _next_name(used: Iterable[str]) -> str:
    numbers = [int(match[1]) for name in used if (match := re.fullmatch(r"(\d+)\.md", name))]
    return f"{max(numbers, default=0) + 1:04}.md"


def _some(names: set[str]) -> str:
    first, *others = sorted(names)
    return f"{first} (and {len(others)} more)" if others else first
