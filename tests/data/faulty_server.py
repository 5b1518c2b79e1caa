"""A server on this machine that speaks HTTP and misbehaves by plan: one behaviour a request, the last repeats."""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Faulty:
    """What the server holds and does; `asked` collects the headers of every request.

    Behaviours: ok, CODE (429, 500, 404 ...), CODE:RETRY_AFTER, cut:N (closes after N bytes), short:N (announces all,
    sends N), long (announces less than it sends), html, no-range (ignores Range), other-range, silent (no length).
    """

    content: bytes
    plan: Sequence[str] = ("ok",)
    validators: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:16]}"'

    def act(self) -> str:
        return self.plan[min(len(self.asked) - 1, len(self.plan) - 1)]


class _Handler(BaseHTTPRequestHandler):
    faulty: Faulty
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass

    def do_GET(self) -> None:
        self.faulty.asked.append({key.lower(): value for key, value in self.headers.items()})
        self.close_connection = True
        act, _, more = self.faulty.act().partition(":")
        if act.isdigit():
            self.send_response(int(act))
            if more:
                self.send_header("Retry-After", more)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif act == "html":
            self._send(200, b"<!DOCTYPE html><title>Please log in</title>", kind="text/html")
        else:
            self._file(act, int(more or 0))

    def _file(self, act: str, count: int) -> None:
        asked, content = self.faulty.asked[-1], self.faulty.content
        if asked.get("if-none-match") == self.faulty.etag:
            self._send(304, b"")
            return
        begin = 0
        ranged = "range" in asked and asked.get("if-range") == self.faulty.etag and act != "no-range"
        if ranged:
            begin = int(asked["range"].removeprefix("bytes=").rstrip("-"))
            if begin >= len(content):
                self._send(416, b"")
                return
        whole = content[begin:]
        said = len(whole) - 7 if act == "long" else None if act == "silent" else len(whole)
        sent = whole[:count] if act in {"cut", "short"} else whole
        first = begin + 5 if act == "other-range" else begin
        there = f"bytes {first}-{len(content) - 1}/{len(content)}" if ranged else ""
        self._send(206 if ranged else 200, sent, length=said, there=there)

    def _send(
        self, code: int, body: bytes, *, kind: str = "application/zip", length: int | None = -1, there: str = ""
    ) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(len(body) if length < 0 else length))
        if there:
            self.send_header("Content-Range", there)
        if self.faulty.validators and kind != "text/html":
            self.send_header("ETag", self.faulty.etag)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(faulty: Faulty, name: str = "ged251-csv.zip") -> Iterator[Faulty]:
    """Serve on a free port of this machine until left."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"faulty": faulty}))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    faulty.url = f"http://127.0.0.1:{server.server_port}/downloads/ged/{name}"
    try:
        yield faulty
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
