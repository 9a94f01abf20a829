"""The competition's tasks, read as two independent parsers read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heurgen.pddl import Literal, Problem, read_problem
from tests.pddl.test_reader import DOMAINS

Schema = tuple[list[tuple[str, str]], set[Literal], set[Literal]]
"""Parameters with their types, precondition and effect of an action."""


def smallest_tasks(folder: Path) -> list[Path]:
    return sorted((folder / "training").glob("*.pddl"), key=lambda path: path.stat().st_size)[:6]


def our_objects(problem: Problem) -> dict[str, str]:
    return {name: kind for name, (kind,) in problem.objects.items()}


def our_schemas(problem: Problem) -> dict[str, Schema]:
    return {
        action.name: (
            [(parameter.name, parameter.types[0]) for parameter in action.parameters],
            set(action.precondition),
            set(action.effect),
        )
        for action in problem.domain.actions
    }


# ----- unified-planning -----


def up_literals(formula: Any) -> set[Literal]:
    if formula.is_and():
        return {literal for part in formula.args for literal in up_literals(part)}
    if formula.is_not():
        (literal,) = up_literals(formula.arg(0))
        return {Literal(literal.atom, not literal.positive)}
    if formula.is_true():
        return set()
    head = "=" if formula.is_equals() else formula.fluent().name
    return {Literal((head, *map(up_term, formula.args)))}


def up_term(term: Any) -> str:
    return f"?{term.parameter().name}" if term.is_parameter_exp() else str(term.object().name)


def up_schema(action: Any) -> Schema:
    conditions = [up_literals(condition) for condition in action.preconditions]
    effects = set()
    for effect in action.effects:
        (literal,) = up_literals(effect.fluent)
        assert effect.condition.is_true()
        effects.add(Literal(literal.atom, effect.value.is_true()))
    return (
        [(f"?{parameter.name}", parameter.type.name) for parameter in action.parameters],
        set().union(*conditions),
        effects,
    )


@pytest.mark.parametrize("name", DOMAINS)
def test_unified_planning_reads_the_same(ipc2023: Path, name: str) -> None:
    from unified_planning.io import PDDLReader

    folder = ipc2023 / name
    for path in smallest_tasks(folder):
        ours = read_problem(path, folder / "domain.pddl")
        theirs = PDDLReader().parse_problem(str(folder / "domain.pddl"), str(path))
        assert our_objects(ours) == {obj.name: obj.type.name for obj in theirs.all_objects}
        values = theirs.initial_values.items()
        facts = [up_literals(fluent) for fluent, value in values if value.is_true()]
        assert {Literal(atom) for atom in ours.init} == set().union(*facts)
        assert set(ours.goal) == set().union(*map(up_literals, theirs.goals))
        assert our_schemas(ours) == {one.name: up_schema(one) for one in theirs.actions}


# ----- tarski -----


def tarski_literals(formula: Any) -> set[Literal]:
    from tarski.syntax import Atom, CompoundFormula, Connective, Tautology

    if isinstance(formula, Tautology):
        return set()
    if isinstance(formula, Atom):
        return {Literal((str(formula.predicate.name), *map(tarski_term, formula.subterms)))}
    assert isinstance(formula, CompoundFormula)
    parts = [tarski_literals(part) for part in formula.subformulas]
    if formula.connective is Connective.And:
        return set().union(*parts)
    assert formula.connective is Connective.Not
    ((literal,),) = parts
    return {Literal(literal.atom, not literal.positive)}


def tarski_term(term: Any) -> str:
    from tarski.syntax import Variable

    return str(term.symbol if isinstance(term, Variable) else term.name)


def tarski_schema(action: Any) -> Schema:
    from tarski.fstrips import AddEffect

    effects = set()
    for effect in action.effects:
        (literal,) = tarski_literals(effect.atom)
        effects.add(Literal(literal.atom, isinstance(effect, AddEffect)))
    parameters = [(variable.symbol, variable.sort.name) for variable in action.parameters]
    return parameters, tarski_literals(action.precondition), effects


@pytest.mark.parametrize("name", DOMAINS)
def test_tarski_reads_the_same(ipc2023: Path, name: str) -> None:
    from tarski.io import PDDLReader

    folder = ipc2023 / name
    for path in smallest_tasks(folder):
        ours = read_problem(path, folder / "domain.pddl")
        reader = PDDLReader(raise_on_error=True)
        reader.parse_domain(str(folder / "domain.pddl"))
        theirs = reader.parse_instance(str(path))
        constants = theirs.language.constants()
        assert our_objects(ours) == {constant.name: constant.sort.name for constant in constants}
        facts = [tarski_literals(atom) for atom in theirs.init.as_atoms()]
        assert {Literal(atom) for atom in ours.init} == set().union(*facts)
        assert set(ours.goal) == tarski_literals(theirs.goal)
        found = {action: tarski_schema(schema) for action, schema in theirs.actions.items()}
        assert our_schemas(ours) == found
