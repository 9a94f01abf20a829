"""heurgen for those who model in unified-planning: problems come in, and heurgen is one more engine.

    from heurgen.interop.unified_planning import task_of, register
    task = task_of(problem)                       # a heurgen Task
    register()
    with OneshotPlanner(name="heurgen") as planner:
        result = planner.solve(problem)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

import unified_planning as up
from unified_planning.engines import Engine, PlanGenerationResult, PlanGenerationResultStatus
from unified_planning.engines.mixins import OneshotPlannerMixin
from unified_planning.io import PDDLWriter
from unified_planning.model import ProblemKind
from unified_planning.plans import ActionInstance, SequentialPlan

from heurgen.core import Task
from heurgen.evaluation.outcome import Outcome, Run
from heurgen.evaluation.runner import Limits
from heurgen.pddl import parse_domain, parse_problem
from heurgen.pddl.model import Problem
from heurgen.planner import select_heuristic, solve

_STATUS = {
    Outcome.SOLVED: PlanGenerationResultStatus.SOLVED_SATISFICING,
    Outcome.UNSOLVABLE: PlanGenerationResultStatus.UNSOLVABLE_PROVEN,
    Outcome.INCOMPLETE: PlanGenerationResultStatus.UNSOLVABLE_INCOMPLETELY,
    Outcome.OUT_OF_TIME: PlanGenerationResultStatus.TIMEOUT,
    Outcome.OUT_OF_MEMORY: PlanGenerationResultStatus.MEMOUT,
}


def problem_of(problem: up.model.Problem) -> Problem:
    """The problem as heurgen's data. PddlError names what is outside the fragment heurgen reads."""
    return _read(PDDLWriter(problem))


def _read(writer: PDDLWriter) -> Problem:
    domain = parse_domain(writer.get_domain(), "unified-planning domain")
    return parse_problem(writer.get_problem(), domain, "unified-planning problem")


def task_of(problem: up.model.Problem) -> Task:
    """The task that a unified-planning problem describes. PddlError as for `problem_of`."""
    return Task(problem_of(problem))


class HeurgenEngine(Engine, OneshotPlannerMixin):  # type: ignore[misc]
    """heurgen as a one-shot planner. `heuristic` and `search` are as for `heurgen solve`."""

    def __init__(self, heuristic: str | None = None, search: str | None = None, **_: object) -> None:
        Engine.__init__(self)
        OneshotPlannerMixin.__init__(self)
        self._heuristic = heuristic
        self._search = search

    @property
    def name(self) -> str:
        return "heurgen"

    @staticmethod
    def supported_kind() -> ProblemKind:
        kind = ProblemKind(version=2)
        kind.set_problem_class("ACTION_BASED")
        kind.set_typing("FLAT_TYPING")
        kind.set_typing("HIERARCHICAL_TYPING")
        kind.set_conditions_kind("NEGATIVE_CONDITIONS")
        kind.set_conditions_kind("EQUALITIES")
        kind.set_quality_metrics("ACTIONS_COST")
        kind.set_quality_metrics("PLAN_LENGTH")
        return kind

    @staticmethod
    def supports(problem_kind: ProblemKind) -> bool:
        return bool(problem_kind <= HeurgenEngine.supported_kind())

    def _solve(
        self,
        problem: up.model.Problem,
        heuristic: Callable[[Any], float | None] | None = None,
        timeout: float | None = None,
        output_stream: IO[str] | None = None,
    ) -> PlanGenerationResult:
        writer = PDDLWriter(problem)
        data = _read(writer)
        notes: list[str] = []
        selection = select_heuristic(data, self._heuristic, self._search)
        run = solve(data, selection, Limits(timeout, None), False, notes.append)
        if output_stream is not None:
            output_stream.write("".join(f"{note}\n" for note in [selection.note, *notes]))
        plan = None if run.plan is None else _plan(problem, writer, run)
        return PlanGenerationResult(_STATUS[run.outcome], plan, self.name, metrics=_metrics(run))


def _plan(problem: up.model.Problem, writer: PDDLWriter, run: Run) -> SequentialPlan:
    steps = []
    for name, *arguments in run.plan or ():
        objects = [problem.environment.expression_manager.ObjectExp(writer.get_item_named(a)) for a in arguments]
        steps.append(ActionInstance(writer.get_item_named(name), objects))
    return SequentialPlan(steps, problem.environment)


def _metrics(run: Run) -> dict[str, str]:
    values = {"expanded": run.expanded, "evaluated": run.evaluated, "search_time": run.search_time}
    return {name: str(value) for name, value in values.items() if value is not None}


def register() -> None:
    """Make ``OneshotPlanner(name="heurgen")`` find the engine."""
    factory = up.environment.get_environment().factory
    factory.add_engine("heurgen", __name__, HeurgenEngine.__name__)
