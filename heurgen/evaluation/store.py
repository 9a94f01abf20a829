"""The run store: a SQLite file with one row per run, committed as the run ends.

The columns are the fields of Run, and when and by which version of heurgen the row was written.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from types import TracebackType

from heurgen._version import __version__
from heurgen.errors import InputError
from heurgen.evaluation.outcome import Outcome, Run, RunKey

SCHEMA = 1
"""The version of the table below, kept in SQLite's user_version."""

TYPES = {
    "bool": "INTEGER",
    "int": "INTEGER",
    "int | None": "INTEGER",
    "float": "REAL",
    "float | None": "REAL",
}
FIELDS = tuple(field.name for field in fields(Run))
DECLARED = ", ".join(
    f'"{field.name}" {TYPES.get(str(field.type), "TEXT")}'
    for field in fields(Run)
)
NAMED = ", ".join(f'"{name}"' for name in FIELDS)
AS_JSON = ("plan", "state")

CREATE = f"""
CREATE TABLE runs (number INTEGER PRIMARY KEY, written TEXT, version TEXT, {DECLARED});
CREATE INDEX runs_by_key ON runs (heuristic_digest, task_digest);
PRAGMA user_version = {SCHEMA};
"""
FIND = f"""
SELECT {NAMED} FROM runs WHERE heuristic_digest = ? AND task_digest = ? AND search = ?
AND time_limit IS ? AND memory_limit IS ? AND seed = ? AND symmetry = ? ORDER BY number DESC LIMIT 1
"""


class RunStore:
    """Runs in a SQLite file; a context manager, to be used from one thread.

    Methods raise InputError for a file that is no run store of this version of heurgen, or that
    cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._readable_errors():
            self._database = sqlite3.connect(path)
            self._prepare()

    def _prepare(self) -> None:
        try:
            (found,) = self._database.execute("PRAGMA user_version").fetchone()
            (tables,) = self._database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables and found != SCHEMA:
                raise InputError(
                    f"{self.path}: cannot be used as a run store: it has schema {found},"
                    f" this version of heurgen expects {SCHEMA}"
                )
            self._database.execute("PRAGMA journal_mode = WAL")
            if not tables:
                self._database.executescript(CREATE)
        except BaseException:
            self._database.close()
            raise

    @contextmanager
    def _readable_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise InputError(f"{self.path}: cannot be used as a run store: {error}") from error

    def add(self, run: Run) -> None:
        """Store a run; it is on disk when this returns."""
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        values = [now, __version__, *(_column(name, getattr(run, name)) for name in FIELDS)]
        marks = ", ".join("?" * len(values))
        with self._readable_errors(), self._database:
            self._database.execute(
                f"INSERT INTO runs (written, version, {NAMED}) VALUES ({marks})", values
            )

    def done(self, key: RunKey) -> Run | None:
        """The last run with this key, or None."""
        values = (
            key.heuristic,
            key.task,
            key.search,
            key.time_limit,
            key.memory_limit,
            key.seed,
            key.symmetry,
        )
        with self._readable_errors():
            row = self._database.execute(FIND, values).fetchone()
        return None if row is None else _run(row)

    def __iter__(self) -> Iterator[Run]:
        """All runs, in the order in which they ended."""
        with self._readable_errors():
            rows = self._database.execute(f"SELECT {NAMED} FROM runs ORDER BY number").fetchall()
        return map(_run, rows)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> RunStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _column(name: str, value: object) -> object:
    if name in AS_JSON and value is not None:
        return json.dumps(value)
    return value.value if isinstance(value, Outcome) else value


def _run(row: tuple[object, ...]) -> Run:
    values = dict(zip(FIELDS, row, strict=True))
    for name in AS_JSON:
        if values[name] is not None:
            values[name] = tuple(tuple(part) for part in json.loads(str(values[name])))
    values["symmetry"] = bool(values["symmetry"])
    values["outcome"] = Outcome(values["outcome"])
    return Run(**values)  # type: ignore[arg-type]
