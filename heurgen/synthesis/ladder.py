"""The ladder: generated tasks of growing size, for what the training tasks do not tell apart, and the tasks of the final."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from heurgen.generation import load_generator
from heurgen.library import DomainFiles
from heurgen.pddl import Problem, parse_problem, read_domain, read_problem

SIZES = tuple(1.0 + 0.25 * step for step in range(13))
"""Sizes of the rungs: from the top of the easy tasks to beyond the hard ones."""

FINAL_SIZES = tuple(2.1 + 0.1 * step for step in range(10))
"""Sizes of the tasks of the final: hard ones, which take turns in how they look."""

SEED = 2_000_001
"""Far from the seeds of the training and testing tasks."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of a domain by name, from small to large, and the tasks of the final; `problem` reads or generates one."""

    rungs: tuple[str, ...]
    problem: Callable[[str], Problem]
    final: tuple[str, ...] = ()


def bundled_ladder(files: DomainFiles) -> Ladder:
    """The ladder of a bundled domain, made by its generator."""
    generator = load_generator(files.name)
    domain = read_domain(files.domain)
    rungs = tuple(f"ladder-{size:.2f}" for size in SIZES)
    final = tuple(f"final-{size:.2f}" for size in FINAL_SIZES)
    places = {name: place for place, name in enumerate(rungs + final)}

    @lru_cache(maxsize=2)
    def make(name: str) -> Problem:
        place = places[name]
        look = max(0, place - len(rungs))
        text = generator.generate_at((SIZES + FINAL_SIZES)[place], SEED + place, look)
        return parse_problem(text, domain, name)

    return Ladder(rungs, make, final)


def ladder_of_files(domain: Path, paths: Sequence[Path]) -> Ladder:
    """A ladder of tasks that are there as files, from small to large, and no final."""
    parsed = read_domain(domain)
    by_name = {path.stem: path for path in paths}
    return Ladder(tuple(by_name), lambda name: read_problem(by_name[name], parsed))
