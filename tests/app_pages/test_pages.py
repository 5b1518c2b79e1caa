"""Every page on every store: nothing is thrown, and what a person reads can be acted on."""

import datetime as dt
from pathlib import Path

import pytest

from tests.app_pages.conftest import flipped
from tests.app_pages.opened import PAGES, markup_of, opened, text_of, turned, unbroken
from tests.data import made
from tests.export.pieces import inert
from tests.export.worlds import HOSTILE

WEST = "BFA+MLI+NER+NGA"
BEGINS = {
    "overview": "violence against civilians is growing",
    "map": "Incidents of violence against civilians, 16 Nov to 27 Dec 2048",
    "data": "What became of every record",
    "help": "A tour of the exercise, five stops",
    "precision": "Three ways to treat places that are not known exactly",
}


@pytest.mark.usefixtures("full")
def test_every_page_of_the_exercise_and_back() -> None:
    at = opened()
    for page in (*PAGES, "overview"):
        unbroken(turned(at, page))
        assert BEGINS[page] in text_of(at)
        assert "EXERCISE" in text_of(at)
        assert not at.error
        assert not at.warning
        assert at.query_params["exercise"] == "1"
        for piece in at.html:
            if "<style" not in piece.value:
                inert(piece.value)


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("page", ["overview", "map"])
def test_the_map_over_the_whole_screen(page: str) -> None:
    at = unbroken(opened(page, present="1"))
    text = text_of(at)
    assert "MARKING NOT SET" in text
    assert "As known on 27 Dec 2048" in text
    assert [button.key or button.label for button in at.button] == ["Leave"]
    unbroken(at.button[0].click().run())
    assert at.query_params["present"] == "0"


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("query", [{}, {"exercise": "0"}, {"present": "1"}, {"exercise": "0", "present": "1"}], ids=str)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_an_empty_store(page: str, query: dict[str, str]) -> None:
    at = unbroken(opened(page, **query))
    assert not at.error, [each.value for each in at.error]
    text = text_of(at)
    if page == "help":
        assert "A tour of the exercise" in text
    elif "exercise" in query:
        assert "Load a" in text, "what a person can do stands there"
    else:
        assert "python -m data exercise" in text, "the exercise is built by a command, not by loading a file"


@pytest.mark.usefixtures("real")
@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_real_data(page: str) -> None:
    at = unbroken(opened(page, exercise="0"))
    text = text_of(at)
    assert not at.error
    assert "EXERCISE" not in text.replace("The exercise", "")
    if page == "overview":
        assert "UCDP records incidents in which somebody was killed" in text
    if page == "data":
        assert "GEDEvent_v25_1.csv" in text
        assert r"1 rejected in GEDEvent\_v25\_1.csv" in [each.label for each in at.expander]
    assert at.query_params["exercise"] == "0"
    assert at.query_params["known"] == "2024-12-31"


@pytest.mark.usefixtures("real")
def test_the_exercise_is_not_there_and_the_real_is_chosen() -> None:
    at = unbroken(opened())
    at.segmented_control(key="choose-data").set_value(False)
    unbroken(at.run())
    assert (at.query_params["exercise"], at.query_params["known"]) == ("0", "2024-12-31")
    assert "UCDP" in text_of(at)


@pytest.mark.usefixtures("cleared")
@pytest.mark.parametrize("page", PAGES)
def test_a_damaged_manifest_is_said(page: str, snapshot_of) -> None:
    folder: Path = snapshot_of("events")
    flipped(folder / "manifest.json", 300)
    at = unbroken(opened(page))
    if page == "data":
        text = text_of(at)
        assert folder.name[:12] in text, "the damaged snapshot is named"
        assert "damaged" in text


@pytest.mark.usefixtures("cleared")
def test_rows_that_cannot_be_read_are_said(snapshot_of) -> None:
    folder: Path = snapshot_of("events")
    rows = folder / "events.parquet"
    flipped(rows, rows.stat().st_size - 2)
    at = opened()
    assert not at.exception, [each.value for each in at.exception]
    text = text_of(at)
    assert folder.name[:12] in text
    assert "cannot be read" in text


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    "query",
    [
        {"known": "1900-01-01", "first": "1900-01-01", "last": "1900-01-01"},
        {"known": "2060-01-01"},
        {"known": "2041-01-01", "first": "2041-01-01", "last": "2041-01-01"},
        {"first": "1990-01-01", "last": "1990-02-01"},
        {"first": "2048-12-01", "last": "2048-11-01"},
        {"grain": "quarter"},
        {"resolution": "6"},
        {"resolution": "0", "selected": "SDN-148"},
        {"place": "ZZZ"},
        {"place": "AUS"},
        {"focus": "QQ", "selected": "zzz"},
        {"selected": "84598cbffffffff"},
        {"layers": ""},
        {"nonsense": "1", "resolution": "99", "kinds": "all"},
    ],
    ids=str,
)
def test_any_address_opens(query: dict[str, str]) -> None:
    at = unbroken(opened("map", **query))
    assert not at.error


@pytest.mark.usefixtures("full")
def test_what_an_address_says_wrong_is_said_and_loads_nothing() -> None:
    at = unbroken(opened(known="![x](//a.example/x.png)", focus=HOSTILE[:20]))
    text = text_of(at)
    assert "which is not known here" in text
    for each in (*at.warning, *at.error, *at.markdown):
        assert "![" not in each.value.replace(r"\!\[", ""), "a picture from elsewhere would be loaded"
    assert at.query_params["known"] == "2048-12-27"


@pytest.mark.usefixtures("full")
def test_controls_change_the_view_and_the_address() -> None:
    at = unbroken(opened("map"))
    at.segmented_control(key="choose-shown").set_value("killed")
    unbroken(at.run())
    assert at.query_params["shown"] == "killed"
    assert "Civilians killed" in text_of(at)
    at.segmented_control(key="choose-treatment").set_value("as_coded")
    at.segmented_control(key="choose-cells").set_value(5)
    unbroken(at.run())
    assert (at.query_params["treatment"], at.query_params["resolution"]) == ("as_coded", "5")
    at.selectbox(key="choose-kinds").set_value("all")
    unbroken(at.run())
    assert at.query_params["kinds"] == "all"
    at.pills(key="choose-layers").set_value(["cells"])
    unbroken(at.run())
    assert at.query_params["layers"] == "cells"
    at.segmented_control(key="choose-grain").set_value("month")
    unbroken(at.run())
    assert at.query_params["grain"] == "month"
    assert at.session_state["view"].resolution == 5


@pytest.mark.usefixtures("full")
def test_the_slider_steps_and_the_length_move_the_window() -> None:
    at = unbroken(opened("map"))
    assert (at.query_params["first"], at.query_params["last"]) == ("2048-11-16", "2048-12-27")
    unbroken(at.button(key="back").click().run())
    assert (at.query_params["first"], at.query_params["last"]) == ("2048-11-09", "2048-12-20")
    unbroken(at.button(key="forward").click().run())
    unbroken(at.button(key="forward").click().run())
    assert at.query_params["last"] == "2048-12-27", "the window stops at the as-of date"
    at.selectbox(key="window-length").set_value(4)
    unbroken(at.run())
    assert (at.query_params["first"], at.query_params["last"]) == ("2048-11-30", "2048-12-27")
    at.select_slider(key="window").set_value((0, 3))
    unbroken(at.run())
    assert at.query_params["last"] < "2041-03-01"
    assert "2041" in text_of(at)


@pytest.mark.usefixtures("full")
def test_another_place_and_another_date() -> None:
    at = unbroken(opened())
    at.selectbox(key="choose-place").set_value(WEST)
    unbroken(at.run())
    assert at.query_params["place"] == WEST
    assert "Niger" in text_of(at)
    at.date_input(key="choose-known").set_value(dt.date(2046, 6, 28))
    unbroken(at.run())
    assert (at.query_params["known"], at.query_params["last"]) == ("2046-06-28", "2046-06-28")
    unbroken(turned(at, "map"))
    assert at.query_params["known"] == "2046-06-28", "the view goes along to the next page"
    assert "17 May to 28 Jun 2046" in text_of(at) or "to 28 Jun 2046" in text_of(at)


@pytest.mark.usefixtures("full")
def test_the_overview_speaks_of_its_own_weeks_whatever_the_map_showed() -> None:
    text = text_of(unbroken(opened(place=WEST, first="2043-01-05", last="2043-02-15")))
    assert "Niger: no source looked there" in text


@pytest.mark.usefixtures("full")
def test_a_province_is_selected_and_closed() -> None:
    at = unbroken(opened("map"))
    at.selectbox(key="choose-focus").set_value("SDN-148")
    unbroken(at.run())
    assert (at.query_params["focus"], at.query_params["selected"]) == ("SDN-148", "SDN-148")
    assert "Blue Nile" in text_of(at)
    unbroken(at.button(key="close-selection").click().run())
    assert at.query_params["selected"] == ""


@pytest.mark.usefixtures("full")
def test_every_stop_of_the_tour_opens_on_the_map() -> None:
    at = unbroken(opened("help"))
    assert len([each for each in at.button if (each.key or "").startswith("go-")]) == 5
    at.button(key="go-4").click().run()
    assert not at.exception
    assert (at.query_params["place"], at.query_params["treatment"]) == ("SDN", "as_coded")


@pytest.mark.usefixtures("full")
def test_the_exercise_cannot_be_removed_by_hand_and_links_hold_the_view() -> None:
    at = unbroken(opened("data"))
    assert not [each for each in at.selectbox if each.label == "Remove a snapshot"]
    at = unbroken(opened())
    (code,) = at.code
    assert "known=2048-12-27" in code.value
    assert "exercise=1" in code.value


def test_a_snapshot_is_removed_and_brought_back(real: Path) -> None:
    at = unbroken(opened("data", exercise="0"))
    chooser = next(each for each in at.selectbox if each.label == "Remove a snapshot")
    digest = next((real / "snapshots").iterdir()).name
    unbroken(chooser.set_value(digest).run())
    unbroken(next(each for each in at.button if each.label == "Remove").click().run())
    assert not list((real / "snapshots").iterdir())
    back = [each for each in at.button if each.label == "Undo the removal"]
    assert back, "a removal can be taken back from the same page"
    unbroken(back[0].click().run())
    assert [each.name for each in (real / "snapshots").iterdir()] == [digest]


def test_a_file_is_loaded_or_refused(empty: Path) -> None:
    at = unbroken(opened("data", exercise="0"))
    at.file_uploader(key="upload").upload("GEDEvent_v25_1.csv", made.text(made.rows(40, year=2024)).encode())
    unbroken(at.run())
    unbroken(at.button(key="load").click().run())
    assert "40 of 40 records kept" in text_of(at)
    assert len(list((empty / "snapshots").iterdir())) == 1
    again = unbroken(opened("data", exercise="0"))
    again.file_uploader(key="upload").upload("x.csv", b"<html>![x](//a.example/x.png)</html>")
    unbroken(again.run())
    assert again.error, "a file that is no table is refused in words"
    assert "![" not in again.error[0].value
    assert len(list((empty / "snapshots").iterdir())) == 1


@pytest.mark.usefixtures("full")
def test_hostile_pieces_never_reach_a_page() -> None:
    at = unbroken(opened(selected="SDN-148"))
    assert "<script" not in markup_of(at)


@pytest.mark.usefixtures("full")
def test_places_and_dates_are_spread_and_the_three_treatments_stand_side_by_side() -> None:
    at = unbroken(opened("map"))
    at.segmented_control(key="choose-treatment").set_value("spread")
    unbroken(at.run())
    assert at.query_params["treatment"] == "spread"
    assert "shared over the area's cells by their size" in text_of(at)
    at.segmented_control(key="choose-times").set_value("spread")
    unbroken(at.run())
    assert at.query_params["times"] == "spread"
    assert "Dates are spread over days" in text_of(at)
    unbroken(turned(at, "precision"))
    assert "Where every incident is" in text_of(at)
    assert at.query_params["treatment"] == "spread", "the comparison leaves the view as it is"


@pytest.mark.usefixtures("rough")
def test_finer_cells_than_the_data_bear_go_back_with_the_reason() -> None:
    at = unbroken(opened("map", exercise="0", resolution="7"))
    assert at.query_params["resolution"] == "4"
    assert "finer than these data bear" in text_of(at)
    at.segmented_control(key="choose-cells").set_value(5)
    unbroken(at.run())
    assert at.query_params["resolution"] == "4"
    assert "finer than these data bear" in text_of(at)
