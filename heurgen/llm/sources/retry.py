"""When a request that failed is sent again."""

from __future__ import annotations

from dataclasses import dataclass

from heurgen.errors import InputError
from heurgen.llm.errors import TransientError


@dataclass(frozen=True, slots=True)
class Retry:
    """Exponential backoff: `attempts` in all, the waits growing from `first` by `factor`.

    No wait is longer than `longest` seconds, unless the endpoint asks for more; one that asks for
    more than `patience` seconds is given up. Raises InputError for values that make no sense.
    """

    attempts: int = 6
    first: float = 1.0
    factor: float = 2.0
    longest: float = 60.0
    patience: float = 300.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.first < 0 or self.factor < 1 or self.longest < 0:
            raise InputError(f"{self} cannot be used")

    def delay(self, failures: int, error: TransientError) -> float | None:
        """Seconds to wait after the `failures`-th failure in a row, None to give up.

        What the endpoint asked for counts even where it is shorter than the backoff.
        """
        if failures >= self.attempts:
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= self.patience else None
        return min(self.first * self.factor ** (failures - 1), self.longest)
