"""The framework of the generators: parameters, sizes, suites and the layout of problems."""

from __future__ import annotations

import math
import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heurgen.errors import InputError
from heurgen.generation import (
    LARGEST_SIZE,
    SIZE_NAMES,
    SUITES,
    WIDTH,
    GenerationError,
    Generator,
    Parameter,
    SuiteTask,
    generated_domains,
    load_generator,
    numbered,
    problem_text,
    write_suite,
)
from heurgen.pddl import parse_domain, parse_problem

TRAINING = SUITES["training"]()
TESTING = SUITES["testing"]()

OWN = '''
from heurgen.generation import Parameter, problem_text

PARAMETERS = (Parameter("things", "number of things", minimum=0, default=3), Parameter("holes", "holes"))
SIZES = {
    "smallest": {"things": 0, "holes": 1},
    "easy": {"things": 3, "holes": 3},
    "medium": {"things": 15, "holes": 6},
    "hard": {"things": 31, "holes": 12},
}


def adjust(parameters):
    return parameters | {"holes": max(parameters["holes"], parameters["things"])}


def looks(parameters):
    return [parameters | {"holes": 1}, parameters | {"things": 1}]


def generate(rng, *, things, holes):
    return f"{things} {holes} {rng.randrange(10**9)}\\n"
'''


@pytest.fixture
def own(tmp_path: Path) -> Generator:
    """A generator that is not bundled: its problems tell the parameters and a random number."""
    (tmp_path / "holes").mkdir()
    (tmp_path / "holes" / "generator.py").write_text(OWN)
    return load_generator("holes", tmp_path)


def test_a_generator_is_loaded_by_its_path(own: Generator, tmp_path: Path) -> None:
    assert own.name == "holes"
    assert [(p.name, p.minimum, p.default) for p in own.parameters] == [
        ("things", 0, 3),
        ("holes", 1, 10),
    ]
    assert set(own.sizes) == set(SIZE_NAMES)
    with pytest.raises(InputError, match=r"^no generator for 'ferry'; domains with one: holes$"):
        load_generator("ferry", tmp_path)


def test_an_unknown_domain_is_answered_with_the_known_ones() -> None:
    known = ", ".join(generated_domains())
    with pytest.raises(InputError, match=f"no generator for 'nowhere'; domains with one: {known}"):
        load_generator("nowhere")


def test_parameters_not_given_have_their_defaults(own: Generator) -> None:
    assert own.generate(5) == own.generate(5, things=3, holes=10)
    assert own.generate(5).startswith("3 10 ")


def test_the_seed_decides(own: Generator) -> None:
    assert own.generate(5) == f"3 10 {Random(5).randrange(10**9)}\n"
    assert own.generate(5) != own.generate(6)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"boats": 3}, "holes has no parameter boats; known: things, holes"),
        ({"holes": 0}, "holes is 0, but must be at least 1"),
        ({"things": -1}, "things is -1, but must be at least 0"),
        ({"holes": 2.0}, "holes is 2.0, but must be a whole number"),
        ({"holes": "2"}, "holes is '2', but must be a whole number"),
        ({"holes": True}, "holes is True, but must be a whole number"),
        ({"holes": None}, "holes is None, but must be a whole number"),
    ],
)
def test_impossible_parameters_are_one_clear_line(
    own: Generator, values: dict[str, int], complaint: str
) -> None:
    with pytest.raises(GenerationError) as caught:
        own.generate(1, **values)
    assert str(caught.value) == complaint


def test_parameters_grow_geometrically_also_from_zero_and_beyond_the_last_size() -> None:
    sizes = {
        name: {"things": things, "grid": grid}
        for name, things, grid in zip(SIZE_NAMES, (0, 3, 15, 31), (7, 7, 31, 127), strict=True)
    }
    parameters = (Parameter("things", "", minimum=0), Parameter("grid", ""))
    generator = Generator("grown", parameters, sizes, make=lambda rng, **values: "")
    steps = [generator.parameters_at(half / 2) for half in range(10)]
    # One more than the number doubles, as it begins at 0.
    assert [step["things"] for step in steps] == [0, 1, 3, 7, 15, 22, 31, 44, 63, 90]
    assert [step["grid"] for step in steps[::2]] == [7, 7, 31, 127, 511]


def test_combinations_are_repaired(own: Generator) -> None:
    assert own.parameters_at(2) == {"things": 15, "holes": 15}
    assert own.generate_at(2, 1).startswith("15 15 ")


def test_a_parameter_that_shrinks_stays_possible() -> None:
    sizes = {name: {"ways": ways} for name, ways in zip(SIZE_NAMES, (90, 30, 9, 2), strict=True)}
    generator = Generator("narrow", (Parameter("ways", ""),), sizes, make=lambda rng, **values: "")
    assert [generator.parameters_at(size)["ways"] for size in (0, 1, 2, 3, 4, 6)] == [
        90,
        30,
        9,
        2,
        1,
        1,
    ]


@pytest.mark.parametrize("size", [-0.01, LARGEST_SIZE + 0.01, 1e300, math.inf, math.nan])
def test_impossible_sizes_are_refused(own: Generator, size: float) -> None:
    with pytest.raises(GenerationError, match=r"^size is \S+, but must be from 0 to 6$"):
        own.parameters_at(size)


def test_looks_take_turns_and_are_repaired(own: Generator) -> None:
    usual, holes, things = {"things": 15, "holes": 15}, {"things": 15, "holes": 15}, {"things": 1, "holes": 15}
    assert [own.parameters_at(2, look) for look in range(4)] == [usual, holes, things, usual]
    assert own.generate_at(2, 1, 2).startswith("1 15 ")


@pytest.mark.parametrize("name", generated_domains())
def test_bundled_generators_hit_their_sizes_and_never_shrink(name: str) -> None:
    generator = load_generator(name)
    for number, size in enumerate(SIZE_NAMES):
        assert generator.parameters_at(number) == generator.sizes[size]
    steps = [generator.parameters_at(step / 40) for step in range(40 * LARGEST_SIZE + 1)]
    for parameter in generator.parameters:
        if parameter.name not in steps[0]:
            continue
        values = [step[parameter.name] for step in steps]
        assert values == sorted(values), parameter.name
        assert values[0] >= parameter.minimum


def test_training_grows_from_the_smallest_size_to_the_top_of_easy() -> None:
    assert [task.file for task in TRAINING] == [f"p{number:02}.pddl" for number in range(1, 25)]
    sizes = [task.size for task in TRAINING]
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1]) == (0, 1)


def test_testing_has_ten_tasks_of_each_class() -> None:
    assert [task.file for task in TESTING] == [f"p{number:02}.pddl" for number in range(1, 31)]
    sizes = [task.size for task in TESTING]
    assert sizes == sorted(sizes)
    assert [math.ceil(size) for size in sizes] == [1] * 10 + [2] * 10 + [3] * 10
    assert sizes[9::10] == [1, 2, 3]


def test_no_seed_is_used_twice() -> None:
    seeds = [task.seed for task in TRAINING + TESTING]
    assert len(seeds) == len(set(seeds)) == 54


def test_a_suite_is_written_without_what_is_too_large(own: Generator, tmp_path: Path) -> None:
    suite = [SuiteTask("p01.pddl", 0, 1), SuiteTask("p02.pddl", 2, 2), SuiteTask("p03.pddl", 1, 3)]
    limit = len(own.generate_at(1, 3).encode())
    assert len(own.generate_at(2, 2).encode()) > limit
    written = write_suite(own, suite, tmp_path / "new" / "suite", limit)
    assert written == [tmp_path / "new" / "suite" / name for name in ("p01.pddl", "p03.pddl")]
    assert sorted((tmp_path / "new" / "suite").iterdir()) == written
    assert written[1].read_text() == own.generate_at(1, 3)
    assert len(write_suite(own, suite, tmp_path / "all")) == 3


def test_a_suite_that_cannot_be_written_is_a_clear_error(own: Generator, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match="taken: cannot be made: File exists"):
        write_suite(own, TRAINING, tmp_path / "taken")


WORLD = parse_domain(
    "(define (domain world) (:requirements :typing) (:types car place - object)"
    " (:predicates (rain) (at ?c ?p) (road ?p ?q)) (:action stop :parameters () :effect (rain)))"
)


@st.composite
def contents(draw: st.DrawFn) -> tuple[dict[str, list[str]], list[tuple[str, ...]]]:
    """Objects by type, in any order of the types, and atoms about them."""
    counts = draw(st.dictionaries(st.sampled_from(["", "car", "place"]), st.integers(0, 40)))
    objects = {kind: numbered(kind or "thing", count) for kind, count in counts.items()}
    names = [name for group in objects.values() for name in group]
    if not names:
        return objects, [("rain",)] if draw(st.booleans()) else []
    name = st.sampled_from(names)
    atom = st.one_of(st.just(("rain",)), st.tuples(st.sampled_from(["at", "road"]), name, name))
    return objects, draw(st.lists(atom, max_size=8, unique=True))


@given(content=contents(), goals=st.integers(0, 8), comment=st.sampled_from(["", "one", "(two\n))"]))
def test_a_problem_says_what_it_was_made_of(
    content: tuple[dict[str, list[str]], list[tuple[str, ...]]], goals: int, comment: str
) -> None:
    objects, atoms = content
    text = problem_text("trip", "world", objects, atoms, atoms[:goals], comment)
    problem = parse_problem(text, WORLD)
    assert problem.name == "trip"
    assert problem.objects == {
        name: (kind or "object",) for kind, group in objects.items() for name in group
    }
    assert list(problem.init) == atoms
    assert [(literal.atom, literal.positive) for literal in problem.goal] == [
        (atom, True) for atom in atoms[:goals]
    ]
    assert all(len(line) <= WIDTH for line in text.splitlines())
    assert text.endswith(")\n")
    assert text.startswith("".join(f"; {line}\n" for line in comment.splitlines()) + "(define (pr")


def test_several_hundred_thousand_atoms_take_no_time() -> None:
    names = numbered("place", 600)
    atoms = [("road", one, other) for one in names for other in names]
    started = time.process_time()
    text = problem_text("large", "world", {"place": names}, atoms, atoms[:1])
    assert time.process_time() - started < 2
    assert text.count("(road ") == 600 * 600 + 1
