"""What to ask next: independent samples, repair after feedback, evolution of an archive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from heurgen.errors import InputError
from heurgen.llm.conversation import Prompt
from heurgen.llm.responses import Response
from heurgen.llm.sources import RecordedSource
from heurgen.synthesis.archive import Archive, Member
from heurgen.synthesis.asking import first_prompt
from heurgen.synthesis.candidates import Record
from heurgen.synthesis.diagnosis import Diagnosis, diagnose
from heurgen.synthesis.feedback import evolve_question, repair_question
from heurgen.synthesis.racing import race
from heurgen.synthesis.session import Ask, Session

MIGRATION = 3
"""Generations after which the best of an island also lives on the next one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to ask for. `candidates` is the number of samples, of conversations, or of candidates that begin the archive;
    `rounds` how often a conversation goes on, or how many generations there are; `islands` how many archives. With `known`,
    responses with the prompts they answer, repair and evolve begin with the best of them instead of asking for samples.
    """

    strategy: str = "sample"
    candidates: int = 5
    rounds: int = 5
    islands: int = 2
    seed: int = 0
    known: tuple[tuple[Response, str], ...] = ()

    def __post_init__(self) -> None:
        if self.strategy not in STRATEGIES:
            raise InputError(f"no strategy {self.strategy!r}; known: {', '.join(STRATEGIES)}")
        for name, value, least in (("candidates", self.candidates, 0), ("rounds", self.rounds, 0), ("islands", self.islands, 1)):
            if value < least:
                raise InputError(f"--{name} is {value}; expected at least {least}")


def carry_out(plan: Plan, session: Session) -> None:
    """Ask for all candidates of a plan; they are in ``session.records`` then, and run where the strategy needs it."""
    STRATEGIES[plan.strategy](plan, session)


def _sample(plan: Plan, session: Session) -> None:
    """n independent answers to one prompt: arXiv:2503.18809, section 4. Of recorded responses, all that there are."""
    if isinstance(session.source, RecordedSource):
        session.take([(response, None) for response in session.source.responses[: plan.candidates or None]])
    else:
        _first(plan, session)


def _first(plan: Plan, session: Session) -> list[Record]:
    if plan.known:
        return _best_known(plan, session)
    base = Prompt.of(first_prompt(session.workshop.files))
    asks = [Ask(lambda: base, sample, group=sample) for sample in range(1, plan.candidates + 1)]
    return [record for record in session.ask(asks) if record is not None]


def _best_known(plan: Plan, session: Session) -> list[Record]:
    """The best of the responses to begin with."""
    known = [(response, Prompt.of(text, response.kind)) for response, text in plan.known]
    records = session.take(known)
    race(records, session.workshop)
    runners = [record for record in records if not record.same_as and record.candidate.code is not None]
    return sorted(runners, key=lambda record: record.rank_key)[: plan.candidates]


def _repair(plan: Plan, session: Session) -> None:
    """Conversations that tell a candidate's author what went wrong, until nothing does or the rounds are used up.

    After arXiv:2605.16142, whose feedback is a counterexample to directness.
    """
    open_ones = dict(enumerate(_first(plan, session), start=1))
    for turn in range(1, plan.rounds + 1):
        asks = []
        for group, record in list(open_ones.items()):
            diagnosis = examine(record, session)
            if diagnosis.finding.nothing or record.same_as:
                del open_ones[group]
            else:
                asks.append(Ask(_question(record, diagnosis, session), 1, group, turn, (record.candidate.name,)))
        if not asks:
            return
        for ask, answer in zip(asks, session.ask(asks), strict=True):
            if answer is None:
                del open_ones[ask.group]
            else:
                open_ones[ask.group] = answer
    for record in open_ones.values():
        examine(record, session)


def _question(record: Record, diagnosis: Diagnosis, session: Session) -> Callable[[], Prompt]:
    def make() -> Prompt:
        prompt = session.prompts[record.candidate.name]
        question = repair_question(diagnosis.results, diagnosis.finding)
        return prompt.followed_by(record.candidate.response.text, question, "repair", record.candidate.name)

    return make


def _evolve(plan: Plan, session: Session) -> None:
    """MAP-Elites (arXiv:1504.04909) on several islands: parents are drawn from what is best at something."""
    base = first_prompt(session.workshop.files)
    rng = Random(plan.seed)
    islands = [Archive() for _ in range(plan.islands)]
    for place, record in enumerate(_first(plan, session)):
        _settle(record, islands[place % len(islands)], session)
    for generation in range(1, plan.rounds + 1):
        asks = []
        for place, island in enumerate(islands):
            if generation % MIGRATION == 0 and (best := islands[place - 1].best()) is not None:
                island.add(best)
            parents = island.draw(rng)
            if parents:
                names = tuple(parent.record.candidate.name for parent in parents)
                asks.append(Ask(_offspring(base, parents), 1, place, generation, names))
        if not asks:
            raise InputError("no candidate to breed from: none solves a training task; ask for more --candidates")
        for ask, answer in zip(asks, session.ask(asks), strict=True):
            if answer is not None:
                _settle(answer, islands[ask.group], session)


def _offspring(base: str, parents: list[Member]) -> Callable[[], Prompt]:
    def make() -> Prompt:
        shown = [
            (p.record.candidate.name, p.record.candidate.code or "", p.diagnosis.results, p.diagnosis.finding) for p in parents
        ]
        names = " ".join(parent.record.candidate.name for parent in parents)
        return Prompt.of(evolve_question(base, shown), "evolve", names)

    return make


def _settle(record: Record, island: Archive, session: Session) -> None:
    diagnosis = examine(record, session)
    if not record.same_as:
        island.add(Member(record, diagnosis))


def examine(record: Record, session: Session) -> Diagnosis:
    """Run a candidate on the training tasks and say what is wrong with it."""
    name = record.candidate.name
    session.workshop.progress(f"examining {name}", 0, 1)
    if not record.runs and not record.same_as:
        race([record], session.workshop)
    diagnosis = diagnose(session.records.get(record.same_as, record), session.workshop)
    record.finding = diagnosis.finding.summary
    return diagnosis


STRATEGIES: Mapping[str, Callable[[Plan, Session], None]] = {"sample": _sample, "repair": _repair, "evolve": _evolve}
