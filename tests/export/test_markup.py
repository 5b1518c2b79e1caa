"""Pieces of HTML: they nest, they say what they must, and hostile text in them stays text."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from export import markup
from export.geography import Geography
from export.map_sheet import Sheet, camera_for, map_sheet, unit_names
from export.place_card import place_card
from export.rises import Rises
from layers.exercise_mark import TEXT
from stats.record_high import Record
from tests.export import worlds
from tests.export.pieces import inert
from tests.export.worlds import FIRST, HOSTILE, KNOWN, TILLABERI, holdings, one

WEEK = dt.timedelta(days=7)


def hostile_rises(east: Rises) -> Rises:
    rises = tuple(replace(rise, place=HOSTILE, area=HOSTILE, country="XXX") for rise in east.rises)
    return replace(east, rises=rises)


def sheet_of(held, geography: Geography, **seen) -> tuple[Sheet, worlds.Reading]:
    got = worlds.reading(held, worlds.view(**seen))
    camera = camera_for(got.view, got.placed, geography, 800, 500)
    return map_sheet(got, held, geography, camera, unit_names(got.placed.lattice, geography)), got


def test_every_small_piece_takes_hostile_text() -> None:
    for text in (
        markup.heading(HOSTILE),
        markup.doubt(HOSTILE),
        markup.section(HOSTILE),
        markup.caption(HOSTILE),
        markup.chip(HOSTILE, up=True),
        markup.notes([(HOSTILE, HOSTILE)]),
        markup.table((HOSTILE,), [(HOSTILE,), (None,), (3,)], numbers=(0,)),
    ):
        assert "alert(1)" in inert(text).text


def test_a_table_has_its_rows_and_keeps_dates_whole() -> None:
    text = markup.table(("Name", "Number"), [("4 Nov 2046 to 11 Nov 2046", 7), ("b", "1,000")], numbers=(1,))
    piece = inert(text)
    assert [piece.tags.count(tag) for tag in ("table", "thead", "tbody", "tr", "th", "td")] == [1, 1, 1, 3, 2, 4]
    assert "4\u00a0Nov\u00a02046 to 11\u00a0Nov\u00a02046" in piece.text
    assert text.count('class="num"') == 3


def test_the_ranked_list_says_numbers_doubt_and_country(east: Rises) -> None:
    piece = inert(markup.ranked_list(east, {"SDN": "Sudan", "CAF": "Central African Republic"}))
    assert piece.tags.count("li") == len(east.rises)
    assert piece.tags.count("img") == len(east.rises)
    for rise in east.rises:
        assert f"stands in {rise.stands} of {rise.settings} settings" in piece.text
        assert f"{rise.killed:,} civilian" in piece.text
        assert rise.place in piece.text
    open_ones = sum("badge open" in value for _, name, value in piece.attributes if name == "class")
    assert open_ones == len(east.rises) - east.firm


def test_hostile_places_stay_words(east: Rises) -> None:
    for text in (
        markup.ranked_list(hostile_rises(east), {"XXX": HOSTILE}),
        markup.recorded_list(hostile_rises(east), {"XXX": HOSTILE}),
    ):
        assert "alert(1)" in inert(text).text


def test_one_killed_and_a_record_are_said(east: Rises) -> None:
    single = replace(east.rises[0], killed=1, record=Record.YEAR)
    piece = inert(markup.ranked_list(replace(east, rises=(single,)), {}))
    assert "1 civilian killed in 4 weeks, the most in a year." in piece.text
    assert "SDN" in piece.text, "a country without a name stands by its code"


def test_the_list_beside_a_picture_says_how_many_it_leaves_out(east: Rises) -> None:
    many = replace(east, rises=tuple(replace(east.rises[0], number=n) for n in range(1, 10)))
    piece = inert(markup.recorded_list(many, {}))
    assert piece.tags.count("li") == 7
    assert "and 2 more" in piece.text
    assert markup.recorded_list(replace(east, rises=()), {}) == ""
    assert "may be chance" not in piece.text, "these two stand in most settings"


def test_since_when_a_place_is_listed(east: Rises) -> None:
    """Two weeks on the list: it came with the week before the last final one, which ended on 6 December."""
    rise = replace(east.rises[0], weeks_listed=2)
    assert "on the list since 7 Dec 2048" in inert(markup.ranked_list(replace(east, rises=(rise,)), {})).text


def test_a_card_of_hostile_rows_stays_words(geography: Geography) -> None:
    rows = [one(KNOWN, headline=HOSTILE, actor_a=HOSTILE, place=HOSTILE, source=HOSTILE, killed=3) for _ in range(3)]
    held = holdings(rows)
    got = worlds.reading(held, worlds.view())
    cell = f"{int(got.placed.lattice.units[0]):x}"
    got = replace(got, view=replace(got.view, selected=cell))
    place = place_card(got, held, geography, (HOSTILE,))
    assert place is not None
    assert place.trend is not None
    pieces = (
        markup.card(place, HOSTILE),
        markup.incident_list(place.rows),
        markup.shares(place),
        markup.trend_chart(place.trend),
        markup.histogram(got),
        markup.window_head(got),
        markup.counted_aside(got),
    )
    text = " ".join(inert(piece).text for piece in pieces)
    assert "alert(1)" in text
    assert "3incidents in view" in text
    assert "provisional" in text
    assert "not verified" not in text


def test_a_card_says_when_nobody_looked() -> None:
    place = SimpleNamespace(covered=False, title=HOSTILE)
    assert "Not covered" in inert(markup.card(place, "killed")).text
    assert "not proof of calm" in inert(markup.incident_list(())).text


def test_the_window_says_what_is_provisional() -> None:
    spans = (("SDN", FIRST, KNOWN), ("NER", FIRST, KNOWN - 20 * WEEK))
    rows = [one(KNOWN), one(KNOWN - 30 * WEEK, TILLABERI, country="Niger", country_code="NER")]
    held = holdings(rows, spans)
    late = markup.window_head(worlds.reading(held, worlds.view(weeks=6)))
    assert "6 weeks; the last 2 are provisional" in inert(late).text
    middle = worlds.view(weeks=6)
    middle = replace(middle, first=KNOWN - 25 * WEEK, last=KNOWN - 15 * WEEK)
    text = inert(markup.window_head(worlds.reading(held, middle))).text
    assert "the last" not in text, "the late weeks of a source that ended are not the last of the window"


def test_the_map_says_its_sources_and_date(geography: Geography) -> None:
    held = holdings([one(KNOWN, headline=HOSTILE, place=HOSTILE)])
    sheet, got = sheet_of(held, geography, selected="SDN-148")
    piece = inert(markup.map_notes(sheet, held, got.view))
    assert "As known on 4 Nov 2046" in piece.text
    foot = inert(markup.footer(held, got.view, sheet, HOSTILE))
    assert "Web Mercator" in foot.text
    assert "° N" in foot.text
    assert "disputed" in foot.text


@pytest.mark.parametrize("bottom", [True, False])
def test_the_banner_marks_an_exercise_and_that_nothing_is_marked(*, bottom: bool) -> None:
    exercise = inert(markup.banner(exercise=True, bottom=bottom)).text
    assert "MARKING NOT SET" in exercise
    assert TEXT in exercise
    assert TEXT not in markup.banner(exercise=False)


def test_bars_of_a_trend_keep_missing_and_late_apart(east: Rises) -> None:
    trend = east.rises[0].trend
    state = trend.state.copy()
    state[-5], state[-4] = 1, 2
    bars = markup.bars_of(replace(trend, state=state), slice(len(state) - 10, None))
    assert bars.missing.tolist() == [False] * 5 + [True, True] + [False] * 3
    assert bars.provisional.tolist() == [False] * 8 + [True] * 2
    assert bars.marked.tolist() == [True] * 8 + [False] * 2
    assert np.array_equal(bars.values, trend.values[-10:])
