"""Every sentence: its words, both numbers, singular and plural, and a text for every choice."""

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from export import help_text, overview, tour, wording
from export.rises import Rise, Rises
from geo.precision import Fate, Treatment
from geo.view import AREA_RESOLUTION, RESOLUTIONS, Kinds, LayerName, Shown
from stats.record_high import Record
from tests.export import worlds
from tests.export.worlds import KNOWN, NYALA, holdings, one

NEVER = re.compile(
    r"\b(warnings?|predict\w*|likely|unlikely|safe|stable|forecast\w*|fatalit\w*|alarm\w*)\b", re.IGNORECASE
)


def words_of(text: str) -> list[str]:
    """Words that a finding must not have; "not a forecast" is the one exception."""
    return NEVER.findall(text.replace("not a forecast", ""))


def with_rises(east: Rises, firm: int, doubtful: int, *, rising: bool = False) -> Rises:
    """The same reading with another number of rises."""
    base = east.rises[0]
    made = [replace(base, number=n + 1, settings=27, stands=27 if n < firm else 1) for n in range(firm + doubtful)]
    low = np.array(2.0 if rising else 0.5)
    return replace(east, rises=tuple(made), whole=replace(east.whole, ratio=replace(east.whole.ratio, low=low)))


@pytest.mark.parametrize("rising", [True, False])
@pytest.mark.parametrize("doubtful", [0, 1, 2])
@pytest.mark.parametrize("firm", [0, 1, 2, 11])
def test_the_finding_in_every_case(east: Rises, firm: int, doubtful: int, *, rising: bool) -> None:
    rises = with_rises(east, firm, doubtful, rising=rising)
    title, doubt = wording.overview_title(rises), wording.overview_doubt(rises)
    assert "recorded" in title.lower()
    assert not words_of(title + doubt + wording.overview_headline(rises))
    if not firm and not doubtful:
        assert title.startswith("No area with a recorded rise")
    elif not firm:
        assert title.endswith(f"; {wording.number(doubtful)} may be chance")
    else:
        areas = {1: "one area,", 2: "two areas,", 11: "11 areas,"}[firm]
        assert areas in title
        assert ("most surely" in title) == (firm > 1)
        assert "Ad-Damazin" in title
    if firm or not doubtful:
        assert ("the total is rising too" in title) is rising
        assert ("the total is not rising" in title) is not rising
    assert ("One clear rise and" in doubt) == (firm == 1)
    assert f"{east.whole.incidents:,} incidents in the 8 weeks to 13 Dec 2048" in doubt
    assert wording.expected_text(east.whole.expected) in doubt
    assert "ordinary week" in doubt


def test_what_cannot_be_compared_says_why_and_what_to_do() -> None:
    short = worlds.rises(holdings([one(KNOWN)], (("SDN", dt.date(2046, 6, 4), KNOWN),)))
    assert "not known" in wording.overview_title(short)
    assert "load" in wording.overview_doubt(short)
    assert "60" in wording.overview_doubt(short)
    none = worlds.rises(holdings([one(KNOWN)], ()))
    assert wording.overview_doubt(none).startswith("No week is covered and final.")
    assert "too short" in wording.ordinary_text(none)


def test_a_rise_says_both_numbers_and_its_doubt(east: Rises) -> None:
    for rise in east.rises:
        text = wording.rise_incidents(rise, 8)
        assert text == (
            f"{rise.incidents} incidents in 8 weeks, where the year before would give "
            f"{wording.expected_text(rise.expected)}."
        )
        assert wording.rise_stands(rise) == f"stands in {rise.stands} of {rise.settings}"
        assert "95 % limits" in wording.interval_text(rise)
    rise: Rise = east.rises[0]
    assert wording.rise_incidents(replace(rise, incidents=1, expected=0.2), 8).startswith("1 incident in 8 weeks")
    endless = replace(rise, estimate=float("inf"), low=3.21, high=float("inf"))
    assert wording.interval_text(endless) == "new (95 % limits 3.2 to no upper limit)"
    assert wording.rise_since(replace(rise, weeks_listed=1), 0) == "new this week"
    assert wording.rise_since(replace(rise, weeks_listed=2), 0) == "on the list since 1 Jan 1970"


@given(st.floats(0, 5_000))
def test_fewer_than_one_and_about(expected: float) -> None:
    text = wording.expected_text(expected)
    assert (text == "fewer than 1") == (expected < 0.95)
    if expected >= 0.95:
        assert abs(int(text.removeprefix("about ").replace(",", "")) - expected) <= 0.5


@pytest.mark.parametrize(
    ("expected", "text"),
    [(0, "fewer than 1"), (0.949, "fewer than 1"), (0.951, "about 1"), (3.7, "about 4"), (1234.4, "about 1,234")],
)
def test_where_one_begins(expected: float, text: str) -> None:
    assert wording.expected_text(expected) == text


@given(st.integers(0, 10**6))
def test_singular_and_plural(count: int) -> None:
    text = wording.counted(count, "incident", "incidents")
    assert text.endswith(" incident") == (count == 1)
    assert text.split()[0] == f"{count:,}"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "no"), (1, "one"), (10, "ten"), (11, "11"), (1200, "1,200"), (-1, "-1")]
)
def test_numbers_as_words(count: int, text: str) -> None:
    assert wording.number(count) == text


@pytest.mark.parametrize(
    ("names", "text"), [((), ""), (("Mali",), "Mali"), (("A", "B"), "A and B"), (("A", "B", "C"), "A, B and C")]
)
def test_lists_in_words(names: tuple[str, ...], text: str) -> None:
    assert wording.listed(names) == text


def test_every_choice_has_a_text() -> None:
    assert set(wording.KINDS_TEXT) == set(Kinds)
    assert set(wording.SHOWN_TEXT) == set(Shown)
    assert set(wording.TREATMENT_TEXT) == set(Treatment)
    assert set(wording.LAYER_TEXT) == set(LayerName)
    assert set(wording.RECORD_TEXT) == set(Record)
    assert set(wording.RESOLUTION_TEXT) == set(RESOLUTIONS)
    assert set(wording.CELLS_TEXT) <= {*RESOLUTIONS, AREA_RESOLUTION}
    assert all(text for text in (*wording.KINDS_TEXT.values(), *wording.LAYER_TEXT.values()))


@pytest.mark.parametrize("shown", list(Shown))
@pytest.mark.parametrize("kinds", list(Kinds))
def test_a_map_says_what_it_shows_and_when(kinds: Kinds, shown: Shown) -> None:
    title = wording.map_title(kinds, shown, 0, 41)
    assert title.endswith(", 1 Jan to 11 Feb 1970")
    assert not words_of(title)
    assert title.startswith({Shown.KILLED: ("Civilians killed", "People killed")}.get(shown, "Incidents of "))
    assert (title.startswith("Civilians")) == (kinds is Kinds.CIVILIAN and shown is Shown.KILLED)


def test_the_totals_of_a_window_add_up(east_reading) -> None:
    tally, window = east_reading.tally, east_reading.window
    placed, area_only, out, together = wording.counted_line(tally, window)
    assert placed + area_only + out == together
    assert placed == tally.incidents.values[window].sum()
    assert area_only == tally.area_incidents.values[window].sum()
    figures = re.findall(r"\d[\d,]*", wording.left_out_text(tally, window))
    assert sum(int(figure.replace(",", "")) for figure in figures) == out
    sentence = wording.counted_sentence(tally, window)
    assert f"together {together:,} reported" in sentence
    assert not words_of(sentence)


def test_too_fine_a_cell_says_how_many_it_loses() -> None:
    rows = [one(KNOWN), one(KNOWN, NYALA, place_precision=2), one(KNOWN, NYALA, place_precision=4, adm_1="x")]
    fine = worlds.reading(holdings(rows), worlds.view(resolution=5))
    assert "1 of 3" in wording.too_fine(5, fine.tally, fine.window)
    assert fine.tally.count(Fate.AREA_ONLY) == 2
    coarse = worlds.reading(holdings(rows), worlds.view())
    assert wording.too_fine(4, coarse.tally, coarse.window) == ""
    assert wording.too_fine(0, coarse.tally, coarse.window) == ""


@pytest.mark.parametrize("resolution", [AREA_RESOLUTION, *RESOLUTIONS])
@pytest.mark.parametrize("treatment", list(Treatment))
def test_the_method_of_a_map_names_units_and_treatment(resolution: int, treatment: Treatment) -> None:
    text = wording.map_method(resolution, treatment)
    assert ("provinces" in text) == (resolution == AREA_RESOLUTION)
    assert ("kept apart" in text) == (treatment is Treatment.PLACED)
    assert not words_of(text)


def test_the_words_beside_list_and_map(east: Rises) -> None:
    empty = replace(east, rises=())
    for text in (overview.list_caption(east), overview.list_caption(empty), overview.map_caption(east)):
        assert not words_of(text)
    assert not words_of(overview.method_line(east))
    assert "not evidence of calm" in overview.list_caption(empty)
    assert "not a forecast" in overview.map_caption(east)


def test_what_the_help_and_the_tour_promise() -> None:
    texts = [help_text.WHAT, help_text.EXERCISE, help_text.REAL_DATA, *(" ".join(row) for row in help_text.WORDS)]
    for text in texts:
        assert not re.search(r"\b(stable|unlikely|likely)\b", text)
    assert "does not predict" in help_text.WHAT
    for stop in tour.stops(worlds.view()):
        assert not re.search(r"\b(predict\w*|likely|safe|stable)\b", stop.title + stop.text, re.IGNORECASE)
