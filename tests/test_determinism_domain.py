"""A sliding puzzle, as a task whose search would show any dependence on the order of sets."""

from __future__ import annotations

from heurgen.pddl.model import Action, Domain, Literal, Parameter, Predicate, Problem


def puzzle() -> Problem:
    """The 3x3 sliding puzzle some moves away from its goal."""
    cells = [f"c{x}{y}" for y in range(3) for x in range(3)]
    tiles = [f"t{i}" for i in range(1, 9)]
    slide = Action(
        "slide",
        (
            Parameter("?t", ("tile",)),
            Parameter("?from", ("cell",)),
            Parameter("?to", ("cell",)),
        ),
        (
            Literal(("on", "?t", "?from")),
            Literal(("empty", "?to")),
            Literal(("next", "?from", "?to")),
        ),
        (
            Literal(("on", "?t", "?to")),
            Literal(("empty", "?from")),
            Literal(("on", "?t", "?from"), False),
            Literal(("empty", "?to"), False),
        ),
    )
    predicates = {
        "on": Predicate("on", (Parameter("?t", ("tile",)), Parameter("?c", ("cell",)))),
        "empty": Predicate("empty", (Parameter("?c", ("cell",)),)),
        "next": Predicate("next", (Parameter("?c", ("cell",)), Parameter("?d", ("cell",)))),
    }
    types = {"tile": ("object",), "cell": ("object",)}
    domain = Domain("puzzle", (), types, {}, predicates, {}, (slide,))
    neighbours = [
        ("next", f"c{x}{y}", f"c{x + dx}{y + dy}")
        for y in range(3)
        for x in range(3)
        for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0))
        if 0 <= x + dx < 3 and 0 <= y + dy < 3
    ]
    order = [1, 8, 2, 0, 4, 3, 7, 6, 5]
    init: list[tuple[str, ...]] = [
        ("on", f"t{tile}", cell) if tile else ("empty", cell)
        for tile, cell in zip(order, cells, strict=True)
    ]
    goal = [Literal(("on", tile, cell)) for tile, cell in zip(tiles, cells, strict=False)]
    objects = {**dict.fromkeys(cells, ("cell",)), **dict.fromkeys(tiles, ("tile",))}
    return Problem("puzzle", domain, objects, (*init, *neighbours), tuple(goal))


def test_the_puzzle_is_read_as_meant() -> None:
    problem = puzzle()
    assert len(problem.init) == 9 + 24
    assert len(problem.goal) == 8
