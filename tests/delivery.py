"""A small task with all the fragment has: hierarchy, either, constants, equality, negation, costs.

Trucks and a drone carry one parcel each; object `ox` is of type ``(either truck parcel)``.
"""

from __future__ import annotations

from dataclasses import replace

from heurgen.pddl.model import Action, Atom, Domain, Literal, Parameter, Problem


def no(*atom: str) -> Literal:
    return Literal(atom, positive=False)


def yes(*atom: str) -> Literal:
    return Literal(atom)


def parameters(**types: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(f"?{name}", tuple(kind.split())) for name, kind in types.items())


ACTIONS = (
    Action(
        "drive",
        parameters(t="truck", a="place", b="place"),
        (yes("at", "?t", "?a"), yes("road", "?a", "?b"), no("=", "?a", "?b")),
        (no("at", "?t", "?a"), yes("at", "?t", "?b")),
        (("length", "?a", "?b"),),
    ),
    Action(
        "fly",
        parameters(d="drone", a="place", b="place"),
        (yes("at", "?d", "?a"), no("grounded", "?d")),
        (yes("at", "?d", "?b"), no("at", "?d", "?a")),
        (2, 0.5),
    ),
    Action(
        "load",
        parameters(p="parcel", v="truck drone", a="place"),
        (yes("at", "?p", "?a"), yes("at", "?v", "?a"), no("full", "?v")),
        (yes("in", "?p", "?v"), yes("full", "?v"), no("at", "?p", "?a")),
        (1,),
    ),
    Action(
        "unload",
        parameters(p="parcel", v="vehicle", a="place"),
        (yes("in", "?p", "?v"), yes("at", "?v", "?a")),
        (yes("at", "?p", "?a"), no("in", "?p", "?v"), no("full", "?v")),
    ),
    Action(
        "repair",
        parameters(d="drone", x="object"),
        (yes("at", "?d", "hub"), yes("=", "?x", "hub")),
        (no("grounded", "?d"),),
        (3,),
    ),
)
TYPES = {
    "vehicle": ("object",),
    "truck": ("vehicle",),
    "heavy-truck": ("truck",),
    "drone": ("vehicle",),
    "place": ("object",),
    "depot": ("place",),
    "parcel": ("object",),
}
DOMAIN = Domain("delivery", (), TYPES, {"hub": ("depot",)}, {}, {}, ACTIONS)
OBJECTS = {
    "hub": ("depot",),
    "town": ("place",),
    "farm": ("place",),
    "big": ("heavy-truck",),
    "bee": ("drone",),
    "ox": ("truck", "parcel"),
    "box": ("parcel",),
}
INIT: tuple[Atom, ...] = (
    ("at", "big", "hub"),
    ("at", "bee", "hub"),
    ("at", "box", "hub"),
    ("grounded", "bee"),
    ("road", "hub", "town"),
    ("road", "town", "hub"),
    ("road", "town", "town"),
    ("road", "town", "farm"),
)
LENGTHS: dict[Atom, float] = {
    ("length", "hub", "town"): 7,
    ("length", "town", "hub"): 6,
    ("length", "town", "farm"): 5,
}
GOAL = (yes("at", "box", "town"), no("full", "big"), no("at", "big", "hub"))
DELIVERY = Problem("one", DOMAIN, OBJECTS, INIT, GOAL, LENGTHS)
WITH_COSTS = replace(DELIVERY, minimize_cost=True)
