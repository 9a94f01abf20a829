"""Reading a problem file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from heurgen.core.scanner import FactReader
from heurgen.pddl.domain import read_objects
from heurgen.pddl.formulas import Scope, is_number, one_of, read_atom, read_conjunction, read_number
from heurgen.pddl.fragment import check_requirements, refuse_section
from heurgen.pddl.model import Atom, Domain, Predicate, Problem
from heurgen.pddl.source import Source
from heurgen.pddl.syntax import ListView, parse_define
from heurgen.pddl.types import is_a

SECTIONS = (":domain", ":requirements", ":objects", ":init", ":goal", ":metric", ":length")
TOTAL_COST = "(:metric minimize (total-cost))"


def build_problem(source: Source, domain: Domain) -> Problem:
    """The problem that a text describes; PddlError where it does not, or for another domain."""
    name, top = parse_define(source, "problem")
    sections = _sections(top)
    _check_domain(_required(top, sections, ":domain", f"(:domain {domain.name})"), domain)
    objects = dict(domain.constants)
    if ":objects" in sections:
        objects |= read_objects(domain.types, sections[":objects"], domain.constants)
    scope = Scope(domain.types, domain.predicates, domain.functions, objects)
    init = _required(top, sections, ":init", "(:init ...)")
    facts = _read_init(scope, init)
    goal = _required(top, sections, ":goal", "(:goal ...)")
    goal.end(2, "')', as a goal is one formula")
    literals = read_conjunction(scope, goal.view(1, "a formula")) if len(goal) > 1 else []
    minimize_cost = ":metric" in sections and _read_metric(scope, sections[":metric"])
    if minimize_cost:
        _check_costs(domain, facts, init)
    return Problem(
        name=name,
        domain=domain,
        objects=objects,
        init=tuple(dict.fromkeys(facts.atoms)),
        goal=tuple(dict.fromkeys(literals)),
        function_values=facts.values,
        minimize_cost=minimize_cost,
        file=source.file,
    )


def _sections(top: ListView) -> dict[str, ListView]:
    """The sections by keyword; ``:length``, a hint that PDDL 2.1 dropped, says nothing."""
    found: dict[str, ListView] = {}
    for view in top.views(2, "a section such as (:init ...)"):
        keyword = view.token(0, "a section such as :init")
        refuse_section(view, keyword)
        if keyword not in SECTIONS:
            expected = one_of(keyword, SECTIONS)
            raise view.error(0, f"unknown section {keyword} of a problem", expected)
        if keyword == ":requirements":
            check_requirements(view)
        elif keyword in found:
            raise view.error(0, f"a second {keyword} section")
        found[keyword] = view
    return found


def _required(
    top: ListView, sections: Mapping[str, ListView], keyword: str, expected: str
) -> ListView:
    if keyword not in sections:
        raise top.source.error(top.start, f"the problem has no {keyword} section", expected)
    return sections[keyword]


def _check_domain(view: ListView, domain: Domain) -> None:
    name = view.name(1, "the name of the domain")
    if name != domain.name:
        where = f" in {domain.file}" if domain.file else ""
        expected = f"domain {domain.name}{where}"
        raise view.error(1, f"the problem is of domain {name}", expected)
    view.end(2, "')'")


# ----- the initial state -----


def _read_init(scope: Scope, view: ListView) -> FactReader:
    """The facts. Those that the fast reader refuses are looked at one by one, and errors found."""
    facts = _fact_reader(scope)
    place = facts.take(view.items, 1)
    while place < len(view):
        _read_fact(scope, view.view(place, "an atom"), facts)
        place = facts.take(view.items, place + 1)
    return facts


def _fact_reader(scope: Scope) -> FactReader:
    """The fast reader: numbers for objects by their types, and what each argument admits."""
    numbers = {types: number for number, types in enumerate(dict.fromkeys(scope.objects.values()))}

    @cache
    def mask(wanted: tuple[str, ...]) -> bytes:
        return bytes(is_a(scope.types, own, wanted) for own in numbers)

    def signatures(symbols: Mapping[str, Predicate]) -> dict[str, tuple[bytes, ...]]:
        return {
            name: tuple(mask(parameter.types) for parameter in symbol.parameters)
            for name, symbol in symbols.items()
        }

    kinds = {name: numbers[types] for name, types in scope.objects.items()}
    return FactReader(signatures(scope.predicates), signatures(scope.functions), kinds)


def _read_fact(scope: Scope, view: ListView, facts: FactReader) -> None:
    head = view.token(0, "an atom")
    if head == "=":
        _read_value(scope, view, facts)
    elif head == "not":         # says what holds anyway
        atom = view.view(1, "an atom")
        view.end(2, "')'")
        _read_initial_atom(scope, atom)
    elif head == "at" and len(view) == 3 and _is_timed(view):
        instead = "an initial state that only actions change"
        raise view.source.unsupported(view.start, "a timed initial literal", instead)
    else:
        facts.atoms.append(_read_initial_atom(scope, view))


def _is_timed(view: ListView) -> bool:
    """Whether an item is of the form ``(at 5 (p a))``."""
    time, literal = view.items[1:]
    return isinstance(time, str) and is_number(time) and not isinstance(literal, str)


def _read_initial_atom(scope: Scope, view: ListView) -> Atom:
    atom = read_atom(scope, view)
    if atom[0] == "=":
        raise view.error(0, "equality cannot be in the initial state", "an atom")
    return atom


def _read_value(scope: Scope, view: ListView, facts: FactReader) -> None:
    expected = "a value such as (= (total-cost) 0)"
    if len(view) > 1 and isinstance(view.items[1], str):
        raise view.error(0, "equality cannot be in the initial state", expected)
    term = scope.function_term(view.view(1, expected))
    value = read_number(view, 2)
    view.end(3, "')'")
    if facts.values.setdefault(term, value) != value:
        raise view.error(0, f"({' '.join(term)}) has the value {facts.values[term]} already")
    facts.numbers[str(view.items[2])] = value


def _check_costs(domain: Domain, facts: FactReader, init: ListView) -> None:
    """PddlError if a cost without variables has no value; others show when an action is applied."""
    for action in domain.actions:
        for term in action.cost or ():
            if isinstance(term, tuple) and term not in facts.values and not _variables(term):
                text = f"({' '.join(term)})"
                message = f"no value of {text}, a cost of action {action.name}"
                raise init.error(len(init), message, f"(= {text} NUMBER)")


def _variables(term: Atom) -> bool:
    return any(argument.startswith("?") for argument in term[1:])


# ----- the metric -----


def _read_metric(scope: Scope, view: ListView) -> bool:
    """Whether the total cost counts; the total time does not, as all actions take as long."""
    if view.token(1, "minimize") != "minimize" or len(view) != 3:
        raise view.source.unsupported(view.start, "this metric", TOTAL_COST)
    target = view.items[2]
    if target in (("total-time",), "total-time"):
        return False
    if target not in (("total-cost",), "total-cost"):
        raise view.source.unsupported(view.offset(2), "this metric", TOTAL_COST)
    if "total-cost" not in scope.functions:
        expected = "(:functions (total-cost) - number) in the domain"
        raise view.error(2, "undeclared function total-cost", expected)
    return True
