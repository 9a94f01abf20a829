"""Coverage: how many tasks of the testing suites planners solve within limits, and how fast.

Every run is a command of its own, timed from its start to its end, reading and preprocessing included, and every plan
goes through heurgen's independent checker. Each run is a line in a file of records as it ends, so a measurement that
was stopped goes on where it was.
"""

from __future__ import annotations

import json
import os
import queue
import statistics
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from heurgen.benchmark.machine import describe_machine, describe_versions, today
from heurgen.benchmark.planners import PLANNERS, Files, Planner, run_planner
from heurgen.errors import HeurgenError, InputError
from heurgen.evaluation.outcome import agile_score
from heurgen.generation import load_generator, testing_suite
from heurgen.library import load_choice
from heurgen.paths import domains_dir, pddl_dir
from heurgen.pddl import parse_problem, read_domain
from heurgen.plans import read_plan
from heurgen.validation import validate

SIZES = ("easy", "medium", "hard")


@dataclass(frozen=True, slots=True)
class Row:
    """A run. `size` is the task's, from 0 to 3. `status` is "solved", "not solved", "invalid plan" or "not run"."""

    planner: str
    domain: str
    task: str
    size: float
    time_limit: float
    memory_limit: int
    status: str
    seconds: float
    code: int | None
    steps: int | None = None
    expanded: float | None = None
    evaluated: float | None = None

    @property
    def solved(self) -> bool:
        return self.status == "solved"

    @property
    def key(self) -> tuple[object, ...]:
        """What tells runs apart."""
        return (self.planner, self.domain, self.task, self.time_limit, self.memory_limit)


@dataclass(frozen=True, slots=True)
class Setup:
    """What to run: every `step`-th task of the 30 of each domain (counted from the largest), within seconds and bytes.

    A planner that left `give_up` tasks of a domain in a row without a plan is not run on the larger ones; 0: it always is.
    """

    domains: tuple[str, ...]
    planners: tuple[str, ...]
    time_limit: float
    memory_limit: int
    step: int = 1
    jobs: int = 1
    give_up: int = 0

    def __post_init__(self) -> None:
        for name in self.planners:
            if name not in PLANNERS:
                raise InputError(f"no planner {name!r}; known: {', '.join(PLANNERS)}")
            if not PLANNERS[name].available():
                raise InputError(f"{name} is not installed; the extra 'baselines' has it")


def measure(setup: Setup, records: Path, say: Callable[[str], None]) -> list[Row]:
    """Make all runs of a setup that are not in the file of records yet; the rows of all of them.

    Raises InputError where the file cannot be read or written.
    """
    known = {row.key: row for row in _load(records)}
    processors: queue.SimpleQueue[int] = queue.SimpleQueue()
    for processor in sorted(os.sched_getaffinity(0), reverse=True)[: setup.jobs]:
        processors.put(processor)
    lock = threading.Lock()
    stopped = threading.Event()

    def made(job: _Job, folder: Path) -> Row:
        row = _run(job, setup, folder, processors)
        with lock:
            _append(records, row)
            known[row.key] = row
            say(f"{row.domain} {row.task} {row.planner}: {row.status}, {row.seconds:.2f} s ({len(known)})")
        return row

    def climb(jobs: Sequence[_Job], folder: Path) -> list[Row]:
        """The tasks of one domain for one planner, from the smallest on."""
        rows: list[Row] = []
        for job in jobs:
            if stopped.is_set():
                break
            if setup.give_up and len(rows) >= setup.give_up and not any(row.solved for row in rows[-setup.give_up :]):
                rows.append(_row(job, setup, "not run"))
            else:
                rows.append(known.get(job.key(setup)) or made(job, folder))
        return rows

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(setup.jobs) as pool:
        climbs = [pool.submit(climb, jobs, Path(folder)) for jobs in _jobs(setup)]
        try:
            for done in as_completed(climbs):
                done.result()
        except BaseException:
            stopped.set()
            pool.shutdown(cancel_futures=True)
            raise
    return [row for done in climbs for row in done.result()]


@dataclass(frozen=True, slots=True)
class _Job:
    planner: str
    domain: str
    task: str
    size: float
    seed: int

    def key(self, setup: Setup) -> tuple[object, ...]:
        return (self.planner, self.domain, self.task, setup.time_limit, setup.memory_limit)


def _jobs(setup: Setup) -> Iterator[list[_Job]]:
    """The tasks of each domain in order of size, for each planner."""
    suite = testing_suite()[:: -setup.step][::-1]
    for domain in setup.domains:
        parsed = read_domain(pddl_dir() / domain / "domain.pddl")
        for planner in setup.planners:
            known = planner != "chosen" or load_choice(domains_dir() / domain) is not None
            if known and PLANNERS[planner].reads(parsed):
                yield [_Job(planner, domain, task.file, task.size, task.seed) for task in suite]


def _row(
    job: _Job, setup: Setup, status: str, seconds: float = 0.0, code: int | None = None, steps: int | None = None,
    figures: Mapping[str, float] = MappingProxyType({}),
) -> Row:  # fmt: skip
    return Row(
        job.planner, job.domain, job.task, job.size, setup.time_limit, setup.memory_limit, status, seconds, code, steps,
        **figures,
    )  # fmt: skip


def _run(job: _Job, setup: Setup, folder: Path, processors: queue.SimpleQueue[int]) -> Row:
    planner = PLANNERS[job.planner]
    processor = processors.get()
    with tempfile.TemporaryDirectory(dir=folder) as place:
        home = Path(place)
        problem = home / job.task
        problem.write_text(load_generator(job.domain).generate_at(job.size, job.seed))
        files = Files(pddl_dir() / job.domain / "domain.pddl", problem, home / "plan")
        try:
            ended = run_planner(planner, files, setup.time_limit, setup.memory_limit, processor)
        finally:
            processors.put(processor)
        status, steps = _judge(planner, files, ended.seconds, setup.time_limit)
    return _row(job, setup, status, ended.seconds, ended.code, steps, planner.figures(ended.output))


def _judge(planner: Planner, files: Files, seconds: float, limit: float) -> tuple[str, int | None]:
    """Whether there is a plan in time, by the checker, and its length."""
    written = files.plan if planner.name != "pyperplan-ff" else Path(f"{files.problem}.soln")
    if not written.is_file() or seconds > limit:
        return "not solved", None
    problem = parse_problem(files.problem.read_text(), read_domain(files.domain))
    try:
        plan = read_plan(written)
    except HeurgenError:
        return "invalid plan", None
    return ("solved" if validate(problem, plan).valid else "invalid plan"), len(plan)


def _load(path: Path) -> Iterable[Row]:
    if not path.is_file():
        return []
    try:
        return [Row(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error


def _append(path: Path, row: Row) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row)) + "\n")
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error


# ----- tables -----


def table(rows: Sequence[Row], setup: Setup, command: str) -> str:
    """The Markdown of a measurement."""
    sized = _by(rows, lambda row: (row.domain, row.planner))
    parts = [
        "# Coverage on generated tasks of the competition's sizes",
        _introduction(rows, setup, command),
        "## Coverage (easy / medium / hard)\n\n" + _rows(
            ["domain", *setup.planners],
            [[domain, *(_coverage(sized.get((domain, p), [])) for p in setup.planners)] for domain in setup.domains]
            + [["**all**", *(f"**{sum(r.solved for r in rows if r.planner == p)}**/{sum(r.planner == p for r in rows)}" for p in setup.planners)]],
        ),
    ]  # fmt: skip
    for title, cell in (
        ("Agile score (sum; 1 for a task solved within a second)", _agile),
        ("Median seconds on the hard tasks that were solved", _hard_seconds),
        ("Expansions of the solved tasks, median", _expansions),
        ("Evaluations of the solved tasks, median", _evaluations),
        ("Evaluations per second of the solved tasks, reading and preprocessing included", _rate),
        ("Plan length of the solved tasks, sum", _steps),
    ):
        body = [[domain, *(cell(sized.get((domain, p), [])) for p in setup.planners)] for domain in setup.domains]
        parts.append(f"## {title}\n\n" + _rows(["domain", *setup.planners], body))
    return "\n\n".join(parts) + "\n"


def _introduction(rows: Sequence[Row], setup: Setup, command: str) -> str:
    tasks = len(testing_suite()[:: -setup.step])
    return (
        f"Measured {today()} with `{command}` on {describe_machine()}; {describe_versions(['up-fast-downward', 'pyperplan'])}."
        f" {tasks} tasks per domain (of the 30 in `pddl/<domain>/testing`, seeds 1001 and up, none used in training or choice),"
        f" {setup.time_limit:g} s and {setup.memory_limit / (1 << 30):g} GiB each, {setup.jobs} at once. Times are those of the whole"
        f" command.{_given_up(rows, setup)} `chosen` is heurgen with the heuristic and search that `heurgen synthesize` chose; a dash:"
        " there is none, or the planner does not read the domain (Pyperplan: negative preconditions). `ff`, `ff-lazy`, `hadd`,"
        " `goalcount` and `blind` run in heurgen's core too, in eager greedy search (`ff-lazy`: deferred evaluation, which `heurgen"
        " solve` uses where it knows no heuristic; `blind`: breadth-first). `lama-first` and `fd-ff` are Fast Downward, `pyperplan-ff`"
        " is Pyperplan, all with their own reading and grounding."
    )


def _given_up(rows: Sequence[Row], setup: Setup) -> str:
    if not setup.give_up:
        return ""
    left_out = sum(row.status == "not run" for row in rows)
    return (
        f" A planner that left {setup.give_up} tasks of a domain in a row without a plan was not run on the larger ones, which count"
        f" as not solved ({left_out:,} of {len(rows):,} runs)."
    )


def _by(rows: Sequence[Row], key: Callable[[Row], tuple[str, str]]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _size_of(row: Row) -> str:
    return SIZES[min(2, max(0, round(row.size * 10) - 1) // 10)]


def _coverage(rows: Sequence[Row]) -> str:
    if not rows:
        return "-"
    return " / ".join(str(sum(row.solved for row in rows if _size_of(row) == size)) for size in SIZES)


def _agile(rows: Sequence[Row]) -> str:
    return f"{sum(agile_score(row.seconds, row.time_limit) for row in rows if row.solved):.1f}" if rows else "-"


def _hard_seconds(rows: Sequence[Row]) -> str:
    times = [row.seconds for row in rows if row.solved and _size_of(row) == "hard"]
    return f"{statistics.median(times):.2f}" if times else "-"


def _expansions(rows: Sequence[Row]) -> str:
    return _median(rows, lambda row: row.expanded if row.solved else None)


def _evaluations(rows: Sequence[Row]) -> str:
    return _median(rows, lambda row: row.evaluated if row.solved else None)


def _rate(rows: Sequence[Row]) -> str:
    """All evaluations over the whole time, so that large tasks count most."""
    counted = [(row.evaluated, row.seconds) for row in rows if row.solved and row.evaluated is not None]
    seconds = sum(taken for _, taken in counted)
    return f"{sum(evaluated for evaluated, _ in counted) / seconds:,.0f}" if seconds else "-"


def _median(rows: Sequence[Row], figure: Callable[[Row], float | None]) -> str:
    values = [value for value in map(figure, rows) if value is not None]
    return f"{statistics.median(values):,.0f}" if values else "-"


def _steps(rows: Sequence[Row]) -> str:
    return f"{sum(row.steps or 0 for row in rows if row.solved):,}" if rows else "-"


def _rows(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
