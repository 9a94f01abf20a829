"""The contract a candidate heuristic fulfils."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heurgen.core import State, Task


class Heuristic:
    """Base class of heuristics written in Python.

    A subclass estimates how far a state is from the goal. It is constructed once per task and then
    called once per evaluated state, so whatever does not depend on the state belongs into
    ``__init__``.
    """

    def __init__(self, task: Task) -> None:
        """Precompute what every call can use. `task` is read-only."""

    def __call__(self, state: State) -> float:
        """Estimate the distance from `state` to the goal.

        Returns a number >= 0, in whatever unit: 0 at goal states, ``math.inf`` for a state from which no
        goal state can be reached. None, NaN and negative numbers are failures of the heuristic.
        """
        raise NotImplementedError(f"{type(self).__name__} has no __call__(self, state)")
