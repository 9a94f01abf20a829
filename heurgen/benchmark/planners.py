"""Planners to compare with, each as a command that writes a plan file; what they print is read for their figures."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from heurgen.pddl.model import Domain

GRACE = 5.0     # seconds beyond its limit until a planner is killed


@dataclass(frozen=True, slots=True)
class Files:
    """Domain, problem, and the plan to be written; all of them in a folder that the planner may use."""

    domain: Path
    problem: Path
    plan: Path


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: seconds of wall time, exit code (None if it was killed), and what it printed."""

    seconds: float
    code: int | None
    output: str


@dataclass(frozen=True, slots=True)
class Planner:
    """`command` gets the files, seconds and bytes; `figures` reads expanded and evaluated states from the output.

    `limited` tells that it keeps the memory limit itself; others get it from the system. `requirements` are those of the domains
    that it reads, None for all that heurgen reads.
    """

    name: str
    command: Callable[[Files, float, int], list[str]]
    figures: Callable[[str], Mapping[str, float]]
    available: Callable[[], bool]
    limited: bool = False
    requirements: frozenset[str] | None = None

    def reads(self, domain: Domain) -> bool:
        """Whether it reads tasks of a domain."""
        return self.requirements is None or self.requirements.issuperset(domain.requirements)


def run_planner(planner: Planner, files: Files, seconds: float, memory: int, processor: int) -> Ended:
    """Run a planner in its own process group, on that processor, within its limits; nothing of it is left afterwards."""
    space = None if planner.limited else memory

    def confine() -> None:
        os.sched_setaffinity(0, {processor})
        if space is not None:
            resource.setrlimit(resource.RLIMIT_AS, (space, space))

    began = time.perf_counter()
    process = subprocess.Popen(
        planner.command(files, seconds, memory),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=files.plan.parent,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=confine,
    )
    try:
        output, _ = process.communicate(timeout=seconds + GRACE)
        code: int | None = process.returncode
    except subprocess.TimeoutExpired:
        code, output = None, ""
    finally:
        _end(process)
    return Ended(time.perf_counter() - began, code, output)


def _end(process: subprocess.Popen[str]) -> None:
    """Kill whatever is left of a process group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.communicate()


def _heurgen(heuristic: str, search: str | None = None, *options: str) -> Callable[[Files, float, int], list[str]]:
    def command(files: Files, seconds: float, memory: int) -> list[str]:
        program = [sys.executable, "-m", "heurgen", "solve", str(files.domain), str(files.problem), "--json"]
        program += ["--time-limit", f"{seconds:g}", "--memory-limit", str(memory), "--plan-file", str(files.plan)]
        program += ["--heuristic", heuristic, *options]
        return program if search is None else [*program, "--search", search]

    return command


def _heurgen_figures(output: str) -> Mapping[str, float]:
    begin, end = output.find("{"), output.rfind("}")
    try:
        values = json.loads(output[begin : end + 1])
    except ValueError:
        return {}
    return {name: values[name] for name in ("expanded", "evaluated") if values.get(name) is not None}


def _downward_home() -> Path | None:
    found = importlib.util.find_spec("up_fast_downward")
    return None if found is None or found.origin is None else Path(found.origin).parent / "downward"


def _downward(*arguments: str) -> Callable[[Files, float, int], list[str]]:
    def command(files: Files, seconds: float, memory: int) -> list[str]:
        driver = [sys.executable, str((_downward_home() or Path()) / "fast-downward.py")]
        driver += ["--overall-time-limit", f"{seconds:g}s", "--overall-memory-limit", f"{memory >> 20}M"]
        alias = list(arguments) if arguments[0] == "--alias" else []
        rest = [] if alias else list(arguments)
        return [*driver, "--plan-file", str(files.plan), *alias, str(files.domain), str(files.problem), *rest]

    return command


def _counts(output: str, expanded: str, evaluated: str) -> Mapping[str, float]:
    found = {"expanded": re.findall(expanded, output), "evaluated": re.findall(evaluated, output)}
    return {name: float(numbers[-1]) for name, numbers in found.items() if numbers}


def _downward_figures(output: str) -> Mapping[str, float]:
    return _counts(output, r"Expanded (\d+) state", r"Evaluated (\d+) state")


def _pyperplan(files: Files, seconds: float, memory: int) -> list[str]:
    return [sys.executable, "-m", "pyperplan", "-H", "hff", "-s", "gbf", str(files.domain), str(files.problem)]


def _pyperplan_figures(output: str) -> Mapping[str, float]:
    return _counts(output, r"(\d+) Nodes expanded", r"(\d+) Nodes evaluated")


def _always() -> bool:
    return True


def _has_downward() -> bool:
    return _downward_home() is not None


def _has_pyperplan() -> bool:
    return importlib.util.find_spec("pyperplan") is not None


PLANNERS: Mapping[str, Planner] = MappingProxyType(
    {
        planner.name: planner
        for planner in (
            Planner("chosen", _heurgen("chosen"), _heurgen_figures, _always, limited=True),
            Planner("ff", _heurgen("ff", "gbfs"), _heurgen_figures, _always, limited=True),
            Planner("ff-lazy", _heurgen("ff", "gbfs-lazy"), _heurgen_figures, _always, limited=True),
            Planner("hadd", _heurgen("hadd", "gbfs"), _heurgen_figures, _always, limited=True),
            Planner("goalcount", _heurgen("goalcount", "gbfs"), _heurgen_figures, _always, limited=True),
            Planner("blind", _heurgen("blind", "bfs"), _heurgen_figures, _always, limited=True),
            Planner("lama-first", _downward("--alias", "lama-first"), _downward_figures, _has_downward),
            Planner("fd-ff", _downward("--search", "eager_greedy([ff()])"), _downward_figures, _has_downward),
            Planner("pyperplan-ff", _pyperplan, _pyperplan_figures, _has_pyperplan, requirements=frozenset({":strips", ":typing"})),
        )
    }
)
"""heurgen with the chosen heuristic and with built-in ones; LAMA's first iteration and greedy best-first search with h^FF in
Fast Downward; the latter in Pyperplan."""
