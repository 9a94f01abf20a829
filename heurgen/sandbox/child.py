"""What happens in the process a candidate lives in. Its answer is not trusted."""

from __future__ import annotations

import json
import os
import signal
import time
import traceback
from typing import Any

from heurgen.core import HeuristicError, SearchResult, Task, search
from heurgen.heuristics.loading import RejectedError, candidate_line, load_candidate
from heurgen.sandbox.confine import ProcessLimits, confine, die_with_parent, limit_resources
from heurgen.sandbox.protocol import Job

MESSAGE_LIMIT = 2000
STATE_LIMIT = 4000


def run_child(job: Job, task: Task, channel: int, output: int) -> None:
    """Confine this process, run the job, write one JSON object to `channel`, exit."""
    try:
        _enter(job, channel, output)
        said = _run(job, task)
    except MemoryError:
        said = {"outcome": "out of memory", "message": "MemoryError"}
    except BaseException as error:      # nothing may escape into the server's code
        said = {"outcome": "crashed", "message": f"{type(error).__name__}: {error}"[:MESSAGE_LIMIT]}
    data = json.dumps(said).encode()
    while data:
        data = data[os.write(channel, data) :]
    os._exit(0)


def _enter(job: Job, channel: int, output: int) -> None:
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(3, channel)
    os.closerange(channel + 1, 1 << 16)
    memory = None if job.memory_limit is None else job.memory_limit + (64 << 20)
    limit_resources(ProcessLimits(job.time_limit, memory))
    if not job.unsafe and not job.builtin:
        confine()


def _run(job: Job, task: Task) -> dict[str, Any]:
    began = time.monotonic()
    heuristic: Any = job.heuristic
    if not job.builtin:
        try:
            heuristic = load_candidate(job.heuristic)(task)
        except RejectedError as error:
            return {"outcome": "rejected", "message": str(error)[:MESSAGE_LIMIT]}
        except MemoryError:
            raise
        except (Exception, SystemExit) as error:
            return _failure(error, "in __init__: ", [])
    setup = time.monotonic() - began
    left = None if job.time_limit is None else max(0.0, job.time_limit - setup)
    try:
        result = search(task, heuristic, job.search, left, job.memory_limit, job.seed)
    except HeuristicError as error:
        if error.kind == "value":
            said = {"outcome": "invalid value", "message": error.reason[:MESSAGE_LIMIT]}
            return {**said, "state": error.state_atoms[:STATE_LIMIT]}
        cause = error.__cause__ or error
        return _failure(cause, "", error.state_atoms)
    return {"outcome": result.status.value, "setup_time": setup, **_statistics(result)}


def _failure(error: BaseException, where: str, state: list[tuple[str, ...]]) -> dict[str, Any]:
    outcome = "exited" if isinstance(error, SystemExit) else "crashed"
    return {
        "outcome": outcome,
        "message": f"{candidate_line(error)}{where}{type(error).__name__}: {error}"[:MESSAGE_LIMIT],
        "traceback": "".join(traceback.format_exception(error))[-MESSAGE_LIMIT:],
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
