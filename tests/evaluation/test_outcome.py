"""Scores and the run store."""

from __future__ import annotations

from pathlib import Path

import pytest

from heurgen.errors import InputError
from heurgen.evaluation.outcome import Outcome, Run, agile_score
from heurgen.evaluation.store import RunStore


def test_the_agile_score() -> None:
    assert agile_score(0.2, 300) == 1
    assert agile_score(1, 300) == 1
    assert agile_score(300, 300) == 0
    assert agile_score(300**0.5, 300) == pytest.approx(0.5)
    assert agile_score(400, 300) == 0
    assert agile_score(7, None) == 1


def a_run(outcome: Outcome) -> Run:
    plan = (("a", "b"), ("c",)) if outcome is Outcome.SOLVED else None
    return Run("h", "p01", "gbfs", 10.0, None, outcome, "why", plan=plan, expanded=3, wall_time=0.5, state=(("p", "q"),))


def test_unsolved_runs_score_nothing() -> None:
    assert a_run(Outcome.SOLVED).agile_score == 1
    assert all(a_run(o).agile_score == 0 for o in Outcome if o is not Outcome.SOLVED)


def test_stored_runs_come_back_after_reopening(tmp_path: Path) -> None:
    runs = [a_run(outcome) for outcome in Outcome]
    for run in runs:
        with RunStore(tmp_path / "runs.db") as store:
            store.add(run)
    with RunStore(tmp_path / "runs.db") as store:
        assert list(store) == runs


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs.db").write_text("hello, this is no database at all" * 100)
    with pytest.raises(InputError, match="cannot be used as a run store"):
        RunStore(tmp_path / "runs.db")
