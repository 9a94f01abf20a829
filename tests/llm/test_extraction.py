"""Code out of answers: every shape that models give it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heurgen.llm.extraction import Problem, extract_code

CODE = "from heurgen import Heuristic\n\n\nclass H(Heuristic):\n    def __call__(self, state):\n        return 1\n"
HELPER = "def helper():\n    return 3\n"


def fenced(code: str, language: str = "python", fence: str = "```") -> str:
    return f"{fence}{language}\n{code.rstrip()}\n{fence}\n"


@pytest.mark.parametrize(
    "text",
    [
        fenced(CODE),
        fenced(CODE, "Python"),
        fenced(CODE, "py"),
        fenced(CODE, ""),
        fenced(CODE, fence="~~~"),
        fenced(CODE, fence="````"),
        f"Here it is:\n\n{fenced(CODE)}\nIt counts things.",
        fenced(CODE).replace("\n", "\r\n"),
        f"First an idea:\n{fenced(HELPER)}\nNow all of it:\n{fenced(CODE)}",
        f"{fenced(CODE)}\nUse it so:\n{fenced('print(1)', '')}\n",
        f"{fenced('(define (domain d))', 'pddl')}\n{fenced(CODE)}",
        CODE,
    ],
    ids=str,
)
def test_the_class_is_found(text: str) -> None:
    extraction = extract_code(text)
    assert extraction.problem is Problem.NONE
    assert extraction.code is not None
    assert extraction.code.strip() == CODE.strip()


def test_indented_blocks_lose_their_indentation() -> None:
    text = "1. Do this:\n\n" + "".join(f"   {line}\n" for line in fenced(CODE).splitlines())
    code = extract_code(text).code
    assert code is not None
    assert code.strip() == CODE.strip()


def test_of_two_classes_in_two_blocks_the_last_counts() -> None:
    second = CODE.replace("return 1", "return 2")
    code = extract_code(fenced(CODE) + "Better:\n" + fenced(second)).code
    assert code == second


@pytest.mark.parametrize(
    ("text", "reason", "problem"),
    [
        ("", None, Problem.NO_CODE),
        ("I cannot help with that.", None, Problem.NO_CODE),
        ("```python\n```\n", None, Problem.NO_CODE),
        ("```text\nnothing\n```", None, Problem.NO_CODE),
        ("```python\n" + CODE[:-20], None, Problem.TRUNCATED),
        ("```python\n" + CODE, "length", Problem.TRUNCATED),
        (CODE[:-20] + "(", "length", Problem.TRUNCATED),
        ("import of ideas (in prose, with no code", None, Problem.NO_CODE),
    ],
)
def test_what_gives_no_code_says_why(text: str, reason: str | None, problem: Problem) -> None:
    extraction = extract_code(text, reason)
    assert extraction.code is None
    assert extraction.problem is problem


def test_an_unclosed_but_complete_block_counts() -> None:
    assert extract_code("```python\n" + CODE, "stop").code == CODE


@given(st.text(alphabet="ab \n#'", max_size=60), st.text(alphabet="xyz .\n", max_size=40))
def test_any_code_between_fences_comes_back(code: str, prose: str) -> None:
    body = code.rstrip() + "\n"
    extraction = extract_code(f"{prose}\n{fenced(body)}\n{prose}")
    if body.strip():
        assert extraction.code == body
    else:
        assert extraction.problem is Problem.NO_CODE
