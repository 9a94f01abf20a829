"""A candidate's source, changed so that Cython computes what Python computes.

Cython takes the integer literals and lengths of an expression for machine integers: `1 << len(goals)` overflows, `2 ** len(goals)`
is a float. Such a left operand is put into `int(...)`, which makes it a Python integer; lines stay where they are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

_LENGTHS = {"len", "ord"}
_OF_ITS_ARGUMENTS = {"abs", "max", "min"}


class ShadowedError(ValueError):
    """A module that has a name `int` of its own."""


def exact_integers(source: str) -> str:
    """The source with Python integers where machine integers would give another value.

    Raises ShadowedError for a module in which `int` may be something else.
    """
    places = list(_places(ast.parse(source)))
    if not places:
        return source
    if any(_binds_int(node) for node in ast.walk(ast.parse(source))):
        raise ShadowedError("it has a name int of its own")
    lines = source.encode().splitlines(keepends=True)
    for line, column, text in sorted(places, reverse=True):     # from the end: earlier places stay right
        lines[line] = lines[line][:column] + text + lines[line][column:]
    return b"".join(lines).decode()


def _places(tree: ast.AST) -> Iterator[tuple[int, int, bytes]]:
    """What to insert, with line and column (in bytes) from 0."""
    for node in _outside_of_strings(tree):
        if isinstance(node, ast.BinOp) and _machine(node.left):
            power = isinstance(node.op, ast.Pow) and not isinstance(node.right, ast.Constant)
            if power or isinstance(node.op, ast.LShift):
                left = node.left
                assert left.end_lineno is not None and left.end_col_offset is not None
                yield left.lineno - 1, left.col_offset, b"int("
                yield left.end_lineno - 1, left.end_col_offset, b")"


def _outside_of_strings(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those in f-strings, which have no certain place before Python 3.12."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, ast.JoinedStr):
            yield from _outside_of_strings(child)


def _machine(node: ast.expr) -> bool:
    """Whether Cython computes an expression in machine integers."""
    if isinstance(node, ast.Constant):
        return type(node.value) is int
    if isinstance(node, ast.BinOp):
        return _machine(node.left) and _machine(node.right)
    if isinstance(node, ast.UnaryOp):
        return _machine(node.operand)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in _LENGTHS or (node.func.id in _OF_ITS_ARGUMENTS and all(map(_machine, node.args)))
    return False


def _binds_int(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id == "int" and not isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.arg):
        return node.arg == "int"
    if isinstance(node, ast.alias):
        return (node.asname or node.name) == "int"
    return isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == "int"
