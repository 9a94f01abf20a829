#!/bin/sh
# The first session with heurgen: synthesize a blocksworld heuristic from the recorded responses, solve a task of 120
# blocks with it, and the same task with h^FF.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo '$ heurgen synthesize blocksworld'
heurgen synthesize blocksworld --output "$work/run"

echo
echo '$ heurgen generate blocksworld --blocks 120 --seed 4242 --output task.pddl'
heurgen generate blocksworld --blocks 120 --seed 4242 --output "$work/task.pddl"
cp "$(python -c 'from heurgen.paths import pddl_dir; print(pddl_dir() / "blocksworld" / "domain.pddl")')" "$work"

echo '$ heurgen solve task.pddl --plan-file task.plan'
heurgen solve "$work/task.pddl" --plan-file "$work/task.plan" > /dev/null
echo '$ heurgen validate domain.pddl task.pddl task.plan'
heurgen validate "$work/domain.pddl" "$work/task.pddl" "$work/task.plan"

echo
echo '$ heurgen solve task.pddl --heuristic ff --time-limit 60'
heurgen solve "$work/task.pddl" --heuristic ff --time-limit 60 > /dev/null || echo "(exit code $?)"
