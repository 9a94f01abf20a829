"""The type hierarchy: what is a kind of what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from heurgen.pddl.syntax import ListView, typed_list


def read_types(view: ListView) -> dict[str, tuple[str, ...]]:
    """``(:types ...)`` as a mapping from each type to its direct supertypes.

    A type that occurs only as a supertype counts as declared. Errors for cycles.
    """
    types: dict[str, tuple[str, ...]] = {}
    for name, parents, place in typed_list(view, 1, variables=False):
        if name == "object":
            if parents != ("object",):
                raise view.error(place, "object cannot have a supertype")
            continue
        known = [parent for parent in types.get(name, ()) if parent != "object"]
        types[name] = tuple(dict.fromkeys([*known, *parents]))
    for name in [parent for parents in types.values() for parent in parents]:
        if name != "object":
            types.setdefault(name, ("object",))
    for name, parents in types.items():
        if len(parents) > 1:
            types[name] = tuple(parent for parent in parents if parent != "object")
    for name, _, place in typed_list(view, 1, variables=False):
        if name in ancestors(types, types.get(name, ())):
            raise view.error(place, f"type {name} is its own supertype")
    return types


def ancestors(types: Mapping[str, tuple[str, ...]], names: Iterable[str]) -> set[str]:
    """The given types with all their supertypes."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(types.get(name, ()))
    return found


def may_overlap(
    types: Mapping[str, tuple[str, ...]], some: tuple[str, ...], others: tuple[str, ...]
) -> bool:
    """Whether one of `some` and one of `others` are related, one being a kind of the other."""
    if "object" in some or "object" in others:
        return True
    return any(
        one in ancestors(types, (other,)) or other in ancestors(types, (one,))
        for one in some
        for other in others
    )


def is_a(
    types: Mapping[str, tuple[str, ...]], own: tuple[str, ...], wanted: tuple[str, ...]
) -> bool:
    """Whether an object declared with types `own` fits where one of `wanted` is asked for."""
    return "object" in wanted or bool(ancestors(types, own) & set(wanted))
