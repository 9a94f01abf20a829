"""Coverage: honest verdicts, nothing run twice, nothing left running."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from heurgen import generation
from heurgen.benchmark import planners
from heurgen.benchmark.coverage import Row, Setup, _size_of, measure, table
from heurgen.benchmark.planners import PLANNERS, Files, Planner, run_planner
from heurgen.errors import InputError


def script(code: str, name: str = "scripted") -> Planner:
    return Planner(name, lambda files, seconds, memory: [sys.executable, "-c", code, str(files.plan)], lambda _: {}, lambda: True)


def test_a_small_measurement_and_its_continuation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEURGEN_HOME", str(tmp_path))
    liar = script("import sys; open(sys.argv[1], 'w').write('(sail l0 l0)\\n')", "liar")
    monkeypatch.setattr("heurgen.benchmark.coverage.PLANNERS", {**PLANNERS, "liar": liar})
    setup = Setup(("ferry",), ("chosen", "goalcount", "liar"), 10.0, 2 << 30, step=15)
    said: list[str] = []
    rows = measure(setup, tmp_path / "rows.jsonl", said.append)
    assert len(rows) == len(said) == 6
    by_planner = {name: [row for row in rows if row.planner == name] for name in setup.planners}
    assert [row.status for row in by_planner["liar"]] == ["invalid plan"] * 2
    assert all(row.solved and row.steps and row.evaluated for row in by_planner["chosen"])
    again = measure(setup, tmp_path / "rows.jsonl", said.append)
    assert len(said) == 6
    assert sorted(row.key for row in again) == sorted(row.key for row in rows)  # type: ignore[type-var]
    text = table(rows, setup, "the command")
    assert "| ferry | 0 / 1 / 1 |" in text
    assert "## Expansions of the solved tasks" in text
    assert "**2**/2" in text
    assert "**0**/2" in text


def test_a_planner_that_fails_in_a_row_is_not_run_on_larger_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    idle = script("", "idle")
    late = script("", "late")       # of the smallest three tasks it solves the second
    plans = iter((False, True, False, False))
    monkeypatch.setattr("heurgen.benchmark.coverage.PLANNERS", {"idle": idle, "late": late})
    monkeypatch.setattr(
        "heurgen.benchmark.coverage._judge",
        lambda planner, *_: ("solved", 3) if planner is late and next(plans) else ("not solved", None),
    )
    setup = Setup(("ferry",), ("idle", "late"), 10.0, 1 << 30, step=5, give_up=2)
    said: list[str] = []
    rows = measure(setup, tmp_path / "rows.jsonl", said.append)
    statuses = {name: [row.status for row in rows if row.planner == name] for name in setup.planners}
    assert statuses["idle"] == ["not solved"] * 2 + ["not run"] * 4
    assert statuses["late"] == ["not solved", "solved", "not solved", "not solved", "not run", "not run"]
    assert [row.size for row in rows[:6]] == sorted(row.size for row in rows[:6])
    assert len(said) == len((tmp_path / "rows.jsonl").read_text().splitlines()) == 6
    assert measure(setup, tmp_path / "rows.jsonl", said.append) == rows
    assert len(said) == 6
    text = table(rows, setup, "the command")
    assert "(6 of 12 runs)" in text
    assert "**0**/6 | **1**/6" in text


def test_a_planner_that_does_not_end_is_killed_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planners, "GRACE", 0.5)
    mark = tmp_path / "alive"
    child = f"import time, pathlib\\nwhile True:\\n    pathlib.Path({str(mark)!r}).write_text(str(time.time())); time.sleep(0.05)"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', \"{child}\"]); time.sleep(60)"
    files = Files(tmp_path / "d", tmp_path / "p", tmp_path / "plan")
    ended = run_planner(script(code), files, 0.8, 1 << 30, 0)
    assert ended.code is None
    assert ended.seconds < 5
    last = mark.read_text()
    time.sleep(0.3)
    assert mark.read_text() == last


def test_memory_is_limited(tmp_path: Path) -> None:
    files = Files(tmp_path / "d", tmp_path / "p", tmp_path / "plan")
    ended = run_planner(script("bytearray(1 << 30)"), files, 10.0, 300 << 20, 0)
    assert ended.code == 1
    assert "MemoryError" in ended.output


def test_a_planner_is_not_run_on_a_domain_that_it_does_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    simple = replace(script("", "simple"), requirements=frozenset({":strips", ":typing"}))
    monkeypatch.setattr("heurgen.benchmark.coverage.PLANNERS", {"simple": simple})
    setup = Setup(("ferry", "miconic"), ("simple",), 10.0, 1 << 30, step=30)
    rows = measure(setup, tmp_path / "rows.jsonl", print)
    assert [row.domain for row in rows] == ["miconic"]      # ferry has negative preconditions
    text = table(rows, setup, "the command")
    assert "| ferry | - |" in text
    assert "| **all** | **0**/1 |" in text


def test_ten_tasks_of_each_size() -> None:
    rows = [Row("p", "d", task.file, task.size, 1.0, 1, "solved", 1.0, 0) for task in generation.testing_suite()]
    assert [sum(_size_of(row) == size for row in rows) for size in ("easy", "medium", "hard")] == [10, 10, 10]


def test_an_unknown_planner_is_refused() -> None:
    with pytest.raises(InputError, match="no planner 'fd'; known: chosen, ff"):
        Setup(("ferry",), ("fd",), 1.0, 1)
