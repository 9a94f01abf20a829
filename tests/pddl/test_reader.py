"""The reader: what it accepts, how it complains, and two other parsers as oracles."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heurgen.errors import PddlError, UnsupportedError
from heurgen.paths import pddl_dir
from heurgen.pddl import (
    Literal,
    Parameter,
    parse_domain,
    parse_problem,
    read_domain,
    read_problem,
)

DOMAINS = ["blocksworld", "childsnack", "ferry", "floortile", "miconic", "rovers", "satellite", "sokoban", "spanner", "transport"]

DOMAIN = """
; a comment (with parentheses
(DEFINE (Domain Trips)
  (:requirements :strips :typing :equality :negative-preconditions :action-costs)
  (:types car truck - vehicle vehicle place)
  (:constants depot - place)
  (:predicates (at ?v - vehicle ?p - place) (road ?p ?q - place) (wet))
  (:functions (total-cost) - number (length ?p ?q - place) - number)
  (:action Drive
    :parameters (?v - (either car truck) ?p ?q - place)
    :precondition (and (at ?v ?p) (road ?p ?q) (not (= ?p ?q)) (not (wet)))
    :effect (and (at ?v ?q) (not (at ?v ?p)) (increase (total-cost) (length ?p ?q)))))
"""
PROBLEM = """
(define (problem one) (:domain TRIPS)
  (:objects c - car a b - place)
  (:init (at c a) (road a b) (road a b) (road b depot) (= (length a b) 3) (= (length b depot) 2.5) (= (total-cost) 0))
  (:goal (and (at c depot) (not (wet)) (at c depot)))
  (:metric minimize (total-cost)))
"""


def test_everything_of_the_fragment_is_read() -> None:
    domain = parse_domain(DOMAIN)
    assert domain.name == "trips"
    assert domain.types == {
        "car": ("vehicle",),
        "truck": ("vehicle",),
        "vehicle": ("object",),
        "place": ("object",),
    }
    assert domain.constants == {"depot": ("place",)}
    (drive,) = domain.actions
    assert drive.name == "drive"
    assert drive.parameters[0] == Parameter("?v", ("car", "truck"))
    assert Literal(("=", "?p", "?q"), False) in drive.precondition
    assert drive.cost == (("length", "?p", "?q"),)
    problem = parse_problem(PROBLEM, domain)
    assert list(problem.objects) == ["depot", "c", "a", "b"]
    assert problem.init == (("at", "c", "a"), ("road", "a", "b"), ("road", "b", "depot"))
    assert problem.goal == (Literal(("at", "c", "depot")), Literal(("wet",), False))
    assert problem.function_values[("length", "b", "depot")] == 2.5
    assert problem.minimize_cost


def change(text: str, old: str, new: str) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


# (where, what is replaced, by what, pieces of the message, line of the error or 0 for any)
BAD = [
    ("domain", "(at ?v ?q)", "(att ?v ?q)", "undeclared predicate att", 12),
    ("domain", "(at ?v ?q)", "(at ?v)", "at has 1 arguments; expected 2 arguments", 12),
    ("domain", "(at ?v ?q)", "(at ?v ?x)", "undeclared variable ?x", 12),
    ("domain", "(at ?v ?q)", "(at ?v home)", "undeclared constant home", 12),
    ("domain", "(at ?v ?q)", "(at ?p ?q)", "?p is of type place; expected vehicle", 12),
    ("domain", "?p ?q - place)\n    :pre", "?p ?p - place)\n    :pre", "parameter ?p is declared twice", 10),
    ("domain", "- vehicle vehicle place", "- vehicle vehicle - car place", "its own supertype", 5),
    ("domain", "?p - place) (road", "?p - plaze) (road", "undeclared type plaze", 7),
    ("domain", "(wet))", "(wet) (wet))", "predicate wet is declared twice", 7),
    ("domain", ":typing", ":durative-actions", ":durative-actions is not supported", 4),
    ("domain", ":typing", ":typoing", "unknown requirement :typoing", 4),
    ("domain", ":constants", ":konstants", "unknown section :konstants", 6),
    ("domain", "(not (wet))", "(or (wet) (wet))", "(or ...) is not supported", 11),
    ("domain", "(not (wet))", "(forall (?x - car) (wet))", "(forall ...) is not supported", 11),
    ("domain", "(not (wet))", "(> (length ?p ?q) 3)", "(> ...) is not supported", 11),
    ("domain", "(at ?v ?q)", "(when (wet) (at ?v ?q))", "(when ...) is not supported", 12),
    ("domain", "(increase (total-cost)", "(increase (fuel)", "numeric effect", 12),
    ("domain", "(length ?p ?q)))))", "-3))))", "a cost of -3", 12),
    ("domain", ":precondition", ":condition", "found ':condition' in action drive", 11),
    ("domain", "(:action Drive", "(:action (d)", "found a list; expected the name of an action", 9),
    ("domain", "(wet))\n", "(wet)\n", "'(' is never closed", 3),
    ("domain", "(length ?p ?q)))))", "(length ?p ?q))))))", "text after the closing parenthesis", 12),
    ("domain", "(Domain Trips)", "(Domain Trips", "'(' is never closed", 3),
    ("domain", "(Domain Trips)", "(problem trips)", "found a problem where a domain belongs", 3),
    ("problem", "(:domain TRIPS)", "(:domain boats)", "the problem is of domain boats; expected domain trips", 2),
    ("problem", "(at c a)", "(at c x)", "undeclared object x", 4),
    ("problem", "(at c a)", "(at a a)", "a is of type place; expected vehicle as argument 1 of at", 4),
    ("problem", "(at c a)", "(at c)", "at has 1 arguments", 4),
    ("problem", "(at c a)", "(in c a)", "undeclared predicate in", 4),
    ("problem", "(at c a)", "c", "found 'c'; expected an atom", 4),
    ("problem", "c - car a", "c - bike a", "undeclared type bike", 3),
    ("problem", "a b - place", "a a - place", "object a is declared twice", 3),
    ("problem", "a b - place", "a b depot - car", "object depot is declared twice", 3),
    ("problem", "a b - place", "- place", "found '-'; expected a name before its type", 3),
    ("problem", "a b - place", "a b -", "expected a type after '-'", 3),
    ("problem", "(= (length a b) 3)", "(= (length a b) x)", "found 'x'; expected a number", 4),
    ("problem", "(= (length a b) 3)", "(= (size a b) 3)", "undeclared function size", 4),
    ("problem", "(= (length a b) 3)", "(at 5 (wet))", "a timed initial literal is not supported", 4),
    ("problem", "minimize", "maximize", "this metric is not supported", 6),
    ("problem", "(:goal", "(:aim", "unknown section :aim", 5),
    ("problem", "(not (wet))", "(exists (?x) (wet))", "(exists ...) is not supported", 5),
    ("problem", "(:metric minimize (total-cost)))", ") text", "text after the closing parenthesis", 6),
]


@pytest.mark.parametrize(("where", "old", "new", "message", "line"), BAD)
def test_errors_name_place_and_expectation(
    where: str, old: str, new: str, message: str, line: int
) -> None:
    with pytest.raises(PddlError) as caught:
        if where == "domain":
            parse_domain(change(DOMAIN, old, new), "d.pddl")
        else:
            parse_problem(change(PROBLEM, old, new), parse_domain(DOMAIN), "p.pddl")
    error = caught.value
    assert message in str(error)
    assert str(error).startswith(f"{where[0]}.pddl:{line}:{error.column}: ")
    assert "\n" not in str(error)
    if "not supported" in message:
        assert isinstance(error, UnsupportedError)


def test_columns_point_at_the_token() -> None:
    text = change(PROBLEM, "(at c a)", "(at c\n    nowhere)")
    with pytest.raises(PddlError) as caught:
        parse_problem(text, parse_domain(DOMAIN))
    assert (caught.value.line, caught.value.column) == (5, 5)


def test_files_that_are_no_pddl(tmp_path: Path) -> None:
    cases = {
        "missing.pddl": (None, "no such file"),
        "empty.pddl": (b"", "the file is empty"),
        "blank.pddl": (b" \n;\n", "nothing but comments"),
        "binary.pddl": (b"(define\0", "is a binary file"),
        "latin.pddl": (b"(define (domain caf\xe9))", "is not UTF-8 text"),
        "words.pddl": (b"hello world", "'hello' outside of parentheses"),
        "list.pddl": (b"(hello)", "expected (define (domain ...) ...)"),
    }
    for name, (content, message) in cases.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(PddlError) as caught:
            read_domain(tmp_path / name)
        assert message in str(caught.value), name
        assert name in str(caught.value)
    with pytest.raises(PddlError, match="is a directory"):
        read_domain(tmp_path)


def test_deep_nesting_does_not_overflow() -> None:
    with pytest.raises(PddlError):
        parse_domain("(" * 200_000)
    with pytest.raises(PddlError):
        parse_domain("(" * 200_000 + ")" * 200_000)


def test_line_ends_and_byte_order_mark() -> None:
    windows = "\ufeff" + DOMAIN.replace("\n", "\r\n")
    assert parse_domain(windows).actions == parse_domain(DOMAIN).actions
    with pytest.raises(PddlError) as caught:
        parse_domain(change(windows, "(at ?v ?q)", "(att ?v ?q)"))
    assert caught.value.line == 12


def test_untyped_domains_and_missing_parts() -> None:
    domain = parse_domain(
        "(define (domain d) (:predicates (p ?x) (q))"
        " (:action a :parameters () :precondition () :effect (q)) (:action b :effect (and)))"
    )
    assert [action.precondition for action in domain.actions] == [(), ()]
    assert domain.actions[1].effect == ()
    problem = parse_problem("(define (problem x) (:domain d) (:init) (:goal (and)))", domain)
    assert (problem.init, problem.goal) == ((), ())


VALID = (pddl_dir() / "ferry" / "training" / "p03.pddl").read_text()
FERRY = read_domain(pddl_dir() / "ferry" / "domain.pddl")
FERRY_TEXT = (pddl_dir() / "ferry" / "domain.pddl").read_text()


@settings(deadline=None, max_examples=400)
@given(data=st.data(), domain=st.booleans())
def test_broken_input_gives_an_error_or_a_task_never_a_crash(data: st.DataObject, domain: bool) -> None:
    text = FERRY_TEXT if domain else VALID
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = rng.randrange(len(text))
        until = min(len(text), at + rng.choice([1, 1, 2, 10, 200]))
        piece = rng.choice(["", "(", ")", "()", "?", "-", ":", ";", " ", "\n", "é", "= ", "0", text[at:until] * 2])
        text = text[:at] + piece + text[until:]
    try:
        if domain:
            parse_domain(text)
        else:
            parse_problem(text, FERRY)
    except PddlError as error:
        assert 0 <= error.line <= text.count("\n") + 1
        assert error.message


def test_every_task_of_the_competition_reads(ipc2023: Path) -> None:
    count = 0
    for name in DOMAINS:
        domain = read_domain(ipc2023 / name / "domain.pddl")
        for path in sorted((ipc2023 / name / "training").glob("*.pddl")):
            problem = read_problem(path, domain)
            assert problem.goal
            count += 1
    assert count > 900


@pytest.mark.parametrize("name", DOMAINS)
def test_unified_planning_reads_the_same(ipc2023: Path, name: str) -> None:
    from unified_planning.io import PDDLReader

    folder = ipc2023 / name
    for path in sorted((folder / "training").glob("*.pddl"), key=lambda p: p.stat().st_size)[::24]:
        ours = read_problem(path, folder / "domain.pddl")
        theirs = PDDLReader().parse_problem(str(folder / "domain.pddl"), str(path))
        assert set(ours.objects) == {o.name for o in theirs.all_objects}
        for obj in theirs.all_objects:
            assert ours.objects[obj.name] in ((obj.type.name,), ("object",))
        true_atoms = {
            (key.fluent().name, *[str(a) for a in key.args])
            for key, value in theirs.initial_values.items()
            if value.is_true()
        }
        assert set(ours.init) == true_atoms
        assert {a.name for a in ours.domain.actions} == {a.name for a in theirs.actions}
        for action in ours.domain.actions:
            other = theirs.action(action.name)
            assert [p.name[1:] for p in action.parameters] == [p.name for p in other.parameters]
            assert len(action.effect) == len(other.effects)


@pytest.mark.parametrize("name", DOMAINS)
def test_tarski_reads_the_same(ipc2023: Path, name: str) -> None:
    from tarski.io import PDDLReader as TarskiReader

    folder = ipc2023 / name
    paths = sorted((folder / "training").glob("*.pddl"), key=lambda p: p.stat().st_size)
    for path in (paths[0], paths[len(paths) // 2]):
        reader = TarskiReader(raise_on_error=True)
        reader.parse_domain(str(folder / "domain.pddl"))
        theirs = reader.parse_instance(str(path))
        ours = read_problem(path, folder / "domain.pddl")
        atoms = {
            (atom.predicate.name, *[term.name for term in atom.subterms])
            for atom in theirs.init.as_atoms()
        }
        assert set(ours.init) == atoms
        assert {a.name for a in ours.domain.actions} == set(theirs.actions)
