"""A domain and its tasks with meaningless names, to tell what a model works out from what it remembers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heurgen.pddl.model import Domain, Problem

KEPT = frozenset(
    ["define", "domain", "problem", "and", "or", "not", "imply", "exists", "forall", "when", "either", "object", "number", "=", "-", "total-cost", "increase", "minimize"]
)
"""Words of the language itself."""

TITLES = {"domain": "domain1", ":domain": "domain1", "problem": "task1"}
"""What a name becomes that follows one of these words."""

_TOKEN = re.compile(r"[()]|[^\s()]+")
_COMMENT = re.compile(r";[^\n]*")


class Obfuscator:
    """Renames a domain; the same name becomes the same wherever it occurs, in every task.

    `names` is what was renamed so far: types, predicates, actions and the rest are numbered as they are declared.
    """

    def __init__(self, domain: Domain) -> None:
        self.names: dict[str, str] = {}
        self._rename("type", [name for name in domain.types if name not in KEPT])
        self._rename("predicate", domain.predicates)
        self._rename("action", [action.name for action in domain.actions])
        self._rename("constant", domain.constants)

    def domain(self, text: str) -> str:
        """The text of the domain, renamed and without comments."""
        return self._text(text, {})

    def problem(self, text: str, problem: Problem) -> str:
        """The text of a task, renamed and without comments; its objects are numbered by type."""
        own: dict[str, str] = {}
        counts: dict[str, int] = {}
        for name, types in problem.objects.items():
            if name not in self.names:      # a constant, or named like something in the domain
                kind = self.names.get(types[0], "object") if types else "object"
                counts[kind] = counts.get(kind, 0) + 1
                own[name] = f"{kind}-{counts[kind]}"
        return self._text(text, own)

    def _rename(self, what: str, names: object) -> None:
        for place, name in enumerate(names, start=1):  # type: ignore[arg-type, var-annotated]
            self.names.setdefault(name, f"{what}{place}")

    def _text(self, text: str, own: dict[str, str]) -> str:
        variables: dict[str, str] = {}

        def renamed(token: str) -> str:
            if token in KEPT or token[0] in ":()" or re.fullmatch(r"[\d.]+", token):
                return token
            if token[0] == "?":
                return variables.setdefault(token, f"?v{len(variables) + 1}")
            if token in own:
                return own[token]
            return self.names.setdefault(token, f"name{len(self.names) + 1}")

        tokens = _TOKEN.findall(_COMMENT.sub("", text).lower())
        # The names of domain and problem are no others' names, even where they are the same words.
        titled = [TITLES.get(before) or renamed(token) for before, token in zip(["", *tokens], tokens, strict=False)]
        return "\n".join(_lines(titled)) + "\n"


def _lines(tokens: list[str]) -> Iterator[str]:
    """The tokens in lines: one for each expression in the second level and each part of an action, wrapped."""
    line, depth = "", 0
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else ""
        part = token in (":parameters", ":precondition", ":effect")
        begins = token == "(" and not before.startswith(":") and (depth <= 2 or len(line) > 90)
        if line and (part or begins):
            yield line.rstrip()
            line = "  " * min(depth, 3)
        glued = token == ")" or before == "("
        line += token if glued or not line.strip() else f" {token}"
        depth += (token == "(") - (token == ")")
    yield line
