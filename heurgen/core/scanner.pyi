from typing import Union

Tree = Union[str, tuple[str, ...], "Node"]

class ScanError(Exception):
    """Text that is no list of lists; `offset` is where, in bytes."""

    offset: int

class Node:
    """A list that holds lists."""

    @property
    def items(self) -> list[Tree]: ...
    @property
    def start(self) -> int: ...
    def offset(self, place: int) -> int: ...

def scan(text: bytes) -> tuple[tuple[str, ...] | Node, int]: ...
def token_offset(text: bytes, start: int, place: int) -> int: ...
def first_bad_atom(
    atoms: list[Tree], signatures: dict[str, tuple[bytes, ...]], kinds: dict[str, int]
) -> int: ...
