"""The run store: SQLite, one row per run, committed before the next run begins."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path

from heurgen.errors import InputError
from heurgen.evaluation.outcome import Outcome, Run

_COLUMNS = tuple(entry.name for entry in fields(Run))
_AS_JSON = frozenset(("plan", "state"))


class RunStore:
    """Runs in a SQLite file; a context manager. Raises InputError for a file that is no run store."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._database = sqlite3.connect(path)
            self._database.execute("PRAGMA journal_mode = WAL")
            columns = ", ".join(f'"{name}"' for name in _COLUMNS)
            self._database.execute(f"CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, {columns})")
        except sqlite3.Error as error:
            raise InputError(f"{path}: cannot be used as a run store: {error}") from error

    def add(self, run: Run) -> None:
        """Store a run; it is on disk when this returns."""
        values = [_to_column(name, value) for name, value in asdict(run).items()]
        marks = ", ".join("?" * len(values))
        columns = ", ".join(f'"{name}"' for name in _COLUMNS)
        with self._database:
            self._database.execute(f"INSERT INTO runs ({columns}) VALUES ({marks})", values)

    def __iter__(self) -> Iterator[Run]:
        columns = ", ".join(f'"{name}"' for name in _COLUMNS)
        for row in self._database.execute(f"SELECT {columns} FROM runs ORDER BY id"):
            yield _from_row(dict(zip(_COLUMNS, row, strict=True)))

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> RunStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _to_column(name: str, value: object) -> object:
    if name in _AS_JSON and value is not None:
        return json.dumps(value)
    return value.value if isinstance(value, Outcome) else value


def _from_row(values: dict[str, object]) -> Run:
    for name in _AS_JSON:
        if isinstance(values[name], str):
            values[name] = tuple(tuple(part) for part in json.loads(str(values[name])))
    values["outcome"] = Outcome(values["outcome"])
    return Run(**values)  # type: ignore[arg-type]
