"""What a table was measured on."""

from __future__ import annotations

import os
import platform
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from heurgen._version import __version__


def describe_machine() -> str:
    """Processor, number of cores, memory and system in one line."""
    name = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        models = [line.partition(":")[2].strip() for line in information.read_text().splitlines() if line.startswith("model name")]
        name = models[0] if models else name
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}"


def describe_versions(packages: list[str]) -> str:
    """heurgen, Python and the versions of some packages, those that are installed."""
    found = [f"heurgen {__version__}", f"Python {platform.python_version()}"]
    return ", ".join([*found, *map(_describe_package, packages)])


def _describe_package(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} not installed"


def today() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%d")
