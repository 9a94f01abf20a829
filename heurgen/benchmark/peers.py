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


Value = float | str | None


def table(peers: Peers, command: str) -> str:
    """The measurements as Markdown."""
    head = [
        "# The search core beside its peers",
        "",
        f"Measured {today()} with `{command}`",
        f"on {describe_machine()}; "
        + describe_versions(["pymimir", "up-fast-downward", "pyperplan"])
        + f". Every measurement is a process of its own of about {peers.seconds:g} seconds, one after the other; a planner has"
        f" {PATIENCE:g} s to get ready and {MEMORY >> 30} GiB. Tasks are those of the domains' generators (seed {SEED}) at the top of"
        " the competition's easy, medium and hard sizes. The machine is shared: ratios are worth more than figures.",
    ]
    return "\n".join([*head, *_start(peers), *_python(peers), *_blind(peers), *_relaxation(peers)]) + "\n"


def _start(peers: Peers) -> list[str]:
    rows = [
        [
            domain,
            _number(_get(peers, "heurgen-start-hard", domain, "first_expansion")),
            _number(_get(peers, "heurgen-command-hard", domain, "seconds")),
            _number(_get(peers, "mimir-start-hard", domain, "first_expansion")),
            _number(_get(peers, "downward-translate-hard", domain, "seconds")),
        ]
        for domain in peers.domains
    ]
    names = ["domain", "heurgen, in the process", "heurgen, whole command", "pymimir", "Fast Downward's translator"]
    return ["", "## 1. From files to the first expansion, hard tasks (seconds)", "", *_rows(names, rows)]


def _python(peers: Peers) -> list[str]:
    rows = []
    for domain in peers.domains:
        loop, left = (_get(peers, f"heurgen-{name}-hard", domain, "rate") for name in ("goal-count", "goals-left"))
        literals, cut = (_get(peers, f"mimir-{name}-hard", domain, "rate") for name in ("goal-count", "intersection"))
        easy, other = (_get(peers, f"{name}-goal-count-easy", domain, "rate") for name in ("heurgen", "pyperplan"))
        constant, core = (_get(peers, "heurgen-constant-hard", domain, name) for name in ("rate", "core_time"))
        free = _get(peers, "heurgen-goals-left-easy", domain, "rate")
        figures = [_number(value) for value in (loop, left, constant, core, literals, cut)]
        pyperplan = [_number(other), _ratio(easy, other), _ratio(free, other)]
        rows.append([domain, *figures, _ratio(loop, literals), _ratio(left, cut), *pyperplan])
    names = ["domain", "loop", "goals_left", "constant", "core", "pymimir literals", "intersection", "loop / literals"]
    names += ["goals_left / intersection", "Pyperplan, easy", "loop / Pyperplan", "goals_left / Pyperplan"]
    return [
        "",
        "## 2. A goal-counting heuristic written in Python (evaluations per second)",
        "",
        "In heurgen, `loop` asks for each goal atom whether it holds, `goals_left` asks the state, `constant` does nothing; `core` is"
        " what the core adds to an evaluation of `constant`, in microseconds, generating and duplicates included. In pymimir,"
        " `literals` asks for each literal, `intersection` intersects the goal with the set of fluent atoms. The ratios compare"
        " heurgen's `loop` with `literals` and `goals_left` with `intersection`, on hard tasks, and `loop` and `goals_left` with"
        " Pyperplan on easy ones, where it takes the difference of two sets. Pyperplan cannot read three of the domains.",
        "",
        *_rows(names, rows),
    ]


def _blind(peers: Peers) -> list[str]:
    rows = []
    for domain in peers.domains:
        own, mimir = (_get(peers, f"{name}-blind-medium", domain, "rate") for name in ("heurgen", "mimir"))
        downward = _per_second(peers, "downward-blind-medium", domain, "generated")
        memory = _number(_get(peers, "heurgen-blind-medium", domain, "bytes_per_state"))
        figures = [_number(value) for value in (own, mimir, downward)]
        rows.append([domain, *figures, _ratio(own, mimir), _ratio(own, downward), memory])
    names = ["domain", "heurgen", "pymimir, lifted", "Fast Downward", "heurgen / pymimir", "heurgen / Fast Downward"]
    return [
        "",
        "## 3. Blind breadth-first search, medium tasks (successors generated per second), and memory",
        "",
        "heurgen without grouping interchangeable objects, so that all generate the same successors; Fast Downward runs A* with the"
        " blind heuristic.",
        "",
        *_rows([*names, "bytes a state in heurgen"], rows),
    ]


def _relaxation(peers: Peers) -> list[str]:
    rows = []
    for domain in peers.domains:
        reach, own, operators = (_get(peers, "heurgen-ff-medium", domain, n) for n in ("reachability", "rate", "operators"))
        translate = _get(peers, "downward-translate-medium", domain, "seconds")
        downward = _per_second(peers, "downward-ff-medium", domain, "evaluations")
        figures = [_number(reach), _number(translate), _ratio(translate, reach), _number(operators)]
        rows.append([domain, *figures, _number(own), _number(downward), _ratio(own, downward)])
    names = ["domain", "exploration", "translator", "translator / exploration", "operators", "heurgen", "Fast Downward"]
    return [
        "",
        "## 4. h^FF, medium tasks",
        "",
        "Relaxed exploration against Fast Downward's translator (seconds), then evaluations per second of greedy best-first search.",
        "",
        *_rows([*names, "heurgen / Fast Downward"], rows),
    ]


def _rows(names: list[str], rows: list[list[str]]) -> list[str]:
    rule = "| --- |" + " ---: |" * (len(names) - 1)
    return [f"| {' | '.join(names)} |", rule, *(f"| {' | '.join(row)} |" for row in rows)]


def _get(peers: Peers, probe: str, domain: str, name: str) -> Value:
    cell = peers.cells.get((probe, domain))
    return cell if cell is None or isinstance(cell, str) else cell.get(name)


def _per_second(peers: Peers, probe: str, domain: str, count: str) -> Value:
    amount, seconds = _get(peers, probe, domain, count), _get(peers, probe, domain, "seconds")
    if isinstance(amount, float | int) and isinstance(seconds, float | int):
        return amount / seconds if seconds > 0.05 else "too short"
    return amount


def _ratio(one: Value, other: Value) -> str:
    if isinstance(one, float | int) and isinstance(other, float | int) and other:
        return f"{one / other:,.0f}x" if one >= 10 * other else f"{one / other:.1f}x"
    return "-" if other is None else str(other) if isinstance(other, str) else str(one)


def _number(value: Value) -> str:
    if value is None or isinstance(value, str):
        return "-" if value is None else value
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def compare(seconds: float, domains: tuple[str, ...], say: Callable[[str], None]) -> Peers:
    """Measure heurgen and its peers on the tasks of some domains."""
    peers = Peers(seconds, domains, say)
    with tempfile.TemporaryDirectory() as folder:
        peers.measure(Path(folder))
    return peers
