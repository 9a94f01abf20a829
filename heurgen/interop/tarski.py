"""heurgen for those who model in tarski: the problem is written as PDDL and read."""

from __future__ import annotations

from typing import Any

from tarski.io.fstrips import FstripsWriter

from heurgen.core import Task
from heurgen.pddl import parse_domain, parse_problem


def task_of(problem: Any) -> Task:
    """The task that a ``tarski.fstrips.Problem`` describes.

    PddlError names what is outside the fragment heurgen reads.
    """
    writer = FstripsWriter(problem)
    domain = parse_domain(writer.print_domain(), "tarski domain")
    return Task(parse_problem(writer.print_instance(), domain, "tarski problem"))
