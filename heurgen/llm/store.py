"""The response store: every answer that was paid or waited for, in one SQLite file.

Answers are found by what was asked (`RequestKey`), so that no request is paid for twice. Several
processes may use the file at once: it is in write-ahead mode, and every change is one transaction.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from heurgen.errors import InputError
from heurgen.llm.answer_files import read_answers
from heurgen.llm.conversation import Prompt
from heurgen.llm.parameters import Parameters
from heurgen.llm.responses import (
    RequestKey,
    Response,
    from_entry,
    prompt_hash,
    record_all,
    to_entry,
)
from heurgen.paths import user_dir

SCHEMA = 1
BUSY_SECONDS = 30.0
"""How long to wait for another process that is writing."""

_TABLES = """
CREATE TABLE prompts (hash TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE responses (
    id INTEGER PRIMARY KEY,
    prompt_hash TEXT NOT NULL REFERENCES prompts (hash),
    origin TEXT NOT NULL,
    model TEXT NOT NULL,
    parameters TEXT NOT NULL,
    sample INTEGER NOT NULL,
    text TEXT NOT NULL,
    details TEXT NOT NULL,
    UNIQUE (prompt_hash, origin, model, parameters, sample)
);
"""
_KEY = "prompt_hash = ? AND origin = ? AND model = ? AND parameters = ? AND sample = ?"


def default_path() -> Path:
    """The store of this user."""
    return user_dir() / "responses.db"


class ResponseStore:
    """Responses with the prompts they answer; a context manager, usable from several threads.

    Raises InputError where the file cannot be opened, is no response store, or is one of a newer
    heurgen.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = default_path() if path is None else path
        self._lock = threading.Lock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error
        try:
            self._prepare()
        except BaseException:
            self._database.close()
            raise

    def get(self, key: RequestKey) -> Response | None:
        """The answer to a request, None if it was never stored."""
        rows = self._query(f"SELECT text, details FROM responses WHERE {_KEY}", _values(key))
        return self._response(*rows[0]) if rows else None

    def put(self, key: RequestKey, response: Response, prompt: str) -> bool:
        """Store the answer to a request with the prompt's text; it is on disk when this returns.

        Answers False, and changes nothing, where one is stored already: the first one stays.
        """
        if prompt_hash(prompt) != key.prompt_hash:
            raise InputError("the prompt does not have the hash that the request names")
        details = json.dumps(to_entry(response))
        with self._lock:
            try:
                self._database.execute("BEGIN IMMEDIATE")
                self._database.execute(
                    "INSERT OR IGNORE INTO prompts VALUES (?, ?)", (key.prompt_hash, prompt)
                )
                added = self._database.execute(
                    "INSERT OR IGNORE INTO responses VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
                    (*_values(key), response.text, details),
                ).rowcount
                self._database.execute("COMMIT")
            except sqlite3.Error as error:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise self._unusable(error) from error
        return added == 1

    def entries(
        self, digest: str | None = None, model: str | None = None
    ) -> list[tuple[RequestKey, Response]]:
        """What is stored, in order of arrival; of one prompt or model only where given."""
        rows = self._query(
            "SELECT prompt_hash, model, parameters, sample, origin, text, details FROM responses"
            " WHERE coalesce(?, prompt_hash) = prompt_hash AND coalesce(?, model) = model"
            " ORDER BY id",
            (digest, model),
        )
        return [(_key(*row[:5]), self._response(*row[5:])) for row in rows]

    def prompt(self, digest: str) -> str | None:
        """The text of a prompt that some answer was stored for."""
        rows = self._query("SELECT text FROM prompts WHERE hash = ?", (digest,))
        return str(rows[0][0]) if rows else None

    def export_to(self, folder: Path, digest: str | None = None, model: str | None = None) -> int:
        """Record answers in a folder, as `heurgen.llm.responses.record_all` does; their number.

        Only answers to a prompt or of a model where given. Errors are those of that function.
        """
        entries = self.entries(digest, model)
        record_all(
            folder, [(answer, self.prompt(key.prompt_hash) or "") for key, answer in entries]
        )
        return len(entries)

    def import_from(
        self, folder: Path, prompt: Prompt, model: str, parameters: Parameters | None = None
    ) -> int:
        """Store the answers of a folder as the next samples of a prompt; how many were new.

        The folder is read by `read_answers`, whose errors these are. A text that is stored already
        for this prompt, model and parameters is left out.
        """
        first = RequestKey(prompt.hash, model, parameters or Parameters(), 1)
        stored = self.entries(prompt.hash, model)
        same = [(key, known) for key, known in stored if replace(key, sample=1) == first]
        files: dict[str, str] = {}
        for name, text in read_answers(folder):
            files.setdefault(text, name)
        for _, known in same:
            files.pop(known.text, None)
        sample = max((key.sample for key, _ in same), default=0)
        for text, name in files.items():
            sample += 1
            key = replace(first, sample=sample)
            self.put(key, _imported(key, prompt, text, _saved(folder / name)), prompt.text)
        return len(files)

    def close(self) -> None:
        """Close the file. Closing twice is allowed."""
        self._database.close()

    def __enter__(self) -> ResponseStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(self) -> None:
        """Create the tables in a new file; of two processes, one waits for the other."""
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("BEGIN IMMEDIATE")
            version = self._number("PRAGMA user_version")
            if version == 0:
                self._create_tables()
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        if version > SCHEMA:
            raise InputError(
                f"{self.path}: was made by a newer heurgen (schema {version}, known is {SCHEMA})"
            )

    def _create_tables(self) -> None:
        if self._number("SELECT count(*) FROM sqlite_master"):
            raise InputError(f"{self.path}: is a database, but no response store")
        for statement in _TABLES.split(";"):
            self._database.execute(statement)
        self._database.execute(f"PRAGMA user_version = {SCHEMA}")

    def _number(self, statement: str) -> int:
        return int(self._database.execute(statement).fetchone()[0])

    def _query(self, statement: str, values: Sequence[object]) -> list[tuple[str, ...]]:
        with self._lock:
            try:
                with closing(self._database.execute(statement, tuple(values))) as cursor:
                    return cursor.fetchall()
            except sqlite3.Error as error:
                raise self._unusable(error) from error

    def _response(self, text: str, details: str) -> Response:
        try:
            return from_entry(json.loads(details), text)
        except (InputError, ValueError) as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> InputError:
        return InputError(f"{self.path}: cannot be used as a response store: {error}")


def _imported(key: RequestKey, prompt: Prompt, text: str, created: str) -> Response:
    return Response(
        text,
        key.prompt_hash,
        key.sample,
        "import",
        key.model,
        key.parameters,
        prompt.kind,
        prompt.parent,
        created=created,
    )


def _saved(path: Path) -> str:
    """The date in UTC on which a file was saved."""
    try:
        seconds = path.stat().st_mtime
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).date().isoformat()


def _values(key: RequestKey) -> tuple[object, ...]:
    return (key.prompt_hash, key.origin, key.model, key.parameters.canonical, key.sample)


def _key(digest: str, model: str, parameters: str, sample: str, origin: str) -> RequestKey:
    values = Parameters.from_values(json.loads(parameters))
    return RequestKey(digest, model, values, int(sample), origin)
