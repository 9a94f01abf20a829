"""What parent, server and child say to one another."""

from __future__ import annotations

import pickle
import socket
import struct
from dataclasses import dataclass, field
from typing import Any

from heurgen.pddl.model import Problem


@dataclass(frozen=True, slots=True)
class Job:
    """One run to be made: a heuristic on a task.

    `heuristic` is the source text of a candidate, or, with `builtin`, the name of a heuristic. `task` names a
    problem given to the server before. Times in seconds, memory in bytes.
    """

    number: int
    task: str
    heuristic: str
    builtin: bool
    search: str
    time_limit: float | None
    memory_limit: int | None
    seed: int
    unsafe: bool


@dataclass(frozen=True, slots=True)
class Load:
    """A task for the server to keep under a name."""

    task: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Answer:
    """How a run ended: what the child said, and what the server saw.

    `said` is None where the child ended without a word. `status` is as os.waitpid gives it. `killed` tells that the
    server ended it for its time.
    """

    number: int
    said: dict[str, Any] | None
    status: int
    killed: bool
    wall_time: float
    cpu_time: float
    peak_memory: int
    output: str = field(default="")


def send(connection: socket.socket, message: object) -> None:
    """Send a message to a trusted peer."""
    data = pickle.dumps(message)
    connection.sendall(struct.pack("=Q", len(data)) + data)


def receive(connection: socket.socket) -> Any:
    """The next message of a trusted peer; None when it hung up."""
    header = _exactly(connection, 8)
    if header is None:
        return None
    data = _exactly(connection, struct.unpack("=Q", header)[0])
    return None if data is None else pickle.loads(data)


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(min(size - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)
