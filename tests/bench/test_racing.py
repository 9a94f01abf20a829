"""How long 25 candidates, many of them bad, take on the 99 training tasks of a domain of the competition.

Set HEURGEN_BENCHMARKS to the folder of its domains.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from heurgen.evaluation.runner import Limits
from heurgen.library import find_domain_files
from heurgen.llm.responses import Response, load_recorded
from heurgen.llm.sources import RecordedSource
from heurgen.paths import domains_dir
from heurgen.synthesis.pipeline import synthesize
from heurgen.synthesis.strategies import Plan
from heurgen.synthesis.workshop import Settings
from tests.synthesis.scripted import BLIND, CRASH, HEAD, PROSE, SYNTAX

BENCHMARKS = os.environ.get("HEURGEN_BENCHMARKS")
BAD = (
    BLIND,
    CRASH,
    PROSE,
    SYNTAX,
    HEAD + "while True:\n            pass\n```\n",
    HEAD + "return None\n```\n",
    HEAD + "return -1\n```\n",
    HEAD + "sum(range(100000))\n        return state.goals_left\n```\n",
    HEAD + "self.kept = getattr(self, 'kept', []) + [bytes(50_000_000)]\n        return state.goals_left\n```\n",
    HEAD + "return float('inf')\n```\n",
    HEAD + "return state.facts\n```\n",
    HEAD.replace("__call__", "call") + "return 1\n```\n",
)


@pytest.mark.skipif(BENCHMARKS is None, reason="HEURGEN_BENCHMARKS is not set")
@pytest.mark.parametrize("name", ["blocksworld", "ferry"])
def test_racing(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / name
    shutil.copytree(Path(BENCHMARKS or "") / name, folder)
    texts = list(BAD)
    for other in ("blocksworld", "ferry"):
        texts += [response.text for response in load_recorded(domains_dir() / other / "responses")]
    answers = [Response(text, "hash", place, "test", "nobody") for place, text in enumerate(texts[:25], start=1)]
    files = find_domain_files(str(folder))
    settings = Settings(limits=Limits(10.0, 2 << 30), jobs=2)
    began = time.monotonic()
    source = RecordedSource("test", answers, "the test")
    result = synthesize(files, Plan(candidates=0), source, settings, tmp_path / "run", lambda *_: None)
    took = time.monotonic() - began
    with capsys.disabled():
        print(f"\n{name}: {len(result.records)} candidates, {result.tasks} tasks, {took:.0f} s")
        for record in result.records:
            print(f"  {record.candidate.name} {record.solved} solved, {record.dropped} not tried; {record.trouble[:90]}")
    assert result.records[0].solved == result.tasks
