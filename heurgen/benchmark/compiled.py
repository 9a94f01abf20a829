"""What compiling brings: the recorded candidates of the bundled domains, as plain Python and as machine code."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from heurgen.benchmark.machine import describe_machine, describe_versions, today
from heurgen.evaluation.outcome import Run
from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.generation import load_generator
from heurgen.heuristics.compiling import CompileError, compile_candidate
from heurgen.library import bundled_domains
from heurgen.llm.responses import load_recorded
from heurgen.paths import domains_dir, pddl_dir
from heurgen.pddl import parse_problem, read_domain
from heurgen.synthesis.candidates import Candidate, make_candidate

SIZE = 2.5
SEED = 4_000_001
REPEATS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate: microseconds an evaluation takes in its own code, plain and compiled; or what went wrong."""

    domain: str
    candidate: str
    plain: float
    compiled: float
    compile_seconds: float
    problem: str = ""


def measure(seconds: float, say: Callable[[str], None]) -> list[Row]:
    """Search the same generated task with each candidate both ways, several times in turn."""
    rows = []
    for name in bundled_domains():
        folder = domains_dir() / name / "responses"
        if not (folder / "index.json").is_file():
            continue
        domain = read_domain(pddl_dir() / name / "domain.pddl")
        problem = parse_problem(load_generator(name).generate_at(SIZE, SEED), domain, "measured")
        for place, response in enumerate(load_recorded(folder), start=1):
            candidate = make_candidate(f"c{place:02}", response)
            if candidate.code is not None:
                request = Request(candidate.name, candidate.code, "measured", problem, limits=Limits(seconds, 4 << 30))
                rows.append(_row(name, candidate, request))
                say(str(rows[-1]))
    return rows


def _row(domain: str, candidate: Candidate, plain: Request) -> Row:
    began = time.perf_counter()
    try:
        library = compile_candidate(candidate.code or "")
    except CompileError as error:
        return Row(domain, candidate.name, 0, 0, 0, str(error))
    spent = time.perf_counter() - began
    compiled = replace(plain, compiled=library)
    with Evaluator() as evaluator:
        pairs = [(evaluator.run(plain), evaluator.run(compiled)) for _ in range(REPEATS)]
    faults = [run.message for pair in pairs for run in pair if run.evaluated is None]
    if faults:
        return Row(domain, candidate.name, 0, 0, spent, faults[0])
    own, machine = zip(*pairs, strict=True)
    return Row(domain, candidate.name, _microseconds(own), _microseconds(machine), spent)


def _microseconds(runs: tuple[Run, ...]) -> float:
    return statistics.median(1e6 * (run.heuristic_time or 0) / max(1, run.evaluated or 0) for run in runs)


def table(rows: list[Row], command: str) -> str:
    """The measurements as Markdown."""
    lines = [
        "# What compiling candidates brings",
        "",
        f"Measured {today()} with `{command}`",
        f"on {describe_machine()}; {describe_versions(['cython'])}. Each recorded candidate searches a generated task (size {SIZE},"
        f" seed {SEED}) {REPEATS} times as plain Python and as machine code in turn; the median time that an evaluation takes in"
        " the candidate's own code, in microseconds.",
        "",
        "| domain | candidate | plain | compiled | plain / compiled | compiling (s) |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        if row.problem:
            lines.append(f"| {row.domain} | {row.candidate} | {row.problem} | | | |")
        else:
            gain = row.plain / row.compiled if row.compiled else float("nan")
            lines.append(
                f"| {row.domain} | {row.candidate} | {row.plain:.2f} | {row.compiled:.2f} | {gain:.2f}x | {row.compile_seconds:.1f} |"
            )
    gains = [row.plain / row.compiled for row in rows if row.compiled]
    if gains:
        lines += ["", f"Median gain: {statistics.median(gains):.2f}x over {len(gains)} candidates."]
    return "\n".join(lines) + "\n"
