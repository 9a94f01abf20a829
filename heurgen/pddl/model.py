"""The lifted task as plain immutable data: what the reader makes and everything else starts from.

All names are lower case. An *atom* is a tuple of strings: the predicate, then its arguments, for
instance ``("on", "b1", "b2")``. In schemas an argument that starts with ``?`` is a parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Atom = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A typed variable; more than one type means ``(either ...)``."""

    name: str
    types: tuple[str, ...] = ("object",)


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate or function symbol with its declared parameters."""

    name: str
    parameters: tuple[Parameter, ...]

    @property
    def arity(self) -> int:
        return len(self.parameters)


@dataclass(frozen=True, slots=True)
class Literal:
    """An atom or its negation. The predicate ``=`` stands for equality of two terms."""

    atom: Atom
    positive: bool = True


@dataclass(frozen=True, slots=True)
class Action:
    """A lifted action schema (STRIPS with negative preconditions).

    An effect that adds and deletes the same atom adds it (PDDL 2.1, section 3). `cost` lists what is
    added up to the cost of an instance: numbers, or terms of a static function such as
    ``("road-length", "?a", "?b")``; None where the action has no cost effect.
    """

    name: str
    parameters: tuple[Parameter, ...]
    precondition: tuple[Literal, ...]
    effect: tuple[Literal, ...]
    cost: tuple[float | Atom, ...] | None = None


@dataclass(frozen=True, slots=True)
class Domain:
    """A PDDL domain. `types` maps every type but ``object`` to its direct supertypes."""

    name: str
    requirements: tuple[str, ...]
    types: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, tuple[str, ...]]
    predicates: Mapping[str, Predicate]
    functions: Mapping[str, Predicate]
    actions: tuple[Action, ...]
    file: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A PDDL problem together with its domain.

    `objects` holds the domain's constants first, then the problem's objects, each with its types
    (more than one means ``either``). `init` has no duplicates and keeps the order of the file; nor
    has `goal`. `function_values` gives the initial value of ground function terms. `minimize_cost` tells
    whether the problem's metric asks for the total cost; without it every action costs 1.
    """

    name: str
    domain: Domain
    objects: Mapping[str, tuple[str, ...]]
    init: tuple[Atom, ...]
    goal: tuple[Literal, ...]
    function_values: Mapping[Atom, float] = field(default_factory=dict)
    minimize_cost: bool = False
    file: str = ""
