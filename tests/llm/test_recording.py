"""The folder of recorded responses: round trips, and one clear line for every kind of damage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heurgen.errors import InputError
from heurgen.llm.parameters import Parameters
from heurgen.llm.responses import (
    KINDS,
    Response,
    from_entry,
    load_prompt,
    load_recorded,
    prompt_hash,
    record,
    record_all,
    to_entry,
)

PROMPT = "Write a heuristic.\r\nQuickly.\n"
FULL = Response(
    "text\r\nof it",
    prompt_hash(PROMPT),
    3,
    "openai",
    "gpt-x",
    Parameters(temperature=0.5, max_tokens=100, seed=0),
    "repair",
    "0001.md",
    "stop",
    10,
    0,
    0.0,
    1.25,
    "2026-01-01T00:00:00+00:00",
)


def response(sample: int, text: str = "an answer\n", **others: Any) -> Response:
    return Response(text, prompt_hash(PROMPT), sample, "chat", "some model", **others)


def test_everything_known_about_a_response_comes_back(tmp_path: Path) -> None:
    record(tmp_path, FULL, PROMPT)
    assert load_recorded(tmp_path) == [FULL]
    assert load_prompt(tmp_path, FULL.prompt_hash) == PROMPT
    assert (tmp_path / "0001.md").read_bytes() == FULL.text.encode()


def test_files_are_numbered_and_the_index_names_them(tmp_path: Path) -> None:
    paths = record_all(tmp_path, [(response(n, f"answer {n}"), PROMPT) for n in (1, 2)])
    paths.append(record(tmp_path, response(1, "answer 1", created="2026-01-02"), PROMPT))
    other = Response("to another prompt", prompt_hash("x"), 1, "chat", "some model")
    paths.append(record(tmp_path, other, "x"))
    assert [path.name for path in paths] == ["0001.md", "0002.md", "0001.md", "0003.md"]
    index = json.loads((tmp_path / "index.json").read_text())
    assert index["responses"][0] == {
        "file": "0001.md",
        "sample": 1,
        "prompt_hash": prompt_hash(PROMPT),
        "model": "some model",
        "source": "chat",
        "kind": "sample",
    }
    assert len(list((tmp_path / "prompts").iterdir())) == 2


def test_one_sample_of_two_models_or_kinds_is_two_answers(tmp_path: Path) -> None:
    first = response(1)
    second = Response("b", first.prompt_hash, 1, "chat", "other model")
    third = response(1, "c", kind="repair", parent="0001.md")
    record_all(tmp_path, [(answer, PROMPT) for answer in (first, second, third)])
    assert load_recorded(tmp_path) == [first, second, third]


def test_another_answer_whose_number_is_taken_gets_the_next_one(tmp_path: Path) -> None:
    record_all(tmp_path, [(response(1, "a"), PROMPT), (response(2, "b"), PROMPT)])
    for _ in range(2):      # the second time nothing is new
        record_all(tmp_path, [(response(1, "c"), PROMPT), (response(2, "a"), PROMPT), (response(3, "d"), PROMPT)])
        assert [(known.sample, known.text) for known in load_recorded(tmp_path)] == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


def test_two_samples_with_the_same_text_are_two(tmp_path: Path) -> None:
    record_all(tmp_path, [(response(1, "a"), PROMPT), (response(2, "a"), PROMPT)])
    assert [known.sample for known in load_recorded(tmp_path)] == [1, 2]


def test_when_one_answer_cannot_be_recorded_none_is(tmp_path: Path) -> None:
    record(tmp_path, response(1), PROMPT)
    before = sorted((path.name, path.read_bytes()) for path in tmp_path.glob("*.*"))
    with pytest.raises(InputError, match="does not have the hash"):
        record_all(tmp_path, [(response(2), PROMPT), (response(3), "another prompt")])
    assert sorted((path.name, path.read_bytes()) for path in tmp_path.glob("*.*")) == before


def damage_missing_file(folder: Path) -> None:
    (folder / "0002.md").unlink()


def damage_missing_prompt(folder: Path) -> None:
    (folder / "prompts" / f"{prompt_hash(PROMPT)}.md").unlink()


def damage_file_without_entry(folder: Path) -> None:
    (folder / "0009.md").write_text("forgotten")


def damage_missing_index(folder: Path) -> None:
    (folder / "index.json").unlink()


def damage_not_json(folder: Path) -> None:
    (folder / "index.json").write_text('{"responses": [')


def damage_no_list(folder: Path) -> None:
    (folder / "index.json").write_text("[]")


def damage_not_utf8(folder: Path) -> None:
    (folder / "0001.md").write_bytes(b"caf\xe9")


DAMAGES = [
    (damage_missing_file, r"index\.json: response 2: .*0002\.md: cannot be read: No such file"),
    (damage_missing_prompt, r"index\.json: response 1: .*prompts/\w+\.md: cannot be read"),
    (damage_file_without_entry, r"index\.json: has no entry for 0009\.md"),
    (damage_missing_index, r"index\.json: is not there, but 0001\.md \(and 1 more\) is"),
    (damage_not_json, r"index\.json: is not JSON"),
    (damage_no_list, r'index\.json: expected an object with a list "responses"'),
    (damage_not_utf8, r"0001\.md: is not UTF-8: .* at byte 3"),
]


@pytest.mark.parametrize(("damage", "message"), DAMAGES)
def test_a_damaged_folder_says_what_is_wrong(tmp_path: Path, damage: Any, message: str) -> None:
    record_all(tmp_path, [(response(n, f"answer {n}"), PROMPT) for n in (1, 2)])
    damage(tmp_path)
    with pytest.raises(InputError, match=message):
        load_recorded(tmp_path)


ENTRIES = [
    ({"sample": "1"}, "'sample' cannot be '1'"),
    ({"sample": True}, "'sample' cannot be True"),
    ({"sample": None}, "'sample' is missing"),
    ({"kind": "guess"}, "'kind' is 'guess'; expected one of sample, repair, evolve"),
    ({"sampel": 1}, "unknown key 'sampel'"),
    ({"parameters": {"heat": 1}}, "unknown parameter 'heat'"),
    ({"parameters": {"temperature": "hot"}}, "parameter temperature cannot be 'hot'"),
    ({"file": "../0001.md"}, "'file' is '../0001.md'"),
    ({"file": None}, "'file' is None"),
]


@pytest.mark.parametrize(("change", "message"), ENTRIES)
def test_a_wrong_entry_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    record(tmp_path, response(1), PROMPT)
    index = json.loads((tmp_path / "index.json").read_text())
    index["responses"][0] |= change
    (tmp_path / "index.json").write_text(json.dumps(index))
    with pytest.raises(InputError, match=r"index\.json: response 1: ") as caught:
        load_recorded(tmp_path)
    assert message in str(caught.value)


def test_two_entries_for_one_file_are_an_error(tmp_path: Path) -> None:
    record(tmp_path, response(1), PROMPT)
    index = json.loads((tmp_path / "index.json").read_text())
    (tmp_path / "index.json").write_text(json.dumps({"responses": index["responses"] * 2}))
    with pytest.raises(InputError, match=r"names 0001\.md twice"):
        load_recorded(tmp_path)


words = st.text(max_size=20)
numbers = st.none() | st.integers(0, 10**9)
amounts = st.none() | st.floats(0, 1e6)
parameters = st.builds(
    Parameters,
    temperature=st.sampled_from((None, 0, -0.0, 1, 1.0)) | st.floats(0, 2),
    top_p=st.none() | st.floats(0.01, 1),
    reasoning_effort=st.none() | st.sampled_from(("low", "high")),
    max_tokens=st.none() | st.integers(1, 10**6),
    seed=st.none() | st.integers(),
)
responses = st.builds(
    Response,
    words,
    words,
    st.integers(1, 99),
    words,
    words,
    parameters,
    st.sampled_from(KINDS),
    st.none() | words.filter(bool),
    st.none() | words.filter(bool),
    numbers,
    numbers,
    amounts,
    amounts,
    words,
)


@given(responses)
def test_any_response_survives_its_json(answer: Response) -> None:
    try:
        entry = json.loads(json.dumps(to_entry(answer)))
        assert from_entry(entry, answer.text) == answer
    except InputError as error:
        # An empty text stands for what is not known, and these have to be known.
        assert "is missing" in str(error)
        assert "" in (answer.prompt_hash, answer.source, answer.model)


@given(parameters, parameters)
def test_parameters_are_equal_where_their_canonical_form_is(
    one: Parameters, other: Parameters
) -> None:
    assert Parameters.from_values(json.loads(one.canonical)) == one
    assert (one == other) == (one.canonical == other.canonical)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"temperature": 2.5}, "temperature is 2.5; expected from 0 to 2"),
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"top_p": 0.0}, "top_p is 0.0; expected above 0 and at most 1"),
        ({"max_tokens": 0}, "max_tokens is 0; expected at least 1"),
        ({"reasoning_effort": " "}, "reasoning_effort is empty"),
    ],
)
def test_parameters_out_of_range_are_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Parameters(**values)


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (0.0, -0.0), (0, -0.0)])
def test_equal_temperatures_have_one_canonical_form(one: float, other: float) -> None:
    assert Parameters(temperature=one).canonical == Parameters(temperature=other).canonical
