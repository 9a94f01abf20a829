"""`heurgen domains`: what is known."""

from __future__ import annotations

from pathlib import Path


def domains() -> None:
    """List the domains heurgen knows: tasks, recorded responses, and the heuristic chosen for each."""
    from rich.console import Console
    from rich.table import Table

    from heurgen.generation import generated_domains, testing_suite
    from heurgen.library import bundled_domains
    from heurgen.llm.responses import load_recorded
    from heurgen.paths import domains_dir, pddl_dir

    table = Table("domain", "train", "test", "responses", "heuristic", "search", "rungs", box=None, padding=(0, 2, 0, 0))
    generators = set(generated_domains())
    for name in bundled_domains():
        folder = pddl_dir() / name
        # With a generator large ones are not stored but written on demand.
        testing = len(testing_suite()) if name in generators else len(list(folder.glob("testing/*.pddl")))
        table.add_row(
            name,
            str(len(list(folder.glob("training/*.pddl")))),
            str(testing),
            str(len(load_recorded(domains_dir() / name / "responses"))),
            *_heuristic(folder / "domain.pddl"),
        )
    Console().print(table)


def _heuristic(domain: Path) -> tuple[str, str, str]:
    """What `heurgen solve` uses: heuristic, search, and how many rungs of the ladder they came."""
    from heurgen.library import domain_mark, known_heuristic
    from heurgen.paths import user_dir
    from heurgen.planner import FALLBACK_SEARCH

    known = known_heuristic(domain_mark(domain))
    if known is None:
        return ("h^FF", FALLBACK_SEARCH, "")
    choice, file = known
    return ("yours" if user_dir() in file.parents else "chosen", choice.search, str(choice.scores.get("ladder", "")))
