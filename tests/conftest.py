"""What tests share: a store of their own, the real files where there are any, and a browser that is watched."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebSocket, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", ""})  # "" is data:, blob: and about:
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",  # root in a container
    "--use-angle=swiftshader",  # WebGL without a GPU
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",  # every other host is closed
)

settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@dataclass
class Watched:
    """A browser context, with what it must not do: requests to other hosts, errors on the console or in scripts.

    Both lists grow while Playwright is asked something: wait with `page.wait_for_timeout`, never `time.sleep`.
    """

    context: BrowserContext
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin to watch; pages opened later are watched too."""
        self.context.on("request", self._request)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("page", lambda page: page.on("websocket", self._websocket))

    def new_page(self) -> Page:
        """Open a page."""
        return self.context.new_page()

    def close(self) -> None:
        """Close the context and its pages."""
        self.context.close()

    def _request(self, request: Request) -> None:
        self._visit(request.url)

    def _websocket(self, socket: WebSocket) -> None:
        self._visit(socket.url)

    def _visit(self, url: str) -> None:
        if (urlsplit(url).hostname or "") not in LOCAL_HOSTS:
            self.foreign.append(url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)


@dataclass
class Chromium:
    """The machine's Chromium, with every host but this machine closed."""

    browser: Browser
    opened: list[Watched] = field(default_factory=list)

    def new_context(self, *, width: int = 1440, height: int = 900, **options: Any) -> Watched:
        """Open a fresh, watched context; options are those of Playwright's `new_context`."""
        options.setdefault("viewport", {"width": width, "height": height})
        options.setdefault("service_workers", "block")
        watched = Watched(self.browser.new_context(**options))
        self.opened.append(watched)
        return watched


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test an empty store of its own, through TOCSIN_HOME."""
    folder = tmp_path / "tocsin"
    folder.mkdir()
    monkeypatch.setenv("TOCSIN_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real files; a test without them is skipped."""
    named = os.environ.get("TOCSIN_TEST_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real files are not here: set TOCSIN_TEST_DATA to their folder (default ../shared/data)")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The machine's Chromium; a machine without one fails, because `make test` installs it."""
    found = next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)
    if found is None:
        names = ", ".join(CHROMIUM_NAMES)
        pytest.fail(f"no browser on PATH (looked for {names}): run `make test`, or install Chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_ARGUMENTS))
        chromium = Chromium(browser)
        yield chromium
        for watched in chromium.opened:
            watched.close()
        browser.close()
