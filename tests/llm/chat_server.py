"""A server on the loopback interface that speaks chat completions, with scripted misbehaviour."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What to answer: with `status` 200 a completion, streamed if the request asks for it.

    `delay` is in seconds before the first byte, `broken` tells after how many pieces of a stream
    the connection is cut, `body` replaces all that by raw bytes.
    """

    text: str = "an answer"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    finish_reason: str | None = "stop"
    usage: tuple[int, int] | None = (10, 5)
    refusal: str | None = None
    delay: float = 0.0
    broken: int | None = None
    error: dict[str, Any] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/json"


def failure(
    status: int, message: str = "", headers: dict[str, str] | None = None, **error: Any
) -> Reply:
    return Reply(status=status, headers=headers or {}, error={"message": message, **error})


class ChatServer:
    """Gives the scripted replies in turn, the last one again and again; keeps the requests."""

    def __init__(self, replies: Sequence[Reply], rejects: dict[str, str]) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.most_at_once = 0
        self._replies = list(replies)
        self._rejects = rejects
        self._lock = threading.Lock()
        self._at_once = 0
        self.url = ""

    def enter(self, request: dict[str, Any], key: str | None) -> Reply:
        with self._lock:
            self.requests.append(request)
            self.keys.append(key)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            for name, message in self._rejects.items():
                if name in request:
                    return failure(400, message)
            return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def leave(self) -> None:
        with self._lock:
            self._at_once -= 1


@contextmanager
def chat_server(*replies: Reply, rejects: dict[str, str] | None = None) -> Iterator[ChatServer]:
    """A running server; `rejects` maps parameters that it does not know to what it says about
    them."""
    chat = ChatServer(replies or (Reply(),), rejects or {})

    class Handler(_Handler):
        server_script = chat

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    chat.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_script: ChatServer

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = self.server_script.enter(request, self.headers["Authorization"])
        try:
            time.sleep(reply.delay)
            self._answer(request, reply)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has gone
        finally:
            self.server_script.leave()

    def _answer(self, request: dict[str, Any], reply: Reply) -> None:
        if self.path != "/v1/chat/completions":
            self._send(404, b"{}", "application/json", {})
        elif reply.body is not None:
            self._send(reply.status, reply.body, reply.content_type, reply.headers)
        elif reply.status != 200:
            error = json.dumps({"error": reply.error}).encode()
            self._send(reply.status, error, "application/json", reply.headers)
        elif request.get("stream"):
            self._stream(request, reply)
        else:
            message = {"role": "assistant", "content": reply.text, "refusal": reply.refusal}
            choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason}
            body = _envelope(request, "chat.completion", [choice]) | _usage(reply)
            self._send(200, json.dumps(body).encode(), "application/json", reply.headers)

    def _stream(self, request: dict[str, Any], reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        pieces = [reply.text[:3], reply.text[3:6], reply.text[6:]]
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        deltas += [{"content": piece} for piece in pieces if piece]
        if reply.refusal is not None:
            deltas.append({"refusal": reply.refusal})
        for place, delta in enumerate(deltas):
            if place == reply.broken:
                self.wfile.flush()
                self.close_connection = True
                self.connection.close()
                return
            self._event(request, [{"index": 0, "delta": delta, "finish_reason": None}], {})
        if reply.finish_reason is not None:
            last = {"index": 0, "delta": {}, "finish_reason": reply.finish_reason}
            self._event(request, [last], {})
        if request.get("stream_options", {}).get("include_usage"):
            self._event(request, [], _usage(reply))
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _event(self, request: dict[str, Any], choices: list[Any], more: dict[str, Any]) -> None:
        body = _envelope(request, "chat.completion.chunk", choices) | more
        self._chunk(b"data: " + json.dumps(body).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _send(self, status: int, body: bytes, content_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def _envelope(request: dict[str, Any], kind: str, choices: list[Any]) -> dict[str, Any]:
    model = f"{request['model']}-2026-01-01"
    return {"id": "1", "object": kind, "created": 1, "model": model, "choices": choices}


def _usage(reply: Reply) -> dict[str, Any]:
    if reply.usage is None:
        return {}
    prompt, completion = reply.usage
    total = prompt + completion
    return {
        "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total}
    }
