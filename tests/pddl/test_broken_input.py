"""Whatever is done to a correct text: it is read, or an error names a place in it."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from heurgen.errors import PddlError
from heurgen.paths import pddl_dir
from heurgen.pddl import Domain, parse_domain, parse_problem, read_domain
from tests.pddl.test_errors import DOMAIN, PROBLEM

FERRY = pddl_dir() / "ferry"
TEXTS = [
    (DOMAIN, None),
    (PROBLEM, parse_domain(DOMAIN)),
    ((FERRY / "domain.pddl").read_text(), None),
    ((FERRY / "training" / "p03.pddl").read_text(), read_domain(FERRY / "domain.pddl")),
]
SYMBOLS = ["(", "(", ")", "()", "?", "-", ":", ";", "=", "0", "-1", "\r\n"]
ODDITIES = ["é", "\r", "\0", "\ufeff", "\ud800", "\x1b", "\x85"]
WORDS = ["and", "not", "or", "when", "forall", "either", "increase", "object", "?x", "define", "at"]
KEYWORDS = [":init", ":action", ":goal", ":objects", ":effect"]
PIECES = st.sampled_from(SYMBOLS + ODDITIES + WORDS + KEYWORDS) | st.text(max_size=3)


def tokens(text: str) -> list[str]:
    return re.findall(r";[^\n]*\n|\s+|[()]|[^\s()]+", text)


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, Domain | None]:
    """A text with some characters or tokens deleted, doubled, exchanged or inserted."""
    text, domain = draw(st.sampled_from(TEXTS))
    pieces = tokens(text) if draw(st.booleans()) else list(text)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(pieces) - 1))
        until = min(len(pieces), at + draw(st.sampled_from([0, 1, 1, 2, 10])))
        new = [
            [],
            pieces[at:until] * 2,
            pieces[at:until][::-1],
            [draw(PIECES)],
            [" ", draw(PIECES), " "],
        ]
        pieces[at:until] = draw(st.sampled_from(new))
    return "".join(pieces), domain


def check(text: str, domain: Domain | None) -> None:
    try:
        if domain is None:
            parse_domain(text)
        else:
            parse_problem(text, domain)
    except PddlError as error:
        assert str(error).isprintable()
        text = text.removeprefix("\ufeff")
        if not text.strip():
            return
        lines = re.split("\r\n|\r|\n", text)
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1


@settings(max_examples=600, deadline=None)
@given(mutations())
def test_mutated_texts(mutation: tuple[str, Domain | None]) -> None:
    check(*mutation)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.sampled_from(["(define ", "(domain d) ", " "])).map("".join))
@example("(define (domain d) (:types - ")
@example("\ud800\x00")
def test_texts_that_were_never_correct(text: str) -> None:
    check(text, None)
    check(text, TEXTS[1][1])


def test_texts_that_end_anywhere() -> None:
    for text, domain in TEXTS[:2]:
        for end in range(len(text)):
            check(text[:end], domain)
