"""What identifies heuristics and tasks, whatever they are called and wherever their files lie."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import replace

from heurgen.pddl.model import Problem

KEPT = 256


def source_digest(source: str) -> str:
    """16 hexadecimal digits that identify a candidate's source text."""
    return hashlib.sha256(source.encode(errors="surrogatepass")).hexdigest()[:16]


def task_digest(problem: Problem) -> str:
    """16 hexadecimal digits that identify a problem with its domain, but for the files' names."""
    plain = replace(problem, file="", domain=replace(problem.domain, file=""))
    return hashlib.sha256(repr(plain).encode(errors="surrogatepass")).hexdigest()[:16]


class TaskDigests:
    """Digests of problems that are asked for again and again; keeps the last ones."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[Problem, str]] = OrderedDict()     # by address

    def of(self, problem: Problem) -> str:
        """The digest of a problem."""
        if id(problem) not in self._known:
            self._known[id(problem)] = (problem, task_digest(problem))
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        return self._known[id(problem)][1]
