"""A new user's walk, filmed: an unknown CSV is dropped, its columns are guessed, one button, the map: `make walk`.

The file is invented, with the column names of nobody's schema. Prints the seconds from the drop to the drawn map, of
which a person is given two minutes, and keeps a picture of every step in docs/pictures/walk.
"""

import csv
import datetime as dt
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np
from playwright.sync_api import sync_playwright

from bench.pictures import DESK, FOLDER, small
from tests.browser.served import Screen, serving
from tests.conftest import CHROMIUM_ARGUMENTS, CHROMIUM_NAMES, Chromium

WALK: Final = FOLDER / "walk"
MOST_SECONDS: Final = 120.0
HEAD: Final = ("Nr", "Fecha", "Lugar", "Lat.", "Long.", "Tipo de hecho", "Responsable", "Muertos", "Comentario")
TOWNS: Final = (
    ("Kadugli", 11.01, 29.72),
    ("Dilling", 12.05, 29.65),
    ("El Fasher", 13.63, 25.35),
    ("Nyala", 12.05, 24.88),
    ("Zalingei", 12.91, 23.47),
    ("Damazin", 11.79, 34.36),
)
KINDS: Final = ("ataque contra civiles", "ataque contra civiles", "combate")


def invented(path: Path, rows: int = 400) -> Path:
    """Write invented incidents with Spanish names, semicolons, decimal commas and days first."""
    rng = np.random.default_rng(5)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEAD)
        for n in range(rows):
            town, lat, lng = TOWNS[int(rng.integers(len(TOWNS)))]
            day = dt.date(2024, 1, 1) + dt.timedelta(days=int(rng.integers(0, 540)))
            near = [f"{at + rng.normal(0, 0.12):.4f}".replace(".", ",") for at in (lat, lng)]
            killed = "" if n % 90 == 7 else int(rng.integers(0, 6))
            what = KINDS[int(rng.integers(len(KINDS)))]
            writer.writerow(
                [n + 1, f"{day:%d/%m/%Y}", town, *near, what, f"Grupo {n % 3 + 1}", killed, "hecho inventado"]
            )
    return path


def walk(screen: Screen, file: Path) -> float:
    """Walk from the empty Data page to the map; return the seconds from the drop to the drawn map."""
    page = screen.page
    screen.open("data", exercise="0")
    _keep(screen, "1-nothing-loaded")
    begun = time.monotonic()
    page.locator('input[type="file"]').set_input_files(file)
    page.get_by_text("How it would be read").wait_for()
    screen.rest()
    looked = time.monotonic()
    _keep(screen, "2-how-it-would-be-read")
    photographed = time.monotonic() - looked
    with screen.run():
        screen.button("load").click()
    page.locator(".st-key-map canvas").first.wait_for()
    screen.rest()
    seconds = time.monotonic() - begun - photographed
    _keep(screen, "3-on-the-map")
    return seconds


def _keep(screen: Screen, name: str) -> None:
    screen.page.mouse.move(0, 0)
    WALK.mkdir(parents=True, exist_ok=True)
    png = small(screen.page.screenshot(animations="disabled", caret="hide"))
    (WALK / f"{name}.png").write_bytes(png)
    print(f"{name}: {len(png) // 1000} kB", flush=True)


def main() -> int:
    """Walk once; return 1 where it took longer than a person is given."""
    found = next(path for path in map(shutil.which, CHROMIUM_NAMES) if path)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = invented(Path(folder) / "hechos_2024.csv")
        with serving(Path(folder) / "tocsin") as served:
            chromium = Chromium(playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_ARGUMENTS)))
            screen = Screen(served, chromium.new_context(**DESK))
            seconds = walk(screen, file)
            chromium.browser.close()
    print(f"from drop to drawn map: {seconds:.1f} s (a person is given {MOST_SECONDS:.0f})")
    return int(seconds > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
