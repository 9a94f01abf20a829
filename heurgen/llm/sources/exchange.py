"""An exchange of files: anybody, or any program, may answer.

For every sample a file ``0007.prompt.md`` appears in the folder, whole from the beginning; the
answer is awaited in ``0007.response.md`` beside it. Nothing is kept anywhere else, so an exchange
that was stopped is resumed by asking again.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from heurgen.errors import InputError
from heurgen.llm.answer_files import PROMPT_SUFFIX, read_answer
from heurgen.llm.conversation import Prompt
from heurgen.llm.errors import SourceError
from heurgen.llm.responses import Response
from heurgen.llm.sources.base import UNKNOWN_MODEL, Keep, ResponseSource, now
from heurgen.plans import write_text

POLL_SECONDS = 0.5

_Look = tuple[int, int]
"""Size and time of change of a file."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One file to answer: the sample it stands for, and both paths."""

    sample: int
    prompt: Path
    response: Path


class ExchangeSource(ResponseSource):
    """Writes prompts into a folder and waits for answers, for all samples at once.

    `model` is what the answers are said to come from. `timeout` is in seconds from the beginning of
    `ask`, None waits for ever. `waiting` is called once with the files that are still to be
    answered.
    """

    name = "exchange"

    def __init__(
        self,
        folder: Path,
        model: str = UNKNOWN_MODEL,
        timeout: float | None = None,
        waiting: Callable[[Sequence[Exchange]], None] | None = None,
        poll: float = POLL_SECONDS,
    ) -> None:
        self.model = model
        self.origin = f"exchange:{folder.resolve()}"
        self._folder = folder
        self._timeout = timeout
        self._waiting = waiting
        self._poll = poll
        self._lock = threading.Lock()

    def ask(
        self, prompt: Prompt, samples: Sequence[int], keep: Keep | None = None
    ) -> Iterator[Response]:
        """As `ResponseSource.ask`; sample n is the n-th file with the prompt's text."""
        started = time.monotonic()
        with self._lock:        # several prompts may be asked at once
            left = self._open(prompt, samples)
        looks: dict[int, _Look] = {}
        open_ones = [exchange for exchange in left if not exchange.response.exists()]
        if open_ones and self._waiting is not None:
            self._waiting(open_ones)
        while left:
            for exchange in list(left):
                if not _is_complete(exchange, looks):
                    continue
                text = read_answer(exchange.response)
                if text.strip():
                    left.remove(exchange)
                    response = self._response(prompt, exchange.sample, text)
                    if keep is not None:
                        keep(exchange.sample, response)
                    yield response
            self._check_time(started, left, len(samples))
            if left:
                time.sleep(self._poll)

    def _open(self, prompt: Prompt, samples: Sequence[int]) -> list[Exchange]:
        """The files of the samples, written where they are not there yet."""
        text = prompt.text
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{self._folder}: cannot be made: {error.strerror}") from error
        used = _numbered(self._folder)
        same = [number for number, path in used.items() if read_answer(path) == text]
        following = max(used, default=0) + 1
        while len(same) < max(samples, default=0):
            write_text(self._folder / f"{following:04}{PROMPT_SUFFIX}", text)
            same.append(following)
            following += 1
        return [self._exchange(sample, same[sample - 1]) for sample in samples]

    def _exchange(self, sample: int, number: int) -> Exchange:
        stem = f"{number:04}"
        return Exchange(
            sample, self._folder / f"{stem}{PROMPT_SUFFIX}", self._folder / f"{stem}.response.md"
        )

    def _response(self, prompt: Prompt, sample: int, text: str) -> Response:
        return Response(
            text,
            prompt.hash,
            sample,
            self.name,
            self.model,
            kind=prompt.kind,
            parent=prompt.parent,
            created=now(),
        )

    def _check_time(self, started: float, left: Sequence[Exchange], asked: int) -> None:
        if not left or self._timeout is None or time.monotonic() - started <= self._timeout:
            return
        names = ", ".join(exchange.response.name for exchange in left)
        raise SourceError(
            f"{self._folder}: {asked - len(left)} of {asked} answers came in "
            f"{self._timeout:g} s; not answered: {names}; asking again goes on from here"
        )


def _numbered(folder: Path) -> dict[int, Path]:
    """The prompts of a folder by their numbers, in ascending order."""
    found = {}
    for path in folder.glob(f"*{PROMPT_SUFFIX}"):
        stem = path.name.removesuffix(PROMPT_SUFFIX)
        if re.fullmatch(r"\d{4,}", stem):
            found[int(stem)] = path
    return dict(sorted(found.items()))


def _is_complete(exchange: Exchange, looks: dict[int, _Look]) -> bool:
    """Whether the answer is there and did not change since the last look."""
    try:
        status = exchange.response.stat()
    except OSError:
        return False  # not there yet, or being replaced
    look = (status.st_size, status.st_mtime_ns)
    before = looks.get(exchange.sample)
    looks[exchange.sample] = look
    return status.st_size > 0 and look == before
