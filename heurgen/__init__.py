"""heurgen: heuristics written by language models in a compiled search core."""

from heurgen._version import __version__

__all__ = ["__version__"]
