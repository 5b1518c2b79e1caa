"""Loading real data: by the Data page from an invented file, refused where it is damaged, by the command line."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from data.store import Store
from tests.browser.conftest import command
from tests.browser.served import PATIENCE, Screen
from tests.data import made

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STRIP = ".exercise-strip"


def load(screen: Screen, file: Path, answer: str) -> None:
    screen.page.locator('input[type="file"]').set_input_files(file)
    button = screen.button("load")
    button.wait_for()
    with screen.run():
        button.click()
    expect(screen.page.get_by_text(answer)).to_be_visible(timeout=PATIENCE * 1000)
    screen.rest()


def test_a_damaged_file_is_refused_and_a_sound_one_shown_without_the_exercise_mark(empty: Screen, tmp_path: Path):
    good = made.write(tmp_path / "invented.csv", made.rows(400, year=2023))
    damaged = tmp_path / "damaged.csv"
    damaged.write_bytes(good.read_bytes().replace(b"latitude", b"altitude", 1))
    store = Store(empty.served.home)
    empty.open("data", exercise="0")
    load(empty, damaged, "the columns latitude are missing")
    assert list(store.current("events", exercise=False)) == []
    load(empty, good, "400 of 400 records kept, 0 rejected")
    expect(empty.page.get_by_text("latitude")).to_have_count(0)
    assert len(list(store.current("events", exercise=False))) == 1
    shows_real_data(empty)


@pytest.mark.realdata
def test_a_real_file_is_shown(empty: Screen, real_data: Path):
    said = json.loads(
        command(empty.served.home, "ingest", str(real_data / "ucdp_ged_hdx_sdn_1989-2023.csv.gz"), "--json")
    )
    assert said["read"] == said["kept"] + sum(said["rejected"].values())
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
