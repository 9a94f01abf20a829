"""One synthesis under way: asks for candidates, keeps what comes, runs them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from heurgen.llm.conversation import Prompt
from heurgen.llm.errors import SourceError
from heurgen.llm.responses import Response
from heurgen.llm.sources import ResponseSource
from heurgen.plans import write_text
from heurgen.synthesis.candidates import Record, make_candidate
from heurgen.synthesis.journal import Journal
from heurgen.synthesis.racing import Marks, mark_alike
from heurgen.synthesis.workshop import Workshop

Question = tuple[Prompt, list[int]]
"""A prompt and the samples to ask for."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A candidate to ask for; see `Step`. `make` is called unless the prompt was made in an earlier part of the run."""

    make: Callable[[], Prompt]
    sample: int = 1
    group: int = 0
    round: int = 0
    parents: tuple[str, ...] = ()


class Session:
    """`records` are the candidates that there are, by name in the order they were asked for; `prompts` what each answers.

    `troubles` lists what kept answers from coming.
    """

    def __init__(self, workshop: Workshop, source: ResponseSource, folder: Path, concurrency: int = 4) -> None:
        self.workshop = workshop
        self.source = source
        self.folder = folder
        self.records: dict[str, Record] = {}
        self.prompts: dict[str, Prompt] = {}
        self.journal = Journal(folder)
        self.troubles: list[str] = []
        self._concurrency = concurrency
        self._asked = 0
        self._marks: Marks = {}

    def ask(self, asks: Iterable[Ask]) -> list[Record | None]:
        """Ask for candidates, all at once; None in the place of one whose answer did not come."""
        steps = []
        for ask in asks:
            self._asked += 1
            name = f"c{self._asked:02}"
            steps.append(self.journal.step(name, ask.make, ask.sample, ask.group, ask.round, ask.parents))
        by_prompt: dict[str, tuple[Prompt, list[int]]] = {}
        for step, prompt in steps:
            by_prompt.setdefault(prompt.hash, (prompt, []))[1].append(step.sample)
        answers = self._answers(list(by_prompt.values()), len(steps))
        found: list[Record | None] = []
        for step, prompt in steps:
            answer = answers.get((prompt.hash, step.sample))
            found.append(None if answer is None else self._add(step.name, prompt, answer, step.parents))
        mark_alike([record for record in found if record is not None], self._marks, self.workshop)
        return found

    def take(self, responses: Sequence[tuple[Response, Prompt | None]]) -> list[Record]:
        """Make candidates of responses that are there already, with what they answer as far as that matters."""
        found = []
        for response, prompt in responses:
            self._asked += 1
            found.append(self._add(f"c{self._asked:02}", prompt, response, ()))
        mark_alike(found, self._marks, self.workshop)
        return found

    def _answers(self, questions: Sequence[Question], total: int) -> dict[tuple[str, int], Response]:
        """Answers to several prompts, asked at the same time, by the prompt's hash and the sample's number."""
        found: dict[tuple[str, int], Response] = {}
        failures: list[BaseException] = []
        gate = threading.Semaphore(self._concurrency)

        def ask(question: Question) -> None:
            prompt, samples = question

            def keep(sample: int, response: Response) -> None:
                found[prompt.hash, sample] = response

            with gate:
                try:
                    for _ in self.source.ask(prompt, samples, keep):
                        self.workshop.progress("waiting for answers", len(found), total)
                except Exception as error:      # told by the thread that waits
                    failures.append(error)

        self.workshop.progress("waiting for answers", 0, total)
        if len(questions) == 1:
            ask(questions[0])
        else:
            # Daemons, so that Ctrl-C need not wait for answers that may never come.
            threads = [threading.Thread(target=ask, args=(question,), daemon=True) for question in questions]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        for error in failures:
            if not isinstance(error, SourceError) or not found:
                raise error
            self.troubles.append(str(error))
        return found

    def _add(self, name: str, prompt: Prompt | None, response: Response, parents: tuple[str, ...]) -> Record:
        candidate = make_candidate(name, response, parents)
        for kind in ("responses", "candidates"):
            (self.folder / kind).mkdir(parents=True, exist_ok=True)
        write_text(self.folder / "responses" / f"{name}.md", response.text)
        if candidate.code is not None:
            write_text(self.folder / "candidates" / f"{name}.py", candidate.code)
        record = Record(candidate)
        self.records[name] = record
        if prompt is not None:
            self.prompts[name] = prompt
        return record

