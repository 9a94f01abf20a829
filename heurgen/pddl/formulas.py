"""Formulas and effects: conjunctions of literals over declared predicates, and action costs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from heurgen.pddl.fragment import NUMERIC, refuse_formula
from heurgen.pddl.model import Atom, Literal, Predicate
from heurgen.pddl.syntax import ListView
from heurgen.pddl.types import Types, is_a, may_overlap

LARGEST_COST = 1e15         # sums of costs up to here are exact in double precision

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?")
_LISTED = 10                # names in a message
_COMPARED = 5000            # names looked at for similar ones, which takes time


@dataclass(frozen=True)
class Scope:
    """What symbols stand for.

    In an action `objects` are the domain's constants and `variables` the parameters with their
    types; in a problem, which has no variables, `objects` are all objects and `variables` is None.
    """

    types: Types
    predicates: Mapping[str, Predicate]
    functions: Mapping[str, Predicate]
    objects: Mapping[str, tuple[str, ...]]
    variables: Mapping[str, tuple[str, ...]] | None = None

    def term(self, view: ListView, place: int) -> tuple[str, ...]:
        """The types of the term at that place; PddlError if nothing of that name is in scope."""
        if self.variables is None:
            name = view.name(place, "an object")
            what, known = "object", self.objects
        else:
            name = view.token(place, "a variable or a constant")
            variable = name.startswith("?")
            what = "variable" if variable else "constant"
            known = self.variables if variable else self.objects
        if name not in known:
            raise view.error(place, f"undeclared {what} {name}", one_of(name, known))
        return known[name]

    def arguments(self, view: ListView, symbol: Predicate) -> None:
        """PddlError unless a list is the symbol with arguments of the declared number and types."""
        check_arity(view, symbol.name, symbol.arity)
        for place, parameter in enumerate(symbol.parameters, start=1):
            own = self.term(view, place)
            term = str(view.items[place])
            fits = may_overlap if term.startswith("?") else is_a
            if not fits(self.types, own, parameter.types):
                raise view.error(
                    place,
                    f"{term} is of type {' or '.join(own)}",
                    f"{' or '.join(parameter.types)} as argument {place} of {symbol.name}",
                )

    def function_term(self, view: ListView) -> Atom:
        """A list as a term of a declared function."""
        name = view.name(0, "a function")
        if name not in self.functions:
            expected = one_of(name, self.functions)
            raise view.error(0, f"undeclared function {name}", expected)
        self.arguments(view, self.functions[name])
        return as_atom(view)


def as_atom(view: ListView) -> Atom:
    """The tokens of a list that is known to hold nothing else."""
    return tuple(str(item) for item in view.items)


def check_arity(view: ListView, name: str, arity: int) -> None:
    """PddlError unless a list has a head and that many arguments."""
    if len(view) != arity + 1:
        found = counted(len(view) - 1, "argument")
        raise view.error(0, f"{name} has {found}", counted(arity, "argument"))


def counted(number: int, noun: str) -> str:
    """``1 argument``, ``2 arguments``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def one_of(name: str, known: Iterable[str]) -> str:
    """What is known, for a message about an unknown name: the similar names if there are any."""
    from difflib import get_close_matches

    names = sorted(known)
    if not names:
        return "none, as none is declared"
    listed = get_close_matches(name, names[:_COMPARED], 3) or names
    more = ", ..." if len(listed) > _LISTED else ""
    return f"{'one of ' if len(listed) > 1 else ''}{', '.join(listed[:_LISTED])}{more}"


def read_conjunction(scope: Scope, view: ListView) -> list[Literal]:
    """The literals of a formula that is a conjunction of literals, nested or empty."""
    return [read_literal(scope, part) for part in conjuncts(view)]


def conjuncts(view: ListView) -> Iterable[ListView]:
    """The parts of nested conjunctions, in order; no recursion, as nesting may be deep."""
    waiting = [view]
    while waiting:
        part = waiting.pop()
        if not part.items:
            continue
        if part.items[0] == "and":
            waiting.extend(reversed(list(part.views(1, "a formula"))))
        else:
            yield part


def read_literal(scope: Scope, view: ListView) -> Literal:
    """A literal; of several negations two cancel out."""
    positive = True
    while view.token(0, "and, not or a predicate") == "not":
        positive = not positive
        inner = view.view(1, "an atom")
        view.end(2, "')'")
        view = inner
    if view.items[0] == "and":
        raise view.source.unsupported(view.start, "the negation of (and ...)", "(not ATOM)")
    return Literal(read_atom(scope, view), positive)


def read_atom(scope: Scope, view: ListView) -> Atom:
    """An atom of a declared predicate, or of equality, over terms in scope."""
    name = view.name(0, "a predicate")
    refuse_formula(view, name, name in scope.predicates, scope.variables is not None)
    if name in ("and", "not"):
        raise view.found(0, "a predicate")
    if name == "=":
        _check_equality(scope, view)
    elif name in scope.predicates:
        scope.arguments(view, scope.predicates[name])
    else:
        expected = one_of(name, scope.predicates)
        raise view.error(0, f"undeclared predicate {name}", expected)
    return as_atom(view)


def _check_equality(scope: Scope, view: ListView) -> None:
    check_arity(view, "=", 2)
    for place in (1, 2):
        item = view.items[place]
        if not isinstance(item, str) or (is_number(item) and item not in scope.objects):
            raise view.source.unsupported(view.start, "a numeric comparison", NUMERIC)
        scope.term(view, place)


def read_effect(scope: Scope, view: ListView) -> tuple[list[Literal], list[float | Atom]]:
    """The literals of an effect, and what it adds to the total cost."""
    literals: list[Literal] = []
    costs: list[float | Atom] = []
    for part in conjuncts(view):
        head = part.token(0, "an effect")
        if head == "increase" and head not in scope.predicates:
            costs.append(_read_cost(scope, part))
            continue
        literal = read_literal(scope, part)
        if literal.atom[0] == "=":
            raise part.error(0, "equality cannot be an effect", "an atom or (not ATOM)")
        literals.append(literal)
    return literals, costs


def _read_cost(scope: Scope, view: ListView) -> float | Atom:
    expected = "(increase (total-cost) COST)"
    target = view.view(1, expected)
    if target.items != ("total-cost",):
        raise view.source.unsupported(view.start, f"the increase of {target}", expected)
    scope.function_term(target)
    view.end(3, "')'")
    if len(view) == 3 and isinstance(view.items[2], str):
        return read_number(view, 2)
    term = view.view(2, "a number or a function term")
    head = term.token(0, "a function")
    if head in ("+", "-", "*", "/"):
        instead = "a number or a function term; several (increase ...) add up"
        raise view.source.unsupported(term.start, "arithmetic in a cost", instead)
    if head == "total-cost":
        raise view.source.unsupported(term.start, "a cost that depends on the state", "a number")
    return scope.function_term(term)


def is_number(text: str) -> bool:
    """Whether a token is a number in decimal notation."""
    return bool(_NUMBER.fullmatch(text))


def read_number(view: ListView, place: int) -> float:
    """A number >= 0, an int where it is written without fraction."""
    text = view.token(place, "a number")
    if not is_number(text):
        raise view.found(place, "a number")
    value = float(text)
    if value < 0:
        raise view.error(place, f"{text} is a negative cost", "a cost >= 0")
    if value > LARGEST_COST:
        raise view.error(place, f"{text} is too large", f"a cost up to {LARGEST_COST:g}")
    return int(value) if value.is_integer() and text.lstrip("+-").isdigit() else value
