"""From a model's answer to the code of a candidate.

Which of several blocks counts: the last one that is a heuristic as a whole, that is, Python with a
class that has a `__call__` with a body. Models sketch first and end with the full code; what
follows it in a block of its own is an example of use. A later block that is broken or elided does
not replace an earlier whole one.

Blocks that form a module together: where the chosen block uses names that it does not define, the
statements of other blocks that define them (imports, helpers, base classes) are put before it, and
only those. Where no block is a heuristic by itself, all Python blocks in a row are tried as one
module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from heurgen.llm.markdown import Block, fenced_blocks
from heurgen.llm.modules import Rank, parses, rank_module, with_missing_names

_PYTHON = frozenset(("", "python", "py", "python3", "py3", "python2", "ipython", "cython"))
_BEGIN = re.compile(r"^(?:class|def|import|from)[ \t]+\w|^@\w|^[A-Z_]+ *=", re.MULTILINE)
_CUT_OFF = "length"
_REFUSALS = frozenset(("content_filter", "refusal"))
_MOST_PARAGRAPHS = 40


class Problem(str, Enum):
    """Why an answer gives no code."""

    NONE = ""
    EMPTY = "the answer is empty"
    REFUSED = "the model refused to answer"
    NO_CODE = "no code in the answer"
    TRUNCATED = "the answer breaks off inside its code"


@dataclass(frozen=True, slots=True)
class Extraction:
    """The code of an answer, or why there is none: exactly one of `code` and `problem` is set.

    `truncated` tells that the answer was cut off, which can be so although a whole heuristic stood
    before the cut. The code is not checked: where an answer has no valid Python, its last block is
    handed on as it is, so that what is wrong with it can be said.
    """

    code: str | None
    problem: Problem = Problem.NONE
    truncated: bool = False


def extract_code(text: str, finish_reason: str | None = None) -> Extraction:
    """The Python module in an answer; see the head of this file for which block counts.

    `finish_reason` is the endpoint's word for why the answer ended, None if unknown. Line ends
    become ``\\n``, and a leading part up to ``</think>``, where models reason, is left out. Without
    a fence the longest part counts that begins like Python, ends with a paragraph, and is a
    heuristic as a whole, else the whole text if it is Python.
    """
    answer = _after_reasoning(text)
    if answer is None:
        return _nothing(Problem.TRUNCATED)
    cut_off = finish_reason == _CUT_OFF
    found = _from_blocks(_blocks(answer), cut_off) or _from_prose(answer, cut_off)
    if found.problem is not Problem.NO_CODE:
        return found
    if cut_off:
        return _nothing(Problem.TRUNCATED)
    if finish_reason in _REFUSALS:
        return _nothing(Problem.REFUSED)
    return found if answer.strip() else _nothing(Problem.EMPTY)


def _nothing(problem: Problem) -> Extraction:
    return Extraction(None, problem, truncated=problem is Problem.TRUNCATED)


def _after_reasoning(text: str) -> str | None:
    """The answer behind the model's reasoning; None if that is where the text ends."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "</think>" in text:
        return text.rpartition("</think>")[2]
    return None if text.lstrip().startswith("<think>") else text


def _blocks(answer: str) -> list[Block]:
    """The fenced blocks, but no empty ones, and no stray last fence with only prose behind it."""
    blocks = fenced_blocks(answer)
    if blocks and not blocks[-1].closed:
        last = blocks.pop()
        named = last.language in _PYTHON and last.language != ""
        if named or _first_line_of_code(last.code) is not None:
            return [block for block in blocks if block.raw.strip()] + [last]
    return [block for block in blocks if block.raw.strip()]


def _from_blocks(blocks: list[Block], cut_off: bool) -> Extraction | None:
    """The code in fenced blocks; None where none of them is Python."""
    ranks = [_rank(blocks, place) for place in range(len(blocks))]
    unfinished = bool(blocks) and not blocks[-1].closed and (cut_off or ranks[-1] < Rank.HEURISTIC)
    if unfinished:
        ranks.pop()
    ranked = [(rank, place) for place, rank in enumerate(ranks)]
    rank, place = max(ranked, default=(Rank.FOREIGN, 0))
    if rank is Rank.HEURISTIC:
        return Extraction(_completed(blocks, place), truncated=cut_off or unfinished)
    if unfinished or (cut_off and rank is not Rank.FOREIGN):
        return _nothing(Problem.TRUNCATED)
    return None if rank is Rank.FOREIGN else Extraction(_joined(blocks) or blocks[place].code)


def _completed(blocks: list[Block], place: int) -> str:
    """The code of a block with what it needs of the other Python blocks."""
    before, behind = (
        [block.code for block in part if block.language in _PYTHON]
        for part in (blocks[:place], blocks[place + 1 :])
    )
    return with_missing_names(blocks[place].code, before, behind)


def _rank(blocks: list[Block], place: int) -> Rank:
    rank = rank_module(blocks[place].code)
    if rank is Rank.DERIVED:  # its base class may stand in another block
        rank = max(rank, rank_module(_completed(blocks, place)))
    if blocks[place].language in _PYTHON or rank is Rank.HEURISTIC:
        return rank
    return Rank.FOREIGN


def _joined(blocks: list[Block]) -> str | None:
    """All Python blocks as one module, where that is a heuristic."""
    joined = "\n".join(block.raw for block in blocks if block.language in _PYTHON)
    return joined if rank_module(joined) is Rank.HEURISTIC else None


def _from_prose(text: str, cut_off: bool) -> Extraction:
    """Code without a fence, as it is when it was copied from a web page."""
    if parses(text) and _first_line_of_code(text) is not None:
        return _nothing(Problem.TRUNCATED) if cut_off else Extraction(text)
    for code in _unfenced(text):
        if rank_module(code) is Rank.HEURISTIC:
            return Extraction(code, truncated=cut_off)
    return _nothing(Problem.NO_CODE)


def _unfenced(text: str) -> Iterator[str]:
    """What begins with the first line of code and ends with a paragraph, the longest first."""
    start = _first_line_of_code(text)
    if start is not None:
        pieces = re.split(r"(\n\s*\n)", text[start:].rstrip())
        for end in range(len(pieces), max(0, len(pieces) - 2 * _MOST_PARAGRAPHS), -2):
            yield "".join(pieces[:end]) + "\n"


def _first_line_of_code(text: str) -> int | None:
    """Where the first line begins that is like one of a module, None if there is none."""
    match = _BEGIN.search(text)
    return match.start() if match else None
