"""What the reader accepts, and what it makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from heurgen.errors import PddlError
from heurgen.pddl import (
    Action,
    Domain,
    Literal,
    Parameter,
    Predicate,
    Problem,
    parse_domain,
    parse_problem,
    read_domain,
    read_problem,
)
from tests.pddl.test_errors import DOMAIN, PROBLEM

DOMAINS = (
    "blocksworld",
    "childsnack",
    "ferry",
    "floortile",
    "miconic",
    "rovers",
    "satellite",
    "sokoban",
    "spanner",
    "transport",
)


def domain(sections: str) -> Domain:
    return parse_domain(f"(define (domain d) {sections})")


def action(definition: str) -> Action:
    """An action of a domain with types, predicates p, q, r and functions."""
    text = f"""(:types cat dog - pet pet van) (:constants tom - cat)
        (:predicates (p) (q ?x) (r ?x - pet ?y)) (:functions (total-cost) (price ?x) (fee))
        (:action a {definition})"""
    return domain(text).actions[0]


def problem(sections: str) -> Problem:
    d = domain("(:types cat dog) (:constants tom - cat) (:predicates (p) (q ?x) (r ?x - cat ?y))")
    return parse_problem(f"(define (problem x) (:domain d) {sections})", d)


def test_everything_of_a_domain_is_read() -> None:
    drive = Action(
        "drive",
        (
            Parameter("?v", ("car", "truck")),
            Parameter("?p", ("place",)),
            Parameter("?q", ("place",)),
        ),
        (
            Literal(("at", "?v", "?p")),
            Literal(("road", "?p", "?q")),
            Literal(("=", "?p", "?q"), False),
            Literal(("wet",), False),
        ),
        (Literal(("at", "?v", "?q")), Literal(("at", "?v", "?p"), False)),
        (("length", "?p", "?q"),),
    )
    places = (Parameter("?p", ("place",)), Parameter("?q", ("place",)))
    assert parse_domain(DOMAIN, "d.pddl") == Domain(
        name="trips",
        requirements=(":strips", ":typing"),
        types={
            "car": ("vehicle",),
            "truck": ("vehicle",),
            "vehicle": ("object",),
            "place": ("object",),
        },
        constants={"depot": ("place",)},
        predicates={
            "at": Predicate("at", (Parameter("?v", ("vehicle",)), Parameter("?p", ("place",)))),
            "road": Predicate("road", places),
            "wet": Predicate("wet", ()),
        },
        functions={
            "total-cost": Predicate("total-cost", ()),
            "length": Predicate("length", places),
            "toll": Predicate("toll", ()),
        },
        actions=(drive,),
        file="d.pddl",
    )


def test_everything_of_a_problem_is_read() -> None:
    trips = parse_domain(DOMAIN)
    read = parse_problem(PROBLEM, trips, "p.pddl")
    assert read == Problem(
        name="one",
        domain=trips,
        objects={"depot": ("place",), "c": ("car",), "a": ("place",), "b": ("place",)},
        init=(("at", "c", "a"), ("road", "a", "b")),
        goal=(Literal(("at", "c", "depot")), Literal(("wet",), False)),
        function_values={("length", "a", "b"): 3, ("total-cost",): 0},
        minimize_cost=True,
        file="p.pddl",
    )
    assert list(read.objects) == ["depot", "c", "a", "b"]


def test_files_are_read_with_their_domain_or_its_path(tmp_path: Path) -> None:
    (tmp_path / "domain.pddl").write_text(DOMAIN)
    (tmp_path / "p.pddl").write_text("\ufeff" + PROBLEM, encoding="utf-8")
    trips = read_domain(tmp_path / "domain.pddl")
    assert trips.file == str(tmp_path / "domain.pddl")
    by_path = read_problem(str(tmp_path / "p.pddl"), str(tmp_path / "domain.pddl"))
    assert by_path == read_problem(tmp_path / "p.pddl", trips)


def test_every_task_of_the_competition_reads(ipc2023: Path) -> None:
    count = 0
    for name in DOMAINS:
        domain = read_domain(ipc2023 / name / "domain.pddl")
        for path in sorted((ipc2023 / name / "training").glob("*.pddl")):
            problem = read_problem(path, domain)
            assert problem.goal
            assert len(set(problem.init)) == len(problem.init)
            count += 1
    assert count > 900


# ----- requirements and types -----


def test_a_domain_without_requirements_is_strips() -> None:
    assert domain("").requirements == (":strips",)


def test_requirements_may_be_repeated_and_ask_for_more_than_is_used() -> None:
    text = "(:requirements :adl :strips :strips) (:requirements) (:requirements :fluents :adl)"
    assert domain(text).requirements == (":adl", ":strips", ":fluents")
    assert problem(f"{text} (:init) (:goal)").name == "x"


def test_a_type_that_is_only_a_supertype_is_declared() -> None:
    assert domain("(:types a b - c) (:constants x - c)").types == {
        "a": ("c",),
        "b": ("c",),
        "c": ("object",),
    }


@pytest.mark.parametrize(
    ("declarations", "parents"),
    [
        ("a", ("object",)),
        ("a - object", ("object",)),
        ("a - b", ("b",)),
        ("a - (either b c)", ("b", "c")),
        ("a - b a - c", ("b", "c")),
        ("a - b a", ("b",)),
        ("object - object a - b", ("b",)),
        ("a - (either object b)", ("b",)),
    ],
)
def test_supertypes(declarations: str, parents: tuple[str, ...]) -> None:
    types = domain(f"(:types {declarations})").types
    assert types["a"] == parents
    assert "object" not in types


def test_a_long_chain_of_types() -> None:
    chain = " ".join(f"t{i} - t{i + 1}" for i in range(5000))
    types = domain(f"(:types {chain}) (:predicates (p ?x - t5000)) (:constants c - t0)").types
    assert len(types) == 5001
    with pytest.raises(PddlError, match="its own supertype"):
        domain(f"(:types {chain} t5000 - t2500)")


# ----- schemas -----


def test_sections_come_in_any_order() -> None:
    turned = domain("(:action a :effect (p) :parameters (?x - t)) (:predicates (p)) (:types t)")
    assert turned.actions[0] == Action(
        "a", (Parameter("?x", ("t",)),), (), (Literal(("p",)),)
    )


@pytest.mark.parametrize(
    "formula",
    ["", ":precondition ()", ":precondition (and)", ":precondition (and (and) () (and (and ())))"],
)
def test_empty_conditions(formula: str) -> None:
    effect = formula.replace("precondition", "effect")
    assert action(f":parameters () {formula} {effect}") == Action("a", (), (), ())


def test_literals_stand_alone_or_in_nested_conjunctions() -> None:
    p, q = Literal(("p",)), Literal(("q", "tom"), False)
    assert action(":precondition (not (q tom)) :effect (p)").precondition == (q,)
    both = action(":precondition (and (and (p)) (and) (and (and (not (q tom)) (p))) (p))")
    assert both.precondition == (p, q)
    assert action(":effect (and (p) (and (not (q tom))) (p))").effect == (p, q)
    assert action(":precondition (not (not (not (q tom))))").precondition == (q,)


def test_equality_is_between_any_terms() -> None:
    text = ":parameters (?x - cat ?y - van) :precondition (and (= ?x ?y) (not (= tom ?y)))"
    assert action(text).precondition == (
        Literal(("=", "?x", "?y")),
        Literal(("=", "tom", "?y"), False),
    )


@pytest.mark.parametrize(
    ("parameter", "fits"),
    [
        ("?x", True),
        ("?x - object", True),
        ("?x - pet", True),
        ("?x - cat", True),
        ("?x - van", False),
        ("?x - (either van cat)", True),
    ],
)
def test_variables_fit_where_one_of_their_objects_may(parameter: str, fits: bool) -> None:
    text = f":parameters ({parameter}) :precondition (r ?x ?x)"
    if fits:
        assert action(text).precondition == (Literal(("r", "?x", "?x")),)
    else:
        with pytest.raises(PddlError, match=r"\?x is of type van; expected pet as argument 1 of r"):
            action(text)


def test_types_with_a_common_subtype_overlap() -> None:
    text = """(:types {}) (:predicates (p ?x - boat))
        (:action a :parameters (?x - car) :effect (p ?x))"""
    assert domain(text.format("duck - (either car boat)")).actions
    with pytest.raises(PddlError, match=r"\?x is of type car; expected boat"):
        domain(text.format("car boat"))


def test_constants_must_be_of_the_declared_type() -> None:
    text = """(:types cat - pet) (:constants tom - pet) (:predicates (p ?x - cat))
        (:action a :effect (p tom))"""
    with pytest.raises(PddlError, match="tom is of type pet; expected cat"):
        domain(text)


def test_the_same_name_may_stand_for_a_type_a_predicate_an_object_and_an_action() -> None:
    text = "(:types x) (:constants x - x) (:predicates (x ?x - x)) (:action x :effect (x x))"
    assert domain(text).actions[0].effect == (Literal(("x", "x")),)


def test_words_of_other_fragments_may_be_names_of_predicates() -> None:
    names = ("increase", "assign", "preference", "probabilistic")
    declared = " ".join(f"({name} ?x)" for name in names)
    effects = " ".join(f"({name} ?x)" for name in names)
    text = f"(:predicates {declared}) (:action a :parameters (?x) :effect (and {effects}))"
    read = domain(text).actions[0]
    assert read.effect == tuple(Literal((name, "?x")) for name in names)
    assert read.cost is None


# ----- costs -----


@pytest.mark.parametrize(
    ("written", "value"),
    [("5", 5), ("2.5", 2.5), (".5", 0.5), ("3.", 3.0), ("1e2", 100.0), ("+4", 4), ("007", 7)],
)
def test_numbers(written: str, value: float) -> None:
    cost = action(f":effect (increase (total-cost) {written})").cost
    assert cost == (value,)
    assert type(cost[0]) is type(value)


def test_costs_are_numbers_and_terms_that_add_up() -> None:
    text = """:parameters (?x) :effect (and
        (increase (total-cost) 2)
        (and (p) (increase (total-cost) (price ?x)))
        (increase (total-cost) 2)
        (increase (total-cost) (fee)))"""
    read = action(text)
    assert read.cost == (2, ("price", "?x"), 2, ("fee",))
    assert read.effect == (Literal(("p",)),)
    assert action(":effect (p)").cost is None
    assert action(":effect (increase (total-cost) 0)").cost == (0,)


@pytest.mark.parametrize(
    ("metric", "minimize"),
    [
        ("", False),
        ("(:metric minimize (total-time))", False),
        ("(:metric minimize (total-cost))", True),
        ("(:metric minimize total-cost)", True),
    ],
)
def test_costs_count_if_the_metric_says_so(metric: str, minimize: bool) -> None:
    old = "(:metric minimize (total-cost))"
    read = parse_problem(PROBLEM.replace(old, metric), parse_domain(DOMAIN))
    assert read.minimize_cost is minimize
    assert read.function_values


def test_many_values_of_functions() -> None:
    names = [f"a{number}" for number in range(60)]
    values = {("length", a, b): i * j for i, a in enumerate(names) for j, b in enumerate(names)}
    written = " ".join(f"(= (length {a} {b}) {value})" for (_, a, b), value in values.items())
    text = PROBLEM.replace("a b - place", f"{' '.join(names)} a b - place")
    text = text.replace("(= (length a b) 3)", f"{written} (road a0 a1)")
    read = parse_problem(text, parse_domain(DOMAIN))
    assert read.function_values == values | {("total-cost",): 0}
    assert read.init[-1] == ("road", "a0", "a1")


# ----- problems -----


def test_duplicates_are_dropped_and_order_is_kept() -> None:
    read = problem("(:init (q tom) (p) (p) (q tom)) (:goal (and (p) (q tom) (p)))")
    assert read.init == (("q", "tom"), ("p",))
    assert read.goal == (Literal(("p",)), Literal(("q", "tom")))


def test_negative_literals_of_the_initial_state_are_dropped() -> None:
    read = problem("(:init (not (q tom)) (p) (not (p))) (:goal (p))")
    assert read.init == (("p",),)


@pytest.mark.parametrize("goal", ["(:goal)", "(:goal ())", "(:goal (and))", "(:goal (and ()))"])
def test_goals_may_be_empty(goal: str) -> None:
    assert problem(f"(:init) {goal}").goal == ()


def test_goals_may_contradict_themselves_and_compare_objects() -> None:
    goal = problem("(:init) (:goal (and (p) (not (p)) (= tom tom)))").goal
    assert goal == (Literal(("p",)), Literal(("p",), False), Literal(("=", "tom", "tom")))


def test_constants_may_be_declared_again_with_the_same_type() -> None:
    read = problem("(:objects rex - dog tom - cat) (:init) (:goal)")
    assert read.objects == {"tom": ("cat",), "rex": ("dog",)}
    assert list(read.objects) == ["tom", "rex"]


def test_objects_of_several_types_fit_where_one_of_them_does() -> None:
    read = problem("(:objects x - (either dog cat)) (:init (r x x)) (:goal (r tom x))")
    assert read.objects["x"] == ("dog", "cat")
    with pytest.raises(PddlError, match="x is of type dog; expected cat"):
        problem("(:objects x - dog) (:init (r x x)) (:goal)")


def test_names_of_objects_may_be_numbers() -> None:
    read = problem("(:objects 1 2.5) (:init (q 1) (q 2.5)) (:goal (not (= 1 2.5)))")
    assert read.init == (("q", "1"), ("q", "2.5"))


def test_hints_about_the_length_of_plans_are_ignored() -> None:
    assert problem("(:init) (:goal (p)) (:length (:serial 3) (:parallel 2))").goal


@pytest.mark.parametrize("head", ["and (and", "not (not", "and (not", "or (or"])
def test_deep_nesting_does_not_overflow(head: str) -> None:
    deep = f"({head} " * 50_000 + "(p)" + "))" * 50_000
    try:
        read = action(f":precondition {deep} :effect {deep}")
    except PddlError:
        assert head in ("and (not", "or (or")
    else:
        assert read.precondition == (Literal(("p",)),)
