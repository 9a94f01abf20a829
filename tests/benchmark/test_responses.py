"""What recorded responses reach, each alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from heurgen.benchmark.responses import EARLIER, WHOLE, asked, measure, table
from heurgen.errors import InputError
from heurgen.library import find_domain_files
from heurgen.llm.responses import Response, prompt_hash, record_all
from heurgen.synthesis.asking import first_prompt

GOOD = """```python
from heurgen import Heuristic


class Cars(Heuristic):
    def __call__(self, state):
        return 4 * state.goals_left
```
"""
BROKEN = GOOD.replace("4 * state.goals_left", "state.nothing")


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """gripper with three responses, three rungs and two tasks in the final."""
    files = replace(find_domain_files("gripper"), knowledge=tmp_path)
    whole, part = first_prompt(files), first_prompt(files, ["examples", "advice"])
    texts = [(GOOD, whole, 1), (BROKEN, whole, 2), ("I cannot.", part, 1)]
    answers = [(Response(text, prompt_hash(prompt), sample, "chat", "a model"), prompt) for text, prompt, sample in texts]
    record_all(tmp_path / "responses", answers)
    monkeypatch.setattr("heurgen.benchmark.responses.find_domain_files", lambda name: files)
    monkeypatch.setattr("heurgen.synthesis.ladder.SIZES", (0.1, 0.2, 0.3))
    monkeypatch.setattr("heurgen.synthesis.ladder.FINAL_SIZES", (0.4, 0.5))
    return tmp_path


def test_each_response_is_measured_alone_and_once(recorded: Path) -> None:
    said: list[str] = []
    found = measure(["gripper"], recorded / "runs.db", 1, said.append)
    assert [one.asked for one in found] == [WHOLE, WHOLE, "without examples and advice"]
    assert [one.solved > 0 for one in found] == [True, False, False]
    assert found[0].rungs == 3
    assert found[0].finals == 2
    assert "nothing" in found[1].trouble
    assert found[2].rungs == 0
    assert len(said) == 3
    assert measure(["gripper"], recorded / "runs.db", 1, said.append) == found
    text = table(found, "the command")
    assert "| gripper | the whole prompt | 2 | 1 |" in text
    assert "| gripper | 0003 | without examples and advice | 0/24 | - | 0 |" in text


def test_a_response_to_an_earlier_wording_and_a_repair_are_told_apart() -> None:
    response = Response("", "0" * 16, 1, "chat", "a model")
    assert asked(response, {"1" * 16: WHOLE}) == EARLIER
    assert asked(replace(response, kind="repair"), {"0" * 16: WHOLE}) == "repair"


def test_no_responses_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no responses"):
        measure(["gripper"], tmp_path / "runs.db", 1, print)
