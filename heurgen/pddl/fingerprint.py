"""Recognising a domain by its structure, so that heuristics found for it apply under any name."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping

from heurgen.pddl.model import Action, Atom, Domain, Literal, Parameter
from heurgen.pddl.types import ancestors


def fingerprint(domain: Domain) -> str:
    """A hexadecimal digest (16 digits) that is equal for domains a heuristic cannot tell apart.

    It is the beginning of the SHA-256 of a canonical form in JSON, which holds

    - for every action: its name; the types of its parameters in their order; the literals of the
      precondition and of the effect, each as a sorted list without duplicates, in which parameters
      are named after their position; the cost, as the sum of its numbers and the sorted list of its
      terms. If some action has a cost, one without costs 0;
    - for every type of a parameter: those of its supertypes that are types of parameters too;
    - for every constant that an action mentions: those of its types that are types of parameters.

    So what counts is what a heuristic relies on and what actions do. What does not count: the
    domain's name and file, its requirements, the order of declarations, of literals and within
    ``either``, the names of variables, and predicates, types and constants that no action uses.
    Nor do the declared argument types of predicates, which change no state space. A parameter
    without a type is one of type ``object``.
    """
    text = json.dumps(_canonical(domain), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _canonical(domain: Domain) -> dict[str, object]:
    used_types = {
        name
        for action in domain.actions
        for parameter in action.parameters
        for name in _types(parameter)
    } - {"object"}
    with_costs = any(action.cost for action in domain.actions)
    actions = [_action(action, with_costs) for action in domain.actions]
    return {
        "actions": sorted(actions, key=json.dumps),
        "types": {
            name: sorted(ancestors(domain.types, (name,)) & used_types - {name})
            for name in used_types
        },
        "constants": {
            name: sorted(ancestors(domain.types, domain.constants[name]) & used_types)
            for name in _mentioned(domain)
        },
    }


def _mentioned(domain: Domain) -> set[str]:
    """The constants that actions name."""
    terms: set[str] = set()
    for action in domain.actions:
        for literal in (*action.precondition, *action.effect):
            terms.update(literal.atom[1:])
        for term in action.cost or ():
            terms.update(term[1:] if isinstance(term, tuple) else ())
    return terms & domain.constants.keys()


def _action(action: Action, with_costs: bool) -> list[object]:
    names = {parameter.name: f"?{place}" for place, parameter in enumerate(action.parameters)}
    return [
        action.name,
        [_types(parameter) for parameter in action.parameters],
        _literals(action.precondition, names),
        _literals(action.effect, names),
        _cost(action.cost or (), names) if with_costs else None,
    ]


def _types(parameter: Parameter) -> list[str]:
    return ["object"] if "object" in parameter.types else sorted(set(parameter.types))


def _literals(literals: tuple[Literal, ...], names: Mapping[str, str]) -> list[tuple[str, ...]]:
    return sorted({_literal(literal, names) for literal in literals})


def _literal(literal: Literal, names: Mapping[str, str]) -> tuple[str, ...]:
    atom = _rename(literal.atom, names)
    if atom[0] == "=":
        atom = ("=", *sorted(atom[1:]))
    return ("+" if literal.positive else "-", *atom)


def _cost(cost: tuple[float | Atom, ...], names: Mapping[str, str]) -> list[object]:
    numbers = [term for term in cost if not isinstance(term, tuple)]
    terms = [_rename(term, names) for term in cost if isinstance(term, tuple)]
    return [float(math.fsum(numbers)), *sorted(terms)]


def _rename(atom: Atom, names: Mapping[str, str]) -> Atom:
    return (atom[0], *[names.get(term, term) for term in atom[1:]])
