"""The searches by name, and what a search answers."""

import resource

from heurgen.core.evaluators cimport Evaluator, PythonHeuristic
from heurgen.core.expansion cimport AT_RANDOM, BY_GOALS, BY_SCHEMA, Expansion, Order
from heurgen.core.limits cimport Limits, now
from heurgen.core.relaxed_task cimport RelaxedTask
from heurgen.core.task cimport Task

from heurgen.core.astar import AStar
from heurgen.core.evaluators import Blind, GoalCount
from heurgen.core.greedy import BestFirst, Lazy, PartialExpansion
from heurgen.core.landmarks import LandmarkCount
from heurgen.core.limits import OutOfTime
from heurgen.core.relaxation import Additive, FF, Max
from heurgen.core.result import SearchResult, Status
from heurgen.core.spec import OPTIMAL, parse_search

HEURISTICS = {
    "blind": Blind,
    "goalcount": GoalCount,
    "hadd": Additive,
    "hmax": Max,
    "ff": FF,
    "lmcount": LandmarkCount,
}
"""The built-in heuristics by name."""

_CLASSES = {"gbfs": BestFirst, "gbfs-lazy": Lazy, "gbfs-pe": PartialExpansion, "bfs": BestFirst}
cdef dict _ORDERS = {"schema": BY_SCHEMA, "goals": BY_GOALS, "random": AT_RANDOM}


def search(Task task not None, heuristic, str search="gbfs", time_limit=None, memory_limit=None, int seed=0,
           bint symmetry=True):
    """Search for a plan.

    Parameters
    ----------
    task : Task
    heuristic : str or callable or a sequence of them
        The name of a built-in heuristic, or whatever takes a `State` and answers a number >= 0; several take turns.
    search : str
        "gbfs" (eager greedy best-first search), "gbfs-lazy" (deferred evaluation), "gbfs-pe" (partial expansion),
        "bfs" (breadth-first, no heuristic is asked), "astar" or "wastar", with options in parentheses: see `SearchSpec`.
    time_limit : float, optional
        Seconds. Looked at between two evaluations: a heuristic that never answers is not interrupted.
    memory_limit : int, optional
        Bytes of the process.
    seed : int
        For searches that choose at random: those with order=random.
    symmetry : bool
        Whether to try only one of several interchangeable objects: those that occur alike in the state, the static
        atoms and the goal. Keeps solvability and the length of shortest plans.

    Returns
    -------
    SearchResult

    Raises
    ------
    HeuristicError
        The heuristic raised an exception or answered something that is not a number >= 0.
    ValueError
        Unknown search or heuristic.
    """
    cdef Expansion engine
    cdef bint solved
    cdef bint python = False
    spec = parse_search(search)
    heuristics = list(heuristic) if isinstance(heuristic, (list, tuple)) else [heuristic]
    heuristics = ["blind"] if spec.name == "bfs" else heuristics + list(spec.alternate)
    if spec.name in OPTIMAL and len(heuristics) != 1:
        raise ValueError(f"{spec.name} takes one heuristic")
    _check(heuristics)
    limits = Limits(time_limit, memory_limit)
    if spec.name in OPTIMAL:
        engine = AStar(task, limits, spec.weight if spec.name == "wastar" else 1)
    else:
        engine = _CLASSES[spec.name](task, limits)
    engine.order = <Order><int>_ORDERS[spec.order]
    engine.random = <unsigned int>seed
    if symmetry:
        engine.world.track_symmetry()
    try:
        for one in _evaluators(engine, heuristics):
            engine.use(one)
            python = python or isinstance(one, PythonHeuristic)
        if python:
            solved = engine.run()
        else:
            with nogil:
                solved = engine.run()
        status = Status.SOLVED if solved else Status.UNSOLVABLE
    except OutOfTime:
        status = Status.OUT_OF_TIME
    except MemoryError:
        status = Status.OUT_OF_MEMORY
    return _result(engine, status)


def _check(list heuristics):
    if not heuristics:
        raise ValueError("no heuristic")
    for heuristic in heuristics:
        if isinstance(heuristic, str):
            if heuristic not in HEURISTICS:
                raise ValueError(f"no heuristic {heuristic!r}; known: {', '.join(HEURISTICS)}")
            if heuristics.count(heuristic) > 1:
                raise ValueError(f"heuristic {heuristic!r} is named twice")
        elif not callable(heuristic):
            raise ValueError(f"a heuristic is a name or a callable, not {heuristic!r}")


def _evaluators(Expansion engine, list heuristics):
    """The evaluators of the heuristics. Those that need the relaxed task share it."""
    relaxed = None
    found = []
    for heuristic in heuristics:
        if not isinstance(heuristic, str):
            found.append(PythonHeuristic(engine.world, heuristic, engine.window))
            continue
        kind = HEURISTICS[heuristic]
        if kind in (Blind, GoalCount):
            found.append(kind(engine.world))
            continue
        if relaxed is None:
            relaxed = RelaxedTask(engine.task, engine.limits, not isinstance(engine, AStar) or engine.costs.unit)
            engine.relevant = (<RelaxedTask>relaxed).relevant
        found.append(kind(engine.world, engine.window, engine.limits, relaxed))
    if isinstance(engine, AStar):
        for evaluator in found:
            (<Evaluator>evaluator).use_costs(engine.costs)
    return found


def _result(Expansion engine, status):
    plan = engine.plan_to(engine.goal_node) if status is Status.SOLVED else None
    return SearchResult(
        status=status,
        plan=plan,
        cost=None if plan is None else engine.task.plan_cost(plan),
        expanded=engine.expanded,
        evaluated=engine.evaluated,
        generated=engine.generated,
        dead_ends=engine.dead_ends,
        initial_h=engine.initial_h if engine.nodes.size() and engine.evaluated else None,
        search_time=now() - engine.limits.began,
        heuristic_time=engine.heuristic_time,
        peak_memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    )
