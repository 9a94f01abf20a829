"""Candidates on the ladder and in the final: who climbs, who is left behind, who takes part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from heurgen.evaluation.outcome import Outcome, Run
from heurgen.llm.responses import Response
from heurgen.synthesis.candidates import Candidate, Record
from heurgen.synthesis.climbing import Climber, climb, finalists, hold_final
from heurgen.synthesis.ladder import Ladder
from heurgen.synthesis.workshop import Workshop

LADDER = Ladder(("r1", "r2", "r3"), lambda name: cast(Any, name), ("f1", "f2", "f3", "f4"))


@dataclass
class Scripted:
    """A workshop whose runs fail where `failing` says so, by candidate and task; `took` are seconds, else 1."""

    failing: set[tuple[str, str]] = field(default_factory=set)
    took: dict[str, float] = field(default_factory=dict)
    made: list[tuple[str, str]] = field(default_factory=list)
    store: None = None

    @property
    def evaluator(self) -> Scripted:
        return self

    def progress(self, what: str, done: int, total: int) -> None:
        assert done < total

    def request(self, candidate: Candidate, task: str, problem: object, search: str) -> tuple[str, str, str]:
        return (candidate.name, task, search)

    def run_many(self, requests: Iterable[tuple[str, str, str]], store: None) -> Iterator[Run]:
        for name, task, search in requests:
            self.made.append((name, task))
            outcome = Outcome.OUT_OF_TIME if (name, task) in self.failing else Outcome.SOLVED
            yield Run(name, task, search, 10.0, None, outcome, wall_time=self.took.get(name, 1.0))


def final(part: list[Climber], workshop: Scripted) -> list[Climber]:
    found = finalists(part)
    hold_final(found, LADDER, cast(Workshop, workshop))
    return found


def climbers(*names: str, search: str = "gbfs") -> list[Climber]:
    response = Response("", "hash", 1, "test", "nobody")
    return [Climber(Record(Candidate(name, response, "")), search) for name in names]


def test_who_fails_a_task_of_the_final_comes_behind_who_fails_none() -> None:
    workshop = Scripted({("quick", "f2")}, {"quick": 0.5})
    part = climbers("quick", "sure")
    climb(part, LADDER, cast(Workshop, workshop))
    assert sorted(part, key=lambda c: c.standing)[0].record.candidate.name == "quick"
    took_part = final(part, workshop)
    assert [len(c.finals) for c in took_part] == [4, 4]
    assert sorted(part, key=lambda c: c.standing)[0].record.candidate.name == "sure"
    assert [c.record.rungs for c in part] == [3, 3]     # the final is not counted among the rungs
    assert [len(c.record.finals) for c in part] == [4, 4]


def test_a_rung_below_the_best_still_takes_part_two_do_not() -> None:
    workshop = Scripted({("second", "r3"), ("third", "r2"), ("best", "f1"), ("best", "f2")})
    part = climbers("best", "second", "third")
    climb(part, LADDER, cast(Workshop, workshop))
    climb(part[:1], LADDER, cast(Workshop, workshop))       # left alone before the top
    assert [c.rungs for c in part] == [3, 2, 1]
    took_part = final(part, workshop)
    assert [c.record.candidate.name for c in took_part] == ["best", "second"]
    assert sorted(took_part, key=lambda c: c.standing)[0].record.candidate.name == "second"


def test_whoever_is_two_tasks_behind_is_out() -> None:
    workshop = Scripted({("weak", "f1"), ("weak", "f2")})
    part = climbers("strong", "weak")
    climb(part, LADDER, cast(Workshop, workshop))
    final(part, workshop)
    assert [len(c.finals) for c in part] == [4, 2]


def test_a_candidate_takes_part_once_and_alone_there_is_no_final() -> None:
    workshop = Scripted(took={"one": 1.0})
    part = climbers("one") + climbers("one", search="gbfs-pe")
    climb(part, LADDER, cast(Workshop, workshop))
    assert finalists(part) == []
    part += climbers("two")
    part[-1].runs = list(part[0].runs)
    assert len(final(part, workshop)) == 2
