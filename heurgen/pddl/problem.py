"""Reading a problem file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from heurgen.core.scanner import first_bad_atom
from heurgen.pddl.domain import (
    DomainParts,
    Scope,
    check_requirements,
    declared_objects,
    read_atom,
    read_conjunction,
    read_number,
)
from heurgen.pddl.model import Atom, Domain, Literal, Predicate, Problem
from heurgen.pddl.syntax import ListView, Source, parse_define
from heurgen.pddl.types import is_a

if TYPE_CHECKING:
    from heurgen.core.scanner import Tree

SECTIONS = (":domain", ":requirements", ":objects", ":init", ":goal", ":metric")
UNSUPPORTED = frozenset((":constraints", ":length", ":htn", ":deadline"))


@dataclass
class InitialValues:
    """What (:init ...) says: the atoms that hold and the values of functions."""

    atoms: list[Atom] = field(default_factory=list)
    values: dict[Atom, float] = field(default_factory=dict)


def build_problem(source: Source, domain: Domain) -> Problem:
    """The problem that a text describes; PddlError where it does not, or for another domain."""
    top = parse_define(source, "problem")
    sections = _sections(top)
    _check_domain(top, sections, domain)
    if ":requirements" in sections:
        check_requirements(sections[":requirements"])
    objects = dict(domain.constants)
    if ":objects" in sections:
        objects |= declared_objects(domain.types, sections[":objects"], domain.constants)
    parts = DomainParts([], domain.types, {}, dict(domain.predicates), dict(domain.functions))
    scope = Scope(parts, {}, objects)
    init = InitialValues()
    if ":init" in sections:
        init = _read_init(scope, sections[":init"])
    goal: list[Literal] = []
    if ":goal" not in sections:
        raise top.source.error(top.start, "the problem has no goal", "(:goal ...)")
    view = sections[":goal"]
    if len(view) > 2:
        raise view.error(2, "a second formula in the goal", "(:goal (and ...))")
    if len(view) == 2:
        goal = read_conjunction(scope, view.view(1, "a formula"))
    minimize = ":metric" in sections and _read_metric(sections[":metric"])
    return Problem(
        top.view(1, "").token(1, ""),
        domain,
        objects,
        tuple(dict.fromkeys(init.atoms)),
        tuple(dict.fromkeys(goal)),
        init.values,
        minimize,
        source.file,
    )


def _sections(top: ListView) -> dict[str, ListView]:
    found: dict[str, ListView] = {}
    for view in top.views(2, "a section such as (:init ...)"):
        keyword = view.token(0, "a section such as :init")
        if keyword in UNSUPPORTED:
            raise top.source.unsupported(view.start, keyword)
        if keyword not in SECTIONS:
            raise view.error(0, f"unknown section {keyword}", f"one of {', '.join(SECTIONS)}")
        if keyword in found:
            raise view.error(0, f"a second {keyword} section")
        found[keyword] = view
    return found


def _check_domain(top: ListView, sections: Mapping[str, ListView], domain: Domain) -> None:
    if ":domain" not in sections:
        raise top.source.error(top.start, "the problem names no domain", f"(:domain {domain.name})")
    view = sections[":domain"]
    name = view.token(1, "the name of the domain")
    if name != domain.name:
        raise view.error(1, f"the problem is of domain {name}", f"domain {domain.name}")


def _read_init(scope: Scope, view: ListView) -> InitialValues:
    """Fast where every item is an atom that fits; otherwise item by item, with the place of an error."""
    found = InitialValues()
    atoms: list[Tree] = list(view.items[1:])
    signatures, kinds = _signatures(scope)
    bad = first_bad_atom(atoms, signatures, kinds)
    if bad < 0:
        found.atoms = atoms  # type: ignore[assignment]
        return found
    found.atoms = atoms[:bad]  # type: ignore[assignment]
    for place in range(bad + 1, len(view)):
        _read_init_item(scope, view.view(place, "an atom"), found)
    return found


def _signatures(scope: Scope) -> tuple[dict[str, tuple[bytes, ...]], dict[str, int]]:
    """For the fast check: numbers for objects by their types, and what each argument admits."""
    objects = scope.objects or {}
    numbers = {types: number for number, types in enumerate(dict.fromkeys(objects.values()))}
    kinds = {name: numbers[types] for name, types in objects.items()}
    masks: dict[tuple[str, ...], bytes] = {}

    def mask(wanted: tuple[str, ...]) -> bytes:
        if wanted not in masks:
            masks[wanted] = bytes(is_a(scope.parts.types, own, wanted) for own in numbers)
        return masks[wanted]

    return {
        name: tuple(mask(parameter.types) for parameter in predicate.parameters)
        for name, predicate in scope.parts.predicates.items()
    }, kinds


def _read_init_item(scope: Scope, item: ListView, found: InitialValues) -> None:
    head = item.token(0, "an atom")
    if head == "not":
        read_atom(scope, item.view(1, "an atom"))
    elif head == "=":
        _read_value(scope, item, found)
    elif head == "at" and len(item) == 3 and _is_number(item.items[1]) and not isinstance(item.items[2], str):
        raise item.source.unsupported(item.start, "a timed initial literal")
    else:
        atom = read_atom(scope, item)
        _check_types(scope, item, scope.parts.predicates[atom[0]])
        found.atoms.append(atom)


def _read_value(scope: Scope, item: ListView, found: InitialValues) -> None:
    term = item.view(1, "a function term such as (total-cost)")
    name = term.token(0, "a function")
    symbol = scope.parts.functions.get(name)
    if symbol is None:
        raise term.error(0, f"undeclared function {name}")
    if len(term) != symbol.arity + 1:
        raise term.error(0, f"{name} has {len(term) - 1} arguments", f"{symbol.arity} arguments")
    _check_types(scope, term, symbol)
    key = tuple(str(part) for part in term.items)
    found.values[key] = read_number(item, 2)


def _check_types(scope: Scope, view: ListView, symbol: Predicate) -> None:
    for place, parameter in enumerate(symbol.parameters, start=1):
        own = scope.types_of(view, place)
        if not is_a(scope.parts.types, own, parameter.types):
            expected = f"{' or '.join(parameter.types)} as argument {place} of {symbol.name}"
            raise view.error(place, f"{view.items[place]} is of type {' or '.join(own)}", expected)


def _is_number(item: Tree) -> bool:
    return isinstance(item, str) and item.replace(".", "", 1).isdigit()


def _read_metric(view: ListView) -> bool:
    direction = view.token(1, "minimize")
    target = view.items[2] if len(view) > 2 else None
    if direction != "minimize" or len(view) != 3:
        raise view.source.unsupported(view.start, "this metric", "(:metric minimize (total-cost))")
    if target in (("total-time",), "total-time"):
        return False
    if target not in (("total-cost",), "total-cost"):
        raise view.source.unsupported(view.start, "this metric", "(:metric minimize (total-cost))")
    return True
