"""The run store: what went in comes out, also after a crash, and nothing else is taken for a
store."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from heurgen.errors import InputError
from heurgen.evaluation.outcome import Outcome, Run, RunKey
from heurgen.evaluation.store import RunStore

RUN = Run(
    "c03",
    "p01",
    "gbfs",
    10.0,
    1 << 40,
    Outcome.SOLVED,
    "why",
    plan=(("a", "b"), ("c",)),
    cost=2.5,
    expanded=3,
    wall_time=0.5,
    state=(("p", "q"),),
    domain="ferry",
    seed=7,
    heuristic_digest="abc",
    task_digest="def",
)
KEY = RunKey("abc", "def", "gbfs", 10.0, 1 << 40, 7, symmetry=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.db"


def test_stored_runs_come_back_after_reopening(path: Path) -> None:
    runs = [replace(RUN, outcome=outcome) for outcome in Outcome]
    runs += [Run("h", "p", "gbfs", None, None, Outcome.CRASHED), replace(RUN, plan=())]
    for run in runs:
        with RunStore(path) as store:
            store.add(run)
    with RunStore(path) as store:
        assert list(store) == runs


def test_a_run_is_found_by_its_key(path: Path) -> None:
    others = [
        replace(RUN, heuristic_digest="other"),
        replace(RUN, task_digest="other"),
        replace(RUN, search="other"),
        replace(RUN, time_limit=None),
        replace(RUN, memory_limit=None),
        replace(RUN, seed=8),
        replace(RUN, symmetry=False),
    ]
    with RunStore(path) as store:
        for run in others:
            store.add(run)
        assert store.done(KEY) is None
        assert store.done(replace(KEY, time_limit=None)) == others[3]
        assert store.done(replace(KEY, memory_limit=None)) == others[4]
        store.add(RUN)
        renamed = replace(RUN, heuristic="c99", task="p99")
        store.add(renamed)
        assert store.done(KEY) == renamed, "the last one, whatever it is called"


def test_a_killed_process_loses_no_run_it_has_stored(path: Path) -> None:
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom heurgen.evaluation.store import RunStore\n"
        "from tests.evaluation.test_store import RUN\nstore = RunStore(Path(sys.argv[1]))\n"
        "store.add(RUN)\nstore.add(RUN)\nos.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=Path(__file__).parents[2], check=False
    )
    assert ended.returncode == -9
    with RunStore(path) as store:
        assert list(store) == [RUN, RUN]


def test_a_reader_does_not_wait_for_the_writer(path: Path) -> None:
    with RunStore(path) as writer, RunStore(path) as reader:
        writer.add(RUN)
        assert list(reader) == [RUN]


def test_a_file_that_is_no_store_is_refused(path: Path) -> None:
    path.write_text("hello, this is no database at all" * 100)
    with pytest.raises(
        InputError, match=r"runs\.db: cannot be used as a run store: .*not a database"
    ):
        RunStore(path)


def test_a_database_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE runs (x)")
    database.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="it has schema 0, this version of heurgen expects 1"):
        RunStore(path)
    assert path.read_bytes() == before


def test_a_folder_that_does_not_exist_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be used as a run store: unable to open"):
        RunStore(tmp_path / "nowhere" / "runs.db")


def test_a_store_that_cannot_be_written_is_an_input_error(path: Path) -> None:
    with RunStore(path) as store:
        store._database.execute("PRAGMA query_only = 1")
        with pytest.raises(InputError, match="attempt to write a readonly database"):
            store.add(RUN)


def test_numbers_and_texts_are_kept_as_such_for_queries(path: Path) -> None:
    with RunStore(path) as store:
        store.add(RUN)
    database = sqlite3.connect(path)
    row = database.execute(
        "SELECT outcome, typeof(cost), typeof(expanded), typeof(wall_time), written, version"
        " FROM runs"
    ).fetchone()
    database.close()
    assert row[:4] == ("solved", "real", "integer", "real")
    assert row[4].endswith("+00:00")
    assert row[5]
