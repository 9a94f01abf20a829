"""A domain folder with meaningless names: see `heurgen.pddl.obfuscation`."""

from __future__ import annotations

from pathlib import Path

from heurgen.generation import load_generator
from heurgen.library import LADDER, DomainFiles
from heurgen.pddl import parse_problem, read_domain
from heurgen.pddl.obfuscation import Obfuscator
from heurgen.plans import write_text
from heurgen.synthesis.journal import write_json
from heurgen.synthesis.ladder import SEED, SIZES

LARGEST_FILE = 2_000_000
"""Bytes of a rung; larger ones are left out."""


def write_obfuscated(files: DomainFiles, folder: Path) -> int:
    """Write a domain, its training tasks and rungs of its ladder, renamed; the number of tasks.

    ``names.json`` tells what became of every name of the domain. Raises InputError where writing is impossible.
    """
    domain = read_domain(files.domain)
    renamer = Obfuscator(domain)
    write_json(folder / "names.json", renamer.names)
    write_text(folder / "domain.pddl", renamer.domain(files.domain.read_text(encoding="utf-8")))
    tasks = {f"training/{path.name}": path.read_text(encoding="utf-8") for path in files.training}
    if files.bundled:
        generator = load_generator(files.name)
        for place, size in enumerate(SIZES):
            tasks[f"{LADDER}/r{place + 1:02}.pddl"] = generator.generate_at(size, SEED + place)
    written = 0
    for name, text in tasks.items():
        if len(text) > LARGEST_FILE:
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_text(folder / name, renamer.problem(text, parse_problem(text, domain)))
        written += 1
    return written
