"""The bundled generators: solvable tasks of the domain, the same for the same seed everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heurgen.core import Task, search
from heurgen.errors import InputError
from heurgen.generation import (
    SIZE_NAMES,
    SUITES,
    GenerationError,
    generated_domains,
    load_generator,
    training_suite,
    write_suite,
)
from heurgen.paths import pddl_dir
from heurgen.pddl import parse_problem, read_domain
from heurgen.pddl.fingerprint import fingerprint
from heurgen.validation import validate

NAMES = generated_domains()


@pytest.mark.parametrize("name", NAMES)
def test_sizes_are_hit_and_grow(name: str) -> None:
    generator = load_generator(name)
    for number, size in enumerate(SIZE_NAMES):
        assert generator.parameters_at(number) == dict(generator.sizes[size])
    steps = [generator.parameters_at(step / 8) for step in range(30)]
    for parameter in generator.parameters:
        values = [step[parameter.name] for step in steps]
        assert all(b >= a - 1 for a, b in zip(values, values[1:], strict=False)), parameter.name
        assert min(values) >= parameter.minimum


@pytest.mark.parametrize("name", NAMES)
def test_stored_tasks_are_what_the_generator_writes(name: str, tmp_path: Path) -> None:
    generator = load_generator(name)
    for suite, tasks in SUITES.items():
        stored = sorted((pddl_dir() / name / suite).glob("*.pddl"))
        # Large testing tasks are made on demand instead of stored.
        assert len(stored) >= (10 if suite == "testing" else 24)
        chosen = [task for task in tasks() if (pddl_dir() / name / suite / task.file).exists()]
        for path in write_suite(generator, chosen[::5], tmp_path / suite):
            assert path.read_text() == (pddl_dir() / name / suite / path.name).read_text()


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 10**6), size=st.floats(0, 0.3))
def test_small_tasks_are_of_the_domain_and_solvable(name: str, seed: int, size: float) -> None:
    domain = read_domain(pddl_dir() / name / "domain.pddl")
    problem = parse_problem(load_generator(name).generate_at(size, seed), domain)
    result = search(Task(problem), "ff", time_limit=20)
    assert result.plan is not None, result
    assert validate(problem, result.plan).valid


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_means_the_same_task_under_every_hash_seed(name: str) -> None:
    code = f"from heurgen.generation import load_generator; print(load_generator({name!r}).generate_at(1.2, 7))"
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
    assert load_generator(name).generate_at(1.2, 8) + "\n" not in texts


@pytest.mark.parametrize("name", NAMES)
def test_own_domains_are_the_competitions(ipc2023: Path, name: str) -> None:
    theirs = ipc2023 / name / "domain.pddl"
    if not theirs.is_file():
        pytest.skip("not a domain of the competition")
    ours = read_domain(pddl_dir() / name / "domain.pddl")
    assert fingerprint(ours) == fingerprint(read_domain(theirs))
    assert ours.name == read_domain(theirs).name


def test_bad_parameters_are_one_clear_error() -> None:
    generator = load_generator("ferry")
    with pytest.raises(GenerationError, match="ferry has no parameter boats; known: cars, locations"):
        generator.generate(1, boats=3)
    with pytest.raises(GenerationError, match="cars is 0, but must be at least 1"):
        generator.generate(1, cars=0)
    with pytest.raises(InputError, match="domains with one: "):
        load_generator("nowhere")


def test_suites_are_disjoint_in_seeds() -> None:
    seeds = [task.seed for suite in SUITES.values() for task in suite()]
    assert len(seeds) == len(set(seeds))
    assert [task.size for task in training_suite()][-1] == 1
