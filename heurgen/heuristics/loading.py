"""From the source text of a candidate to its heuristic class."""

from __future__ import annotations

import ast
import linecache
import traceback
from types import ModuleType

from heurgen.errors import CandidateError
from heurgen.heuristics.base import Heuristic

ALLOWED_IMPORTS = frozenset(
    ["heurgen", "math", "heapq", "itertools", "functools", "collections", "bisect", "operator", "dataclasses", "typing", "networkx", "numpy", "scipy", "__future__"]
)
HEAVY_IMPORTS = frozenset(("networkx", "numpy", "scipy"))
MODULE_NAME = "candidate"


class RejectedError(CandidateError):
    """A source text that is no candidate: it does not compile, or holds no heuristic, or several."""


def candidate_imports(source: str) -> dict[str, int]:
    """The top-level modules that a source imports, each with the line of its first import.

    Raises RejectedError for a syntax error.
    """
    found: dict[str, int] = {}
    for node in ast.walk(_parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""] if node.level == 0 else ["."]
        else:
            continue
        for name in names:
            found.setdefault(name.split(".")[0] or ".", node.lineno)
    return found


def load_candidate(source: str) -> type[Heuristic]:
    """The one heuristic class that a source defines.

    Raises RejectedError, with the line, for a syntax error, a forbidden import, an exception while the
    module is executed, and for no or several classes that derive from Heuristic.
    """
    for name, line in candidate_imports(source).items():
        if name not in ALLOWED_IMPORTS:
            allowed = ", ".join(sorted(ALLOWED_IMPORTS - {"__future__"}))
            raise RejectedError(f"line {line}: import of {name}; allowed are {allowed}")
    filename = f"<{MODULE_NAME}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    module = ModuleType(MODULE_NAME)
    try:
        exec(compile(source, filename, "exec"), module.__dict__)
    except MemoryError:
        raise
    except (Exception, SystemExit) as error:
        place = candidate_line(error)
        raise RejectedError(f"{place}{type(error).__name__} at import: {error}") from error
    return _the_class(module)


def candidate_line(error: BaseException) -> str:
    """``line 12: `` for the innermost line of the candidate that an exception passed, else nothing."""
    filename = f"<{MODULE_NAME}>"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == filename]
    return f"line {lines[-1]}: " if lines else ""


def _parse(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise RejectedError(f"line {error.lineno}: syntax error: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise RejectedError(f"cannot be parsed: {error}") from error


def _the_class(module: ModuleType) -> type[Heuristic]:
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Heuristic)
        and value.__module__ == MODULE_NAME
    ]
    own = list(dict.fromkeys(own))
    leaves = [cls for cls in own if not any(cls in other.__mro__[1:] for other in own)]
    if not leaves:
        raise RejectedError("defines no class that derives from heurgen.Heuristic")
    if len(leaves) > 1:
        names = ", ".join(cls.__name__ for cls in leaves)
        raise RejectedError(f"defines {len(leaves)} heuristic classes: {names}")
    if "__call__" not in {name for cls in leaves[0].__mro__[:-2] for name in vars(cls)}:
        raise RejectedError(f"{leaves[0].__name__} has no __call__ method")
    return leaves[0]
