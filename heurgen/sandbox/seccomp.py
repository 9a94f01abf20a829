"""seccomp: from now on, this process can make few system calls; the kernel refuses all others.

The filter is a list of what may be called, not of what may not: system calls that a later kernel
adds are refused too. What it leaves out, above all: processes and threads (clone, fork, execve),
signals to processes (kill), sockets, ptrace, changing limits, prctl (which could undo what ends a
child with its parent), and io_uring. The format is that of seccomp(2).
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from dataclasses import dataclass

# Name: number on x86_64, number on aarch64, None where an architecture has no such call.
SYSTEM_CALLS: dict[str, tuple[int | None, int | None]] = {
    # files that are open, and opening some (Landlock decides which)
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "lseek": (8, 62), "pread64": (17, 67),
    "readv": (19, 65), "writev": (20, 66), "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24),
    "fcntl": (72, 25), "ioctl": (16, 29), "close_range": (436, 436), "open": (2, None),
    "openat": (257, 56), "stat": (4, None), "lstat": (6, None), "fstat": (5, 80),
    "newfstatat": (262, 79), "statx": (332, 291), "access": (21, None), "faccessat": (269, 48),
    "faccessat2": (439, 439), "readlink": (89, None), "readlinkat": (267, 78), "getcwd": (79, 17),
    "getdents64": (217, 61), "poll": (7, None), "ppoll": (271, 73), "select": (23, None),
    "pselect6": (270, 72), "fadvise64": (221, 223),
    # memory
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214),
    "mremap": (25, 216), "madvise": (28, 233),
    # signals to itself and time
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132), "setitimer": (38, 103), "getitimer": (36, 102),
    "restart_syscall": (219, 128), "nanosleep": (35, 101), "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "gettimeofday": (96, 169),
    "time": (201, None), "times": (100, 153),
    # itself
    "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getuid": (102, 174),
    "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177), "getrusage": (98, 165),
    "getrlimit": (97, 163), "uname": (63, 160), "sysinfo": (99, 179), "getrandom": (318, 278),
    "sched_yield": (24, 124), "sched_getaffinity": (204, 123), "getcpu": (309, 168),
    "futex": (202, 98), "membarrier": (324, 283), "set_robust_list": (273, 99),
    "rseq": (334, 293), "exit": (60, 93), "exit_group": (231, 94),
}
PRLIMIT64 = (302, 261)
"""Allowed for reading limits only: its third argument, the new limit, must be a null pointer."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """What differs between machines: the kernel's name, the column above, the seccomp call."""

    audit: int
    column: int
    seccomp: int


ARCHITECTURES = {
    "x86_64": Architecture(0xC000003E, 0, 317),
    "aarch64": Architecture(0xC00000B7, 1, 277),
}
X32_BIT = 0x40000000

LOAD, EQUAL, AT_LEAST, ANSWER = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000      # refused calls fail with EPERM

SET_MODE_FILTER = 1
SPEC_ALLOW = 1 << 2     # else kernels before 5.16 speculate less, which makes Python slower
GET_SECCOMP = 21

Step = tuple[int, int, int, int]


def missing_seccomp() -> str:
    """What is missing for `restrict_system_calls` on this machine; empty if nothing is."""
    if platform.machine() not in ARCHITECTURES:
        known = " and ".join(ARCHITECTURES)
        return f"a list of system calls for {platform.machine()} (there are lists for {known})"
    if ctypes.CDLL(None, use_errno=True).prctl(GET_SECCOMP, 0, 0, 0, 0) < 0:
        return "seccomp"
    return ""


def restrict_system_calls() -> None:
    """Give up all system calls but those above. Needs PR_SET_NO_NEW_PRIVS; cannot be undone.

    Raises OSError where the kernel refuses.
    """
    machine = ARCHITECTURES[platform.machine()]
    steps = filter_program(machine)
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("=HxxxxxxQ", len(steps), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(machine.seccomp, SET_MODE_FILTER, SPEC_ALLOW, header) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")


def filter_program(machine: Architecture) -> list[Step]:
    """The filter as BPF: (operation, steps to skip if true, steps to skip if false, operand)."""
    return [
        (LOAD, 0, 0, 4),                        # which architecture the call is made for
        (EQUAL, 1, 0, machine.audit),
        (ANSWER, 0, 0, KILL),
        (LOAD, 0, 0, 0),                        # the number of the call
        (AT_LEAST, 0, 1, X32_BIT),
        (ANSWER, 0, 0, KILL),
        *_allow_listed(machine.column),
        (EQUAL, 0, 4, PRLIMIT64[machine.column]),
        (LOAD, 0, 0, 32),                       # the new limit, lower half
        (EQUAL, 0, 2, 0),
        (LOAD, 0, 0, 36),                       # upper half
        (EQUAL, 1, 0, 0),
        (ANSWER, 0, 0, REFUSE),
        (ANSWER, 0, 0, ALLOW),
    ]


def _allow_listed(column: int) -> list[Step]:
    steps: list[Step] = []
    for numbers in SYSTEM_CALLS.values():
        number = numbers[column]
        if number is not None:
            steps += [(EQUAL, 0, 1, number), (ANSWER, 0, 0, ALLOW)]
    return steps
