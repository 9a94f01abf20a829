"""Small tasks of every bundled generator are solved by the compiled search."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heurgen.core import Task, search
from heurgen.generation import generated_domains, load_generator
from heurgen.paths import pddl_dir
from heurgen.pddl import parse_problem, read_domain
from heurgen.validation import validate


@pytest.mark.parametrize("name", generated_domains())
@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 10**6), size=st.floats(0, 0.3))
def test_small_tasks_are_of_the_domain_and_solvable(name: str, seed: int, size: float) -> None:
    domain = read_domain(pddl_dir() / name / "domain.pddl")
    problem = parse_problem(load_generator(name).generate_at(size, seed), domain)
    result = search(Task(problem), "ff", time_limit=20)
    assert result.plan is not None, result
    assert validate(problem, result.plan).valid
