from heurgen.pddl.model import Atom

class HeuristicError(Exception):
    """A heuristic written in Python failed."""

    reason: str
    kind: str
    state_atoms: list[Atom]
    def __init__(self, reason: str, kind: str, state_atoms: list[Atom]) -> None: ...
