"""PDDL text as nested lists that know where they stand, and errors that say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from heurgen.core.scanner import Node, ScanError, scan, token_offset
from heurgen.errors import PddlError, UnsupportedError

if TYPE_CHECKING:
    from heurgen.core.scanner import Tree


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, lower case, for finding lines and columns."""

    text: bytes
    file: str

    def error(self, offset: int, message: str, expected: str = "") -> PddlError:
        """An error at an offset in bytes."""
        line, column = self.place(offset)
        return PddlError(message, file=self.file, line=line, column=column, expected=expected)

    def unsupported(self, offset: int, what: str, hint: str = "") -> UnsupportedError:
        """The refusal of something well formed that heurgen does not handle."""
        line, column = self.place(offset)
        message = f"{what} is not supported"
        return UnsupportedError(message, file=self.file, line=line, column=column, expected=hint)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both counted from 1, of an offset in bytes."""
        before = self.text[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        line_start = before.rfind(b"\n") + 1
        column = len(before[line_start:].decode("utf-8", errors="replace")) + 1
        return before.count(b"\n") + 1, column


class ListView:
    """A list of tokens and lists, with the place of each."""

    __slots__ = ("_node", "items", "source", "start")

    def __init__(self, source: Source, tree: tuple[str, ...] | Node, start: int) -> None:
        self.source = source
        self.start = start
        self._node = tree if isinstance(tree, Node) else None
        self.items: Sequence[Tree] = tree.items if isinstance(tree, Node) else tree

    def __len__(self) -> int:
        return len(self.items)

    def offset(self, place: int) -> int:
        """Where the item at that place begins; the list's own place where there is none."""
        if place >= len(self.items):
            return self.start
        if self._node is not None:
            return self._node.offset(place)
        return token_offset(self.source.text, self.start, place)

    def error(self, place: int, message: str, expected: str = "") -> PddlError:
        """An error at the item at that place."""
        return self.source.error(self.offset(place), message, expected)

    def token(self, place: int, expected: str) -> str:
        """The token at that place; an error naming what was expected if there is none."""
        if place >= len(self.items):
            raise self.source.error(self.start, f"{describe(self)} ends too early", expected)
        item = self.items[place]
        if not isinstance(item, str):
            raise self.error(place, "found a list", expected)
        return item

    def view(self, place: int, expected: str) -> ListView:
        """The list at that place; an error naming what was expected if there is none."""
        if place >= len(self.items):
            raise self.source.error(self.start, f"{describe(self)} ends too early", expected)
        item = self.items[place]
        if isinstance(item, str):
            raise self.error(place, f"found {item!r}", expected)
        return ListView(self.source, item, self.offset(place))

    def views(self, first: int, expected: str) -> Iterator[ListView]:
        """The items from a place on, all of which must be lists."""
        for place in range(first, len(self.items)):
            yield self.view(place, expected)


def describe(view: ListView) -> str:
    """A list by its head, for messages."""
    head = view.items[0] if len(view) else ""
    return f"({head} ...)" if isinstance(head, str) and head else "the list"


def read_source(path: str | Path) -> Source:
    """The text of a file. PddlError where there is no such file or it is no text."""
    file = str(path)
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise PddlError("no such file", file=file) from None
    except IsADirectoryError:
        raise PddlError("is a directory", file=file, expected="a PDDL file") from None
    except OSError as error:
        raise PddlError(f"cannot be read: {error.strerror}", file=file) from error
    return make_source(data, file)


def make_source(data: bytes, file: str) -> Source:
    """Source of UTF-8 text; a byte order mark is dropped."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in data:
        raise PddlError("is a binary file", file=file, expected="PDDL text")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        source = Source(data, file)
        raise source.error(error.start, "is not UTF-8 text", "PDDL text") from error
    if not data.strip():
        raise PddlError("the file is empty", file=file, expected="(define ...)")
    return Source(data.lower(), file)


def parse_define(source: Source, kind: str) -> ListView:
    """The list ``(define (<kind> ...) ...)`` that a file consists of."""
    expected = f"(define ({kind} ...) ...)"
    try:
        tree, start = scan(source.text)
    except ScanError as error:
        raise source.error(error.offset, str(error), expected) from None
    top = ListView(source, tree, start)
    if len(top) == 0 or top.items[0] != "define":
        raise top.error(0, f"found {describe(top)}", expected)
    header = top.view(1, f"({kind} NAME)")
    found = header.token(0, f"({kind} NAME)")
    if found != kind:
        raise header.error(0, f"found a {found} where a {kind} belongs", f"({kind} NAME)")
    if len(header) != 2:
        raise header.error(2, f"found {len(header) - 1} names", f"({kind} NAME)")
    return top


def typed_list(view: ListView, first: int, variables: bool) -> list[tuple[str, tuple[str, ...], int]]:
    """``a b - t c - (either u v) d``: names with their types and places, in order.

    Names without a type are of type ``object``.
    """
    items = view.items
    found: list[tuple[str, tuple[str, ...], int]] = []
    waiting: list[tuple[str, int]] = []
    place = first
    while place < len(items):
        item = items[place]
        if item == "-":
            types = _types_at(view, place + 1)
            if not waiting:
                raise view.error(place, "found '-'", "a name before its type")
            found.extend((name, types, at) for name, at in waiting)
            waiting = []
            place += 2
            continue
        if not isinstance(item, str):
            raise view.error(place, "found a list", "a variable" if variables else "a name")
        if item.startswith("?") != variables or item == "?":
            raise view.error(place, f"found {item!r}", "a variable" if variables else "a name")
        waiting.append((item, place))
        place += 1
    found.extend((name, ("object",), at) for name, at in waiting)
    return found


def _types_at(view: ListView, place: int) -> tuple[str, ...]:
    if place >= len(view.items):
        raise view.error(place - 1, "found '-' at the end of the list", "a type after '-'")
    item = view.items[place]
    if isinstance(item, str):
        if item == "-" or item.startswith(("?", ":")):
            raise view.error(place, f"found {item!r}", "a type")
        return (item,)
    either = ListView(view.source, item, view.offset(place))
    if either.token(0, "(either TYPE ...)") != "either" or len(either) < 2:
        raise either.error(0, f"found {describe(either)}", "(either TYPE ...)")
    return tuple(dict.fromkeys(either.token(i, "a type") for i in range(1, len(either))))
