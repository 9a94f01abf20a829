"""An archive of candidates in cells, each holding the best of those that are good at the same thing (MAP-Elites,
Mouret and Clune, arXiv:1504.04909)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from heurgen.synthesis.candidates import Record
from heurgen.synthesis.diagnosis import Diagnosis

Cell = tuple[int, int]

SLOWEST = 100.0         # evaluations per second; each step of a cell is a factor of four
COMBINED = 0.5          # share of the draws that give two parents


@dataclass(frozen=True, slots=True)
class Member:
    """A candidate and what was found of it."""

    record: Record
    diagnosis: Diagnosis

    @property
    def fitness(self) -> tuple[int, int, float, int]:
        """Descending: more training tasks solved, more rungs, a higher agile score, fewer expansions come first."""
        return (self.record.solved, self.diagnosis.rungs or 0, self.record.agile, -self.record.expansions)

    @property
    def cell(self) -> Cell:
        """How many evaluations per second it makes, and how many expansions per step of its plans, on a scale of logarithms."""
        rate = max(SLOWEST, self.record.evaluations_per_second or 0.0)
        steps = sum(len(run.plan or ()) for run in self.record.runs if run.solved)
        beyond = self.record.expansions / steps if steps else math.inf
        waste = 9 if math.isinf(beyond) else min(8, round(math.log2(max(1.0, beyond))))
        return (round(math.log(rate / SLOWEST, 4)), waste)


class Archive:
    """The best member of each cell."""

    def __init__(self) -> None:
        self.cells: dict[Cell, Member] = {}

    def add(self, member: Member) -> bool:
        """Keep a member if it solves anything and its cell holds none that is better; whether it was kept."""
        if not member.record.solved:
            return False
        held = self.cells.get(member.cell)
        if held is not None and held.fitness >= member.fitness:
            return False
        self.cells[member.cell] = member
        return True

    def best(self) -> Member | None:
        """The fittest member, None in an empty archive."""
        return max(self.cells.values(), key=lambda member: member.fitness, default=None)

    def draw(self, rng: Random) -> list[Member]:
        """One or two parents: the first is more likely the fitter it is, the second lives in another cell."""
        ranked = sorted(self.cells.values(), key=lambda member: member.fitness, reverse=True)
        if not ranked:
            return []
        first = ranked[min(int(rng.expovariate(1.0)), len(ranked) - 1)]
        others = [member for member in ranked if member is not first]
        if others and rng.random() < COMBINED:
            return [first, others[int(rng.random() * len(others))]]
        return [first]
