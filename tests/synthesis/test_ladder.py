"""The tasks of the ladder and of the final."""

from __future__ import annotations

from collections import Counter

from heurgen.library import find_domain_files
from heurgen.synthesis.ladder import bundled_ladder


def test_rungs_grow_and_the_final_has_tasks_of_every_look() -> None:
    ladder = bundled_ladder(find_domain_files("spanner"))
    assert len(set(ladder.rungs + ladder.final)) == 23
    sizes = [len(ladder.problem(name).objects) for name in ladder.rungs]
    assert sizes == sorted(sizes)
    counts = [Counter(types[0] for types in ladder.problem(name).objects.values()) for name in ladder.final]
    assert [count["nut"] == count["spanner"] for count in counts[:5]] == [False, True, False, True, False]
    assert max(count["location"] for count in counts) > 20 * min(count["location"] for count in counts)
