"""Reading PDDL: text to the lifted task as data, see `heurgen.pddl.model`.

The fragment: STRIPS, typing (hierarchies, ``either``), constants, equality, negative preconditions,
action costs. Anything else is refused by name, with its place in the file; which requirements are
refused, and why others are not, stands in `heurgen.pddl.fragment`. Names are case-insensitive and
become lower case (ASCII letters).
"""

from __future__ import annotations

from pathlib import Path

from heurgen.pddl.domain import build_domain
from heurgen.pddl.model import Action, Atom, Domain, Literal, Parameter, Predicate, Problem
from heurgen.pddl.problem import build_problem
from heurgen.pddl.source import read_source, text_source

__all__ = [
    "Action",
    "Atom",
    "Domain",
    "Literal",
    "Parameter",
    "Predicate",
    "Problem",
    "parse_domain",
    "parse_problem",
    "read_domain",
    "read_problem",
]


def read_domain(path: str | Path) -> Domain:
    """The domain in a file. Raises PddlError with file, line and column."""
    return build_domain(read_source(path))


def read_problem(path: str | Path, domain: Domain | str | Path) -> Problem:
    """The problem in a file; `domain` is its domain or the file of that. Raises PddlError."""
    if not isinstance(domain, Domain):
        domain = read_domain(domain)
    return build_problem(read_source(path), domain)


def parse_domain(text: str, file: str = "<string>") -> Domain:
    """The domain in a text; `file` is for error messages. Raises PddlError."""
    return build_domain(text_source(text, file))


def parse_problem(text: str, domain: Domain, file: str = "<string>") -> Problem:
    """The problem in a text; `file` is for error messages. Raises PddlError."""
    return build_problem(text_source(text, file), domain)
