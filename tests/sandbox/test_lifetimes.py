"""Who ends when: parent, server, children, whatever happens to each of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from heurgen.errors import SandboxError
from heurgen.evaluation.outcome import Outcome
from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.sandbox import Answer, End, Job, Sandbox
from heurgen.sandbox import client as client_module
from tests.sandbox.candidates import DEAF, ENDLESS, GOOD, OS, PROBLEM, call

PARENT = """
import sys
sys.path.insert(0, {root!r})
from heurgen.evaluation.runner import Evaluator, Limits, Request
from tests.sandbox.candidates import DEAF, PROBLEM
requests = [Request("h", DEAF, "p08", PROBLEM, limits=Limits(60)) for _ in range(2)]
with Evaluator(jobs=2) as evaluator:
    print(evaluator._sandbox._process.pid, flush=True)
    list(evaluator.run_many(requests))
"""


def processes(session: int) -> set[int]:
    """The processes of a session that are still running."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if entry.name.isdigit() and int(fields[3]) == session and fields[0] != "Z":
            found.add(int(entry.name))
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 3) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def server_of(sandbox: Sandbox) -> int:
    return sandbox._process.pid


def job(number: int, task: int, source: str = GOOD, seconds: float | None = 10) -> Job:
    return Job(number, task, source, builtin=False, time_limit=seconds)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_everything_ends_with_the_parent(number: signal.Signals) -> None:
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", PARENT.format(root=root)], stdout=-1, stderr=-1, text=True
    ) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        assert wait_for(lambda: len(processes(server)) == 3), "the server and two children"
        began = time.monotonic()
        parent.send_signal(number)
        parent.communicate(timeout=5)
        assert wait_for(lambda: not processes(server)), processes(server)
        assert time.monotonic() - began < 2
        assert parent.returncode == -number


def test_everything_ends_with_the_block() -> None:
    with Sandbox() as sandbox:
        task = sandbox.load(PROBLEM)
        for number in range(3):
            sandbox.submit(job(number, task, DEAF, None))
        assert wait_for(lambda: len(processes(server_of(sandbox))) == 4)
        began = time.monotonic()
    assert time.monotonic() - began < 0.5
    assert not processes(server_of(sandbox))
    sandbox.close()
    with pytest.raises(SandboxError, match="the sandbox is closed"):
        sandbox.submit(job(9, task))
    with pytest.raises(SandboxError, match="the sandbox is closed"):
        sandbox.next_answer()


def test_a_server_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "PATIENCE", 0.1)
    with Sandbox() as sandbox:
        task = sandbox.load(PROBLEM)
        sandbox.submit(job(1, task, DEAF, None))
        assert wait_for(lambda: len(processes(server_of(sandbox))) == 2)
        os.kill(server_of(sandbox), signal.SIGSTOP)
    assert wait_for(lambda: not processes(server_of(sandbox)))


def test_children_end_with_the_server_and_the_evaluator_starts_another() -> None:
    request = Request("h", DEAF, "p08", PROBLEM, limits=Limits(60))
    with Evaluator(jobs=2) as evaluator:
        server = server_of(evaluator._sandbox)
        killer = threading.Timer(0.3, os.kill, (server, signal.SIGKILL))
        killer.start()
        with pytest.raises(SandboxError, match=r"ended unexpectedly \(exit status -9\)"):
            list(evaluator.run_many([request, request]))
        killer.join()
        assert wait_for(lambda: not processes(server))
        assert evaluator.run(replace(request, source=GOOD)).solved


def test_a_server_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "BOOTSTRAP", "raise SystemExit('no such thing')")
    with Sandbox() as sandbox, pytest.raises(SandboxError, match=r"status 1\): no such thing"):
        sandbox.next_answer()
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(SandboxError, match="cannot start '/nonexistent/python'"):
        Sandbox()


def test_the_server_outlives_the_thread_that_started_it() -> None:
    made: list[Evaluator] = []
    thread = threading.Thread(target=lambda: made.append(Evaluator()))
    thread.start()
    thread.join()
    with made[0] as evaluator:
        assert evaluator.run(Request("h", GOOD, "p08", PROBLEM)).solved
        assert evaluator.run(Request("h", GOOD, "p08", PROBLEM)).solved


def test_a_run_whose_answer_nobody_waits_for_ends() -> None:
    endless = Request("h", DEAF, "p08", PROBLEM, limits=Limits(60))
    good = replace(endless, source=GOOD)
    with Evaluator(jobs=2) as evaluator:
        runs = evaluator.run_many([endless, good, good])
        assert next(runs).solved
        server = server_of(evaluator._sandbox)
        runs.close()  # type: ignore[attr-defined]
        assert wait_for(lambda: processes(server) == {server})
        assert [run.outcome for run in evaluator.run_many([good, good])] == [Outcome.SOLVED] * 2


def test_requests_that_break_off_end_the_runs_that_are_open() -> None:
    def requests():  # type: ignore[no-untyped-def]
        yield Request("h", DEAF, "p08", PROBLEM, limits=Limits(60))
        raise RuntimeError("no more")

    with Evaluator(jobs=2) as evaluator:
        with pytest.raises(RuntimeError, match="no more"):
            list(evaluator.run_many(requests()))
        server = server_of(evaluator._sandbox)
        assert wait_for(lambda: processes(server) == {server})


def test_without_protection_processes_left_behind_end_with_the_run() -> None:
    source = call(
        f"one = {OS}.fork()",
        f"if one == 0: {OS}.setsid(); {OS}.fork(); __import__('time').sleep(60)",
        "raise ValueError(one)",
    )
    with Evaluator(unsafe=True) as evaluator:
        run = evaluator.run(Request("h", source, "p08", PROBLEM, limits=Limits(5)))
        assert run.outcome is Outcome.CRASHED
        stray = int(run.message.rpartition(" ")[2])
        assert not Path(f"/proc/{stray}").exists()
        assert not processes(stray)  # those it forked in its own session
        assert evaluator.run(Request("h", GOOD, "p08", PROBLEM)).solved


def test_a_large_answer_and_a_large_job_can_cross() -> None:
    """Once parent and server waited for one another, each with more to send than a socket holds."""
    large_answer = call(f"{OS}.write(3, b' ' * 4_000_000); {OS}._exit(0)")
    answers: list[Answer | None] = []

    def converse() -> None:
        with Sandbox() as sandbox:
            task = sandbox.load(PROBLEM)
            sandbox.submit(job(1, task, large_answer))
            time.sleep(0.3)
            sandbox.submit(job(2, task, "#" * 4_000_000))
            answers.extend(sandbox.next_answer(10) for _ in range(2))

    thread = threading.Thread(target=converse, daemon=True)
    thread.start()
    thread.join(20)
    assert [answer.number for answer in answers if answer] == [1, 2]
    assert len(answers[0].said) == 4_000_001  # type: ignore[union-attr]


def test_waiting_for_an_answer_can_have_a_limit() -> None:
    with Sandbox() as sandbox:
        assert sandbox.next_answer(0.01) is None
        task = sandbox.load(PROBLEM)
        sandbox.submit(job(1, task, ENDLESS, 0.2))
        assert sandbox.next_answer(0.05) is None
        answer = sandbox.next_answer(5)
        assert answer is not None
        assert answer.number == 1
        assert 0.2 < answer.wall_time < 0.6
        assert answer.cpu_time > 0.1


def test_tasks_are_sent_once_and_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "KEPT_ATOMS", 3 * len(PROBLEM.init))
    problems = [replace(PROBLEM, name=f"p{place}") for place in range(5)]
    with Sandbox() as sandbox:
        numbers = [sandbox.load(problem) for problem in problems]
        assert numbers == [0, 1, 2, 3, 4]
        assert [sandbox.load(problem) for problem in problems[2:]] == [2, 3, 4]
        assert sandbox.load(problems[0]) == 5
        source = call("raise ValueError(state.task.name)")
        for number in (5, 3, 4):
            sandbox.submit(job(number, number, source))
            answer = sandbox.next_answer(5)
            assert answer is not None
            assert f"ValueError: p{number % 5}" in answer.said.decode()


def test_equal_names_do_not_make_equal_tasks() -> None:
    source = call("raise ValueError(len(state))")
    smaller = replace(PROBLEM, init=PROBLEM.init[1:])
    with Evaluator() as evaluator:
        runs = [evaluator.run(Request("h", source, "p", p)) for p in (PROBLEM, smaller, PROBLEM)]
    sizes = [int(run.message.rpartition(" ")[2]) for run in runs]
    assert sizes == [sizes[0], sizes[0] - 1, sizes[0]]
    assert runs[0].task_digest == runs[2].task_digest != runs[1].task_digest


def test_a_task_that_cannot_be_set_up_is_told() -> None:
    broken = replace(PROBLEM, init=(*PROBLEM.init, ("at-ferry", "nowhere")))
    with Sandbox() as sandbox:
        sandbox.submit(job(1, sandbox.load(broken)))
        answer = sandbox.next_answer(5)
        assert answer is not None
        assert answer.end is End.NOT_STARTED
        assert "nowhere" in answer.output
    with Evaluator() as evaluator:
        with pytest.raises(SandboxError, match=r"could not be started: .*nowhere"):
            evaluator.run(Request("h", GOOD, "p", broken))
        assert evaluator.run(Request("h", GOOD, "p", PROBLEM)).solved


def test_a_run_adds_little_to_its_search() -> None:
    request = Request("h", GOOD, "p08", PROBLEM, limits=Limits(10, 1 << 30))
    with Evaluator() as evaluator:
        evaluator.run(request)
        added = []
        for _ in range(20):
            began = time.perf_counter()
            run = evaluator.run(request)
            added.append(time.perf_counter() - began - (run.search_time or 0))
    assert min(added) < 0.02
