"""Generators of tasks: one module per domain, `domains/<name>/generator.py`.

Such a module offers

- ``PARAMETERS``: a tuple of `Parameter`, all of them integers;
- ``SIZES``: the values of the parameters that grow at "smallest", "easy", "medium" and "hard", the
  last three being the tops of the sizes of the IPC 2023 learning track where the domain was part of
  it; other parameters have their defaults;
- ``generate(rng, **parameters) -> str``: a solvable problem in PDDL, made with nothing random but
  `rng`. It raises GenerationError where the parameters do not go together;
- where interpolated parameters may not go together, ``adjust(parameters) -> parameters``, which
  repairs them;
- where tasks of a size can look differently, ``looks(parameters) -> list of parameters``: unusual
  shapes, on which a heuristic shows what it takes for granted.

Of `rng` only ``random``, ``randrange``, ``randint``, ``shuffle``, ``sample`` and ``choice`` may be
used: they answer alike under every Python from 3.10 on.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import MappingProxyType

from heurgen.errors import InputError
from heurgen.paths import domains_dir
from heurgen.pddl.model import Atom
from heurgen.plans import write_text

SIZE_NAMES = ("smallest", "easy", "medium", "hard")
LARGEST_SIZE = 6
"""Beyond "hard", which is 3, sizes are extrapolated up to this one."""
WIDTH = 100


class GenerationError(InputError):
    """Parameters that a generator cannot work with."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An integer that a generator takes."""

    name: str
    help: str
    minimum: int = 1
    default: int = 10


@dataclass(frozen=True, slots=True)
class SuiteTask:
    """A task of a suite: its file, its size (0 smallest, 1 easy, 2 medium, 3 hard) and its seed."""

    file: str
    size: float
    seed: int


@dataclass(frozen=True, slots=True)
class Generator:
    """The generator of a domain."""

    name: str
    parameters: tuple[Parameter, ...]
    sizes: Mapping[str, Mapping[str, int]]
    make: Callable[..., str]
    repair: Callable[[dict[str, int]], dict[str, int]] | None = None
    looks: Callable[[dict[str, int]], list[dict[str, int]]] | None = None

    def generate(self, seed: int, **values: int) -> str:
        """The text of a problem. Parameters not given have their defaults.

        Raises GenerationError for an unknown parameter, an impossible value, or values that do
        not go together.
        """
        known = [parameter.name for parameter in self.parameters]
        for name in values:
            if name not in known:
                raise GenerationError(
                    f"{self.name} has no parameter {name}; known: {', '.join(known)}"
                )
        complete = {p.name: _checked(p, values.get(p.name, p.default)) for p in self.parameters}
        return self.make(Random(seed), **complete)

    def parameters_at(self, size: float, look: int = 0) -> dict[str, int]:
        """Parameters for a size: 0 smallest; 1, 2, 3 the tops of easy, medium and hard.

        Between two sizes, and beyond the last, each parameter grows geometrically. `look` 0 is the
        usual one, the following are those of the generator's `looks`, around and around. Raises
        GenerationError for a size below 0 or above LARGEST_SIZE.
        """
        if not 0 <= size <= LARGEST_SIZE:
            raise GenerationError(f"size is {size}, but must be from 0 to {LARGEST_SIZE}")
        lower = min(int(size), len(SIZE_NAMES) - 2)
        below = self.sizes[SIZE_NAMES[lower]]
        above = self.sizes[SIZE_NAMES[lower + 1]]
        found = {
            p.name: max(p.minimum, _between(below[p.name], above[p.name], size - lower))
            for p in self.parameters
            if p.name in below
        }
        if self.repair:
            found = self.repair(found)
        if self.looks:
            looks = [found, *self.looks(found)]
            found = looks[look % len(looks)]
        return self.repair(found) if self.repair else found

    def generate_at(self, size: float, seed: int, look: int = 0) -> str:
        """The text of a problem of that size and look."""
        return self.generate(seed, **self.parameters_at(size, look))


def _checked(parameter: Parameter, value: object) -> int:
    """`value` if the parameter can have it, else GenerationError."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise GenerationError(f"{parameter.name} is {value!r}, but must be a whole number")
    if value < parameter.minimum:
        raise GenerationError(
            f"{parameter.name} is {value}, but must be at least {parameter.minimum}"
        )
    return value


def _between(low: int, high: int, share: float) -> int:
    """Geometric interpolation, shifted by one so that it can begin at 0."""
    ratio: float = (high + 1) / (low + 1)
    grown: float = (low + 1) * ratio**share
    return round(grown - 1)


def load_generator(name: str, folder: Path | None = None) -> Generator:
    """The generator ``<folder>/<name>/generator.py``; without a folder, that of a bundled domain.

    Raises InputError where there is none, listing the domains that have one.
    """
    home = domains_dir() if folder is None else folder
    path = home / name / "generator.py"
    if not path.is_file():
        known = ", ".join(generated_domains(home))
        raise InputError(f"no generator for {name!r}; domains with one: {known}")
    spec = importlib.util.spec_from_file_location(f"heurgen_generator_{name}", path)
    if spec is None or spec.loader is None:
        raise InputError(f"{path}: cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    repair, looks = getattr(module, "adjust", None), getattr(module, "looks", None)
    return Generator(name, tuple(module.PARAMETERS), module.SIZES, module.generate, repair, looks)


def generated_domains(folder: Path | None = None) -> list[str]:
    """The domains in `folder`, unless given the bundled ones, that have a generator."""
    home = domains_dir() if folder is None else folder
    return sorted(path.parent.name for path in home.glob("*/generator.py"))


def training_suite() -> list[SuiteTask]:
    """24 tasks from the smallest to the top of easy."""
    return [SuiteTask(f"p{i + 1:02}.pddl", i / 23, i + 1) for i in range(24)]


def testing_suite() -> list[SuiteTask]:
    """30 tasks, ten each of easy, medium and hard, with other seeds than the training tasks'."""
    return [SuiteTask(f"p{i + 1:02}.pddl", (i + 1) / 10, 1001 + i) for i in range(30)]


SUITES: Mapping[str, Callable[[], list[SuiteTask]]] = MappingProxyType(
    {"training": training_suite, "testing": testing_suite}
)


def write_suite(
    generator: Generator,
    suite: Sequence[SuiteTask],
    folder: Path,
    max_bytes: int | None = None,
) -> list[Path]:
    """Write the tasks of a suite, except for those larger than `max_bytes`.

    Returns the files written. Raises InputError where writing is impossible.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made: {error.strerror}") from error
    written = []
    for task in suite:
        text = generator.generate_at(task.size, task.seed)
        if max_bytes is None or len(text.encode()) <= max_bytes:
            write_text(folder / task.file, text)
            written.append(folder / task.file)
    return written


def problem_text(
    name: str,
    domain: str,
    objects: Mapping[str, Sequence[str]],
    init: Iterable[Atom],
    goal: Iterable[Atom],
    comment: str = "",
) -> str:
    """A problem in PDDL, its first lines the comment, if any.

    `objects` maps each type (or "" for none) to the names of its objects; `goal` is a conjunction.
    """
    lines = [f"; {line}" for line in comment.splitlines()]
    lines += [f"(define (problem {name})", f"  (:domain {domain})", "  (:objects"]
    # Those without a type come last: they would take on the type that follows them.
    for type_name in sorted(objects, key=lambda known: known == ""):
        if objects[type_name]:
            lines += _wrapped([*objects[type_name], *(["-", type_name] if type_name else [])])
    lines[-1] += ")"
    lines.append("  (:init")
    lines += [f"    ({' '.join(atom)})" for atom in init]
    lines[-1] += ")"
    lines.append("  (:goal (and")
    lines += [f"    ({' '.join(atom)})" for atom in goal]
    lines[-1] += ")))"
    return "\n".join(lines) + "\n"


def numbered(name: str, count: int) -> list[str]:
    """``count`` object names: ``<name>1``, ``<name>2``, ..."""
    return [f"{name}{number}" for number in range(1, count + 1)]


def _wrapped(words: Sequence[str]) -> list[str]:
    lines, line = [], "   "
    for word in words:
        if len(line) + len(word) + 1 > WIDTH:
            lines.append(line)
            line = "   "
        line += " " + word
    return [*lines, line]
