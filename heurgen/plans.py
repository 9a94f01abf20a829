"""Plan files in the format of the International Planning Competition, which VAL reads."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from heurgen.errors import InputError, PlanFormatError

_STEP = re.compile(r"(?:\d+(?:\.\d+)?\s*:\s*)?\(\s*([^\s()]+(?:\s+[^\s()]+)*)\s*\)\s*(?:\[[\d.]+\])?")


def format_plan(plan: Sequence[Sequence[str]], cost: float, *, unit_cost: bool) -> str:
    """The text of a plan file: ``(stack b1 b2)`` a line, last ``; cost = 4 (unit cost)``."""
    lines = [f"({' '.join(step)})" for step in plan]
    kind = "unit" if unit_cost else "general"
    lines.append(f"; cost = {cost:.15g} ({kind} cost)")
    return "\n".join(lines) + "\n"


def parse_plan(text: str, file: str = "<string>") -> list[tuple[str, ...]]:
    """The steps of a plan, lower case. Times before a step, as in ``0: (a b)``, are ignored.

    Raises PlanFormatError for a line that is neither a step nor a comment.
    """
    plan = []
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.split(";", 1)[0].strip().lower()
        if not content:
            continue
        match = _STEP.fullmatch(content)
        if match is None:
            raise PlanFormatError(f"{file}:{number}: found {content[:60]!r}; expected (ACTION ARGUMENT ...)")
        plan.append(tuple(match[1].split()))
    return plan


def read_plan(path: str | Path) -> list[tuple[str, ...]]:
    """The steps of a plan file. Raises PlanFormatError where there is none or it is none."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise PlanFormatError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PlanFormatError(f"{path}: is not text") from error
    return parse_plan(text, str(path))


def write_plan(path: str | Path, plan: Sequence[Sequence[str]], cost: float, *, unit_cost: bool) -> None:
    """Write a plan file; it appears whole or not at all. Raises InputError where that is impossible."""
    write_text(Path(path), format_plan(plan, cost, unit_cost=unit_cost))


def write_text(path: Path, text: str) -> None:
    """Write a text file; it appears whole or not at all. Raises InputError where that is impossible."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
