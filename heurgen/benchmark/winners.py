"""What the time of the chosen heuristics goes to, and what each part of heurgen brings them, switched off one at a time."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from heurgen.benchmark.machine import describe_machine, describe_versions, today
from heurgen.core import parse_search
from heurgen.errors import InputError
from heurgen.evaluation.outcome import Run
from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.generation import load_generator
from heurgen.heuristics.compiling import CompileError, compile_candidate
from heurgen.library import Choice, bundled_domains, load_choice
from heurgen.paths import domains_dir, pddl_dir
from heurgen.pddl import parse_problem, read_domain

SIZE = 3.0
SEEDS = (5_000_001, 5_000_002, 5_000_003)
AS_CHOSEN = "as chosen"


@dataclass(frozen=True, slots=True)
class Winner:
    """A chosen heuristic with its runs on hard tasks, per way to run it; one list entry per task."""

    domain: str
    search: str
    runs: dict[str, list[Run]]


def measure(seconds: float, say: Callable[[str], None]) -> list[Winner]:
    """Run every chosen heuristic of the bundled domains on hard tasks, as chosen and with one part less or more."""
    found = []
    for name in bundled_domains():
        choice = load_choice(domains_dir() / name)
        if choice is not None:
            found.append(_winner(name, choice, seconds, say))
    if not found:
        raise InputError("no bundled domain has a chosen heuristic")
    return found


def _winner(name: str, choice: Choice, seconds: float, say: Callable[[str], None]) -> Winner:
    domain = read_domain(pddl_dir() / name / "domain.pddl")
    generator = load_generator(name)
    runs: dict[str, list[Run]] = {}
    for seed in SEEDS:
        problem = parse_problem(generator.generate_at(SIZE, seed), domain, f"{name} {seed}")
        request = Request(name, choice.source, str(seed), problem, choice.search, Limits(seconds, 8 << 30))
        for way, changed in _ways(request).items():
            with Evaluator() as evaluator:
                runs.setdefault(way, []).append(evaluator.run(changed))
            say(f"{name}, {way}: {runs[way][-1].outcome.value}, {runs[way][-1].wall_time:.2f} s")
    return Winner(name, choice.search, runs)


def _ways(request: Request) -> dict[str, Request]:
    ways = {AS_CHOSEN: request}
    spec = parse_search(request.search)
    other = "gbfs" if spec.name == "gbfs-pe" else "gbfs-pe"
    ways["in the other search"] = replace(request, search=str(replace(spec, name=other)))
    ways["without symmetry"] = replace(request, symmetry=False)
    with contextlib.suppress(CompileError):     # the table shows a dash
        ways["compiled"] = replace(request, compiled=compile_candidate(request.source or ""))
    return ways


def table(winners: Sequence[Winner], seconds: float, command: str) -> str:
    """The measurements as Markdown."""
    ways = [AS_CHOSEN, "in the other search", "without symmetry", "compiled"]
    parts = [
        "# The chosen heuristics: where their time goes, and what each part brings",
        f"Measured {today()} with `{command}` on {describe_machine()}; {describe_versions(['cython'])}. Generated tasks of hard size"
        f" ({SIZE:g}), seeds {SEEDS[0]} and on, {seconds:g} s each; medians over the tasks that were solved. Times are those of"
        " construction and search.",
        "## Where the time goes\n\n"
        + _rows(
            ["domain", "search", "solved", "seconds", "in `__init__`", "evaluations", "per step", "microseconds in the candidate", "in the core"],
            [_profile(winner) for winner in winners],
        ),
        "## What each part brings (seconds, and how many of the tasks were solved)\n\n"
        + _rows(["domain", *ways], [[winner.domain, *(_brief(winner.runs.get(way, [])) for way in ways)] for winner in winners])
        + "\n\n`in the other search` is `gbfs` for a heuristic chosen with `gbfs-pe`, and the other way round.",
    ]
    return "\n\n".join(parts) + "\n"


def _profile(winner: Winner) -> list[str]:
    runs = winner.runs[AS_CHOSEN]
    solved = [run for run in runs if run.solved]
    if not solved:
        return [winner.domain, winner.search, f"0/{len(runs)}", *["-"] * 6]

    def median(value: Callable[[Run], float]) -> float:
        return statistics.median(map(value, solved))

    def each(run: Run, seconds: float) -> float:
        return 1e6 * seconds / max(1, run.evaluated or 0)

    return [
        winner.domain,
        winner.search,
        f"{len(solved)}/{len(runs)}",
        f"{median(lambda run: run.wall_time):.2f}",
        f"{median(lambda run: run.setup_time or 0):.3f}",
        f"{median(lambda run: run.evaluated or 0):,.0f}",
        f"{median(lambda run: (run.evaluated or 0) / max(1, len(run.plan or ()))):.1f}",
        f"{median(lambda run: each(run, run.heuristic_time or 0)):.1f}",
        f"{median(lambda run: each(run, (run.search_time or 0) - (run.heuristic_time or 0))):.1f}",
    ]


def _brief(runs: Sequence[Run]) -> str:
    solved = [run.wall_time for run in runs if run.solved]
    if not runs:
        return "-"
    return f"{statistics.median(solved):.2f} ({len(solved)}/{len(runs)})" if solved else f"0/{len(runs)}"


def _rows(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
