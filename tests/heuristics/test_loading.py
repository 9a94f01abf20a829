"""From source text to heuristic class, and every way in which a source can be none."""

from __future__ import annotations

import traceback
import warnings

import pytest

from heurgen import Heuristic
from heurgen.errors import CandidateError
from heurgen.heuristics.loading import (
    HEAVY_IMPORTS,
    HELPERS,
    SOURCE_LIMIT,
    STANDARD,
    RejectedError,
    candidate_imports,
    candidate_line,
    describe,
    load_candidate,
)

GOOD = "from heurgen import Heuristic\nclass H(Heuristic):\n    def __call__(self, s): return 7\n"


def rejection(source: str) -> str:
    with pytest.raises(RejectedError) as caught:
        load_candidate(source)
    assert isinstance(caught.value, CandidateError)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_the_class_is_returned_and_works() -> None:
    cls = load_candidate(GOOD)
    assert issubclass(cls, Heuristic)
    assert cls.__name__ == "H"
    assert cls.__call__(object.__new__(cls), None) == 7  # type: ignore[arg-type]


def test_of_a_hierarchy_the_leaf_counts() -> None:
    assert load_candidate(GOOD + "class Better(H): pass\n").__name__ == "Better"


def test_a_mixin_after_the_base_class_does_not_hide_that_call_is_missing() -> None:
    source = (
        "import heurgen\nclass Mixin:\n    def __call__(self, s): return 1\n"
        "class H(heurgen.Heuristic, Mixin): pass\n"
    )
    assert rejection(source) == "line 4: class H has no __call__ method"
    swapped = source.replace("heurgen.Heuristic, Mixin", "Mixin, heurgen.Heuristic")
    assert load_candidate(swapped).__name__ == "H"


def test_one_class_under_two_names_is_one() -> None:
    assert load_candidate(GOOD + "Alias = H\n").__name__ == "H"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f(:", "line 1: syntax error: invalid syntax"),
        ("x = 1\nreturn 3", "line 2: syntax error: 'return' outside function"),
        ("x = 1\n\0", "null bytes"),
        ("", "defines no class that derives from heurgen.Heuristic"),
        ("from heurgen import Heuristic", "defines no class that derives from heurgen.Heuristic"),
        (
            GOOD + "class G(Heuristic): pass\n",
            "2 heuristic classes, expected one: H (line 2), G (line 4)",
        ),
        (
            "from heurgen import Heuristic\nclass H(Heuristic): pass",
            "line 2: class H has no __call__",
        ),
        (GOOD + "1 / 0\n", "line 4: ZeroDivisionError: division by zero (at import)"),
        (GOOD + "raise SystemExit('bye\\nbye')\n", "line 4: SystemExit: bye bye (at import)"),
        ("import math\nfrom heurgen import Nothing", "line 2: ImportError"),
        ("x = '" + "x" * SOURCE_LIMIT + "'", "1,000,006 characters long; at most 1,000,000"),
        ("(" * 10_000, "too many nested parentheses"),
        ("x = " + "-" * 100_000 + "1", "cannot be"),
    ],
)
def test_the_reason_of_a_rejection_is_told_in_one_line(source: str, message: str) -> None:
    assert message in rejection(source)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("import os", "import of os"),
        ("import math, os.path", "import of os.path"),
        ("from subprocess import run", "import of subprocess"),
        ("from . import x", "relative import"),
        ("from .. import x", "relative import"),
        ("import heurgen.sandbox", "import of heurgen.sandbox"),
        ("from heurgen.core import search", "import of heurgen.core"),
        ("import mathematics", "import of mathematics"),
    ],
)
def test_other_imports_are_rejected_wherever_they_stand(line: str, what: str) -> None:
    message = rejection(f"{GOOD}def f():\n    if 0:\n        {line}\n")
    assert message.startswith(
        f"line 6: {what}; a candidate may import heurgen, heurgen.graphs, bisect"
    )


@pytest.mark.parametrize("name", [*HELPERS[:1], *STANDARD[1:], *HEAVY_IMPORTS, "collections.abc"])
def test_the_allowed_imports_are_allowed(name: str) -> None:
    assert load_candidate(f"import {name}\n{GOOD}").__name__ == "H"


def test_imports_are_listed_in_order_with_their_first_line() -> None:
    source = (
        "def f():\n    import scipy.sparse\nimport math, heapq\n"
        "from math import inf\nfrom . import y\n"
    )
    assert list(candidate_imports(source).items()) == [
        ("scipy.sparse", 2),
        ("heapq", 3),
        ("math", 3),
        (".", 5),
    ]


def test_nothing_runs_before_the_imports_are_checked() -> None:
    assert "import of os" in rejection("raise ValueError\nimport os")


def test_dataclasses_work_with_postponed_annotations() -> None:
    source = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "from typing import ClassVar\n@dataclass\nclass P:\n    x: int\n    y: ClassVar[int] = 2\n"
        + GOOD
    )
    assert load_candidate(source).__name__ == "H"


def test_future_imports_of_heurgen_do_not_leak_into_candidates() -> None:
    source = GOOD + "def f(x: int): pass\nassert f.__annotations__ == {'x': int}\n"
    assert load_candidate(source).__name__ == "H"


def test_odd_string_escapes_are_no_error_where_warnings_are() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_candidate(GOOD + "x = '\\d'\n").__name__ == "H"


def test_tracebacks_show_the_source_and_the_innermost_line() -> None:
    source = GOOD.replace("return 7", "return f()") + "def f():\n    return [][3]\n"
    heuristic = object.__new__(load_candidate(source, "c07"))
    with pytest.raises(IndexError) as caught:
        heuristic(None)  # type: ignore[arg-type]
    assert candidate_line(caught.value, "c07") == "line 5: "
    assert candidate_line(caught.value, "other") == ""
    text = "".join(traceback.format_exception(caught.value))
    assert 'File "<c07>", line 5, in f\n    return [][3]\n' in text


def test_a_message_that_cannot_be_made_is_described_all_the_same() -> None:
    class HostileError(Exception):
        def __str__(self) -> str:
            raise ValueError("no")

    assert describe(HostileError()) == "HostileError: (its message cannot be shown: ValueError)"
    assert describe(KeyError()) == "KeyError"
    assert describe(ValueError("a\n  b")) == "ValueError: a b"
