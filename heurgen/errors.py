"""One tree of exceptions; the command line turns each into one line and an exit code.

Exit codes are Fast Downward's (its ``driver/returncodes.py``), so that scripts and Downward Lab
parsers written for it read heurgen as well.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended, as the exit code of the process."""

    SUCCESS = 0
    UNSOLVABLE = 11
    INCOMPLETE = 12
    OUT_OF_MEMORY = 22
    OUT_OF_TIME = 23
    CRITICAL_ERROR = 32
    INPUT_ERROR = 33
    UNSUPPORTED = 34
    INTERRUPTED = 130


class HeurgenError(Exception):
    """Anything heurgen reports to its user; `exit_code` is what the command line leaves with."""

    exit_code = ExitCode.CRITICAL_ERROR


class InputError(HeurgenError):
    """Something the user gave cannot be used: a file, an option, a name."""

    exit_code = ExitCode.INPUT_ERROR


class PddlError(InputError):
    """PDDL text that heurgen cannot read.

    `line` and `column` count from 1; both are 0 where the whole file is meant. `expected` says what
    should have stood there, empty where nothing is to be said.
    """

    def __init__(
        self, message: str, *, file: str = "", line: int = 0, column: int = 0, expected: str = ""
    ) -> None:
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.expected = expected
        super().__init__(str(self))

    def __str__(self) -> str:
        place = self.file or "<string>"
        if self.line:
            place += f":{self.line}:{self.column}"
        text = f"{place}: {self.message}"
        return f"{text}; expected {self.expected}" if self.expected else text


class UnsupportedError(PddlError):
    """PDDL that is well formed but outside the fragment heurgen handles."""


class PlanFormatError(InputError):
    """A plan file that is not in the IPC format."""


class CandidateError(HeurgenError):
    """A candidate heuristic broke its contract; the message tells which part and in which state."""


class SandboxError(HeurgenError):
    """The process a candidate lives in could not be set up as asked."""
