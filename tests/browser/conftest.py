"""One server and one page for all browser tests of a run: a first page costs ten seconds on a small machine."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.served import TELEPHONE, Screen, Served, serving
from tests.conftest import ROOT, Chromium


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app on the exercise, with no real data."""
    home = tmp_path_factory.mktemp("exercise")
    command(home, "exercise")
    with serving(home) as served:
        yield served


@pytest.fixture(scope="session")
def screens() -> list[Screen]:
    """Every page that was opened."""
    return []


@pytest.fixture(scope="session")
def new_screen(chromium: Chromium, screens: list[Screen]) -> Callable[..., Screen]:
    """Open a page on a served app; options are those of `Chromium.new_context`."""

    def opened(served: Served, **options: Any) -> Screen:
        screens.append(Screen(served, chromium.new_context(**options)))
        return screens[-1]

    return opened


@pytest.fixture(scope="session")
def desktop(served: Served, new_screen: Callable[..., Screen]) -> Screen:
    """A page of 1440 x 900, opened on the Overview as a person would."""
    screen = new_screen(served)
    screen.open("overview")
    return screen


@pytest.fixture(scope="session")
def telephone(served: Served, new_screen: Callable[..., Screen]) -> Screen:
    """A telephone's page of 360 x 740."""
    screen = new_screen(served, **TELEPHONE)
    screen.open("overview")
    return screen


@pytest.fixture
def empty(tmp_path: Path, new_screen: Callable[..., Screen], screens: list[Screen]) -> Iterator[Screen]:
    """A page, not yet opened, of an app whose store is empty: for tests that load something."""
    home = tmp_path / "tocsin"
    home.mkdir()
    with serving(home) as served:
        screen = new_screen(served)
        yield screen
        screens.remove(screen)
        screen.watched.close()
    check([screen])


@pytest.fixture(autouse=True)
def nothing_amiss(screens: list[Screen]) -> Iterator[None]:
    """No test may ask another host, or write an error on the console."""
    yield
    check(screens)


def check(screens: Iterable[Screen]) -> None:
    """Refuse requests to other hosts and errors on the console; what was seen is forgotten."""
    foreign = [address for screen in screens for address in screen.watched.foreign]
    errors = [error for screen in screens for error in screen.errors]
    for screen in screens:
        screen.watched.foreign.clear()
        screen.errors.clear()
    assert foreign == [], "asked another host"
    assert errors == [], "wrote errors on the console"


def command(home: Path, *arguments: str) -> str:
    """Run `python -m data` on a store and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "data", *arguments],
        cwd=ROOT,
        env={**os.environ, "TOCSIN_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    return done.stdout
