"""Candidates as machine code: same searches, kept by content, plain Python where it cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from heurgen.core import Task
from heurgen.evaluation.outcome import Outcome
from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.heuristics.compiling import CompileError, compile_candidate, load_compiled
from heurgen.heuristics.loading import RejectedError, load_candidate
from tests.sandbox.candidates import PROBLEM, call

COUNT = call("return sum(atom not in state for atom in self.goal)").replace(
    "    def __call__", "    def __init__(self, task):\n        self.goal = task.goal\n    def __call__"
)
FAULTY = call("left = state.goals_left", "return left if left > 5 else 1 // 0")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEURGEN_HOME", str(tmp_path))
    return tmp_path


def request(source: str, compiled: Path | None = None) -> Request:
    return Request("mine", source, "p", PROBLEM, limits=Limits(20), compiled=compiled)


def test_compiled_candidates_search_as_plain_ones_do_in_the_sandbox() -> None:
    library = compile_candidate(COUNT)
    with Evaluator() as evaluator:
        plain, compiled = evaluator.run(request(COUNT)), evaluator.run(request(COUNT, library))
        assert plain.solved
        assert compiled.message == ""
        assert (compiled.plan, compiled.expanded, compiled.evaluated) == (plain.plan, plain.expanded, plain.evaluated)
        assert compiled.heuristic_digest != plain.heuristic_digest      # a store keeps them apart


def test_what_is_compiled_is_kept(home: Path) -> None:
    library = compile_candidate(COUNT)
    made = library.stat().st_mtime_ns
    assert compile_candidate(COUNT) == library
    assert library.stat().st_mtime_ns == made
    assert compile_candidate(COUNT + "\n") != library
    assert {path.parent for path in home.rglob("*.so")} == {home / "compiled"}
    assert load_compiled(library).__name__ == load_candidate(COUNT).__name__


def test_failures_name_the_line() -> None:
    with Evaluator() as evaluator:
        plain = evaluator.run(request(FAULTY))
        compiled = evaluator.run(request(FAULTY, compile_candidate(FAULTY)))
    assert plain.outcome is compiled.outcome is Outcome.CRASHED
    assert "ZeroDivisionError" in compiled.message
    assert compiled.message.partition(":")[0] == plain.message.partition(":")[0]


@pytest.mark.parametrize("line", ["import cython", "from cython.cimports.libc import stdlib", "import os", "def f(:"])
def test_what_is_no_candidate_is_not_compiled(line: str, home: Path) -> None:
    with pytest.raises(RejectedError):
        compile_candidate(f"{line}\n{COUNT}")
    assert not list(home.rglob("*.so"))


def test_without_a_compiler_there_is_one_line(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(CompileError, match=r"^not compiled: [^\n]+$"):
        compile_candidate(COUNT)
    assert not [path for path in home.rglob("*") if path.is_file()]


def test_a_candidate_that_does_not_load_is_rejected() -> None:
    source = COUNT + "\nraise ValueError('at import')\n"
    library = compile_candidate(source)
    with Evaluator() as evaluator:
        run = evaluator.run(replace(request(source), compiled=library))
    assert run.outcome is Outcome.REJECTED
    assert "at import" in run.message


DIFFERENCES = COUNT.replace(
    "return sum(",
    "total = 0\n        for n in range(50):\n            total += hash((n, n)) - hash((n, 7))\n        return total % 997 + sum(",
)


def test_differences_of_hashes_are_those_of_python() -> None:
    """Candidates tell states apart by sums of hashes, which machine integers do not hold."""
    library = compile_candidate(DIFFERENCES)
    with Evaluator() as evaluator:
        plain, compiled = evaluator.run(request(DIFFERENCES)), evaluator.run(request(DIFFERENCES, library))
    assert compiled.message == ""
    total = sum(hash((n, n)) - hash((n, 7)) for n in range(50))
    assert plain.initial_h == total % 997 + Task(PROBLEM).initial_state.goals_left
    assert compiled.initial_h == plain.initial_h


POWERS = COUNT.replace(
    "return sum(",
    "many = list(range(200))\n        n = len(many)\n        total = (1 << len(many)) + 2 ** n + (len(many) << n) + (n << n)\n"
    "        return total % 997 + sum(",
)


def test_shifts_and_powers_are_those_of_python() -> None:
    """Candidates keep sets of goals as bits of an integer, more than a machine integer has."""
    library = compile_candidate(POWERS)
    with Evaluator() as evaluator:
        compiled = evaluator.run(request(POWERS, library))
    assert compiled.message == ""
    total = (1 << 200) + 2**200 + 2 * (200 << 200)
    assert compiled.initial_h == total % 997 + Task(PROBLEM).initial_state.goals_left
