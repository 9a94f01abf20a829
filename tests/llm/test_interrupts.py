"""Ctrl-C in a process of its own: it ends at once, and what was there is there afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from heurgen.llm.conversation import Prompt
from heurgen.llm.sources import ExchangeSource
from heurgen.llm.store import ResponseStore
from tests.llm.chat_server import Reply, chat_server

ENDPOINT = """
import sys
from pathlib import Path
from heurgen.llm.conversation import Prompt
from heurgen.llm.sources import SourceOptions, StoredSource, open_source
from heurgen.llm.store import ResponseStore
source = open_source("openai", SourceOptions(model="m", base_url=sys.argv[1]))
with ResponseStore(Path(sys.argv[2])) as store:
    try:
        list(StoredSource(source, store).ask(Prompt.of("p"), [1, 2, 3]))
    except KeyboardInterrupt:
        print("interrupted")
"""
EXCHANGE = """
import sys
from pathlib import Path
from heurgen.llm.conversation import Prompt
from heurgen.llm.sources import ExchangeSource
try:
    list(ExchangeSource(Path(sys.argv[1])).ask(Prompt.of("p"), [1, 2]))
except KeyboardInterrupt:
    print("interrupted")
"""


def interrupted(script: str, *arguments: object, when: Callable[[], bool]) -> tuple[str, float]:
    """Press Ctrl-C in a script `when` that is so; what it printed, and how long it took to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "OPENAI_API_KEY": "k"},
    )
    try:
        deadline = time.monotonic() + 30
        while not when():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        pressed = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    return output, time.monotonic() - pressed


def test_answers_of_an_endpoint_that_arrived_are_stored(tmp_path: Path) -> None:
    replies = [Reply("one"), Reply("two"), Reply("slow", delay=8)]
    with chat_server(*replies) as server, ResponseStore(tmp_path / "r.db") as store:
        output, seconds = interrupted(
            ENDPOINT, server.url, store.path, when=lambda: len(store.entries()) == 2
        )
        assert output == "interrupted\n"
        assert seconds < 4
        assert sorted(answer.text for _, answer in store.entries()) == ["one", "two"]


def test_an_exchange_goes_on_where_it_was(tmp_path: Path) -> None:
    def asked() -> bool:
        return (tmp_path / "0002.prompt.md").exists()

    output, _ = interrupted(EXCHANGE, tmp_path, when=asked)
    assert output == "interrupted\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0001.prompt.md", "0002.prompt.md"]
    for number in (1, 2):
        (tmp_path / f"{number:04}.response.md").write_text(f"answer {number}")
    found = ExchangeSource(tmp_path, timeout=20, poll=0.01).ask(Prompt.of("p"), [1, 2])
    assert sorted(response.text for response in found) == ["answer 1", "answer 2"]
