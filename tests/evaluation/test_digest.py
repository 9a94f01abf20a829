"""What is told apart, and what is not."""

from __future__ import annotations

from dataclasses import replace

from heurgen.evaluation import digest
from heurgen.evaluation.digest import TaskDigests, source_digest, task_digest
from heurgen.pddl import read_problem
from tests.sandbox.candidates import FOLDER, PROBLEM


def test_the_same_task_has_the_same_digest_wherever_its_files_lie() -> None:
    again = read_problem(FOLDER / "training" / "p08.pddl", FOLDER / "domain.pddl")
    moved = replace(again, file="x.pddl", domain=replace(again.domain, file="y.pddl"))
    assert task_digest(again) == task_digest(moved) == task_digest(PROBLEM)


def test_whatever_else_differs_makes_another_task() -> None:
    domain = PROBLEM.domain
    others = [
        replace(PROBLEM, init=PROBLEM.init[1:]),
        replace(PROBLEM, goal=PROBLEM.goal[1:]),
        replace(PROBLEM, minimize_cost=not PROBLEM.minimize_cost),
        replace(PROBLEM, domain=replace(domain, actions=domain.actions[1:])),
    ]
    assert len({task_digest(problem) for problem in [PROBLEM, *others]}) == 5


def test_every_character_of_a_source_counts() -> None:
    assert source_digest("x = 1") != source_digest("x = 1\n")
    assert len(source_digest("\ud800")) == 16


def test_digests_are_remembered_but_not_for_ever() -> None:
    digests = TaskDigests()
    problems = [replace(PROBLEM, name=str(n)) for n in range(digest.KEPT + 10)]
    made = [digests.of(problem) for problem in problems]
    assert made[-1] is digests.of(problems[-1])
    assert made[0] == digests.of(problems[0]) == task_digest(problems[0])
    assert len(digests._known) == digest.KEPT
