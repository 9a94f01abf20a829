"""Recorded responses and the exchange of files."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from heurgen.errors import HeurgenError, InputError
from heurgen.library import bundled_domains
from heurgen.llm.conversation import Prompt
from heurgen.llm.responses import Response, load_recorded, prompt_hash, record
from heurgen.llm.sources import ExchangeSource, read_folder, read_recorded
from heurgen.paths import domains_dir

PROMPT = "Write a heuristic.\n"


def ask_exchange(folder: Path, prompt: str, count: int, timeout: float) -> list[Response]:
    """`count` answers to a prompt, in the order of their samples."""
    source = ExchangeSource(folder, timeout=timeout)
    return sorted(source.ask(Prompt.of(prompt), range(1, count + 1)), key=lambda found: found.sample)


def response(sample: int, text: str = "an answer\n") -> Response:
    return Response(text, prompt_hash(PROMPT), sample, "exchange", "some model", created="2026-01-01")


def test_what_is_recorded_comes_back_unedited(tmp_path: Path) -> None:
    texts = ["one\r\ntwo\n", "  no newline at the end", "üñí\n"]
    for sample, text in enumerate(texts, start=1):
        record(tmp_path, response(sample, text), PROMPT)
    assert load_recorded(tmp_path) == [response(n, text) for n, text in enumerate(texts, start=1)]
    assert (tmp_path / "prompts" / f"{prompt_hash(PROMPT)}.md").read_text() == PROMPT


def test_a_sample_is_recorded_once(tmp_path: Path) -> None:
    record(tmp_path, response(1), PROMPT)
    record(tmp_path, response(1), PROMPT)
    assert len(load_recorded(tmp_path)) == 1
    with pytest.raises(InputError, match="does not have the hash"):
        record(tmp_path, response(2), "another prompt")


def test_damaged_folders_are_one_clear_error(tmp_path: Path) -> None:
    assert load_recorded(tmp_path / "nothing") == []
    with pytest.raises(InputError, match="no recorded responses for d"):
        read_recorded(tmp_path, "d")
    (tmp_path / "index.json").write_text("{")
    with pytest.raises(InputError, match=r"index\.json: is not JSON"):
        load_recorded(tmp_path)
    entry = {"file": "gone.md", "prompt_hash": "0", "sample": 1, "source": "chat", "model": "m"}
    (tmp_path / "index.json").write_text(json.dumps({"responses": [entry]}))
    with pytest.raises(InputError, match=r"gone\.md"):
        load_recorded(tmp_path)


@pytest.mark.parametrize("domain", bundled_domains())
def test_bundled_responses_answer_a_recorded_prompt(domain: str) -> None:
    folder = domains_dir() / domain / "responses"
    for found in load_recorded(folder):
        prompt = (folder / "prompts" / f"{found.prompt_hash}.md").read_bytes().decode()
        assert prompt_hash(prompt) == found.prompt_hash
        assert found.text.strip()
        assert found.model


def test_a_folder_of_answers(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no answers"):
        read_folder(tmp_path)
    (tmp_path / "b.md").write_text("second")
    (tmp_path / "a.txt").write_text("first")
    (tmp_path / "a.prompt.md").write_text("not an answer")
    assert [found.text for found in read_folder(tmp_path)] == ["first", "second"]


def test_an_exchange_waits_for_whole_answers_and_resumes(tmp_path: Path) -> None:
    def answer() -> None:
        time.sleep(0.2)
        (tmp_path / "0002.response.md").write_text("two")
        with (tmp_path / "0001.response.md").open("w") as stream:
            stream.write("o")
            stream.flush()
            time.sleep(0.3)
            stream.write("ne")

    thread = threading.Thread(target=answer)
    thread.start()
    found = ask_exchange(tmp_path, PROMPT, 2, timeout=20)
    thread.join()
    assert [r.text for r in found] == ["one", "two"]
    assert (tmp_path / "0001.prompt.md").read_text() == PROMPT
    again = ask_exchange(tmp_path, PROMPT, 2, timeout=5)
    assert [r.text for r in again] == ["one", "two"]
    assert len(list(tmp_path.glob("*.prompt.md"))) == 2


def test_an_exchange_without_answers_ends_with_its_time(tmp_path: Path) -> None:
    with pytest.raises(HeurgenError, match="0 of 1"):
        ask_exchange(tmp_path, PROMPT, 1, timeout=0.1)
