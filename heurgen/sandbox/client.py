"""The parent's side: start the server, give it tasks and jobs, wait for answers."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from heurgen.errors import SandboxError
from heurgen.pddl.model import Problem
from heurgen.sandbox.confine import missing_protection
from heurgen.sandbox.protocol import Answer, Job, Load, receive, send

BOOTSTRAP = (
    "import sys; sys.path.insert(0, {root!r}); "
    "from heurgen.sandbox.server import main; main({descriptor})"
)
ENVIRONMENT = {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
"""All that a candidate's process has of an environment."""


class Sandbox:
    """A fork server for runs of candidates; a context manager.

    With `unsafe` candidates run without Landlock and seccomp. Without it, a machine that lacks them is a
    SandboxError that names what is missing.
    """

    def __init__(self, unsafe: bool = False) -> None:
        missing = [] if unsafe else missing_protection()
        if missing:
            raise SandboxError(
                f"this machine cannot confine candidates: it lacks {' and '.join(missing)}; "
                "--unsafe runs them all the same"
            )
        self.unsafe = unsafe
        self._known: set[str] = set()
        ours, theirs = socket.socketpair()
        root = str(Path(__file__).resolve().parent.parent.parent)
        code = BOOTSTRAP.format(root=root, descriptor=theirs.fileno())
        # -I: neither the folder heurgen was started in nor PYTHONPATH may put modules into the server.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", code],
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self._connection = ours

    def load(self, name: str, problem: Problem) -> None:
        """Give the server a task; a name it knows already is not sent again."""
        if name not in self._known:
            self._send(Load(name, problem))
            self._known.add(name)

    def submit(self, job: Job) -> None:
        """Start a run; its answer comes out of `next_answer`."""
        self._send(job)

    def next_answer(self, timeout: float | None = None) -> Answer | None:
        """The next answer, whichever run it is of; None where none comes in time."""
        ready, _, _ = select.select([self._connection], [], [], timeout)
        if not ready:
            return None
        answer = receive(self._connection)
        if answer is None:
            raise SandboxError(f"the sandbox ended unexpectedly (exit status {self._process.wait()})")
        return answer  # type: ignore[no-any-return]

    def _send(self, message: Job | Load) -> None:
        try:
            send(self._connection, message)
        except OSError as error:
            raise SandboxError(f"the sandbox ended unexpectedly: {error}") from error

    def close(self) -> None:
        """End the server and every run."""
        self._connection.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
