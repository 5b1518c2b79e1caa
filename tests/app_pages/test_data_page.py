"""The Data page: a file is looked at, mapped where nobody knows it, loaded, replaced, taken back."""

import csv
import io
from pathlib import Path

import pytest

from data.store import Store
from tests.app_pages.opened import markup_of, opened, text_of, unbroken
from tests.data import made
from tests.export.pieces import inert
from tests.export.worlds import HOSTILE

NAME = "GEDEvent_v25_1.csv"


def dropped(name: str, content: bytes, **query: str):
    at = unbroken(opened("data", exercise="0", **query))
    at.file_uploader(key="upload").upload(name, content)
    return unbroken(at.run())


def snapshots(home: Path) -> list[str]:
    return [one.digest for one in Store(home).list()]


def odd(
    rows: int = 60, *, dates: str = "2024-{month:02}-{day:02}", headers: str = "fecha;latitud;longitud;tipo;muertos"
):
    lines = [
        f"{dates.format(month=1 + n % 12, day=1 + n % 11)};{12 + n % 7 * 0.1234:.4f};{25 + n % 9 * 0.1357:.4f};"
        f"{'ataque contra civiles' if n % 2 else 'combate'};{n % 4 if n else 'muchos'}"
        for n in range(rows)
    ]
    return "\n".join([headers, *lines]).encode()


def test_a_known_file_is_said_to_be_what_it_is_before_anything_is_written(empty: Path) -> None:
    rows = made.rows(40, year=2024)
    rows[3]["latitude"] = "91"
    at = dropped(NAME, made.text(rows).encode())
    text = text_of(at)
    assert "UCDP Georeferenced Event Dataset (GED): 39 incidents" in text
    assert " to 2024; 1 rejected" in text
    assert "coordinates out of range" in text.lower()
    assert not snapshots(empty)
    unbroken(at.button(key="load").click().run())
    assert "39 of 40 records kept, 1 rejected" in text_of(at)
    assert len(snapshots(empty)) == 1
    assert at.query_params["exercise"] == "0"
    at = unbroken(at.button(key="to-map").click().run())
    assert "Incidents of violence against civilians" in text_of(at)


def test_a_newer_file_replaces_the_older_and_the_change_is_counted(real: Path) -> None:
    (old,) = Store(real).list()
    rows = Store(real).table(old)
    newer = made.rows(400, year=2024)[1:]
    newer[5]["best"] = int(newer[5]["best"]) + 3
    newer[5]["high"] = int(newer[5]["high"]) + 3
    at = dropped(NAME, made.text(newer).encode())
    radio = at.radio(key="replace")
    assert old.digest in radio.options or any("Replace" in each for each in radio.options)
    radio.set_value(old.digest)
    unbroken(at.run())
    unbroken(at.button(key="load").click().run())
    text = text_of(at)
    assert rows.num_rows == 399
    for word in ("Added", "Changed", "Deleted", "The same"):
        assert word in text
    assert old.digest not in snapshots(real)
    unbroken(at.button(key="undo-replace").click().run())
    assert snapshots(real) == [old.digest]


def test_an_unknown_file_is_guessed_shown_and_loaded_onto_the_map(empty: Path) -> None:
    at = dropped("hechos.csv", odd())
    text = text_of(at)
    assert "This file is of no source known here" in text
    assert "All 60 rows: 59 would be read, 1 rejected" in text
    assert at.selectbox(key="map-column-date").value == "fecha"
    assert at.selectbox(key="map-column-latitude").value == "latitud"
    assert at.selectbox(key="map-column-deaths").value == "muertos"
    assert "Where 59 of the rows lie" in markup_of(at)
    assert not snapshots(empty)
    at = unbroken(at.button(key="load").click().run())
    assert "Incidents of violence against civilians" in text_of(at), "the map is shown"
    (held,) = Store(empty).list()
    assert (held.read, held.kept, held.card.raw_shareable) == (60, 59, False)


def test_what_the_file_does_not_say_is_asked_and_nothing_is_loaded_before(empty: Path) -> None:
    content = odd(dates="{day:02}/{month:02}/2024").replace(b"31/", b"11/")
    at = dropped("hechos.csv", content)
    assert "Answer the question first" in text_of(at)
    assert at.button(key="load").disabled
    question = at.radio(key="map-answer-date_order")
    assert question.value is None
    question.set_value("dmy")
    unbroken(at.run())
    assert not at.button(key="load").disabled
    at.radio(key="map-answer-date_order").set_value("mdy")
    unbroken(at.run())
    assert "60 rows" in text_of(at), "an answer can be changed"
    unbroken(at.button(key="load").click().run())
    assert len(snapshots(empty)) == 1


def test_a_column_is_chosen_by_hand(empty: Path) -> None:
    at = dropped("hechos.csv", odd(headers="aa;bb;cc;dd;ee"))
    at.selectbox(key="map-column-type").set_value("dd")
    unbroken(at.run())
    at.selectbox(key="map-column-date").set_value(None)
    unbroken(at.run())
    assert "Choose the column of the date" in text_of(at)
    assert at.button(key="load").disabled
    assert not snapshots(empty)


def test_a_damaged_file_is_refused_and_can_be_mapped(empty: Path) -> None:
    content = made.text(made.rows(40, year=2024)).replace("latitude", "altitude", 1).encode()
    at = dropped(NAME, content)
    assert "the columns latitude are missing" in at.error[0].value
    unbroken(at.button(key="by-hand").click().run())
    assert "Which column of GEDEvent_v25_1.csv is what?" in text_of(at)
    assert not snapshots(empty)


def test_what_a_file_writes_reaches_the_page_as_text_only(empty: Path) -> None:
    evil = HOSTILE.replace('"', "'")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["date", "lat", "lon", evil, "deaths", "type"])
    writer.writerows(
        [f"2024-01-{1 + n % 28:02}", 12.5 + n / 100, 24.1, evil, evil if n == 2 else 1, evil] for n in range(30)
    )
    at = dropped("![x](//a.example/x.png).csv", out.getvalue().encode())
    for piece in at.html:
        if "<style" not in piece.value:
            inert(piece.value)
    for each in (*at.error, *at.warning, *at.markdown, *at.expander, *at.radio, *at.selectbox):
        shown = str(getattr(each, "label", "") or getattr(each, "value", ""))
        assert "![" not in shown.replace(r"\!\[", "")
    assert not snapshots(empty)


@pytest.mark.usefixtures("full")
def test_coverage_is_shown_by_country_and_month_for_each_source() -> None:
    at = unbroken(opened("data"))
    markup = markup_of(at)
    assert 'title="Niger, Jan 2047: not covered"' in markup or "Niger, Jan 2047 to Dec 2048: not covered" in markup
    assert "Sudan, Dec 2048: provisional, may still rise" in markup
    source = at.selectbox(key="coverage-of")
    assert source.value == "ex_a"
    for option in ("ex_risk", "ex_displacement"):
        source.set_value(option)
        unbroken(at.run())
        assert 'class="coverage"' in markup_of(at)


@pytest.mark.usefixtures("full")
def test_left_out_rows_are_offered_with_their_reason_and_the_mark() -> None:
    at = unbroken(opened("data"))
    choices = at.selectbox(key="left-out")
    assert choices.options[0].startswith("All that this view asks for and cannot place")
    assert "left-out-rows" in {button.key for button in at.get("download_button")}


@pytest.mark.usefixtures("full")
def test_the_counted_rows_are_offered_in_two_formats() -> None:
    at = unbroken(opened("data"))
    assert {"counted-rows-csv", "counted-rows-geojson"} <= {button.key for button in at.get("download_button")}
    assert "rows are counted, in a cell or with an area" in text_of(at)
