"""Reading a domain file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from heurgen.pddl.formulas import Scope, one_of, read_conjunction, read_effect
from heurgen.pddl.fragment import RESERVED, check_requirements, refuse_section
from heurgen.pddl.model import Action, Domain, Parameter, Predicate
from heurgen.pddl.source import Source
from heurgen.pddl.syntax import ListView, parse_define, typed_list
from heurgen.pddl.types import Types, read_types

ACTION_PARTS = (":parameters", ":precondition", ":effect")


@dataclass
class Declarations:
    """What has been read so far."""

    requirements: list[str] = field(default_factory=list)
    types: Types = field(default_factory=dict)
    constants: dict[str, tuple[str, ...]] = field(default_factory=dict)
    predicates: dict[str, Predicate] = field(default_factory=dict)
    functions: dict[str, Predicate] = field(default_factory=dict)

    def scope(self, parameters: tuple[Parameter, ...]) -> Scope:
        """What symbols stand for in an action with those parameters."""
        variables = {parameter.name: parameter.types for parameter in parameters}
        return Scope(self.types, self.predicates, self.functions, self.constants, variables)


def build_domain(source: Source) -> Domain:
    """The domain that a text describes; PddlError where it does not."""
    name, top = parse_define(source, "domain")
    sections = _sections(top)
    found = Declarations()
    for keyword, read in _READERS.items():      # what later ones build on comes first
        for view in sections.get(keyword, []):
            read(found, view)
    actions: dict[str, Action] = {}
    for view in sections.get(":action", []):
        action = _read_action(found, view)
        if action.name in actions:
            raise view.error(1, f"action {action.name} is defined twice")
        actions[action.name] = action
    return Domain(
        name=name,
        requirements=tuple(dict.fromkeys(found.requirements)) or (":strips",),
        types=found.types,
        constants=found.constants,
        predicates=found.predicates,
        functions=found.functions,
        actions=tuple(actions.values()),
        file=source.file,
    )


def _sections(top: ListView) -> dict[str, list[ListView]]:
    found: dict[str, list[ListView]] = {}
    for view in top.views(2, "a section such as (:predicates ...)"):
        keyword = view.token(0, "a section such as :predicates")
        refuse_section(view, keyword)
        if keyword not in _READERS and keyword != ":action":
            expected = one_of(keyword, [*_READERS, ":action"])
            raise view.error(0, f"unknown section {keyword} of a domain", expected)
        if keyword in found and keyword not in (":action", ":requirements"):
            raise view.error(0, f"a second {keyword} section")
        found.setdefault(keyword, []).append(view)
    return found


# ----- declarations -----


def _read_requirements(found: Declarations, view: ListView) -> None:
    found.requirements += check_requirements(view)


def _read_types(found: Declarations, view: ListView) -> None:
    found.types = read_types(view)


def _read_constants(found: Declarations, view: ListView) -> None:
    found.constants = read_objects(found.types, view, {})


def read_objects(
    types: Types, view: ListView, constants: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The names of ``(:constants ...)`` or ``(:objects ...)`` with their types.

    One of the domain's constants may be repeated with the same type.
    """
    listed = typed_list(view, 1, variables=False)
    found = {name: declared for name, declared, _ in listed}
    if len(found) < len(listed) or not found.keys().isdisjoint(constants):
        _refuse_second_objects(view, constants)
    if not set(found.values()) <= {(name,) for name in ("object", *types)}:
        for _, declared, place in listed:
            _check_types(types, view, declared, place)
    return found


def _refuse_second_objects(view: ListView, constants: Mapping[str, tuple[str, ...]]) -> None:
    found: set[str] = set()
    for name, declared, place in typed_list(view, 1, variables=False):
        if name in found:
            raise view.error(place, f"object {name} is declared twice")
        if name in constants and set(constants[name]) != set(declared):
            own = " or ".join(constants[name])
            message = f"object {name} is declared twice, in the domain as {own}"
            raise view.error(place, message, f"{name} - {own}")
        found.add(name)


def _check_types(types: Types, view: ListView, declared: tuple[str, ...], place: int) -> None:
    """PddlError for a type that is not declared; `place` is that of the name it is given to."""
    for name in declared:
        if name != "object" and name not in types:
            where = view.items.index("-", place) + 1
            raise view.error(where, f"undeclared type {name}", one_of(name, ["object", *types]))


def _read_predicates(found: Declarations, view: ListView) -> None:
    for atom in view.views(1, "a predicate such as (on ?x ?y)"):
        symbol = _read_symbol(found.types, atom, "predicate", found.predicates)
        found.predicates[symbol.name] = symbol


def _read_symbol(
    types: Types, view: ListView, kind: str, known: Mapping[str, Predicate]
) -> Predicate:
    name = view.name(0, f"the name of a {kind}")
    if name in RESERVED:
        raise view.error(0, f"{name} cannot be a {kind}", f"the name of a {kind}")
    if name in known:
        raise view.error(0, f"{kind} {name} is declared twice")
    return Predicate(name, _read_parameters(types, view, 1))


def _read_functions(found: Declarations, view: ListView) -> None:
    place = 1
    while place < len(view):
        term = view.view(place, "a function such as (total-cost)")
        symbol = _read_symbol(found.types, term, "function", found.functions)
        found.functions[symbol.name] = symbol
        place += 1
        if place < len(view) and view.items[place] == "-":
            if view.token(place + 1, "number") != "number":
                what = "a function with objects as values"
                raise view.source.unsupported(view.offset(place + 1), what, "number")
            place += 2


def _read_parameters(types: Types, view: ListView, first: int) -> tuple[Parameter, ...]:
    listed = typed_list(view, first, variables=True)
    for _, declared, place in listed:
        _check_types(types, view, declared, place)
    return tuple(Parameter(name, declared) for name, declared, _ in listed)


_READERS: dict[str, Callable[[Declarations, ListView], None]] = {
    ":requirements": _read_requirements,
    ":types": _read_types,
    ":constants": _read_constants,
    ":predicates": _read_predicates,
    ":functions": _read_functions,
}


# ----- actions -----


def _read_action(found: Declarations, view: ListView) -> Action:
    name = view.name(1, "the name of an action")
    parts = _action_parts(view, name)
    parameters: tuple[Parameter, ...] = ()
    if ":parameters" in parts:
        parameters = _read_parameters(found.types, parts[":parameters"], 0)
        _refuse_second_parameters(parts[":parameters"])
    scope = found.scope(parameters)
    precondition = parts.get(":precondition")
    literals = [] if precondition is None else read_conjunction(scope, precondition)
    effect, costs = read_effect(scope, parts[":effect"]) if ":effect" in parts else ([], [])
    return Action(
        name,
        parameters,
        tuple(dict.fromkeys(literals)),
        tuple(dict.fromkeys(effect)),
        tuple(costs) or None,
    )


def _action_parts(view: ListView, name: str) -> dict[str, ListView]:
    found: dict[str, ListView] = {}
    for place in range(2, len(view), 2):
        keyword = view.token(place, f"one of {', '.join(ACTION_PARTS)}")
        if keyword not in ACTION_PARTS:
            message = f"found {keyword!r} in action {name}"
            raise view.error(place, message, one_of(keyword, ACTION_PARTS))
        if keyword in found:
            raise view.error(place, f"a second {keyword} in action {name}")
        if place + 1 == len(view):
            raise view.error(place, f"nothing follows {keyword} in action {name}", "a list")
        found[keyword] = view.view(place + 1, f"a list after {keyword}")
    return found


def _refuse_second_parameters(view: ListView) -> None:
    found: set[str] = set()
    for name, _, place in typed_list(view, 0, variables=True):
        if name in found:
            raise view.error(place, f"parameter {name} is declared twice")
        found.add(name)
