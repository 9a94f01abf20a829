"""Scores of runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heurgen.evaluation.outcome import Outcome, Run, agile_score


def test_the_agile_score() -> None:
    assert agile_score(0.2, 300) == 1
    assert agile_score(1, 300) == 1
    assert agile_score(300, 300) == 0
    assert agile_score(300**0.5, 300) == pytest.approx(0.5)
    assert agile_score(400, 300) == 0


@pytest.mark.parametrize("limit", [None, 1.0, 0.5])
def test_without_a_limit_beyond_a_second_time_does_not_count(limit: float | None) -> None:
    assert agile_score(7, limit) == 1


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(1.001, 1e6))
def test_faster_is_never_worse(first: float, second: float, limit: float) -> None:
    fast, slow = sorted((first, second))
    assert 0 <= agile_score(slow, limit) <= agile_score(fast, limit) <= 1


@pytest.mark.parametrize("outcome", Outcome)
def test_only_solved_runs_score(outcome: Outcome) -> None:
    run = Run("h", "p01", "gbfs", 10.0, None, outcome, wall_time=0.5)
    assert run.solved == (outcome is Outcome.SOLVED)
    assert run.agile_score == (1 if outcome is Outcome.SOLVED else 0)
