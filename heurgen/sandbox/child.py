"""What happens in the process a candidate lives in. Nobody trusts its answer."""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import signal
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any, NoReturn

from heurgen.core import HeuristicError, SearchResult, Task, search
from heurgen.heuristics.compiling import load_compiled
from heurgen.heuristics.loading import (
    CANDIDATE_FILE,
    RejectedError,
    candidate_line,
    describe,
    load_candidate,
    load_task_generator,
)
from heurgen.sandbox.confine import ProcessLimits, confine, end_with, limit_resources, memory_now
from heurgen.sandbox.inspecting import Profile, inspect
from heurgen.sandbox.output import FILE_SIZE, redirect_output
from heurgen.sandbox.protocol import ANSWER_LIMIT, FAILED, GRACE, INSPECTED, READY, Inspect, Job

CHANNEL = 3
"""The only descriptor beyond standard input and output: the pipe to the server."""

MESSAGE_LIMIT = 2000        # characters
TRACEBACK_LIMIT = 4000
STATE_LIMIT = 4000          # atoms
HEADROOM = 64 << 20         # bytes of address space beyond the limit that the search observes
RESERVE = 4 << 20           # bytes of address space kept to say that memory ran out
ALARM = 0.1                 # seconds beyond the limit that the search observes


class OverdueError(Exception):
    """Raised in the candidate's code when it has not come back in time."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a child finds: its pipe, its output, what it may read, and its parent."""

    channel: int
    output: int
    readable: Sequence[Path]
    server: int
    descriptors: int


def run_child(job: Job, task: Task, surroundings: Surroundings) -> NoReturn:
    """Confine this process, make the run, write one JSON object to the pipe, end."""
    try:
        _enter(job, surroundings)
    except Exception as error:
        _write(FAILED + describe(error).encode(errors="replace"))
        os._exit(1)
    _write(READY)
    reserve = mmap.mmap(-1, RESERVE)
    try:
        said = json.dumps(_run_in_time(job, task))
    except MemoryError:
        reserve.close()
        said = json.dumps({"outcome": "out of memory", "message": "memory ran out"})
    except BaseException as error:      # nothing may escape into the server's code
        said = json.dumps(_failure(error))
    _write(said.encode())
    os._exit(0)


def _enter(job: Job, around: Surroundings) -> None:
    end_with(around.server)
    redirect_output(around.output)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(around.channel, CHANNEL)
    os.closerange(CHANNEL + 1, around.descriptors)
    seconds = None if job.time_limit is None else job.time_limit + GRACE
    memory = None if job.memory_limit is None else job.memory_limit + HEADROOM
    limit_resources(ProcessLimits(seconds, memory, FILE_SIZE))
    if not job.unsafe and not job.builtin:
        library = [] if job.compiled is None else [Path(job.compiled)]
        confine([*around.readable, *library])


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(CHANNEL, data) :]


def _run_in_time(job: Job, task: Task) -> dict[str, Any]:
    """Interrupt a candidate that does not come back, to learn where it is."""
    if job.time_limit is None or job.builtin:
        return _run(job, task)
    signal.signal(signal.SIGALRM, _raise_overdue)
    signal.setitimer(signal.ITIMER_REAL, job.time_limit + ALARM)
    try:
        return _run(job, task)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _raise_overdue(number: int, frame: FrameType | None) -> None:
    raise OverdueError("had not returned when the time was up")


def _run(job: Job, task: Task) -> dict[str, Any]:
    began = time.monotonic()
    memory_limit = None if job.memory_limit is None else job.memory_limit + memory_now().resident
    heuristic: Any = job.heuristic
    if job.inspect is not None and job.inspect.kind == "generate":
        return _generate(job.heuristic, job.inspect)
    profile = Profile(CANDIDATE_FILE)
    profiled = job.inspect is not None and job.inspect.kind == "stall"
    if not job.builtin:
        try:
            with profile.sampling() if profiled else contextlib.nullcontext():
                heuristic = _constructed(job, task)
        except MemoryError:
            raise
        except BaseException as error:
            return _failure(error, "in __init__: ")
    setup = time.monotonic() - began
    left = None if job.time_limit is None else max(0.0, job.time_limit - setup)
    if job.inspect is not None:
        try:
            return {"outcome": INSPECTED, "report": inspect(task, heuristic, job.inspect, profile, setup)}
        except MemoryError:
            raise
        except HeuristicError as error:
            return _failure(error.__cause__ or error, state=error.state_atoms)
        except Exception as error:
            return _failure(error)
    try:
        options = (job.search, left, memory_limit, job.seed, job.symmetry)
        result = search(task, heuristic, *options)
    except HeuristicError as error:
        if error.kind == "value":
            return _said("invalid value", error.reason, state=error.state_atoms)
        return _failure(error.__cause__ or error, state=error.state_atoms)
    return {"outcome": result.status.value, "setup_time": setup, **_statistics(result)}


def _constructed(job: Job, task: Task) -> Any:
    if job.compiled is None:
        return load_candidate(job.heuristic)(task)
    return load_compiled(Path(job.compiled))(task)


def _generate(source: str, spec: Inspect) -> dict[str, Any]:
    """Tasks of growing size, as long as they fit into an answer."""
    texts: list[str] = []
    try:
        generate = load_task_generator(source)
        for place, size in enumerate(spec.sizes):
            text = generate(Random(spec.seed + place), size)
            if not isinstance(text, str):
                raise TypeError(f"generate returned {type(text).__name__}, no text")
            if sum(map(len, texts)) + len(text) > ANSWER_LIMIT // 2:
                break
            texts.append(text)
    except MemoryError:
        raise
    except Exception as error:
        return _failure(error)
    return {"outcome": INSPECTED, "report": {"texts": texts}}


def _failure(
    error: BaseException, where: str = "", state: Sequence[tuple[str, ...]] = ()
) -> dict[str, Any]:
    overdue = next((e for e in _chain(error) if isinstance(e, OverdueError)), None)
    if overdue is not None:
        return _said("out of time", f"{candidate_line(overdue)}{where}{overdue}", overdue, state)
    if isinstance(error, RejectedError):
        return _said("rejected", str(error))
    outcome = "exited" if isinstance(error, SystemExit) else "crashed"
    return _said(outcome, f"{candidate_line(error)}{where}{describe(error)}", error, state)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and what caused it."""
    while error is not None:
        yield error
        error = error.__cause__


def _said(
    outcome: str,
    message: str,
    error: BaseException | None = None,
    state: Sequence[tuple[str, ...]] = (),
) -> dict[str, Any]:
    trace = "" if error is None else "".join(traceback.format_exception(error))
    return {
        "outcome": outcome,
        "message": message[:MESSAGE_LIMIT],
        "traceback": trace[-TRACEBACK_LIMIT:],
        "state": state[:STATE_LIMIT],
    }


def _statistics(result: SearchResult) -> dict[str, Any]:
    initial = result.initial_h
    return {
        "plan": result.plan,
        "expanded": result.expanded,
        "evaluated": result.evaluated,
        "generated": result.generated,
        "dead_ends": result.dead_ends,
        "initial_h": None if initial is None or initial == float("inf") else initial,
        "search_time": result.search_time,
        "heuristic_time": result.heuristic_time,
    }
