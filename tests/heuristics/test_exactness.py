"""Sources changed so that Cython computes what Python computes."""

from __future__ import annotations

import ast

import pytest

from heurgen.heuristics.exactness import ShadowedError, exact_integers


@pytest.mark.parametrize(
    ("source", "exact"),
    [
        ("a = 1 << n", "a = int(1) << n"),
        ("a = (1 << len(x)) - 1", "a = (int(1) << len(x)) - 1"),
        ("a = len(x) << 3", "a = int(len(x)) << 3"),
        ("a = (len(x) + 1) << 3", "a = (int(len(x) + 1)) << 3"),
        ("a = 2 ** n", "a = int(2) ** n"),
        ("a = -2 ** n", "a = -int(2) ** n"),
        ("a = max(len(x), 2) ** n", "a = int(max(len(x), 2)) ** n"),
        ("a = 1 << 2 << n", "a = int(int(1) << 2) << n"),
        ("a = 'ä€', 1 << n, 'ö', 1 << m", "a = 'ä€', int(1) << n, 'ö', int(1) << m"),
        ("a = '\x0c'\nb = (1\n  << n)", "a = '\x0c'\nb = (int(1)\n  << n)"),
    ],
)
def test_machine_integers_become_those_of_python(source: str, exact: str) -> None:
    changed = exact_integers(source)
    assert changed == exact
    ast.parse(changed)


@pytest.mark.parametrize(
    "source",
    ["a = x << 3", "a = 2.0 ** n", "a = len(x) ** 2", "a = True << n", "a = len(x) * 3", "a = s.len << 2", "a = f'{1 << n}'"],
)
def test_what_python_computes_already_stays(source: str) -> None:
    assert exact_integers(source) == source


@pytest.mark.parametrize("line", ["int = float", "from m import x as int", "def int(x): pass", "class int: pass", "f = lambda int: 1 << int"])
def test_an_int_of_its_own_is_refused(line: str) -> None:
    with pytest.raises(ShadowedError, match="a name int"):
        exact_integers(f"{line}\na = 1 << n\n")
    assert exact_integers(line.replace("1 << int", "int")) == line.replace("1 << int", "int")
