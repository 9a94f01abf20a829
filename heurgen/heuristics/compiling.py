"""Machine code from a candidate's source, with Cython, kept by content.

Compiling reads the source, it does not run it; what is compiled runs in the sandbox like plain Python. Whether it pays is
measured in results/compiled.md.
"""

from __future__ import annotations

import hashlib
import importlib.machinery
import importlib.util
import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from heurgen.errors import CandidateError
from heurgen.heuristics.base import Heuristic
from heurgen.heuristics.exactness import ShadowedError, exact_integers
from heurgen.heuristics.loading import (
    COMPILED_NAME,
    RejectedError,
    check_source,
    describe,
    heuristic_class,
)
from heurgen.paths import user_dir

TIMEOUT = 120.0
"""Seconds that compiling may take."""

_BUILD = """
import sys
from Cython.Build import cythonize
from setuptools import Extension, setup
name, folder = sys.argv[1:]
sys.argv = ["setup.py", "-q", "build_ext", "--build-lib", folder, "--build-temp", folder]
extension = Extension(name, ["candidate.py"], extra_compile_args=["-O2", "-g0"])
directives = {"language_level": 3, "binding": True, "annotation_typing": False, "infer_types": None}
directives["overflowcheck"] = True      # an error rather than another value than Python's
setup(name=name, ext_modules=cythonize([extension], compiler_directives=directives, quiet=True))
"""

_AS_IN_PYTHON = "\nhash = hash\n"
"""Put at the end of a candidate. Cython computes with the results of the built-in `hash` in machine integers, which wrap
around; with those of a name of the module it computes as Python does."""


class CompileError(CandidateError):
    """A candidate that could not be compiled; the message is one line. It may run as plain Python all the same."""


def compile_candidate(source: str) -> Path:
    """The shared library of a candidate, compiled now or before.

    Raises RejectedError for a source that is no candidate, CompileError where Cython or a compiler is missing, does not
    take the source or takes too long.
    """
    check_source(source)
    try:
        exact = exact_integers(source) + _AS_IN_PYTHON
    except ShadowedError as error:
        raise CompileError(f"not compiled: {error}") from error
    if importlib.util.find_spec("Cython") is None or importlib.util.find_spec("setuptools") is None:
        raise CompileError("not compiled: Cython and setuptools are needed")
    built_by = f"{sys.implementation.cache_tag} {version('cython')} {_BUILD}"
    mark = hashlib.sha256(f"{built_by}\0{exact}".encode()).hexdigest()[:24]
    name = f"candidate_{mark}"
    home = user_dir() / "compiled"
    library = home / f"{name}{sysconfig.get_config_var('EXT_SUFFIX')}"
    if library.is_file():
        return library
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CompileError(f"not compiled: {home}: {error.strerror}") from error
    with tempfile.TemporaryDirectory(dir=home) as folder:
        place = Path(folder)
        (place / COMPILED_NAME).write_text(exact, encoding="utf-8")
        _build(name, place)
        made = list(place.glob(f"{name}*{sysconfig.get_config_var('EXT_SUFFIX')}"))
        if not made:
            raise CompileError("not compiled: the compiler left nothing behind")
        made[0].replace(library)        # whoever looks at the same time sees all of it or nothing
    return library


def _build(name: str, folder: Path) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-c", _BUILD, name, str(folder)],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired as error:
        raise CompileError(f"not compiled: it took more than {TIMEOUT:g} s") from error
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        reasons = [line for line in lines if "rror" in line] or lines or [f"exit code {done.returncode}"]
        raise CompileError(f"not compiled: {reasons[-1]}")


def load_compiled(library: Path) -> type[Heuristic]:
    """The heuristic class of a compiled candidate. Runs the candidate's code: what is not trusted belongs into the
    sandbox. Raises RejectedError as `load_candidate` does."""
    name = library.name.partition(".")[0]
    loader = importlib.machinery.ExtensionFileLoader(name, str(library))
    specification = importlib.util.spec_from_file_location(name, library, loader=loader)
    if specification is None:
        raise RejectedError(f"{library.name} is no library")
    try:
        module: ModuleType = importlib.util.module_from_spec(specification)
        sys.modules[name] = module
        loader.exec_module(module)
    except MemoryError:
        raise
    except (Exception, SystemExit) as error:
        raise RejectedError(f"{describe(error)} (at import)") from error
    return heuristic_class(module)
