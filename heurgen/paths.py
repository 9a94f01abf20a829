"""Where heurgen's data lives: the bundled domains and what the user has synthesized."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _bundled(name: str) -> Path:
    """`name` at the top of a source checkout, or inside the installed package."""
    checkout = _PACKAGE.parent / name
    if (_PACKAGE.parent / "src_cython").is_dir() and checkout.is_dir():
        return checkout
    return _PACKAGE / "data" / name


def domains_dir() -> Path:
    """The folder with one folder per bundled domain: generator, responses, chosen heuristic."""
    return _bundled("domains")


def pddl_dir() -> Path:
    """The folder with one folder per bundled domain: domain.pddl, training/, testing/."""
    return _bundled("pddl")


def user_dir() -> Path:
    """Where heurgen keeps what the user made: ``HEURGEN_HOME``, else the XDG data folder."""
    home = os.environ.get("HEURGEN_HOME")
    if home:
        return Path(home)
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "heurgen"
