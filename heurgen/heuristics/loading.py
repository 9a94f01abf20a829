"""From the source text of a candidate to its heuristic class.

Loading runs the candidate's code: what is not trusted belongs into the sandbox.
"""

from __future__ import annotations

import ast
import linecache
import sys
import traceback
import warnings
from collections.abc import Callable
from random import Random
from types import CodeType, ModuleType
from typing import TypeGuard

from heurgen.errors import CandidateError
from heurgen.heuristics.base import Heuristic

HELPERS = ("heurgen", "heurgen.graphs")
STANDARD = (
    "__future__",
    "bisect",
    "collections",
    "dataclasses",
    "functools",
    "heapq",
    "itertools",
    "math",
    "operator",
    "typing",
)
HEAVY_IMPORTS = ("networkx", "numpy", "scipy")
"""Libraries that take long to import: the sandbox imports them once, not once per run."""

CANDIDATE_FILE = "<candidate>"
"""What tracebacks call the source of a candidate."""

COMPILED_NAME = "candidate.py"
"""What tracebacks call the source of a compiled candidate."""

SOURCE_LIMIT = 1_000_000
"""Characters. The parser takes minutes for texts far beyond what a model writes."""


class RejectedError(CandidateError):
    """A source that is no candidate: it does not load, or holds no heuristic class, or several."""


def load_candidate(source: str, name: str = "candidate") -> type[Heuristic]:
    """The one heuristic class that a source defines: a leaf among its subclasses of Heuristic.

    `name` is what tracebacks call the source, in angle brackets. Raises RejectedError, with the
    line where there is one, for a syntax error, a forbidden import, an exception at import, no or
    several heuristic classes, and a class without ``__call__``.
    """
    tree = _parse(source)
    _check_imports(tree)
    return _the_class(_module(tree, source, name), _class_lines(tree))


def load_task_generator(source: str, name: str = "candidate") -> Callable[[Random, float], str]:
    """The function ``generate(rng, size)`` that a source defines, which may import random too.

    Raises RejectedError as `load_candidate` does.
    """
    tree = _parse(source)
    _check_imports(tree, ("random",))
    module = _module(tree, source, name)
    function: Callable[[Random, float], str] | None = getattr(module, "generate", None)
    if not callable(function):
        raise RejectedError("defines no function generate(rng, size)")
    return function


def _module(tree: ast.Module, source: str, name: str) -> ModuleType:
    """The module that a source makes when it is run."""
    module = ModuleType(_filename(name))
    code = _compile(tree, module.__name__)
    _remember(module, source)
    try:
        exec(code, module.__dict__)
    except MemoryError:
        raise
    except (Exception, SystemExit) as error:
        where = candidate_line(error, name)
        raise RejectedError(f"{where}{describe(error)} (at import)") from error
    return module


def check_source(source: str) -> None:
    """Raises RejectedError for a source that does not parse or that imports what it must not, without running it."""
    _check_imports(_parse(source))


def heuristic_class(module: ModuleType) -> type[Heuristic]:
    """The one heuristic class of a loaded module. Raises RejectedError as `load_candidate` does."""
    return _the_class(module, {})


def candidate_imports(source: str) -> dict[str, int]:
    """The modules that a source imports, in order, each with the line of its first import.

    Relative imports are listed as ``"."``. Raises RejectedError for a source that cannot be parsed.
    """
    return _imports(_parse(source))


def candidate_line(error: BaseException, name: str = "candidate") -> str:
    """``line 12: `` for the innermost line of the candidate an exception passed; empty if none."""
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename in (_filename(name), COMPILED_NAME)
    ]
    return f"line {lines[-1]}: " if lines else ""


def describe(error: BaseException) -> str:
    """Type and message of an exception in one line; its ``__str__`` may be a candidate's."""
    try:
        text = " ".join(str(error).split())
    except Exception as fault:
        text = f"(its message cannot be shown: {type(fault).__name__})"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _filename(name: str) -> str:
    return f"<{name}>"      # no identifier, so that it cannot hide a real module either


def _parse(source: str) -> ast.Module:
    if len(source) > SOURCE_LIMIT:
        length = f"{len(source):,} characters long"
        raise RejectedError(f"is {length}; at most {SOURCE_LIMIT:,} are read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")     # about "\d" and the like
            return ast.parse(source)
    except SyntaxError as error:
        raise _syntax(error) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise RejectedError(f"cannot be parsed: {describe(error)}") from error


def _compile(tree: ast.Module, filename: str) -> CodeType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # dont_inherit: this module's own __future__ imports are not the candidate's.
            return compile(tree, filename, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise _syntax(error) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise RejectedError(f"cannot be compiled: {describe(error)}") from error


def _syntax(error: SyntaxError) -> RejectedError:
    where = f"line {error.lineno}: " if error.lineno else ""
    return RejectedError(f"{where}syntax error: {error.msg}")


def _imports(tree: ast.Module) -> dict[str, int]:
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.lineno, "." if node.level else node.module or ""))
    lines: dict[str, int] = {}
    for line, name in sorted(found):
        lines.setdefault(name, line)
    return lines


def _check_imports(tree: ast.Module, more: tuple[str, ...] = ()) -> None:
    for name, line in _imports(tree).items():
        if name not in HELPERS and name.partition(".")[0] not in (*STANDARD, *HEAVY_IMPORTS, *more):
            allowed = ", ".join((*HELPERS, *STANDARD[1:], *HEAVY_IMPORTS, *more))
            what = "relative import" if name == "." else f"import of {name}"
            raise RejectedError(f"line {line}: {what}; a candidate may import {allowed}")


def _remember(module: ModuleType, source: str) -> None:
    """Let tracebacks show source lines, and dataclasses find the module of a class."""
    lines = source.splitlines(keepends=True)
    linecache.cache[module.__name__] = (len(source), None, lines, module.__name__)
    sys.modules[module.__name__] = module


def _class_lines(tree: ast.Module) -> dict[str, int]:
    return {node.name: node.lineno for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def _the_class(module: ModuleType, lines: dict[str, int]) -> type[Heuristic]:
    own = [
        value
        for value in dict.fromkeys(filter(_is_heuristic, vars(module).values()))
        if value.__module__ == module.__name__
    ]
    leaves = [cls for cls in own if not any(cls in other.__mro__[1:] for other in own)]
    if not leaves:
        raise RejectedError("defines no class that derives from heurgen.Heuristic")
    if len(leaves) > 1:
        names = ", ".join(f"{cls.__name__} (line {lines.get(cls.__name__, 0)})" for cls in leaves)
        raise RejectedError(f"defines {len(leaves)} heuristic classes, expected one: {names}")
    (leaf,) = leaves
    if leaf.__call__ is Heuristic.__call__:
        line = lines.get(leaf.__name__, 0)
        raise RejectedError(f"line {line}: class {leaf.__name__} has no __call__ method")
    return leaf


def _is_heuristic(value: object) -> TypeGuard[type[Heuristic]]:
    return isinstance(value, type) and issubclass(value, Heuristic)
