"""Responses that are there already: recorded with a domain, or plain files in a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from heurgen.errors import InputError
from heurgen.llm.answer_files import read_answers
from heurgen.llm.conversation import Prompt
from heurgen.llm.errors import SourceError
from heurgen.llm.responses import Response, load_recorded
from heurgen.llm.sources.base import UNKNOWN_MODEL, Keep, ResponseSource


class RecordedSource(ResponseSource):
    """Answers with recorded responses, unchanged; samples are numbered as they were recorded.

    Those to the very prompt fit. Where there are none, a prompt for a first heuristic gets all
    recorded samples, although they answer an earlier wording of it, so that a change of the prompt
    does not make them useless; any other prompt gets nothing, since a repair fits its own
    conversation only.
    """

    def __init__(self, name: str, responses: Sequence[Response], place: str) -> None:
        """`place` names where the responses come from, for messages."""
        self.name = name
        self.responses = tuple(responses)
        self._place = place

    def ask(
        self, prompt: Prompt, samples: Sequence[int], keep: Keep | None = None
    ) -> Iterator[Response]:
        fitting = self._fitting(prompt)
        missing = []
        for sample in samples:
            if not 1 <= sample <= len(fitting):
                missing.append(sample)
                continue
            response = fitting[sample - 1]
            if keep is not None:
                keep(sample, response)
            yield response
        if missing:
            numbers = ", ".join(map(str, missing))
            raise SourceError(
                f"{self._place}: {len(fitting)} responses to a prompt of kind {prompt.kind!r} "
                f"are recorded; sample {numbers} is not"
            )

    def available(self, prompt: Prompt) -> Sequence[int]:
        return range(1, len(self._fitting(prompt)) + 1)

    def _fitting(self, prompt: Prompt) -> list[Response]:
        exact = [response for response in self.responses if response.prompt_hash == prompt.hash]
        if exact or prompt.kind != "sample":
            return exact
        return [response for response in self.responses if response.kind == "sample"]


def read_recorded(folder: Path, domain: str) -> list[Response]:
    """The responses that ship with a domain; InputError where there are none."""
    found = load_recorded(folder)
    if not found:
        raise InputError(
            f"no recorded responses for {domain}; "
            f"`heurgen synthesize {domain} --llm exchange:DIR` asks for new ones"
        )
    return found


def read_folder(folder: Path) -> list[Response]:
    """Answers in plain files, in the order of their names. InputError where there are none."""
    return [
        Response(text, "", sample, f"folder:{name}", UNKNOWN_MODEL)
        for sample, (name, text) in enumerate(read_answers(folder), start=1)
    ]
