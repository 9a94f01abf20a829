"""Reading a domain file.

A requirement is refused only if it cannot be used without what heurgen lacks (durative actions, preferences
...). Others, ``:adl`` for instance, are accepted, since many domains declare more than they use; then the
construct is refused where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from heurgen.pddl.model import Action, Atom, Domain, Literal, Parameter, Predicate
from heurgen.pddl.syntax import ListView, Source, describe, parse_define, typed_list
from heurgen.pddl.types import may_overlap, read_types

ACCEPTED = frozenset(
    [":strips", ":typing", ":equality", ":negative-preconditions", ":action-costs", ":adl", ":numeric-fluents", ":fluents", ":disjunctive-preconditions", ":existential-preconditions", ":universal-preconditions", ":quantified-preconditions", ":conditional-effects", ":derived-predicates", ":object-fluents"]
)
REFUSED = frozenset(
    [":durative-actions", ":duration-inequalities", ":continuous-effects", ":timed-initial-literals", ":preferences", ":constraints", ":time", ":non-deterministic", ":probabilistic-effects", ":multi-agent", ":hierarchy"]
)
UNSUPPORTED_FORMULAS = frozenset(
    ["or", "imply", "forall", "exists", "when", "preference", "oneof", "probabilistic", "<", ">", "<=", ">="]
)
NUMERIC_EFFECTS = frozenset(["assign", "scale-up", "scale-down", "decrease"])
UNSUPPORTED_SECTIONS = frozenset(
    [":derived", ":durative-action", ":constraints", ":event", ":process", ":method", ":task", ":axiom", ":modules"]
)


@dataclass
class DomainParts:
    """What has been read so far."""

    requirements: list[str] = field(default_factory=list)
    types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: dict[str, tuple[str, ...]] = field(default_factory=dict)
    predicates: dict[str, Predicate] = field(default_factory=dict)
    functions: dict[str, Predicate] = field(default_factory=dict)


def build_domain(source: Source) -> Domain:
    """The domain that a text describes; PddlError where it does not."""
    top = parse_define(source, "domain")
    parts = DomainParts()
    sections = _sections(top)
    for keyword, read in _READERS.items():
        for view in sections.get(keyword, []):
            read(parts, view)
    actions: dict[str, Action] = {}
    for view in sections.get(":action", []):
        action = _read_action(parts, view)
        if action.name in actions:
            raise view.error(1, f"action {action.name} is defined twice")
        actions[action.name] = action
    return Domain(
        top.view(1, "").token(1, ""),
        tuple(dict.fromkeys(parts.requirements)) or (":strips",),
        parts.types,
        parts.constants,
        parts.predicates,
        parts.functions,
        tuple(actions.values()),
        source.file,
    )


def _sections(top: ListView) -> dict[str, list[ListView]]:
    found: dict[str, list[ListView]] = {}
    for view in top.views(2, "a section such as (:predicates ...)"):
        keyword = view.token(0, "a section such as :predicates")
        if keyword in UNSUPPORTED_SECTIONS:
            raise top.source.unsupported(view.start, keyword)
        if keyword not in _READERS and keyword != ":action":
            known = ", ".join([*_READERS, ":action"])
            raise view.error(0, f"unknown section {keyword}", f"one of {known}")
        if keyword in found and keyword not in (":action", ":requirements"):
            raise view.error(0, f"a second {keyword} section")
        found.setdefault(keyword, []).append(view)
    return found


def check_requirements(view: ListView) -> list[str]:
    """The keywords of a (:requirements ...) section, refusing those heurgen cannot serve."""
    for place in range(1, len(view)):
        name = view.token(place, "a requirement such as :typing")
        if name in REFUSED:
            raise view.source.unsupported(view.offset(place), name)
        if name not in ACCEPTED:
            raise view.error(place, f"unknown requirement {name}", "a PDDL requirement")
    return [str(item) for item in view.items[1:]]


def _read_requirements(parts: DomainParts, view: ListView) -> None:
    parts.requirements += check_requirements(view)


def _read_type_section(parts: DomainParts, view: ListView) -> None:
    parts.types = read_types(view)


def _read_constants(parts: DomainParts, view: ListView) -> None:
    parts.constants = declared_objects(parts.types, view, {})


def declared_objects(
    types: Mapping[str, tuple[str, ...]], view: ListView, known: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The names of (:constants ...) or (:objects ...) with their types.

    A name of `known` may be repeated with the same type.
    """
    found: dict[str, tuple[str, ...]] = {}
    checked: set[tuple[str, ...]] = {("object",)}
    for name, declared, place in typed_list(view, 1, variables=False):
        if declared not in checked:
            check_types(types, view, declared, place)
            checked.add(declared)
        if name in found or known.get(name, declared) != declared:
            raise view.error(place, f"object {name} is declared twice")
        found[name] = declared
    return found


def check_types(
    types: Mapping[str, tuple[str, ...]], view: ListView, declared: tuple[str, ...], place: int
) -> None:
    for name in declared:
        if name != "object" and name not in types:
            raise view.error(place, f"undeclared type {name}", _one_of(["object", *types]))


def _read_predicates(parts: DomainParts, view: ListView) -> None:
    for atom in view.views(1, "a predicate such as (on ?x ?y)"):
        name = atom.token(0, "the name of a predicate")
        if name in parts.predicates or name == "=":
            raise atom.error(0, f"predicate {name} is declared twice")
        parts.predicates[name] = Predicate(name, _parameters(parts, atom, 1, unique=False))


def _read_functions(parts: DomainParts, view: ListView) -> None:
    place = 1
    while place < len(view):
        if view.items[place] == "-":
            if view.token(place + 1, "number") != "number":
                raise view.source.unsupported(view.offset(place + 1), "an object-valued function")
            place += 2
            continue
        term = view.view(place, "a function such as (total-cost)")
        name = term.token(0, "the name of a function")
        if name in parts.functions:
            raise term.error(0, f"function {name} is declared twice")
        parts.functions[name] = Predicate(name, _parameters(parts, term, 1, unique=False))
        place += 1


def _parameters(
    parts: DomainParts, view: ListView, first: int, unique: bool
) -> tuple[Parameter, ...]:
    found: dict[str, Parameter] = {}
    listed = []
    for name, declared, place in typed_list(view, first, variables=True):
        check_types(parts.types, view, declared, place)
        if name in found and unique:
            raise view.error(place, f"parameter {name} is declared twice")
        found[name] = Parameter(name, declared)
        listed.append(found[name])
    return tuple(listed)


_READERS = {
    ":requirements": _read_requirements,
    ":types": _read_type_section,
    ":constants": _read_constants,
    ":predicates": _read_predicates,
    ":functions": _read_functions,
}


# ----- actions -----


def _read_action(parts: DomainParts, view: ListView) -> Action:
    name = view.token(1, "the name of an action")
    sections: dict[str, int] = {}
    for place in range(2, len(view), 2):
        keyword = view.token(place, ":parameters, :precondition or :effect")
        if keyword not in (":parameters", ":precondition", ":effect"):
            expected = ":parameters, :precondition or :effect"
            raise view.error(place, f"found {keyword!r} in action {name}", expected)
        if keyword in sections:
            raise view.error(place, f"a second {keyword} in action {name}")
        if place + 1 >= len(view):
            raise view.error(place, f"nothing follows {keyword} in action {name}", "a list")
        sections[keyword] = place + 1
    parameters: tuple[Parameter, ...] = ()
    if ":parameters" in sections:
        listed = view.view(sections[":parameters"], "a list of parameters")
        parameters = _parameters(parts, listed, 0, unique=True)
    scope = Scope(parts, {parameter.name: parameter.types for parameter in parameters})
    precondition: tuple[Literal, ...] = ()
    if ":precondition" in sections:
        formula = view.view(sections[":precondition"], "a formula")
        precondition = tuple(dict.fromkeys(read_conjunction(scope, formula)))
    effect: list[Literal] = []
    costs: list[float | Atom] = []
    if ":effect" in sections:
        _read_effect(scope, view.view(sections[":effect"], "an effect"), effect, costs)
    return Action(name, parameters, precondition, tuple(dict.fromkeys(effect)), tuple(costs) or None)


@dataclass(frozen=True)
class Scope:
    """What terms can stand for: variables with their types, and objects."""

    parts: DomainParts
    variables: Mapping[str, tuple[str, ...]]
    objects: Mapping[str, tuple[str, ...]] | None = None

    def types_of(self, view: ListView, place: int) -> tuple[str, ...]:
        """The types of the term at that place; an error if nothing of that name is in scope."""
        term = view.token(place, "a variable or an object")
        if term.startswith("?"):
            if term not in self.variables:
                raise view.error(place, f"undeclared variable {term}", _one_of(self.variables))
            return self.variables[term]
        objects = self.parts.constants if self.objects is None else self.objects
        if term not in objects:
            kind = "constant" if self.objects is None else "object"
            raise view.error(place, f"undeclared {kind} {term}")
        return objects[term]


def read_conjunction(scope: Scope, view: ListView) -> list[Literal]:
    """The literals of a formula, which must be a conjunction of literals."""
    if len(view) == 0:
        return []
    head = view.token(0, "and, not or a predicate")
    if head == "and":
        found: list[Literal] = []
        for part in view.views(1, "a formula"):
            found += read_conjunction(scope, part)
        return found
    if head != "not":
        return [Literal(read_atom(scope, view))]
    inner = view.view(1, "an atom")
    if len(view) != 2:
        raise view.error(2, f"(not ...) has {len(view) - 1} parts", "(not ATOM)")
    head = inner.token(0, "an atom")
    if head == "not":
        return read_conjunction(scope, inner.view(1, "an atom"))
    if head == "and":
        raise view.source.unsupported(inner.start, "the negation of (and ...)", "(not ATOM)")
    return [Literal(read_atom(scope, inner), positive=False)]


def read_atom(scope: Scope, view: ListView) -> Atom:
    """An atom of a declared predicate, or of equality, over terms in scope."""
    name = view.token(0, "a predicate")
    if name in UNSUPPORTED_FORMULAS or name in NUMERIC_EFFECTS:
        raise view.source.unsupported(view.start, f"({name} ...)")
    if name == "=":
        if any(not isinstance(item, str) for item in view.items) or any(
            str(item)[0].isdigit() for item in view.items[1:]
        ):
            raise view.source.unsupported(view.start, "a numeric comparison")
        _check_arity(view, "=", 2)
        scope.types_of(view, 1)
        scope.types_of(view, 2)
    else:
        predicate = scope.parts.predicates.get(name)
        if predicate is None:
            raise view.error(0, f"undeclared predicate {name}", _one_of(scope.parts.predicates))
        _check_arguments(scope, view, predicate)
    return tuple(str(item) for item in view.items)


def _check_arity(view: ListView, name: str, arity: int) -> None:
    if len(view) != arity + 1:
        expected = f"{arity} argument{'' if arity == 1 else 's'}"
        raise view.error(0, f"{name} has {len(view) - 1} arguments", expected)


def _check_arguments(scope: Scope, view: ListView, symbol: Predicate) -> None:
    _check_arity(view, symbol.name, symbol.arity)
    for place, parameter in enumerate(symbol.parameters, start=1):
        own = scope.types_of(view, place)
        if not may_overlap(scope.parts.types, own, parameter.types):
            found = " or ".join(own)
            expected = f"{' or '.join(parameter.types)} as argument {place} of {symbol.name}"
            raise view.error(place, f"{view.items[place]} is of type {found}", expected)


def _read_effect(
    scope: Scope, view: ListView, effect: list[Literal], costs: list[float | Atom]
) -> None:
    if len(view) == 0:
        return
    head = view.token(0, "an effect")
    if head == "and":
        for part in view.views(1, "an effect"):
            _read_effect(scope, part, effect, costs)
    elif head == "increase":
        costs.append(_read_cost(scope, view))
    else:
        literals = read_conjunction(scope, view)
        if any(literal.atom[0] == "=" for literal in literals):
            raise view.error(0, "equality cannot be an effect")
        effect += literals


def _read_cost(scope: Scope, view: ListView) -> float | Atom:
    target = view.view(1, "(total-cost)")
    if tuple(target.items) != ("total-cost",):
        raise view.source.unsupported(view.start, f"a numeric effect on {describe(target)}")
    if len(view) != 3:
        raise view.error(0, f"(increase ...) has {len(view) - 1} parts", "(increase (total-cost) COST)")
    amount = view.items[2]
    if isinstance(amount, str):
        return read_number(view, 2)
    term = view.view(2, "a number or a function term")
    name = term.token(0, "a function")
    if name in ("+", "-", "*", "/"):
        raise view.source.unsupported(term.start, "arithmetic in a cost", "a number or a term")
    if name not in scope.parts.functions:
        raise term.error(0, f"undeclared function {name}", _one_of(scope.parts.functions))
    _check_arguments(scope, term, scope.parts.functions[name])
    return tuple(str(item) for item in term.items)


def read_number(view: ListView, place: int) -> float:
    """A number >= 0, an int where it is written without fraction."""
    text = view.token(place, "a number")
    try:
        value: float = int(text) if text.lstrip("+-").isdigit() else float(text)
    except ValueError:
        raise view.error(place, f"found {text!r}", "a number") from None
    if not 0 <= value < float("inf"):
        raise view.error(place, f"a cost of {text}", "a finite cost >= 0")
    return value


def _one_of(names: Mapping[str, object] | list[str]) -> str:
    listed = sorted(names)
    if not listed:
        return "none is declared"
    return f"one of {', '.join(listed[:12])}{', ...' if len(listed) > 12 else ''}"
