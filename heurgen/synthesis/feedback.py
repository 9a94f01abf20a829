"""What a model is told of a candidate: what happened, in its own terms, so that it can mend the cause.

What helps is a concrete counterexample rather than a score (arXiv:2605.16142); which facts an author needs is in
`Finding`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heurgen.evaluation.inspection import Sight, Stall
from heurgen.evaluation.outcome import Run
from heurgen.heuristics.loading import CANDIDATE_FILE
from heurgen.llm.prompt import fill
from heurgen.pddl import Problem

SHOWN_ATOMS = 120
LONGEST_TASK = 6_000
"""Characters of a task that is shown whole beside a counterexample."""
TRACEBACK_LINES = 14
MANY_SUCCESSORS = 10
"""Evaluations per expansion from which naming the right action is worth more than quicker evaluations."""
IN_CODE = 0.3
"""Share of the time in the candidate's code from which its profile is shown."""
STEADY = 0.7
"""Improvements per expansion with which a search is not stuck but slow."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a candidate. `kind` is one of "no code", "broken", "counterexample", "unsolved", "slow",
    "undecided" and "none"; `summary` says it in a line, `title` and `text` say it to a model.
    """

    kind: str
    summary: str
    title: str
    text: str

    @property
    def nothing(self) -> bool:
        """Whether there is nothing left to mend."""
        return self.kind == "none"


def repair_question(results: str, finding: Finding) -> str:
    """The next question of a conversation."""
    return fill("repair.md", results=results, title=finding.title, finding=finding.text)


def evolve_question(base: str, parents: Sequence[tuple[str, str, str, Finding]]) -> str:
    """The prompt that asks for an offspring. A parent is its name, its code, its results and what is wrong with it."""
    parts = [
        f"## Heuristic {name}\n\n```python\n{code.strip()}\n```\n\n{results}\n\n### {finding.title}\n\n{finding.text}"
        for name, code, results, finding in parents
    ]
    request = (
        "Write a heuristic that is better than this one: faster in large tasks, or one that solves what it does not."
        if len(parents) == 1
        else "Write a heuristic that is better than both: combine what each of them does better than the other."
    )
    return fill("evolve.md", base=base.strip(), parents="\n\n".join(parts), request=request)


def no_code(problem: str) -> Finding:
    """For an answer without code; `problem` says why."""
    text = f"No Python module could be taken from your answer: {problem}."
    return Finding("no code", problem, "No code", text)


def broken(run: Run) -> Finding:
    """For a candidate that broke its contract in a run."""
    where = "at the construction" if not run.state else "in the state below"
    parts = [f"On task {run.task} it failed {where}: {run.outcome.value}: {run.message}"]
    if run.traceback:
        lines = _of_the_candidate(run.traceback)[-TRACEBACK_LINES:]
        parts.append("```text\n" + "\n".join(lines) + "\n```")
    if run.state:
        parts.append("The state:\n\n" + atoms_text(run.state, len(run.state)))
    return Finding("broken", f"{run.outcome.value}: {run.message}", "It fails", "\n\n".join(parts))


def _of_the_candidate(traceback: str) -> list[str]:
    """The lines of a traceback without frames of other files: those are not for the author to mend, and name folders."""
    lines = []
    shown = True
    for line in traceback.strip().splitlines():
        if line.startswith('  File "'):
            shown = line.startswith(f'  File "{CANDIDATE_FILE}"')
        elif not line.startswith("    "):
            shown = True
        if shown:
            lines.append(line)
    return lines


def stuck(task: str, problem: Problem, text: str | None, sight: Sight, stall: Stall | None, code: str) -> Finding:
    """For a state that no successor improves on; `text` is that of the task's file, if there is one."""
    parts = [
        f"Task {task} ({sizes_text(problem)}). Going on from the initial state to successors of smaller value, whichever comes"
        f" first, ends after {sight.depth} steps in a state of value {value_text(sight.value)} that is no goal state and has"
        f" no successor of smaller value. A search then has to grope its way. If that state is a dead end already, a"
        " choice on the way there was wrong."
    ]
    parts.append(sight_text(sight))
    if stall is not None:
        parts.append(stall_text(stall, code))
    if text is not None and len(text) <= LONGEST_TASK:
        parts.append(f"The task:\n\n```pddl\n{text.strip()}\n```")
    summary = f"{task}: no better successor after {sight.depth} steps, value {value_text(sight.value)}"
    return Finding("counterexample", summary, "A state it does not lead on from", "\n\n".join(parts))


def unsolved(task: str, problem: Problem, stall: Stall, sight: Sight | None, code: str) -> Finding:
    """For a task that a search did not solve in time although no counterexample was found."""
    parts = [f"Task {task} ({sizes_text(problem)}) was not solved.", stall_text(stall, code)]
    steady = stall.improved >= STEADY * stall.expanded
    if stall.setup > stall.seconds:
        steady = True
        parts.append(
            f"What took the time is the construction, {stall.setup:.1f} s before the search began: `__init__` has to do far less, or"
            " spread its work over the states that need it."
        )
    elif steady:
        parts.append(
            "The best value got better with nearly every expansion: the way is right, and what is missing is speed. An evaluation"
            " has to be much cheaper, or the plan shorter."
        )
        each = stall.evaluated / max(1, stall.expanded)
        if each > MANY_SUCCESSORS:
            parts.append(
                f"Each expansion evaluated {each:,.0f} successors. A `preferred` that names the action which lowers the value spares all"
                " but one of them."
            )
    if sight is not None and not steady:
        parts.append(f"The state of least value, {value_text(sight.value)}, that was reached:\n\n" + sight_text(sight))
    rate = stall.evaluated / stall.seconds if stall.seconds else 0.0
    title = "Too slow" if steady else "Not solved"
    return Finding(
        "slow" if steady else "unsolved",
        f"{task}: {stall.status} after {stall.setup:.1f} s of construction and {stall.evaluated:,} evaluations ({rate:,.0f}/s)",
        title,
        "\n\n".join(parts),
    )


def overdue(run: Run, problem: Problem) -> Finding:
    """For a candidate that was in its own code when the time was up."""
    text = (
        f"Task {run.task} ({sizes_text(problem)}): when the time of {run.time_limit:g} s was up, the heuristic was at work:"
        f" {run.message}."
    )
    return Finding("slow", f"{run.task}: {run.message}", "Too slow", text)


def nothing(summary: str, text: str) -> Finding:
    """For a candidate that nothing is wrong with."""
    return Finding("none", summary, "What it comes to", text)


def value_text(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.12g}"


def action_text(action: Sequence[str]) -> str:
    return f"({' '.join(action)})"


def sizes_text(problem: Problem) -> str:
    """How many objects there are, per type."""
    counts: dict[str, int] = {}
    for types in problem.objects.values():
        name = " or ".join(types) or "object"
        counts[name] = counts.get(name, 0) + 1
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def atoms_text(atoms: Sequence[Sequence[str]], total: int, about: frozenset[str] = frozenset()) -> str:
    """The atoms of a state; of a large one first those about some objects."""
    first = [atom for atom in atoms if about.intersection(atom[1:])]
    rest = [atom for atom in atoms if not about.intersection(atom[1:])]
    shown = (first + rest if total > SHOWN_ATOMS else list(atoms))[:SHOWN_ATOMS]
    more = f"\n... and {total - len(shown)} more" if total > len(shown) else ""
    lines = []
    line = ""
    for atom in map(action_text, shown):
        if line and len(line) + len(atom) > 110:
            lines.append(line)
            line = ""
        line += (" " if line else "") + atom
    return "```text\n" + "\n".join([*lines, line]) + more + "\n```"


def sight_text(sight: Sight) -> str:
    """A state, the way to it, what is open in it, and its successors."""
    about = frozenset(name for atom in sight.open_goals for name in atom[1:])
    parts = []
    if sight.path:
        first = "the last steps" if sight.depth > len(sight.path) else "the steps"
        parts.append(f"The way there ({first}): " + " ".join(map(action_text, sight.path)))
    parts.append(f"The fluent atoms of the state ({sight.atoms}):\n\n" + atoms_text(sight.state, sight.atoms, about))
    more = ", ..." if sight.goals_left > len(sight.open_goals) else ""
    parts.append(f"Goals that do not hold ({sight.goals_left}): " + ", ".join(map(action_text, sight.open_goals)) + more)
    if sight.successors:
        rows = [f"{value_text(value):>12}  {action_text(action)}" for action, value in sight.successors]
        least = "" if sight.successor_count <= len(rows) else f", the {len(rows)} of least value"
        parts.append(f"Its successors ({sight.successor_count}{least}) with their values:\n\n```text\n" + "\n".join(rows) + "\n```")
    else:
        parts.append("It has no successors: no action is applicable.")
    return "\n\n".join(parts)


def stall_text(stall: Stall, code: str) -> str:
    """How the search went and where its time was spent."""
    rate = stall.evaluated / stall.seconds if stall.seconds else 0.0
    share = 100 * stall.in_heuristic / stall.seconds if stall.seconds else 0.0
    in_code = (stall.setup + stall.in_heuristic) / max(1e-9, stall.setup + stall.seconds)
    parts = [
        f"The construction took {stall.setup:.1f} s. The search ({stall.status}): {stall.expanded:,} expansions and {stall.evaluated:,} evaluations in {stall.seconds:.1f} s,"
        f" that is {rate:,.0f} evaluations/s, {share:.0f} % of the time in the heuristic. The best value got better"
        f" {stall.improved:,} times, {stall.expanded / max(1, stall.improved):,.1f} expansions each."
    ]
    if stall.improvements:
        last = stall.improvements[-1][0]
        rows = ", ".join(f"{value_text(value)} at {count:,}" for count, value in stall.improvements)
        parts.append(f"Best values and the evaluation they came at: {rows}; nothing better in the last {stall.evaluated - last:,}.")
    if stall.lines and in_code > IN_CODE:
        source = code.splitlines()
        rows = "\n".join(
            f"{share:5.0%}  line {line:4} of {name}: {source[line - 1].strip() if 0 < line <= len(source) else ''}"
            for name, line, share in stall.lines
        )
        functions = ", ".join(f"{name} {share:.0%}" for name, share in stall.functions)
        parts.append(f"Where the time goes, by function: {functions}; and by line of your module:\n\n```text\n{rows}\n```")
    return "\n\n".join(parts)
