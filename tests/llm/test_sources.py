"""Sources without a network: what is recorded, folders, exchanges, and the list of them all."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from heurgen.errors import InputError
from heurgen.llm.conversation import Prompt
from heurgen.llm.errors import BudgetError, SourceError
from heurgen.llm.parameters import Parameters
from heurgen.llm.responses import Response, load_recorded, record
from heurgen.llm.sources import (
    SOURCES,
    Exchange,
    ExchangeSource,
    OpenAISource,
    RecordedSource,
    ResponseSource,
    SourceOptions,
    StoredSource,
    default_source,
    open_source,
    read_folder,
    read_recorded,
)
from heurgen.llm.sources.base import Keep
from heurgen.llm.store import ResponseStore

PROMPT = Prompt.of("Write a heuristic.\n")
OLD = Prompt.of("Write some heuristic.\n")
REPAIR = PROMPT.followed_by("0", "Too weak.", "repair", "0001.md")


def answer(prompt: Prompt, sample: int, text: str) -> Response:
    return Response(text, prompt.hash, sample, "chat", "m", kind=prompt.kind, parent=prompt.parent)


# Recorded responses


def recorded(*answers: Response) -> RecordedSource:
    return RecordedSource("recorded", answers, "responses of d")


def test_recorded_answers_to_the_very_prompt_come_first() -> None:
    old, one, two = answer(OLD, 1, "old"), answer(PROMPT, 1, "one"), answer(PROMPT, 2, "two")
    source = recorded(old, one, two)
    assert list(source.available(PROMPT)) == [1, 2]
    assert list(source.ask(PROMPT, [2, 1])) == [two, one]


def test_samples_of_an_earlier_wording_serve_where_there_are_no_others() -> None:
    old, mended = answer(OLD, 7, "old"), answer(REPAIR, 1, "mended")
    source = recorded(mended, old)
    assert list(source.ask(PROMPT, [1])) == [old]
    assert list(source.available(REPAIR)) == [1]
    other_repair = PROMPT.followed_by("0", "Crashed.", "repair", "0001.md")
    assert list(source.available(other_repair)) == []


def test_a_sample_that_was_never_recorded_is_an_error_after_the_others() -> None:
    found: list[Response] = []
    with pytest.raises(SourceError) as caught:
        found += recorded(answer(PROMPT, 1, "one")).ask(PROMPT, [0, 1, 2])
    assert [response.text for response in found] == ["one"]
    assert str(caught.value) == (
        "responses of d: 1 responses to a prompt of kind 'sample' are recorded; sample 0, 2 is not"
    )


def test_plain_files_are_answers_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("second")
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbffirst\r\n")
    (tmp_path / "a.prompt.md").write_text("no answer")
    (tmp_path / ".hidden.md").write_text("no answer")
    (tmp_path / "c.png").write_text("no answer")
    (tmp_path / "d.md").mkdir()
    assert [response.text for response in read_folder(tmp_path)] == ["first\r\n", "second"]
    source = open_source(f"folder:{tmp_path}", SourceOptions())
    assert [response.text for response in source.ask(PROMPT, [1, 2])] == ["first\r\n", "second"]
    (tmp_path / "e.md").write_bytes(b"\xff")
    with pytest.raises(InputError, match=r"e\.md: is not UTF-8"):
        read_folder(tmp_path)


# Exchange


Exchanger = Callable[..., ExchangeSource]


@pytest.fixture
def exchange(tmp_path: Path) -> Exchanger:
    def make(**options: Any) -> ExchangeSource:
        return ExchangeSource(tmp_path, **({"poll": 0.01, "timeout": 20} | options))

    return make


def reply(folder: Path, number: int, text: str) -> None:
    (folder / f"{number:04}.response.md").write_text(text)


def test_answers_come_in_any_order_and_as_they_are(tmp_path: Path, exchange: Exchanger) -> None:
    waiting: list[str] = []

    def answer_backwards(open_ones: Sequence[Exchange]) -> None:
        waiting.extend(one.response.name for one in open_ones)
        for one in open_ones:
            assert one.prompt.read_text() == REPAIR.text
        reply(tmp_path, 2, "two\r\n")

    kept: list[int] = []
    source = exchange(model="chat-model", waiting=answer_backwards)
    answers = source.ask(REPAIR, [1, 2], lambda sample, _: kept.append(sample))
    second = next(answers)
    reply(tmp_path, 1, "one")
    (first,) = answers
    assert waiting == ["0001.response.md", "0002.response.md"]
    assert (first.text, first.sample, second.text, second.sample) == ("one", 1, "two\r\n", 2)
    assert (second.source, second.model, second.prompt_hash) == (
        "exchange",
        "chat-model",
        REPAIR.hash,
    )
    assert (second.kind, second.parent) == ("repair", "0001.md")
    assert kept == [2, 1]


def test_an_exchange_is_resumed_and_its_numbers_go_on(tmp_path: Path, exchange: Exchanger) -> None:
    reply(tmp_path, 1, "one")
    with pytest.raises(SourceError, match=r"1 of 2 answers .* not answered: 0002\.response\.md"):
        list(exchange(timeout=0.1).ask(PROMPT, [1, 2]))
    reply(tmp_path, 2, "two")
    assert sorted(r.text for r in exchange().ask(PROMPT, [1, 2])) == ["one", "two"]
    reply(tmp_path, 3, "other")
    assert [r.text for r in exchange().ask(OLD, [1])] == ["other"]
    reply(tmp_path, 4, "three")
    assert [r.text for r in exchange().ask(PROMPT, [3])] == ["three"]
    prompts = {path.name: path.read_text() for path in tmp_path.glob("*.prompt.md")}
    assert prompts == {
        "0001.prompt.md": PROMPT.text,
        "0002.prompt.md": PROMPT.text,
        "0003.prompt.md": OLD.text,
        "0004.prompt.md": PROMPT.text,
    }


def test_numbers_go_on_behind_the_highest_one(tmp_path: Path, exchange: Exchanger) -> None:
    (tmp_path / "9999.prompt.md").write_text("another")
    (tmp_path / "notes.prompt.md").write_text(PROMPT.text)
    reply(tmp_path, 10000, "high")
    assert [r.text for r in exchange().ask(PROMPT, [1])] == ["high"]


def test_an_answer_counts_when_it_stops_growing(tmp_path: Path, exchange: Exchanger) -> None:
    def write_slowly() -> None:
        with (tmp_path / "0001.response.md").open("w") as stream:
            for piece in ["", "\n", "one", " two", " three"]:
                stream.write(piece)
                stream.flush()
                time.sleep(0.05)

    thread = threading.Thread(target=write_slowly)
    thread.start()
    (response,) = exchange(poll=0.15).ask(PROMPT, [1])
    thread.join()
    assert response.text == "\none two three"


def test_an_answer_of_nothing_but_white_space_is_not_there_yet(
    tmp_path: Path, exchange: Exchanger
) -> None:
    reply(tmp_path, 1, " \n")
    with pytest.raises(SourceError, match=r"0 of 1 answers came in 0\.1 s"):
        list(exchange(timeout=0.1).ask(PROMPT, [1]))


def test_an_answer_that_is_not_utf8_is_named(tmp_path: Path, exchange: Exchanger) -> None:
    (tmp_path / "0001.response.md").write_bytes("caf\xe9".encode("utf-16"))
    with pytest.raises(InputError, match=r"0001\.response\.md: is not UTF-8"):
        list(exchange().ask(PROMPT, [1]))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be"):
        list(ExchangeSource(tmp_path / "below").ask(PROMPT, [1]))


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file: cannot be made: File exists"):
        list(ExchangeSource(tmp_path / "file").ask(PROMPT, [1]))


def test_exchanges_in_one_call(tmp_path: Path) -> None:
    for number in (1, 2):
        reply(tmp_path, number, f"answer {number}")
    found = sorted(ExchangeSource(tmp_path, timeout=20).ask(PROMPT, [1, 2]), key=lambda answer: answer.sample)
    assert [response.text for response in found] == ["answer 1", "answer 2"]


def test_two_exchange_folders_are_two_origins(tmp_path: Path) -> None:
    keys = {ExchangeSource(tmp_path / name).key(PROMPT, 1) for name in ("a", "b", "./a")}
    assert len(keys) == 2


# The store before a source


class Scripted(ResponseSource):
    """Answers with its own count, and notes what it was asked."""

    name = "scripted"
    model = "m"

    def __init__(self) -> None:
        self.asked: list[int] = []

    def ask(
        self, prompt: Prompt, samples: Sequence[int], keep: Keep | None = None
    ) -> Iterator[Response]:
        for sample in samples:
            self.asked.append(sample)
            response = answer(prompt, sample, f"answer {len(self.asked)}")
            if keep is not None:
                keep(sample, response)
            yield response


def test_only_what_is_not_stored_is_asked_for(tmp_path: Path) -> None:
    kept: list[str] = []

    def keep(_: int, response: Response) -> None:
        kept.append(response.text)

    with ResponseStore(tmp_path / "r.db") as store:
        scripted = Scripted()
        source = StoredSource(scripted, store)
        assert (source.name, source.model, source.available(PROMPT)) == ("scripted", "m", None)
        assert [r.text for r in source.ask(PROMPT, [1, 3], keep)] == ["answer 1", "answer 2"]
        assert [r.text for r in source.ask(PROMPT, [1, 2, 3], keep)] == [
            "answer 1",
            "answer 2",
            "answer 3",
        ]
        assert scripted.asked == [1, 3, 2]
        assert kept == ["answer 1", "answer 2", "answer 1", "answer 2", "answer 3"]
        list(source.ask(OLD, [1]))
        assert scripted.asked == [1, 3, 2, 1]


# The list of sources


def test_every_source_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("answer")
    folder = tmp_path / "responses"
    record(folder, answer(PROMPT, 1, "one"), PROMPT.text)
    options = SourceOptions(
        "d", folder, "m", environment={"OPENAI_API_KEY": "k"}, parameters=Parameters(max_tokens=9)
    )
    specs = {"recorded": "recorded", "openai": "openai"}
    specs |= {"exchange": f"exchange:{tmp_path}/x", "folder": f"folder:{tmp_path}"}
    assert specs.keys() == SOURCES.keys()
    for name, spec in specs.items():
        assert open_source(spec, options).name == name
    assert list(open_source("recorded", options).ask(PROMPT, [1])) == load_recorded(folder)


@pytest.mark.parametrize(
    ("spec", "options", "message"),
    [
        ("gpt", {}, "no response source 'gpt'; known: recorded, openai, exchange:DIR, folder:DIR"),
        ("", {}, "no response source ''"),
        ("exchange", {}, "response source 'exchange'; expected exchange:DIR"),
        ("folder:", {}, "response source 'folder:'; expected folder:DIR"),
        ("openai:gpt", {}, "response source 'openai:gpt'; expected openai"),
        ("recorded", {}, "no recorded responses without a domain"),
        ("openai", {}, r"the source openai needs a model \(--model\)"),
        ("openai", {"model": "m"}, r"needs a key in the environment \(OPENAI_API_KEY\)"),
    ],
)
def test_what_cannot_be_opened_says_why(spec: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        open_source(spec, SourceOptions(**options, environment={}))


def test_a_domain_without_recorded_responses_says_how_to_get_some(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match="no recorded responses for d; `heurgen synthesize d --llm exchange:DIR`"
    ):
        read_recorded(tmp_path, "d")
    with pytest.raises(InputError, match="no recorded responses for d"):
        open_source("recorded", SourceOptions("d", tmp_path))


def test_the_endpoint_is_the_default_only_if_there_is_a_key() -> None:
    assert default_source({}) == "recorded"
    assert default_source({"OPENAI_API_KEY": ""}) == "recorded"
    assert default_source({"OPENAI_API_KEY": "k"}) == "openai"


def test_an_endpoint_of_ones_own_needs_no_key() -> None:
    url = "http://localhost:8000/v1"
    for options in (
        SourceOptions(model="m", base_url=url, environment={}),
        SourceOptions(model="m", environment={"OPENAI_BASE_URL": url}),
    ):
        source = open_source("openai", options)
        assert isinstance(source, OpenAISource)
        assert source.origin == url
        assert source.endpoint.name == url


def test_a_budget_in_dollars_needs_a_price(tmp_path: Path) -> None:
    environment = {"OPENAI_API_KEY": "k"}
    asked = {
        "budget_usd": 1.0,
        "parameters": Parameters(max_tokens=100),
        "environment": environment,
    }
    with pytest.raises(BudgetError, match="needs the model's price, which is not known"):
        open_source("openai", SourceOptions(model="unheard-of", **asked))  # type: ignore[arg-type]
    assert open_source("openai", SourceOptions(model="gpt-5", **asked)).model == "gpt-5"  # type: ignore[arg-type]
    prices = tmp_path / "prices.json"
    prices.write_text('{"models": {"unheard-of": {"input": 1, "output": 2}}}')
    options = SourceOptions(model="unheard-of", prices=prices, **asked)  # type: ignore[arg-type]
    source = open_source("openai", options)
    assert isinstance(source, OpenAISource)
    assert source.budget.limited


def test_options_do_not_show_the_key() -> None:
    assert "secret" not in repr(SourceOptions(environment={"OPENAI_API_KEY": "secret"}))
