"""The type hierarchy: what is a kind of what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from heurgen.pddl.syntax import ListView, typed_list

Types = Mapping[str, tuple[str, ...]]
"""Each type but ``object`` with its direct supertypes."""


def read_types(view: ListView) -> dict[str, tuple[str, ...]]:
    """``(:types ...)`` as a mapping from each type to its direct supertypes.

    A type that occurs only as a supertype counts as declared, under ``object``. One that is
    declared more than once has all the supertypes. PddlError for cycles.
    """
    parents: dict[str, dict[str, None]] = {}        # dictionaries as ordered sets
    listed = typed_list(view, 1, variables=False)
    for name, supertypes, place in listed:
        if name != "object":
            parents.setdefault(name, {}).update(dict.fromkeys(supertypes))
        elif supertypes != ("object",):
            raise view.error(place, "object cannot have a supertype")
    for _, supertypes, _ in listed:
        for name in supertypes:
            parents.setdefault(name, {})
    types = {
        name: tuple(parent for parent in above if parent != "object") or ("object",)
        for name, above in parents.items()
        if name != "object"
    }
    _refuse_cycles(view, types)
    return types


def _refuse_cycles(view: ListView, types: Types) -> None:
    try:
        TopologicalSorter(types).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        name = cycle[0]
        message = f"type {name} is its own supertype"
        if len(cycle) > 2:
            message += f", by way of {', '.join(cycle[-2:0:-1])}"
        raise view.error(view.items.index(name, 1), message) from None


def ancestors(types: Types, names: Iterable[str]) -> set[str]:
    """The given types with all their supertypes."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(types.get(name, ()))
    return found


def is_a(types: Types, own: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether an object declared with types `own` fits where one of `wanted` is asked for."""
    return "object" in wanted or not ancestors(types, own).isdisjoint(wanted)


def may_overlap(types: Types, some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether an object can fit both `some` and `others`: whether they have a subtype in common."""
    if "object" in some or is_a(types, some, others) or is_a(types, others, some):
        return True
    return any(is_a(types, (name,), some) and is_a(types, (name,), others) for name in types)
