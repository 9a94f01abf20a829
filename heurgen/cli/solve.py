"""`heurgen solve`: find a plan."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from heurgen.errors import ExitCode, InputError

if TYPE_CHECKING:
    from heurgen.evaluation.outcome import Run
    from heurgen.pddl.model import Problem
    from heurgen.planner import Selection

EXIT_CODES = {
    "solved": ExitCode.SUCCESS,
    "unsolvable": ExitCode.UNSOLVABLE,
    "incomplete": ExitCode.INCOMPLETE,
    "out of memory": ExitCode.OUT_OF_MEMORY,
    "out of time": ExitCode.OUT_OF_TIME,
}


def solve(
    files: list[Path] = typer.Argument(help="[DOMAIN.pddl] PROBLEM.pddl", metavar="[DOMAIN] PROBLEM"),
    heuristic: str | None = typer.Option(
        None,
        help="A built-in heuristic (ff, hadd, hmax, lmcount, goalcount, blind), a Python file, or 'chosen'; several with "
        "commas between take turns. Else the strongest known.",
    ),
    search: str | None = typer.Option(
        None,
        help="gbfs, gbfs-lazy, gbfs-pe, astar, wastar or bfs, with options such as 'gbfs(order=goals)' or "
        "'wastar(weight=2)'; else the one chosen with the heuristic.",
    ),
    seed: int = typer.Option(0, min=0, help="For order=random."),
    symmetry: bool = typer.Option(True, help="Whether one object stands for those interchangeable with it."),
    compiled: bool = typer.Option(
        False, "--compile/--no-compile", help="Turn the heuristic into machine code first; kept for the next time."
    ),
    time_limit: str = typer.Option("30m", help="Such as 60, 90s, 5m."),
    memory_limit: str = typer.Option("8GiB", help="Such as 500MB, 8GiB."),
    plan_file: Path | None = typer.Option(None, help="Where to write the plan."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object instead."),
    unsafe: bool = typer.Option(False, help="Run the heuristic on a machine that cannot confine it."),
) -> int:
    """Find a plan. The domain file is looked for beside the problem if it is not given.

    The plan goes to standard output, everything else to standard error. Exit codes are Fast Downward's: 0 solved,
    11 unsolvable, 12 incomplete, 22 out of memory, 23 out of time, 33 input error.
    """
    from heurgen.evaluation.runner import Limits
    from heurgen.pddl import read_problem
    from heurgen.pddl.locate import find_domain
    from heurgen.planner import select_heuristic
    from heurgen.planner import solve as run_planner
    from heurgen.plans import write_plan
    from heurgen.units import parse_bytes, parse_seconds
    from heurgen.validation import uses_costs

    if len(files) > 2:
        raise InputError(f"{len(files)} files; expected [DOMAIN.pddl] PROBLEM.pddl")
    limits = Limits(parse_seconds(time_limit), parse_bytes(memory_limit))
    problem = read_problem(files[-1], files[0] if len(files) == 2 else find_domain(files[-1]))
    selection = replace(select_heuristic(problem, heuristic, search), seed=seed, symmetry=symmetry)
    if compiled and selection.source is not None:
        selection = _compiled(selection)
    _say(selection.note)
    run = run_planner(problem, selection, limits, unsafe, lambda text: _say(f"warning: {text}"))
    unit_cost = not uses_costs(problem)
    if run.plan is not None and plan_file is not None and run.cost is not None:
        write_plan(plan_file, run.plan, run.cost, unit_cost=unit_cost)
    if as_json:
        typer.echo(json.dumps(_as_dict(run, problem), indent=1))
    else:
        _show(run, unit_cost)
    return EXIT_CODES.get(run.outcome.value, ExitCode.CRITICAL_ERROR)


def _compiled(selection: Selection) -> Selection:
    from heurgen.heuristics.compiling import CompileError, compile_candidate

    assert selection.source is not None
    try:
        return replace(selection, compiled=compile_candidate(selection.source))
    except CompileError as error:
        _say(f"{error}; using plain Python")
        return selection


def _say(text: str) -> None:
    typer.echo(f"heurgen: {text}", err=True)


def _show(run: Run, unit_cost: bool) -> None:
    from heurgen.plans import format_plan
    from heurgen.units import format_bytes, format_seconds

    if run.plan is not None and run.cost is not None:
        typer.echo(format_plan(run.plan, run.cost, unit_cost=unit_cost), nl=False)
        _say(f"valid plan of {len(run.plan)} steps, cost {run.cost:.15g}")
    else:
        _say(f"no plan: {run.outcome.value}{f' ({run.message})' if run.message else ''}")
    if run.expanded is not None:
        _say(f"expanded {run.expanded:,}, evaluated {run.evaluated:,}, generated {run.generated:,} states")
    spent = "" if run.heuristic_time is None else f" (heuristic {format_seconds(run.heuristic_time)})"
    _say(f"time {format_seconds(run.wall_time)}{spent}, peak memory {format_bytes(run.peak_memory)}")


def _as_dict(run: Run, problem: Problem) -> dict[str, object]:
    return {
        "domain": problem.domain.name,
        "problem": problem.name,
        "outcome": run.outcome.value,
        "heuristic": run.heuristic,
        "search": run.search,
        "plan": None if run.plan is None else [list(step) for step in run.plan],
        "cost": run.cost,
        "expanded": run.expanded,
        "evaluated": run.evaluated,
        "generated": run.generated,
        "dead_ends": run.dead_ends,
        "search_time": run.search_time,
        "heuristic_time": run.heuristic_time,
        "time": run.wall_time,
        "peak_memory": run.peak_memory,
        "message": run.message,
    }
