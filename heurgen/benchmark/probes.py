"""Measurements of one planner on one task, each in a process of its own that prints a JSON object.

``python -m heurgen.benchmark.probes PROBE DOMAIN PROBLEM SECONDS`` runs one for about that long. The peers are optional:
they come with the extra ``baselines``.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any

Figures = dict[str, float]
Probe = Callable[[str, str, float], Figures]


class _EnoughError(Exception):
    """The time of a measurement is over."""


class _Clock:
    """Counts calls, and says when the time is over; looks at the clock every so many calls."""

    def __init__(self, seconds: float, every: int = 256) -> None:
        self.calls = 0
        self.every = every
        self.began = time.perf_counter()
        self.end = self.began + seconds

    def tick(self) -> None:
        self.calls += 1
        if self.calls % self.every == 0 and time.perf_counter() > self.end:
            raise _EnoughError

    def figures(self) -> Figures:
        seconds = time.perf_counter() - self.began
        return {"evaluations": self.calls, "seconds": seconds, "rate": self.calls / seconds}


def heurgen_start(domain: str, problem: str, seconds: float) -> Figures:
    """Seconds from the files to the first successor that a heuristic is asked about."""
    from heurgen import read_task, search
    from heurgen.errors import CandidateError

    began = time.perf_counter()
    task = read_task(domain, problem)
    read = time.perf_counter() - began
    reached: list[float] = []

    def stop(state: Any) -> float:
        if state.action is not None:
            reached.append(time.perf_counter() - began)
            raise _EnoughError
        return 1

    with contextlib.suppress(CandidateError):
        search(task, stop)
    return {"read": read, "first_expansion": reached[0]}


def _heurgen_python(domain: str, problem: str, seconds: float, count: Callable[[Any, Any], Any]) -> Figures:
    from heurgen import read_task
    from heurgen.core import search

    task = read_task(domain, problem)
    result = search(task, count(task, None), time_limit=seconds)
    return {
        "evaluations": result.evaluated,
        "seconds": result.search_time,
        "rate": result.evaluated / result.search_time,
        "own_time": 1e6 * result.heuristic_time / max(1, result.evaluated),
        "core_time": 1e6 * (result.search_time - result.heuristic_time) / max(1, result.evaluated),
        "generated": result.generated,
    }


def heurgen_goal_count(domain: str, problem: str, seconds: float) -> Figures:
    """Evaluations per second of a loop over the goal in Python."""

    def make(task: Any, _: Any) -> Callable[[Any], int]:
        goal = task.goal

        def count(state: Any) -> int:
            left = 0
            for atom in goal:
                if atom not in state:
                    left += 1
            return left

        return count

    return _heurgen_python(domain, problem, seconds, make)


def heurgen_goals_left(domain: str, problem: str, seconds: float) -> Figures:
    """The same value, asked from the state."""
    return _heurgen_python(domain, problem, seconds, lambda *_: lambda state: state.goals_left)


def heurgen_constant(domain: str, problem: str, seconds: float) -> Figures:
    """Evaluations per second of a heuristic that does nothing."""
    return _heurgen_python(domain, problem, seconds, lambda *_: lambda state: 1)


def heurgen_blind(domain: str, problem: str, seconds: float) -> Figures:
    """Successors per second of breadth-first search, all of them as in the peers, and bytes a generated state takes."""
    from heurgen import read_task
    from heurgen.core import search

    task = read_task(domain, problem)
    # A very short search first: what it takes is for the task, not for the states.
    short = search(task, "blind", "bfs", time_limit=seconds / 100, memory_limit=6 << 30, symmetry=False)
    result = search(task, "blind", "bfs", time_limit=seconds, memory_limit=6 << 30, symmetry=False)
    more = result.evaluated - short.evaluated
    return {
        "generated": result.generated,
        "rate": result.generated / result.search_time,
        "states": result.evaluated,
        "bytes_per_state": (result.peak_memory - short.peak_memory) / max(1, more),
    }


def heurgen_ff(domain: str, problem: str, seconds: float) -> Figures:
    """Seconds of the relaxed exploration, and evaluations per second of h^FF."""
    from heurgen import read_task
    from heurgen.core import search
    from heurgen.core.relaxed_task import RelaxedTask

    task = read_task(domain, problem)
    began = time.perf_counter()
    relaxed = RelaxedTask(task)
    reachability = time.perf_counter() - began
    result = search(task, "ff", time_limit=seconds + reachability)
    spent = result.search_time - reachability
    return {
        "reachability": reachability,
        "operators": relaxed.size[1],
        "evaluations": result.evaluated,
        "rate": result.evaluated / spent,
        "solved": result.solved,
        "expanded": result.expanded,
    }


def _mimir(domain: str, problem: str) -> Any:
    import pymimir

    return pymimir.Problem(pymimir.Domain(domain), problem, mode="lifted")


def mimir_start(domain: str, problem: str, seconds: float) -> Figures:
    began = time.perf_counter()
    task = _mimir(domain, problem)
    read = time.perf_counter() - began
    state = task.get_initial_state()
    for action in state.generate_applicable_actions():
        action.apply(state)
        break
    return {"read": read, "first_expansion": time.perf_counter() - began}


def _mimir_gbfs(task: Any, seconds: float, value: Callable[[Any], float]) -> Figures:
    import pymimir

    clock = _Clock(seconds, 16)

    class Count(pymimir.Heuristic):     # type: ignore[misc]
        def compute_value(self, state: Any, goal: Any = None) -> float:
            clock.tick()
            return value(state)

        def get_preferred_actions(self) -> set[Any]:
            return set()

    clock.began = time.perf_counter()
    clock.end = clock.began + seconds
    with contextlib.suppress(_EnoughError, RuntimeError):
        pymimir.gbfs_eager(task, task.get_initial_state(), Count(), max_time_seconds=2 * seconds)
    return clock.figures()


def mimir_goal_count(domain: str, problem: str, seconds: float) -> Figures:
    """Goal counting by asking for each literal."""
    task = _mimir(domain, problem)
    goal = list(task.get_goal_condition())
    return _mimir_gbfs(task, seconds, lambda state: sum(not state.literal_holds(literal) for literal in goal))


def mimir_intersection(domain: str, problem: str, seconds: float) -> Figures:
    """Goal counting by intersection with the set of fluent atoms."""
    task = _mimir(domain, problem)
    goal = {literal.get_atom().get_index() for literal in task.get_goal_condition()}
    return _mimir_gbfs(
        task, seconds, lambda state: len(goal) - len(goal.intersection(state._advanced_state.get_fluent_atoms()))
    )


def mimir_blind(domain: str, problem: str, seconds: float) -> Figures:
    """Successors per second of lifted breadth-first search, without calls into Python."""
    from pymimir.advanced import search

    task = _mimir(domain, problem)
    options = search.BrFSOptions()
    options.max_time_in_ms = int(seconds * 1000)
    handler = search.DefaultBrFSEventHandler(task._advanced_problem, True)
    options.event_handler = handler
    began = time.perf_counter()
    search.find_solution_brfs(task._search_context, options)
    spent = time.perf_counter() - began
    generated = handler.get_statistics().get_num_generated()
    return {"generated": generated, "rate": generated / spent}


def pyperplan_goal_count(domain: str, problem: str, seconds: float) -> Figures:
    """Goal counting in Pyperplan's interface and search."""
    from pyperplan.grounding import ground
    from pyperplan.pddl.parser import Parser
    from pyperplan.search.a_star import greedy_best_first_search

    parser = Parser(domain, problem)
    task = ground(parser.parse_problem(parser.parse_domain()))
    clock = _Clock(seconds, 64)
    goals = task.goals

    def count(node: Any) -> int:
        clock.tick()
        return len(goals - node.state)

    clock.began = time.perf_counter()
    clock.end = clock.began + seconds
    with contextlib.suppress(_EnoughError):
        greedy_best_first_search(task, count)
    return clock.figures()


PROBES = {
    probe.__name__.replace("_", "-"): probe
    for probe in (
        heurgen_start,
        heurgen_goal_count,
        heurgen_goals_left,
        heurgen_constant,
        heurgen_blind,
        heurgen_ff,
        mimir_start,
        mimir_goal_count,
        mimir_intersection,
        mimir_blind,
        pyperplan_goal_count,
    )
}


def main(arguments: list[str]) -> None:
    name, domain, problem, seconds = arguments
    print(json.dumps(PROBES[name](domain, problem, float(seconds))))


if __name__ == "__main__":
    main(sys.argv[1:])
