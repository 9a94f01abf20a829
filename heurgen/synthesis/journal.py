"""The journal of a synthesis: which prompts it made, so that it can be stopped and resumed at any point.

Prompts that tell of measurements come out differently every time they are made; what was asked once is therefore
kept, and asked again in the very same words, which the response store answers.

A run's folder holds ``run.json`` (what was asked for), ``steps.json`` (one entry per candidate: its prompt, sample and
parents), ``prompts/<hash>.json`` (the messages), and, as they come, ``responses/`` and ``candidates/``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from heurgen.errors import InputError
from heurgen.llm.conversation import Message, Prompt
from heurgen.plans import write_text

RUN = "run.json"
STEPS = "steps.json"


@dataclass(frozen=True, slots=True)
class Step:
    """One candidate that is asked for. `group` is the conversation or island that it belongs to, `round` its turn there."""

    name: str
    kind: str
    prompt_hash: str
    sample: int
    parents: tuple[str, ...] = ()
    group: int = 0
    round: int = 0


class Journal:
    """Steps in a run's folder. Raises InputError where they cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._steps = [_step(entry, folder) for entry in _read(folder / STEPS, [])]

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in the order in which they were asked for."""
        return tuple(self._steps)

    def step(self, name: str, make: Callable[[], Prompt], sample: int, group: int, turn: int, parents: tuple[str, ...]) -> tuple[Step, Prompt]:
        """The step of that name with its prompt: the one that was taken before, else a new one."""
        for known in self._steps:
            if known.name == name:
                return known, self._load(known)
        prompt = make()
        step = Step(name, prompt.kind, prompt.hash, sample, parents, group, turn)
        messages = [{"role": message.role, "content": message.content} for message in prompt.messages]
        values = {"kind": prompt.kind, "parent": prompt.parent, "messages": messages}
        write_json(self._prompt_file(prompt.hash), values)
        self._steps.append(step)
        write_json(self._folder / STEPS, [asdict(step) for step in self._steps])
        return step, prompt

    def _prompt_file(self, digest: str) -> Path:
        return self._folder / "prompts" / f"{digest}.json"

    def _load(self, step: Step) -> Prompt:
        path = self._prompt_file(step.prompt_hash)
        values = _read(path, None)
        try:
            messages = tuple(Message(entry["role"], entry["content"]) for entry in values["messages"])
            return Prompt(messages, values["kind"], values["parent"])
        except (KeyError, TypeError) as error:
            raise InputError(f"{path}: is not the prompt of a run") from error


def write_json(path: Path, values: object) -> None:
    """Write a file as a whole. Raises InputError where that is impossible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path.parent}: cannot be made: {error.strerror}") from error
    write_text(path, json.dumps(values, indent=1) + "\n")


def read_run(folder: Path) -> dict[str, Any]:
    """What a run was asked for. Raises InputError for a folder that is not that of a run."""
    values = _read(folder / RUN, None)
    if not isinstance(values, dict):
        raise InputError(f"{folder}: is not the folder of a synthesis ({RUN} is missing)")
    return values


def save_run(folder: Path, values: Mapping[str, object]) -> None:
    """Note what a run is asked for."""
    write_json(folder / RUN, dict(values))


def _read(path: Path, default: Any) -> Any:
    if not path.is_file():
        return default
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error


def _step(entry: Any, folder: Path) -> Step:
    try:
        return Step(**{**entry, "parents": tuple(entry["parents"])})
    except (KeyError, TypeError) as error:
        raise InputError(f"{folder / STEPS}: cannot be read: {error}") from error
