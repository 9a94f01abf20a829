"""The names of searches and their options."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heurgen.core.spec import ORDERS, SEARCHES, SearchSpec, parse_search


@given(
    name=st.sampled_from(["gbfs", "gbfs-lazy", "gbfs-pe"]),
    order=st.sampled_from(ORDERS),
    alternate=st.lists(st.sampled_from(["ff", "hadd", "lmcount"]), unique=True),
)
def test_what_is_written_is_read(name: str, order: str, alternate: list[str]) -> None:
    spec = SearchSpec(name, order, tuple(alternate))
    assert parse_search(str(spec)) == spec


@pytest.mark.parametrize("name", SEARCHES)
def test_plain_names(name: str) -> None:
    assert parse_search(name) == parse_search(f" {name}( ) ") == SearchSpec(name)
    assert str(parse_search(name)) == name


def test_weights() -> None:
    assert parse_search("wastar(weight=5)").weight == 5
    assert str(parse_search("wastar(weight=5)")) == "wastar(weight=5)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dfs", "known: gbfs"),
        ("gbfs(", "known: gbfs"),
        ("gbfs(order)", "'order' is none of"),
        ("gbfs(order=goals,)", "'' is none of"),
        ("gbfs(order=goals, order=goals)", "is none of"),
        ("gbfs(depth=3)", "'depth=3' is none of"),
        ("gbfs(order=best)", "no order 'best'; known: schema, goals, random"),
        ("gbfs(weight=2)", "only wastar"),
        ("wastar(weight=0.5)", "not a number of at least 1"),
        ("wastar(weight=nan)", "not a number of at least 1"),
        ("wastar(weight=many)", "not a number of at least 1"),
        ("astar(alternate=ff)", "takes one heuristic"),
        ("astar(order=goals)", "has no order"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_search(text)
