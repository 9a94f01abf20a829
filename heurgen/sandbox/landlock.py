"""Landlock: from now on, this process can read some files and nothing else (from Linux 5.13 on).

The interface is that of landlock(7), reached through syscall(2), as the C library has no wrappers.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
CREATE_RULESET_VERSION = 1
RULE_PATH_BENEATH = 1

READ_FILE, READ_DIR = 1 << 2, 1 << 3
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""From which ABI on how many rights on files are known: all of them are taken away."""

NETWORK_RIGHTS = 0b11       # bind and connect TCP, from ABI 4
SCOPES = 0b11               # abstract Unix sockets and signals to outside processes, from ABI 6


def landlock_abi() -> int:
    """The version of the kernel's Landlock; below 1 if it has none, or it is switched off."""
    return int(_syscall(CREATE_RULESET, None, 0, CREATE_RULESET_VERSION))


def restrict_files(readable: Iterable[Path]) -> None:
    """Give up all files and folders but those beneath `readable`, and there all but reading.

    Cannot be undone. Raises OSError where the kernel refuses.
    """
    attributes = _attributes(landlock_abi())
    ruleset = _checked(_syscall(CREATE_RULESET, attributes, len(attributes), 0))
    for path in readable:
        _allow(ruleset, path)
    _checked(_syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _attributes(abi: int) -> bytes:
    count = max((bits for level, bits in FILE_RIGHTS.items() if level <= abi), default=0)
    attributes = struct.pack("=Q", (1 << count) - 1)
    if abi >= 4:
        attributes += struct.pack("=Q", NETWORK_RIGHTS)
    if abi >= 6:
        attributes += struct.pack("=Q", SCOPES)
    return attributes


def _allow(ruleset: int, path: Path) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:       # it has been removed since the list was made
        return
    rights = READ_FILE | READ_DIR if path.is_dir() else READ_FILE
    rule = struct.pack("=Qi", rights, handle)
    _checked(_syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0))
    os.close(handle)


def _syscall(number: int, *arguments: int | bytes | None) -> int:
    answer = ctypes.CDLL(None, use_errno=True).syscall(number, *arguments)
    return int(answer)


def _checked(answer: int) -> int:
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return answer
