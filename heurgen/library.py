"""What heurgen knows of domains: the bundled ones, and heuristics that were synthesized for any.

A synthesized heuristic lies in ``<folder>/chosen/`` as ``heuristic.py`` with ``choice.json``, which says where it
came from. For a bundled domain the folder is ``domains/<name>``, for what a user synthesized it is one under the
user's data folder, named after the domain's fingerprint.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from heurgen.errors import InputError
from heurgen.paths import domains_dir, pddl_dir, user_dir
from heurgen.pddl import read_domain
from heurgen.pddl.fingerprint import fingerprint
from heurgen.plans import write_text


@dataclass(frozen=True, slots=True)
class Choice:
    """A heuristic that synthesis chose for a domain, with its provenance.

    `candidate` says which response to which prompt it is, `run` is the name of the synthesis. `scores` holds the figures it was
    chosen for: tasks solved and tried, agile score, expansions, rungs.
    """

    domain: str
    fingerprint: str
    source: str
    search: str
    candidate: str
    model: str
    prompt_hash: str
    date: str
    heurgen_version: str
    run: str = ""
    scores: dict[str, Any] = field(default_factory=dict)


LADDER = "ladder"
"""The subfolder of a user's domain with tasks of growing size that candidates are compared on."""


@dataclass(frozen=True, slots=True)
class DomainFiles:
    """A domain to synthesize for: its PDDL, its training tasks, and the folder of what is known of it.

    `ladder` are the files of tasks to compare good candidates on, from small to large; none for a bundled domain, whose
    generator makes them.
    """

    name: str
    domain: Path
    training: tuple[Path, ...]
    knowledge: Path
    bundled: bool
    ladder: tuple[Path, ...] = ()


def bundled_domains() -> list[str]:
    """The names of the domains that ship with heurgen."""
    return sorted(path.parent.name for path in pddl_dir().glob("*/domain.pddl"))


def find_domain_files(name: str) -> DomainFiles:
    """A bundled domain by its name, or a user's folder with ``domain.pddl`` and tasks.

    Training tasks are the .pddl files in ``training/``, else those beside the domain; in ``ladder/`` there may be tasks of
    growing size. Raises InputError where there is no such domain, or no task.
    """
    bundled = pddl_dir() / name
    is_bundled = "/" not in name and (bundled / "domain.pddl").is_file()
    folder = bundled if is_bundled else Path(name)
    domain = folder / "domain.pddl"
    if not domain.is_file():
        known = ", ".join(bundled_domains())
        raise InputError(f"{name}: neither a folder with domain.pddl nor one of the domains {known}")
    tasks = folder / "training" if (folder / "training").is_dir() else folder
    training = tuple(
        path
        for path in sorted(tasks.glob("*.pddl"))
        if path.name != "domain.pddl" and not path.stem.endswith("-domain")
    )
    if not training:
        raise InputError(f"{folder}: no tasks beside the domain")
    knowledge = domains_dir() / name if is_bundled else folder
    if is_bundled:
        return DomainFiles(name, domain, training, knowledge, True)
    rungs = sorted((folder / LADDER).glob("*.pddl"), key=lambda path: (path.stat().st_size, path.name))
    return DomainFiles(folder.resolve().name, domain, training, knowledge, False, tuple(rungs))


def user_folder(mark: str) -> Path:
    """Where the user's own heuristic for the domain with that fingerprint lies."""
    return user_dir() / "domains" / mark


def save_choice(folder: Path, choice: Choice) -> Path:
    """Keep a chosen heuristic in ``folder/chosen``; returns the file with its code."""
    home = folder / "chosen"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{home}: cannot be made: {error.strerror}") from error
    values = {name: value for name, value in asdict(choice).items() if name != "source"}
    write_text(home / "heuristic.py", choice.source)
    write_text(home / "choice.json", json.dumps(values, indent=1) + "\n")
    return home / "heuristic.py"


def load_choice(folder: Path) -> Choice | None:
    """The chosen heuristic in ``folder/chosen``, None where there is none. Raises InputError if it is damaged."""
    home = folder / "chosen"
    if not (home / "choice.json").is_file():
        return None
    try:
        values = json.loads((home / "choice.json").read_text(encoding="utf-8"))
        source = (home / "heuristic.py").read_text(encoding="utf-8")
        known = {entry.name for entry in fields(Choice)}
        return Choice(source=source, **{k: v for k, v in values.items() if k in known})
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{home}: cannot be read: {error}") from error


def known_heuristic(mark: str) -> tuple[Choice, Path] | None:
    """The strongest heuristic known for a fingerprint and its folder: the user's own, else a bundled one."""
    own = load_choice(user_folder(mark))
    if own is not None:
        return own, user_folder(mark)
    for folder in sorted(domains_dir().glob("*/")):
        choice = load_choice(folder)
        if choice is not None and choice.fingerprint == mark:
            return choice, folder
    return None


def domain_mark(domain: Path) -> str:
    """The fingerprint of a domain file."""
    return fingerprint(read_domain(domain))
