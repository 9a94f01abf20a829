"""Distances over relations, against networkx."""

from __future__ import annotations

import math

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heurgen.core import State, Task, search, state_of
from heurgen.generation import load_generator
from heurgen.graphs import Graph
from heurgen.paths import pddl_dir
from heurgen.pddl import parse_problem, read_domain

NAMES = [f"n{i}" for i in range(9)]
names = st.sampled_from(NAMES)
edges = st.lists(st.tuples(names, names), max_size=25)


def expected(pairs: list[tuple[str, str]], sources: list[str], entered: set[str]) -> dict[str, int]:
    """Distances by networkx on the graph without the edges into nodes that must not be entered."""
    graph = networkx.DiGraph([(a, b) for a, b in pairs if b in entered])
    graph.add_nodes_from(sources)
    found: dict[str, int] = {}
    for source in sources:
        for node, steps in networkx.single_source_shortest_path_length(graph, source).items():
            found[node] = min(steps, found.get(node, steps))
    return found


@settings(deadline=None, max_examples=200)
@given(pairs=edges, sources=st.lists(names, min_size=1, max_size=3), blocked=st.lists(names), within=st.none() | st.lists(names))
def test_distances_are_those_of_networkx(
    pairs: list[tuple[str, str]], sources: list[str], blocked: list[str], within: list[str] | None
) -> None:
    graph = Graph(pairs, NAMES)
    entered = set(NAMES if within is None else within) - set(blocked)
    for backwards in (False, True):
        wanted = expected([(b, a) for a, b in pairs] if backwards else pairs, sources, entered)
        found = graph.distances(sources, blocked=blocked, within=within, backwards=backwards)
        assert {node: found[node] for node in found} == wanted
        assert len(found) == len(wanted)
        assert [node for node in NAMES if node not in found] == [node for node in NAMES if found[node] == math.inf]
        node, steps = found.nearest(NAMES)
        assert steps == min(wanted.values())
        assert node is not None
        assert wanted[node] == steps
    # A second flood is not disturbed by what blocked the first.
    assert dict.fromkeys(graph.distances(sources)) == dict.fromkeys(
        node for node in graph.nodes if node in expected(pairs, sources, set(NAMES))
    )


@settings(deadline=None, max_examples=100)
@given(pairs=edges, source=names, target=names, blocked=st.lists(names))
def test_paths_are_as_long_as_distances(
    pairs: list[tuple[str, str]], source: str, target: str, blocked: list[str]
) -> None:
    graph = Graph(pairs, NAMES)
    path = graph.path(source, target, blocked=blocked)
    steps = graph.distances(source, blocked=blocked)[target]
    if path is None:
        assert steps == math.inf
        return
    assert (path[0], path[-1], len(path) - 1) == (source, target, steps)
    assert set(zip(path, path[1:])) <= set(pairs)
    assert not set(path[1:]) & set(blocked)
    assert graph.distance(source, target) <= steps


def test_neighbours_and_names() -> None:
    graph = Graph([("a", "b", "up"), ("a", "c", "down"), ("a", "b", "left")], ["d"], directed=False)
    assert graph.nodes == ("a", "b", "c", "d")
    assert graph.successors("a") == graph.predecessors("a") == ("b", "c")
    assert graph.successors("nowhere") == ()
    assert "d" in graph
    assert ("d",) in graph
    assert "nowhere" not in graph
    assert graph.distance("b", "c") == 2
    assert graph.distance("b", "d") == graph.distance("b", "nowhere") == math.inf
    assert graph.distance("nowhere", "nowhere") == 0
    found = graph.distances([("b",)])
    assert found[("c",)] == 2
    assert found["nowhere"] == math.inf
    assert found.nearest([]) == (None, math.inf)
    assert found.nearest([("d",), "c", "a"]) == ("a", 1)


def test_where_asks_the_state() -> None:
    """Along a search, in view and kept: the same as handing the atoms over."""
    domain = read_domain(pddl_dir() / "sokoban" / "domain.pddl")
    task = Task(parse_problem(load_generator("sokoban").generate_at(0.4, 1), domain))
    relation = next(name for name, rows in task.static.items() if len(next(iter(rows), ())) == 3)
    graph = Graph(task.static[relation])
    asked = []

    def compare(state: State) -> int:
        ((robot,),) = state["at-robot"]
        found = graph.distances(robot, where=(state, "clear"))
        assert list(found) == list(graph.distances(robot, within=state["clear"]))
        if len(asked) < 50:
            asked.append((state, list(found)))
        return state.goals_left

    search(task, compare, time_limit=1)
    assert len(asked) > 10
    for state, found in asked:
        ((robot,),) = state["at-robot"]
        assert list(graph.distances(robot, where=(state, "clear"))) == found
    rebuilt = state_of(task, list(task.initial_state))
    ((robot,),) = rebuilt["at-robot"]
    assert list(graph.distances(robot, where=(rebuilt, "clear"))) == asked[0][1]
    with pytest.raises(KeyError, match="no predicate 'free'"):
        graph.distances(robot, where=(rebuilt, "free"))
    with pytest.raises(ValueError, match="expected 1"):
        graph.distances(robot, where=(rebuilt, relation))
