"""heurgen: heuristics written by language models in a compiled search core.

The names below are loaded when they are first used, so that `import heurgen` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from heurgen._version import __version__

if TYPE_CHECKING:
    from heurgen.api import read_task, search, validate
    from heurgen.core import SearchResult, State, Status, Task
    from heurgen.errors import (
        CandidateError,
        HeurgenError,
        InputError,
        PddlError,
        UnsupportedError,
    )
    from heurgen.heuristics.base import Heuristic
    from heurgen.validation import Verdict

_HOMES = {
    "CandidateError": "heurgen.errors",
    "HeurgenError": "heurgen.errors",
    "Heuristic": "heurgen.heuristics.base",
    "InputError": "heurgen.errors",
    "PddlError": "heurgen.errors",
    "SearchResult": "heurgen.core",
    "State": "heurgen.core",
    "Status": "heurgen.core",
    "Task": "heurgen.core",
    "UnsupportedError": "heurgen.errors",
    "Verdict": "heurgen.validation",
    "read_task": "heurgen.api",
    "search": "heurgen.api",
    "validate": "heurgen.api",
}

__all__ = [
    "CandidateError",
    "HeurgenError",
    "Heuristic",
    "InputError",
    "PddlError",
    "SearchResult",
    "State",
    "Status",
    "Task",
    "UnsupportedError",
    "Verdict",
    "__version__",
    "read_task",
    "search",
    "validate",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'heurgen' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value
