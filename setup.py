"""Builds the compiled core (src_cython/ -> heurgen.core) and maps the data folders into the package.

Everything else about the package stands in pyproject.toml. ``HEURGEN_DEBUG=1`` makes a debug build:
bounds checks, assertions of the C++ library, no optimisation, and annotated HTML beside the sources.
"""

from __future__ import annotations

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, find_packages, setup

DEBUG = os.environ.get("HEURGEN_DEBUG", "") not in ("", "0")
SOURCES = Path("src_cython")     # laid out like the package, as Cython finds .pxd files by module name
GRAPHS = SOURCES / "heurgen" / "graphs.pyx"
CORE = SOURCES / "heurgen" / "core"

DIRECTIVES = {
    "language_level": 3,
    "embedsignature": True,
    "binding": True,
    "boundscheck": DEBUG,
    "wraparound": False,
    "initializedcheck": DEBUG,
    "cdivision": True,
    "freethreading_compatible": False,
}
if DEBUG:
    COMPILE_ARGS = ["-std=c++17", "-O1", "-g", "-D_GLIBCXX_ASSERTIONS", "-UNDEBUG"]
else:
    COMPILE_ARGS = ["-std=c++17", "-O3", "-g0", "-fno-plt", "-DNDEBUG"]


def extensions() -> list[Extension]:
    return [
        Extension(
            ".".join(path.relative_to(SOURCES).with_suffix("").parts),
            [str(path)],
            language="c++",
            include_dirs=[str(CORE)],
            depends=sorted(str(header) for header in CORE.glob("*.hpp")),
            extra_compile_args=COMPILE_ARGS,
        )
        for path in [*sorted(CORE.glob("*.pyx")), GRAPHS]
    ]


def data_packages() -> tuple[list[str], dict[str, str]]:
    """Packages and their folders for the data that ships in the wheel (heurgen/data/...)."""
    packages: list[str] = []
    folders: dict[str, str] = {}
    for root in ("domains", "pddl"):
        for directory, _, _ in os.walk(root):
            if "__pycache__" in directory:
                continue
            name = "heurgen.data." + directory.replace(os.sep, ".")
            packages.append(name)
            folders[name] = directory
    return packages, folders


DATA_PACKAGES, DATA_FOLDERS = data_packages()

setup(
    packages=[*find_packages(include=["heurgen", "heurgen.*"]), "heurgen.llm.prompts", *DATA_PACKAGES],
    package_dir=DATA_FOLDERS,
    package_data={
        "heurgen": ["py.typed", "**/*.pyi", "llm/*.json"],
        "heurgen.llm.prompts": ["*"],
        **{name: ["*"] for name in DATA_PACKAGES},
    },
    ext_modules=cythonize(
        extensions(),
        include_path=[str(SOURCES)],
        compiler_directives=DIRECTIVES,
        annotate=DEBUG,
        nthreads=0 if os.name == "nt" else min(4, os.cpu_count() or 1),
    ),
    options={"build_ext": {"parallel": os.cpu_count() or 1}},
    zip_safe=False,
)
