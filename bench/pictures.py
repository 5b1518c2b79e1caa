"""Photographs of every page on the exercise, into docs/pictures: `python -m bench.pictures [NAME...]`.

Taken from the running app through the machine's Chromium with every other host closed, so what is kept is what a person
sees. A picture that would be the same is not written again.
"""

import datetime as dt
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright
from scipy.spatial import cKDTree

from data.exercise.world import CLOCK
from export.tour import EAST, stops
from geo.precision import Treatment
from geo.view import View
from layers import palette
from tests.browser.served import PATHS, TELEPHONE, Screen, inside, serving
from tests.conftest import CHROMIUM_ARGUMENTS, CHROMIUM_NAMES, ROOT, Chromium

FOLDER: Final = ROOT / "docs" / "pictures"
LARGEST: Final = 350_000
"""Bytes of the largest picture that is kept."""
COMMON: Final = 0.6
"""Share of a picture's colours that are its commonest; the others are spread over what is left."""
DESK: Final = {"width": 1440, "height": 900}
SCREEN: Final = {"width": 1920, "height": 1080}


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its name, the page and view that it shows, and what is done before it is taken."""

    name: str
    page: str
    view: dict[str, str] = field(default_factory=dict)
    device: dict[str, Any] = field(default_factory=lambda: dict(DESK))
    act: Callable[[Screen], None] | None = None
    whole: bool = False


def pictures(opening: View) -> Iterator[Picture]:
    """Yield every picture; `opening` is the view with which the exercise opens."""
    for page in PATHS:
        yield Picture(page, page)
    for page in ("overview", "map"):
        yield Picture(f"present-{page}", page, {"present": "1"}, dict(SCREEN))
    for number, stop in enumerate(stops(opening), start=1):
        yield Picture(f"tour-{number}", "map", stop.view.to_query())
        if stop.view.treatment is Treatment.AS_CODED:
            yield Picture(f"tour-{number}-kept-apart", "map", replace(stop.view, treatment=Treatment.PLACED).to_query())
    yield Picture("selected-cell", "map", {"place": EAST}, act=_select)
    for page in PATHS:
        yield Picture(f"{page}-telephone", page, device=dict(TELEPHONE), whole=True)


def _select(screen: Screen) -> None:
    """Select a cell of the highest class, found without the layers that lie above it."""
    layers = {"place": EAST, "layers": "cells"}
    screen.go("map", **layers)
    with screen.run():
        screen.select(*inside(screen.pixels(), palette.HARM[4]))
    screen.page.locator(".st-key-selection").wait_for()
    screen.go("map", place=EAST, selected=screen.view()["selected"])


def take(screen: Screen, picture: Picture) -> bytes:
    """Return one picture as PNG."""
    screen.go(picture.page, **picture.view)
    if picture.act:
        picture.act(screen)
    screen.page.mouse.move(0, 0)
    size = {key: picture.device[key] for key in ("width", "height")}
    if picture.whole:
        height = screen.page.evaluate("""() => document.querySelector('[data-testid="stMain"]').scrollHeight""")
        screen.page.set_viewport_size({**size, "height": height})
    screen.rest()
    screen.page.evaluate("document.activeElement?.blur()")
    png = screen.page.screenshot(animations="disabled", caret="hide")
    screen.page.set_viewport_size(size)
    return small(png)


def small(png: bytes) -> bytes:
    """Return a picture in 256 colours, or in fewer where that is too large."""
    kept = b""
    for colours in (256, 128, 64):
        kept = in_colours(png, colours)
        if len(kept) <= LARGEST:
            break
    return kept


def in_colours(png: bytes, number: int) -> bytes:
    """Return a picture in a number of colours: the commonest stay exactly what they are, the rest are spread."""
    common_number = round(COMMON * number)
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    pixels = np.asarray(picture).reshape(-1, 3)
    colours, of, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    common = colours[np.argsort(-counts, kind="stable")[:common_number]]
    spread = picture.quantize(
        number - common_number, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    ).getpalette()
    kept = np.concatenate([common, np.array(spread, dtype=np.uint8).reshape(-1, 3)])[:number]
    nearest = cKDTree(kept).query(colours)[1].astype(np.uint8)
    few = Image.fromarray(nearest[of].reshape(picture.height, picture.width), "P")
    few.putpalette(kept.tobytes())
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def main(names: list[str]) -> int:
    """Take the named pictures, or all; return 1 where one is too large to keep."""
    opening = View(exercise=True, known=CLOCK, first=CLOCK - dt.timedelta(days=41), last=CLOCK, place=EAST)
    wanted = [one for one in pictures(opening) if not names or one.name in names]
    found = next(path for path in map(shutil.which, CHROMIUM_NAMES) if path)
    too_large = 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder) / "tocsin"
        subprocess.run(
            [sys.executable, "-m", "data", "exercise"],
            cwd=ROOT,
            env={**os.environ, "TOCSIN_HOME": str(home)},
            check=True,
        )
        served = stack.enter_context(serving(home))
        playwright = stack.enter_context(sync_playwright())
        chromium = Chromium(playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_ARGUMENTS)))
        for device in (DESK, SCREEN, TELEPHONE):
            of_device = [one for one in wanted if one.device == device]
            if not of_device:
                continue
            screen = Screen(served, chromium.new_context(**device))
            screen.open("overview")
            for picture in of_device:
                png = take(screen, picture)
                (FOLDER / f"{picture.name}.png").write_bytes(png)
                too_large += len(png) > LARGEST
                print(f"{picture.name}: {len(png) // 1000} kB", flush=True)
            screen.watched.close()
        chromium.browser.close()
    return 1 if too_large else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
