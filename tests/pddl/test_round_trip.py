"""What is written is read back, whatever the layout."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from heurgen.pddl import parse_domain, parse_problem
from heurgen.pddl.model import Action, Atom, Parameter, Predicate, Problem
from tests.delivery import WITH_COSTS
from tests.pddl.writing import domain_text, problem_text, scrawl
from tests.strategies import problems

NUMBERS = st.integers(0, 10**12) | st.floats(0, 1e6).map(lambda x: round(x, 3))
FUNCTIONS = {
    "total-cost": Predicate("total-cost", ()),
    "price": Predicate("price", ()),
    "weight": Predicate("weight", (Parameter("?x"), Parameter("?y", ("animal", "place")))),
}


@st.composite
def tasks(draw: st.DrawFn) -> Problem:
    """Random tasks, most of them with costs, objects of two types, and negative literals."""
    problem = draw(problems())
    actions = tuple(replace(one, cost=draw(costs(one))) for one in problem.domain.actions)
    domain = replace(
        problem.domain,
        requirements=draw(st.sampled_from([(":strips",), (":typing", ":adl")])),
        functions=FUNCTIONS,
        actions=actions,
    )
    pets = [name for name, types in problem.objects.items() if types == ("cat",)]
    values: dict[Atom, float] = {("price",): draw(NUMBERS)}
    values |= {("weight", one, other): draw(NUMBERS) for one in pets for other in pets}
    objects = dict(problem.objects)
    if draw(st.booleans()):
        objects["mule"] = ("dog", "cat")
    return replace(
        problem,
        domain=domain,
        objects=objects,
        function_values=values,
        minimize_cost=draw(st.booleans()),
    )


@st.composite
def costs(draw: st.DrawFn, action: Action) -> tuple[float | Atom, ...] | None:
    terms: list[float | Atom] = [("price",)]
    pets = [one.name for one in action.parameters if one.types in (("cat",), ("animal",))]
    terms += [("weight", one, other) for one in pets for other in pets]
    return tuple(draw(st.lists(NUMBERS | st.sampled_from(terms), max_size=3))) or None


def check(problem: Problem, rng: random.Random) -> None:
    domain = parse_domain(scrawl(domain_text(problem.domain), rng))
    assert domain == replace(problem.domain, file="<string>")
    read = parse_problem(scrawl(problem_text(problem), rng), domain)
    assert read == replace(problem, domain=domain, file="<string>")
    assert list(read.objects) == list(problem.objects)


@settings(deadline=None)
@given(tasks(), st.integers(0, 2**32))
def test_generated_tasks(problem: Problem, seed: int) -> None:
    check(problem, random.Random(seed))


def test_the_delivery_task() -> None:
    untyped = {"at": 2, "road": 2, "in": 2, "full": 1, "grounded": 1}
    predicates = {
        name: Predicate(name, tuple(Parameter(f"?x{i}") for i in range(arity)))
        for name, arity in untyped.items()
    }
    places = (Parameter("?a", ("place",)), Parameter("?b", ("place",)))
    functions = {"total-cost": Predicate("total-cost", ()), "length": Predicate("length", places)}
    domain = replace(
        WITH_COSTS.domain, requirements=(":strips",), predicates=predicates, functions=functions
    )
    check(replace(WITH_COSTS, domain=domain), random.Random(1))
