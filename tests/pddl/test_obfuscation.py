"""Meaningless names: nothing of the old ones is left, and the task is the same otherwise."""

from __future__ import annotations

import re

import pytest

from heurgen.core import Task
from heurgen.library import bundled_domains, find_domain_files
from heurgen.pddl import parse_domain, parse_problem, read_domain, read_problem
from heurgen.pddl.obfuscation import KEPT, Obfuscator


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z][a-z0-9_-]*", re.sub(r";[^\n]*|:[a-z-]+", "", text.lower())))


def successors(task: Task) -> list[int]:
    """How many actions are applicable in the initial state and in each of its first successors, in ascending order."""
    first = task.applicable(task.initial_state)
    after = [len(task.applicable(task.successor(task.initial_state, action))) for action in first]
    return [len(first), *sorted(after)]


@pytest.mark.parametrize("name", bundled_domains())
def test_the_task_is_the_same_under_other_names(name: str) -> None:
    files = find_domain_files(name)
    domain = read_domain(files.domain)
    renamer = Obfuscator(domain)
    text = renamer.domain(files.domain.read_text())
    renamed = parse_domain(text)
    assert not (words(files.domain.read_text()) - KEPT) & words(text)
    for path in (files.training[0], files.training[9]):
        before = read_problem(path, domain)
        other = renamer.problem(path.read_text(), before)
        assert not (words(path.read_text()) - KEPT) & words(other)
        after = parse_problem(other, renamed)
        assert len(after.objects) == len(before.objects)
        assert len(after.init) == len(before.init)
        assert len(after.goal) == len(before.goal)
        assert successors(Task(before)) == successors(Task(after))


def test_one_name_for_two_things_stays_one() -> None:
    domain = parse_domain(
        "(define (domain d) (:requirements :typing) (:types at) (:predicates (at ?a - at))"
        " (:action go :parameters (?at - at) :precondition (at ?at) :effect (not (at ?at))))"
    )
    renamer = Obfuscator(domain)
    text = renamer.domain(
        "(define (domain d) (:requirements :typing) (:types at) (:predicates (at ?a - at))"
        " (:action go :parameters (?at - at) :precondition (at ?at) :effect (not (at ?at))))"
    )
    renamed = parse_domain(text)
    problem = "(define (problem p) (:domain d) (:objects at x - at) (:init (at at)) (:goal (and (at x))))"
    after = parse_problem(renamer.problem(problem, parse_problem(problem, domain)), renamed)
    assert len(after.objects) == 2
    assert len(after.init) == 1
