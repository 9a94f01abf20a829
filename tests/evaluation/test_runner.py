"""Many runs: each checked, each stored, none made twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from heurgen import validate
from heurgen.errors import InputError
from heurgen.evaluation.outcome import Outcome, Run
from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.evaluation.store import RunStore
from heurgen.pddl import read_problem
from heurgen.pddl.model import Literal
from tests.sandbox.candidates import DEAF, ENDLESS, FOLDER, GOOD, OS, PROBLEM, call, init

GOOD_RUN = Request("good", GOOD, "p08", PROBLEM, limits=Limits(10, 1 << 30))
HARD = read_problem(FOLDER / "testing" / "p30.pddl", FOLDER / "domain.pddl")
LIMITED = replace(GOOD_RUN, limits=Limits(0.3, 300 << 20))


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    with Evaluator(jobs=2) as made:
        yield made


def content(run: Run) -> Run:
    """A run without what differs from one run to the next: times, memory."""
    return replace(
        run, setup_time=0, search_time=0, heuristic_time=0, wall_time=0, cpu_time=0, peak_memory=0
    )


def test_a_run_holds_a_plan_that_is_valid_and_all_figures(evaluator: Evaluator) -> None:
    run = evaluator.run(GOOD_RUN)
    assert run.outcome is Outcome.SOLVED
    assert run.plan is not None
    verdict = validate(PROBLEM, run.plan)
    assert verdict.valid
    assert run.cost == verdict.cost
    assert (run.heuristic, run.task, run.domain, run.search) == ("good", "p08", "ferry", "gbfs")
    assert (run.time_limit, run.memory_limit, run.seed) == (10, 1 << 30, 0)
    assert run.expanded
    assert run.evaluated
    assert run.generated
    assert run.initial_h == len(PROBLEM.goal)
    assert run.setup_time is not None
    assert run.search_time is not None
    assert run.heuristic_time is not None
    assert run.heuristic_time < run.search_time < run.wall_time
    assert run.cpu_time > 0
    assert run.peak_memory > 5 << 20


def test_the_options_of_the_search_reach_it(evaluator: Evaluator) -> None:
    problem = read_problem(FOLDER / "training" / "p03.pddl", FOLDER / "domain.pddl")
    plain = replace(GOOD_RUN, source=call("return 1"), problem=problem)
    runs = [
        evaluator.run(request)
        for request in (plain, replace(plain, search="gbfs-lazy"), replace(plain, symmetry=False))
    ]
    assert [run.solved for run in runs] == [True] * 3
    assert [(run.search, run.symmetry) for run in runs] == [
        ("gbfs", True),
        ("gbfs-lazy", True),
        ("gbfs", False),
    ]
    assert len({run.evaluated for run in runs[:2]}) == 2
    assert (runs[2].generated or 0) >= (runs[0].generated or 0)


@pytest.mark.parametrize("line", ["from heurgen.graphs import Graph", "from heurgen import graphs; Graph = graphs.Graph"])
def test_a_candidate_may_use_graphs_and_searches_in_turn_with_others(evaluator: Evaluator, line: str) -> None:
    body = "return state.goals_left * Graph([('a', 'b')]).distance('a', 'b')"
    source = f"{line}\n{call(body)}"
    run = evaluator.run(replace(GOOD_RUN, source=source, search="gbfs(order=goals, alternate=ff)"))
    assert (run.solved, run.message) == (True, "")
    assert run.search == "gbfs(order=goals, alternate=ff)"


@pytest.mark.parametrize("name", ["blind", "goalcount", "hadd", "hmax", "ff", "lmcount"])
def test_built_in_heuristics_run_by_name(evaluator: Evaluator, name: str) -> None:
    problem = read_problem(FOLDER / "training" / "p02.pddl", FOLDER / "domain.pddl")
    run = evaluator.run(Request(name, None, "p02", problem, limits=Limits(10)))
    assert run.solved
    assert run.heuristic_digest == f"built-in {name}"


def test_the_same_runs_have_the_same_content_however_many_go_on_at_once() -> None:
    paths = [FOLDER / "training" / f"p{n:02}.pddl" for n in range(1, 9)]
    problems = [read_problem(path, FOLDER / "domain.pddl") for path in paths]
    # Sets of strings, in whose order the hash seed would show.
    source = call(
        "n = [a[0] for a in set(state)].index('empty-ferry') if state['empty-ferry'] else 0",
        "return state.goals_left + n / 100",
    )
    requests = [
        replace(GOOD_RUN, source=source, task=path.stem, problem=problem)
        for path, problem in zip(paths, problems, strict=True)
    ]
    results = []
    for jobs in (1, 3):
        with Evaluator(jobs) as evaluator:
            runs = sorted(evaluator.run_many(requests), key=lambda run: run.task)
            results.append([content(run) for run in runs])
    assert results[0] == results[1]
    assert len({run.expanded for run in results[0]}) > 3


def test_runs_go_on_side_by_side(evaluator: Evaluator) -> None:
    slow = replace(GOOD_RUN, source=init("__import__('time').sleep(0.5)"), task="slow")
    began = time.monotonic()
    runs = list(evaluator.run_many([slow, slow]))
    assert time.monotonic() - began < 0.95
    assert [run.task for run in runs] == ["slow", "slow"]


def test_runs_are_yielded_as_they_end(evaluator: Evaluator) -> None:
    endless = replace(LIMITED, source=ENDLESS, task="endless")
    order = [run.task for run in evaluator.run_many([endless, GOOD_RUN, GOOD_RUN])]
    assert order == ["p08", "p08", "endless"]


def test_requests_are_taken_only_when_there_is_room(evaluator: Evaluator) -> None:
    taken: list[int] = []

    def requests() -> Iterator[Request]:
        for number in range(6):
            taken.append(number)
            yield GOOD_RUN

    for done, _ in enumerate(evaluator.run_many(requests()), start=1):
        assert len(taken) <= done + 2


def test_runs_that_are_stored_are_not_made_again(tmp_path: Path) -> None:
    crash = replace(GOOD_RUN, source=call("return 1 / 0"))
    requests = [
        GOOD_RUN,
        crash,
        replace(GOOD_RUN, seed=1),
        replace(GOOD_RUN, heuristic="ff", source=None),
    ]
    with RunStore(tmp_path / "runs.db") as store:
        with Evaluator() as evaluator:
            first = list(evaluator.run_many(requests, store))
            assert list(store) == first
            again = [replace(request, heuristic="x", task="y") for request in requests[:3]]
            second = list(evaluator.run_many([*again, requests[3]], store))
            assert list(store) == first
            assert [run.heuristic for run in second] == ["x", "x", "x", "ff"]
            assert [replace(run, heuristic="", task="") for run in first] == [
                replace(run, heuristic="", task="") for run in second
            ]
            other = replace(GOOD_RUN, limits=Limits(9, 1 << 30))
            list(evaluator.run_many([other], store))
        assert len(list(store)) == 5


def test_a_run_is_on_disk_before_it_is_yielded(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    with RunStore(path) as store, Evaluator() as evaluator:
        for done, _ in enumerate(evaluator.run_many([GOOD_RUN, LIMITED], store), start=1):
            with RunStore(path) as reader:
                assert len(list(reader)) == done


UNREACHABLE = replace(
    PROBLEM,
    init=tuple(atom for atom in PROBLEM.init if atom[0] != "empty-ferry"),
    goal=(*PROBLEM.goal, Literal(("empty-ferry",))),
)


def test_unsolvable_is_said_after_a_search_without_the_candidate(evaluator: Evaluator) -> None:
    run = evaluator.run(replace(GOOD_RUN, problem=UNREACHABLE))
    assert run.outcome is Outcome.UNSOLVABLE
    assert run.heuristic == "good"
    forged = call(f'{OS}.write(3, b\'{{"outcome": "unsolvable"}}\'); {OS}._exit(0)')
    run = evaluator.run(replace(GOOD_RUN, source=forged, problem=UNREACHABLE))
    assert run.outcome is Outcome.UNSOLVABLE
    run = evaluator.run(replace(GOOD_RUN, source=forged))
    assert run.outcome is Outcome.INCOMPLETE
    assert run.message == "said that there is no plan, but there is a plan"
    run = evaluator.run(replace(LIMITED, source=forged, problem=HARD))
    assert run.outcome is Outcome.INCOMPLETE
    assert run.message == "said that there is no plan, but a blind search ended out of time"


@pytest.mark.parametrize("source", [DEAF, ENDLESS])
def test_a_heuristic_that_does_not_come_back_is_ended(evaluator: Evaluator, source: str) -> None:
    run = evaluator.run(replace(LIMITED, source=source))
    assert run.outcome is Outcome.OUT_OF_TIME
    assert run.wall_time < 1.2


def test_the_time_limit_covers_constructor_and_search(evaluator: Evaluator) -> None:
    source = init("__import__('time').sleep(0.8)")
    run = evaluator.run(Request("h", source, "p30", HARD, limits=Limits(1)))
    assert run.outcome is Outcome.OUT_OF_TIME
    assert run.setup_time is not None
    assert run.search_time is not None
    assert run.setup_time >= 0.8
    assert run.search_time < 0.4


def test_a_search_that_runs_out_of_time_reports_its_figures(evaluator: Evaluator) -> None:
    run = evaluator.run(replace(LIMITED, source=call("return 1"), problem=HARD))
    assert run.outcome is Outcome.OUT_OF_TIME
    assert run.expanded
    assert run.evaluated
    assert 0.25 < run.wall_time < 0.8


def test_a_search_that_runs_out_of_memory_reports_its_figures(evaluator: Evaluator) -> None:
    limits = Limits(20, 8 << 20)
    run = evaluator.run(replace(GOOD_RUN, source=call("return 1"), problem=HARD, limits=limits))
    assert run.outcome is Outcome.OUT_OF_MEMORY
    assert run.expanded
    assert run.peak_memory < 80 << 20


@pytest.mark.parametrize("limits", [(0, None), (-1, None), (float("nan"), None), (None, 0)])
def test_limits_that_are_none_are_refused(limits: tuple[float | None, int | None]) -> None:
    with pytest.raises(InputError, match="expected a positive number of"):
        Limits(*limits)


def test_searches_and_heuristics_that_do_not_exist_are_refused() -> None:
    with pytest.raises(InputError, match="no search 'dfs'; known: "):
        replace(GOOD_RUN, search="dfs")
    with pytest.raises(InputError, match="no heuristic 'h9'; known: "):
        Request("h9", None, "p08", PROBLEM)


def test_no_runs_at_once_are_refused() -> None:
    with pytest.raises(InputError, match="0 runs at once"):
        Evaluator(jobs=0)
