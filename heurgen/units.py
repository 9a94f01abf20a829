"""Times and sizes as people write them: ``60``, ``5m``, ``8GiB``."""

from __future__ import annotations

import re

from heurgen.errors import InputError

_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_BYTES = {"": 1, "b": 1, "k": 10**3, "kb": 10**3, "m": 10**6, "mb": 10**6, "g": 10**9, "gb": 10**9}
_BYTES |= {"ki": 2**10, "kib": 2**10, "mi": 2**20, "mib": 2**20, "gi": 2**30, "gib": 2**30}
_FORM = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*([a-z]*)\s*", re.IGNORECASE)


def parse_seconds(value: float | str | None) -> float | None:
    """Seconds from ``60``, ``0.5``, ``"90s"``, ``"5m"`` or ``"1h"``; None stays None."""
    return _parse(value, _SECONDS, "a time such as 60, 90s, 5m or 1h")


def parse_bytes(value: float | str | None) -> int | None:
    """Bytes from ``"8GiB"``, ``"500MB"`` or a plain number of bytes; None stays None."""
    parsed = _parse(value, _BYTES, "a size such as 8GiB, 500MB or a number of bytes")
    return None if parsed is None else int(parsed)


def _parse(
    value: float | str | None, units: dict[str, float] | dict[str, int], expected: str
) -> float | None:
    if value is None:
        return None
    if isinstance(value, str):
        match = _FORM.fullmatch(value)
        unit = units.get(match[2].lower()) if match else None
        if match is None or unit is None:
            raise InputError(f"cannot read {value!r}; expected {expected}")
        number = float(match[1]) * unit
    else:
        number = float(value)
    if not 0 < number < float("inf"):
        raise InputError(f"{value!r} is not positive; expected {expected}")
    return number


def format_bytes(size: float) -> str:
    """``12.3 MiB`` and the like."""
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.2f} GiB"


def format_seconds(seconds: float) -> str:
    """``0.012 s``, ``3.4 s``, ``125 s``: three digits that matter."""
    if seconds < 1:
        return f"{seconds:.3f} s"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
