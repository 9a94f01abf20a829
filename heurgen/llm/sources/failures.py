"""From the exceptions of the openai package to one line for the user."""

from __future__ import annotations

import email.utils
import re
import sys
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from heurgen.llm.errors import SourceError, TransientError

if TYPE_CHECKING:
    import openai

_LONGEST = 300
_REFUSED = re.compile(
    r"unsupported|not support|unknown|unrecogni[sz]ed|unexpected|not permitted|not allowed"
    r"|extra[_ ]|cannot find field|deprecated"
)
_CONTENT = re.compile(r"content[_ ](?:policy|filter|management)|safety|moderation|cyber_policy")
_TRY_AGAIN = frozenset((408, 409, 425, 429))
_EMPTY_ACCOUNT = "insufficient_quota"


def transport_errors() -> tuple[type[Exception], ...]:
    """What reading from an endpoint may raise, across versions of openai and httpx.

    While an answer is streamed, older versions of openai hand on the exceptions of httpx.
    """
    import openai

    packages = [sys.modules[name] for name in ("httpx", "httpx2") if name in sys.modules]
    return (openai.APIConnectionError, *(package.HTTPError for package in packages))


def is_timeout(error: BaseException) -> bool:
    """Whether one of `transport_errors` says that time ran out."""
    return "Timeout" in type(error).__name__


def refused_parameter(error: openai.APIStatusError, names: Collection[str]) -> str | None:
    """Which of the parameters that were sent the endpoint does not know, None if no such error.

    A value out of range is not taken for it: that is for the user to correct.
    """
    if error.status_code not in (400, 422):
        return None
    text = f"{error.code} {error.body}".lower()
    if not _REFUSED.search(text):
        return None
    if error.param in names:
        return error.param
    found = [name for name in names if re.search(rf"\b{name}\b", text)]
    return max(found, key=len, default=None)


def failure_of_status(
    error: openai.APIStatusError, endpoint: str, model: str, key: str
) -> SourceError:
    """What a status other than 200 means for the user; the key is in no message."""
    status = error.status_code
    said = message_of(error, key)
    if status == 401:
        return SourceError(f"{endpoint}: the API key is not accepted (401)")
    if status == 403:
        return SourceError(f"{endpoint}: this key may not use {model} (403){said}")
    if status == 404:
        return SourceError(f"{endpoint}: there is no model {model}, or nothing there (404){said}")
    if status == 429 and _EMPTY_ACCOUNT in f"{error.code} {error.type} {error.body}":
        return SourceError(f"{endpoint}: the account has no credit left (429){said}")
    if status in _TRY_AGAIN or status >= 500:
        wait = retry_after(error.response.headers.get)
        return TransientError(f"{endpoint}: answered {status}{said}", retry_after=wait)
    if _CONTENT.search(f"{error.code} {error.body}".lower()):
        return SourceError(f"{endpoint}: refused the content of the prompt ({status}){said}")
    return SourceError(f"{endpoint}: refused the request ({status}){said}")


def message_of(error: openai.APIError, key: str) -> str:
    """What the endpoint said, as the end of a line: ``: its words``, shortened, without the key."""
    body = error.body
    words = body.get("message") if isinstance(body, dict) else body
    text = " ".join(str(words or "").split())
    if key:
        text = text.replace(key, "***")
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    return f": {text}" if text else ""


def retry_after(header: Callable[[str], str | None]) -> float | None:
    """The seconds that ``Retry-After`` asks to wait: a number or a date (RFC 9110, 10.2.3)."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = header(name)
        if value is None:
            continue
        if re.fullmatch(r"\s*\d+(\.\d+)?\s*", value):
            return float(value) / unit
        date = email.utils.parsedate_tz(value)
        if date is not None:
            return max(0.0, email.utils.mktime_tz(date) - time.time())
    return None
