"""What a piece of Python is worth as a candidate, and what it lacks. Nothing is executed."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import warnings
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from typing import TypeVar

T = TypeVar("T")

_BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}
_FUTURE = re.compile(r"^from __future__ import .*\n?", re.MULTILINE)


class Rank(IntEnum):
    """How much of a heuristic a piece of text is; a higher rank is preferred."""

    FOREIGN = 0
    """No Python is claimed or found."""
    BROKEN = 1
    """Not valid Python."""
    FRAGMENT = 2
    """Valid Python without a heuristic class."""
    BROKEN_HEURISTIC = 3
    """Not valid Python, but by its words it was meant as a heuristic."""
    DERIVED = 4
    """A class derived from some ``...Heuristic``, without a `__call__` of its own."""
    HEURISTIC = 5
    """A class with a `__call__` that does something."""


def rank_module(code: str) -> Rank:
    """The rank of a piece of text in a block that may be Python."""
    tree = _parse(code)
    if tree is None:
        words = re.search(r"^\s*class\s+\w", code, re.MULTILINE) and "def __call__" in code
        return Rank.BROKEN_HEURISTIC if words else Rank.BROKEN
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    if any(_has_call(node) for node in classes):
        return Rank.HEURISTIC
    return Rank.DERIVED if any(_is_derived(node) for node in classes) else Rank.FRAGMENT


def parses(code: str) -> bool:
    """Whether it is Python, and more than white space and comments."""
    tree = _parse(code)
    return tree is not None and bool(tree.body)


def with_missing_names(code: str, before: Sequence[str], behind: Sequence[str]) -> str:
    """`code` with the top-level statements of other pieces that define names it uses but lacks.

    `before` and `behind` are the pieces around it in order. They come to stand in front of it in
    that order, too. Where a name is defined several times the nearest piece before `code` counts,
    then those behind. Where nothing is missing or found, `code` is returned unchanged.
    """
    first = [statement for piece in before for statement in _statements(piece)]
    statements = first + [statement for piece in behind for statement in _statements(piece)]
    by_preference = [*reversed(range(len(first))), *range(len(first), len(statements))]
    missing, present = _missing(code), _defined(code)
    taken: set[int] = set()
    while missing:
        fitting = (place for place in by_preference if _defined(statements[place]) & missing)
        place = next(fitting, None)
        if place is None:
            break
        taken.add(place)
        present |= _defined(statements[place])
        missing = (missing | _missing(statements[place])) - present
    if not taken:
        return code
    future = "".join(dict.fromkeys(_FUTURE.findall(code)))
    added = "".join(f"{statements[place]}\n" for place in sorted(taken))
    completed = f"{future}{added}\n\n{_FUTURE.sub('', code)}"
    return completed if parses(completed) else code


def _parse(code: str) -> ast.Module | None:
    # The symbol table finds errors that parsing alone does not.
    return None if _table(code) is None else _attempt(ast.parse, code)


def _table(code: str) -> symtable.SymbolTable | None:
    return _attempt(lambda text: symtable.symtable(text, "<answer>", "exec"), code)


def _attempt(read: Callable[[str], T], code: str) -> T | None:
    """What `read` makes of the code, None where it is not valid."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as those about "\\d"
        try:
            return read(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _has_call(node: ast.ClassDef) -> bool:
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name == "__call__":
            return not all(_does_nothing(statement) for statement in item.body)
    return False


def _does_nothing(statement: ast.stmt) -> bool:
    """A docstring, ``...`` or ``pass``: what stands for code that was left out."""
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _is_derived(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).endswith("Heuristic") for base in node.bases)


def _statements(code: str) -> Iterator[str]:
    """The top-level statements of a module; none if it is not valid."""
    tree = _parse(code)
    lines = code.split("\n")
    for node in tree.body if tree else []:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        yield "\n".join(lines[first - 1 : node.end_lineno])


def _defined(code: str) -> set[str]:
    """The global names that a module binds."""
    table = _table(code)
    symbols = table.get_symbols() if table else []
    return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}


def _missing(code: str) -> set[str]:
    """The global names that a module uses, and neither it nor Python defines."""
    table = _table(code)
    if table is None:
        return set()
    used = {
        symbol.get_name()
        for scope in _scopes(table)
        for symbol in scope.get_symbols()
        if symbol.is_referenced() and (scope is table or symbol.is_global())
    }
    return used - _defined(code) - _BUILTINS


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)
