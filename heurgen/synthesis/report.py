"""The report of a run: its genealogy, how every candidate did, and the choice, as Markdown."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from heurgen.errors import InputError
from heurgen.synthesis.journal import Journal, Step, read_run
from heurgen.synthesis.pipeline import RESULTS

ASKED = ("domain", "strategy", "llm", "model", "candidates", "rounds", "islands", "time_limit", "seed")


def render_report(folder: Path) -> str:
    """The report of the run in a folder. Raises InputError for a folder that is none."""
    asked = read_run(folder)
    steps = Journal(folder).steps
    answered = {path.stem for path in (folder / "responses").glob("*.md")}
    results = {entry["name"]: entry for entry in _load(folder / RESULTS, [])}
    choice = _load(folder / "choice.json", None)
    options = ", ".join(f"{name} {asked[name]}" for name in ASKED if asked.get(name) not in (None, "", 0))
    parts = [f"# Synthesis of {asked.get('domain')}", f"Asked for: {options}."]
    if choice is None:
        parts.append("The run has not ended; `heurgen synthesize --resume` goes on with it.")
    else:
        best = min(results.values(), key=lambda entry: entry["place"])
        parts.append(f"Chosen: {best['name']} with {choice['search']}. Why: {choice['reason']}.")
    if results:
        parts.append("## Candidates, best first\n\n" + _table(results.values()))
    if any(step.parents for step in steps):
        parts.append("## Genealogy\n\n" + _genealogy(steps, results, answered))
    return "\n\n".join(parts) + "\n"


def _table(results: Any) -> str:
    rows = ["| | candidate | kind | parents | solved | agile | expanded | evaluations/s | rungs | final | what a closer look found |"]
    rows.append("| ---: | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for entry in sorted(results, key=lambda entry: entry["place"]):
        ran = entry["tried"] > 0
        cells = [
            entry["place"],
            entry["name"],
            entry["kind"],
            " ".join(entry["parents"]),
            entry["solved"] if ran else "",
            format(entry["agile"], ".2f") if ran else "",
            format(entry["expansions"], ",") if ran else "",
            _number(entry["evaluations_per_second"]),
            _number(entry["rungs"]),
            _number(entry.get("final")),
            _cell(entry["finding"] or entry["trouble"]),
        ]
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


def _genealogy(steps: Sequence[Step], results: Mapping[str, Mapping[str, Any]], answered: Collection[str]) -> str:
    """Each candidate under its first parent; those that a run began with have no step."""
    asked = {step.name for step in steps}
    children: dict[str, list[Step]] = {}
    for step in steps:
        children.setdefault(step.parents[0] if step.parents else "", []).append(step)
    lines = []

    def came(name: str) -> str:
        entry = results.get(name)
        if entry is None:
            return "answered" if name in answered else "no answer yet"
        rungs = "" if entry["rungs"] is None else f", {entry['rungs']} rungs"
        return f"{entry['solved']} solved{rungs}"

    def add(name: str, depth: int) -> None:
        for step in children.get(name, []):
            others = f" (also from {' '.join(step.parents[1:])})" if len(step.parents) > 1 else ""
            lines.append(f"{'  ' * depth}- {step.name}, {step.kind}{others}: {came(step.name)}")
            add(step.name, depth + 1)

    add("", 0)
    for name in sorted(children.keys() - asked - {""}):
        lines.append(f"- {name}, recorded: {came(name)}")
        add(name, 1)
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _load(path: Path, default: Any) -> Any:
    if not path.is_file():
        return default
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
