"""What is found wrong with a candidate, first things first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from heurgen.evaluation import runner
from heurgen.evaluation.runner import Evaluator, Limits
from heurgen.evaluation.store import RunStore
from heurgen.library import find_domain_files
from heurgen.llm.responses import Response
from heurgen.sandbox.protocol import Inspect
from heurgen.synthesis import diagnosis
from heurgen.synthesis.candidates import Record, make_candidate
from heurgen.synthesis.diagnosis import Diagnosis, diagnose
from heurgen.synthesis.ladder import bundled_ladder
from heurgen.synthesis.racing import race
from heurgen.synthesis.workshop import Settings, Workshop, training_problems
from tests.synthesis.scripted import DIRECT, HEAD

FILES = find_domain_files("ferry")


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    settings = Settings(limits=Limits(1.0, 500 << 20), jobs=2)
    problems = dict(list(training_problems(FILES).items())[:6])
    with RunStore(tmp_path / "runs.db") as store, Evaluator(2) as evaluator:
        yield Workshop(FILES, problems, settings, evaluator, store, None, lambda *_: None)


def examined(text: str, workshop: Workshop) -> Diagnosis:
    record = Record(make_candidate("c01", Response(text, "hash", 1, "test", "nobody")))
    race([record], workshop)
    return diagnose(record, workshop)


def test_direct_without_a_ladder_is_the_end(workshop: Workshop) -> None:
    found = examined(DIRECT, workshop)
    assert found.finding.nothing
    assert found.direct
    assert found.undecided == ()
    assert found.rungs is None


def test_time_that_runs_out_in_a_check_is_never_called_passed(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "WALK", Inspect("walk", seconds=0.0001))
    found = examined(DIRECT, workshop)
    assert not found.direct
    assert len(found.undecided) == 6
    assert "undecided" in found.results
    assert "undecided" in found.finding.summary


BUSY = "    def __init__(self, task):\n        for _ in range(8_000_000):\n            pass\n"


def test_a_check_leaves_the_construction_the_time_that_a_run_does(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "CONSTRUCTION", 0.0)
    monkeypatch.setattr(diagnosis, "WALK", Inspect("walk", seconds=0.1))
    found = examined(DIRECT.replace("    def __init__(self, task):\n", BUSY), workshop)
    assert found.direct
    assert found.finding.nothing


def test_a_check_that_is_ended_is_undecided_and_no_failure(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "WALK", Inspect("walk", seconds=-2.95))       # of the 3.0 beyond it for the construction
    found = examined(DIRECT.replace("    def __init__(self, task):\n", BUSY), workshop)
    assert not found.direct
    assert len(found.undecided) == 6
    assert found.finding.kind != "broken"


def test_a_traceback_shows_the_lines_of_the_candidate_only(workshop: Workshop) -> None:
    found = examined(HEAD + "import networkx\n        return networkx.shortest_path(networkx.Graph(), 1, 2)\n```\n", workshop)
    assert found.finding.kind == "broken"
    assert 'File "<candidate>"' in found.finding.text
    assert "return networkx.shortest_path(" in found.finding.text
    assert "NodeNotFound: " in found.finding.text
    assert found.finding.text.count('File "') == 1


def test_a_candidate_that_never_comes_back_is_told_where_it_was(workshop: Workshop) -> None:
    found = examined(HEAD + "while state.goals_left:\n            pass\n        return 0\n```\n", workshop)
    assert found.finding.kind == "slow"
    assert "line " in found.finding.text


def test_a_slow_one_gets_its_profile(workshop: Workshop) -> None:
    slow = DIRECT.replace("        left = state.goals_left\n", "        left = state.goals_left\n        sum(range(3000000))\n")
    found = examined(slow, workshop)
    assert found.finding.kind in ("slow", "unsolved", "counterexample")
    assert "sum(range(3000000))" in found.finding.text
    assert "__call__" in found.finding.text


def test_on_the_ladder_the_first_rung_that_fails_is_told(workshop: Workshop, tmp_path: Path) -> None:
    slow = DIRECT.replace("        left = state.goals_left\n", "        left = state.goals_left\n        sum(range(2000))\n")
    with RunStore(tmp_path / "other.db") as store:
        climbing = Workshop(
            FILES, workshop.problems, workshop.settings, workshop.evaluator, store, bundled_ladder(FILES), lambda *_: None
        )
        found = examined(slow, climbing)
    assert found.direct
    assert found.rungs is not None
    assert 0 < found.rungs < 13
    assert f"solved {found.rungs} of {found.rungs + 1}" in found.results
    assert found.finding.kind == "slow"
    assert "what is missing is speed" in found.finding.text
    assert "`preferred` that names the action" in found.finding.text
