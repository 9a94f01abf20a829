"""The parent's side: start the server, give it tasks and jobs, wait for answers."""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections import OrderedDict
from pathlib import Path
from types import TracebackType

from heurgen.errors import SandboxError
from heurgen.pddl.model import Problem
from heurgen.sandbox.confine import missing_protection
from heurgen.sandbox.protocol import Answer, Cancel, Forget, Inbox, Job, Load, pack

# heurgen may lie in a folder that only this process has on its path.
BOOTSTRAP = """
import sys
sys.path.insert(0, {root!r})
import heurgen
del sys.path[0]
from heurgen.sandbox.server import main
main({descriptor}, {parent})
"""
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",          # iterating over sets must not make runs differ
    "PYTHONSAFEPATH": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
INHERITED = ("LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH")
"""Variables that Python may need to start and to find its libraries; no others are passed on."""

KEPT_ATOMS = 500_000
"""Initial atoms of the tasks that the server keeps; about 0.2 kB of memory each."""

PATIENCE = 1.0      # seconds for the server to end
PIECE = 1 << 18     # bytes to read at once


class Sandbox:
    """A fork server for runs of candidates; a context manager, to be used from one thread.

    With `unsafe` candidates run without Landlock and seccomp. Raises SandboxError where the
    server cannot be started. When the server ends unexpectedly every method but `close` raises
    SandboxError.
    """

    def __init__(self, unsafe: bool = False) -> None:
        self.unsafe = unsafe
        self._missing = missing_protection()
        self._tasks: OrderedDict[int, tuple[int, Problem]] = OrderedDict()      # by address
        self._numbers = itertools.count()
        self._inbox = Inbox()
        self._closed = False
        self._errors = tempfile.TemporaryFile()     # noqa: SIM115 (closed by close)
        self._connection, theirs = socket.socketpair()
        with theirs:
            self._process = self._start(theirs.fileno())

    def _start(self, descriptor: int) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).resolve().parent.parent.parent)
        code = BOOTSTRAP.format(root=root, descriptor=descriptor, parent=os.getpid())
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        try:
            return subprocess.Popen(
                [sys.executable, "-X", "utf8", "-c", code],
                env={**inherited, **ENVIRONMENT},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=[descriptor],
                start_new_session=True,     # Ctrl-C is the parent's business
            )
        except OSError as error:
            self._connection.close()
            self._errors.close()
            raise SandboxError(f"cannot start {sys.executable!r}: {error}") from error

    @property
    def closed(self) -> bool:
        """Whether the server has been ended, or ended unexpectedly."""
        return self._closed

    def load(self, problem: Problem) -> int:
        """The number of a task, which is given to the server unless it still has it."""
        known = self._tasks.get(id(problem))
        if known is not None:
            self._tasks.move_to_end(id(problem))
            return known[0]
        number = next(self._numbers)
        self._send(Load(number, problem))
        self._tasks[id(problem)] = (number, problem)
        self._forget_oldest()
        return number

    def _forget_oldest(self) -> None:
        total = sum(len(problem.init) for _, problem in self._tasks.values())
        while total > KEPT_ATOMS and len(self._tasks) > 1:
            _, (number, problem) = self._tasks.popitem(last=False)
            total -= len(problem.init)
            self._send(Forget(number))

    def submit(self, job: Job) -> None:
        """Start a run; its answer comes out of `next_answer`.

        Raises SandboxError for a candidate that this machine cannot confine, unless `job.unsafe`.
        """
        if self._missing and not job.builtin and not job.unsafe:
            raise SandboxError(
                f"this machine cannot confine candidates: it lacks {' and '.join(self._missing)}; "
                "--unsafe runs them without protection"
            )
        self._send(job)

    def cancel(self, number: int) -> None:
        """End a run; if it has not ended before, no answer will come."""
        self._send(Cancel(number))

    def next_answer(self, timeout: float | None = None) -> Answer | None:
        """The next answer, whichever run it is of; None where none comes in `timeout` seconds."""
        while True:
            answer = self._inbox.take()
            if answer is not None:
                return answer       # type: ignore[no-any-return]
            if self._closed:
                raise SandboxError("the sandbox is closed")
            if timeout is not None and not self._something_comes(timeout):
                return None
            self._receive()

    def _something_comes(self, timeout: float) -> bool:
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        return bool(poll.poll(timeout * 1000))

    def _receive(self) -> None:
        try:
            piece = self._connection.recv(PIECE)
        except ConnectionError:
            piece = b""
        except BaseException:
            self.close()        # a piece may be lost
            raise
        if not piece:
            raise self._failure()
        self._inbox.feed(piece)

    def _send(self, message: Job | Load | Forget | Cancel) -> None:
        if self._closed:
            raise SandboxError("the sandbox is closed")
        try:
            self._connection.sendall(pack(message))
        except ConnectionError as error:
            raise self._failure() from error
        except BaseException:
            self.close()        # half a message may be out
            raise

    def _failure(self) -> SandboxError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").split("\n")
        said = [line for line in lines if line.strip()][-1:]
        self.close()
        status = f"exit status {self._process.returncode}"
        return SandboxError(": ".join([f"the sandbox ended unexpectedly ({status})", *said]))

    def close(self) -> None:
        """End the server and every run."""
        if self._closed:
            return
        self._closed = True
        self._connection.close()
        self._tasks.clear()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pass
        finally:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._errors.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
