"""What of PDDL heurgen reads, and what it refuses by name.

The fragment is STRIPS with typing (hierarchies, ``either``), constants, equality, negative
preconditions and action costs. A requirement is refused only if it cannot be used without what
heurgen lacks (durative actions, preferences ...). Others are accepted: many domains declare
``:adl`` or ``:fluents`` and use nothing of it, and what they do use is refused where it stands.
"""

from __future__ import annotations

from heurgen.pddl.syntax import ListView

READ = frozenset(
    {
        ":strips",
        ":typing",
        ":equality",
        ":negative-preconditions",
        ":action-costs",
    }
)
"""Requirements that are met in full."""

HARMLESS = frozenset(
    {
        ":adl",
        ":conditional-effects",
        ":derived-predicates",
        ":disjunctive-preconditions",
        ":domain-axioms",
        ":existential-preconditions",
        ":fluents",
        ":numeric-fluents",
        ":object-fluents",
        ":quantified-preconditions",
        ":ucpop",
        ":universal-preconditions",
    }
)
"""Requirements that a domain may declare, as long as it does not use the construct."""

REFUSED = {
    ":constraints": "a problem without constraints on the plan",
    ":continuous-effects": "instantaneous actions",
    ":duration-inequalities": "actions without duration",
    ":durative-actions": "actions without duration",
    ":goal-utilities": "a goal that must hold",
    ":hierarchy": "a classical domain, without tasks and methods",
    ":multi-agent": "a domain for one agent",
    ":non-deterministic": "actions with one outcome",
    ":partial-observability": "a fully observable domain",
    ":preferences": "a goal that must hold",
    ":probabilistic-effects": "actions with one outcome",
    ":rewards": "costs of actions",
    ":time": "actions without processes and events",
    ":timed-initial-literals": "an initial state that only actions change",
}
"""Requirements that make sense only with a construct outside the fragment; what would be read."""

SECTIONS = {
    ":axiom": "a predicate that the actions keep up to date",
    ":constraints": "a problem without constraints on the plan",
    ":derived": "a predicate that the actions keep up to date",
    ":durative-action": "an :action, without duration",
    ":event": "an :action",
    ":goal-utility": "a goal that must hold",
    ":htn": "a :goal",
    ":method": "an :action",
    ":modules": "an :action for each external one",
    ":process": "an :action",
    ":task": "an :action",
    ":utility": "a goal that must hold",
}
"""Sections outside the fragment; what would be read."""

FORMULAS = {
    "exists": "the quantified variable as a parameter of the action",
    "forall": "a literal for each object, or a predicate that the actions keep up to date",
    "imply": "an action for each case",
    "or": "an action for each alternative",
    "when": "an action for each case",
}
"""Formulas and effects outside the fragment; what would be read in an action."""

NUMERIC = "only (increase (total-cost) COST), in effects"
ONE_OUTCOME = "one effect"
UNLESS_DECLARED = {
    "<": NUMERIC,
    "<=": NUMERIC,
    ">": NUMERIC,
    ">=": NUMERIC,
    "assign": NUMERIC,
    "decrease": NUMERIC,
    "increase": NUMERIC,
    "scale-down": NUMERIC,
    "scale-up": NUMERIC,
    "oneof": ONE_OUTCOME,
    "probabilistic": ONE_OUTCOME,
    "preference": "a goal that must hold",
}
"""The same for words that a domain may use as names of predicates."""

RESERVED = frozenset({"and", "not", "=", *FORMULAS})
"""What cannot be the name of a predicate."""


def check_requirements(view: ListView) -> list[str]:
    """The keywords of a ``(:requirements ...)`` section, refusing those heurgen cannot serve."""
    names = [view.token(place, "a requirement") for place in range(1, len(view))]
    for place, name in enumerate(names, start=1):
        if name in REFUSED:
            raise view.source.unsupported(view.offset(place), name, REFUSED[name])
        if name not in READ and name not in HARMLESS:
            expected = f"some of {', '.join(sorted(READ))}"
            raise view.error(place, f"unknown requirement {name}", expected)
    return names


def refuse_section(view: ListView, keyword: str) -> None:
    """An error if a section is outside the fragment."""
    if keyword in SECTIONS:
        raise view.source.unsupported(view.start, keyword, SECTIONS[keyword])


def refuse_formula(view: ListView, head: str, declared: bool, in_action: bool) -> None:
    """An error if a formula or effect is outside the fragment.

    `declared` tells whether its head is a predicate of the domain.
    """
    if head in FORMULAS or (head in UNLESS_DECLARED and not declared):
        instead = FORMULAS.get(head) or UNLESS_DECLARED[head] if in_action else "literals only"
        raise view.source.unsupported(view.start, f"({head} ...)", instead)
