"""Where responses come from: `SOURCES` lists the sources, `open_source` makes one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from heurgen.errors import InputError
from heurgen.llm.budget import Budget
from heurgen.llm.parameters import Parameters
from heurgen.llm.prices import find_price, load_prices
from heurgen.llm.sources.base import UNKNOWN_MODEL, Keep, ResponseSource
from heurgen.llm.sources.endpoint import Settings
from heurgen.llm.sources.exchange import Exchange, ExchangeSource
from heurgen.llm.sources.openai import OpenAISource
from heurgen.llm.sources.recorded import RecordedSource, read_folder, read_recorded
from heurgen.llm.sources.retry import Retry
from heurgen.llm.sources.stored import StoredSource

__all__ = [
    "SOURCES",
    "Exchange",
    "ExchangeSource",
    "Keep",
    "OpenAISource",
    "RecordedSource",
    "ResponseSource",
    "Retry",
    "Settings",
    "SourceOptions",
    "StoredSource",
    "default_source",
    "open_source",
    "read_folder",
    "read_recorded",
]

KEY_VARIABLE = "OPENAI_API_KEY"
URL_VARIABLE = "OPENAI_BASE_URL"
_NO_KEY = "none"
"""Sent to endpoints other than OpenAI's where there is no key: servers on one's own machine ask for
none."""


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What a source may need to know; each takes its own part.

    `domain` is the domain's name and `responses` the folder of its recorded responses. `timeout` is
    that of one request of an endpoint, in seconds; `exchange_timeout` that of a whole exchange,
    None to wait for ever. `prices` is a file as `heurgen.llm.prices` describes it. `environment`
    holds the key.
    """

    domain: str = ""
    responses: Path | None = None
    model: str | None = None
    base_url: str | None = None
    parameters: Parameters = field(default_factory=Parameters)
    concurrency: int = 4
    timeout: float = 600.0
    budget_tokens: int | None = None
    budget_usd: float | None = None
    prices: Path | None = None
    exchange_timeout: float | None = None
    waiting: Callable[[Sequence[Exchange]], None] | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)


def default_source(environment: Mapping[str, str] = os.environ) -> str:
    """The source where none is named: the endpoint if there is a key, else what is recorded."""
    return "openai" if environment.get(KEY_VARIABLE) else "recorded"


def open_source(spec: str, options: SourceOptions) -> ResponseSource:
    """The source that a user named, such as ``openai``, ``recorded`` or ``exchange:DIR``.

    Raises InputError for an unknown source and for options that it cannot use, BudgetError for a
    budget in dollars where the model's price is not known.
    """
    name, _, argument = spec.partition(":")
    if name not in SOURCES:
        known = ", ".join(_USAGE[known] for known in SOURCES)
        raise InputError(f"no response source {spec!r}; known: {known}")
    if bool(argument) != (":" in _USAGE[name]):
        raise InputError(f"response source {spec!r}; expected {_USAGE[name]}")
    return SOURCES[name](argument, options)


def _recorded(_: str, options: SourceOptions) -> ResponseSource:
    if options.responses is None:
        raise InputError("there are no recorded responses without a domain")
    found = read_recorded(options.responses, options.domain)
    return RecordedSource("recorded", found, str(options.responses))


def _folder(argument: str, _: SourceOptions) -> ResponseSource:
    return RecordedSource("folder", read_folder(Path(argument)), argument)


def _exchange(argument: str, options: SourceOptions) -> ResponseSource:
    model = options.model or UNKNOWN_MODEL
    return ExchangeSource(Path(argument), model, options.exchange_timeout, options.waiting)


def _openai(_: str, options: SourceOptions) -> ResponseSource:
    if not options.model:
        raise InputError("the source openai needs a model (--model)")
    base_url = options.base_url or options.environment.get(URL_VARIABLE) or None
    key = options.environment.get(KEY_VARIABLE) or (_NO_KEY if base_url else "")
    if not key:
        raise InputError(f"the source openai needs a key in the environment ({KEY_VARIABLE})")
    price = find_price(options.model, load_prices(options.prices))
    budget = Budget(options.budget_tokens, options.budget_usd, price)
    settings = Settings(
        options.model,
        key,
        base_url,
        options.parameters,
        options.concurrency,
        options.timeout,
    )
    return OpenAISource(settings, budget, price)


SOURCES: dict[str, Callable[[str, SourceOptions], ResponseSource]] = {
    "recorded": _recorded,
    "openai": _openai,
    "exchange": _exchange,
    "folder": _folder,
}
_USAGE = {
    "recorded": "recorded",
    "openai": "openai",
    "exchange": "exchange:DIR",
    "folder": "folder:DIR",
}
