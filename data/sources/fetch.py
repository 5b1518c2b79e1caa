"""Getting a public file by its address: resumed where it broke off, tried again where that helps, checked when whole.

    <folder>/<name>              the whole file
    <folder>/<name>.part         what has come so far
    <folder>/<name>.json         address, ETag, Last-Modified: what is needed to go on, or to ask whether it is newer

A file counts as whole when it has as many bytes as the server announced, and, if it is a zip, the directory at its end.
"""

import http.client
import json
import os
import random
import socket
import ssl
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from data import VERSION
from data.task import SILENT, Task
from geo.errors import FileRefused, ValueRefused

MOST_TRIES: Final = 6
MOST_SECONDS: Final = 600.0
"""Seconds that may be spent on waiting between tries, all together."""
MOST_BYTES: Final = 2 << 30

_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_PIECE: Final = 1 << 16
_FIRST_WAIT: Final = 1.0
_OTHERWISE: Final = (
    "Or open the address in a browser on any machine and load what it saves: on the Data page, or with "
    "python -m data ingest FILE."
)
_NO_NETWORK = (socket.gaierror, ConnectionRefusedError)
_BROKEN = (TimeoutError, ConnectionError, http.client.HTTPException, OSError)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How time passes between tries; tests give their own."""

    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    timeout: float = 60.0
    """Seconds without a byte after which a connection counts as broken."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole file; `fresh` is False where the server said that the one from before is still the newest."""

    path: Path
    address: str
    size: int
    fresh: bool
    tries: int


@dataclass(slots=True)
class _State:
    """What is known of the file at an address, kept beside it."""

    address: str
    etag: str = ""
    modified: str = ""

    @property
    def validator(self) -> str:
        """What `If-Range` takes: a strong ETag, else the date."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


class _Broke(Exception):
    """A try failed in a way that may pass; `after` is what the server asked to wait, in seconds."""

    def __init__(self, what: str, after: float | None = None) -> None:
        super().__init__(what)
        self.after = after


WAITING: Final = Waiting()


def fetch(address: str, folder: Path, *, task: Task = SILENT, waiting: Waiting = WAITING) -> Fetched:
    """Get a file into `folder` and return it, reporting bytes to `task`.

    At most six tries, each going on where the last one broke off if the file is still the same; `Retry-After` is
    honoured. Raises `FileRefused` where it cannot be had, saying what to do; `data.task.Cancelled` where the work was
    stopped: what has come so far stays and the next call goes on from there.
    """
    place = urlsplit(address)
    name = unquote(PurePosixPath(place.path).name)
    if place.scheme not in {"http", "https"} or not place.hostname or not name.strip(". ") or "/" in name:
        raise ValueRefused("this is no address of a file", value=address, remedy="Give one that begins with https://.")
    folder.mkdir(parents=True, exist_ok=True)
    return _Fetch(address, folder / name, task, waiting).run()


@dataclass
class _Fetch:
    address: str
    path: Path
    task: Task
    waiting: Waiting
    state: _State = field(init=False)

    def __post_init__(self) -> None:
        self.part = self.path.with_name(f"{self.path.name}.part")
        self.note = self.path.with_name(f"{self.path.name}.json")
        self.host = urlsplit(self.address).hostname or ""
        self.state = self._remembered()

    def _remembered(self) -> _State:
        try:
            state = _State(**json.loads(self.note.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            state = _State("")
        if state.address != self.address:
            self.part.unlink(missing_ok=True)
            return _State(self.address)
        return state

    def run(self) -> Fetched:
        """Try until the file is whole, the tries are used up, or trying again would not help."""
        waited, first_wait = 0.0, _FIRST_WAIT
        for tries in range(1, MOST_TRIES + 1):
            try:
                fresh = self._try()
            except _Broke as broke:
                pause = broke.after if broke.after is not None else first_wait * (1 + self.waiting.jitter())
                first_wait *= 2
                if tries == MOST_TRIES or waited + pause > MOST_SECONDS:
                    raise self._given_up(broke, tries) from broke
                waited += pause
                self._wait(pause)
            else:
                return Fetched(self.path, self.address, self.path.stat().st_size, fresh, tries)
        raise AssertionError  # the last try returns or raises

    def _wait(self, seconds: float) -> None:
        """Wait, looking once a second whether the work is to stop."""
        until = seconds
        while until > 0:
            self.task.step("waiting", round(seconds - until), round(seconds))
            self.waiting.sleep(min(until, 1.0))
            until -= 1.0

    def _try(self) -> bool:
        begin = self.part.stat().st_size if self.part.exists() and self.state.validator else 0
        request = Request(self.address, headers=self._headers(begin))  # noqa: S310 - http and https only, see fetch
        try:
            answer = urlopen(request, timeout=self.waiting.timeout)  # noqa: S310 - the same
        except HTTPError as error:
            with closing(error):
                return self._refused(error)
        except URLError as error:
            raise self._unreachable(error.reason) from error
        except _BROKEN as error:
            raise _Broke(f"the connection to {self.host} broke ({_named(error)})") from error
        with closing(answer):
            self._receive(answer, begin)
        self._whole()
        return True

    def _headers(self, begin: int) -> dict[str, str]:
        headers = {"User-Agent": f"tocsin/{VERSION}", "Accept-Encoding": "identity"}
        if begin:
            return headers | {"Range": f"bytes={begin}-", "If-Range": self.state.validator}
        if self.path.exists() and not self.part.exists():
            headers |= {"If-None-Match": self.state.etag} if self.state.etag else {}
            headers |= {"If-Modified-Since": self.state.modified} if self.state.modified else {}
        return headers

    def _refused(self, error: HTTPError) -> bool:
        """Judge an answer that is an error; returns False where it means that nothing is newer than what is here."""
        if error.code == http.HTTPStatus.NOT_MODIFIED and self.path.exists():
            return False
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            self._forget()
            raise _Broke("the server did not know where to go on")
        said = f"{self.host} answered {error.code} {error.reason}"
        if error.code in _AGAIN:
            raise _Broke(said, _retry_after(error.headers.get("Retry-After")))
        raise FileRefused(f"{said} for {self.address}.", remedy=f"Check the number of the release. {_OTHERWISE}")

    def _unreachable(self, reason: object) -> Exception:
        if isinstance(reason, ssl.SSLError):
            what = f"{self.host} could not prove who it is ({reason.reason or reason}); nothing was taken from it."
            return FileRefused(what, remedy=_OTHERWISE)
        nothing_yet = not self.part.exists()
        if isinstance(reason, _NO_NETWORK) and nothing_yet:
            what = f"There is no way from this machine to {self.host} ({_named(reason)})."
            return FileRefused(
                what, remedy=f"Check the network, or set HTTPS_PROXY where there is a proxy. {_OTHERWISE}"
            )
        return _Broke(f"{self.host} could not be reached ({_named(reason)})")

    def _receive(self, answer: http.client.HTTPResponse, begin: int) -> None:
        """Write what comes behind what is there, or from the start where the server sends all of it."""
        begin, total = self._extent(answer, begin)
        if total is not None and total > MOST_BYTES:
            raise FileRefused(f"{self.address} announces {total:,} bytes, which is no event file.")
        piece = self._read(answer, begin)
        if not begin:
            self._refuse_page(answer, piece)
        self._remember(answer)
        done = begin
        with self.part.open("ab" if begin else "wb") as file:
            try:
                while piece:
                    file.write(piece)
                    done += len(piece)
                    if done > MOST_BYTES:
                        raise FileRefused(f"{self.address} does not end: over {MOST_BYTES:,} bytes came.")
                    self.task.step("fetching", done, total)
                    piece = self._read(answer, done)
            finally:
                file.flush()
                os.fsync(file.fileno())
        if total is not None and done != total:
            raise _Broke(f"{done:,} of {total:,} bytes came")

    def _read(self, answer: http.client.HTTPResponse, done: int) -> bytes:
        try:
            return answer.read(_PIECE)
        except _BROKEN as error:
            raise _Broke(f"the connection broke after {done:,} bytes ({_named(error)})") from error

    def _extent(self, answer: http.client.HTTPResponse, begin: int) -> tuple[int, int | None]:
        """Where what comes now belongs, and how large the whole is; raises `_Broke` where it is not what was asked."""
        length = answer.headers.get("Content-Length", "")
        if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
            return 0, int(length) if length.isdigit() else None
        said = answer.headers.get("Content-Range", "")
        if not said.startswith(f"bytes {begin}-"):
            self._forget()
            raise _Broke(f"the server sent another part than was asked for ({said[:60]!r})")
        total = said.rpartition("/")[2]
        return begin, int(total) if total.isdigit() else None

    def _remember(self, answer: http.client.HTTPResponse) -> None:
        if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
            self.state.etag = answer.headers.get("ETag", "")
            self.state.modified = answer.headers.get("Last-Modified", "")
        fresh = self.note.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self.state)), "utf-8")
        fresh.replace(self.note)

    def _forget(self) -> None:
        """Let go of what has come so far, and of what was known about it."""
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)
        self.state = _State(self.address)

    def _refuse_page(self, answer: http.client.HTTPResponse, piece: bytes) -> None:
        kind = answer.headers.get_content_type()
        if kind in {"text/html", "application/xhtml+xml"} or piece.lstrip()[:1] == b"<":
            raise FileRefused(
                f"{self.host} sent a web page instead of data: {piece[:40].decode('latin-1').strip()!r}.",
                remedy=f"It may ask for an agreement or be closed for now. {_OTHERWISE}",
            )

    def _whole(self) -> None:
        """Take the part for the file, once a zip has the directory that stands at its end."""
        if self.path.suffix == ".zip" and not zipfile.is_zipfile(self.part):
            self._forget()
            raise _Broke("what came is no whole zip")
        self.part.replace(self.path)

    def _given_up(self, broke: _Broke, tries: int) -> FileRefused:
        asked = f" It asks to come back in {broke.after:,.0f} s." if broke.after else ""
        here = self.part.stat().st_size if self.part.exists() else 0
        kept = f"{here:,} bytes are kept: the same command goes on from there. " if here else ""
        often = "once" if tries == 1 else f"{tries} times"
        return FileRefused(
            f"{self.address} was tried {often} and did not come: {broke}.{asked}",
            remedy=f"{kept}Try again later. {_OTHERWISE}",
        )


def _named(error: object) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


def _retry_after(text: str | None) -> float | None:
    """Seconds that a server asks to wait: a number, or a date; None where it says nothing that can be read."""
    if not text:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max((when - datetime.now(UTC)).total_seconds(), 0.0)
