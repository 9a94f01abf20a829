"""How many tokens or dollars may be spent, and what has been."""

from __future__ import annotations

import threading

from heurgen.errors import InputError
from heurgen.llm.errors import BudgetError
from heurgen.llm.prices import Price, Usage


class Budget:
    """A limit on tokens, on US dollars, or on both, that is never passed.

    Before a request the most that it can use is reserved; afterwards the reservation is replaced by
    what it did use. Safe to use from several threads. Raises InputError for a limit that is not
    positive, BudgetError for dollars without a price.
    """

    def __init__(
        self, tokens: int | None = None, usd: float | None = None, price: Price | None = None
    ) -> None:
        for name, limit in (("tokens", tokens), ("dollars", usd)):
            if limit is not None and not limit > 0:
                raise InputError(f"a budget of {limit} {name}; expected more than 0")
        if usd is not None and price is None:
            raise BudgetError(
                "a budget in dollars needs the model's price, which is not known; "
                "give it in a file of prices, or set a budget in tokens"
            )
        self.tokens = tokens
        self.usd = usd
        self._price = price
        self._lock = threading.Lock()
        self._spent = Usage(0, 0)
        self._reserved: list[Usage] = []

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return self.tokens is not None or self.usd is not None

    @property
    def spent(self) -> Usage:
        """The tokens that were used so far, reservations not counted."""
        return self._spent

    def reserve(self, most: Usage) -> bool:
        """Reserve what a request can use at most; False if it does not fit."""
        with self._lock:
            fits = self._fits(_sum([self._spent, *self._reserved, most]))
            if fits:
                self._reserved.append(most)
            return fits

    def settle(self, reserved: Usage, used: Usage) -> None:
        """Replace a reservation by what was used."""
        with self._lock:
            self._reserved.remove(reserved)
            self._spent = _sum([self._spent, used])

    def exhausted(self, most: Usage) -> BudgetError:
        """The error for a request that does not fit."""
        limits = []
        if self.tokens is not None:
            limits.append(f"{self._spent.total:,} of {self.tokens:,} tokens")
        if self.usd is not None and self._price is not None:
            limits.append(f"${self._price.cost(self._spent):.4f} of ${self.usd:.2f}")
        need = f"{most.total:,} tokens"
        if self._price is not None:
            need += f" (${self._price.cost(most):.4f})"
        spent = " and ".join(limits)
        return BudgetError(f"the budget is spent: {spent}, and the next answer may take {need}")

    def _fits(self, usage: Usage) -> bool:
        if self.tokens is not None and usage.total > self.tokens:
            return False
        return self.usd is None or (self._price is not None and self._price.cost(usage) <= self.usd)


def _sum(usages: list[Usage]) -> Usage:
    return Usage(
        sum(usage.prompt_tokens for usage in usages),
        sum(usage.completion_tokens for usage in usages),
    )
