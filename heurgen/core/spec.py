"""How a search is named: ``gbfs``, or with options ``gbfs-pe(order=goals, alternate=ff)``."""

from __future__ import annotations

import re
from dataclasses import dataclass

SEARCHES = ("gbfs", "gbfs-lazy", "gbfs-pe", "bfs", "astar", "wastar")
"""The searches by name."""

ORDERS = ("schema", "goals", "random")
"""How the successors of a state are ordered: as the domain lists its schemas; those that satisfy more goal literals
first, then those of schemas with fewer applicable actions; at random."""

OPTIMAL = ("astar", "wastar")
DEFAULT_WEIGHT = 3.0

_SHAPE = re.compile(r"\s*([a-z-]+)\s*(?:\((.*)\))?\s*")


@dataclass(frozen=True, slots=True)
class SearchSpec:
    """A search with its options.

    `alternate` lists built-in heuristics that take turns with the main one. `weight` is the factor of the
    heuristic value in ``wastar``.
    """

    name: str
    order: str = "schema"
    alternate: tuple[str, ...] = ()
    weight: float = DEFAULT_WEIGHT

    def __str__(self) -> str:
        options = []
        if self.order != "schema":
            options.append(f"order={self.order}")
        if self.alternate:
            options.append(f"alternate={'+'.join(self.alternate)}")
        if self.weight != DEFAULT_WEIGHT:
            options.append(f"weight={self.weight:g}")
        return f"{self.name}({', '.join(options)})" if options else self.name


def parse_search(text: str) -> SearchSpec:
    """The search that a text names. Raises ValueError, naming what is known, for one that there is not."""
    shape = _SHAPE.fullmatch(text)
    if shape is None or shape[1] not in SEARCHES:
        raise ValueError(f"no search {text!r}; known: {', '.join(SEARCHES)}")
    name = shape[1]
    values: dict[str, str] = {}
    for part in (shape[2] or "").split(","):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not part.strip() and not (shape[2] or "").strip():
            continue
        if not equals or key in values or key not in ("order", "alternate", "weight"):
            raise ValueError(f"search {text!r}: {part.strip()!r} is none of order=..., alternate=..., weight=...")
        values[key] = value
    order = values.get("order", "schema")
    if order not in ORDERS:
        raise ValueError(f"search {text!r}: no order {order!r}; known: {', '.join(ORDERS)}")
    if "weight" in values and name != "wastar":
        raise ValueError(f"search {text!r}: only wastar has a weight")
    alternate = tuple(values["alternate"].split("+")) if "alternate" in values else ()
    if alternate and name in (*OPTIMAL, "bfs"):
        raise ValueError(f"search {text!r}: {name} takes one heuristic")
    if order != "schema" and name in OPTIMAL:
        raise ValueError(f"search {text!r}: {name} has no order of successors")
    return SearchSpec(name, order, alternate, _weight(text, values.get("weight")))


def _weight(text: str, value: str | None) -> float:
    if value is None:
        return DEFAULT_WEIGHT
    try:
        weight = float(value)
    except ValueError:
        weight = -1.0
    if not 1 <= weight < float("inf"):
        raise ValueError(f"search {text!r}: the weight {value!r} is not a number of at least 1")
    return weight
