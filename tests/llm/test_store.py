"""The response store: what was paid for once is there for ever."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from heurgen.errors import InputError
from heurgen.llm.conversation import Prompt
from heurgen.llm.parameters import Parameters
from heurgen.llm.responses import RequestKey, Response, load_recorded, prompt_hash
from heurgen.llm.store import SCHEMA, ResponseStore, default_path

PROMPT = Prompt.of("Write a heuristic.\n")
KEY = RequestKey(PROMPT.hash, "some-model", Parameters(temperature=1.0), 1)
ANSWER = Response(
    "the\r\nanswer \0 \N{SNOWMAN}", PROMPT.hash, 1, "openai", "some-model-2026", price=0.5
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResponseStore]:
    with ResponseStore(tmp_path / "folder" / "responses.db") as opened:
        yield opened


def test_what_is_put_is_found_again_also_later(store: ResponseStore) -> None:
    assert store.get(KEY) is None
    assert store.put(KEY, ANSWER, PROMPT.text)
    assert store.get(KEY) == ANSWER
    store.close()
    with ResponseStore(store.path) as again:
        assert again.get(KEY) == ANSWER
        assert again.prompt(PROMPT.hash) == PROMPT.text
        assert again.prompt("unknown") is None


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, sample=2),
        replace(KEY, model="other-model"),
        replace(KEY, parameters=Parameters(temperature=0.9)),
        replace(KEY, origin="http://localhost:1/v1"),
        replace(KEY, prompt_hash=prompt_hash("another")),
    ],
)
def test_every_part_of_the_key_counts(store: ResponseStore, other: RequestKey) -> None:
    store.put(KEY, ANSWER, PROMPT.text)
    assert store.get(other) is None


def test_the_first_answer_to_a_request_stays(store: ResponseStore) -> None:
    assert store.put(KEY, ANSWER, PROMPT.text)
    assert not store.put(KEY, replace(ANSWER, text="another"), PROMPT.text)
    assert store.get(KEY) == ANSWER


def test_a_prompt_that_is_not_the_one_asked_is_refused(store: ResponseStore) -> None:
    with pytest.raises(InputError, match="does not have the hash"):
        store.put(KEY, ANSWER, "another prompt")
    assert store.entries() == []


def test_entries_are_listed_in_order_of_arrival(store: ResponseStore) -> None:
    keys = [replace(KEY, sample=n, model=model) for n, model in [(2, "b"), (1, "a"), (1, "b")]]
    for key in keys:
        store.put(key, replace(ANSWER, sample=key.sample), PROMPT.text)
    assert [key for key, _ in store.entries()] == keys
    assert [key for key, _ in store.entries(model="b")] == [keys[0], keys[2]]
    assert store.entries("unknown") == []


def test_an_export_is_a_folder_of_recorded_responses(store: ResponseStore, tmp_path: Path) -> None:
    answers = [replace(ANSWER, sample=n, text=f"answer {n}") for n in (1, 2)]
    for answer in answers:
        store.put(replace(KEY, sample=answer.sample), answer, PROMPT.text)
    assert store.export_to(tmp_path / "out") == 2
    assert load_recorded(tmp_path / "out") == answers
    assert store.export_to(tmp_path / "out") == 2
    assert len(load_recorded(tmp_path / "out")) == 2
    assert store.export_to(tmp_path / "none", model="unknown") == 0
    assert not (tmp_path / "none").exists()


def test_an_imported_folder_answers_later_requests(store: ResponseStore, tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "b.txt").write_bytes(b"second\r\n")
    (folder / "a.md").write_text("first")
    (folder / "c.md").write_text("first")
    (folder / "a.prompt.md").write_text("no answer")
    (folder / "index.json").write_text("{}")
    os.utime(folder / "b.txt", (1e9, 1e9))
    store.put(replace(KEY, sample=4), replace(ANSWER, sample=4, text="fourth"), PROMPT.text)
    assert store.import_from(folder, PROMPT, KEY.model, KEY.parameters) == 2
    found = [store.get(replace(KEY, sample=n)) for n in (4, 5, 6)]
    assert [answer.text for answer in found if answer] == ["fourth", "first", "second\r\n"]
    assert found[2] is not None
    assert found[2].created == "2001-09-09"
    (folder / "d.md").write_text("third")
    assert store.import_from(folder, PROMPT, KEY.model, KEY.parameters) == 1
    assert store.import_from(folder, PROMPT, "other model") == 3


def test_an_import_without_answers_is_an_error(store: ResponseStore, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no answers"):
        store.import_from(tmp_path / "missing", PROMPT, "m")


WRITER = """
import sys
from pathlib import Path
from heurgen.llm.parameters import Parameters
from heurgen.llm.responses import RequestKey, Response, prompt_hash
from heurgen.llm.store import ResponseStore
first = int(sys.argv[2])
digest = prompt_hash("p")
with ResponseStore(Path(sys.argv[1])) as store:
    for sample in range(first, first + 40):
        key = RequestKey(digest, "m", Parameters(), sample)
        store.put(key, Response("t", digest, sample, "s", "m"), "p")
"""


def test_several_processes_may_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "responses.db"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, path, str(first)], stderr=subprocess.PIPE)
        for first in (1, 21, 61)
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert writer.returncode == 0, errors.decode()
    with ResponseStore(path) as store:
        assert sorted(key.sample for key, _ in store.entries()) == list(range(1, 101))


def test_the_file_is_in_write_ahead_mode(store: ResponseStore) -> None:
    with closing(sqlite3.connect(store.path)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA user_version").fetchone() == (SCHEMA,)


def test_files_that_are_no_store_are_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("this is no database, " * 100)
    with pytest.raises(InputError, match=r"text\.db: cannot be used as a response store"):
        ResponseStore(text)
    assert text.read_text().startswith("this is no")
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE runs (id)")
    with pytest.raises(InputError, match="is a database, but no response store"):
        ResponseStore(other)
    with closing(sqlite3.connect(other)) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("runs",)]
    with pytest.raises(InputError, match="cannot be used as a response store"):
        ResponseStore(text / "below")


def test_a_store_of_a_newer_version_is_refused(store: ResponseStore) -> None:
    store.close()
    with closing(sqlite3.connect(store.path)) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    with pytest.raises(InputError, match="newer heurgen"):
        ResponseStore(store.path)


def test_the_store_of_the_user_is_in_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEURGEN_HOME", "/somewhere")
    assert default_path() == Path("/somewhere/responses.db")
