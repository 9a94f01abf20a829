"""Plan files in the format of the International Planning Competition, which VAL reads.

A plan is a list of ``(action, argument, ...)`` tuples, all names in lower case.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from heurgen.errors import InputError, PlanFormatError

_STEP = re.compile(
    r"(?:\d+(?:\.\d+)?\s*:\s*)?"                    # the time a planner may write before a step
    r"\(\s*([^\s()]+(?:\s+[^\s()]+)*)\s*\)"
    r"\s*(?:\[\s*\d+(?:\.\d+)?\s*\])?"              # its duration
)


def format_plan(plan: Sequence[Sequence[str]], cost: float, *, unit_cost: bool) -> str:
    """The text of a plan file: ``(stack b1 b2)`` a line, last ``; cost = 4 (unit cost)``."""
    lines = [f"({' '.join(step)})" for step in plan]
    number = str(int(cost)) if cost == int(cost) else f"{cost:.15g}"
    lines.append(f"; cost = {number} ({'unit' if unit_cost else 'general'} cost)")
    return "\n".join(lines) + "\n"


def parse_plan(text: str, file: str = "<string>") -> list[tuple[str, ...]]:
    """The steps of a plan, lower case; `file` is for error messages.

    What some planners write around a step, as in ``0.00: (a b) [1]``, is ignored. Raises
    PlanFormatError for a line that is neither a step nor a comment.
    """
    plan = []
    # Not splitlines(): it also breaks at form feeds and the like, which editors do not count.
    for number, line in enumerate(text.split("\n"), start=1):
        content = line.split(";", 1)[0].strip().lower()
        if not content:
            continue
        match = _STEP.fullmatch(content)
        if match is None:
            found = f"found {content[:60]!r}"
            raise PlanFormatError(f"{file}:{number}: {found}; expected (ACTION ARGUMENT ...)")
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


def write_plan(
    path: str | Path, plan: Sequence[Sequence[str]], cost: float, *, unit_cost: bool
) -> None:
    """Write a plan file as `write_text` does. Raises InputError where that is impossible."""
    write_text(Path(path), format_plan(plan, cost, unit_cost=unit_cost))


def write_text(path: Path, text: str) -> None:
    """Write a text file; it appears whole or not at all.

    A path that is no regular file, such as ``/dev/stdout``, is written to, never replaced. Raises
    InputError where writing is impossible; the file is then as before.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
        else:
            _replace(path, text)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
    except UnicodeEncodeError as error:
        raise InputError(f"{path}: cannot be written: the text is not Unicode") from error


def _replace(path: Path, text: str) -> None:
    # In the same folder, as a rename is atomic within one file system only.
    temporary = path.parent / f".heurgen-{secrets.token_hex(8)}.tmp"
    try:
        with temporary.open("x", encoding="utf-8", newline="") as stream:
            stream.write(text)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)       # it is gone already unless something failed
