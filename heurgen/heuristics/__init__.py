"""The interface candidates implement, and the built-in heuristics by name."""

from heurgen.heuristics.base import Heuristic

__all__ = ["Heuristic"]
