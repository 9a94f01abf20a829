"""The fork server: keeps the parsed tasks, forks a child per run, ends those that overrun.

Trusted code, one thread. It ends when its parent hangs up, and its children end with it.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import time
from dataclasses import dataclass, field
from typing import Any

from heurgen.core import Task
from heurgen.heuristics.loading import HEAVY_IMPORTS, RejectedError, candidate_imports
from heurgen.sandbox.child import run_child
from heurgen.sandbox.confine import die_with_parent
from heurgen.sandbox.protocol import Answer, Job, Load, receive, send

ANSWER_LIMIT = 64 << 20
OUTPUT_TAIL = 2000
GRACE = 0.5
"""Seconds that a child may go on beyond its time limit: the search ends itself and reports."""


@dataclass
class Running:
    """A child at work."""

    job: Job
    pid: int
    channel: int
    output: int
    began: float
    deadline: float
    killed: bool = False
    data: bytearray = field(default_factory=bytearray)


class Server:
    """Answers the jobs that arrive on a connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.tasks: dict[str, Task] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(connection, selectors.EVENT_READ)
        self.running: dict[int, Running] = {}

    def serve(self) -> None:
        """Work until the parent hangs up."""
        while True:
            for key, _ in self.selector.select(self._patience()):
                if key.fileobj is not self.connection:
                    self._read(self.running[key.fd])
                    continue
                message = receive(self.connection)
                if message is None:
                    self._kill_all()
                    return
                self._take(message)
            self._kill_overdue()

    def _take(self, message: Load | Job) -> None:
        if isinstance(message, Load):
            self.tasks[message.task] = Task(message.problem)
            gc.collect()
            gc.freeze()         # so that children do not copy pages by counting references
        else:
            self._start(message)

    def _start(self, job: Job) -> None:
        if not job.builtin:
            self._preload(job.heuristic)
        channel, their_end = os.pipe()
        output = os.memfd_create("output")
        pid = os.fork()
        if pid == 0:
            run_child(job, self.tasks[job.task], their_end, output)
        os.close(their_end)
        os.set_blocking(channel, False)
        now = time.monotonic()
        limit = float("inf") if job.time_limit is None else now + job.time_limit + GRACE
        self.running[channel] = Running(job, pid, channel, output, now, limit)
        self.selector.register(channel, selectors.EVENT_READ)

    def _preload(self, source: str) -> None:
        """Import heavy libraries here, so that the time of a run does not go into it."""
        try:
            wanted = HEAVY_IMPORTS & set(candidate_imports(source))
        except RejectedError:
            return              # the child will say so
        for name in sorted(wanted):
            __import__(name)

    def _read(self, child: Running) -> None:
        data = os.read(child.channel, 1 << 16)
        child.data += data
        if not data:
            self._finish(child)
        elif len(child.data) > ANSWER_LIMIT:
            os.kill(child.pid, signal.SIGKILL)
            child.data.clear()
            self._finish(child)

    def _finish(self, child: Running) -> None:
        self._make_sure_it_ends(child)
        _, status, usage = os.wait4(child.pid, 0)
        self.selector.unregister(child.channel)
        os.close(child.channel)
        del self.running[child.channel]
        size = os.lseek(child.output, 0, os.SEEK_END)
        tail = os.pread(child.output, OUTPUT_TAIL, max(0, size - OUTPUT_TAIL))
        os.close(child.output)
        answer = Answer(
            child.job.number,
            _decode(bytes(child.data)),
            status,
            child.killed,
            time.monotonic() - child.began,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss * 1024,
            tail.decode(errors="replace"),
        )
        send(self.connection, answer)

    def _make_sure_it_ends(self, child: Running) -> None:
        """Give a child that hung up a moment to end by itself, so that its exit status is known."""
        for _ in range(50):
            if os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None:
                return
            time.sleep(0.002)
        os.kill(child.pid, signal.SIGKILL)

    def _patience(self) -> float | None:
        deadlines = [child.deadline for child in self.running.values() if not child.killed]
        if not deadlines or min(deadlines) == float("inf"):
            return None
        return max(0.0, min(deadlines) - time.monotonic())

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        for child in list(self.running.values()):
            if child.deadline <= now and not child.killed:
                child.killed = True
                os.kill(child.pid, signal.SIGKILL)

    def _kill_all(self) -> None:
        for child in self.running.values():
            os.kill(child.pid, signal.SIGKILL)


def _decode(data: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def main(descriptor: int) -> None:
    """Serve the parent at the other end of a socket."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)    # the parent decides
    Server(socket.socket(fileno=descriptor)).serve()
