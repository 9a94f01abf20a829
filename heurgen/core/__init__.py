"""The compiled search core and its typed Python face. Imports nothing else of heurgen."""

from heurgen.core.atoms import AtomSet
from heurgen.core.evaluators import HeuristicError
from heurgen.core.result import SearchResult, Status
from heurgen.core.search import HEURISTICS, search
from heurgen.core.spec import OPTIMAL, ORDERS, SEARCHES, SearchSpec, parse_search
from heurgen.core.state import State, state_of
from heurgen.core.task import Task

__all__ = [
    "HEURISTICS",
    "OPTIMAL",
    "ORDERS",
    "SEARCHES",
    "AtomSet",
    "HeuristicError",
    "SearchResult",
    "SearchSpec",
    "State",
    "Status",
    "Task",
    "parse_search",
    "search",
    "state_of",
]
