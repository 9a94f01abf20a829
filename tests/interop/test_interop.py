"""Problems of unified-planning and tarski, and heurgen as an engine of unified-planning."""

from __future__ import annotations

import pytest

from heurgen import read_task, search
from heurgen.paths import pddl_dir

DOMAINS = ("blocksworld", "ferry", "gripper", "logistics")


def paths(name: str) -> tuple[str, str]:
    folder = pddl_dir() / name
    return str(folder / "domain.pddl"), str(folder / "training" / "p06.pddl")


@pytest.mark.parametrize("name", DOMAINS)
def test_unified_planning_problems_become_the_same_task(name: str) -> None:
    from unified_planning.io import PDDLReader

    from heurgen.interop.unified_planning import task_of

    ours, theirs = read_task(*paths(name)), task_of(PDDLReader().parse_problem(*paths(name)))
    assert set(ours.problem.init) == set(theirs.problem.init)
    assert set(ours.goal) == set(theirs.goal)
    assert len(ours.applicable(ours.initial_state)) == len(theirs.applicable(theirs.initial_state))


# tarski 0.9 wants a supertype declared before its subtypes, which the logistics domain does not do.
@pytest.mark.parametrize("name", ("blocksworld", "ferry", "gripper"))
def test_tarski_problems_become_the_same_task(name: str) -> None:
    from tarski.io import PDDLReader

    from heurgen.interop.tarski import task_of

    reader = PDDLReader(raise_on_error=True)
    reader.parse_domain(paths(name)[0])
    theirs = task_of(reader.parse_instance(paths(name)[1]))
    ours = read_task(*paths(name))
    assert set(ours.problem.init) == set(theirs.problem.init)
    assert set(ours.goal) == set(theirs.goal)
    assert search(theirs, "blind", "bfs").cost == search(ours, "blind", "bfs").cost


def test_the_engine_of_unified_planning_solves_and_validates() -> None:
    from unified_planning.engines import PlanGenerationResultStatus, ValidationResultStatus
    from unified_planning.io import PDDLReader
    from unified_planning.shortcuts import OneshotPlanner, PlanValidator

    from heurgen.interop.unified_planning import register

    register()
    problem = PDDLReader().parse_problem(*paths("ferry"))
    with OneshotPlanner(name="heurgen", params={"heuristic": "ff"}) as planner:
        planner.skip_checks = False
        result = planner.solve(problem, timeout=30)
    assert result.status is PlanGenerationResultStatus.SOLVED_SATISFICING
    assert int(result.metrics["expanded"]) > 0
    with PlanValidator(name="sequential_plan_validator") as validator:
        verdict = validator.validate(problem, result.plan)
    assert verdict.status is ValidationResultStatus.VALID
