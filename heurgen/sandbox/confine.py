"""Taking rights away from the own process, for good: Landlock, seccomp, resource limits (Linux)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heurgen.sandbox.landlock import landlock_abi, restrict_files
from heurgen.sandbox.seccomp import missing_seccomp, restrict_system_calls

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

OWN_MEMORY = Path("/proc/self/statm")
"""The search looks here for the memory it takes; so it has to stay readable."""

OPEN_FILES = 64


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """Hard limits of a process: CPU seconds, bytes beyond those it has now, bytes of a file."""

    cpu_seconds: float | None = None
    memory: int | None = None
    file_size: int = 0


@dataclass(frozen=True, slots=True)
class Memory:
    """What this process has now: bytes of address space, and bytes of it that are in memory."""

    virtual: int
    resident: int


def missing_protection() -> list[str]:
    """What this machine lacks to confine candidates, in words; empty if it has everything."""
    if sys.platform != "linux":
        return [f"Linux (this is {sys.platform})"]
    missing = [] if landlock_abi() >= 1 else ["Landlock (in Linux from 5.13 on, unless disabled)"]
    seccomp = missing_seccomp()
    return [*missing, seccomp] if seccomp else missing


def confine(readable: Sequence[Path]) -> None:
    """Keep only the right to compute and to read `readable`. OSError where the kernel refuses."""
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    restrict_files([*readable, OWN_MEMORY])
    restrict_system_calls()


def limit_resources(limits: ProcessLimits) -> None:
    """Set the hard limits, and offer this process as the first to go where memory runs out."""
    _limit(resource.RLIMIT_CORE, 0)
    limit_descriptors(OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, limits.file_size)
    if limits.cpu_seconds is not None:
        _limit(resource.RLIMIT_CPU, int(limits.cpu_seconds) + 1)
    if limits.memory is not None:
        _limit(resource.RLIMIT_AS, memory_now().virtual + limits.memory)
    with contextlib.suppress(OSError):      # where /proc is read-only it is not offered
        Path("/proc/self/oom_score_adj").write_text("1000")


def limit_descriptors(count: int) -> None:
    """Have at most `count` files open, for good."""
    _limit(resource.RLIMIT_NOFILE, count)


def memory_now() -> Memory:
    """How much memory this process has."""
    pages = OWN_MEMORY.read_text().split()
    size = resource.getpagesize()
    return Memory(int(pages[0]) * size, int(pages[1]) * size)


def end_with(parent: int) -> None:
    """Have the kernel kill this process as soon as `parent`, which forked it, ends."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)     # it ended before the kernel knew


def adopt_orphans() -> None:
    """Become the parent of all descendants whose own parent ends."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl: {os.strerror(code)}")
