"""Small tasks for the core's tests."""

from __future__ import annotations

import pytest

from heurgen.pddl.model import Action, Domain, Literal, Parameter, Predicate, Problem


def line_problem(length: int, goal: str | None = None) -> Problem:
    """A robot on a line of places a, b, c, ... that walks both ways."""
    places = [chr(ord("a") + i) for i in range(length)]
    move = Action(
        "move",
        (Parameter("?from", ("place",)), Parameter("?to", ("place",))),
        (Literal(("at", "?from")), Literal(("road", "?from", "?to"))),
        (Literal(("at", "?to")), Literal(("at", "?from"), False)),
    )
    predicates = {
        "at": Predicate("at", (Parameter("?p", ("place",)),)),
        "road": Predicate("road", (Parameter("?p", ("place",)), Parameter("?q", ("place",)))),
    }
    domain = Domain("line", (), {"place": ("object",)}, {}, predicates, {}, (move,))
    roads = [("road", p, q) for p, q in zip(places, places[1:], strict=False)]
    roads += [("road", q, p) for _, p, q in roads]
    return Problem(
        "line",
        domain,
        dict.fromkeys(places, ("place",)),
        (("at", "a"), *roads),
        (Literal(("at", goal or places[-1])),),
    )


@pytest.fixture
def tiny() -> Problem:
    return line_problem(4)
