"""heurgen's own figures for what results/core.md compares with its peers.

1 start, 2 heuristics in Python, 3 blind search and memory, 4 h^FF. Rates and sizes are in the extra information of each
benchmark: ``pytest tests/bench --benchmark-json=FILE``.
"""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from heurgen import read_task
from heurgen.benchmark import probes
from heurgen.core import Task, search
from heurgen.core.relaxed_task import RelaxedTask
from heurgen.pddl import read_domain, read_problem
from tests.bench.conftest import Files

SECONDS = 1.0


def record(benchmark: BenchmarkFixture, figures: probes.Figures) -> None:
    benchmark.extra_info.update({name: round(value, 4) for name, value in figures.items()})


def test_from_files_to_the_first_expansion(benchmark: BenchmarkFixture, files: Files, domain: str) -> None:
    paths = [str(path) for path in files(domain, "hard")]
    record(benchmark, benchmark(probes.heurgen_start, *paths, SECONDS))


def test_reading(benchmark: BenchmarkFixture, files: Files, domain: str) -> None:
    source, problem = files(domain, "hard")
    benchmark(read_problem, problem, read_domain(source))


def test_compiling(benchmark: BenchmarkFixture, files: Files, domain: str) -> None:
    source, problem = files(domain, "hard")
    benchmark(Task, read_problem(problem, read_domain(source)))


@pytest.mark.parametrize("probe", [probes.heurgen_goal_count, probes.heurgen_goals_left, probes.heurgen_constant])
def test_python_heuristic(benchmark: BenchmarkFixture, files: Files, domain: str, probe: probes.Probe) -> None:
    paths = [str(path) for path in files(domain, "hard")]
    record(benchmark, benchmark.pedantic(probe, (*paths, SECONDS), rounds=2))


def test_blind_search_and_bytes_a_state(benchmark: BenchmarkFixture, files: Files, domain: str) -> None:
    paths = [str(path) for path in files(domain, "medium")]
    record(benchmark, benchmark.pedantic(probes.heurgen_blind, (*paths, SECONDS), rounds=2))


def test_relaxed_exploration(benchmark: BenchmarkFixture, files: Files, domain: str) -> None:
    task = read_task(*files(domain, "medium"))
    relaxed = benchmark.pedantic(RelaxedTask, (task,), rounds=3)
    benchmark.extra_info["operators"] = relaxed.size[1]


def test_ff(benchmark: BenchmarkFixture, files: Files, domain: str) -> None:
    paths = [str(path) for path in files(domain, "medium")]
    record(benchmark, benchmark.pedantic(probes.heurgen_ff, (*paths, SECONDS), rounds=1))


def test_landmark_count(benchmark: BenchmarkFixture, files: Files, domain: str) -> None:
    task = read_task(*files(domain, "medium"))
    result = benchmark.pedantic(search, (task, "lmcount"), {"time_limit": SECONDS}, rounds=1)
    benchmark.extra_info["rate"] = round(result.evaluated / result.search_time)
