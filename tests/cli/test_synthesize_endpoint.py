"""`heurgen synthesize` with a model behind an endpoint, from the first request to the choice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.llm.chat_server import ChatServer, Reply, chat_server, failure
from tests.synthesis.scripted import CRASH, DIRECT


def arguments(server: ChatServer, run: Path, *options: str) -> list[str]:
    where = ["--model", "a-model", "--base-url", server.url, "-o", str(run)]
    return [sys.executable, "-m", "heurgen", "synthesize", "ferry", *where, "--time-limit", "2", *options]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "HEURGEN_HOME": str(home), "COLUMNS": "200", "NO_COLOR": "1", "OPENAI_API_KEY": "sk-secret"}


def start(server: ChatServer, home: Path, run: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments(server, run, *options), env=environment(home), capture_output=True, text=True, timeout=120
    )


def test_samples_are_asked_for_once(tmp_path: Path) -> None:
    with chat_server(failure(429, "slow down", {"Retry-After": "0"}), Reply(CRASH), Reply(DIRECT)) as server:
        done = start(server, tmp_path, tmp_path / "run", "--candidates", "2")
        assert done.returncode == 0, done.stderr
        assert "24/24" in done.stdout
        assert "ZeroDivisionError" in done.stdout
        assert len(server.requests) == 3
        again = start(server, tmp_path, tmp_path / "again", "--candidates", "2")
        assert again.returncode == 0, again.stderr
        assert len(server.requests) == 3
    stored = subprocess.run(
        [sys.executable, "-m", "heurgen", "responses", "list"], env=environment(tmp_path), capture_output=True, text=True
    )
    assert stored.stdout.count("a-model") == 2


def test_a_repair_talks_to_the_endpoint(tmp_path: Path) -> None:
    with chat_server(Reply(CRASH), Reply(DIRECT)) as server:
        done = start(server, tmp_path, tmp_path / "run", "--strategy", "repair", "--candidates", "1", "--rounds", "2")
        assert done.returncode == 0, done.stderr
        assert [len(request["messages"]) for request in server.requests[:2]] == [1, 3]
        assert "ZeroDivisionError" in server.requests[1]["messages"][-1]["content"]
    report = subprocess.run(
        [sys.executable, "-m", "heurgen", "report", str(tmp_path / "run")], env=environment(tmp_path), capture_output=True, text=True
    )
    assert "- c02, repair" in report.stdout
    asked = json.loads((tmp_path / "run" / "run.json").read_text())
    assert "sk-secret" not in json.dumps(asked)


def test_a_bad_key_is_one_line_that_names_the_endpoint(tmp_path: Path) -> None:
    with chat_server(failure(401, "no such key")) as server:
        done = start(server, tmp_path, tmp_path / "run", "--candidates", "2")
        assert done.returncode != 0
        (line,) = [line for line in done.stderr.splitlines() if line.startswith("heurgen: ")]
        assert server.url.split("/")[2] in line
        assert "sk-secret" not in done.stderr
        assert "Traceback" not in done.stderr


def test_a_budget_that_cannot_hold_an_answer_stops_before_it(tmp_path: Path) -> None:
    with chat_server(Reply(DIRECT)) as server:
        done = start(server, tmp_path, tmp_path / "run", "--budget-tokens", "100", "--max-tokens", "50", "--candidates", "1")
        assert "the budget is spent" in done.stderr
        assert not server.requests


def test_ctrl_c_keeps_what_has_arrived(tmp_path: Path) -> None:
    with chat_server(Reply(CRASH), Reply(DIRECT, delay=60.0)) as server:
        process = subprocess.Popen(
            arguments(server, tmp_path / "run", "--candidates", "2", "--concurrency", "1"),
            env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        end = time.monotonic() + 30
        while len(server.requests) < 2 and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=20)
        assert process.returncode == 130
        assert "Traceback" not in error
    with chat_server(Reply(DIRECT)) as server:
        done = subprocess.run(
            [sys.executable, "-m", "heurgen", "responses", "list"], env=environment(tmp_path), capture_output=True, text=True
        )
        assert done.stdout.count("a-model") == 1
