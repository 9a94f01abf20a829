"""A closer look at a candidate, in the process it lives in: where it goes wrong, where its time goes, how it behaves.

Directness is that of arXiv:2605.16142: every state that is reached by following improving successors, in whatever
order they are tried, has an improving successor, down to a goal state.
"""

from __future__ import annotations

import hashlib
import math
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from heurgen.core import State, Task, search
from heurgen.core.explore import Explorer
from heurgen.sandbox.protocol import Inspect

Action = tuple[str, ...]

REPETITIONS = 5
SAMPLING = 0.001            # seconds of processor time between two samples of the profile
MARGIN = 0.2                # share of the time that is kept for what is looked at after the search
SHOWN_ATOMS = 400
SHOWN_SUCCESSORS = 12
SHOWN_ACTIONS = 12
SHOWN_IMPROVEMENTS = 12
SHOWN_LINES = 8
MOST_SUCCESSORS = 20_000    # of one state


class Profile:
    """Where in the code of one file the processor is, sampled a thousand times a second."""

    def __init__(self, filename: str) -> None:
        self._filename = filename
        self._lines: Counter[tuple[str, int]] = Counter()

    @contextmanager
    def sampling(self) -> Iterator[None]:
        """Sample as long as this lasts, and add to what was sampled before."""
        before = signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, SAMPLING, SAMPLING)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _sample(self, number: int, frame: FrameType | None) -> None:
        while frame is not None:
            if frame.f_code.co_filename == self._filename:
                self._lines[frame.f_code.co_name, frame.f_lineno] += 1
                return
            frame = frame.f_back
        self._lines["", 0] += 1

    def by_line(self) -> list[list[Any]]:
        """Function, line and share of the samples, the most frequent first."""
        total = self._lines.total()
        own = [(where, count) for where, count in self._lines.most_common() if where[1]]
        return [[name, line, round(count / total, 3)] for (name, line), count in own[:SHOWN_LINES]]

    def by_function(self) -> list[list[Any]]:
        """Function and share of the samples, the most frequent first."""
        total = self._lines.total()
        counts: Counter[str] = Counter()
        for (name, line), count in self._lines.items():
            if line:
                counts[name] += count
        return [[name, round(count / total, 3)] for name, count in counts.most_common(SHOWN_LINES)]


def inspect(task: Task, heuristic: Any, spec: Inspect, profile: Profile, setup: float) -> dict[str, Any]:
    """What there is to say about a heuristic on a task, as JSON values. `profile` is that of its construction, if it was
    taken, which lasted `setup` seconds."""
    view = _View(task, heuristic)
    if spec.kind == "behaviour":
        return _behaviour(view, spec)
    if spec.kind == "walk":
        return _walk(view, spec)
    return _stall(view, spec, profile) | {"setup_time": setup}


class _View:
    """A task seen through a heuristic, as the search sees it."""

    def __init__(self, task: Task, heuristic: Any) -> None:
        self.task = task
        self.value: Callable[[State], float] = heuristic
        self.enter = getattr(heuristic, "enter", None)
        self.preferred = getattr(heuristic, "preferred", None)
        self._explorer = Explorer(task)

    def actions(self, state: State, rng: random.Random) -> list[Action]:
        """Those to try, one of each that interchangeable objects make alike: the preferred ones, then the rest shuffled."""
        others = self._explorer.representatives(state)
        first = self.first(state)
        applicable = set(self.task.applicable(state)) if first else set()
        rng.shuffle(others)
        return list(dict.fromkeys([action for action in first if action in applicable] + others))

    def first(self, state: State) -> list[Action]:
        """Enter a state; the actions that the heuristic prefers there."""
        if self.enter is not None:
            self.enter(state)
        return [tuple(action) for action in self.preferred(state)] if self.preferred is not None else []


# ----- following improving successors -----


def _walk(view: _View, spec: Inspect) -> dict[str, Any]:
    deadline = time.monotonic() + spec.seconds
    steps = 0
    for number in range(spec.walks):
        rng = random.Random(spec.seed * 1000 + number)
        state, value = view.task.initial_state, view.value(view.task.initial_state)
        path: list[Action] = []
        while state.goals_left:
            found = _improving(view, state, value, rng, deadline)
            if found is None:
                return {"verdict": "undecided", "walks": number, "steps": steps}
            if isinstance(found, list):
                return {"verdict": "counterexample", "walks": number, "steps": steps} | _state(view, state, value, path, found)
            state, value = found
            path.append(state.action or ())
            steps += 1
    return {"verdict": "direct", "walks": spec.walks, "steps": steps}


def _improving(
    view: _View, state: State, value: float, rng: random.Random, deadline: float
) -> tuple[State, float] | list[tuple[Action, float]] | None:
    """The first improving successor; if there is none, all of them with their values; None if time ran out."""
    tried = []
    for action in view.actions(state, rng):
        if time.monotonic() > deadline:
            return None
        after = view.task.successor(state, action)
        if not after.goals_left:
            return after, 0.0
        seen = view.value(after)
        if seen < value:
            return after, seen
        tried.append((action, seen))
    return tried


def _state(
    view: _View, state: State, value: float, path: Sequence[Action], successors: list[tuple[Action, float]]
) -> dict[str, Any]:
    atoms = list(state)
    successors = sorted(successors, key=lambda pair: pair[1])
    return {
        "value": _number(value),
        "depth": len(path),
        "path": [list(action) for action in path[-SHOWN_ACTIONS:]],
        "atoms": len(atoms),
        "state": [list(atom) for atom in atoms[:SHOWN_ATOMS]],
        "goals_left": state.goals_left,
        "open": [list(atom) for atom in state.unsatisfied_goals[:SHOWN_SUCCESSORS]],
        "successors": len(successors),
        "best": [[list(action), _number(seen)] for action, seen in successors[:SHOWN_SUCCESSORS]],
    }


# ----- a search that is watched -----


class _Watched:
    """The heuristic, and when its best value got better."""

    def __init__(self, view: _View) -> None:
        self._value = view.value
        self.best = math.inf
        self.state: State | None = None
        self.evaluated = 0
        self.improvements: list[tuple[int, float]] = []
        if view.enter is not None:
            self.enter = view.enter
        if view.preferred is not None:
            self.preferred = view.preferred

    def __call__(self, state: State) -> float:
        value = self._value(state)
        self.evaluated += 1
        if value < self.best:
            self.best = value
            self.state = state
            self.improvements.append((self.evaluated, value))
        return value


def _stall(view: _View, spec: Inspect, profile: Profile) -> dict[str, Any]:
    watched = _Watched(view)
    with profile.sampling():
        result = search(view.task, watched, spec.search, spec.seconds * (1 - MARGIN))
    report: dict[str, Any] = {
        "status": result.status.value,
        "expanded": result.expanded,
        "evaluated": result.evaluated,
        "seconds": result.search_time,
        "in_heuristic": result.heuristic_time,
        "plan_length": None if result.plan is None else len(result.plan),
        "improved": len(watched.improvements),
        "improvements": [[count, _number(value)] for count, value in _thinned(watched.improvements)],
        "lines": profile.by_line(),
        "functions": profile.by_function(),
    }
    state = watched.state
    if state is not None and result.plan is None:
        deadline = time.monotonic() + spec.seconds * MARGIN
        successors = []
        for action in view.actions(state, random.Random(spec.seed))[:MOST_SUCCESSORS]:
            if time.monotonic() > deadline:
                break
            successors.append((action, view.value(view.task.successor(state, action))))
        report |= _state(view, state, watched.best, (), successors)
    return report


def _thinned(improvements: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """The first and the last of a long list."""
    if len(improvements) <= SHOWN_IMPROVEMENTS:
        return improvements
    return [improvements[0], *improvements[1 - SHOWN_IMPROVEMENTS :]]


# ----- behaviour -----


def _behaviour(view: _View, spec: Inspect) -> dict[str, Any]:
    """A digest of the values, and of the preferred actions, along a random walk that does not depend on them; and how long
    they take, the best of some repetitions."""
    rng = random.Random(spec.seed)
    digest = hashlib.sha256()
    states = [view.task.initial_state]
    while len(states) < spec.walks and (applicable := view.task.applicable(states[-1])):
        states.append(view.task.successor(states[-1], rng.choice(applicable)))
    for state in states:
        digest.update(repr((view.first(state), _number(view.value(state)))).encode())
    times = []
    for _ in range(REPETITIONS):
        begun = time.perf_counter()
        for state in states:
            view.value(state)
        times.append(time.perf_counter() - begun)
    return {"digest": digest.hexdigest()[:16], "seconds": min(times)}


def _number(value: Any) -> float | str:
    """A value as JSON can hold it. Raises TypeError or ValueError for one that is no number."""
    number = float(value)
    if math.isinf(number):
        return "infinity"
    return int(number) if number.is_integer() and abs(number) < 1 << 53 else number
