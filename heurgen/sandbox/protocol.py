"""What parent, server and child say to one another.

Parent and server trust each other and exchange pickles. A child's answer is JSON text that nobody
trusts: it passes the server unread and is decoded, bounded in size, in the parent.
"""

from __future__ import annotations

import json
import pickle
import struct
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from heurgen.pddl.model import Problem

ANSWER_LIMIT = 8 << 20
"""Bytes of a child's answer; room for plans of more than 100,000 steps."""

GRACE = 0.5
"""Seconds after its time limit until a child is killed. By then it has reported, if it can."""

READY, FAILED = b"+", b"-"
"""The first byte that a child writes: whether it could be confined. As it is written before the
candidate's code runs, a candidate cannot forge it."""

INSPECTED = "inspected"
"""The outcome that a child reports of a closer look."""

_LENGTH = struct.Struct("=Q")


@dataclass(frozen=True, slots=True)
class Load:
    """A task for the server to keep under a number."""

    task: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Forget:
    """A task the server need not keep any more."""

    task: int


@dataclass(frozen=True, slots=True)
class Inspect:
    """A closer look at a candidate instead of a run: see `heurgen.sandbox.inspecting`.

    `kind` is "walk" (follow improving successors), "stall" (search, and see where the best value stalls and where the time
    goes), "behaviour" (a digest of the values on probe states) or "generate" (the source is a generator of tasks; the
    task counts for nothing). `seconds` bounds a walk or a search. `walks` is the number of walks, or of probe states.
    `sizes` are those of the tasks to generate.
    """

    kind: Literal["walk", "stall", "behaviour", "generate"]
    seconds: float = 5.0
    walks: int = 10
    search: str = "gbfs"
    seed: int = 0
    sizes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One run to be made: a heuristic on a task.

    `heuristic` is the source text of a candidate, or, with `builtin`, the name of a heuristic.
    `task` is the number of a task the server knows. `time_limit` is in seconds of wall time, for
    the construction of the heuristic and the search; `memory_limit` in bytes beyond what the
    interpreter and the loaded tasks take; None means no limit. `compiled` is the path of a library
    to load instead of running the source. With `inspect` the candidate is looked at instead of run.
    """

    number: int
    task: int
    heuristic: str
    builtin: bool
    search: str = "gbfs"
    time_limit: float | None = None
    memory_limit: int | None = None
    seed: int = 0
    symmetry: bool = True
    unsafe: bool = False
    compiled: str | None = None
    inspect: Inspect | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """A job whose answer nobody waits for any more."""

    number: int


class End(Enum):
    """Why a child's process ended, as the server saw it."""

    ITSELF = "by itself, or by a signal that the server did not send"
    OVERDUE = "did not come back in time and was killed"
    OVERSIZED = f"answered more than {ANSWER_LIMIT >> 20} MiB and was killed"
    HUNG_UP = "closed its channel, went on, and was killed"
    NOT_STARTED = "could not be started"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a run ended: what the child said, and what the server saw.

    `said` is what the child wrote. `status` is as os.waitpid gives it. Times in seconds, counted
    from the fork. `peak_memory` is the most bytes the process held, the interpreter and the tasks
    included that it shares with the server. `output` is the end of what was printed; of a child
    that could not be started, the reason.
    """

    number: int
    end: End
    said: bytes = b""
    status: int = 0
    wall_time: float = 0.0
    cpu_time: float = 0.0
    peak_memory: int = 0
    output: str = ""


def pack(message: object) -> bytes:
    """A message to a trusted peer, ready to be sent."""
    data = pickle.dumps(message)
    return _LENGTH.pack(len(data)) + data


class Inbox:
    """Puts the messages of a trusted peer together from whatever pieces arrive."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, piece: bytes) -> None:
        """Take what has arrived."""
        self._data += piece

    def take(self) -> Any:
        """The next message, or None while it is not complete."""
        if len(self._data) < _LENGTH.size:
            return None
        end = _LENGTH.size + _LENGTH.unpack_from(self._data)[0]
        if len(self._data) < end:
            return None
        message = pickle.loads(memoryview(self._data)[_LENGTH.size : end])
        del self._data[:end]
        return message


def decode(said: bytes) -> dict[str, Any] | None:
    """What a child said, or None if it is no JSON object."""
    try:
        value = json.loads(said)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
