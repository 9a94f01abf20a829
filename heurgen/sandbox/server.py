"""The fork server: keeps the tasks, forks a child per run, ends those that overrun.

It runs no code of candidates and has one thread. It ends when its parent hangs up or is gone, and
its children end with it.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import os
import re
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from heurgen.core import Task
from heurgen.heuristics.loading import describe
from heurgen.sandbox.child import Surroundings, run_child
from heurgen.sandbox.confine import adopt_orphans, limit_descriptors
from heurgen.sandbox.installation import readable_paths
from heurgen.sandbox.output import make_output, read_output
from heurgen.sandbox.protocol import (
    ANSWER_LIMIT,
    GRACE,
    Answer,
    Cancel,
    End,
    Forget,
    Inbox,
    Job,
    Load,
    pack,
)

HEARTBEAT = 1.0             # seconds between two looks at whether the parent lives
HANG_UP_GRACE = 0.1         # seconds for a child that closed its channel to end
DESCRIPTORS = 1024          # that this process may have open
PIECE = 1 << 18             # bytes to read at once

PRELOADED = (
    "heurgen.graphs",
    "networkx",
    "numpy",
    "scipy",
    "scipy.optimize",
    "scipy.sparse",
    "scipy.sparse.csgraph",
    "scipy.spatial",
)
"""Modules that are imported here as soon as a candidate mentions them, as it takes long."""

_IMPORT = re.compile(r"^\s*(?:import|from)\s+(.+)", re.MULTILINE)
_MODULE = re.compile(r"[\w.]+")


@dataclass(slots=True, eq=False)
class Child:
    """A child at work. `overrun` is what to say of it once its deadline has passed."""

    job: Job
    pid: int
    handle: int
    channel: int
    output: int
    began: float
    deadline: float
    overrun: End = End.OVERDUE
    end: End = End.ITSELF
    cancelled: bool = False
    said: bytearray = field(default_factory=bytearray)


class Server:
    """Does the jobs that arrive on a connection."""

    def __init__(self, connection: socket.socket, parent: int) -> None:
        self.connection = connection
        self.parent = parent
        self.inbox = Inbox()
        self.outbox = bytearray()
        self.tasks: dict[int, Task | str] = {}      # or why there is none
        self.children: dict[int, Child] = {}
        self.readable = readable_paths()
        self.hung_up = False
        self.selector = selectors.DefaultSelector()
        self._watch(connection.fileno(), self._receive)

    def serve(self) -> None:
        """Work until the parent hangs up or is gone."""
        while not self.hung_up and os.getppid() == self.parent:
            for key, events in self.selector.select(self._patience()):
                if events & selectors.EVENT_WRITE:
                    self._send()
                if events & selectors.EVENT_READ:
                    key.data()
            self._end_overdue()
        for child in self.children.values():
            self._kill(child, End.OVERDUE)
            os.wait4(child.pid, 0)
        _end_strays(set())

    # The parent

    def _receive(self) -> None:
        try:
            piece = self.connection.recv(PIECE)
        except ConnectionError:
            piece = b""
        self.hung_up = not piece
        self.inbox.feed(piece)
        while (message := self.inbox.take()) is not None:
            self._take(message)

    def _take(self, message: Load | Forget | Job | Cancel) -> None:
        match message:
            case Load():
                self._load(message)
            case Forget():
                del self.tasks[message.task]
                gc.unfreeze()
                _settle()
            case Job():
                self._start(message)
            case Cancel():
                child = self.children.get(message.number)
                if child is not None:
                    child.cancelled = True
                    self._kill(child, End.OVERDUE)

    def _load(self, message: Load) -> None:
        try:
            self.tasks[message.task] = Task(message.problem)
        except Exception as error:      # reported with each job on this task
            self.tasks[message.task] = describe(error)
        _settle()

    def _answer(self, answer: Answer) -> None:
        self.outbox += pack(answer)
        self._send()

    def _send(self) -> None:
        """Send what the parent takes. Waiting here could last for ever: it may be sending, too."""
        try:
            sent = self.connection.send(self.outbox, socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        except ConnectionError:
            self.hung_up = True
            return
        del self.outbox[:sent]
        writing = selectors.EVENT_WRITE if self.outbox else 0
        self.selector.modify(self.connection, selectors.EVENT_READ | writing, self._receive)

    # The children

    def _start(self, job: Job) -> None:
        task = self.tasks[job.task]
        if isinstance(task, str):
            self._answer(Answer(job.number, End.NOT_STARTED, output=task))
            return
        if not job.builtin:
            _preload(job.heuristic)
        try:
            child = self._fork(job, task)
        except OSError as error:
            self._answer(Answer(job.number, End.NOT_STARTED, output=describe(error)))
            return
        self.children[job.number] = child
        self._watch(child.channel, functools.partial(self._read, child))
        self._watch(child.handle, functools.partial(self._finish, child))

    def _fork(self, job: Job, task: Task) -> Child:
        channel, theirs = os.pipe()
        output = make_output()
        own = os.getpid()
        began = time.monotonic()
        pid = os.fork()
        if pid == 0:
            run_child(job, task, Surroundings(theirs, output, self.readable, own, DESCRIPTORS))
        os.close(theirs)
        os.set_blocking(channel, False)
        limit = float("inf") if job.time_limit is None else job.time_limit + GRACE
        return Child(job, pid, os.pidfd_open(pid), channel, output, began, began + limit)

    def _read(self, child: Child) -> None:
        if child.job.number not in self.children:
            return      # it ended in this very round
        data = os.read(child.channel, PIECE)
        child.said += data
        if not data:
            self.selector.unregister(child.channel)
            child.overrun = End.HUNG_UP
            child.deadline = min(child.deadline, time.monotonic() + HANG_UP_GRACE)
        elif len(child.said) > ANSWER_LIMIT:
            self._kill(child, End.OVERSIZED)

    def _finish(self, child: Child) -> None:
        """Answer for a child that has ended."""
        del self.children[child.job.number]
        _, status, usage = os.wait4(child.pid, 0)
        wall_time = time.monotonic() - child.began
        self._drain(child)
        if child.job.unsafe:
            _end_strays({other.pid for other in self.children.values()})
        if not child.cancelled:
            answer = Answer(
                number=child.job.number,
                end=child.end,
                said=b"" if child.end is End.OVERSIZED else bytes(child.said),
                status=status,
                wall_time=wall_time,
                cpu_time=usage.ru_utime + usage.ru_stime,
                peak_memory=usage.ru_maxrss * 1024,
                output=read_output(child.output),
            )
            self._answer(answer)
        for descriptor in (child.channel, child.handle):
            with contextlib.suppress(KeyError):     # the channel is not watched after a hang-up
                self.selector.unregister(descriptor)
            os.close(descriptor)
        os.close(child.output)

    def _drain(self, child: Child) -> None:
        """Take what is still in the pipe."""
        with contextlib.suppress(BlockingIOError):
            while len(child.said) <= ANSWER_LIMIT and (data := os.read(child.channel, PIECE)):
                child.said += data

    def _kill(self, child: Child, end: End) -> None:
        child.end = end
        child.deadline = float("inf")
        with contextlib.suppress(ProcessLookupError):       # it has just ended
            signal.pidfd_send_signal(child.handle, signal.SIGKILL)

    def _patience(self) -> float:
        deadlines = [child.deadline for child in self.children.values()]
        return max(0.0, min([time.monotonic() + HEARTBEAT, *deadlines]) - time.monotonic())

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for child in self.children.values():
            if child.deadline <= now:
                self._kill(child, child.overrun)

    def _watch(self, descriptor: int, call: Callable[[], None]) -> None:
        self.selector.register(descriptor, selectors.EVENT_READ, call)


def _settle() -> None:
    """Keep the garbage collector off what is here now: children would copy what it touches."""
    gc.collect()
    gc.freeze()


def _preload(source: str) -> None:
    """Import the large libraries a source mentions, so that it does not cost its runs time.

    This is a guess from the text: the parser is for the confined child.
    """
    mentioned = {
        word for line in _IMPORT.findall(source) for word in _prefixes(_MODULE.findall(line))
    }
    new = [name for name in PRELOADED if name in mentioned and name not in sys.modules]
    for name in new:
        with contextlib.suppress(ImportError):      # it is not installed; the candidate will see
            importlib.import_module(name)
    if new:
        _settle()


def _prefixes(words: list[str]) -> list[str]:
    """All modules that ``import a.b`` or ``from a import b`` may load."""
    first = words[0] if words else ""
    parts = first.split(".")
    joined = [".".join(parts[: count + 1]) for count in range(len(parts))]
    return [*joined, *words, *(f"{first}.{word}" for word in words[1:])]


def _end_strays(known: set[int]) -> None:
    """End what unconfined candidates left behind: orphans that have become our children."""
    while strays := _child_processes() - known:
        for pid in strays:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _child_processes() -> set[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(map(int, listed.read_text().split())) if listed.exists() else set()


def main(descriptor: int, parent: int) -> None:
    """Serve process `parent` at the other end of a socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)    # the parent decides
    limit_descriptors(DESCRIPTORS)
    adopt_orphans()
    with socket.socket(fileno=descriptor) as connection:
        Server(connection, parent).serve()
