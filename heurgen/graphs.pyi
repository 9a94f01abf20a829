"""Distances over a static relation, for heuristics that would otherwise flood a map in Python at every state."""

from collections.abc import Iterable, Iterator

from heurgen.core import State

Node = str | tuple[str]

class Graph:
    nodes: tuple[str, ...]
    def __init__(
        self,
        edges: Iterable[tuple[str, ...]],
        nodes: Iterable[Node] = (),
        directed: bool = True,
    ) -> None: ...
    def __len__(self) -> int: ...
    def __contains__(self, node: object) -> bool: ...
    def successors(self, node: Node) -> tuple[str, ...]: ...
    def predecessors(self, node: Node) -> tuple[str, ...]: ...
    def distance(self, source: Node, target: Node) -> float: ...
    def distances(
        self,
        sources: str | Iterable[Node],
        *,
        blocked: Iterable[Node] = (),
        within: Iterable[Node] | None = None,
        where: tuple[State, str] | None = None,
        backwards: bool = False,
    ) -> Distances: ...
    def path(
        self,
        source: Node,
        target: Node,
        *,
        blocked: Iterable[Node] = (),
        within: Iterable[Node] | None = None,
        where: tuple[State, str] | None = None,
    ) -> list[str] | None: ...

class Distances:
    def __getitem__(self, node: Node) -> float: ...
    def __contains__(self, node: object) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...
    def nearest(self, nodes: Iterable[Node]) -> tuple[str | None, float]: ...
