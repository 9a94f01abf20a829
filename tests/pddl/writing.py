"""PDDL text of a task, the inverse of the reader; also in an odd layout."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from heurgen.pddl.model import Action, Atom, Domain, Literal, Parameter, Predicate, Problem

_TOKEN = re.compile(r"[()]|[^\s()]+")
_BLANKS = (" ", " ", "\n", "\r\n", "\t", "\r", " ; a comment (with :words\n", "\f;\r", "  ;;\r\n")


def domain_text(domain: Domain) -> str:
    """The text of a domain."""
    functions = " ".join(f"{_symbol(symbol)} - number" for symbol in domain.functions.values())
    sections = [
        f"(:requirements {' '.join(domain.requirements)})",
        f"(:types {_typed(domain.types)})",
        f"(:constants {_typed(domain.constants)})",
        f"(:predicates {' '.join(_symbol(symbol) for symbol in domain.predicates.values())})",
        f"(:functions {functions})",
        *[_action(action) for action in domain.actions],
    ]
    return f"(define (domain {domain.name}) {' '.join(sections)})"


def problem_text(problem: Problem) -> str:
    """The text of a problem; the domain's constants are left out."""
    constants = problem.domain.constants
    objects = {name: own for name, own in problem.objects.items() if name not in constants}
    values = [f"(= {_list(term)} {value})" for term, value in problem.function_values.items()]
    sections = [
        f"(:domain {problem.domain.name})",
        f"(:objects {_typed(objects)})",
        f"(:init {' '.join([*map(_list, problem.init), *values])})",
        f"(:goal {_conjunction(problem.goal)})",
    ]
    if problem.minimize_cost:
        sections.append("(:metric minimize (total-cost))")
    return f"(define (problem {problem.name}) {' '.join(sections)})"


def scrawl(text: str, rng: random.Random) -> str:
    """The same text in mixed case, with comments and all kinds of white space between tokens."""
    pieces = []
    last = "("
    for token in _TOKEN.findall(text):
        apart = token not in "()" and last not in "()"
        if apart or rng.random() < 0.3:
            pieces.append(rng.choice(_BLANKS))
        pieces.append("".join(rng.choice((c, c.upper())) for c in token))
        last = token
    return "".join(pieces)


def _typed(names: Mapping[str, tuple[str, ...]]) -> str:
    return " ".join(f"{name} - {_types(types)}" for name, types in names.items())


def _types(types: tuple[str, ...]) -> str:
    return types[0] if len(types) == 1 else f"(either {' '.join(types)})"


def _parameters(parameters: tuple[Parameter, ...]) -> str:
    return " ".join(f"{parameter.name} - {_types(parameter.types)}" for parameter in parameters)


def _symbol(symbol: Predicate) -> str:
    return f"({symbol.name} {_parameters(symbol.parameters)})"


def _list(atom: Atom) -> str:
    return f"({' '.join(atom)})"


def _literal(literal: Literal) -> str:
    return _list(literal.atom) if literal.positive else f"(not {_list(literal.atom)})"


def _conjunction(literals: tuple[Literal, ...], *more: str) -> str:
    return f"(and {' '.join([*map(_literal, literals), *more])})"


def _action(action: Action) -> str:
    costs = [
        f"(increase (total-cost) {_list(cost) if isinstance(cost, tuple) else cost})"
        for cost in action.cost or ()
    ]
    return (
        f"(:action {action.name} :parameters ({_parameters(action.parameters)})"
        f" :precondition {_conjunction(action.precondition)}"
        f" :effect {_conjunction(action.effect, *costs)})"
    )
