"""Loading real data: by the Data page from an invented file, refused where it is damaged, by the command line."""

import gzip
import json
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bench.walk import invented
from data.store import Store
from tests.browser.conftest import command
from tests.browser.served import PATIENCE, Screen
from tests.data import made

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STRIP = ".exercise-strip"
MOST_SECONDS = 120


def drop(screen: Screen, file: Path) -> None:
    screen.page.locator('input[type="file"]').set_input_files(file)


def said(screen: Screen, answer: str) -> None:
    expect(screen.page.get_by_text(answer).first).to_be_visible(timeout=PATIENCE * 1000)
    screen.rest()


def load(screen: Screen) -> None:
    with screen.run():
        screen.button("load").click()


def test_a_damaged_file_is_refused_and_a_sound_one_shown_without_the_exercise_mark(empty: Screen, tmp_path: Path):
    good = made.write(tmp_path / "invented.csv", made.rows(400, year=2023))
    damaged = tmp_path / "damaged.csv"
    damaged.write_bytes(good.read_bytes().replace(b"latitude", b"altitude", 1))
    store = Store(empty.served.home)
    empty.open("data", exercise="0")
    drop(empty, damaged)
    said(empty, "the columns latitude are missing")
    assert list(store.current("events", exercise=False)) == []
    drop(empty, good)
    said(empty, "UCDP Georeferenced Event Dataset (GED): 400 incidents")
    expect(empty.page.get_by_text("latitude")).to_have_count(0)
    assert list(store.current("events", exercise=False)) == [], "looking writes nothing"
    load(empty)
    said(empty, "400 of 400 records kept, 0 rejected")
    assert len(list(store.current("events", exercise=False))) == 1
    shows_real_data(empty)


def test_an_unknown_file_is_on_the_map_within_two_minutes(empty: Screen, tmp_path: Path):
    empty.open("data", exercise="0")
    file = invented(tmp_path / "hechos_2024.csv")
    begun = time.monotonic()
    drop(empty, file)
    said(empty, "All 400 rows: 395 would be read, 5 rejected")
    assert not Store(empty.served.home).list(), "guessing writes nothing"
    load(empty)
    empty.page.locator(".st-key-map canvas").first.wait_for()
    empty.rest()
    assert time.monotonic() - begun < MOST_SECONDS
    assert "exercise=0" in empty.page.url
    (held,) = Store(empty.served.home).list()
    assert (held.read, held.kept) == (400, 395)


@pytest.mark.slow
def test_looking_at_a_large_file_can_be_stopped(empty: Screen, tmp_path: Path):
    head, *rows = made.text(made.rows(4000, year=2023)).splitlines()
    file = tmp_path / "large.csv.gz"
    with gzip.open(file, "wt", compresslevel=1) as out:
        out.write(head + "\n")
        for turn in range(250):
            out.writelines(f"{turn}{row}\n" for row in rows)
    empty.open("data", exercise="0")
    drop(empty, file)
    empty.button("stop").click()
    said(empty, "Stopped. Nothing was written.")
    assert not Store(empty.served.home).list()
    expect(empty.button("again")).to_be_visible()


@pytest.mark.realdata
def test_a_real_file_is_shown(empty: Screen, real_data: Path):
    came = json.loads(
        command(empty.served.home, "ingest", str(real_data / "ucdp_ged_hdx_sdn_1989-2023.csv.gz"), "--json")
    )
    assert came["read"] == came["kept"] + sum(came["rejected"].values())
    empty.open("overview", exercise="0")
    assert empty.maps().count() == 1
    assert "EX-" not in empty.text()
    shows_real_data(empty)


def shows_real_data(screen: Screen) -> None:
    with screen.run():
        screen.page.get_by_role("link", name="Map", exact=True).click()
    screen.page.locator(".st-key-map canvas").first.wait_for()
    screen.rest()
    assert "exercise=0" in screen.page.url
    assert not screen.page.locator(STRIP).count()
    assert (abs(screen.marked_pixels() - screen.pixels()) == 0).all(), "the exercise mark lies over real data"
