"""The slow obvious implementation: what the compiled core is compared with.

Everything is ground, states are frozensets of atoms. Works on heurgen.pddl.model data alone.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from heurgen.pddl.model import Action, Atom, Literal, Problem

State = frozenset[Atom]


@dataclass(frozen=True)
class GroundAction:
    name: tuple[str, ...]
    positive: frozenset[Atom]
    negative: frozenset[Atom]
    adds: frozenset[Atom]
    deletes: frozenset[Atom]

    def applicable(self, state: State) -> bool:
        return self.positive <= state and not self.negative & state

    def apply(self, state: State) -> State:
        return (state - self.deletes) | self.adds


def ancestors(problem: Problem, name: str) -> set[str]:
    found = {name, "object"}
    for parent in problem.domain.types.get(name, ()):
        found |= ancestors(problem, parent)
    return found


def has_type(problem: Problem, name: str, types: tuple[str, ...]) -> bool:
    own = set().union(*(ancestors(problem, declared) for declared in problem.objects[name]))
    return bool(own & set(types))


def substitute(atom: Atom, values: dict[str, str]) -> Atom:
    return (atom[0], *[values.get(term, term) for term in atom[1:]])


def ground(problem: Problem) -> list[GroundAction]:
    return [
        instance for schema in problem.domain.actions for instance in instances(problem, schema)
    ]


def instances(problem: Problem, schema: Action) -> Iterator[GroundAction]:
    choices = [
        [name for name in problem.objects if has_type(problem, name, parameter.types)]
        for parameter in schema.parameters
    ]
    for arguments in itertools.product(*choices):
        values = dict(
            zip((parameter.name for parameter in schema.parameters), arguments, strict=True)
        )

        def atoms(literals: tuple[Literal, ...], positive: bool) -> frozenset[Atom]:
            return frozenset(
                substitute(literal.atom, values)  # noqa: B023
                for literal in literals
                if literal.positive == positive and literal.atom[0] != "="
            )

        equalities = [literal for literal in schema.precondition if literal.atom[0] == "="]
        if all(
            (values.get(e.atom[1], e.atom[1]) == values.get(e.atom[2], e.atom[2])) == e.positive
            for e in equalities
        ):
            yield GroundAction(
                (schema.name, *arguments),
                atoms(schema.precondition, True),
                atoms(schema.precondition, False),
                atoms(schema.effect, True),
                atoms(schema.effect, False),
            )


def is_goal(problem: Problem, state: State) -> bool:
    return all(
        (literal.atom[1] == literal.atom[2] if literal.atom[0] == "=" else literal.atom in state)
        == literal.positive
        for literal in problem.goal
    )


def shortest_plan(problem: Problem, most: int = 20_000) -> list[tuple[str, ...]] | str | None:
    """A shortest plan, None if there is none, "unknown" where more than `most` states are needed."""
    actions = ground(problem)
    start = frozenset(problem.init)
    parents: dict[State, tuple[State, tuple[str, ...]] | None] = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if is_goal(problem, state):
            plan = []
            step = parents[state]
            while step is not None:
                plan.append(step[1])
                step = parents[step[0]]
            return plan[::-1]
        for action in actions:
            if action.applicable(state):
                after = action.apply(state)
                if after not in parents:
                    parents[after] = (state, action.name)
                    queue.append(after)
        if len(parents) > most:
            return "unknown"
    return None


Fact = tuple[bool, Atom]
"""(True, atom): it holds; (False, atom): it does not."""


def relaxed_costs(problem: Problem, state: State, combine: str) -> dict[Fact, float]:
    """h^add ("sum") or h^max ("max") costs of all facts by value iteration to a fixed point."""
    actions = ground(problem)
    infinity = float("inf")
    costs: dict[Fact, float] = {(True, atom): 0.0 for atom in state}

    def cost(fact: Fact) -> float:
        if not fact[0] and fact[1] not in state:
            return 0.0
        return costs.get(fact, infinity)

    join = sum if combine == "sum" else lambda values: max(values, default=0)
    changed = True
    while changed:
        changed = False
        for action in actions:
            needs = [(True, atom) for atom in action.positive] + [
                (False, atom) for atom in action.negative
            ]
            value = join([cost(fact) for fact in needs]) + 1
            if value == infinity:
                continue
            gives = [(True, atom) for atom in action.adds]
            gives += [(False, atom) for atom in action.deletes - action.adds]
            for fact in gives:
                if value < cost(fact):
                    costs[fact] = value
                    changed = True
    for literal in problem.goal:
        fact = (literal.positive, literal.atom)
        costs[fact] = cost(fact)
    return costs


def relaxed_value(problem: Problem, state: State, combine: str) -> float:
    """h^add ("sum") or h^max ("max") of a state."""
    costs = relaxed_costs(problem, state, combine)
    values = [costs[literal.positive, literal.atom] for literal in problem.goal]
    return sum(values) if combine == "sum" else max(values, default=0.0)


Relaxed = tuple[tuple[str, ...], frozenset[Fact], frozenset[Fact]]
"""The name of an action, the facts that it needs and those that it achieves."""


def reached_actions(problem: Problem) -> list[Relaxed]:
    """The actions that the relaxation reaches from the initial state."""
    start = frozenset(problem.init)
    costs = relaxed_costs(problem, start, "max")
    found: list[Relaxed] = []
    for action in ground(problem):
        needs = [(True, atom) for atom in action.positive] + [
            (False, atom) for atom in action.negative
        ]
        gives = [(True, atom) for atom in action.adds]
        gives += [(False, atom) for atom in action.deletes - action.adds]
        if all(
            (fact in costs and costs[fact] < float("inf")) or not (fact[0] or fact[1] in start)
            for fact in needs
        ):
            found.append((action.name, frozenset(needs), frozenset(gives)))
    return found


def relevant_actions(problem: Problem) -> set[tuple[str, ...]]:
    """Of those the ones that achieve a fact of the goal, or one that such an action needs.

    What an action needs anyway it does not achieve, and what it undoes it does not need for undoing it.
    """
    wanted = {(literal.positive, literal.atom) for literal in problem.goal}
    found: set[tuple[str, ...]] = set()
    before = None
    while before != (len(wanted), len(found)):
        before = len(wanted), len(found)
        for name, needs, gives in reached_actions(problem):
            for fact in (gives - needs) & wanted:
                found.add(name)
                wanted |= needs - {(not fact[0], fact[1])}
    return found
