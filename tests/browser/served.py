"""The app as a person meets it: a server of its own, and what a browser page of it shows."""

import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import urlopen

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from layers.drawing import Colour
from tests.conftest import ROOT, Watched

PATIENCE = 90.0
"""Seconds for anything to come: a busy machine without a GPU draws its first map after half a minute."""
TELEPHONE: dict[str, Any] = {
    "width": 360,
    "height": 740,
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
    "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36",
}
TRIES = 5
"""Clicks until one is taken."""
PATHS = {"overview": "", "map": "map", "data": "data", "help": "help", "precision": "precision"}
"""Pages and their addresses; the opening page has none."""

Pixels = NDArray[np.int16]

# Streamlit looks for its server under the page's own path before it looks at the root, and no setting of 1.67 changes
# that (BACKEND_BASE_URL is read from `window.__streamlit`, which only a hosting page sets): two 404 for a page opened
# directly under its path.
_STREAMLIT_LOOKS_FOR_ITS_SERVER = tuple(
    f"/{path}/_stcore/{asked}" for path in filter(None, PATHS.values()) for asked in ("health", "host-config")
)

_RUN = """(seconds) => {
  const app = document.querySelector('[data-testid="stApp"]')
  window.ran = new Promise((done) => {
    let began = false
    const late = setTimeout(() => done(false), seconds * 1000)
    // A run with little to draw can begin and end within one frame, which no observer sees: rest for long is rest.
    setTimeout(() => {
      if (!began && app.dataset.testScriptState === 'notRunning') { clearTimeout(late); done(true) }
    }, 15000)
    new MutationObserver((changes, watcher) => {
      const rests = app.dataset.testScriptState === 'notRunning'
      began = began || !rests || changes.some((change) => change.oldValue !== 'notRunning')
      if (began && rests) { watcher.disconnect(); clearTimeout(late); done(true) }
    }).observe(app, {attributes: true, attributeOldValue: true, attributeFilter: ['data-test-script-state']})
  })
}"""
_GO = """(address) => {
  history.pushState({}, '', address)
  dispatchEvent(new PopStateEvent('popstate', {state: {}}))
}"""
_TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_NO_MARK = "[class*='st-key-']::after { display: none !important }"


@dataclass
class Served:
    """A running app: its process, its address, its store."""

    process: subprocess.Popen[bytes]
    url: str
    home: Path

    def address(self, page: str, **view: str) -> str:
        """Return the address of a page; what `view` leaves away is as the page opens."""
        return f"{self.url}/{PATHS[page]}{'?' if view else ''}{urlencode(view)}"


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """Start the app on a free port with `home` as its store, and end it again by its pid."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with _log(home).open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT,
            env={**os.environ, "TOCSIN_HOME": str(home)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            served = Served(process, f"http://localhost:{port}", home)
            _await_health(served)
            yield served
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_health(served: Served) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if served.process.poll() is not None:
            break
        try:
            with urlopen(f"{served.url}/_stcore/health", timeout=5) as answer:  # noqa: S310 - localhost, by http
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"the app did not start:\n{_log(served.home).read_text(errors='replace')}")


def _log(home: Path) -> Path:
    return home.with_suffix(".log")


@dataclass
class Screen:
    """One browser page on a served app."""

    served: Served
    watched: Watched
    page: Page = field(init=False)
    errors: list[str] = field(default_factory=list)
    opening: dict[str, str] = field(default_factory=dict)
    """The view with which the first page opened."""

    def __post_init__(self) -> None:
        """Open a page, and keep what its console calls an error, with the address it is about."""
        self.watched.context.on("console", lambda said: said.type == "error" and self._error(said.text, said.location))
        self.page = self.watched.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _error(self, text: str, location: Mapping[str, Any]) -> None:
        address = str(location.get("url", ""))
        if not address.endswith(_STREAMLIT_LOOKS_FOR_ITS_SERVER):
            self.errors.append(f"{text} ({address})")

    def open(self, page: str, **view: str) -> None:
        """Load a page by its address, as from a bookmark."""
        self.page.goto(self.served.address(page, **view))
        self.page.locator("h1.finding").wait_for()
        self.rest()
        self.opening = self.opening or self.view()

    def go(self, page: str, **view: str) -> None:
        """Change the address of a page that is open, as going back and forward do: without loading anew.

        What `view` leaves away is as the first page opened.
        """
        with self.run():
            self.page.evaluate(_GO, self.served.address(page, **{**self.opening, **view}))
        self.rest()

    def view(self) -> dict[str, str]:
        """Return the view of the address."""
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))

    @contextmanager
    def run(self) -> Iterator[None]:
        """Wait until what is done inside has made the app run and rest again."""
        self.page.evaluate(_RUN, PATIENCE)
        yield
        assert self.page.evaluate("window.ran"), "the app did not run, or did not come to rest"

    def rest(self) -> None:
        """Wait until the app rests, and every map with it."""
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(state="attached")
        expect(self.page.locator('[data-testid="stSkeleton"]')).to_have_count(0, timeout=PATIENCE * 1000)
        if self.maps().count():
            self.still()

    def maps(self) -> Locator:
        """The maps of the page."""
        return self.page.locator('[data-testid="stDeckGlJsonChart"]')

    def canvas(self) -> Locator:
        """What the map is drawn on."""
        return self.maps().locator("canvas").first

    def still(self, than: Pixels | None = None) -> Pixels:
        """Wait until the map no longer changes, and differs from `than`; return its pixels."""
        until = time.monotonic() + PATIENCE
        last = self.pixels()
        while time.monotonic() < until:
            self.page.wait_for_timeout(100)
            now = self.pixels()
            drawn = len(np.unique(now.reshape(-1, 3)[::97], axis=0)) > 1
            if drawn and same(now, last) and (than is None or not same(now, than)):
                return now
            last = now
        raise TimeoutError("the map stayed as it was, or did not come to rest")

    def pixels(self) -> Pixels:
        """Return the map as drawn, without the exercise mark above it: (height, width, 3)."""
        return _pixels(self.canvas().screenshot(style=_NO_MARK))

    def marked_pixels(self) -> Pixels:
        """Return the map as a person sees it, with the exercise mark: (height, width, 3)."""
        return _pixels(self.canvas().screenshot())

    def point(self, x: int, y: int) -> tuple[float, float]:
        """Return where a pixel of the map lies on the page."""
        box = self.canvas().bounding_box()
        assert box is not None
        return box["x"] + x, box["y"] + y

    def select(self, x: int, y: int) -> None:
        """Click on a pixel of the map, and wait until the address names what lies there.

        deck.gl takes a press of over 250 ms for none: where each hover takes as long to draw (no GPU, a busy machine)
        a click can be lost, so, as a person would, click again.
        """
        mouse = self.page.mouse
        mouse.move(*self.point(x, y))
        for _ in range(TRIES):
            self.page.evaluate(_TWO_FRAMES)
            mouse.down()
            mouse.up()
            try:
                self.page.wait_for_url(lambda url: bool(_selected(url)), timeout=PATIENCE * 1000 / TRIES)
            except PlaywrightTimeout:
                continue
            return
        raise TimeoutError(f"{TRIES} clicks on the map selected nothing")

    def text(self) -> str:
        """Return all text that the page shows."""
        return self.page.locator('[data-testid="stApp"]').inner_text()

    def button(self, key: str) -> Locator:
        """Return the button with this key (Streamlit keeps a hidden copy of one that has a tooltip)."""
        return self.page.locator(f".st-key-{key}").get_by_role("button")

    def window(self) -> str:
        """Return the window that the slider stands on, in words."""
        return self.page.locator(".st-key-timeline .when").inner_text()

    def chosen(self) -> list[list[str | None]]:
        """Return what is chosen in every control, in the order of the page."""
        found: list[list[str | None]] = self.page.evaluate("""() => [...document.querySelectorAll(
            '[role=radio][aria-checked=true], [aria-pressed=true], [role=combobox], [role=spinbutton], [type=range]')]
            .map((e) => [e.getAttribute('aria-label'), e.value || e.getAttribute('aria-valuenow') || e.innerText])
        """)
        return found


def _selected(url: str) -> str:
    return dict(parse_qsl(urlsplit(url).query)).get("selected", "")


def _pixels(png: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.int16)


def same(a: Pixels, b: Pixels, *, tolerance: float = 0.0, within: int = 0) -> bool:
    """Tell whether two pictures are the same, but for a share `tolerance` of pixels that differ more than `within`."""
    if a.shape != b.shape:
        return False
    return float((np.abs(a - b).max(axis=2) > within).mean()) <= tolerance


def count(pixels: Pixels, *colours: Colour, within: int = 4) -> int:
    """Return how many pixels have one of the colours, each channel within a few steps."""
    hit = np.zeros(pixels.shape[:2], dtype=bool)
    for colour in colours:
        hit |= np.abs(pixels - np.array(colour[:3], dtype=np.int16)).max(axis=2) <= within
    return int(hit.sum())


def inside(pixels: Pixels, colour: Colour, around: int = 4) -> tuple[int, int]:
    """Return a pixel (x, y) of a colour that has the same colour for `around` pixels on every side."""
    hit = np.abs(pixels - np.array(colour[:3])).max(axis=2) <= 4
    size = 2 * around + 1
    full = np.lib.stride_tricks.sliding_window_view(hit, (size, size)).all(axis=(2, 3))
    ys, xs = np.nonzero(full)
    assert len(ys), "no cell of this colour"
    return int(xs[0]) + around, int(ys[0]) + around
