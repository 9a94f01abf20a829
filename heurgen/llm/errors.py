"""What can go wrong with a source of responses."""

from __future__ import annotations

from heurgen.errors import HeurgenError


class SourceError(HeurgenError):
    """A source that cannot answer; the message names the endpoint or the folder, never a key."""


class BudgetError(SourceError):
    """The next request could pass the budget, or a budget cannot be kept at all."""


class TransientError(SourceError):
    """A request that failed but may succeed when it is sent again.

    `retry_after` is how many seconds the endpoint asked to wait, None if it did not say. `billed`
    tells whether tokens may have been paid for although no answer came.
    """

    def __init__(
        self, message: str, *, retry_after: float | None = None, billed: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.billed = billed
