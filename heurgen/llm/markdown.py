"""The fenced code blocks of a Markdown text, as models write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPENING = re.compile(
    r"(?P<before>[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)*)"  # indentation, or the marker of a list item
    r"(?P<fence>`{3,}|~{3,})[ \t]*\{?\.?(?P<language>[\w+#-]*)(?P<rest>.*)"
)
_MARKDOWN = frozenset(("markdown", "md"))
_LEAST_NESTED = 4
"""Columns to the right of the opening fence from which on a fence belongs to the code inside."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language in lower case, empty if not named, its text, if it was ended.

    `raw` has lost no more indentation than the fence has; see `code`.
    """

    language: str
    raw: str
    closed: bool

    @property
    def code(self) -> str:
        """The text, moved left so that its first line has no indentation."""
        lines = self.raw.split("\n")
        return "\n".join(_moved_left(lines, _indent_of_first(lines)))


@dataclass(frozen=True, slots=True)
class _Fence:
    mark: str
    column: int
    language: str


def fenced_blocks(text: str) -> list[Block]:
    """The blocks between fences of backticks or tildes, in order.

    As in CommonMark 0.31, section 4.5, a block ends with a fence of the same character, at least as
    long and without a language. What models do beyond it is understood too: fences behind the
    marker of a list item, code that is not indented as its fence is, and a new block that begins
    where the last was not ended.
    """
    found: list[Block] = []
    fence: _Fence | None = None
    lines: list[str] = []
    for line in text.split("\n"):
        if fence is not None and _is_end(line, fence):
            found.append(_block(fence, lines, closed=True))
            fence = None
            continue
        opened = _opening(line)
        if opened is not None and (fence is None or _interrupts(opened, fence)):
            if fence is not None:
                found.append(_block(fence, lines, closed=True))
            fence, lines = opened, []
        elif fence is not None:
            lines.append(line)
    if fence is not None:
        found.append(_block(fence, lines, closed=False))
    return [inner for block in found for inner in _unwrapped(block)]


def _unwrapped(block: Block) -> list[Block]:
    """The blocks of a whole answer that was given as Markdown in a block."""
    return fenced_blocks(block.raw) if block.language in _MARKDOWN else [block]


def _opening(line: str) -> _Fence | None:
    match = _OPENING.fullmatch(line)
    if match is None or (match["fence"][0] == "`" and "`" in match["rest"]):
        return None  # the second is code within a line of prose
    return _Fence(match["fence"], len(match["before"]), match["language"].lower())


def _is_end(line: str, fence: _Fence) -> bool:
    mark = line.strip()
    indent = len(line) - len(line.lstrip())
    return (
        len(mark) >= len(fence.mark)
        and set(mark) == {fence.mark[0]}
        and indent < fence.column + _LEAST_NESTED
    )


def _interrupts(opened: _Fence, fence: _Fence) -> bool:
    return (
        bool(opened.language)
        and opened.mark == fence.mark
        and opened.column < fence.column + _LEAST_NESTED
    )


def _block(fence: _Fence, lines: list[str], closed: bool) -> Block:
    width = min(fence.column, _indent_of_first(lines))
    raw = "".join(f"{line}\n" for line in _moved_left(lines, width))
    return Block(fence.language, raw, closed)


def _indent_of_first(lines: list[str]) -> int:
    for line in lines:
        if line.strip():
            return len(line) - len(line.lstrip())
    return 0


def _moved_left(lines: list[str], width: int) -> list[str]:
    """The lines without up to `width` characters of white space at their beginning."""
    return [line[:width].lstrip(" \t") + line[width:] for line in lines]
