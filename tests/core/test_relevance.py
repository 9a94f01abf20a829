"""Which actions are generated where the relaxed task is known, against the definition by fixed points."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from heurgen.core import Task, search
from heurgen.core.relaxed_task import RelaxedTask
from heurgen.pddl.model import Action, Literal, Parameter, Predicate, Problem
from tests import reference
from tests.core.conftest import line_problem
from tests.strategies import problems


def painting(length: int) -> Problem:
    """The robot of the line can take the brush, paint where it stands and put the brush back; one place is to be painted."""
    line = line_problem(length)
    place, free = Parameter("?p", ("place",)), Literal(("free",))
    paint = Action(
        "paint",
        (place,),
        (Literal(("at", "?p")), free),
        (Literal(("painted", "?p")), Literal(("free",), False), free),
    )
    look = Action("look", (place,), (Literal(("at", "?p")),), (Literal(("seen", "?p")),))
    predicates = {
        "free": Predicate("free", ()),
        "painted": Predicate("painted", (place,)),
        "seen": Predicate("seen", (place,)),
    }
    domain = replace(
        line.domain,
        predicates={**line.domain.predicates, **predicates},
        actions=(*line.domain.actions, paint, look),
    )
    return replace(
        line, domain=domain, init=(*line.init, ("free",)), goal=(Literal(("painted", "c")),)
    )


@settings(deadline=None, max_examples=400)
@given(problem=problems())
def test_relevant_actions_are_those_of_the_definition(problem: Problem) -> None:
    relaxed = RelaxedTask(Task(problem))
    reached = [name for name, _, _ in reference.reached_actions(problem)]
    relevant = {name for name in reached if relaxed.is_relevant(name)}
    assert relevant == reference.relevant_actions(problem)


def test_only_what_the_goal_depends_on_is_relevant() -> None:
    relaxed = RelaxedTask(Task(painting(4)))
    assert relaxed.is_relevant(("paint", "c"))
    assert relaxed.is_relevant(("move", "a", "b"))
    assert not relaxed.is_relevant(("paint", "b"))  # that it gives the brush back achieves nothing
    assert not relaxed.is_relevant(("look", "c"))


@pytest.mark.parametrize("heuristic", ["ff", "hadd", "hmax", "lmcount"])
@pytest.mark.parametrize("kind", ["gbfs", "gbfs-lazy", "gbfs-pe", "gbfs-pe(order=goals)", "wastar"])
def test_irrelevant_actions_are_not_generated(heuristic: str, kind: str) -> None:
    result = search(Task(painting(12)), heuristic, kind)
    assert result.plan is not None
    assert [step[0] for step in result.plan] == ["move", "move", "paint"]
    assert result.generated <= 2 * result.expanded + 1  # at most two moves from each place


def test_a_goal_out_of_reach_leaves_nothing_to_generate() -> None:
    problem = replace(painting(3), init=painting(3).init[:-1])  # no brush
    relaxed = RelaxedTask(Task(problem))
    assert not relaxed.is_relevant(("move", "a", "b"))
    assert search(Task(problem), "goalcount").status is search(Task(problem), "ff").status
