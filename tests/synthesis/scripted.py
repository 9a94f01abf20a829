"""A source that answers by a function, and counts what it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from heurgen.llm.conversation import Prompt
from heurgen.llm.errors import SourceError
from heurgen.llm.responses import Response
from heurgen.llm.sources.base import Keep, ResponseSource

HEAD = "```python\nfrom heurgen import Heuristic\nclass H(Heuristic):\n    def __call__(self, state):\n        "
GOOD = HEAD + "return 3 * state.goals_left - len(state['on'])\n```\n"
"""Solves ferry tasks, but is not direct: sailing to the next car changes nothing."""
BLIND = HEAD + "return 1\n```\n"
CRASH = HEAD + "return 1 / 0\n```\n"
PROSE = "I would count the cars.\n"
SYNTAX = "```python\ndef f(:\n```\n"
DIRECT = """```python
from heurgen import Heuristic

class Ferry(Heuristic):
    def __init__(self, task):
        self.goals = [(goal[1], goal[2]) for goal in task.goal]

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        here = state["at-ferry"][0][0]
        place = dict(state["at"])
        for car, target in self.goals:
            if car not in place:
                return 10 * left + (1 if here == target else 2)
        for car, target in self.goals:
            if place[car] != target:
                return 10 * left + (3 if here == place[car] else 4)
        return 10 * left
```
"""


class ScriptedSource(ResponseSource):
    """`answer` gets the prompt and the sample; None stands for an answer that cannot be had."""

    name = "scripted"
    model = "nobody"

    def __init__(self, answer: Callable[[Prompt, int], str | None]) -> None:
        self._answer = answer
        self.asked: list[tuple[Prompt, int]] = []

    def ask(self, prompt: Prompt, samples: Sequence[int], keep: Keep | None = None) -> Iterator[Response]:
        failed = 0
        for sample in samples:
            self.asked.append((prompt, sample))
            text = self._answer(prompt, sample)
            if text is None:
                failed += 1
                continue
            response = Response(text, prompt.hash, sample, self.name, self.model, kind=prompt.kind, parent=prompt.parent)
            if keep is not None:
                keep(sample, response)
            yield response
        if failed:
            raise SourceError(f"{failed} answers did not come")
