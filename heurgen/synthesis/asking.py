"""What a model is asked: the prompts of a domain, made of what is known of it."""

from __future__ import annotations

from collections.abc import Collection

from heurgen.errors import InputError
from heurgen.generation import load_generator
from heurgen.library import DomainFiles
from heurgen.llm.prompt import PromptTasks, render_prompt

HARD = 3.0


def prompt_tasks(files: DomainFiles) -> PromptTasks:
    """The files of a domain with the sizes that its generator calls hard."""
    return PromptTasks(files.domain, files.training, _hard_sizes(files))


def first_prompt(files: DomainFiles, without: Collection[str] = ()) -> str:
    """The prompt for a first heuristic, without some of its parts. Raises as `render_prompt`."""
    return render_prompt(prompt_tasks(files), without)


def _hard_sizes(files: DomainFiles) -> dict[str, int]:
    if not files.bundled:
        return {}
    try:
        generator = load_generator(files.name)
    except InputError:
        return {}
    values = generator.parameters_at(HARD)
    return {parameter.help: values[parameter.name] for parameter in generator.parameters if parameter.name in values}
