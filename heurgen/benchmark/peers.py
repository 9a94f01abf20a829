"""The search core beside its peers, on the same generated tasks, in one run.

Each measurement is a process of its own, one at a time, under the same limits. What a peer cannot do is named in its
cell: "time" (not ready within the limit) or "error" (it cannot read or run the task).
"""

from __future__ import annotations

import importlib.util
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from heurgen.benchmark.machine import describe_machine, describe_versions, today
from heurgen.benchmark.probes import Figures
from heurgen.generation import load_generator
from heurgen.paths import pddl_dir

DOMAINS = (
    "blocksworld",
    "childsnack",
    "ferry",
    "floortile",
    "miconic",
    "rovers",
    "satellite",
    "sokoban",
    "spanner",
    "transport",
)
SIZES = {"easy": 1.0, "medium": 2.0, "hard": 3.0}
SEED = 3_000_001
MEMORY = 6 << 30
PATIENCE = 60.0
"""Seconds that a planner may take to get ready."""

Cell = Figures | str


@dataclass
class Peers:
    """Measurements on the tasks of some domains; results by (probe, domain)."""

    seconds: float
    domains: tuple[str, ...]
    say: Callable[[str], None]
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)

    def measure(self, folder: Path) -> None:
        """Run all probes on tasks written to `folder`."""
        for domain in self.domains:
            for size, place in SIZES.items():
                (folder / f"{domain}-{size}.pddl").write_text(load_generator(domain).generate_at(place, SEED))
            for probe in ("heurgen-start", "mimir-start", "heurgen-goal-count", "heurgen-goals-left", "heurgen-constant"):
                self._probe(probe, domain, "hard", folder)
            for probe in ("mimir-goal-count", "mimir-intersection"):
                self._probe(probe, domain, "hard", folder)
            for probe in ("heurgen-goal-count", "heurgen-goals-left", "pyperplan-goal-count"):
                self._probe(probe, domain, "easy", folder)
            for probe in ("heurgen-blind", "mimir-blind", "heurgen-ff"):
                self._probe(probe, domain, "medium", folder)
            self._command(domain, folder)
            self._downward(domain, "hard", folder, {})
            searches = {
                "downward-blind": f"astar(blind(),max_time={self.seconds})",
                "downward-ff": f"eager_greedy([ff()],max_time={self.seconds})",
            }
            self._downward(domain, "medium", folder, searches)

    def _probe(self, probe: str, domain: str, size: str, folder: Path) -> None:
        files = [str(pddl_dir() / domain / "domain.pddl"), str(folder / f"{domain}-{size}.pddl")]
        command = [sys.executable, "-m", "heurgen.benchmark.probes", probe, *files, str(self.seconds)]
        name = f"{probe}-{size}"
        done = _run(command, PATIENCE + 3 * self.seconds, folder)
        self.cells[name, domain] = done if isinstance(done, str) else _last_object(done.stdout)
        self.say(f"{domain} {name}: {_brief(self.cells[name, domain])}")

    def _command(self, domain: str, folder: Path) -> None:
        """The whole command `heurgen solve` up to a search that ends at once."""
        files = [str(pddl_dir() / domain / "domain.pddl"), str(folder / f"{domain}-hard.pddl")]
        options = ["--heuristic", "goalcount", "--time-limit", "0.001"]
        spent = []
        for _ in range(5):
            began = time.perf_counter()
            _run([sys.executable, "-m", "heurgen", "solve", *files, *options], PATIENCE, folder)
            spent.append(time.perf_counter() - began)
        self.cells["heurgen-command-hard", domain] = {"seconds": statistics.median(spent)}

    def _downward(self, domain: str, size: str, folder: Path, searches: dict[str, str]) -> None:
        """Fast Downward's translator and searches."""
        home = _downward_home()
        if home is None:
            return
        sas = folder / "output.sas"
        files = [str(pddl_dir() / domain / "domain.pddl"), str(folder / f"{domain}-{size}.pddl")]
        driver = [sys.executable, str(home / "fast-downward.py"), "--sas-file", str(sas), "--translate"]
        began = time.perf_counter()
        done = _run([*driver, *files], PATIENCE, folder)
        spent = time.perf_counter() - began
        ready = not isinstance(done, str) and done.returncode == 0
        answer: Cell = {"seconds": spent} if ready else done if isinstance(done, str) else "error"
        self.cells[f"downward-translate-{size}", domain] = answer
        self.say(f"{domain} downward-translate-{size}: {_brief(answer)}")
        for name, search in searches.items():
            cell: Cell = "translator"
            if ready:
                program = [str(home / "builds/release/bin/downward"), "--search", search]
                ran = _run(program, PATIENCE + self.seconds, folder, sas)
                cell = ran if isinstance(ran, str) else _downward_figures(ran.stdout)
            self.cells[f"{name}-{size}", domain] = cell
            self.say(f"{domain} {name}-{size}: {_brief(cell)}")


def _run(
    command: list[str], limit: float, folder: Path, given: Path | None = None
) -> subprocess.CompletedProcess[str] | str:
    """Run a command within limits; what went wrong if it did not end in time or memory."""

    def confine() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY + (2 << 30), MEMORY + (2 << 30)))

    with open(given or "/dev/null") as source:      # noqa: PTH123
        try:
            return subprocess.run(
                command, stdin=source, capture_output=True, text=True, timeout=limit, cwd=folder, preexec_fn=confine
            )
        except subprocess.TimeoutExpired:
            return "time"


def _last_object(text: str) -> Cell:
    lines = [line for line in text.splitlines() if line.startswith("{")]
    if not lines:
        return "error"
    answer: Figures = json.loads(lines[-1])
    return answer


def _downward_home() -> Path | None:
    found = importlib.util.find_spec("up_fast_downward")
    return None if found is None or found.origin is None else Path(found.origin).parent / "downward"


def _downward_figures(text: str) -> Cell:
    def number(pattern: str) -> float:
        found = re.findall(pattern, text)
        return float(found[-1]) if found else float("nan")

    spent = number(r"Search time: ([\d.]+)s")
    figures = {
        "generated": number(r"Generated (\d+) state"),
        "evaluations": number(r"Evaluations: (\d+)"),
        "seconds": spent,
    }
    return figures if spent == spent else "error"


def _brief(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    return ", ".join(f"{name} {value:.4g}" for name, value in cell.items())


def table(peers: Peers, command: str) -> str:
    """The measurements as Markdown."""

    def get(probe: str, domain: str, name: str) -> float | str | None:
        cell = peers.cells.get((probe, domain))
        return cell if cell is None or isinstance(cell, str) else cell.get(name)

    def ratio(one: float | str | None, other: float | str | None) -> str:
        if isinstance(one, float | int) and isinstance(other, float | int) and other:
            return f"{one / other:,.0f}x" if one >= 10 * other else f"{one / other:.1f}x"
        return "-" if other is None else str(other) if isinstance(other, str) else str(one)

    def number(value: float | str | None) -> str:
        if value is None or isinstance(value, str):
            return "-" if value is None else value
        return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"

    def per_second(cell: str, domain: str, count: str) -> float | str | None:
        amount, seconds = get(cell, domain, count), get(cell, domain, "seconds")
        if isinstance(amount, float | int) and isinstance(seconds, float | int):
            return amount / seconds if seconds > 0.05 else "too short"
        return amount

    lines = [
        "# The search core beside its peers",
        "",
        f"Measured {today()} with `{command}`",
        f"on {describe_machine()}; "
        + describe_versions(["pymimir", "up-fast-downward", "pyperplan"])
        + f". Every measurement is a process of its own of about {peers.seconds:g} seconds, one after the other; a planner has"
        f" {PATIENCE:g} s to get ready and {MEMORY >> 30} GiB. Tasks are those of the domains' generators (seed {SEED}) at the top of"
        " the competition's easy, medium and hard sizes. The machine is shared: ratios are worth more than figures.",
        "",
        "## 1. From files to the first expansion, hard tasks (seconds)",
        "",
        "| domain | heurgen, in the process | heurgen, whole command | pymimir | Fast Downward's translator |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
            f"| {domain} | {number(get('heurgen-start-hard', domain, 'first_expansion'))} "
            f"| {number(get('heurgen-command-hard', domain, 'seconds'))} "
            f"| {number(get('mimir-start-hard', domain, 'first_expansion'))} "
            f"| {number(get('downward-translate-hard', domain, 'seconds'))} |"
            for domain in peers.domains
    ]
    lines += [
        "",
        "## 2. A goal-counting heuristic written in Python (evaluations per second)",
        "",
        "In heurgen, `loop` asks for each goal atom whether it holds, `goals_left` asks the state, `constant` does nothing; `core` is"
        " what the core adds to an evaluation of `constant`, in microseconds. In pymimir, `literals` asks for each literal,"
        " `intersection` intersects the goal with the set of fluent atoms. The ratios compare heurgen's `loop` with `literals`"
        " and `goals_left` with `intersection`, on hard tasks, and `loop` and `goals_left` with Pyperplan on easy ones, where it"
        " takes the difference of two sets. Pyperplan reads no negative preconditions: an error on three domains.",
        "",
        "| domain | loop | goals_left | constant | core | pymimir literals | intersection | loop / literals"
        " | goals_left / intersection | Pyperplan, easy | loop / Pyperplan | goals_left / Pyperplan |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for domain in peers.domains:
        loop, left = (get(f"heurgen-{name}-hard", domain, "rate") for name in ("goal-count", "goals-left"))
        literals, cut = (get(f"mimir-{name}-hard", domain, "rate") for name in ("goal-count", "intersection"))
        easy, other = (get(f"{name}-goal-count-easy", domain, "rate") for name in ("heurgen", "pyperplan"))
        free = get("heurgen-goals-left-easy", domain, "rate")
        lines.append(
            f"| {domain} | {number(loop)} | {number(left)} | {number(get('heurgen-constant-hard', domain, 'rate'))} "
            f"| {number(get('heurgen-constant-hard', domain, 'core_time'))} | {number(literals)} | {number(cut)} "
            f"| {ratio(loop, literals)} | {ratio(left, cut)} | {number(other)} | {ratio(easy, other)} | {ratio(free, other)} |"
        )
    lines += [
        "",
        "## 3. Blind breadth-first search, medium tasks (successors generated per second), and memory",
        "",
        "| domain | heurgen | pymimir, lifted | Fast Downward | heurgen / pymimir | heurgen / Fast Downward | bytes a state in heurgen |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for domain in peers.domains:
        own, mimir = (get(f"{name}-blind-medium", domain, "rate") for name in ("heurgen", "mimir"))
        downward = per_second("downward-blind-medium", domain, "generated")
        lines.append(
            f"| {domain} | {number(own)} | {number(mimir)} | {number(downward)} | {ratio(own, mimir)} "
            f"| {ratio(own, downward)} | {number(get('heurgen-blind-medium', domain, 'bytes_per_state'))} |"
        )
    lines += [
        "",
        "## 4. h^FF, medium tasks",
        "",
        "Relaxed exploration against Fast Downward's translator (seconds), then evaluations per second of greedy best-first search.",
        "",
        "| domain | exploration | translator | translator / exploration | operators | heurgen | Fast Downward | heurgen / Fast Downward |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for domain in peers.domains:
        reach = get("heurgen-ff-medium", domain, "reachability")
        translate = get("downward-translate-medium", domain, "seconds")
        own = get("heurgen-ff-medium", domain, "rate")
        downward = per_second("downward-ff-medium", domain, "evaluations")
        lines.append(
            f"| {domain} | {number(reach)} | {number(translate)} | {ratio(translate, reach)} "
            f"| {number(get('heurgen-ff-medium', domain, 'operators'))} | {number(own)} | {number(downward)} | {ratio(own, downward)} |"
        )
    return "\n".join(lines) + "\n"


def compare(seconds: float, domains: tuple[str, ...], say: Callable[[str], None]) -> Peers:
    """Measure heurgen and its peers on the tasks of some domains."""
    peers = Peers(seconds, domains, say)
    with tempfile.TemporaryDirectory() as folder:
        peers.measure(Path(folder))
    return peers
