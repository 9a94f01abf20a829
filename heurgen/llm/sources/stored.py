"""Any source with the response store before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from heurgen.llm.conversation import Prompt
from heurgen.llm.responses import Response
from heurgen.llm.sources.base import Keep, ResponseSource
from heurgen.llm.store import ResponseStore


class StoredSource(ResponseSource):
    """Answers from the store, asks the source for the rest, and stores it as it arrives."""

    def __init__(self, source: ResponseSource, store: ResponseStore) -> None:
        self.name = source.name
        self.model = source.model
        self.parameters = source.parameters
        self.origin = source.origin
        self._source = source
        self._store = store

    def ask(
        self, prompt: Prompt, samples: Sequence[int], keep: Keep | None = None
    ) -> Iterator[Response]:
        missing = []
        for sample in samples:
            response = self._store.get(self.key(prompt, sample))
            if response is None:
                missing.append(sample)
                continue
            if keep is not None:
                keep(sample, response)
            yield response

        def store(sample: int, response: Response) -> None:
            self._store.put(self.key(prompt, sample), response, prompt.text)
            if keep is not None:
                keep(sample, response)

        if missing:
            yield from self._source.ask(prompt, missing, store)

    def available(self, prompt: Prompt) -> Sequence[int] | None:
        return self._source.available(prompt)
