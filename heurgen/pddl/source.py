"""The text of a PDDL file, and errors that name a place in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from heurgen.errors import PddlError, UnsupportedError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_MESSAGE = 300       # characters; a message may quote tokens, of any length, from the file


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, its ASCII letters in lower case. Places in it are offsets in bytes."""

    text: bytes
    file: str

    def error(self, offset: int, message: str, expected: str = "") -> PddlError:
        """An error at an offset."""
        line, column = self.place(offset)
        return PddlError(
            _printable(message),
            file=self.file,
            line=line,
            column=column,
            expected=_printable(expected),
        )

    def unsupported(self, offset: int, what: str, instead: str) -> UnsupportedError:
        """The refusal of something well formed; `instead` is what heurgen would read."""
        line, column = self.place(offset)
        message = _printable(f"{what} is not supported")
        return UnsupportedError(
            message, file=self.file, line=line, column=column, expected=instead
        )

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, counted from 1; columns are in characters."""
        before = self.text[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        line_start = before.rfind(b"\n") + 1
        column = len(before[line_start:].decode("utf-8", errors="replace")) + 1
        return before.count(b"\n") + 1, column


def read_source(path: str | Path) -> Source:
    """The text of a file. PddlError if there is no such file or it is no text."""
    file = str(path)
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise PddlError("no such file", file=file) from None
    except IsADirectoryError:
        raise PddlError("is a directory", file=file, expected="a PDDL file") from None
    except (OSError, ValueError) as error:      # ValueError: a NUL character in the name
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise PddlError(f"cannot be read: {reason}", file=file) from error
    return make_source(data, file)


def text_source(text: str, file: str) -> Source:
    """The source of a text in memory. PddlError for what a file could not hold."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:     # half a surrogate pair
        before = Source(text[: error.start].encode("utf-8"), file)
        raise before.error(len(before.text), "is not UTF-8 text") from None
    return make_source(data, file)


def make_source(data: bytes, file: str) -> Source:
    """The source of UTF-8 bytes, without their byte order mark. PddlError if they are no text."""
    source = Source(data.removeprefix(BYTE_ORDER_MARK).lower(), file)
    if b"\0" in source.text:
        raise source.error(source.text.index(b"\0"), "is a binary file", "UTF-8 text")
    try:
        source.text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise source.error(error.start, "is not UTF-8 text") from None
    if not source.text.strip():
        raise PddlError("the file is empty", file=file, expected="(define ...)")
    return source


def _printable(message: str) -> str:
    """The message on one line, without control characters, and not too long."""
    if len(message) > LONGEST_MESSAGE:
        message = message[:LONGEST_MESSAGE] + " ..."
    if message.isprintable():
        return message
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in message)
