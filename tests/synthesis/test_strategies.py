"""Repair and evolve against a scripted model: what it is told, when they stop, and that they go on where they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from heurgen.errors import InputError
from heurgen.evaluation.runner import Limits
from heurgen.library import find_domain_files
from heurgen.llm.conversation import Prompt
from heurgen.llm.errors import SourceError
from heurgen.llm.responses import Response, prompt_hash
from heurgen.llm.sources import StoredSource
from heurgen.llm.store import ResponseStore
from heurgen.synthesis.journal import Journal, save_run
from heurgen.synthesis.ladder import Ladder, bundled_ladder
from heurgen.synthesis.pipeline import Synthesis, synthesize
from heurgen.synthesis.report import render_report
from heurgen.synthesis.strategies import Plan
from heurgen.synthesis.workshop import Settings
from tests.synthesis.scripted import BLIND, CRASH, DIRECT, GOOD, PROSE, ScriptedSource

FILES = find_domain_files("ferry")
SETTINGS = Settings(limits=Limits(2.0, 500 << 20), jobs=2)


def short_ladder() -> Ladder:
    whole = bundled_ladder(FILES)
    return Ladder(whole.rungs[:2], whole.problem, whole.final[:1])


def run(plan: Plan, source: ScriptedSource | StoredSource, folder: Path) -> Synthesis:
    save_run(folder, {"domain": "ferry", "strategy": plan.strategy})
    return synthesize(FILES, plan, source, SETTINGS, folder, lambda *_: None, short_ladder())


def in_turn(*answers: str | None) -> ScriptedSource:
    """Answers by the length of the conversation."""
    return ScriptedSource(lambda prompt, sample: answers[len(prompt.messages) // 2])


def test_a_repair_tells_what_happened_and_stops_when_nothing_is_wrong(tmp_path: Path) -> None:
    source = in_turn(CRASH, PROSE, BLIND, DIRECT, "never asked")
    result = run(Plan("repair", candidates=1, rounds=9), source, tmp_path)
    assert [len(prompt.messages) for prompt, _ in source.asked] == [1, 3, 5, 7]
    crashed, no_code, stuck = (prompt.messages[-1].content for prompt, _ in source.asked[1:])
    assert "ZeroDivisionError" in crashed
    assert "line 4" in crashed
    assert "(at-ferry" in crashed
    assert "no code in the answer" in no_code
    assert "no successor of smaller value" in stuck
    assert "sail" in stuck
    assert [prompt.messages[1].content for prompt, _ in source.asked[1:]] == [CRASH] * 3
    assert result.choice.source == result.records[0].candidate.code
    assert result.records[0].candidate.name == "c04"
    assert result.records[0].candidate.parents == ("c03",)
    assert result.records[0].finding.startswith("On generated tasks")


def test_a_heuristic_with_plateaus_is_shown_one(tmp_path: Path) -> None:
    source = in_turn(GOOD, DIRECT)
    run(Plan("repair", candidates=1, rounds=1), source, tmp_path)
    question = source.asked[1][0].messages[-1].content
    assert "24 of 24 solved" in question
    assert "A state it does not lead on from" in question
    assert "```pddl" in question
    assert "(define (problem" in question


def test_conversations_go_on_apart_and_a_lost_answer_ends_only_one(tmp_path: Path) -> None:
    def answer(prompt: Prompt, sample: int) -> str | None:
        if len(prompt.messages) == 1:
            return (CRASH, PROSE)[sample - 1]
        return None if "no code" in prompt.messages[-1].content else DIRECT

    source = ScriptedSource(answer)
    result = run(Plan("repair", candidates=2, rounds=2), source, tmp_path)
    assert result.troubles == ("1 answers did not come",)
    assert result.records[0].candidate.parents == ("c01",)
    assert len(result.records) == 3


def test_a_stopped_run_goes_on_with_the_very_same_questions(tmp_path: Path) -> None:
    first = in_turn(CRASH, BLIND, None)
    folder = tmp_path / "run"
    with ResponseStore(tmp_path / "store.db") as store:
        with pytest.raises(SourceError):
            run(Plan("repair", candidates=1, rounds=3), StoredSource(first, store), folder)
        second = in_turn("not asked again", "not asked again", DIRECT)
        result = run(Plan("repair", candidates=1, rounds=3), StoredSource(second, store), folder)
    assert [prompt.text for prompt, _ in second.asked] == [first.asked[-1][0].text]
    assert result.records[0].candidate.name == "c03"
    steps = Journal(folder).steps
    assert [(step.name, step.parents, step.round) for step in steps] == [
        ("c01", (), 0),
        ("c02", ("c01",), 1),
        ("c03", ("c02",), 2),
    ]
    assert [step.prompt_hash for step in steps] == [r.candidate.response.prompt_hash for r in _by_name(result)]


def _by_name(result: Synthesis) -> list:  # type: ignore[type-arg]
    return sorted(result.records, key=lambda record: record.candidate.name)


def test_evolution_breeds_from_what_works(tmp_path: Path) -> None:
    def answer(prompt: Prompt, sample: int) -> str:
        if prompt.kind == "sample":
            return (CRASH, GOOD)[sample - 1]
        return DIRECT

    source = ScriptedSource(answer)
    result = run(Plan("evolve", candidates=2, rounds=1, islands=1), source, tmp_path)
    assert len(source.asked) == 3
    question = source.asked[-1][0]
    assert question.kind == "evolve"
    assert "# The interface" in question.text
    assert "return 3 * state.goals_left" in question.text
    assert "24 of 24 solved" in question.text
    assert _by_name(result)[-1].candidate.parents == ("c02",)
    report = render_report(tmp_path)
    assert "  - c03, evolve: 24 solved" in report
    assert f"Chosen: {result.records[0].candidate.name}" in report


def test_nothing_to_breed_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no candidate to breed from"):
        run(Plan("evolve", candidates=2, rounds=1), ScriptedSource(lambda prompt, sample: PROSE), tmp_path)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"strategy": "pray"}, "no strategy 'pray'; known: sample, repair, evolve"),
        ({"rounds": -1}, "--rounds is -1; expected at least 0"),
        ({"islands": 0}, "--islands is 0; expected at least 1"),
    ],
)
def test_wrong_plans_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Plan(**values)  # type: ignore[arg-type]


def known(*texts: str) -> tuple[tuple[Response, str], ...]:
    prompt = "Write a heuristic."
    return tuple((Response(text, prompt_hash(prompt), place, "chat", "a model"), prompt) for place, text in enumerate(texts, start=1))


def test_a_repair_can_begin_with_the_best_of_what_is_recorded(tmp_path: Path) -> None:
    source = in_turn("never asked", DIRECT)
    result = run(Plan("repair", candidates=1, rounds=3, known=known(PROSE, CRASH, GOOD)), source, tmp_path)
    ((prompt, _),) = source.asked
    assert [message.content for message in prompt.messages[:2]] == ["Write a heuristic.", GOOD]
    assert {record.candidate.name: record.candidate.parents for record in result.records}["c04"] == ("c03",)
    assert "- c03, recorded: 24 solved, 2 rungs\n  - c04, repair: 24 solved, 2 rungs" in render_report(tmp_path)


def test_an_archive_can_begin_with_what_is_recorded(tmp_path: Path) -> None:
    source = ScriptedSource(lambda prompt, sample: DIRECT)
    result = run(Plan("evolve", candidates=2, rounds=1, islands=1, known=known(CRASH, GOOD)), source, tmp_path)
    ((prompt, _),) = source.asked
    assert prompt.kind == "evolve"
    assert "3 * state.goals_left - len(state['on'])" in prompt.text
    assert {record.candidate.name: record.candidate.parents for record in result.records}["c03"] == ("c02",)
