"""Where responses come from: recorded ones, a folder of answers, or an exchange of files with anybody."""

from __future__ import annotations

import datetime
import time
from pathlib import Path

from heurgen.errors import InputError
from heurgen.llm.responses import Response, load_recorded, prompt_hash
from heurgen.plans import write_text

POLL_SECONDS = 0.5


def read_recorded(folder: Path, domain: str) -> list[Response]:
    """The responses that ship with a domain. InputError where there are none."""
    found = load_recorded(folder)
    if not found:
        raise InputError(
            f"no recorded responses for {domain}; `heurgen synthesize {domain} --llm exchange:DIR` asks for new ones"
        )
    return found


def read_folder(folder: Path) -> list[Response]:
    """Answers in Markdown or text files, in the order of their names. InputError where there are none."""
    paths = sorted(path for path in folder.glob("*") if path.suffix in (".md", ".txt", ".py"))
    paths = [path for path in paths if not path.name.endswith(".prompt.md")]
    if not paths:
        raise InputError(f"{folder}: no answers (.md, .txt or .py files)")
    found = []
    for number, path in enumerate(paths, start=1):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: cannot be read: {error}") from error
        found.append(Response(text, "", number, f"folder:{folder}", "unknown"))
    return found


def ask_exchange(folder: Path, prompt: str, count: int, timeout: float | None = None) -> list[Response]:
    """Write `count` copies of a prompt as ``NNNN.prompt.md`` and wait for each ``NNNN.response.md``.

    A prompt that is there already with the same text is not written again, so that a stopped exchange goes on
    where it was. A response counts when its size has stopped changing. InputError after `timeout` seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    numbers = _numbers(folder, prompt, count)
    deadline = None if timeout is None else time.monotonic() + timeout
    sizes: dict[int, int] = {}
    found: dict[int, Response] = {}
    while len(found) < len(numbers):
        for place, number in enumerate(numbers, start=1):
            path = folder / f"{number:04}.response.md"
            size = path.stat().st_size if path.is_file() else 0
            if number not in found and size and sizes.get(number) == size:
                text = path.read_text(encoding="utf-8", errors="replace")
                date = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
                found[number] = Response(
                    text, prompt_hash(prompt), place, "exchange", "unknown", created=date
                )
            sizes[number] = size
        if len(found) < len(numbers):
            if deadline is not None and time.monotonic() > deadline:
                raise InputError(f"{folder}: {len(found)} of {count} answers came in time")
            time.sleep(POLL_SECONDS)
    return [found[number] for number in numbers]


def _numbers(folder: Path, prompt: str, count: int) -> list[int]:
    """The numbers of the exchange's files: those that hold this prompt already, then new ones."""
    used = sorted(int(path.name[:4]) for path in folder.glob("[0-9][0-9][0-9][0-9].prompt.md"))
    same = [n for n in used if (folder / f"{n:04}.prompt.md").read_text(encoding="utf-8") == prompt]
    numbers = same[:count]
    following = max(used, default=0) + 1
    while len(numbers) < count:
        write_text(folder / f"{following:04}.prompt.md", prompt)
        numbers.append(following)
        following += 1
    return numbers
