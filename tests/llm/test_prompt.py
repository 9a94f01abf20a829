"""The prompt: complete, deterministic, and true in what it says about the interface."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys

import pytest

from heurgen import Heuristic, read_task, search, validate
from heurgen.errors import InputError
from heurgen.heuristics.loading import load_candidate
from heurgen.library import bundled_domains, find_domain_files
from heurgen.llm.prompt import EXAMPLES, LONGEST_TASK, PARTS, PROMPTS, describe_task
from heurgen.paths import pddl_dir
from heurgen.synthesis.asking import first_prompt


def prompt_of(domain: str) -> str:
    return first_prompt(find_domain_files(domain))


@pytest.mark.parametrize("domain", bundled_domains())
def test_a_prompt_holds_the_domain_two_tasks_and_no_unfilled_part(domain: str) -> None:
    text = prompt_of(domain)
    files = find_domain_files(domain)
    by_size = sorted(files.training, key=lambda path: path.stat().st_size)
    assert files.domain.read_text().strip() in text
    assert by_size[0].read_text().strip() in text
    short = [path for path in by_size if path.stat().st_size <= LONGEST_TASK]
    assert short[-1].read_text().strip() in text
    assert re.search(r"\{(domain|sizes|smallest|largest|view|first_|second_)", text) is None
    assert len(text) < 40_000


@pytest.mark.parametrize("part", PARTS)
def test_a_part_can_be_left_out(part: str) -> None:
    files = find_domain_files("ferry")
    whole, shorter = first_prompt(files), first_prompt(files, [part])
    gone = [line for line in whole.splitlines() if line not in shorter.splitlines()]
    assert all(line in whole.splitlines() for line in shorter.splitlines())
    assert len(gone) >= 5
    headings = ["# " + heading for heading in PARTS[part] if "{" not in heading]
    assert headings
    assert all(heading in gone for heading in headings)


def test_what_is_no_part_cannot_be_left_out() -> None:
    with pytest.raises(InputError, match="no part 'tips'; known: tasks"):
        first_prompt(find_domain_files("ferry"), ["tips"])


def test_no_testing_task_is_in_a_prompt() -> None:
    text = prompt_of("ferry")
    for path in (pddl_dir() / "ferry" / "testing").glob("*.pddl"):
        assert path.read_text().strip() not in text


def test_what_it_shows_of_a_task_is_true() -> None:
    task = read_task(pddl_dir() / "ferry" / "domain.pddl", pddl_dir() / "ferry/training/p05.pddl")
    state = task.initial_state
    checked = 0
    for line in describe_task(task).splitlines():
        expression, equals, value = line.partition(" == ")
        if not equals or "..." in value or "after the first" in line:
            continue
        if expression in ("state.action", "state.added", "state.deleted"):
            continue
        expected = eval(value.split("    #")[0])
        assert eval(expression, {"task": task, "state": state}) == expected, line
        checked += 1
    assert checked >= 8


@pytest.mark.parametrize("domain", EXAMPLES)
def test_the_worked_examples_solve_tasks_of_their_domain(domain: str) -> None:
    heuristic = load_candidate((PROMPTS / f"{domain}.py").read_text())
    assert issubclass(heuristic, Heuristic)
    for number in (1, 8, 15):
        folder = pddl_dir() / domain
        task = read_task(folder / "domain.pddl", folder / "testing" / f"p{number:02}.pddl")
        result = search(task, heuristic, time_limit=30)
        assert result.plan is not None
        assert validate(task, result.plan).valid
        assert result.expanded <= len(result.plan) + 1


def test_prompts_do_not_depend_on_the_hash_seed() -> None:
    assert importlib.util.find_spec("heurgen") is not None
    texts = {
        subprocess.run(
            [sys.executable, "-m", "heurgen", "prompt", "logistics"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
