"""Plan files: what is written can be read, what is not a plan is refused with its place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heurgen.errors import InputError, PlanFormatError
from heurgen.plans import format_plan, parse_plan, read_plan, write_plan, write_text

PLAN = [("unstack", "b1", "b2"), ("put-down", "b1"), ("noop",)]
NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True)
PLANS = st.lists(st.lists(NAMES, min_size=1, max_size=4).map(tuple), max_size=6)


def test_a_plan_is_one_step_a_line_with_its_cost_last() -> None:
    text = format_plan(PLAN, 3.0, unit_cost=True)
    assert text == "(unstack b1 b2)\n(put-down b1)\n(noop)\n; cost = 3 (unit cost)\n"


def test_the_empty_plan_is_its_cost_alone() -> None:
    assert format_plan([], 0, unit_cost=True) == "; cost = 0 (unit cost)\n"


@pytest.mark.parametrize(
    ("cost", "written"),
    [
        (12, "12"),
        (12.0, "12"),
        (2.5, "2.5"),
        (0.1 + 0.2, "0.3"),
        (1e15, "1000000000000000"),
        (1234567890123456.0, "1234567890123456"),
    ],
)
def test_whole_costs_are_written_as_integers(cost: float, written: str) -> None:
    assert format_plan([], cost, unit_cost=False) == f"; cost = {written} (general cost)\n"


@given(PLANS, st.integers(0, 10**18), st.booleans())
def test_what_is_formatted_parses_back(
    plan: list[tuple[str, ...]], cost: int, unit_cost: bool
) -> None:
    assert parse_plan(format_plan(plan, cost, unit_cost=unit_cost)) == plan


@pytest.mark.parametrize(
    "text",
    [
        "(stack b1 b2)",
        "(STACK B1 b2)\r\n",
        "\n  ( stack\tb1  b2 )  ; the tower\n\n; cost = 1 (unit cost)\n",
        "0: (stack b1 b2)",
        "0.00: (stack b1 b2) [1]",
        "12.50 : (stack b1 b2)[ 0.001 ]",
    ],
)
def test_what_planners_write_around_a_step_does_not_matter(text: str) -> None:
    assert parse_plan(text) == [("stack", "b1", "b2")]


@pytest.mark.parametrize("text", ["", "\n\n", "; no steps\n", "  ;"])
def test_a_text_without_steps_is_the_empty_plan(text: str) -> None:
    assert parse_plan(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "stack b1 b2",
        "(stack b1 b2",
        "stack b1 b2)",
        "()",
        "( )",
        "((stack b1) b2)",
        "(a) (b)",
        "(a) b",
        "x: (a)",
        "1.: (a)",
        "(a) [one]",
        "(a) [.]",
        "(a) ]",
        "[1]",
        "no plan found",
    ],
)
def test_a_line_that_is_no_step_is_refused_with_file_and_line(line: str) -> None:
    with pytest.raises(PlanFormatError) as caught:
        parse_plan(f"; a plan\n(a b)\n{line}\n(c)\n", "some.plan")
    message = str(caught.value)
    assert message.startswith("some.plan:3: ")
    assert repr(line) in message
    assert "expected (ACTION ARGUMENT ...)" in message


def test_lines_are_counted_as_editors_count_them() -> None:
    with pytest.raises(PlanFormatError, match=r"^<string>:2: "):
        parse_plan("(a)\x0c ; form\u2028feed\r\nwrong")


def test_a_long_wrong_line_is_cut_in_the_message() -> None:
    with pytest.raises(PlanFormatError) as caught:
        parse_plan("x" * 100_000)
    assert len(str(caught.value)) < 200


@given(st.text() | st.text("aB0 ()[]:.;\n\t\r"))
def test_any_text_is_a_plan_or_refused(text: str) -> None:
    try:
        plan = parse_plan(text)
    except PlanFormatError as error:
        assert str(error).startswith("<string>:")
        assert "\n" not in str(error)
    else:
        assert parse_plan(format_plan(plan, 0, unit_cost=True)) == plan


def test_a_written_plan_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "p01.plan"
    write_plan(path, PLAN, 7, unit_cost=False)
    assert read_plan(path) == PLAN
    assert path.read_text().endswith("; cost = 7 (general cost)\n")
    assert [entry.name for entry in tmp_path.iterdir()] == ["p01.plan"]


def test_an_error_in_a_file_names_the_file_and_the_line(tmp_path: Path) -> None:
    path = tmp_path / "p01.plan"
    path.write_text("(a)\nb\n")
    with pytest.raises(PlanFormatError) as caught:
        read_plan(str(path))
    assert str(caught.value).startswith(f"{path}:2: ")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.plan", "No such file"),
        ("folder", "directory"),
        ("latin", "is not text"),
        ("zeros", ":1: found"),
    ],
)
def test_what_is_no_plan_file_is_refused_in_one_line(
    tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin").write_bytes(b"(a b)\n\xff\xfe")
    (tmp_path / "zeros").write_bytes(bytes(1000))
    with pytest.raises(PlanFormatError) as caught:
        read_plan(tmp_path / name)
    message = str(caught.value)
    assert message.startswith(str(tmp_path / name))
    assert reason in message
    assert "\n" not in message


def test_writing_replaces_the_old_plan(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    path.write_text("old text that is longer than the new one\n" * 10)
    write_plan(path, [("a",)], 1, unit_cost=True)
    assert read_plan(path) == [("a",)]


def test_a_reader_of_the_old_file_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    path.write_text("old")
    with path.open() as reader:
        write_plan(path, PLAN, 3, unit_cost=True)
        assert reader.read() == "old"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan"
    path.write_text("old")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match="plan: cannot be written: No space left on device"):
        write_plan(path, PLAN, 3, unit_cost=True)
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("plan", "old")]


@pytest.mark.parametrize("name", ["missing/plan", "folder", "file/plan", "n" * 300])
def test_where_nothing_can_be_written_the_path_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written") as caught:
        write_plan(tmp_path / name, PLAN, 3, unit_cost=True)
    assert str(caught.value).startswith(str(tmp_path / name))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder"]


def test_text_that_no_file_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the text is not Unicode"):
        write_text(tmp_path / "answer", "half a pair: \ud800")
    assert not list(tmp_path.iterdir())


def test_a_new_file_has_the_permissions_the_user_wants(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_text(tmp_path / "private", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == 0o600


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_plan(path, [("a", "b")], 1, unit_cost=True)
        assert os.read(reader, 1000) == b"(a b)\n; cost = 1 (unit cost)\n"
    finally:
        os.close(reader)
    assert path.is_fifo()
