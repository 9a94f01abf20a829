from typing import Union

Tree = Union[str, tuple[str, ...], "Node"]

class ScanError(Exception):
    """Text that is not one list; `offset` is where that shows, in bytes."""

    offset: int
    expected: str

class UnclosedError(ScanError):
    """A list without end; `offset` is that of the innermost open parenthesis."""

class ItemError(Exception):
    """A list with a wrong item: its place, what was found and what was expected."""

    place: int
    expected: str

class Node:
    """A list that holds lists: `items`, and `start`, the offset of its parenthesis in bytes."""

    @property
    def items(self) -> tuple[Tree, ...]: ...
    @property
    def start(self) -> int: ...
    def offset(self, place: int) -> int: ...

class FactReader:
    """Takes ground facts from lists: atoms, and values of functions as in ``(= (f a) 5)``."""

    def __init__(
        self,
        predicates: dict[str, tuple[bytes, ...]],
        functions: dict[str, tuple[bytes, ...]],
        kinds: dict[str, int],
    ) -> None: ...
    @property
    def numbers(self) -> dict[str, float]: ...
    @property
    def atoms(self) -> list[tuple[str, ...]]: ...
    @property
    def values(self) -> dict[tuple[str, ...], float]: ...
    def take(self, items: tuple[Tree, ...], place: int) -> int: ...

def scan(text: bytes) -> tuple[tuple[str, ...] | Node, int]: ...
def token_offset(text: bytes, start: int, place: int) -> int: ...
def typed_list(
    items: tuple[Tree, ...], first: int, variables: bool
) -> list[tuple[str, tuple[str, ...], int]]: ...
