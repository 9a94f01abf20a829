"""Random small tasks for hypothesis: lifted, typed, with negation, equality and constants."""

from __future__ import annotations

from hypothesis import strategies as st

from heurgen.pddl.model import Action, Domain, Literal, Parameter, Predicate, Problem

TYPES = {"animal": ("object",), "cat": ("animal",), "dog": ("animal",), "place": ("object",)}
TYPE_CHOICES = [("object",), ("animal",), ("cat",), ("dog",), ("place",), ("cat", "place")]


@st.composite
def problems(draw: st.DrawFn, max_objects: int = 5, max_arity: int = 3) -> Problem:
    """A task with 1-3 schemas over 2-5 predicates, some of them static."""
    names = [f"o{i}" for i in range(draw(st.integers(1, max_objects)))]
    objects = {
        name: (draw(st.sampled_from(["cat", "dog", "place", "animal", "object"])),)
        for name in names
    }
    predicates = {
        f"p{i}": Predicate(
            f"p{i}", tuple(Parameter(f"?a{k}") for k in range(draw(st.integers(0, max_arity))))
        )
        for i in range(draw(st.integers(2, 5)))
    }
    constants = {name: objects[name] for name in names[:1]} if draw(st.booleans()) else {}
    fluent = sorted(predicates)[: max(1, len(predicates) - 1)]
    actions = tuple(
        draw(schemas(f"act{i}", predicates, fluent, sorted(constants)))
        for i in range(draw(st.integers(1, 3)))
    )
    domain = Domain("random", (), TYPES, constants, predicates, {}, actions)
    init = draw(st.lists(ground_atoms(predicates, names), max_size=12, unique=True))
    goal = draw(
        st.lists(
            st.builds(Literal, ground_atoms(predicates, names), st.sampled_from([True] * 3 + [False])),
            max_size=3,
            unique=True,
        )
    )
    return Problem("random", domain, objects, tuple(init), tuple(goal))


@st.composite
def ground_atoms(
    draw: st.DrawFn, predicates: dict[str, Predicate], names: list[str]
) -> tuple[str, ...]:
    name = draw(st.sampled_from(sorted(predicates)))
    return (name, *[draw(st.sampled_from(names)) for _ in range(predicates[name].arity)])


@st.composite
def schemas(
    draw: st.DrawFn,
    name: str,
    predicates: dict[str, Predicate],
    fluent: list[str],
    constants: list[str],
) -> Action:
    parameters = tuple(
        Parameter(f"?x{i}", draw(st.sampled_from(TYPE_CHOICES)))
        for i in range(draw(st.integers(0, 3)))
    )
    terms = [parameter.name for parameter in parameters] + constants

    def literals(choices: list[str], most: int) -> tuple[Literal, ...]:
        found = []
        for _ in range(draw(st.integers(0, most))):
            predicate = predicates[draw(st.sampled_from(choices))]
            if predicate.arity and not terms:
                continue
            atom = (predicate.name, *[draw(st.sampled_from(terms)) for _ in range(predicate.arity)])
            found.append(Literal(atom, draw(st.sampled_from([True, True, False]))))
        return tuple(dict.fromkeys(found))

    precondition = literals(sorted(predicates), 4)
    if terms and draw(st.integers(0, 3)) == 0:
        sides = ("=", draw(st.sampled_from(terms)), draw(st.sampled_from(terms)))
        precondition += (Literal(sides, draw(st.booleans())),)
    return Action(name, parameters, precondition, literals(fluent, 4))
