"""The end of what a child prints, kept where the server finds it however the child ends.

It is a small file in memory, made by the server. Python's sys.stdout and sys.stderr write to its
first part, which always holds the last bytes; what C code prints goes behind it until the limit
on file sizes stops it. So a flood of output costs the child its own time and nobody any memory.
"""

from __future__ import annotations

import io
import mmap
import os
import sys

TAIL = 4096
"""Bytes kept of what Python code prints, and of what C code prints."""

FILE_SIZE = 2 * TAIL


def make_output() -> int:
    """A descriptor of a new, empty output."""
    output = os.memfd_create("heurgen-output")
    os.ftruncate(output, TAIL)
    os.lseek(output, TAIL, os.SEEK_SET)     # where C code goes on writing
    return output


def redirect_output(output: int) -> None:
    """Send everything that this process prints to `output`."""
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout = sys.stderr = Tail(mmap.mmap(1, TAIL))


def read_output(output: int) -> str:
    """What was printed, or the end of it."""
    printed = os.pread(output, TAIL, 0).lstrip(b"\0") + os.pread(output, TAIL, TAIL)
    return printed.decode(errors="replace")


class Tail(io.TextIOBase):
    """A text stream that keeps the last bytes written to it, at the end of a memory map."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory

    @property
    def encoding(self) -> str:      # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        data = text[-TAIL:].encode(errors="replace")[-TAIL:]
        self._memory.move(0, len(data), TAIL - len(data))
        self._memory[TAIL - len(data) :] = data
        return len(text)
