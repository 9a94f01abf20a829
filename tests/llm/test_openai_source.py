"""The `openai` source: the real client against a server on the loopback interface."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from heurgen.errors import InputError
from heurgen.llm.budget import Budget
from heurgen.llm.conversation import Prompt
from heurgen.llm.errors import BudgetError, SourceError
from heurgen.llm.parameters import Parameters
from heurgen.llm.prices import Price, Usage
from heurgen.llm.responses import Response
from heurgen.llm.sources import OpenAISource, Retry, Settings, StoredSource
from heurgen.llm.store import ResponseStore
from tests.llm.chat_server import ChatServer, Reply, chat_server, failure

KEY = "sk-very-secret"
PROMPT = Prompt.of("Write a heuristic.", "repair", "c03")
QUICK = Retry(attempts=3, first=0.5, factor=2, longest=0.8, patience=30)


class Naps:
    """Stands for sleeping: notes how long, and does not."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def naps() -> Naps:
    return Naps()


def source_of(
    server: ChatServer,
    naps: Naps | None = None,
    budget: Budget | None = None,
    price: Price | None = None,
    **settings: Any,
) -> OpenAISource:
    base_url = settings.pop("base_url", server.url)
    return OpenAISource(
        Settings("some-model", KEY, base_url, **settings), budget, price, QUICK, naps or Naps()
    )


def until_failure(answers: Iterator[Response]) -> tuple[list[Response], SourceError]:
    """What is yielded, and the error that comes then."""
    found: list[Response] = []
    try:
        found += answers
    except SourceError as error:
        return found, error
    pytest.fail("nothing was raised")


def ask(source: OpenAISource, samples: Sequence[int] = (1,)) -> list[Response]:
    return sorted(source.ask(PROMPT, samples), key=lambda response: response.sample)


@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_has_everything_that_is_known_about_it(stream: bool) -> None:
    parameters = Parameters(
        temperature=0.5, top_p=0.9, reasoning_effort="low", max_tokens=99, seed=7
    )
    with chat_server(Reply("one\r\n\N{SNOWMAN} two")) as server:
        source = source_of(server, price=Price(1.0, 2.0), parameters=parameters, stream=stream)
        (response,) = ask(source, [3])
    assert response.text == "one\r\n\N{SNOWMAN} two"
    assert (response.prompt_hash, response.sample) == (PROMPT.hash, 3)
    assert (response.source, response.model) == ("openai", "some-model-2026-01-01")
    assert (response.kind, response.parent) == ("repair", "c03")
    assert (response.prompt_tokens, response.completion_tokens) == (10, 5)
    assert response.price == pytest.approx(20e-6)
    assert response.finish_reason == "stop"
    assert response.parameters == parameters
    assert response.seconds is not None and 0 < response.seconds < 5
    assert response.created.endswith("+00:00")
    (request,) = server.requests
    messages = [{"role": "user", "content": "Write a heuristic."}]
    sent = {"model": "some-model", "messages": messages, "temperature": 0.5, "top_p": 0.9}
    sent |= {"reasoning_effort": "low", "max_tokens": 99, "seed": 9}
    if stream:
        sent |= {"stream": True, "stream_options": {"include_usage": True}}
    assert request == sent
    assert server.keys == [f"Bearer {KEY}"]


def test_nothing_is_sent_that_was_not_asked_for() -> None:
    with chat_server() as server:
        ask(source_of(server))
    assert server.requests[0].keys() == {"model", "messages", "stream", "stream_options"}


def test_a_conversation_is_sent_as_its_messages() -> None:
    prompt = Prompt.of("one").followed_by("two", "three", "repair", None)
    with chat_server() as server:
        list(source_of(server).ask(prompt, [1]))
    assert [tuple(message.values()) for message in server.requests[0]["messages"]] == [
        ("user", "one"),
        ("assistant", "two"),
        ("user", "three"),
    ]


def test_several_samples_are_asked_at_once_but_not_too_many() -> None:
    with chat_server(Reply(delay=0.05)) as server:
        found = ask(source_of(server, concurrency=3, parameters=Parameters(seed=1)), range(1, 8))
    assert [response.sample for response in found] == list(range(1, 8))
    assert sorted(request["seed"] for request in server.requests) == list(range(1, 8))
    assert server.most_at_once == 3


def test_an_answer_that_ran_into_its_limit_says_so() -> None:
    with chat_server(Reply(finish_reason="length")) as server:
        assert ask(source_of(server))[0].finish_reason == "length"


@pytest.mark.parametrize("stream", [True, False])
def test_a_refusal_is_an_answer_that_says_so(stream: bool) -> None:
    with chat_server(Reply("", refusal="I'd rather not.")) as server:
        (response,) = ask(source_of(server, stream=stream))
    assert (response.text, response.finish_reason) == ("I'd rather not.", "refusal")


def test_hidden_reasoning_counts_even_if_only_the_total_has_it() -> None:
    choice = {"index": 0, "message": {"content": "a"}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 115}
    body = json.dumps({"choices": [choice], "usage": usage}).encode()
    with chat_server(Reply(body=body)) as server:
        (response,) = ask(source_of(server, stream=False))
    assert response.completion_tokens == 105
    assert response.model == "some-model"


def test_an_endpoint_that_does_not_count_leaves_tokens_and_price_open() -> None:
    with chat_server(Reply(usage=None)) as server:
        (response,) = ask(source_of(server, price=Price(1.0, 2.0)))
    assert (response.prompt_tokens, response.completion_tokens, response.price) == (
        None,
        None,
        None,
    )


def test_text_that_cannot_be_encoded_is_replaced() -> None:
    with chat_server(Reply("lone \ud800 half")) as server:
        assert ask(source_of(server))[0].text == "lone ? half"


# Failures that pass


@pytest.mark.parametrize(
    ("first", "waits"),
    [
        (failure(500, "oops"), [0.5]),
        (failure(503), [0.5]),
        (failure(529, "overloaded"), [0.5]),
        (failure(408), [0.5]),
        (failure(429, "slow down", {"Retry-After": "7"}), [7.0]),
        (failure(429, "slow down", {"retry-after-ms": "250"}), [0.25]),
        (failure(429, "slow down", {"Retry-After": "soon"}), [0.5]),
        (failure(503, "later", {"Retry-After": formatdate(0)}), [0.0]),
        (Reply("cut off", broken=2), [0.5]),
        (Reply("cut off", broken=0), [0.5]),
        (Reply("no end", finish_reason=None), [0.5]),
        (Reply(body=b"", content_type="text/event-stream"), [0.5]),
        (Reply(body=b'data: {"choices": [{"del\n\n', content_type="text/event-stream"), [0.5]),
        (
            Reply(
                body=b'data: {"error": {"message": "busy"}}\n\n', content_type="text/event-stream"
            ),
            [0.5],
        ),
        (Reply(body=b"<html>maintenance</html>", content_type="text/html"), [0.5]),
    ],
)
def test_what_may_pass_is_tried_again(naps: Naps, first: Reply, waits: list[float]) -> None:
    with chat_server(first, Reply("good")) as server:
        assert [response.text for response in ask(source_of(server, naps))] == ["good"]
    assert naps.seconds == waits
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "first",
    [
        Reply(body=b'{"choices": [{"mes'),
        Reply(body=b"[]"),
        Reply(body=b'"text"'),
        Reply(body=b"null"),
        Reply(body=b'{"choices": null}'),
        Reply(body=b'{"choices": [{}]}'),
        Reply(body=b'{"choices": [7]}'),
        Reply(body=b"plain", content_type="text/plain"),
        Reply(body=b"\xff\xfe", content_type="application/json"),
    ],
    ids=lambda reply: str(reply.body),
)
def test_bodies_that_are_no_completion_are_tried_again(naps: Naps, first: Reply) -> None:
    with chat_server(first, Reply("good")) as server:
        assert ask(source_of(server, naps, stream=False))[0].text == "good"
    assert naps.seconds == [0.5]


def test_a_date_to_retry_after_is_understood(naps: Naps) -> None:
    later = formatdate(time.time() + 20, usegmt=True)
    with chat_server(failure(429, "", {"Retry-After": later}), Reply()) as server:
        ask(source_of(server, naps))
    assert 15 < naps.seconds[0] <= 20


@pytest.mark.parametrize("stream", [True, False])
def test_an_endpoint_that_is_silent_too_long_is_asked_again(naps: Naps, stream: bool) -> None:
    with chat_server(Reply(delay=0.6), Reply("quick")) as server:
        (response,) = ask(source_of(server, naps, timeout=0.2, stream=stream))
    assert response.text == "quick"
    assert naps.seconds == [0.5]


def test_waits_grow_and_attempts_end(naps: Naps) -> None:
    with chat_server(failure(500, "oops")) as server, pytest.raises(SourceError) as caught:
        ask(source_of(server, naps))
    assert str(caught.value) == f"{server.url}: answered 500: oops (3 attempts)"
    assert naps.seconds == [0.5, 0.8]


def test_an_endpoint_that_asks_for_too_much_patience_is_given_up(naps: Naps) -> None:
    reply = failure(429, "daily limit", {"Retry-After": "3600"})
    with chat_server(reply) as server, pytest.raises(SourceError) as caught:
        ask(source_of(server, naps))
    assert str(caught.value).endswith("answered 429: daily limit; it asks to wait 3600 s")
    assert naps.seconds == []


# Failures that stay


FINAL = [
    (failure(401, f"Incorrect API key provided: {KEY}"), r"the API key is not accepted \(401\)$"),
    (failure(403, "no access"), r"this key may not use some-model \(403\): no access$"),
    (
        failure(404, "The model `some-model` does not exist", code="model_not_found"),
        r"there is no model some-model, or nothing there \(404\): The model `.*` does not exist$",
    ),
    (
        failure(429, "You exceeded your current quota", code="insufficient_quota"),
        r"the account has no credit left \(429\): You exceeded your current quota$",
    ),
    (
        failure(400, "Invalid prompt", code="content_policy_violation"),
        r"refused the content of the prompt \(400\): Invalid prompt$",
    ),
    (
        failure(400, "This model's maximum context length is 10 tokens"),
        r"refused the request \(400\): This model's maximum context length is 10 tokens$",
    ),
    (
        failure(413, f"too long for {KEY}\n" + "x" * 500),
        r"\(413\): too long for \*\*\* x{283}\.\.\.$",
    ),
    (Reply(status=422, body=b"nonsense", content_type="text/plain"), r"\(422\): nonsense$"),
    (Reply(status=400, body=b'["odd"]'), r"refused the request \(400\)"),
]


@pytest.mark.parametrize(("reply", "message"), FINAL)
def test_what_stays_is_one_line_that_names_the_endpoint(
    naps: Naps, reply: Reply, message: str
) -> None:
    with chat_server(reply) as server, pytest.raises(SourceError, match=message) as caught:
        ask(source_of(server, naps, concurrency=1), [1, 2])
    text = str(caught.value)
    assert text.startswith(f"{server.url}: ")
    assert "\n" not in text
    assert KEY not in text
    assert naps.seconds == []
    assert len(server.requests) == 1  # after that nothing new is asked


def test_an_endpoint_that_is_not_there_is_named(naps: Naps) -> None:
    with chat_server() as server:
        pass
    address = server.url.replace("http://", "http://user:password@") + "?token=secret"
    with pytest.raises(SourceError) as caught:
        ask(source_of(server, naps, base_url=address))
    assert str(caught.value).startswith(f"{server.url}: cannot be reached: ")
    assert str(caught.value).endswith("(3 attempts)")
    assert len(naps.seconds) == 2


def test_what_arrives_beside_a_failure_is_kept_and_yielded_before_it_is_raised() -> None:
    kept: list[str] = []
    replies = [failure(404, "gone"), Reply("late", delay=0.2), Reply("later", delay=0.3)]
    with chat_server(*replies) as server:
        answers = source_of(server, concurrency=3).ask(
            PROMPT, [1, 2, 3], lambda _, response: kept.append(response.text)
        )
        yielded, error = until_failure(answers)
    assert str(error).endswith("gone")
    assert sorted(r.text for r in yielded) == sorted(kept) == ["late", "later"]


# Parameters that an endpoint does not know


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("stream_options", "Unknown parameter: 'stream_options'."),
        ("reasoning_effort", "Unrecognized request argument supplied: reasoning_effort"),
        ("seed", 'Invalid JSON payload received. Unknown name "seed": Cannot find field.'),
        ("temperature", "Unsupported value: 'temperature' does not support 0.2 with this model."),
        ("top_p", "property 'top_p' is unsupported"),
        ("stream", "stream is not supported"),
    ],
)
def test_a_parameter_the_endpoint_does_not_know_is_left_out(
    name: str, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked = Parameters(temperature=0.2, top_p=0.9, reasoning_effort="low", max_tokens=10, seed=1)
    with caplog.at_level(logging.WARNING), chat_server(rejects={name: message}) as server:
        source = source_of(server, parameters=asked, concurrency=1)
        found = ask(source, [1, 2])
    assert [response.text for response in found] == ["an answer"] * 2
    assert [name in request for request in server.requests] == [True, False, False]
    left = {key: value for key, value in asked.set_values().items() if key != name}
    assert found[0].parameters == Parameters.from_values(left)
    assert source.key(PROMPT, 1).parameters == asked
    technical = name in ("stream_options", "stream")
    warning = f"{server.url} does not know the parameter {name}; it is left out"
    assert caplog.messages == ([] if technical else [warning])
    if name == "stream_options":
        assert server.requests[1]["stream"] is True
        assert found[0].prompt_tokens is None


def test_several_unknown_parameters_are_left_out_one_by_one() -> None:
    rejects = {
        "seed": "unknown: seed",
        "top_p": "unknown: top_p",
        "stream_options": "unknown: stream_options",
    }
    asked = Parameters(top_p=0.9, seed=1, max_tokens=5)
    with chat_server(rejects=rejects) as server:
        found = ask(source_of(server, parameters=asked, concurrency=4), range(1, 5))
    assert len(found) == 4
    assert server.requests[-1].keys() == {"model", "messages", "stream", "max_tokens"}


@pytest.mark.parametrize("concurrency", [1, 3])
def test_the_limit_on_tokens_is_kept_under_its_other_name(concurrency: int) -> None:
    text = (
        "Unsupported parameter: 'max_tokens' is not supported with this model. "
        "Use 'max_completion_tokens' instead."
    )
    with chat_server(rejects={"max_tokens": text}) as server:
        source = source_of(server, parameters=Parameters(max_tokens=10), concurrency=concurrency)
        found = ask(source, [1, 2, 3])
    assert len(found) == 3
    assert found[0].parameters.max_tokens == 10
    assert server.requests[-1]["max_completion_tokens"] == 10


def test_an_endpoint_without_any_limit_on_tokens_is_refused() -> None:
    rejects = {name: f"unknown: {name}" for name in ("max_tokens", "max_completion_tokens")}
    expected = pytest.raises(SourceError, match="unknown: max_completion_tokens")
    with chat_server(rejects=rejects) as server, expected:
        ask(source_of(server, parameters=Parameters(max_tokens=10)), [1, 2, 3])


def test_a_value_out_of_range_is_not_taken_for_an_unknown_parameter() -> None:
    rejects = {"temperature": "temperature must be at most 1"}
    expected = pytest.raises(SourceError, match="temperature must be at most 1")
    with chat_server(rejects=rejects) as server, expected:
        ask(source_of(server, parameters=Parameters(temperature=1.5)))
    assert len(server.requests) == 1


# Budgets


def test_a_budget_stops_before_the_request_that_could_pass_it() -> None:
    with chat_server(Reply(usage=(20, 80))) as server:
        source = source_of(server, budget=Budget(tokens=350), parameters=Parameters(max_tokens=100))
        most = source.most(PROMPT)
        assert most.completion_tokens == 100
        found, error = until_failure(source.ask(PROMPT, range(1, 10)))
    assert isinstance(error, BudgetError)
    assert str(error).startswith("the budget is spent: 300 of 350 tokens, and the next answer may")
    assert len(found) == len(server.requests) == 3
    assert source.budget.spent == Usage(60, 240)


def test_a_request_waits_for_those_under_way_before_the_budget_counts_as_spent() -> None:
    # Only two requests fit at once, but as answers are short all four can be had.
    with chat_server(Reply(usage=(5, 5), delay=0.05)) as server:
        source = source_of(server, budget=Budget(tokens=300), parameters=Parameters(max_tokens=100))
        assert len(ask(source, range(1, 5))) == 4
    assert server.most_at_once == 2


def test_a_budget_in_dollars_goes_by_the_price() -> None:
    price = Price(0.0, 1_000_000.0)
    budget = Budget(usd=250.0, price=price)
    with chat_server(Reply(usage=(10, 100))) as server:
        source = source_of(
            server, budget=budget, price=price, parameters=Parameters(max_tokens=100)
        )
        found, error = until_failure(source.ask(PROMPT, range(1, 10)))
    assert isinstance(error, BudgetError)
    assert "$200.0000 of $250.00" in str(error)
    assert [response.price for response in found] == [100.0, 100.0]


def test_what_may_have_been_paid_counts_in_full_what_was_refused_not_at_all() -> None:
    parameters = Parameters(max_tokens=100)
    with chat_server(Reply(broken=2), Reply(usage=(10, 5))) as server:
        source = source_of(server, budget=Budget(tokens=1000), parameters=parameters)
        ask(source)
        assert source.budget.spent.total == source.most(PROMPT).total + 15
    with chat_server(failure(500), Reply(usage=(10, 5))) as server:
        source = source_of(server, budget=Budget(tokens=1000), parameters=parameters)
        ask(source)
        assert source.budget.spent.total == 15


def test_an_answer_without_usage_counts_in_full() -> None:
    with chat_server(Reply(usage=None)) as server:
        source = source_of(
            server, budget=Budget(tokens=1000), parameters=Parameters(max_tokens=100)
        )
        ask(source)
        assert source.budget.spent == source.most(PROMPT)


def test_a_budget_needs_a_limit_per_answer() -> None:
    with chat_server() as server, pytest.raises(InputError, match="max_tokens"):
        source_of(server, budget=Budget(tokens=1000))


# Breaking off


def test_what_arrived_before_the_caller_breaks_off_is_stored(tmp_path: Path) -> None:
    replies = [Reply("quick"), Reply("quick"), Reply("slow", delay=1.0)]
    with chat_server(*replies) as server, ResponseStore(tmp_path / "r.db") as store:
        source = StoredSource(source_of(server, concurrency=3), store)
        with pytest.raises(KeyboardInterrupt):
            for _ in source.ask(PROMPT, [1, 2, 3]):
                deadline = time.monotonic() + 5
                while len(store.entries()) < 2 and time.monotonic() < deadline:
                    time.sleep(0.01)
                raise KeyboardInterrupt
        assert [response.text for _, response in store.entries()] == ["quick", "quick"]
    assert not [t for t in threading.enumerate() if t.name == "heurgen-requests"]


def test_stored_answers_are_not_asked_for_again(tmp_path: Path) -> None:
    with (
        chat_server(Reply("one"), Reply("two")) as server,
        ResponseStore(tmp_path / "r.db") as store,
    ):
        first = StoredSource(source_of(server, concurrency=1), store)
        assert [response.text for response in first.ask(PROMPT, [1, 2])] == ["one", "two"]
        again = StoredSource(source_of(server, concurrency=1), store)
        assert [response.text for response in again.ask(PROMPT, [2, 1])] == ["two", "one"]
        assert len(server.requests) == 2
        more = list(again.ask(PROMPT, [1, 2, 3]))
        assert [response.sample for response in more] == [1, 2, 3]
        assert len(server.requests) == 3


def test_an_iteration_that_is_not_finished_ends_its_requests() -> None:
    with chat_server(Reply("one"), Reply("slow", delay=0.5)) as server:
        answers = source_of(server, concurrency=2).ask(PROMPT, [1, 2])
        assert next(answers).text == "one"
        started = time.monotonic()
        answers.close()  # type: ignore[attr-defined]
        assert time.monotonic() - started < 0.4
    assert not [t for t in threading.enumerate() if t.name == "heurgen-requests"]


def test_an_error_in_keep_reaches_the_caller() -> None:
    def keep(sample: int, response: Response) -> None:
        raise InputError("the disk is full")

    with chat_server() as server, pytest.raises(InputError, match="the disk is full"):
        list(source_of(server).ask(PROMPT, [1, 2], keep))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"model": ""}, "no model is named"),
        ({"concurrency": 0}, "concurrency is 0"),
        ({"timeout": 0.0}, "timeout is 0.0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Settings(**({"model": "m", "api_key": KEY} | values))


def test_the_key_is_in_no_representation() -> None:
    assert KEY not in repr(Settings("m", KEY))


def test_retries_that_make_no_sense_are_refused() -> None:
    for values in ({"attempts": 0}, {"factor": 0.5}, {"first": -1.0}):
        with pytest.raises(InputError, match="cannot be used"):
            Retry(**values)


def test_openai_itself_is_sent_the_newer_name_of_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    with chat_server() as server:
        monkeypatch.setattr("heurgen.llm.sources.endpoint.DEFAULT_URL", server.url)
        ask(source_of(server, base_url=None, parameters=Parameters(max_tokens=10)))
    assert server.requests[0]["max_completion_tokens"] == 10
    assert "max_tokens" not in server.requests[0]
