"""What tokens cost: a small table of public list prices, and the user's own.

The packaged table (`prices.json`) holds only models whose list price is well known; it is no
promise, and does not know of discounts. A file of the same form, ``{"models": {NAME: {"input": X,
"output": Y}}}``, adds to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from heurgen.errors import InputError

_TABLE = Path(__file__).parent / "prices.json"
_DATE = re.compile(r"[-@](?:\d{4}-\d{2}-\d{2}|\d{8})")
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a request and of its answer, hidden reasoning included."""

    prompt_tokens: int
    completion_tokens: int

    @property
    def total(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens of requests (`input`) and of answers (`output`)."""

    input: float
    output: float

    def cost(self, usage: Usage) -> float:
        """US dollars for these tokens."""
        spent = usage.prompt_tokens * self.input + usage.completion_tokens * self.output
        return spent / _MILLION


def load_prices(own: Path | None = None) -> dict[str, Price]:
    """The packaged table, with the entries of the file `own` over it.

    Raises InputError where that file cannot be read or an entry is wrong.
    """
    prices = _read(_TABLE)
    return prices if own is None else prices | _read(own)


def find_price(model: str, prices: Mapping[str, Price]) -> Price | None:
    """The price of the longest name that the model's name begins with, None if there is none.

    Only a date may follow that name (``gpt-5-2025-08-07``), since other endings are other models at
    other prices.
    """
    for name in sorted(prices, key=len, reverse=True):
        ending = model.removeprefix(name)
        if model == name or (ending != model and _DATE.fullmatch(ending)):
            return prices[name]
    return None


def _read(path: Path) -> dict[str, Price]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path}: is not JSON: {error}") from error
    models = table.get("models") if isinstance(table, dict) else None
    if not isinstance(models, dict):
        raise InputError(f'{path}: expected an object "models"')
    return {name: _price(path, name, entry) for name, entry in models.items()}


def _price(path: Path, name: str, entry: object) -> Price:
    values = [entry.get(key) for key in ("input", "output")] if isinstance(entry, dict) else []
    numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) != 2 or not all(0 <= number < float("inf") for number in numbers):
        raise InputError(
            f'{path}: {name}: expected {{"input": X, "output": Y}} in dollars per million tokens'
        )
    return Price(*numbers)
