"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def ipc2023() -> Path:
    """The folder of the IPC 2023 learning-track domains, named by HEURGEN_BENCHMARKS."""
    folder = os.environ.get("HEURGEN_BENCHMARKS")
    if not folder or not Path(folder).is_dir():
        pytest.skip("HEURGEN_BENCHMARKS does not name a folder with the IPC 2023 domains")
    return Path(folder).resolve()
