"""Fingerprints: equal for domains a heuristic cannot tell apart, different for all others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import given
from hypothesis import strategies as st

from heurgen.paths import pddl_dir
from heurgen.pddl import parse_domain, read_domain
from heurgen.pddl.fingerprint import fingerprint
from heurgen.pddl.model import Action, Atom, Domain, Literal, Parameter, Predicate
from tests.delivery import DOMAIN, no, parameters, yes
from tests.strategies import problems

T = TypeVar("T")
DOMAINS = st.just(DOMAIN) | problems().map(lambda problem: problem.domain)


# ----- what does not count -----


def shuffled(data: st.DataObject, items: Sequence[T]) -> tuple[T, ...]:
    return tuple(data.draw(st.permutations(items)))


def reordered(data: st.DataObject, mapping: Mapping[str, T]) -> dict[str, T]:
    return dict(shuffled(data, list(mapping.items())))


def disguised(data: st.DataObject, domain: Domain) -> Domain:
    """The same domain in other words and another order, with declarations nobody uses."""
    types = dict(domain.types) | {"unused": tuple(domain.types)[:1], "lonely": ("object",)}
    constants = dict(domain.constants) | {"unused": ("unused",)}
    predicates = dict(domain.predicates) | {"unused": Predicate("unused", ())}
    return Domain(
        data.draw(st.sampled_from(["x", domain.name])),
        shuffled(data, (":strips", ":typing", *domain.requirements)),
        {name: shuffled(data, parents) for name, parents in reordered(data, types).items()},
        reordered(data, constants),
        reordered(data, predicates),
        reordered(data, domain.functions),
        tuple(disguised_action(data, action) for action in shuffled(data, domain.actions)),
        "elsewhere.pddl",
    )


def disguised_action(data: st.DataObject, action: Action) -> Action:
    letters = shuffled(data, "abcdefgh")
    names = {
        parameter.name: f"?{letters[place]}" for place, parameter in enumerate(action.parameters)
    }

    def renamed(atom: Atom) -> Atom:
        terms = [names.get(term, term) for term in atom[1:]]
        return (atom[0], *(shuffled(data, terms) if atom[0] == "=" else terms))

    def rewritten(literals: Sequence[Literal]) -> tuple[Literal, ...]:
        twice = [*literals, *literals[:1]]
        return shuffled(data, [Literal(renamed(one.atom), one.positive) for one in twice])

    cost = [renamed(term) if isinstance(term, tuple) else float(term) for term in action.cost or ()]
    return Action(
        action.name,
        tuple(
            Parameter(names[parameter.name], shuffled(data, parameter.types))
            for parameter in action.parameters
        ),
        rewritten(action.precondition),
        rewritten(action.effect),
        shuffled(data, cost) or None,
    )


@given(DOMAINS, st.data())
def test_names_of_variables_order_and_unused_declarations_do_not_count(
    domain: Domain, data: st.DataObject
) -> None:
    assert fingerprint(disguised(data, domain)) == fingerprint(domain)


BLOCKS = """(define (domain blocks)
  (:requirements :strips)
  (:predicates (clear ?x) (on-table ?x) (holding ?x) (on ?x ?y))
  (:action pickup :parameters (?x)
    :precondition (and (clear ?x) (on-table ?x))
    :effect (and (holding ?x) (not (clear ?x)) (not (on-table ?x))))
  (:action stack :parameters (?x ?y)
    :precondition (and (holding ?x) (clear ?y) (not (= ?x ?y)))
    :effect (and (on ?x ?y) (clear ?x) (not (holding ?x)) (not (clear ?y)))))
"""
SAME_BLOCKS = """; another author, another layout
(DEFINE (DOMAIN Tower-World)
  (:Requirements :typing :equality :negative-preconditions)
  (:types block table)
  (:constants FLOOR - table)
  (:predicates (ON ?top ?bottom - object) (holding ?b) (clear ?b) (on-table ?b) (heavy ?b - block))
  (:action STACK ; comes first here
    :parameters (?above - object ?below - (either block object))
    :precondition (and (not (= ?below ?above)) (and (clear ?below) (holding ?above)))
    :effect (and (not (clear ?below)) (not (holding ?above)) (clear ?above) (on ?above ?below)))
  (:action pickup
    :parameters (?b)
    :precondition (and (on-table ?b) (clear ?b) (clear ?b))
    :effect (and (not (on-table ?b)) (not (clear ?b)) (holding ?b))))
"""


def test_the_text_does_not_count() -> None:
    assert fingerprint(parse_domain(BLOCKS)) == fingerprint(parse_domain(SAME_BLOCKS))


def test_sixteen_hexadecimal_digits_that_never_change() -> None:
    # Stored heuristics carry them: another canonical form would make all of those unknown.
    assert fingerprint(DOMAIN) == "d0131cadbe4fa339"
    assert fingerprint(parse_domain(BLOCKS)) == "815a526bbb04367e"


def test_costs_are_compared_by_their_sum() -> None:
    assert costing((5,)) == costing((2, 3)) == costing((5.0,)) == costing((3, 2.0))
    assert costing((2, ("f",), 3)) == costing((("f",), 5))
    assert costing((("f",),)) == costing((0, ("f",)))
    assert costing((("f",), ("g",))) == costing((("g",), ("f",)))


def costing(*costs: tuple[float | Atom, ...] | None) -> str:
    """The fingerprint of a domain with an action for each cost."""
    actions = [
        Action(f"a{place}", (), (), (yes("done"),), cost) for place, cost in enumerate(costs)
    ]
    return fingerprint(Domain("d", (), {}, {}, {}, {}, tuple(actions)))


def test_an_action_without_cost_beside_one_with_a_cost_is_free() -> None:
    assert costing((1,), None) == costing((1,), (0,))
    assert costing(None, None) != costing((0,), (0,))


def typed(types: Mapping[str, tuple[str, ...]], *kinds: str, constant: str = "") -> str:
    """The fingerprint of a domain with a parameter, or a constant, of each type."""
    action = Action("act", parameters(**{kind: kind for kind in kinds}), (), (yes("done", "c"),))
    constants = {"c": (constant,)} if constant else {}
    return fingerprint(Domain("d", (), types, constants, {}, {}, (action,)))


def test_types_between_those_that_are_used_do_not_count() -> None:
    direct = {"car": ("thing",), "thing": ("object",)}
    detour = {"car": ("vehicle",), "vehicle": ("thing",), "thing": ("object",)}
    both = detour | {"car": ("thing", "vehicle")}
    apart = {"car": ("object",), "thing": ("object",)}
    assert typed(direct, "car", "thing") == typed(detour, "car", "thing")
    assert typed(both, "car", "thing") == typed(detour, "car", "thing")
    assert typed(apart, "car", "thing") != typed(direct, "car", "thing")
    assert typed(apart, "car") == typed(direct, "car")


def test_the_types_of_a_mentioned_constant_count_as_far_as_they_are_used() -> None:
    types = {"car": ("thing",), "van": ("car",), "thing": ("object",)}
    assert typed(types, "car", constant="van") == typed(types, "car", constant="car")
    assert typed(types, "car", constant="thing") != typed(types, "car", constant="car")


def test_so_do_those_of_a_constant_that_only_a_cost_mentions() -> None:
    act = Action("act", parameters(x="car"), (), (yes("done"),), (("toll", "c"),))
    car, bus = (
        Domain("d", (), {"car": ("object",), "bus": ("object",)}, {"c": (kind,)}, {}, {}, (act,))
        for kind in ("car", "bus")
    )
    assert fingerprint(car) != fingerprint(bus)


# ----- what counts -----


def edited(name: str, /, **changes: Any) -> Domain:
    """The delivery domain with a change to one of its actions."""
    actions = [
        replace(action, **changes) if action.name == name else action for action in DOMAIN.actions
    ]
    return replace(DOMAIN, actions=tuple(actions))


def action(name: str) -> Action:
    return next(action for action in DOMAIN.actions if action.name == name)


DRIVE, FLY = action("drive"), action("fly")
AT, ROAD, APART = DRIVE.precondition
CHANGES: dict[str, Domain] = {
    "nothing": DOMAIN,
    "an action renamed": edited("drive", name="move"),
    "an action less": replace(DOMAIN, actions=DOMAIN.actions[1:]),
    "an action more": replace(DOMAIN, actions=(*DOMAIN.actions, replace(DRIVE, name="move"))),
    "parameters in another order": edited("drive", parameters=DRIVE.parameters[::-1]),
    "a parameter more": edited("drive", parameters=DRIVE.parameters + parameters(x="truck")),
    "a parameter's type wider": edited(
        "drive", parameters=parameters(t="vehicle", a="place", b="place")
    ),
    "a parameter's type narrower": edited(
        "drive", parameters=parameters(t="heavy-truck", a="place", b="place")
    ),
    "a parameter without type": edited(
        "drive", parameters=parameters(t="object", a="place", b="place")
    ),
    "a type less in either": edited(
        "load", parameters=parameters(p="parcel", v="truck", a="place")
    ),
    "a type more in either": edited(
        "load", parameters=parameters(p="parcel", v="truck drone parcel", a="place")
    ),
    "a precondition less": edited("drive", precondition=DRIVE.precondition[1:]),
    "a precondition more": edited("drive", precondition=(*DRIVE.precondition, yes("full", "?t"))),
    "a precondition negated": edited(
        "drive", precondition=(no("at", "?t", "?a"), ROAD, APART)
    ),
    "equality instead of inequality": edited(
        "drive", precondition=(AT, ROAD, yes("=", "?a", "?b"))
    ),
    "arguments of a precondition swapped": edited(
        "drive", precondition=(AT, yes("road", "?b", "?a"), APART)
    ),
    "another predicate in a precondition": edited(
        "drive", precondition=(AT, yes("way", "?a", "?b"), APART)
    ),
    "a constant for a variable": edited(
        "drive", precondition=(AT, yes("road", "?a", "hub"), APART)
    ),
    "an argument less": edited(
        "drive", precondition=(AT, yes("road", "?a"), APART)
    ),
    "an effect less": edited("drive", effect=DRIVE.effect[1:]),
    "an effect more": edited("drive", effect=(*DRIVE.effect, no("full", "?t"))),
    "an effect negated": edited("drive", effect=(yes("at", "?t", "?a"), DRIVE.effect[1])),
    "effects exchanged": edited("drive", effect=(no("at", "?t", "?b"), yes("at", "?t", "?a"))),
    "precondition and effect exchanged": edited(
        "fly", precondition=FLY.effect, effect=FLY.precondition
    ),
    "a cost less": edited("drive", cost=None),
    "a cost more": edited("drive", cost=(*(DRIVE.cost or ()), 1)),
    "a cost counted twice": edited("drive", cost=(DRIVE.cost or ()) * 2),
    "arguments of a cost swapped": edited("drive", cost=(("length", "?b", "?a"),)),
    "another function": edited("drive", cost=(("time", "?a", "?b"),)),
    "a number slightly larger": edited("load", cost=(1.0000001,)),
    "a large number": edited("load", cost=(1_000_000,)),
    "a large number slightly larger": edited("load", cost=(1_000_001,)),
    "no costs at all": replace(
        DOMAIN, actions=tuple(replace(action, cost=None) for action in DOMAIN.actions)
    ),
    "another constant": edited(
        "repair", precondition=(yes("at", "?d", "base"), yes("=", "?x", "hub"))
    ),
    "a constant's type": replace(DOMAIN, constants={"hub": ("parcel",)}),
    "a supertype less": replace(DOMAIN, types={**DOMAIN.types, "truck": ("object",)}),
    "a supertype more": replace(DOMAIN, types={**DOMAIN.types, "parcel": ("vehicle",)}),
}


def test_each_change_of_meaning_gives_another_fingerprint() -> None:
    found: dict[str, str] = {}
    for change, domain in CHANGES.items():
        same = found.setdefault(fingerprint(domain), change)
        assert same == change, f"{change!r} looks like {same!r}"


Edit = Callable[[Action, int], Action]
EDITS: dict[str, Edit] = {
    "drop precondition": lambda a, i: replace(a, precondition=without(a.precondition, i)),
    "drop effect": lambda a, i: replace(a, effect=without(a.effect, i)),
    "negate precondition": lambda a, i: replace(a, precondition=negated(a.precondition, i)),
    "negate effect": lambda a, i: replace(a, effect=negated(a.effect, i)),
    "rename": lambda a, i: replace(a, name=f"{a.name}-{i}"),
    "add cost": lambda a, i: replace(a, cost=(*(a.cost or ()), i + 1)),
    "add parameter": lambda a, i: replace(a, parameters=(*a.parameters, Parameter("?new"))),
}


def without(literals: tuple[Literal, ...], place: int) -> tuple[Literal, ...]:
    return literals[:place] + literals[place + 1 :]


def negated(literals: tuple[Literal, ...], place: int) -> tuple[Literal, ...]:
    other = [Literal(one.atom, not one.positive) for one in literals[place : place + 1]]
    return (*literals[:place], *other, *literals[place + 1 :])


@given(DOMAINS, st.sampled_from(sorted(EDITS)), st.data())
def test_any_edit_of_an_action_counts(domain: Domain, edit: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(domain.actions) - 1))
    old = domain.actions[place]
    new = EDITS[edit](old, data.draw(st.integers(0, 4)))
    actions = (*domain.actions[:place], new, *domain.actions[place + 1 :])
    same = set(new.precondition) == set(old.precondition) and set(new.effect) == set(old.effect)
    rest = [(one.name, one.parameters, one.cost) for one in (old, new)]
    untouched = same and rest[0] == rest[1]
    assert (fingerprint(replace(domain, actions=actions)) == fingerprint(domain)) == untouched


# ----- real domains -----


def test_the_ten_domains_of_the_learning_track_are_told_apart(ipc2023: Path) -> None:
    domains = sorted(ipc2023.glob("*/domain.pddl"))
    assert len(domains) == 10
    assert len({fingerprint(read_domain(domain)) for domain in domains}) == 10


def test_bundled_domains_are_told_apart() -> None:
    domains = sorted(pddl_dir().glob("*/domain.pddl"))
    assert domains
    assert len({fingerprint(read_domain(domain)) for domain in domains}) == len(domains)


def test_our_own_text_of_a_competition_domain_is_recognised(ipc2023: Path) -> None:
    compared = 0
    for own in sorted(pddl_dir().glob("*/domain.pddl")):
        theirs = ipc2023 / own.parent.name / "domain.pddl"
        if theirs.is_file():
            assert fingerprint(read_domain(own)) == fingerprint(read_domain(theirs)), own
            compared += 1
    assert compared
