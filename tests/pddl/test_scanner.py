"""The compiled scanner against a plain one, and the loops over large lists."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heurgen.core.scanner import (
    FactReader,
    ItemError,
    Node,
    ScanError,
    scan,
    token_offset,
    typed_list,
)

BLANK = " \t\n\r\v\f"
TOKENS = st.text(st.characters(codec="utf-8", exclude_characters="()\0;" + BLANK), min_size=1)
GAPS = st.lists(st.sampled_from([*BLANK, ";\n", "; (x) y\r", " "]), max_size=3).map("".join)
TREES = st.recursive(st.lists(TOKENS), lambda trees: st.lists(TOKENS | trees), max_leaves=30)


def as_lists(tree: Any) -> Any:
    """What `scan` returns as nested lists."""
    if isinstance(tree, str):
        return tree
    return [as_lists(item) for item in (tree.items if isinstance(tree, Node) else tree)]


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, Any]:
    """A text with one list, and the list."""
    tree = draw(TREES)

    def write(item: Any) -> str:
        if isinstance(item, str):
            return item + draw(GAPS) + " "
        return f"({draw(GAPS)}{''.join(map(write, item))}){draw(GAPS)}"

    return draw(GAPS) + write(tree), tree


@settings(deadline=None)
@given(texts())
def test_layout_does_not_matter(text_and_tree: tuple[str, Any]) -> None:
    text, tree = text_and_tree
    assert as_lists(scan(text.encode())[0]) == tree


def plain_scan(text: bytes) -> Any:
    """Tokens one by one, lists with recursion left to Python's lists; None for what is no list."""
    lines = re.sub(rb";[^\r\n]*", b" ", text)
    stack: list[Any] = [[]]
    for token in re.findall(rb"[()]|[^()\s]+", lines):
        if token == b"(":
            stack.append([])
        elif token == b")":
            if len(stack) == 1:
                return None
            last = stack.pop()
            stack[-1].append(last)
        else:
            stack[-1].append(token.decode())
    complete = len(stack) == 1 and len(stack[0]) == 1 and isinstance(stack[0][0], list)
    return stack[0][0] if complete else None


@settings(deadline=None)
@given(st.lists(st.sampled_from(["(", "(", ")", ")", "a", "bc", " ", ";", "\n", "\r", "é"])))
def test_any_text_is_taken_or_refused_as_by_a_plain_scanner(pieces: list[str]) -> None:
    text = "".join(pieces).encode()
    try:
        found = as_lists(scan(text)[0])
    except ScanError as error:
        found = None
        assert 0 <= error.offset < max(1, len(text))
    assert found == plain_scan(text)


@settings(deadline=None)
@given(texts())
def test_every_item_is_where_it_is_said_to_be(text_and_tree: tuple[str, Any]) -> None:
    text = text_and_tree[0].encode()
    waiting = [scan(text)]
    while waiting:
        tree, start = waiting.pop()
        assert text[start : start + 1] == b"("
        for place, item in enumerate(tree.items if isinstance(tree, Node) else tree):
            if isinstance(tree, Node):
                offset = tree.offset(place)
            else:
                offset = token_offset(text, start, place)
            if isinstance(item, str):
                assert text[offset:].startswith(item.encode())
                assert offset == 0 or text[offset - 1 : offset] in b"()\n\r " + BLANK.encode()
            else:
                waiting.append((item, offset))


def test_equal_tokens_are_one_string() -> None:
    names = [f"name-{number}" for number in range(5000)]
    tree, _ = scan(f"({' '.join(names)} {' '.join(names)})".encode())
    assert isinstance(tree, tuple)
    assert list(tree[:5000]) == names
    assert all(one is other for one, other in zip(tree[:5000], tree[5000:], strict=True))


def test_deep_nesting_does_not_overflow_the_stack() -> None:
    with pytest.raises(ScanError, match="never closed"):
        scan(b"(" * 300_000)
    tree, _ = scan(b"(" * 300_000 + b")" * 300_000)
    depth = 1
    while isinstance(tree, Node):
        (inner,) = tree.items
        assert not isinstance(inner, str)
        tree = inner
        depth += 1
    assert depth == 300_000


def test_a_place_after_the_end_is_an_error() -> None:
    tree, _ = scan(b"(a (b))")
    assert isinstance(tree, Node)
    with pytest.raises(IndexError):
        tree.offset(2)


# ----- typed lists -----


def test_typed_lists_give_each_name_its_types_and_place() -> None:
    tree, _ = scan(b"(:objects a b - t c - (either u v u) d - t e f)")
    assert isinstance(tree, Node)
    assert typed_list(tree.items, 1, variables=False) == [
        ("a", ("t",), 1),
        ("b", ("t",), 2),
        ("c", ("u", "v"), 5),
        ("d", ("t",), 8),
        ("e", ("object",), 11),
        ("f", ("object",), 12),
    ]
    assert typed_list((), 0, variables=True) == []


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["-", "a", "?a", "?", ":a", "-a", ("either", "a"), ("x",), ()])),
    st.booleans(),
)
def test_typed_lists_are_what_their_grammar_says(items: list[Any], variables: bool) -> None:
    kinds = [_kind(item) for item in items]
    text = "".join(kinds)
    names = "v" if variables else "n"
    valid = re.fullmatch(f"({names}+-[ne])*{names}*", text) is not None
    try:
        found = typed_list(tuple(items), 0, variables)
    except ItemError as error:
        assert not valid
        assert 0 <= error.place < len(items)
    else:
        assert valid
        assert [items[place] for _, _, place in found] == [name for name, _, _ in found]
        assert len(found) == text.count(names) - len(re.findall("-n", text)) * (not variables)


def _kind(item: Any) -> str:
    known = {"-": "-", "a": "n", "?a": "v", ("either", "a"): "e"}
    return known.get(item, "x")


# ----- facts -----

YES, NO = b"\1\1", b"\1\0"          # what objects of kinds 0 and 1 are admitted


def reader() -> FactReader:
    """Predicates (p any), (q only kind 0, any), (r); a function (f only kind 0)."""
    predicates = {"p": (YES,), "q": (NO, YES), "r": ()}
    return FactReader(predicates, {"f": (NO,)}, {"a": 0, "b": 1})


@pytest.mark.parametrize(
    ("fact", "fits"),
    [
        ("(p a)", True),
        ("(q a b)", True),
        ("(r)", True),
        ("(q b a)", False),
        ("(p c)", False),
        ("(s a)", False),
        ("(p)", False),
        ("(r a)", False),
        ("()", False),
        ("p", False),
        ("(p (a))", False),
        ("(not (p a))", False),
        ("(= (f a) 3)", True),
        ("(= (f a) 4)", False),         # no number as far as the reader knows
        ("(= (f b) 3)", False),
        ("(= (g a) 3)", False),
        ("(= (f a) 3 3)", False),
        ("(= (f a) (f a))", False),
        ("(= (f a))", False),
        ("(= a b)", False),
        ("(= f 3)", False),
    ],
)
def test_facts_are_taken_up_to_the_first_that_does_not_fit(fact: str, fits: bool) -> None:
    facts = reader()
    facts.numbers["3"] = 3
    tree, _ = scan(f"(:init (p b) {fact} (r))".encode())
    assert isinstance(tree, Node)
    assert facts.take(tree.items, 1) == (4 if fits else 2)
    assert facts.atoms[0] == ("p", "b")
    assert len(facts.atoms) + len(facts.values) == (3 if fits else 1)


def test_a_second_value_of_a_function_is_refused_unless_it_is_the_same() -> None:
    facts = reader()
    facts.numbers.update({"3": 3, "3.0": 3.0, "4": 4})
    tree, _ = scan(b"((= (f a) 3) (= (f a) 3.0) (= (f a) 4))")
    assert isinstance(tree, Node)
    assert facts.take(tree.items, 0) == 2
    assert facts.values == {("f", "a"): 3}
