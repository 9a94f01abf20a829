"""Which heuristic and search `heurgen solve` takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from heurgen.evaluation.outcome import Outcome
from heurgen.evaluation.runner import Limits
from heurgen.paths import pddl_dir
from heurgen.pddl import read_problem
from heurgen.pddl.model import Problem
from heurgen.planner import Selection, select_heuristic, solve

CRASH = "from heurgen import Heuristic\nclass H(Heuristic):\n    def __call__(self, state):\n        return 1 / 0\n"


def small(domain: str) -> Problem:
    folder = pddl_dir() / domain
    return read_problem(folder / "training" / "p05.pddl", folder / "domain.pddl")


@pytest.fixture(autouse=True)
def nothing_synthesized(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEURGEN_HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("domain", "wanted", "search", "expected"),
    [
        ("gripper", None, None, ("ff", "gbfs-lazy")),
        ("gripper", None, "gbfs", ("ff", "gbfs")),
        ("gripper", "chosen,lmcount", None, ("ff", "gbfs-lazy(alternate=lmcount)")),
        ("gripper", "ff", None, ("ff", "gbfs")),
        ("ferry", "hadd", "gbfs-pe", ("hadd", "gbfs-pe")),
    ],
)
def test_what_is_taken(domain: str, wanted: str | None, search: str | None, expected: tuple[str, str]) -> None:
    selection = select_heuristic(small(domain), wanted, search)
    assert (selection.name, selection.search) == expected
    assert ("no heuristic is known" in selection.note) == (wanted not in ("ff", "hadd"))


def test_a_known_domain_takes_what_was_chosen() -> None:
    selection = select_heuristic(small("ferry"), None, None)
    assert selection.source is not None
    assert selection.search.startswith("gbfs")


def test_a_candidate_that_fails_is_replaced_with_a_warning() -> None:
    said: list[str] = []
    run = solve(small("ferry"), Selection("own", CRASH, "gbfs", ""), Limits(30.0, 2 << 30), False, said.append)
    assert run.outcome is Outcome.SOLVED
    assert (run.heuristic, run.search) == ("ff", "gbfs-lazy")
    assert len(said) == 1
    assert "ZeroDivisionError" in said[0]
