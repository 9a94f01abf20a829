"""`heurgen domains`: what is known."""

from __future__ import annotations


def domains() -> None:
    """List the domains heurgen knows: tasks, recorded responses, and the heuristic chosen for each."""
    from rich.console import Console
    from rich.table import Table

    from heurgen.generation import generated_domains
    from heurgen.library import bundled_domains, domain_mark, known_heuristic
    from heurgen.llm.responses import load_recorded
    from heurgen.paths import domains_dir, pddl_dir, user_dir

    table = Table("domain", "training", "testing", "generator", "responses", "heuristic")
    generators = set(generated_domains())
    for name in bundled_domains():
        folder = pddl_dir() / name
        known = known_heuristic(domain_mark(folder / "domain.pddl"))
        mine = known is not None and user_dir() in known[1].parents
        table.add_row(
            name,
            str(len(list(folder.glob("training/*.pddl")))),
            str(len(list(folder.glob("testing/*.pddl")))),
            "yes" if name in generators else "no",
            str(len(load_recorded(domains_dir() / name / "responses"))),
            "h^FF" if known is None else f"{known[0].candidate}{' (yours)' if mine else ''}",
        )
    Console().print(table)
