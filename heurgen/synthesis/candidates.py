"""Candidates: the code that responses gave, and how they did."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from heurgen.evaluation.outcome import Outcome, Run
from heurgen.llm.extraction import extract_code
from heurgen.llm.responses import Response


@dataclass(frozen=True, slots=True)
class Candidate:
    """A response with the code it gave; `code` is None, and `problem` says why, where it gave none.

    `parents` are the names of the candidates that its prompt showed.
    """

    name: str
    response: Response
    code: str | None
    problem: str = ""
    parents: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """What identifies its code."""
        return hashlib.sha256((self.code or "").encode()).hexdigest()[:16]


@dataclass(slots=True)
class Record:
    """A candidate with its runs on the training tasks, on the ladder and in the final.

    `dropped` counts training tasks it was not tried on, since it could no longer win or had failed too often. `same_as`
    names an earlier candidate that behaves alike, which is run in its place. `finding` is what a closer look found.
    """

    candidate: Candidate
    runs: list[Run] = field(default_factory=list)
    dropped: int = 0
    ladder: list[Run] = field(default_factory=list)
    finals: list[Run] = field(default_factory=list)
    same_as: str = ""
    finding: str = ""

    @property
    def solved(self) -> int:
        return sum(run.solved for run in self.runs)

    @property
    def agile(self) -> float:
        """The sum of the agile scores, to three digits, so that noise does not decide."""
        return round(sum(run.agile_score for run in self.runs), 3)

    @property
    def expansions(self) -> int:
        """States expanded on the tasks it solved."""
        return sum(run.expanded or 0 for run in self.runs if run.solved)

    def add_rung(self, run: Run) -> None:
        """Note a run on a rung, instead of an earlier one in the same search."""
        _replace(self.ladder, run)

    def add_final(self, run: Run) -> None:
        """The same for a run of the final."""
        _replace(self.finals, run)

    @property
    def rungs(self) -> int:
        """Rungs of the ladder it came up with the search that suited it best."""
        return _most_in_one_search(self.ladder)

    @property
    def final(self) -> int:
        """Tasks of the final that it solved."""
        return _most_in_one_search(self.finals)

    @property
    def evaluations_per_second(self) -> float | None:
        """Over the runs that reported, None where there are none."""
        seconds = sum(run.search_time or 0.0 for run in self.runs)
        evaluated = sum(run.evaluated or 0 for run in self.runs)
        return evaluated / seconds if seconds else None

    @property
    def rank_key(self) -> tuple[int, float, int]:
        """Ascending: more tasks solved, then a higher agile score, then fewer expansions come first."""
        return (-self.solved, -self.agile, self.expansions)

    @property
    def trouble(self) -> str:
        """What kept it from solving the rest, most frequent first; empty if it solved all."""
        if self.candidate.code is None:
            return self.candidate.problem
        if self.same_as:
            return f"behaves like {self.same_as}"
        counts = Counter(run.outcome for run in self.runs if not run.solved)
        parts = [f"{outcome.value} {count}x" for outcome, count in counts.most_common()]
        faults = [run.message for run in self.runs if run.outcome.candidate_fault and run.message]
        detail = f" ({faults[0]})" if faults else ""
        dropped = f"; {self.dropped} not tried" if self.dropped else ""
        return ", ".join(parts) + detail + dropped


def _most_in_one_search(runs: list[Run]) -> int:
    return max(Counter(run.search for run in runs if run.solved).values(), default=0)


def _replace(runs: list[Run], run: Run) -> None:
    runs[:] = [known for known in runs if (known.task, known.search) != (run.task, run.search)]
    runs.append(run)


def make_candidate(name: str, response: Response, parents: tuple[str, ...] = ()) -> Candidate:
    """The candidate that a response gives."""
    extraction = extract_code(response.text, response.finish_reason)
    return Candidate(name, response, extraction.code, extraction.problem.value, parents)


def rejected(run: Run) -> bool:
    """Whether the candidate cannot run on any task."""
    return run.outcome is Outcome.REJECTED
