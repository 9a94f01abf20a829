"""Generators that a model writes: checked before they are used, asked again when they fail."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from heurgen.errors import PddlError
from heurgen.evaluation.runner import Limits
from heurgen.library import DomainFiles, find_domain_files
from heurgen.paths import pddl_dir
from heurgen.synthesis.generators import GeneratorRejectedError, check_generator, write_ladder
from heurgen.synthesis.workshop import Settings
from tests.synthesis.scripted import PROSE, ScriptedSource

SETTINGS = Settings(limits=Limits(5.0, 500 << 20), jobs=2)
GENERATOR = '''
def generate(rng, size):
    cars = ["car%d" % n for n in range(int(3 * 2.5 ** size))]
    places = ["place%d" % n for n in range(int(3 * 1.6 ** size))]
    init = ["(at-ferry %s)" % rng.choice(places), "(empty-ferry)"]
    init += ["(at %s %s)" % (car, rng.choice(places)) for car in cars]
    goal = ["(at %s %s)" % (car, rng.choice(places)) for car in cars]
    return "(define (problem p) (:domain ferry) (:objects %s - car %s - location) (:init %s) (:goal (and %s)))" % (
        " ".join(cars), " ".join(places), " ".join(init), " ".join(goal))
'''


@pytest.fixture
def files(tmp_path: Path) -> DomainFiles:
    """Ferry as a user's own domain, without a generator."""
    folder = tmp_path / "mine"
    (folder / "training").mkdir(parents=True)
    shutil.copy(pddl_dir() / "ferry" / "domain.pddl", folder)
    for number in range(1, 7):
        shutil.copy(pddl_dir() / "ferry" / "training" / f"p{number:02}.pddl", folder / "training")
    return find_domain_files(str(folder))


def test_a_good_generator_gives_a_ladder(files: DomainFiles, tmp_path: Path) -> None:
    if "car" not in files.domain.read_text() or "location" not in files.domain.read_text():
        pytest.fail("the generator above is for a ferry domain with these types")
    source = ScriptedSource(lambda prompt, sample: PROSE if len(prompt.messages) == 1 else f"```python{GENERATOR}```\n")
    written = write_ladder(files, source, tmp_path / "run", SETTINGS)
    assert written.attempts == 2
    assert "no code in the answer" in source.asked[1][0].messages[-1].content
    assert source.asked[0][0].kind == "generator"
    sizes = [len(written.ladder.problem(name).objects) for name in written.ladder.rungs]
    assert sizes == sorted(sizes)
    assert len(sizes) > 8
    again = write_ladder(files, ScriptedSource(lambda prompt, sample: None), tmp_path / "run", SETTINGS)
    assert again.ladder.rungs == written.ladder.rungs


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("def generate", "def generated"), "defines no function"),
        (("(at-ferry %s)", "(at-fairy %s)"), "at-fairy"),
        (("(:domain ferry)", "(:domain other)"), "other"),
        (("** size", "** 1"), "do not grow"),
        (("1.6 ** size", "1"), None),
        (("init +=", "1 / 0\n    init +="), "ZeroDivisionError"),
        (("goal = [", "goal = ['(empty-ferry)', '(at-ferry place0)', '(at-ferry place1)'] + ["), "solution"),
        (("def generate", "import os\ndef generate"), "import of os"),
    ],
)
def test_generators_are_checked(files: DomainFiles, change: tuple[str, str], reason: str | None) -> None:
    code = GENERATOR.replace(*change)
    assert code != GENERATOR
    if reason is None:
        assert len(check_generator(code, files, SETTINGS)) > 8
    else:
        with pytest.raises(GeneratorRejectedError, match=reason):
            check_generator(code, files, SETTINGS)


def test_nothing_is_asked_for_a_domain_that_cannot_be_read(files: DomainFiles, tmp_path: Path) -> None:
    files.domain.write_text(files.domain.read_text().replace("(:action", "(:durative-action", 1))
    source = ScriptedSource(lambda prompt, sample: PROSE)
    with pytest.raises(PddlError, match="durative-action"):
        write_ladder(files, source, tmp_path / "run", SETTINGS)
    assert not source.asked
