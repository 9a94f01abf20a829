"""Measurements and their tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from heurgen.benchmark import probes
from heurgen.benchmark.peers import Peers, table
from heurgen.generation import load_generator
from heurgen.paths import pddl_dir


@pytest.mark.parametrize("name", sorted(name for name in probes.PROBES if name.startswith("heurgen")))
def test_own_probes_measure(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = tmp_path / "p.pddl"
    problem.write_text(load_generator("ferry").generate_at(1, 5))
    probes.main([name, str(pddl_dir() / "ferry" / "domain.pddl"), str(problem), "0.1"])
    figures = probes.json.loads(capsys.readouterr().out)
    assert all(value >= 0 for value in figures.values())
    assert set(figures) & {"first_expansion", "rate"}


def test_a_table_names_what_failed_and_compares_the_rest() -> None:
    peers = Peers(1.0, ("ferry", "sokoban"), print)
    peers.cells["heurgen-start-hard", "ferry"] = {"first_expansion": 0.02}
    peers.cells["mimir-start-hard", "ferry"] = "time"
    peers.cells["heurgen-blind-medium", "ferry"] = {"rate": 6e6, "bytes_per_state": 55.0}
    peers.cells["mimir-blind-medium", "ferry"] = {"rate": 2e5}
    peers.cells["downward-blind-medium", "ferry"] = {"generated": 9e6, "seconds": 3.0}
    text = table(peers, "heurgen bench peers --seconds 1")
    assert "| ferry | 0.02 | - | time | - |" in text
    assert "| ferry | 6,000,000 | 200,000 | 3,000,000 | 30x | 2.0x | 55 |" in text
    assert "| sokoban | - | - | - | - |" in text
    assert "`heurgen bench peers --seconds 1`" in text
