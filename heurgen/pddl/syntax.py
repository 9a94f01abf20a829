"""PDDL text as nested lists that know where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from heurgen.core import scanner
from heurgen.core.scanner import ItemError, Node, ScanError, UnclosedError, token_offset
from heurgen.errors import PddlError
from heurgen.pddl.source import Source

if TYPE_CHECKING:
    from heurgen.core.scanner import Tree

TypedName = tuple[str, tuple[str, ...], int]
"""A name, its types, and its place in the list it stands in."""

_PARENTHESES = re.compile(rb";[^\r\n]*|\(\s*:[^\s();]*|[()]")


class ListView:
    """A list of tokens and lists, with the place of each. `start` is its own offset in bytes."""

    __slots__ = ("_tree", "items", "source", "start")

    def __init__(self, source: Source, tree: tuple[str, ...] | Node, start: int) -> None:
        self.source = source
        self.start = start
        self._tree = tree
        self.items: tuple[Tree, ...] = tree.items if isinstance(tree, Node) else tree

    def __len__(self) -> int:
        return len(self.items)

    def __str__(self) -> str:
        """The list by its head, for messages."""
        if not self.items:
            return "()"
        head = self.items[0]
        return "(...)" if not isinstance(head, str) else f"({head}{' ...' * (len(self) > 1)})"

    def offset(self, place: int) -> int:
        """Where the item at that place begins; the list's own offset if there is none."""
        if place >= len(self.items):
            return self.start
        if isinstance(self._tree, Node):
            return self._tree.offset(place)
        return token_offset(self.source.text, self.start, place)

    def error(self, place: int, message: str, expected: str = "") -> PddlError:
        """An error at the item at that place."""
        return self.source.error(self.offset(place), message, expected)

    def found(self, place: int, expected: str) -> PddlError:
        """The error that something else stands at that place than was expected there."""
        if place >= len(self.items):
            message = f"{self} ends too early" if self.items else "found ()"
            return self.source.error(self.start, message, expected)
        item = self.items[place]
        what = repr(item) if isinstance(item, str) else str(self.view(place, expected))
        return self.error(place, f"found {what}", expected)

    def token(self, place: int, expected: str) -> str:
        """The token at that place; an error naming what was expected if there is none."""
        if place < len(self.items):
            item = self.items[place]
            if isinstance(item, str):
                return item
        raise self.found(place, expected)

    def name(self, place: int, expected: str) -> str:
        """The token at that place if it is no variable, keyword or dash; otherwise an error."""
        token = self.token(place, expected)
        if token.startswith(("?", ":", "-")):
            raise self.found(place, expected)
        return token

    def view(self, place: int, expected: str) -> ListView:
        """The list at that place; an error naming what was expected if there is none."""
        if place < len(self.items):
            item = self.items[place]
            if not isinstance(item, str):
                return ListView(self.source, item, self.offset(place))
        raise self.found(place, expected)

    def views(self, first: int, expected: str) -> Iterator[ListView]:
        """The items from a place on, all of which must be lists."""
        for place in range(first, len(self.items)):
            yield self.view(place, expected)

    def end(self, size: int, expected: str) -> None:
        """An error if the list has more items than that."""
        if len(self.items) > size:
            raise self.found(size, expected)


def typed_list(view: ListView, first: int, variables: bool) -> list[TypedName]:
    """``a b - t c - (either u v) d``: names with their types, in order.

    Names without a type are of type ``object``. With `variables` all names must begin with ``?``,
    else none may.
    """
    try:
        return scanner.typed_list(view.items, first, variables)
    except ItemError as error:
        raise view.error(error.place, str(error), error.expected) from None


def parse_define(source: Source, kind: str) -> tuple[str, ListView]:
    """The list ``(define (<kind> NAME) ...)`` that a text consists of, and the name."""
    top = _whole_list(source)
    if not top.items or top.items[0] != "define":
        raise source.error(top.start, f"found {top}", f"(define ({kind} NAME) ...)")
    expected = f"({kind} NAME)"
    header = top.view(1, expected)
    found = header.token(0, expected)
    if found != kind:
        raise header.error(0, f"found a {found} where a {kind} belongs", expected)
    name = header.name(1, f"the name of the {kind}")
    header.end(2, "')'")
    return name, top


def _whole_list(source: Source) -> ListView:
    try:
        tree, start = scanner.scan(source.text)
    except UnclosedError as error:
        raise _unclosed(source, error.offset) from None
    except ScanError as error:
        raise source.error(error.offset, str(error), error.expected) from None
    return ListView(source, tree, start)


def _unclosed(source: Source, innermost: int) -> PddlError:
    """The error for a missing parenthesis: where it is probably missing.

    What is open at the end of the text is seldom what lacks its end: later parentheses close it.
    But a section, ``(:...``, that begins inside another one tells that that one was not closed.
    """
    starts: list[int] = []
    for match in _PARENTHESES.finditer(source.text):
        symbol = match.group()
        if symbol == b")":
            starts.pop()
        elif symbol[:1] == b"(":
            if len(starts) > 1 and len(symbol) > 1:
                line, column = source.place(match.start())
                inner = b"".join(symbol.split()).decode()
                message = f"'(' is not closed before {inner} in line {line}, column {column}"
                return source.error(starts[1], message, "')'")
            starts.append(match.start())
    return source.error(innermost, "'(' is never closed", "')'")
