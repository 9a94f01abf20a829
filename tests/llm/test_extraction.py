"""Code out of answers: every shape that models give it."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heurgen.llm.extraction import Extraction, Problem, extract_code

IMPORT = "from heurgen import Heuristic\n"
CLASS = "class H(Heuristic):\n    def __call__(self, state):\n        return 1\n"
CODE = f"{IMPORT}\n\n{CLASS}"
OTHER = CODE.replace("return 1", "return 2")
HELPER = "def helper():\n    return 3\n"
NEEDY = CODE.replace("return 1", "return helper()")
ELIDED = f"{IMPORT}class H(Heuristic):\n    def __call__(self, state):\n        ...  # as above\n"
BROKEN = CODE.replace("return 1", "return (1")
USE = "h = H(task)\nprint(h(task.initial_state))\n"


def fenced(code: str, language: str = "python", fence: str = "```") -> str:
    return f"{fence}{language}\n{code}{fence}\n"


def indented(text: str, by: str) -> str:
    return "".join(f"{by}{line}\n" if line else "\n" for line in text.splitlines())


WHOLE = {
    "a fence": fenced(CODE),
    "a capital": fenced(CODE, "Python"),
    "short": fenced(CODE, "py"),
    "version": fenced(CODE, "python3"),
    "no language": fenced(CODE, ""),
    "a space before the language": fenced(CODE, " python"),
    "attributes": fenced(CODE, 'python title="ferry.py"'),
    "a file name": fenced(CODE, "python:ferry.py"),
    "pandoc": fenced(CODE, "{.python}"),
    "tildes": fenced(CODE, fence="~~~"),
    "a long fence": fenced(CODE, fence="````"),
    "prose": f"Here it is:\n\n{fenced(CODE)}\nIt counts things.",
    "crlf": fenced(CODE).replace("\n", "\r\n"),
    "cr": fenced(CODE).replace("\n", "\r"),
    "byte order mark": "\ufeff" + fenced(CODE),
    "spaces behind the end": fenced(CODE).replace("\n```\n", "\n```  \n"),
    "pddl first": f"{fenced('(define (domain d))', 'pddl')}\n{fenced(CODE)}",
    "pddl last": f"{fenced(CODE)}\n{fenced('(define (domain d))', '')}",
    "output last": f"{fenced(CODE)}\nIt prints:\n{fenced(USE, 'text')}",
    "use last": f"{fenced(CODE)}\nUse it so:\n{fenced(USE)}",
    "a helper nobody calls": f"First an idea:\n{fenced(HELPER)}\nNow all of it:\n{fenced(CODE)}",
    "elided repetition": f"{fenced(CODE)}\nIn short:\n{fenced(ELIDED)}",
    "broken repetition": f"{fenced(CODE)}\nOr:\n{fenced(BROKEN)}",
    "better repetition": f"{fenced(OTHER)}\nBetter:\n{fenced(CODE)}",
    "wrong language": fenced(CODE, "heuristic"),
    "list item": f"1. The code:\n\n{indented(fenced(CODE), '   ')}\n2. Done.\n",
    "fence in the item": "- " + indented(fenced(CODE), "  ").lstrip(),
    "indented fence, code not": f"  ```python\n{CODE}  ```\n",
    "indented code, fence not": f"```python\n{indented(CODE, '    ')}```\n",
    "tabs": indented(fenced(CODE), "\t"),
    "inline fence": f"Wrap it in ```python ...```.\n{fenced(CODE)}",
    "within markdown": f"````markdown\nThe answer:\n{fenced(CODE)}````\n",
    "within markdown, same fence": f"```markdown\nThe answer:\n{fenced(CODE)}```\n",
    "stray fence behind": f"{fenced(CODE)}```\nHope this helps.\n",
    "not ended before the next": f"```python\n{HELPER}```python\n{CODE}```\n",
    "never ended": f"```python\n{CODE}",
    "reasoning": f"<think>\n{fenced(OTHER)}\n</think>\n{fenced(CODE)}",
    "reasoning without its begin": f"maybe\n{fenced(OTHER)}</think>\n{fenced(CODE)}",
    "no fence": CODE,
    "no fence, prose before": f"Here is the code.\n\n{CODE}",
    "no fence, prose behind": f"{CODE}\nIt counts things, don't worry.\n",
    "no fence, prose around": f"Here it is:\n\n{CODE}\nIt counts.\n\nIt's quick.\n",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE.keys())
def test_the_heuristic_is_found(text: str) -> None:
    found = extract_code(text, "stop")
    assert found.problem is Problem.NONE
    assert not found.truncated
    assert found.code is not None
    assert found.code.strip() == CODE.strip()


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE.keys())
def test_it_is_found_without_a_finish_reason_too(text: str) -> None:
    assert extract_code(text) == extract_code(text, "stop")


TOGETHER = {
    "imports apart": fenced(IMPORT) + "and\n" + fenced(CLASS),
    "helper before": fenced(HELPER) + fenced(NEEDY),
    "helper behind": fenced(NEEDY) + "with\n" + fenced(HELPER),
    "helper with its import": (
        fenced("import math\n")
        + fenced("def helper():\n    return math.floor(three)\n")
        + fenced("three = 3.5\n")
        + fenced(NEEDY)
    ),
    "base class apart": (
        fenced(f"{IMPORT}class Base(Heuristic):\n    def __init__(self, task):\n        pass\n")
        + fenced(CLASS.replace("Heuristic", "Base"))
    ),
    "call in the base class": (
        fenced(CODE.replace("class H(", "class BaseHeuristic("))
        + fenced("class H(BaseHeuristic):\n    weight = 2\n")
    ),
    "future import": fenced(IMPORT + HELPER)
    + fenced("from __future__ import annotations\n" + NEEDY.replace(IMPORT, "")),
    "decorated helper": fenced("import functools\n")
    + fenced(f"@functools.lru_cache\n{HELPER}")
    + fenced(NEEDY),
    "class cut in two": fenced(
        f"{IMPORT}class H(Heuristic):\n    def __init__(self, t):\n        pass\n"
    )
    + "then\n"
    + fenced("    def __call__(self, state):\n        return 3\n"),
}


@pytest.mark.parametrize("text", TOGETHER.values(), ids=TOGETHER.keys())
def test_blocks_that_need_each_other_become_one_module(text: str) -> None:
    code = extract_code(text).code
    assert code is not None
    assert code.count(IMPORT) == 1
    scope: dict[str, Any] = {"Heuristic": object}
    exec(code.replace(IMPORT, ""), scope)
    assert scope["H"].__call__(None, None) in (1, 3)


def test_only_what_is_needed_is_taken_from_other_blocks() -> None:
    first = CODE.replace("class H", "class Old") + "\nprint('loaded')\n"
    code = extract_code(fenced(first) + "Better:\n" + fenced(CLASS)).code
    assert code is not None
    assert "Old" not in code
    assert "print" not in code
    assert code.startswith(IMPORT)


def test_a_fence_in_a_docstring_does_not_end_the_block() -> None:
    quoted = CLASS.replace(
        "        return",
        '        """Example\n\n        ```\n        h(s)\n        ```\n        """\n        return',
    )
    assert extract_code(fenced(IMPORT + quoted)).code == IMPORT + quoted


def test_a_string_without_indentation_survives_an_indented_fence() -> None:
    text = f"   ```python\n   {IMPORT}   T = '''\nfree\n'''\n{indented(CLASS, '   ')}   ```\n"
    assert extract_code(text).code == f"{IMPORT}T = '''\nfree\n'''\n{CLASS}"


@pytest.mark.filterwarnings("error")
def test_doubtful_escapes_in_code_cause_no_warning() -> None:
    code = CODE.replace("1", r"len('\d+')")
    assert extract_code(fenced(code)).code == code


@pytest.mark.parametrize(
    "code", ["(" * 5000, "-" * 100_000 + "1", "x = '\0'", "a" * 100_000 + "\n = 1"]
)
def test_code_that_python_cannot_even_parse_is_handed_on(code: str) -> None:
    assert extract_code(fenced(code + "\n")).code == code + "\n"


NOTHING = [
    ("", None, Problem.EMPTY),
    (" \n\n", "stop", Problem.EMPTY),
    ("", "length", Problem.TRUNCATED),
    ("", "content_filter", Problem.REFUSED),
    ("I cannot help with that.", "refusal", Problem.REFUSED),
    ("I cannot help with that.", None, Problem.NO_CODE),
    ("```python\n```\n", None, Problem.NO_CODE),
    ("```text\nnothing\n```", None, Problem.NO_CODE),
    ("import of ideas (in prose, with no code", None, Problem.NO_CODE),
    ("from here on,\nimport\nclass", None, Problem.NO_CODE),
    (fenced('{"a": 1}', "json"), "stop", Problem.NO_CODE),
    ("<think>\nFirst, " + fenced(CODE), None, Problem.TRUNCATED),
    ("```python\n", None, Problem.TRUNCATED),
    ("```python\n# A heuristic that", None, Problem.TRUNCATED),
    ("```python\n" + CODE[:-20], None, Problem.TRUNCATED),
    ("```\n" + CODE[:-20], "stop", Problem.TRUNCATED),
    ("```python\n" + IMPORT, "stop", Problem.TRUNCATED),
    ("```python\n" + CODE, "length", Problem.TRUNCATED),
    (fenced(HELPER) + "Now the class:\n```python\n" + NEEDY[:-4] + "(", None, Problem.TRUNCATED),
    (fenced(HELPER) + "Now the class, which", "length", Problem.TRUNCATED),
    (CODE[:-20] + "(", "length", Problem.TRUNCATED),
    (CODE, "length", Problem.TRUNCATED),
    ("Let me think about ferries", "length", Problem.TRUNCATED),
]


@pytest.mark.parametrize(("text", "reason", "problem"), NOTHING)
def test_what_gives_no_code_says_why(text: str, reason: str | None, problem: Problem) -> None:
    truncated = problem is Problem.TRUNCATED
    assert extract_code(text, reason) == Extraction(None, problem, truncated)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (fenced(CODE) + "This works since", "length"),
        (fenced(CODE) + "Even better:\n```python\nfrom heurgen import Heu", None),
        (fenced(CODE) + "Even better:\n```python\n" + OTHER, "length"),
    ],
)
def test_a_whole_heuristic_before_the_cut_counts(text: str, reason: str | None) -> None:
    assert extract_code(text, reason) == Extraction(CODE, Problem.NONE, truncated=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (fenced(BROKEN), BROKEN),
        (fenced(BROKEN) + "Use it so:\n" + fenced(USE), BROKEN),
        (fenced("def f(:\n"), "def f(:\n"),
        (fenced(HELPER), HELPER),
        (fenced(CLASS.replace("__call__", "value")), CLASS.replace("__call__", "value")),
    ],
)
def test_python_that_is_no_heuristic_is_handed_on_as_it_is(text: str, code: str) -> None:
    assert extract_code(text) == Extraction(code)


bodies = st.text(alphabet="ab \n#'\"\t(.", max_size=60)


@given(bodies, st.text(alphabet="xyz .\n", max_size=40))
def test_any_code_between_fences_comes_back(body: str, prose: str) -> None:
    code = f"x = 1\n{body}\n"
    assert extract_code(f"{prose}\n{fenced(code)}\n{prose}").code == code


@given(st.text(max_size=80), st.integers(0, 12), st.sampled_from(("```", "~~~", "`````")))
def test_a_heuristic_with_any_string_in_it_comes_back(text: str, indent: int, fence: str) -> None:
    code = CODE.replace("1", repr(text))
    found = extract_code("Some prose.\n\n" + indented(fenced(code, fence=fence), " " * indent))
    assert found == Extraction(code)


@given(st.text(alphabet="`~\n\r \tabc:(=)#'\"@_<>think/1class def __call__", max_size=200))
def test_any_text_has_an_outcome(text: str) -> None:
    found = extract_code(text)
    assert (found.code is None) == (found.problem is not Problem.NONE)


@given(st.integers(1, len(fenced(CODE)) - 1))
def test_a_cut_answer_never_gives_half_a_heuristic(place: int) -> None:
    code = extract_code(fenced(CODE)[:place], "length").code
    assert code is None or ast.dump(ast.parse(code)) == ast.dump(ast.parse(CODE))
