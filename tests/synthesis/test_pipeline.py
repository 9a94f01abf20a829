"""From responses to a choice, with scripted responses."""

from __future__ import annotations

from pathlib import Path

import pytest

from heurgen.evaluation.outcome import Outcome
from heurgen.evaluation.runner import Limits
from heurgen.evaluation.store import RunStore
from heurgen.library import find_domain_files
from heurgen.llm.responses import Response
from heurgen.llm.sources import RecordedSource
from heurgen.synthesis.ladder import bundled_ladder
from heurgen.synthesis.pipeline import NoCandidateError, Synthesis, synthesize
from heurgen.synthesis.strategies import Plan
from heurgen.synthesis.workshop import Settings
from tests.synthesis.scripted import BLIND, CRASH, GOOD, HEAD, PROSE, SYNTAX

SETTINGS = Settings(limits=Limits(0.3, 500 << 20), jobs=2)


def silent(what: str, done: int, total: int) -> None:
    assert 0 <= done <= total


def run(folder: Path, *texts: str) -> Synthesis:
    """A synthesis for ferry from these answers."""
    answers = [Response(t, "hash", n, "test", "nobody") for n, t in enumerate(texts, start=1)]
    files = find_domain_files("ferry")
    source = RecordedSource("test", answers, "the test")
    return synthesize(files, Plan(candidates=0), source, SETTINGS, folder, silent, bundled_ladder(files))


def test_the_strongest_wins_and_failures_are_recorded(tmp_path: Path) -> None:
    result = run(tmp_path, CRASH, BLIND, PROSE, GOOD, SYNTAX)
    assert result.records[0].candidate.name == "c04"
    by_name = {record.candidate.name: record for record in result.records}
    assert by_name["c04"].solved == result.tasks == 24
    assert 0 < by_name["c02"].solved < 24
    assert by_name["c01"].solved == 0
    assert "crashed" in by_name["c01"].trouble
    assert "ZeroDivisionError" in by_name["c01"].trouble
    assert by_name["c03"].trouble == "no code in the answer"
    assert by_name["c05"].runs[0].outcome is Outcome.REJECTED
    assert by_name["c05"].dropped >= 22     # not tried again and again
    assert result.choice.source.startswith("from heurgen")
    assert result.choice.scores["solved"] == 24
    with RunStore(tmp_path / "runs.db") as store:
        stored = list(store)
    assert len(stored) == sum(len(r.runs) + len(r.ladder) + len(r.finals) for r in result.records)
    assert (tmp_path / "candidates" / "c04.py").read_text() == result.choice.source
    assert (tmp_path / "responses" / "c03.md").read_text() == PROSE


def test_candidates_that_can_no_longer_win_are_dropped(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD, CRASH)
    crash = next(r for r in result.records if r.candidate.name == "c02")
    assert len(crash.runs) + crash.dropped == 24
    assert len(crash.runs) <= 3


def test_candidates_that_behave_alike_are_run_once(tmp_path: Path) -> None:
    alike = GOOD.replace("3 * state.goals_left", "state.goals_left * 3")
    result = run(tmp_path, GOOD, alike, BLIND)
    by_name = {record.candidate.name: record for record in result.records}
    assert by_name["c02"].same_as == "c01"
    assert not by_name["c02"].runs
    assert by_name["c02"].trouble == "behaves like c01"
    assert by_name["c03"].same_as == ""
    assert result.records[0].candidate.name == "c01"


def test_a_folder_holds_the_runs_and_nothing_is_run_twice(tmp_path: Path) -> None:
    first = run(tmp_path, GOOD, BLIND)
    with RunStore(tmp_path / "runs.db") as store:
        stored = len(list(store))
    second = run(tmp_path, GOOD, BLIND)
    with RunStore(tmp_path / "runs.db") as store:
        assert len(list(store)) == stored
    assert second.choice == first.choice
    assert [r.solved for r in second.records] == [r.solved for r in first.records]


def test_equal_candidates_climb_the_ladder(tmp_path: Path) -> None:
    slower = HEAD + "sum(range(3000))\n        return 3 * state.goals_left - len(state['on'])\n```\n"
    result = run(tmp_path, slower, GOOD)
    assert result.records[0].candidate.name == "c02"
    assert "rungs" in result.reason
    assert result.records[0].ladder
    assert {run.search for run in result.records[0].ladder} >= {"gbfs", "gbfs-pe"}
    assert f"{result.records[0].candidate.name} with {result.choice.search} came" in result.reason


def test_without_any_success_there_is_no_choice(tmp_path: Path) -> None:
    with pytest.raises(NoCandidateError, match="none of 2 candidates solved"):
        run(tmp_path, CRASH, PROSE)
    with pytest.raises(NoCandidateError, match="no responses"):
        run(tmp_path / "none")
