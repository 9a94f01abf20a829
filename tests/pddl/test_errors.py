"""Broken input: one error with file, line, column, what was found and what was expected."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from heurgen.errors import PddlError, UnsupportedError
from heurgen.pddl import parse_domain, parse_problem, read_domain, read_problem

DOMAIN = """\
; a comment (with parentheses
(DEFINE (Domain Trips)
  (:requirements :strips :typing)
  (:types car truck - vehicle vehicle place)
  (:constants depot - place)
  (:predicates (at ?v - vehicle ?p - place) (road ?p ?q - place) (wet))
  (:functions (total-cost) - number (length ?p ?q - place) - number (toll) - number)
  (:action Drive
    :parameters (?v - (either car truck) ?p ?q - place)
    :precondition (and (at ?v ?p) (road ?p ?q) (not (= ?p ?q)) (not (wet)))
    :effect (and (at ?v ?q) (not (at ?v ?p)) (increase (total-cost) (length ?p ?q)))))
"""
PROBLEM = """\
(define (problem one) (:domain TRIPS)
  (:objects c - car a b - place)
  (:init (at c a) (road a b) (= (length a b) 3) (= (total-cost) 0))
  (:goal (and (at c depot) (not (wet))))
  (:metric minimize (total-cost)))
"""


def cases() -> Iterator[tuple[str, str, str, str]]:
    """From errors.txt: the kind of file, the edit, the broken text, the message."""
    kind = edit = ""
    for line in Path(__file__).with_name("errors.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            yield kind, edit, broken(kind, edit), line.strip()
        elif line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            edit = line


def broken(kind: str, edit: str) -> str:
    if kind.startswith("whole"):
        return unescaped(edit)
    old, new = edit.split("  =>  ")
    correct = DOMAIN if kind == "domain" else PROBLEM
    assert unescaped(old) in correct
    return correct.replace(unescaped(old), "" if new == "NOTHING" else unescaped(new), 1)


def unescaped(text: str) -> str:
    return str(ast.literal_eval(f'"{text}"'))


CASES = list(cases())


def error_of(kind: str, text: str) -> PddlError:
    with pytest.raises(PddlError) as caught:
        if kind.endswith("domain"):
            parse_domain(text, "file.pddl")
        else:
            parse_problem(text, parse_domain(DOMAIN, "d.pddl"), "file.pddl")
    return caught.value


def test_the_correct_texts_are_correct() -> None:
    assert parse_problem(PROBLEM, parse_domain(DOMAIN)).goal
    assert len(CASES) > 150


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [(kind, text, message) for kind, _, text, message in CASES],
    ids=[f"{kind}: {edit}" for kind, edit, _, _ in CASES],
)
def test_errors_name_place_and_expectation(kind: str, text: str, message: str) -> None:
    error = error_of(kind, text)
    assert str(error) == f"file.pddl:{message}"
    assert isinstance(error, UnsupportedError) == ("not supported" in message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (text, message)
        for _, _, text, message in CASES
        if re.match(r"[\d:]+ (found '|undeclared |unknown )[^()]", message)
    ],
)
def test_the_place_is_that_of_the_token(text: str, message: str) -> None:
    line, column, rest = message.split(":", 2)
    token = re.match(r" (?:found '|undeclared \w+ |unknown \w+ )([^ ';]+)", rest)
    assert token is not None
    here = re.split("\r\n|\r|\n", text)[int(line) - 1][int(column) - 1 :]
    assert here.lower().startswith(ast.literal_eval(f'"{token[1]}"')) or here[0] == "("


def test_a_cost_without_a_value() -> None:
    domain = parse_domain(DOMAIN.replace("(length ?p ?q))))", "(toll))))"))
    with pytest.raises(PddlError, match=r":3:3: no value of \(toll\), a cost of action drive"):
        parse_problem(PROBLEM, domain)
    assert parse_problem(PROBLEM.replace("(:metric minimize (total-cost))", ""), domain)
    assert parse_problem(PROBLEM.replace("(at c a)", "(= (toll) 1)"), domain)


def test_a_metric_without_costs() -> None:
    domain = parse_domain("(define (domain trips) (:predicates (p)))")
    text = "(define (problem x) (:domain trips) (:init) (:goal (p)) (:metric minimize (total-cost)))"
    with pytest.raises(PddlError, match=r":1:75: undeclared function total-cost; expected \(:func"):
        parse_problem(text, domain)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, ": no such file"),
        (b"", ": the file is empty; expected (define ...)"),
        (b" \r\n\t", ": the file is empty; expected (define ...)"),
        (b"\n;\n", ":1:1: nothing but comments and white space; expected (define ...)"),
        (b"\x7fELF\0\0", ":1:5: is a binary file; expected UTF-8 text"),
        ("(define".encode("utf-16-le"), ":1:2: is a binary file; expected UTF-8 text"),
        (b"(define\n (domain caf\xe9))", ":2:13: is not UTF-8 text"),
    ],
)
def test_files_that_are_no_pddl(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "file.pddl"
    if content is not None:
        path.write_bytes(content)
    for read in (read_domain, lambda path: read_problem(path, parse_domain(DOMAIN))):
        with pytest.raises(PddlError) as caught:
            read(path)
        assert str(caught.value) == f"{path}{message}"


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(PddlError, match="is a directory; expected a PDDL file"):
        read_domain(tmp_path)
    with pytest.raises(PddlError, match="cannot be read"):
        read_domain("a\0b")
    (tmp_path / "file").touch()
    with pytest.raises(PddlError, match="cannot be read: Not a directory"):
        read_domain(tmp_path / "file" / "domain.pddl")


def test_messages_are_one_line_however_long_or_odd_a_token_is() -> None:
    for token in ("x" * 100_000, "\x1b[2J", "\u2028", "?" * 5000, ":" * 5000):
        message = str(error_of("domain", DOMAIN.replace("(at ?v ?q)", f"({token} ?v ?q)")))
        assert message.isprintable()
        assert len(message) < 1000


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_with_any_line_ends(line_end: str) -> None:
    text = DOMAIN.replace("(at ?v ?q)", "(att ?v ?q)").replace("\n", line_end)
    error = error_of("domain", "\ufeff" + text)
    assert (error.line, error.column) == (11, 19)
