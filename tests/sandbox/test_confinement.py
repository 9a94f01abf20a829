"""The rules of confinement themselves: what may be called, what may be read."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from heurgen.errors import SandboxError
from heurgen.evaluation.runner import Evaluator, Request
from heurgen.sandbox import client, confine, installation, missing_protection, seccomp
from heurgen.sandbox.seccomp import ALLOW, ARCHITECTURES, KILL, REFUSE, filter_program
from tests.sandbox.candidates import GOOD, PROBLEM

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
GENERIC_NAMES = {"newfstatat": "fstatat"}


def evaluate(program: list[seccomp.Step], audit: int, number: int, *arguments: int) -> int:
    """What a filter answers to a system call: a plain interpreter of the BPF it uses."""
    padded = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("<IIQ6Q", number, audit, 0, *padded)
    place = accumulator = 0
    while True:
        operation, if_true, if_false, operand = program[place]
        place += 1
        if operation == 0x20:  # BPF_LD | BPF_W | BPF_ABS
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif operation == 0x15:  # BPF_JMP | BPF_JEQ | BPF_K
            place += if_true if accumulator == operand else if_false
        elif operation == 0x35:  # BPF_JMP | BPF_JGE | BPF_K
            place += if_true if accumulator >= operand else if_false
        else:
            assert operation == 0x06  # BPF_RET | BPF_K
            return operand


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_filter_allows_what_is_listed_and_nothing_else(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    program = filter_program(architecture)
    listed = {numbers[architecture.column] for numbers in seccomp.SYSTEM_CALLS.values()}
    prlimit = seccomp.PRLIMIT64[architecture.column]
    for number in set(range(1000)) - {prlimit}:
        expected = ALLOW if number in listed else REFUSE
        assert evaluate(program, architecture.audit, number) == expected, number
    assert evaluate(program, architecture.audit, prlimit, 0, 9, 0, 4096) == ALLOW
    for new_limit in (4096, 1 << 32):
        assert evaluate(program, architecture.audit, prlimit, 0, 9, new_limit) == REFUSE


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_calls_by_way_of_another_architecture_kill(machine: str) -> None:
    program = filter_program(ARCHITECTURES[machine])
    assert evaluate(program, 0x40000003, 3) == KILL  # i386
    assert evaluate(program, ARCHITECTURES[machine].audit, 0x40000000) == KILL  # x32


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_numbers_are_those_of_the_kernel_headers(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip(f"no header of the kernel for {machine}")
    text = HEADERS[machine].read_text()
    known = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\b", text))
    column = ARCHITECTURES[machine].column
    calls = {**seccomp.SYSTEM_CALLS, "prlimit64": seccomp.PRLIMIT64}
    for name, numbers in calls.items():
        generic = GENERIC_NAMES.get(name, name) if machine == "aarch64" else name
        number = numbers[column]
        assert known.get(generic) == (None if number is None else str(number)), name
    assert known["seccomp"] == str(ARCHITECTURES[machine].seccomp)


def test_bundled_domains_are_not_readable_wherever_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "heurgen"
    for folder in ("core", "data/pddl/ferry", "data/domains/ferry", "data/other"):
        (package / folder).mkdir(parents=True)
    (package / "__init__.py").touch()
    (package.parent / "numpy").mkdir()
    (package.parent / "shortcut").symlink_to(package / "data" / "pddl")
    monkeypatch.setattr(installation, "pddl_dir", lambda: package / "data" / "pddl")
    monkeypatch.setattr(installation, "domains_dir", lambda: package / "data" / "domains")
    monkeypatch.setattr(installation, "_roots", lambda: iter([package, tmp_path, package.parent]))
    readable = {str(path.relative_to(package.parent)) for path in installation.readable_paths()}
    assert readable == {"numpy", "heurgen/__init__.py", "heurgen/core", "heurgen/data/other"}


def test_neither_home_nor_the_checkout_nor_system_settings_are_readable() -> None:
    readable = installation.readable_paths()
    assert readable
    for path in (Path.home(), Path(__file__), Path("/etc/passwd"), Path("/tmp"), Path("/proc")):
        assert not any(path == entry or entry in path.parents for entry in readable), path


def test_a_machine_without_protection_runs_candidates_only_if_told_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert missing_protection() == []
    monkeypatch.setattr(confine, "landlock_abi", lambda: -1)
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "m68k")
    missing = missing_protection()
    assert "Landlock" in missing[0]
    assert "m68k" in missing[1]
    monkeypatch.undo()
    monkeypatch.setattr(client, "missing_protection", lambda: missing)
    with Evaluator() as evaluator:
        with pytest.raises(SandboxError, match=r"lacks Landlock .* and .* m68k .*--unsafe"):
            evaluator.run(Request("h", GOOD, "p08", PROBLEM))
        assert evaluator.run(Request("ff", None, "p08", PROBLEM)).solved
    with Evaluator(unsafe=True) as evaluator:
        assert evaluator.run(Request("h", GOOD, "p08", PROBLEM)).solved


def test_a_readable_path_that_has_vanished_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("text")
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from heurgen.sandbox.confine import confine\nfolder = Path(sys.argv[1])\n"
        "confine([folder / 'gone', folder / 'here'])\nprint((folder / 'here').read_text())\n"
        "try: (folder / 'other').exists(), list(folder.iterdir())\n"
        "except PermissionError: print('denied')\n"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", program, str(tmp_path)]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert ended.stdout == "text\ndenied\n"
