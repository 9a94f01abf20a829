"""How long it takes to read a Sokoban task of 99x99 cells: 1.5 MB, some 39,000 adjacent cells."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from heurgen.core.scanner import scan
from heurgen.paths import pddl_dir
from heurgen.pddl import read_domain, read_problem

SIZE = 99
BOXES = 80
STEPS = {"down": (1, 0), "up": (-1, 0), "left": (0, -1), "right": (0, 1)}
DOMAIN = pddl_dir() / "sokoban" / "domain.pddl"


def cell(row: int, column: int) -> str:
    return f"c-{row:02}-{column:02}"


def adjacent_cells() -> Iterator[str]:
    for row in range(SIZE):
        for column in range(SIZE):
            for direction, (down, right) in STEPS.items():
                if 0 <= row + down < SIZE and 0 <= column + right < SIZE:
                    other = cell(row + down, column + right)
                    yield f"(adjacent {cell(row, column)} {other} {direction})"


def sokoban_text() -> str:
    """An empty room with boxes and goals at random places."""
    cells = [cell(row, column) for row in range(SIZE) for column in range(SIZE)]
    places = random.Random(0).sample(cells, 2 * BOXES + 1)
    boxes = [f"box{number}" for number in range(BOXES)]
    at = [f"(at {box} {place})" for box, place in zip(boxes, places)]
    goals = [f"(at {box} {place})" for box, place in zip(boxes, places[BOXES:])]
    blocked = set(places[:BOXES])
    clear = [f"(clear {place})" for place in cells if place not in blocked]
    return "\n".join(
        [
            "(define (problem large)",
            "  (:domain sokoban)",
            f"  (:objects {' '.join(cells)} - location {' '.join(boxes)} - box)",
            "  (:init",
            f"(at-robot {places[-1]})",
            *at,
            *clear,
            *adjacent_cells(),
            "  )",
            "  (:goal (and",
            *goals,
            "  )))",
        ]
    )


@pytest.fixture(scope="module")
def sokoban(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sokoban") / "large.pddl"
    path.write_text(sokoban_text())
    return path


def test_read_problem(benchmark: BenchmarkFixture, sokoban: Path) -> None:
    problem = benchmark(read_problem, sokoban, read_domain(DOMAIN))
    assert len(problem.objects) == SIZE * SIZE + BOXES + 4
    assert len(problem.init) == 4 * SIZE * (SIZE - 1) + SIZE * SIZE + 1
    assert len(problem.goal) == BOXES


def test_scan(benchmark: BenchmarkFixture, sokoban: Path) -> None:
    text = sokoban.read_bytes()
    _, start = benchmark(scan, text)
    assert start == 0


def test_read_domain(benchmark: BenchmarkFixture) -> None:
    domain = benchmark(read_domain, DOMAIN)
    assert len(domain.actions) == 2
