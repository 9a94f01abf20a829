"""Finding the domain file that a problem file belongs to."""

from __future__ import annotations

from pathlib import Path

from heurgen.errors import InputError


def find_domain(problem: Path) -> Path:
    """The domain of a problem: ``<problem>-domain.pddl``, ``domain_<problem>.pddl`` or ``domain.pddl`` beside
    it, else ``domain.pddl`` in the parent folder.

    Raises InputError that lists what was looked for.
    """
    if not problem.is_file():
        raise InputError(f"{problem}: {'is a directory' if problem.is_dir() else 'no such file'}")
    folder = problem.resolve().parent
    stem = problem.stem
    candidates = [
        folder / f"{stem}-domain.pddl",
        folder / f"domain_{stem}.pddl",
        folder / f"domain-{stem}.pddl",
        folder / "domain.pddl",
        folder.parent / "domain.pddl",
    ]
    for candidate in candidates:
        if candidate.is_file() and candidate != problem.resolve():
            return candidate
    names = ", ".join(candidate.name for candidate in candidates[:-1])
    raise InputError(
        f"{problem}: found no domain; looked for {names} beside it and domain.pddl in {folder.parent}; "
        "name the domain file first"
    )
