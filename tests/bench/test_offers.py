"""What each thing that a heuristic may offer or use brings: the same heuristic with and without it.

The evaluations, expansions and plan lengths are in the extra information of each benchmark.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from heurgen import Heuristic, read_task
from heurgen.core import HeuristicError, State, Task, search
from heurgen.graphs import Graph
from tests.bench.conftest import Files

LIMIT = 10.0


class Satellite(Heuristic):
    """One image after the other, each by the first instrument that supports its mode; then the directions."""

    def __init__(self, task: Task) -> None:
        home = dict(task.static["on_board"])
        target = dict(task.static["calibration_target"])
        self.plans = {}
        for instrument, mode in task.static["supports"]:
            self.plans.setdefault(mode, (instrument, home[instrument], target.get(instrument)))
        self.fellows = {instrument: [i for i in home if home[i] == home[instrument] and i != instrument] for instrument in home}
        self.images = [goal for goal in task.goal if goal[0] == "have_image"]
        self.turns = [goal for goal in task.goal if goal[0] == "pointing"]
        self.open: tuple[str, ...] | None = None
        self.base = 0

    def first_open(self, state: State) -> tuple[str, ...] | None:
        for goal in self.images:
            if goal not in state:
                return goal
        return None

    def __call__(self, state: State) -> float:
        left = sum(goal not in state for goal in self.images)
        if not left:
            return sum(goal not in state for goal in self.turns)
        goal = self.first_open(state)
        assert goal is not None
        return len(self.turns) + 10 * left + len(self.steps(state, goal))

    def last_turns(self, state: State) -> list[tuple[str, ...]]:
        """The turns to directions that the goal names, once all images are taken."""
        now = dict(state["pointing"])
        return [("turn_to", *goal[1:], now[goal[1]]) for goal in self.turns if goal not in state]

    def steps(self, state: State, goal: tuple[str, ...]) -> list[tuple[str, ...]]:
        """The actions that one image still takes, the first of them applicable."""
        _, direction, mode = goal
        instrument, satellite, target = self.plans[mode]
        steps: list[tuple[str, ...]] = []
        pointing = next(place for carrier, place in state["pointing"] if carrier == satellite)
        ready = ("calibrated", instrument) in state
        if ("power_on", instrument) not in state:
            on = [other for other in self.fellows[instrument] if ("power_on", other) in state]
            steps += [("switch_off", other, satellite) for other in on]
            steps.append(("switch_on", instrument, satellite))
            ready = False
        if not ready:
            if pointing != target:
                steps.append(("turn_to", satellite, str(target), pointing))
                pointing = str(target)
            steps.append(("calibrate", satellite, instrument, str(target)))
        if pointing != direction:
            steps.append(("turn_to", satellite, direction, pointing))
        steps.append(("take_image", satellite, direction, instrument, mode))
        return steps


class Entering(Satellite):
    """What successors cannot change much is counted once per expanded state: an image taken is the only one that counts."""

    def enter(self, state: State) -> None:
        missing = [goal for goal in self.images if goal not in state]
        self.base = len(missing)
        self.open = missing[0] if missing else None
        self.following = missing[1] if len(missing) > 1 else None

    def __call__(self, state: State) -> float:
        if state.action is None:
            self.enter(state)
        left, goal = self.base, self.open
        added = state.added
        if added and added[0][0] == "have_image" and added[0] in self.images:
            left -= 1
            if added[0] == goal:
                goal = self.following
        if not left or goal is None:
            return sum(turn not in state for turn in self.turns)
        return len(self.turns) + 10 * left + len(self.steps(state, goal))


class Preferring(Satellite):
    def preferred(self, state: State) -> list[tuple[str, ...]]:
        goal = self.first_open(state)
        return self.last_turns(state) if goal is None else self.steps(state, goal)[:1]


class EnteringAndPreferring(Entering):
    def preferred(self, state: State) -> list[tuple[str, ...]]:
        return self.last_turns(state) if self.open is None else self.steps(state, self.open)[:1]


@pytest.mark.parametrize("kind", [Satellite, Entering, Preferring, EnteringAndPreferring])
@pytest.mark.parametrize("name", ["gbfs", "gbfs-pe"])
def test_satellite(benchmark: BenchmarkFixture, files: Files, kind: type[Satellite], name: str) -> None:
    task = read_task(*files("satellite", "hard"))
    run(benchmark, task, kind(task), name)


def run(benchmark: BenchmarkFixture, task: Task, heuristic: Callable[[State], float], name: str) -> None:
    result = benchmark.pedantic(search, (task, heuristic, name), {"time_limit": LIMIT}, rounds=1)
    benchmark.extra_info.update(
        outcome=result.status.value,
        expanded=result.expanded,
        evaluated=result.evaluated,
        plan_length=None if result.plan is None else len(result.plan),
        seconds=round(result.search_time, 3),
    )


class EndError(Exception):
    """A search has served its purpose."""


def flood_in_python(neighbours: dict[str, list[str]], start: str, clear: set[str]) -> dict[str, int]:
    steps = {start: 0}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other in neighbours[node]:
            if other in clear and other not in steps:
                steps[other] = steps[node] + 1
                queue.append(other)
    return steps


@pytest.mark.parametrize("how", ["python", "within", "where"])
def test_distances_on_a_grid_of_99_by_99(benchmark: BenchmarkFixture, files: Files, how: str) -> None:
    task = read_task(*files("sokoban", "hard"))
    relation = next(rows for rows in task.static.values() if len(next(iter(rows), ())) == 3)
    graph = Graph(relation)
    neighbours = {node: list(graph.successors(node)) for node in graph.nodes}
    kept: list[State] = []

    def measure(state: State) -> float:
        kept.append(state)      # in view now, as when a search asks
        time_it(state)
        raise EndError

    def time_it(state: State) -> None:
        ((robot,),) = state["at-robot"]
        found = benchmark({name: lambda call=call: call(state, robot) for name, call in calls.items()}[how])
        assert len(found) == len(calls["python"](state, robot))

    calls: dict[str, Callable[[State, str], Any]] = {
        "python": lambda state, robot: flood_in_python(neighbours, robot, {cell for (cell,) in state["clear"]}),
        "within": lambda state, robot: graph.distances(robot, within=state["clear"]),
        "where": lambda state, robot: graph.distances(robot, where=(state, "clear")),
    }
    with pytest.raises(HeuristicError):
        search(task, measure)
    assert kept
    benchmark.extra_info["cells"] = len(graph)


class Packages(Heuristic):
    """Which packages are at a place, over and over: by going through all atoms, or by an index."""

    def __init__(self, task: Task, how: str) -> None:
        self.places = task.objects_of_type("location")[:20]
        self.how = how
        self.seen: tuple[int, float] = (-1, math.inf)

    def __call__(self, state: State) -> float:
        if self.how == "match":
            return sum(len(state.match("at", None, place)) for place in self.places)
        if self.how == "version":
            version = state.version("at")
            if self.seen[0] == version:
                return self.seen[1]
            self.seen = (version, self.count(state))
            return self.seen[1]
        return self.count(state)

    def count(self, state: State) -> float:
        at = state["at"]
        return sum(sum(1 for _, where in at if where == place) for place in self.places)


@pytest.mark.parametrize("how", ["loop", "match", "version"])
def test_asking_for_atoms(benchmark: BenchmarkFixture, files: Files, how: str) -> None:
    task = read_task(*files("transport", "hard"))
    result = benchmark.pedantic(search, (task, Packages(task, how)), {"time_limit": 2.0}, rounds=1)
    benchmark.extra_info["rate"] = round(result.evaluated / result.search_time)


@pytest.mark.parametrize("how", ["loop over the goal", "unsatisfied_goals", "goals_left"])
def test_counting_goals(benchmark: BenchmarkFixture, files: Files, how: str) -> None:
    task = read_task(*files("ferry", "hard"))
    goal = task.goal
    ways: dict[str, Callable[[State], float]] = {
        "loop over the goal": lambda state: sum(atom not in state for atom in goal),
        "unsatisfied_goals": lambda state: len(state.unsatisfied_goals),
        "goals_left": lambda state: state.goals_left,
    }
    result = benchmark.pedantic(search, (task, ways[how]), {"time_limit": 1.0}, rounds=1)
    benchmark.extra_info["rate"] = round(result.evaluated / result.search_time)


@pytest.mark.parametrize("symmetry", [True, False])
@pytest.mark.parametrize("domain", ["childsnack", "spanner"])
def test_interchangeable_objects(benchmark: BenchmarkFixture, files: Files, domain: str, symmetry: bool) -> None:
    task = read_task(*files(domain, "medium"))
    options = {"time_limit": 10.0, "symmetry": symmetry}
    result = benchmark.pedantic(search, (task, "ff"), options, rounds=1)
    benchmark.extra_info.update(
        outcome=result.status.value, expanded=result.expanded, generated=result.generated, seconds=round(result.search_time, 3)
    )
