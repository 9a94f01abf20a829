"""What every source of responses offers."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence

from heurgen.llm.conversation import Prompt
from heurgen.llm.parameters import Parameters
from heurgen.llm.responses import RequestKey, Response

Keep = Callable[[int, Response], None]
"""Called with the number of a sample and its response as soon as that is complete."""

UNKNOWN_MODEL = "unknown"


class ResponseSource(ABC):
    """Answers prompts.

    `name` is the source's name in the registry, `model` and `parameters` are what is asked for, and
    `origin` is that of `RequestKey`.
    """

    name: str
    model: str = UNKNOWN_MODEL
    parameters: Parameters = Parameters()
    origin: str = ""

    @abstractmethod
    def ask(
        self, prompt: Prompt, samples: Sequence[int], keep: Keep | None = None
    ) -> Iterator[Response]:
        """Yield one response per sample number (from 1), each as soon as it is there, in any order.

        `keep` is called for each response before it is yielded, maybe in another thread: what has
        arrived when the iteration is broken off was kept. Raises SourceError when the rest cannot
        be had, after everything that could be had was yielded; InputError for what the user must
        correct.
        """

    def available(self, prompt: Prompt) -> Sequence[int] | None:
        """The samples that there are; None where any number can be asked for."""
        return None

    def key(self, prompt: Prompt, sample: int) -> RequestKey:
        """What identifies the request for a sample."""
        return RequestKey(prompt.hash, self.model, self.parameters, sample, self.origin)


def now() -> str:
    """The time in UTC to the second, as `Response.created` has it."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
