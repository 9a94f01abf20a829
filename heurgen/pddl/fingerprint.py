"""Recognising a domain by its structure, so that heuristics found for it apply under any file name."""

from __future__ import annotations

import hashlib
import json

from heurgen.pddl.model import Action, Atom, Domain, Literal, Parameter
from heurgen.pddl.types import ancestors


def fingerprint(domain: Domain) -> str:
    """A hexadecimal digest (16 digits) that is equal for domains a heuristic cannot tell apart.

    What counts: the action schemas with their names, the order and types of their parameters, preconditions,
    effects and costs; the predicates these mention, with the order of arguments; the supertypes of the types used;
    constants in schemas. What does not: the domain's name, its requirements, comments, the order of
    declarations and literals, the names of variables, predicates and types that no action uses.
    """
    text = json.dumps(_canonical(domain), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _canonical(domain: Domain) -> dict[str, object]:
    used_types = {
        name
        for action in domain.actions
        for parameter in action.parameters
        for name in parameter.types
    }
    return {
        "actions": sorted((_action(action) for action in domain.actions), key=json.dumps),
        "types": {
            name: sorted(ancestors(domain.types, (name,)) & used_types - {name, "object"})
            for name in sorted(used_types - {"object"})
        },
    }


def _action(action: Action) -> list[object]:
    names = {parameter.name: f"?{place}" for place, parameter in enumerate(action.parameters)}
    return [
        action.name,
        [_types(parameter) for parameter in action.parameters],
        sorted(_literal(literal, names) for literal in action.precondition),
        sorted(_literal(literal, names) for literal in action.effect),
        sorted(_term(term, names) for term in action.cost or ()),
    ]


def _types(parameter: Parameter) -> list[str]:
    return ["object"] if "object" in parameter.types else sorted(parameter.types)


def _literal(literal: Literal, names: dict[str, str]) -> list[str]:
    terms = _rename(literal.atom, names)
    if literal.atom[0] == "=":
        terms = ["=", *sorted(terms[1:])]
    return ["+" if literal.positive else "-", *terms]


def _term(term: float | Atom, names: dict[str, str]) -> list[str]:
    return _rename(term, names) if isinstance(term, tuple) else [f"{term:g}"]


def _rename(atom: Atom, names: dict[str, str]) -> list[str]:
    return [atom[0], *[names.get(term, term) for term in atom[1:]]]
