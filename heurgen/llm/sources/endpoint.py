"""One request to an OpenAI-compatible endpoint (chat completions), and its answer.

The endpoint may know fewer parameters than are sent: one that it refuses by name is left out from
then on, with a warning through the library's logger, and the answers say which parameters they were
really sampled with.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from heurgen.errors import InputError
from heurgen.llm.conversation import Prompt
from heurgen.llm.errors import SourceError, TransientError
from heurgen.llm.parameters import Parameters
from heurgen.llm.prices import Usage
from heurgen.llm.sources.failures import (
    failure_of_status,
    is_timeout,
    message_of,
    refused_parameter,
    transport_errors,
)

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

_log = logging.getLogger(__name__)

DEFAULT_URL = "https://api.openai.com/v1"
_LIMIT_NAMES = ("max_completion_tokens", "max_tokens")
_ESSENTIAL = frozenset(("model", "messages"))
_TECHNICAL = frozenset(("stream", "stream_options", *_LIMIT_NAMES))
"""Parameters whose refusal changes nothing about the answer."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How an endpoint is asked.

    `base_url` is None for OpenAI's own. `timeout` is in seconds without a sign of life,
    `concurrency` the number of requests under way at once. `stream` has answers sent piece by
    piece, so that long ones do not time out. Raises InputError for values that make no sense.
    """

    model: str
    api_key: str = field(repr=False)
    base_url: str | None = None
    parameters: Parameters = field(default_factory=Parameters)
    concurrency: int = 4
    timeout: float = 600.0
    stream: bool = True

    def __post_init__(self) -> None:
        if not self.model:
            raise InputError("no model is named")
        if self.concurrency < 1:
            raise InputError(f"concurrency is {self.concurrency}; expected at least 1")
        if not self.timeout > 0:
            raise InputError(f"timeout is {self.timeout}; expected more than 0 seconds")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint sent.

    `usage` is None where it did not count, `model` its own name for the model, and `parameters` are
    those that were sent to it.
    """

    text: str
    finish_reason: str
    model: str
    usage: Usage | None
    parameters: Parameters


class Endpoint:
    """Asks for single answers, and remembers which parameters the endpoint refuses."""

    def __init__(self, settings: Settings) -> None:
        self.name = _public(settings.base_url or DEFAULT_URL)
        self._settings = settings
        self._refused: set[str] = set()
        # OpenAI's newer models insist on one name; many other servers know the older one only.
        names = _LIMIT_NAMES if settings.base_url is None else reversed(_LIMIT_NAMES)
        self._limit_names = list(names)

    def client(self) -> AsyncOpenAI:
        """A client for one event loop, to be closed there; it never repeats requests itself."""
        from openai import AsyncOpenAI

        settings = self._settings
        return AsyncOpenAI(
            api_key=settings.api_key,
            base_url=settings.base_url or DEFAULT_URL,
            timeout=settings.timeout,
            max_retries=0,
        )

    async def answer(self, client: AsyncOpenAI, prompt: Prompt, sample: int) -> Answer:
        """One answer. Raises TransientError where asking again may help, else SourceError."""
        import openai

        while True:
            request = self._request(prompt, sample)
            try:
                return await self._send(client, request)
            except openai.APIStatusError as error:
                refused = refused_parameter(error, request.keys() - _ESSENTIAL)
                if refused is None or not self._do_without(refused):
                    raise self._failure(error) from error

    def _request(self, prompt: Prompt, sample: int) -> dict[str, object]:
        request: dict[str, object] = {
            "model": self._settings.model,
            "messages": [{"role": m.role, "content": m.content} for m in prompt.messages],
        }
        values = self._parameters().set_values()
        if "max_tokens" in values:
            values[self._limit_names[0]] = values.pop("max_tokens")
        if "seed" in values:
            values["seed"] = int(str(values["seed"])) + sample - 1
        if self._settings.stream and "stream" not in self._refused:
            values["stream"] = True
            if "stream_options" not in self._refused:
                values["stream_options"] = {"include_usage": True}
        return request | values

    def _parameters(self) -> Parameters:
        """Those asked for without those that the endpoint refused."""
        values = self._settings.parameters.set_values()
        kept = {name: value for name, value in values.items() if name not in self._refused}
        return Parameters.from_values(kept)

    def _do_without(self, name: str) -> bool:
        """Leave a parameter out from now on; False where that is impossible."""
        if name in _LIMIT_NAMES:
            # The limit stays, since budgets rest on it; endpoints call it by one name or the other.
            if name != self._limit_names[0]:
                return True  # another request has found it out meanwhile
            return len(self._limit_names) > 1 and bool(self._limit_names.pop(0))
        if name not in _TECHNICAL and name not in self._refused:
            _log.warning("%s does not know the parameter %s; it is left out", self.name, name)
        self._refused.add(name)
        return True

    async def _send(self, client: AsyncOpenAI, request: dict[str, object]) -> Answer:
        import openai

        create: Any = client.chat.completions.create
        collected = _Collected()
        begun = False
        try:
            sent = await create(**_arguments(request))
            begun = True
            if request.get("stream"):
                async with sent as stream:
                    async for piece in stream:
                        collected.add(piece)
            else:
                collected.add(sent)
        except openai.APIStatusError:
            raise
        except transport_errors() as error:
            raise self._broken(error, begun) from error
        except (openai.APIError, ValueError) as error:
            raise self._garbled(error) from error
        return self._finished(collected)

    def _finished(self, collected: _Collected) -> Answer:
        if not collected.begun:
            raise TransientError(f"{self.name}: sent no chat completion", billed=True)
        if not collected.finish_reason:
            message = f"{self.name}: the answer ended before it was complete"
            raise TransientError(message, billed=True)
        return Answer(
            collected.text,
            collected.finish_reason,
            collected.model or self._settings.model,
            collected.usage,
            self._parameters(),
        )

    def _failure(self, error: APIStatusError) -> SourceError:
        return failure_of_status(error, self.name, self._settings.model, self._settings.api_key)

    def _broken(self, error: Exception, begun: bool) -> TransientError:
        if is_timeout(error):
            seconds = self._settings.timeout
            return TransientError(f"{self.name}: no sign of life for {seconds:g} s", billed=True)
        reason = str(error.__cause__ or error)
        if begun:
            return TransientError(f"{self.name}: the connection broke: {reason}", billed=True)
        return TransientError(f"{self.name}: cannot be reached: {reason}")

    def _garbled(self, error: Exception) -> TransientError:
        import openai

        if isinstance(error, openai.APIError) and error.body is not None:
            said = message_of(error, self._settings.api_key)
            return TransientError(f"{self.name}: failed while it answered{said}", billed=True)
        return TransientError(
            f"{self.name}: the answer is no chat completion ({error})", billed=True
        )


def _arguments(request: dict[str, object]) -> dict[str, object]:
    """A request as arguments for the client: as its body where older versions lack the name."""
    named = request.keys() & {"model", "messages", "stream"}
    arguments = {name: request[name] for name in named}
    arguments["extra_body"] = {name: request[name] for name in request.keys() - named}
    return arguments


class _Collected:
    """An answer as it arrives; endpoints leave out what they like."""

    def __init__(self) -> None:
        self.begun = False
        self.finish_reason = ""
        self.model = ""
        self.usage: Usage | None = None
        self._content: list[str] = []
        self._refusal: list[str] = []

    def add(self, part: object) -> None:
        """A whole completion, or a piece of one; the last piece may hold nothing but the usage."""
        for choice in getattr(part, "choices", None) or []:
            self.begun = True
            message = getattr(choice, "delta", None) or getattr(choice, "message", None)
            self._content.append(_text(message, "content"))
            self._refusal.append(_text(message, "refusal"))
            self.finish_reason = _text(choice, "finish_reason") or self.finish_reason
        self.model = _text(part, "model") or self.model
        self.usage = _usage(getattr(part, "usage", None)) or self.usage
        if any(self._refusal) and not any(self._content) and self.finish_reason:
            self.finish_reason = "refusal"

    @property
    def text(self) -> str:
        """The answer, or the words of a refusal; what cannot be encoded is replaced."""
        text = "".join(self._content) or "".join(self._refusal)
        return text.encode("utf-8", "replace").decode()


def _text(part: object, name: str) -> str:
    value = getattr(part, name, None)
    return value if isinstance(value, str) else ""


def _usage(usage: object) -> Usage | None:
    """The tokens as they are paid for: some endpoints count hidden reasoning in the total only."""
    prompt, completion, total = (
        getattr(usage, f"{name}_tokens", None) or 0 for name in ("prompt", "completion", "total")
    )
    return Usage(prompt, max(completion, total - prompt)) if prompt or completion else None


def _public(url: str) -> str:
    """An address for messages, without user name, password and query."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}".rstrip("/")
