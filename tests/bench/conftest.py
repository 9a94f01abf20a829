"""Generated tasks at the competition's sizes, made once per run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from heurgen.benchmark.peers import DOMAINS, SEED, SIZES
from heurgen.generation import load_generator
from heurgen.paths import pddl_dir

Files = Callable[[str, str], tuple[Path, Path]]


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Domain and problem file of a domain at a size."""
    folder = tmp_path_factory.mktemp("tasks")

    @cache
    def write(domain: str, size: str) -> tuple[Path, Path]:
        path = folder / f"{domain}-{size}.pddl"
        path.write_text(load_generator(domain).generate_at(SIZES[size], SEED))
        return pddl_dir() / domain / "domain.pddl", path

    return write


@pytest.fixture(params=DOMAINS)
def domain(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name
