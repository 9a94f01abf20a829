"""What is wrong with a candidate: the first thing that is, from broken code to the largest generated tasks."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from heurgen.evaluation.inspection import Inspection
from heurgen.evaluation.outcome import Outcome, Run
from heurgen.evaluation.runner import Request
from heurgen.pddl import Problem
from heurgen.sandbox.protocol import Inspect
from heurgen.synthesis import feedback
from heurgen.synthesis.candidates import Record
from heurgen.synthesis.climbing import LADDER_SEARCH, Climber, climb
from heurgen.synthesis.feedback import Finding
from heurgen.synthesis.workshop import Workshop

WALK = Inspect("walk", seconds=3.0, walks=5)
"""On each training task that a candidate solves, to see whether it is direct."""
CLOSE_WALK = Inspect("walk", seconds=8.0, walks=3)
CLOSE_STALL = Inspect("stall", seconds=8.0)
"""On the first task that it does not solve."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What came out of a candidate's examination.

    `results` is what its runs came to, in words. `direct` tells whether every walk on every training task led to a goal,
    `undecided` lists the training tasks on which time ran out. `rungs` is how many rungs of the ladder it climbed, None
    where it was not sent there or there is none.
    """

    finding: Finding
    results: str
    direct: bool = False
    undecided: tuple[str, ...] = ()
    rungs: int | None = None


def diagnose(record: Record, workshop: Workshop) -> Diagnosis:
    """Examine a candidate that was run on the training tasks."""
    if record.candidate.code is None:
        return Diagnosis(feedback.no_code(record.candidate.problem), "No code was found in your answer.")
    results = results_text(record, len(workshop.problems))
    fault = next((run for run in record.runs if run.outcome.candidate_fault), None)
    if fault is not None:
        return Diagnosis(feedback.broken(fault), results)
    failed = next((run for run in record.runs if not run.solved), None)
    if failed is not None:
        problem = workshop.problems[failed.task]
        return Diagnosis(_failure(record, failed, problem, workshop), results)
    undecided = []
    for inspection in _walks(record, workshop):
        if inspection.failure is not None and inspection.failure.outcome is Outcome.OUT_OF_TIME:
            undecided.append(inspection.task)       # its run was in time
            continue
        if inspection.failure is not None:
            return Diagnosis(feedback.broken(inspection.failure), results)
        if inspection.sight is not None:
            finding = _counterexample(record, inspection, workshop)
            return Diagnosis(finding, results)
        if inspection.verdict == "undecided":
            undecided.append(inspection.task)
    return _on_the_ladder(record, workshop, results, tuple(undecided))


def results_text(record: Record, tasks: int) -> str:
    """What the runs of a candidate came to, in words."""
    solved = [run for run in record.runs if run.solved]
    parts = [f"Training tasks: {len(solved)} of {tasks} solved by greedy best-first search."]
    if solved:
        steps = sum(len(run.plan or ()) for run in solved)
        expanded = sum(run.expanded or 0 for run in solved)
        rate = record.evaluations_per_second
        parts.append(
            f"On those it expanded {expanded:,} states for plans of {steps:,} steps together,"
            f" {expanded / max(1, steps):.1f} per step; {rate or 0:,.0f} evaluations/s."
        )
    failed = [f"{run.task} ({run.outcome.value})" for run in record.runs if not run.solved]
    if failed:
        parts.append(f"Not solved: {', '.join(failed[:10])}" + (", ..." if len(failed) > 10 else "") + ".")
    return " ".join(parts)


def _walks(record: Record, workshop: Workshop) -> Generator[Inspection, None, None]:
    """Walks on all training tasks, from small to large; those still going on end with the iteration."""
    requests = (workshop.request(record.candidate, name) for name in workshop.problems)
    with contextlib.closing(workshop.evaluator.inspect_many(requests, WALK)) as inspections:
        yield from inspections


def _counterexample(record: Record, inspection: Inspection, workshop: Workshop) -> Finding:
    assert inspection.sight is not None
    name = inspection.task
    return feedback.stuck(
        name, workshop.problems[name], workshop.text_of(name), inspection.sight, None, record.candidate.code or ""
    )


def _failure(record: Record, run: Run, problem: Problem, workshop: Workshop, search: str | None = None) -> Finding:
    """Why a run came to nothing."""
    request = workshop.request(record.candidate, run.task, problem, search)
    walk = _look(request, CLOSE_WALK, workshop)
    spec = CLOSE_STALL if search is None else Inspect("stall", CLOSE_STALL.seconds, search=search)
    look = _look(request, spec, workshop)
    code = record.candidate.code or ""
    for inspection in (walk, look):
        failure = inspection.failure
        if failure is not None and failure.outcome.candidate_fault:
            return feedback.broken(failure)
    if walk.sight is not None:
        return feedback.stuck(run.task, problem, workshop.text_of(run.task), walk.sight, look.stall, code)
    if look.stall is not None:
        return feedback.unsolved(run.task, problem, look.stall, look.sight, code)
    overdue = look.failure or run
    return feedback.overdue(overdue if overdue.outcome is Outcome.OUT_OF_TIME and overdue.message else run, problem)


def _look(request: Request, spec: Inspect, workshop: Workshop) -> Inspection:
    (inspection,) = workshop.evaluator.inspect_many([request], spec)
    return inspection


def _on_the_ladder(record: Record, workshop: Workshop, results: str, undecided: Sequence[str]) -> Diagnosis:
    """Where a candidate that is direct on the training tasks fails on larger ones."""
    direct = not undecided
    climber = Climber(record, LADDER_SEARCH)
    if direct:
        results += " On all of them every way of following improving successors led to a goal."
    else:
        results += f" Whether following improving successors leads to a goal is undecided for {', '.join(undecided)}: time ran out."
    if workshop.ladder is None:
        summary = "direct on all training tasks" if direct else f"undecided on {len(undecided)} training tasks, no fault found"
        return Diagnosis(feedback.nothing(summary, results), results, direct, tuple(undecided))
    climb([climber], workshop.ladder, workshop)
    results += f" {_ladder_text(climber)}"
    last = climber.runs[-1]
    if last.solved:
        text = "It solves everything that it was tried on."
        return Diagnosis(feedback.nothing(_ladder_text(climber), text), results, direct, tuple(undecided), climber.rungs)
    problem = workshop.ladder.problem(last.task)
    finding = (
        feedback.broken(last)
        if last.outcome.candidate_fault
        else _failure(record, last, problem, workshop, LADDER_SEARCH)
    )
    return Diagnosis(finding, results, direct, tuple(undecided), climber.rungs)


def _ladder_text(climber: Climber) -> str:
    runs = climber.runs
    solved = [run for run in runs if run.solved]
    parts = [f"On generated tasks of growing size it solved {len(solved)} of {len(runs)}"]
    if solved:
        largest = solved[-1]
        parts.append(
            f", the largest with a plan of {len(largest.plan or ()):,} steps in {largest.wall_time:.1f} s"
            f" ({largest.evaluated or 0:,} evaluations)"
        )
    if len(solved) < len(runs):
        limit = runs[-1].time_limit
        parts.append(f", and then one not within {limit:g} s" if limit else ", and then one not")
    return "".join(parts) + "."
