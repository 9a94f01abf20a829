"""The text a language model gets: the domain, two tasks, the interface, what they look like, what goes wrong.

What belongs into a prompt follows Corrêa, Pereira and Seipp (NeurIPS 2025, arXiv:2503.18809, section 4). The wording is a
file of this package (`prompts/sample.md`); the worked examples are runnable heuristics beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from heurgen.core import Task
from heurgen.errors import InputError
from heurgen.paths import pddl_dir
from heurgen.pddl import read_domain, read_problem

PROMPTS = Path(__file__).parent / "prompts"
EXAMPLES = ("gripper", "logistics")
"""Domains with a worked heuristic in `prompts/`."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "tasks": ("The smallest training task", "{largest_title}", "Sizes to expect"),
    "interface": ("The interface",),
    "view": ("What that looks like here",),
    "examples": ("Two examples of other domains",),
    "advice": ("What makes a heuristic strong here",),
    "mistakes": ("Known mistakes: check your code against each",),
}
"""What a prompt can do without, to measure what it is worth: the headings of each part."""

LONGEST_TASK = 9_000
"""Characters of a training task that still fit well into a prompt."""
ROW_LIMIT = 6


@dataclass(frozen=True, slots=True)
class PromptTasks:
    """What a prompt is made of: the files of the domain and the training tasks, and the sizes that tasks to solve have,
    such as ``{"number of cars": 974}``; empty if nothing is known of them."""

    domain: Path
    training: tuple[Path, ...]
    sizes: Mapping[str, int] = field(default_factory=dict)


def render_prompt(tasks: PromptTasks, without: Collection[str] = ()) -> str:
    """The prompt that asks for a first heuristic, without some of its `PARTS`.

    Raises InputError where there are no training tasks or no such part, PddlError where a file cannot be read.
    """
    for part in without:
        if part not in PARTS:
            raise InputError(f"a prompt has no part {part!r}; known: {', '.join(PARTS)}")
    left_out = {heading for part in without for heading in PARTS[part]}
    smallest, largest, title = _shown(tasks)
    domain = read_domain(tasks.domain)
    task = Task(read_problem(smallest, domain))
    first, second = EXAMPLES
    return fill_text(
        _leave_out(template("sample.md"), left_out),
        domain=_text(tasks.domain),
        smallest=_text(smallest),
        largest=_text(largest),
        largest_title=title,
        sizes=_sizes(Task(read_problem(max(tasks.training, key=_size), domain)), tasks.sizes),
        view=describe_task(task),
        first_name=first,
        first_domain=_text(pddl_dir() / first / "domain.pddl"),
        first_heuristic=_text(PROMPTS / f"{first}.py"),
        second_name=second,
        second_domain=_text(pddl_dir() / second / "domain.pddl"),
        second_heuristic=_text(PROMPTS / f"{second}.py"),
    )


def render_generator_prompt(tasks: PromptTasks) -> str:
    """The prompt that asks for a generator of tasks. Raises as `render_prompt`."""
    smallest, largest, title = _shown(tasks)
    return fill(
        "generator.md",
        domain=_text(tasks.domain),
        smallest=_text(smallest),
        largest=_text(largest),
        largest_title=title,
    )


def _shown(tasks: PromptTasks) -> tuple[Path, Path, str]:
    """The two training tasks to show, and what to call the second."""
    if not tasks.training:
        raise InputError(f"{tasks.domain}: no training tasks beside the domain")
    by_size = sorted(tasks.training, key=_size)
    short = [path for path in by_size if path.stat().st_size <= LONGEST_TASK]
    largest = short[-1] if short else by_size[0]
    title = "The largest training task" if largest == by_size[-1] else "One of the larger training tasks"
    return by_size[0], largest, title


def _size(path: Path) -> tuple[int, str]:
    return path.stat().st_size, path.name


def describe_task(task: Task) -> str:
    """What the attributes of a task and its initial state answer, line by line."""
    state = task.initial_state
    lines = [f"task.name == {task.name!r}", f"task.objects == {_some(task.objects)}"]
    for type_name in _types_in_use(task):
        members = task.objects_of_type(type_name)
        lines.append(f"task.objects_of_type({type_name!r}) == {_some(members)}")
    for name, atoms in task.static.items():
        lines.append(f"task.static[{name!r}] == {{{_items(tuple(atoms))}}}    # {len(atoms)} atoms")
    lines.append(f"task.goal == {_some(task.goal)}    # {len(task.goal)} atoms")
    if task.negative_goal:
        lines.append(f"task.negative_goal == {_some(task.negative_goal)}")
    lines += ["", "state = task.initial_state"]
    for name in task.predicates:
        if name not in task.static:
            lines.append(f"state[{name!r}] == {_some(tuple(state[name]))}")
    lines.append(f"state.goals_left == {state.goals_left}")
    lines.append(f"state.unsatisfied_goals == {_some(state.unsatisfied_goals)}")
    lines += _after_one_action(task)
    return "\n".join(lines)


def _sizes(task: Task, sizes: Mapping[str, int]) -> str:
    """How large the largest training task is, and how large those to solve are."""
    counts = {name: len(task.objects_of_type(name)) for name in task.problem.domain.types}
    known = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    lines = [f"The largest training task has {len(task.objects)} objects" + (f" ({known})." if known else ".")]
    if sizes:
        lines.append("The tasks that count go up to:\n")
        lines += [f"- {what}: {count}" for what, count in sizes.items()]
    else:
        lines.append("The tasks that count have up to 20 times as many.")
    return "\n".join(lines)


def _after_one_action(task: Task) -> list[str]:
    state = task.initial_state
    applicable = task.applicable(state)
    if not applicable:
        return []
    after = task.successor(state, applicable[0])
    return [
        "",
        f"# {len(applicable)} actions are applicable; after the first of them:",
        f"state.action == {after.action!r}",
        f"state.added == {after.added!r}",
        f"state.deleted == {after.deleted!r}",
    ]


def _types_in_use(task: Task) -> list[str]:
    return [name for name in ("object", *task.problem.domain.types) if task.objects_of_type(name)]


def _some(values: tuple[object, ...]) -> str:
    comma = "," if len(values) == 1 else ""
    return f"({_items(values)}{comma})"


def _items(values: tuple[object, ...]) -> str:
    shown = ", ".join(repr(value) for value in values[:ROW_LIMIT])
    return shown + (", ..." if len(values) > ROW_LIMIT else "")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def fill(name: str, **parts: str) -> str:
    """The template of that name with its `{parts}` replaced; other braces stay as they are."""
    return fill_text(template(name), **parts)


def fill_text(text: str, **parts: str) -> str:
    """A text with its `{parts}` replaced; other braces stay as they are."""
    for key, value in parts.items():
        text = text.replace("{" + key + "}", value)
    return text


def template(name: str) -> str:
    """The wording of a prompt."""
    return (PROMPTS / name).read_text(encoding="utf-8")


def _leave_out(text: str, headings: Collection[str]) -> str:
    """A template without the sections under some of its headings of first order."""
    first, *sections = re.split(r"^(?=# )", text, flags=re.MULTILINE)
    kept = [section for section in sections if section.splitlines()[0].removeprefix("# ") not in headings]
    return first + "".join(kept)
