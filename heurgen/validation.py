"""An independent plan checker: pure Python on the lifted task, no code shared with the core.

The semantics are those of PDDL 2.1 (Fox and Long, JAIR 20, 2003, section 7) for plans that are
plain sequences of actions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from heurgen.pddl.model import Action, Atom, Literal, Problem


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a plan is valid, and if not, why.

    `cost` is None where the plan is not valid. `failed_step` counts from 1 and is None where every
    step could be taken (then the goal is not reached, or the plan is valid). `unsatisfied` lists
    the ground literals of that step's precondition, or of the goal, that do not hold.
    `state_size` is the number of atoms in the last state reached.
    """

    valid: bool
    cost: float | None
    steps: int
    failed_step: int | None
    message: str
    unsatisfied: tuple[Literal, ...] = ()
    state_size: int = 0


class HasProblem(Protocol):
    """Anything that knows its problem, such as a heurgen.Task."""

    @property
    def problem(self) -> Problem: ...


def uses_costs(problem: Problem) -> bool:
    """Whether actions have costs that the problem wants small; else every action costs 1."""
    return problem.minimize_cost and any(action.cost for action in problem.domain.actions)


def validate(task: Problem | HasProblem, plan: Sequence[tuple[str, ...]]) -> Verdict:
    """Execute a plan from the initial state and check every step and the goal. Grounds nothing.

    The cost is the number of steps unless `uses_costs`; then a step whose cost has no value in the
    problem is a fault like any other. A faulty plan is a verdict, never an exception.
    """
    return _Checker(task if isinstance(task, Problem) else task.problem).check(plan)


class _StepError(Exception):
    def __init__(self, message: str, unsatisfied: tuple[Literal, ...] = ()) -> None:
        super().__init__(message)
        self.unsatisfied = unsatisfied


class _Checker:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.schemas = {action.name: action for action in problem.domain.actions}
        self.types: dict[tuple[str, ...], frozenset[str]] = {}

    def check(self, plan: Sequence[tuple[str, ...]]) -> Verdict:
        state = set(self.problem.init)
        with_costs = uses_costs(self.problem)
        cost: float = 0
        for number, step in enumerate(plan, start=1):
            try:
                schema, values = self._bind(step)
                self._check_precondition(schema, values, state)
                cost += self._cost(schema, values) if with_costs else 1
            except _StepError as error:
                text = f"step {number} ({' '.join(step)}): {error}"
                return Verdict(
                    False, None, len(plan), number, text, error.unsatisfied, len(state)
                )
            _apply(schema, values, state)
        unmet = tuple(_violated(self.problem.goal, {}, state))
        if unmet:
            text = f"the goal is not reached: {_show(unmet)}"
            return Verdict(False, None, len(plan), None, text, unmet, len(state))
        text = f"valid plan of {_count(len(plan), 'step')}"
        return Verdict(True, cost, len(plan), None, text, (), len(state))

    def _bind(self, step: tuple[str, ...]) -> tuple[Action, dict[str, str]]:
        schema = self.schemas.get(step[0]) if step else None
        if schema is None:
            raise _StepError("there is no such action")
        arguments = step[1:]
        if len(arguments) != len(schema.parameters):
            found = _count(len(arguments), "argument")
            raise _StepError(f"{found}, expected {len(schema.parameters)}")
        for parameter, name in zip(schema.parameters, arguments, strict=True):
            declared = self.problem.objects.get(name)
            if declared is None:
                raise _StepError(f"there is no object {name}")
            if not self._all_types(declared).intersection(parameter.types):
                wanted = " or ".join(parameter.types)
                raise _StepError(f"{name} is of type {' or '.join(declared)}, expected {wanted}")
        names = (parameter.name for parameter in schema.parameters)
        return schema, dict(zip(names, arguments, strict=True))

    def _all_types(self, declared: tuple[str, ...]) -> frozenset[str]:
        known = self.types.get(declared)
        if known is None:
            found = {"object"}
            waiting = list(declared)
            while waiting:
                name = waiting.pop()
                if name not in found:
                    found.add(name)
                    waiting.extend(self.problem.domain.types.get(name, ()))
            known = self.types[declared] = frozenset(found)
        return known

    def _check_precondition(
        self, schema: Action, values: dict[str, str], state: set[Atom]
    ) -> None:
        violated = tuple(_violated(schema.precondition, values, state))
        if violated:
            one = len(violated) == 1
            noun, verb = ("precondition", "does") if one else ("preconditions", "do")
            raise _StepError(f"{noun} {_show(violated)} {verb} not hold", violated)

    def _cost(self, schema: Action, values: dict[str, str]) -> float:
        total: float = 0
        for term in schema.cost or ():
            if isinstance(term, tuple):
                ground = _ground(term, values)
                if ground not in self.problem.function_values:
                    raise _StepError(f"({' '.join(ground)}) has no value")
                total += self.problem.function_values[ground]
            else:
                total += term
        return total


def _ground(atom: Atom, values: dict[str, str]) -> Atom:
    return (atom[0], *[values.get(term, term) for term in atom[1:]])


def _violated(
    literals: Iterable[Literal], values: dict[str, str], state: set[Atom]
) -> Iterable[Literal]:
    for literal in literals:
        atom = _ground(literal.atom, values)
        holds = atom[1] == atom[2] if atom[0] == "=" else atom in state
        if holds != literal.positive:
            yield Literal(atom, literal.positive)


def _apply(schema: Action, values: dict[str, str], state: set[Atom]) -> None:
    for effect in schema.effect:
        if not effect.positive:
            state.discard(_ground(effect.atom, values))
    for effect in schema.effect:
        if effect.positive:
            state.add(_ground(effect.atom, values))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _show(literals: Sequence[Literal], most: int = 5) -> str:
    shown = [
        f"({' '.join(literal.atom)})" if literal.positive else f"(not ({' '.join(literal.atom)}))"
        for literal in literals[:most]
    ]
    rest = f" and {len(literals) - most} more" if len(literals) > most else ""
    return ", ".join(shown) + rest
