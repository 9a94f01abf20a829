"""Taking rights away from the own process, for good: Landlock, seccomp, resource limits (Linux).

Landlock leaves the Python installation readable and nothing writable. The seccomp filter answers EPERM to
system calls that start processes or threads, run programs, open sockets or reach into other processes.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2

LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
LANDLOCK_READ = (1 << 2) | (1 << 3)         # read files, list folders
# All rights on files that the first ABI knows, then what later ones added.
LANDLOCK_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000
BLOCKED = {
    "x86_64": (
        *range(41, 60),                             # sockets, clone, fork, vfork, execve
        62, 101, 103, 129, 155, 161, 165, 166,      # kill, ptrace, syslog, sigqueue, roots, mounts
        200, 234, 240, 246, 248, 249, 250, 272,     # tkill, tgkill, mq_open, kexec, keys, unshare
        288, 297, 298, 304, 308, 310, 311, 321,     # accept4, tgsigqueue, perf, handles, setns, vm, bpf
        322, 323, 424, 425, 434, 435, 438, 440,     # execveat, userfaultfd, pidfd, io_uring, clone3
    ),
    "aarch64": (
        39, 40, 41, 51, 97, 104, 116, 117, 129, 130, 131, 138, 180,
        *range(198, 213), 217, 218, 219, 220, 221, 240, 241, 242, 243, 265, 268, 270, 271,
        280, 281, 282, 424, 425, 434, 435, 438, 440,
    ),
}
EPERM_ACTION = 0x00050000 | 1
ALLOW_ACTION = 0x7FFF0000
KILL_ACTION = 0x80000000


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """Hard limits of a confined process: CPU seconds, and bytes of memory beyond what it has now."""

    cpu_seconds: float | None = None
    memory: int | None = None
    output: int = 1 << 16


def missing_protection() -> list[str]:
    """What this machine lacks for a sandbox; empty if it has all."""
    if sys.platform != "linux":
        return [f"Linux (this is {sys.platform})"]
    missing = []
    if _landlock_abi() < 1:
        missing.append("Landlock (Linux 5.13 or newer, enabled)")
    if platform.machine() not in BLOCKED:
        missing.append(f"a seccomp filter for {platform.machine()}")
    elif ctypes.CDLL(None, use_errno=True).prctl(21, 0, 0, 0, 0) < 0:
        missing.append("seccomp")
    return missing


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends."""
    _prctl(PR_SET_PDEATHSIG, 9)


def limit_resources(limits: ProcessLimits) -> None:
    """Set the hard limits."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.output, limits.output))
    if limits.cpu_seconds is not None:
        seconds = int(limits.cpu_seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if limits.memory is not None:
        ceiling = _virtual_size() + limits.memory
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def confine() -> None:
    """Give up all rights a candidate does not need. OSError where the kernel refuses."""
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _prctl(PR_SET_DUMPABLE, 0)
    _restrict_files([Path(path) for path in _readable()])
    _filter_system_calls()


def _readable() -> list[str]:
    """Where Python and its libraries lie."""
    own = Path(__file__).resolve().parent.parent
    found = [sys.prefix, sys.base_prefix, sys.exec_prefix, str(own), "/lib", "/lib64", "/usr/lib"]
    found += ["/usr/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom", "/proc/self/statm"]
    found += [path for path in sys.path if path.endswith((".zip", "-packages", "lib-dynload"))]
    return list(dict.fromkeys(path for path in found if Path(path).exists()))


def _restrict_files(readable: list[Path]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    abi = _landlock_abi()
    rights = LANDLOCK_RIGHTS[max(level for level in LANDLOCK_RIGHTS if level <= abi)]
    attributes = struct.pack("=Q", rights)
    ruleset = _checked(libc.syscall(LANDLOCK_CREATE, attributes, len(attributes), 0))
    for path in readable:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        allowed = LANDLOCK_READ if path.is_dir() else LANDLOCK_READ & ~(1 << 3)
        rule = struct.pack("=Qi", allowed, handle)
        _checked(libc.syscall(LANDLOCK_ADD, ruleset, 1, rule, 0))
        os.close(handle)
    _checked(libc.syscall(LANDLOCK_RESTRICT, ruleset, 0))
    os.close(ruleset)


def _filter_system_calls() -> None:
    machine = platform.machine()
    blocked = sorted(set(BLOCKED[machine]))
    load, jump_equal, jump_ge, answer = 0x20, 0x15, 0x35, 0x06
    code = [
        (load, 0, 0, 4),                                    # the architecture
        (jump_equal, 1, 0, AUDIT_ARCH[machine]),
        (answer, 0, 0, KILL_ACTION),
        (load, 0, 0, 0),                                    # the number of the call
        (jump_ge, 0, 1, X32_BIT),
        (answer, 0, 0, KILL_ACTION),
    ]
    for place, number in enumerate(blocked):
        code.append((jump_equal, len(blocked) - place, 0, number))
    code.append((answer, 0, 0, ALLOW_ACTION))
    code.append((answer, 0, 0, EPERM_ACTION))
    program = b"".join(struct.pack("=HBBI", *step) for step in code)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("=HxxxxxxQ", len(code), ctypes.addressof(buffer))
    _prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header)


def _landlock_abi() -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(LANDLOCK_CREATE, None, 0, 1))


def _virtual_size() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _prctl(option: int, *arguments: int | bytes) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    padded = [*arguments, 0, 0, 0, 0][:4]
    _checked(libc.prctl(option, *padded))


def _checked(answer: int) -> int:
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer
