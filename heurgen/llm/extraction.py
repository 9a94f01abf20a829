"""From a model's answer to the code of a candidate."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from enum import Enum

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+.-]*)[^\n]*$")


class Problem(str, Enum):
    """Why an answer gives no code."""

    NONE = ""
    NO_CODE = "no code in the answer"
    TRUNCATED = "the answer breaks off inside its code"


@dataclass(frozen=True, slots=True)
class Extraction:
    """The code of an answer, or why there is none."""

    code: str | None
    problem: Problem = Problem.NONE


@dataclass(frozen=True, slots=True)
class _Block:
    language: str
    code: str
    closed: bool


def extract_code(text: str, finish_reason: str | None = None) -> Extraction:
    """The Python module in an answer.

    Of several fenced blocks the last one that defines a class with a ``__call__`` method counts, else
    the last one in Python; prose around them is ignored. Without fences the whole text counts if it is Python. A
    block that is never closed is code only if it is complete Python and the model was not cut off
    (`finish_reason` "length").
    """
    text = text.replace("\r\n", "\n")
    blocks = [block for block in _blocks(text) if block.language in ("", "python", "py", "python3")]
    if not blocks:
        return _unfenced(text, finish_reason)
    open_end = not blocks[-1].closed
    if open_end and (finish_reason == "length" or not _is_python(blocks[-1].code)):
        return Extraction(None, Problem.TRUNCATED)
    with_class = [block for block in blocks if _defines_callable_class(block.code)]
    chosen = (with_class or blocks)[-1]
    return Extraction(chosen.code) if chosen.code.strip() else Extraction(None, Problem.NO_CODE)


def _unfenced(text: str, finish_reason: str | None) -> Extraction:
    if not _looks_like_code(text):
        return Extraction(None, Problem.NO_CODE)
    if _is_python(text):
        return Extraction(text)
    return Extraction(None, Problem.TRUNCATED if finish_reason == "length" else Problem.NO_CODE)


def _blocks(text: str) -> list[_Block]:
    """The fenced blocks of a Markdown text, indented ones (in lists) without their indentation."""
    found: list[_Block] = []
    fence = language = ""
    indent = 0
    lines: list[str] = []
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if not fence:
            if match:
                fence, language, lines = match[1], match[2].lower(), []
                indent = len(line) - len(line.lstrip())
        elif match and not match[2] and match[1][0] == fence[0] and len(match[1]) >= len(fence):
            found.append(_Block(language, "\n".join(lines) + "\n", True))
            fence = ""
        else:
            lines.append(line[indent:] if not line[:indent].strip() else line)
    if fence:
        found.append(_Block(language, "\n".join(lines), False))
    return found


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(code.strip())


def _looks_like_code(text: str) -> bool:
    return re.search(r"^(class|def|import|from)\s+\w", text, re.MULTILINE) is not None


def _defines_callable_class(code: str) -> bool:
    return re.search(r"^class\s+\w", code, re.MULTILINE) is not None and "def __call__" in code
