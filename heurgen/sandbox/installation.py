"""What a candidate's process may read: Python's modules and the libraries they are linked with.

The bundled domains are left out, wherever they are installed: a candidate that is measured on
tasks it could have read there would prove nothing.
"""

from __future__ import annotations

import importlib.util
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from heurgen.heuristics.loading import HEAVY_IMPORTS
from heurgen.paths import domains_dir, pddl_dir

LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
DEVICES = ("/dev/null", "/dev/urandom")


def readable_paths() -> list[Path]:
    """Files and folders, none of them inside another."""
    hidden = [domains_dir().resolve(), pddl_dir().resolve()]
    roots = {path.resolve() for path in _roots() if path.exists()}
    tops = [path for path in sorted(roots) if not roots.intersection(path.parents)]
    return [part for path in tops for part in _without(path, hidden)]


def _roots() -> Iterator[Path]:
    yield from map(Path, (*LIBRARIES, *DEVICES))
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        yield Path(sysconfig.get_path(name))
    yield Path(str(sysconfig.get_config_var("LIBDIR")))
    yield from (Path(entry) for entry in sys.path if entry.endswith(".zip"))
    yield Path(__file__).parent.parent
    for name in HEAVY_IMPORTS:      # they may lie in yet another folder
        specification = importlib.util.find_spec(name)
        if specification is not None and specification.origin is not None:
            yield Path(specification.origin).parent.parent


def _without(path: Path, hidden: list[Path]) -> Iterator[Path]:
    """`path` itself if it contains nothing hidden, else its parts that do not."""
    if path in hidden:
        return
    if not any(path in place.parents for place in hidden):
        yield path
        return
    for part in sorted(path.iterdir()):
        if not part.is_symlink():
            yield from _without(part, hidden)
