"""From responses to a choice, with scripted responses."""

from __future__ import annotations

from pathlib import Path

import pytest

from heurgen.evaluation.outcome import Outcome
from heurgen.evaluation.runner import Limits
from heurgen.evaluation.store import RunStore
from heurgen.library import find_domain_files
from heurgen.llm.responses import Response
from heurgen.synthesis.pipeline import NoCandidateError, Settings, synthesize

HEAD = "```python\nfrom heurgen import Heuristic\nclass H(Heuristic):\n    def __call__(self, state):\n        "
GOOD = HEAD + "return 3 * state.goals_left - len(state['on'])\n```\n"
BLIND = HEAD + "return 1\n```\n"
CRASH = HEAD + "return 1 / 0\n```\n"
PROSE = "I would count the cars.\n"
SYNTAX = "```python\ndef f(:\n```\n"
SETTINGS = Settings(limits=Limits(0.3, 500 << 20), jobs=2)


def responses(*texts: str) -> list[Response]:
    return [Response(t, "hash", n, "test", "nobody") for n, t in enumerate(texts, start=1)]


def silent(what: str, done: int, total: int) -> None:
    assert 0 <= done <= total


def test_the_strongest_wins_and_failures_are_recorded(tmp_path: Path) -> None:
    files = find_domain_files("ferry")
    result = synthesize(files, responses(CRASH, BLIND, PROSE, GOOD, SYNTAX), SETTINGS, tmp_path, silent)
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
    assert len(stored) == sum(len(r.runs) + len(r.ladder) for r in result.records)
    assert (tmp_path / "candidates" / "c04.py").read_text() == result.choice.source
    assert (tmp_path / "responses" / "c03.md").read_text() == PROSE


def test_candidates_that_can_no_longer_win_are_dropped(tmp_path: Path) -> None:
    files = find_domain_files("ferry")
    result = synthesize(files, responses(GOOD, CRASH), SETTINGS, tmp_path, silent)
    crash = next(r for r in result.records if r.candidate.name == "c02")
    assert len(crash.runs) + crash.dropped == 24
    assert len(crash.runs) <= 3


def test_equal_candidates_climb_the_ladder(tmp_path: Path) -> None:
    files = find_domain_files("ferry")
    slower = HEAD + "sum(range(3000))\n        return 3 * state.goals_left - len(state['on'])\n```\n"
    result = synthesize(files, responses(slower, GOOD), SETTINGS, tmp_path, silent)
    assert result.records[0].candidate.name == "c02"
    assert "rungs" in result.reason
    assert result.records[0].ladder
    assert {run.search for run in result.records[0].ladder} >= {"gbfs", "gbfs-pe"}
    assert f"{result.records[0].candidate.name} with {result.choice.search} came" in result.reason


def test_without_any_success_there_is_no_choice(tmp_path: Path) -> None:
    files = find_domain_files("ferry")
    with pytest.raises(NoCandidateError, match="none of 2 candidates solved"):
        synthesize(files, responses(CRASH, PROSE), SETTINGS, tmp_path, silent)
    with pytest.raises(NoCandidateError, match="no responses"):
        synthesize(files, [], SETTINGS, tmp_path, silent)
