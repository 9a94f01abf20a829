"""Sources of candidates, most of them hostile, and the task they run on."""

from __future__ import annotations

from heurgen.paths import pddl_dir
from heurgen.pddl import read_problem

FOLDER = pddl_dir() / "ferry"
PROBLEM = read_problem(FOLDER / "training" / "p08.pddl", FOLDER / "domain.pddl")

OS = "__import__('os')"
HEAD = "from heurgen import Heuristic\nclass H(Heuristic):\n"


def call(*lines: str) -> str:
    """A candidate whose ``__call__`` consists of these lines, the first of them line 4."""
    body = "".join(f"        {line}\n" for line in lines)
    return f"{HEAD}    def __call__(self, state):\n{body}"


def init(*lines: str) -> str:
    """A candidate whose ``__init__`` consists of these lines, the first of them line 4."""
    body = "".join(f"        {line}\n" for line in lines)
    return f"{HEAD}    def __init__(self, task):\n{body}    def __call__(self, state): return 1\n"


GOOD = call("return state.goals_left")
ENDLESS = call("while True: pass")
DEAF = call("while True:", "    try:", "        while True: pass", "    except BaseException: pass")
