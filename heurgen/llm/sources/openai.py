"""The `openai` source: any OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from heurgen.errors import InputError
from heurgen.llm.budget import Budget
from heurgen.llm.conversation import Prompt
from heurgen.llm.errors import SourceError, TransientError
from heurgen.llm.prices import Price, Usage
from heurgen.llm.responses import Response
from heurgen.llm.sources.background import iterate_in_thread
from heurgen.llm.sources.base import Keep, ResponseSource, now
from heurgen.llm.sources.endpoint import Answer, Endpoint, Settings
from heurgen.llm.sources.retry import Retry

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_BYTES_PER_TOKEN = 2
"""Of a prompt, at least: PDDL is cut into smaller tokens than prose, which has about four bytes in
each."""
_TOKENS_PER_MESSAGE = 16

Sleep = Callable[[float], Awaitable[None]]


class OpenAISource(ResponseSource):
    """Asks an endpoint for several answers at once.

    Failures that may pass are repeated as `retry` says, with `sleep` to wait; after one that stays,
    nothing new is asked, the answers under way are awaited and yielded, and then it is raised.
    `budget` is never passed; it needs `max_tokens`, as an answer has no bound otherwise
    (InputError). `price` tells what responses cost.
    """

    name = "openai"

    def __init__(
        self,
        settings: Settings,
        budget: Budget | None = None,
        price: Price | None = None,
        retry: Retry | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.model = settings.model
        self.parameters = settings.parameters
        self.origin = settings.base_url or ""
        self.budget = Budget() if budget is None else budget
        self.price = price
        self.retry = Retry() if retry is None else retry
        self.concurrency = settings.concurrency
        self.endpoint = Endpoint(settings)
        self.sleep = sleep
        if self.budget.limited and settings.parameters.max_tokens is None:
            raise InputError(
                "a budget needs a limit on the tokens of one answer (max_tokens) to be kept"
            )

    def ask(
        self, prompt: Prompt, samples: Sequence[int], keep: Keep | None = None
    ) -> Iterator[Response]:
        """As `ResponseSource.ask`, with several requests under way at once."""

        async def work(deliver: Callable[[Response], None]) -> None:
            def arrived(sample: int, response: Response) -> None:
                if keep is not None:
                    keep(sample, response)
                deliver(response)

            async with self.endpoint.client() as client:
                await _Round(self, client, prompt, arrived).run(samples)

        return iterate_in_thread(work)

    def most(self, prompt: Prompt) -> Usage:
        """The most tokens that one answer can use; the prompt's are estimated."""
        size = sum(len(message.content.encode()) for message in prompt.messages)
        tokens = size // _BYTES_PER_TOKEN + _TOKENS_PER_MESSAGE * len(prompt.messages)
        return Usage(tokens, self.parameters.max_tokens or 0)


class _Round:
    """The requests of one `ask`, in one event loop."""

    def __init__(
        self,
        source: OpenAISource,
        client: AsyncOpenAI,
        prompt: Prompt,
        arrived: Callable[[int, Response], None],
    ) -> None:
        self._source = source
        self._client = client
        self._prompt = prompt
        self._arrived = arrived
        self._gate = asyncio.Semaphore(source.concurrency)
        self._settled = asyncio.Event()
        self._under_way = 0
        self._failure: SourceError | None = None

    async def run(self, samples: Sequence[int]) -> None:
        """Get all samples, or as many as can be had; then raise what kept the others away."""
        await asyncio.gather(*(self._get(sample) for sample in samples))
        if self._failure is not None:
            raise self._failure

    async def _get(self, sample: int) -> None:
        async with self._gate:
            if self._failure is not None:
                return
            try:
                response = await self._repeatedly(sample)
            except SourceError as error:
                self._failure = self._failure or error
                return
        self._arrived(sample, response)

    async def _repeatedly(self, sample: int) -> Response:
        failures = 0
        while True:
            started = time.monotonic()
            try:
                answer = await self._within_budget(sample)
            except TransientError as error:
                failures += 1
                delay = self._source.retry.delay(failures, error)
                if delay is None or self._failure is not None:
                    raise self._given_up(error, failures) from error
            else:
                return self._response(sample, answer, time.monotonic() - started)
            await self._source.sleep(delay)

    def _given_up(self, error: TransientError, failures: int) -> SourceError:
        if failures < self._source.retry.attempts and error.retry_after is not None:
            return SourceError(f"{error}; it asks to wait {error.retry_after:.0f} s")
        return SourceError(f"{error} ({failures} attempts)")

    async def _within_budget(self, sample: int) -> Answer:
        most = self._source.most(self._prompt)
        await self._reserve(most)
        used = most  # unless it is known better: what is broken off may be charged in full
        try:
            answer = await self._source.endpoint.answer(self._client, self._prompt, sample)
            used = answer.usage or most
        except SourceError as error:
            if not (isinstance(error, TransientError) and error.billed):
                used = Usage(0, 0)
            raise
        finally:
            self._source.budget.settle(most, used)
            self._under_way -= 1
            self._settled.set()
        return answer

    async def _reserve(self, most: Usage) -> None:
        """Wait until a request fits into the budget: those under way may leave some of it."""
        while not self._source.budget.reserve(most):
            if self._failure is not None:
                raise self._failure
            if self._under_way == 0:
                raise self._source.budget.exhausted(most)
            self._settled.clear()
            await self._settled.wait()
        self._under_way += 1

    def _response(self, sample: int, answer: Answer, seconds: float) -> Response:
        usage, price = answer.usage, self._source.price
        return Response(
            answer.text,
            self._prompt.hash,
            sample,
            self._source.name,
            answer.model,
            answer.parameters,
            self._prompt.kind,
            self._prompt.parent,
            answer.finish_reason,
            usage.prompt_tokens if usage else None,
            usage.completion_tokens if usage else None,
            price.cost(usage) if usage and price else None,
            round(seconds, 3),
            now(),
        )
