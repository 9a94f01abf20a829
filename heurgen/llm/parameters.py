"""The sampling parameters of a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields

from heurgen.errors import InputError


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a model is asked to sample with; None leaves a parameter to the endpoint.

    `temperature` is from 0 to 2, `top_p` in (0, 1], `reasoning_effort` a word that the endpoint
    knows, `max_tokens` the most tokens of an answer, hidden reasoning included. Sample n is drawn
    with the seed `seed` + n - 1, since equal seeds would ask for equal answers. Raises InputError
    for a value out of range.
    """

    temperature: float | None = None
    top_p: float | None = None
    reasoning_effort: str | None = None
    max_tokens: int | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        _check("temperature", self.temperature, "from 0 to 2", lambda value: 0 <= value <= 2)
        _check("top_p", self.top_p, "above 0 and at most 1", lambda value: 0 < value <= 1)
        _check("max_tokens", self.max_tokens, "at least 1", lambda value: value >= 1)
        if self.reasoning_effort is not None and not self.reasoning_effort.strip():
            raise InputError("reasoning_effort is empty; expected a word such as low or high")

    def set_values(self) -> dict[str, object]:
        """The parameters that are set, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @property
    def canonical(self) -> str:
        """JSON that is equal for equal parameters; part of the key of a stored response."""
        values = self.set_values()
        for name in ("temperature", "top_p"):
            if name in values:  # 1 and 1.0 are equal, and so are 0.0 and -0.0
                values[name] = float(str(values[name])) + 0.0
        return json.dumps(values, sort_keys=True)

    @classmethod
    def from_values(cls, values: Mapping[str, object]) -> Parameters:
        """The inverse of `set_values`. Raises InputError for an unknown name or a wrong type."""
        known = {field.name for field in fields(cls)}
        for name, value in values.items():
            if name not in known:
                raise InputError(f"unknown parameter {name!r}; known: {', '.join(sorted(known))}")
            if isinstance(value, bool) or not isinstance(value, _TYPES[name]):
                raise InputError(f"parameter {name} cannot be {value!r}")
        return cls(**values)  # type: ignore[arg-type]


_TYPES: dict[str, tuple[type, ...]] = {
    "temperature": (int, float),
    "top_p": (int, float),
    "reasoning_effort": (str,),
    "max_tokens": (int,),
    "seed": (int,),
}


def _check(
    name: str, value: float | None, expected: str, accepted: Callable[[float], bool]
) -> None:
    if value is not None and not accepted(value):
        raise InputError(f"{name} is {value!r}; expected {expected}")
