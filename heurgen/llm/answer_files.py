"""Answers as plain files: Markdown, text or Python, one answer each."""

from __future__ import annotations

from pathlib import Path

from heurgen.errors import InputError

SUFFIXES = (".md", ".txt", ".py")
PROMPT_SUFFIX = ".prompt.md"


def read_answers(folder: Path) -> list[tuple[str, str]]:
    """The names and texts of the answers in a folder, in the order of their names.

    Prompts (``*.prompt.md``) and hidden files are no answers. Raises InputError where there are
    none, and for a file that is not UTF-8.
    """
    paths = sorted(path for path in folder.glob("*") if _is_answer(path))
    if not paths:
        raise InputError(f"{folder}: no answers (.md, .txt or .py files)")
    return [(path.name, read_answer(path)) for path in paths]


def read_answer(path: Path) -> str:
    """The text of an answer with its line ends as they are, without a byte order mark.

    Raises InputError where the file cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8: {error.reason} at byte {error.start}") from error


def _is_answer(path: Path) -> bool:
    return (
        path.suffix in SUFFIXES
        and not path.name.startswith(".")
        and not path.name.endswith(PROMPT_SUFFIX)
        and path.is_file()
    )
