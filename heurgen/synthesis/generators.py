"""Generators of tasks that a model writes, for a user's domain that has none.

Such a generator is as untrusted as a candidate and runs in the same sandbox; what comes out of it are files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heurgen.errors import HeurgenError, PddlError
from heurgen.evaluation.outcome import Outcome
from heurgen.evaluation.runner import Evaluator, Limits, Request
from heurgen.library import LADDER, DomainFiles
from heurgen.llm.conversation import Prompt
from heurgen.llm.extraction import extract_code
from heurgen.llm.prompt import render_generator_prompt
from heurgen.llm.sources import ResponseSource
from heurgen.pddl import parse_problem, read_domain
from heurgen.plans import write_text
from heurgen.sandbox.protocol import Inspect
from heurgen.synthesis.asking import prompt_tasks
from heurgen.synthesis.ladder import SIZES, Ladder, ladder_of_files
from heurgen.synthesis.workshop import Settings, training_problems

PROBE_SIZES = (0.0, 0.3, 0.6, 1.0)
"""Small enough that a built-in heuristic should solve the tasks, which proves them solvable."""
PROBE_HEURISTIC = "ff"
ATTEMPTS = 3
GENERATOR_SECONDS = 30.0


class GeneratorRejectedError(HeurgenError):
    """A generator that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """A ladder that was written, and how many attempts it took."""

    ladder: Ladder
    attempts: int


def write_ladder(files: DomainFiles, source: ResponseSource, folder: Path, settings: Settings) -> Written:
    """Ask for a generator until one passes the checks, and write its tasks to ``folder/ladder``.

    What was written in an earlier part of the run is used as it is. Raises GeneratorRejectedError, with the last reason,
    where no attempt passes, PddlError where a file of the domain cannot be read.
    """
    training_problems(files)        # before anything is asked, and paid for
    home = folder / LADDER
    there = sorted(home.glob("*.pddl"))
    if there:
        return Written(ladder_of_files(files.domain, there), 0)
    prompt = Prompt.of(render_generator_prompt(prompt_tasks(files)), "generator")
    reason = ""
    for attempt in range(1, ATTEMPTS + 1):
        (response,) = source.ask(prompt, [1])
        found = extract_code(response.text, response.finish_reason)
        try:
            if found.code is None:
                raise GeneratorRejectedError(found.problem.value)
            texts = check_generator(found.code, files, settings)
        except GeneratorRejectedError as error:
            reason = str(error)
            question = f"That generator cannot be used: {reason}. Mend it and answer with the whole module again."
            prompt = prompt.followed_by(response.text, question, "generator", None)
            continue
        home.mkdir(parents=True, exist_ok=True)
        write_text(folder / "generator.py", found.code)
        paths = [home / f"r{place:02}.pddl" for place in range(1, len(texts) + 1)]
        for path, text in zip(paths, texts, strict=True):
            write_text(path, text)
        return Written(ladder_of_files(files.domain, paths), attempt)
    raise GeneratorRejectedError(f"no generator in {ATTEMPTS} attempts; the last one: {reason}")


def check_generator(code: str, files: DomainFiles, settings: Settings) -> Sequence[str]:
    """The rungs that a generator makes.

    Small tasks of it must be read, be of the domain, and be solved by h^FF in the time of a run; larger ones must be read
    and grow. That they are solvable too rests on the generator, and on the candidates that solve them. Raises
    GeneratorRejectedError.
    """
    domain = read_domain(files.domain)
    with Evaluator(settings.jobs, settings.unsafe) as evaluator:
        texts = _texts(code, files, evaluator, settings)
        named = zip((*PROBE_SIZES, *SIZES), texts, strict=False)
        try:
            problems = [parse_problem(text, domain, f"task of size {size:g}") for size, text in named]
        except PddlError as error:
            raise GeneratorRejectedError(str(error)) from error
        probes = problems[: len(PROBE_SIZES)]
        requests = [
            Request(PROBE_HEURISTIC, None, f"size {size:g}", problem, "gbfs-lazy", settings.limits)
            for size, problem in zip(PROBE_SIZES, probes, strict=True)
        ]
        runs = list(evaluator.run_many(requests))
    unsolvable = [run.task for run in runs if run.outcome is Outcome.UNSOLVABLE]
    if unsolvable:
        raise GeneratorRejectedError(f"the task of {unsolvable[0]} has no solution")
    unsolved = [run.task for run in runs if not run.solved]
    if len(unsolved) > 1:
        raise GeneratorRejectedError(f"no plan was found for the small tasks of {', '.join(unsolved)}, which may have none")
    rungs = problems[len(PROBE_SIZES) :]
    if len(rungs) < 2 or len(rungs[-1].objects) <= len(rungs[0].objects):
        raise GeneratorRejectedError("its tasks do not grow")
    return texts[len(PROBE_SIZES) :]


def _texts(code: str, files: DomainFiles, evaluator: Evaluator, settings: Settings) -> tuple[str, ...]:
    name, problem = next(iter(training_problems(files).items()))
    request = Request("generator", code, name, problem, limits=Limits(memory=settings.limits.memory))
    (made,) = evaluator.inspect_many([request], Inspect("generate", GENERATOR_SECONDS, sizes=(*PROBE_SIZES, *SIZES), seed=1))
    if made.failure is not None:
        raise GeneratorRejectedError(f"{made.failure.outcome.value}: {made.failure.message}")
    if len(made.texts) <= len(PROBE_SIZES):
        raise GeneratorRejectedError("its tasks are too large: they are to stay below 1 MB each")
    return made.texts
