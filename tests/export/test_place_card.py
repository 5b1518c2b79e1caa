"""The card of a cell or a province: its numbers against plain counts, what is not covered, what is provisional."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from data.holdings import Holdings
from export.geography import Geography
from export.map_sheet import unit_names
from export.place_card import MOST_LISTED, SUPPORT_TEXT, PlaceCard, place_card, selection_of
from export.reading import Reading
from geo.cells import NO_CELL, from_text, parents, to_text
from geo.periods import Grain
from geo.precision import Support
from geo.view import Kinds
from tests.export import worlds
from tests.export.conftest import EAST
from tests.export.worlds import FIRST, KNOWN, NYALA, TILLABERI, frame_of, holdings, one

WEEK = dt.timedelta(days=7)
WEST = "BFA+MLI+NER+NGA"
LAST_FINAL = KNOWN - dt.timedelta(days=worlds.LAG)


def card(held: Holdings, selected: str, got: Reading | None = None, **seen) -> PlaceCard | None:
    got = got or worlds.reading(held, worlds.view(**seen))
    got = replace(got, view=replace(got.view, selected=selected))
    return place_card(got, held, worlds.geography(), unit_names(got.placed.lattice, worlds.geography()))


def cell_of(held: Holdings, row: int = 0, resolution: int = 4) -> str:
    frame = frame_of(held.events).set_index("row")
    return to_text(parents(np.array([frame.loc[row, "cell"]], dtype=np.uint64), resolution))[0]


def test_every_cell_of_the_exercise_counts_as_a_plain_sum(exercise: Holdings, east_reading: Reading) -> None:
    frame = frame_of(exercise.events)
    inside = frame["civilian"] & (frame["days"] <= 7) & (frame["support"] <= Support.NEAR) & (frame["cell"] != NO_CELL)
    when = (frame["end_day"] >= east_reading.first_day) & (frame["end_day"] <= east_reading.last_day)
    rows = frame[inside & when]
    cells = parents(rows["cell"].to_numpy(dtype=np.uint64), 4)
    countries = worlds.geography().areas.countries[rows["area"]].astype(str)
    busiest = Counter(cells[np.isin(countries, EAST.split("+"))].tolist()).most_common(6)
    for cell, _ in busiest:
        here = rows[(cells == cell) & np.isin(countries, EAST.split("+"))]
        got = card(exercise, to_text(np.array([cell], dtype=np.uint64))[0], east_reading)
        assert got is not None
        assert (got.incidents, got.killed) == (len(here), here["civilian_deaths"].sum())
        assert dict(got.supports) == {
            SUPPORT_TEXT[Support(n)]: count for n, count in Counter(here["support"].tolist()).items()
        }
        assert len(got.rows) == min(len(here), MOST_LISTED)
        assert got.covered
        assert got.trend is not None
        assert got.trend.values[east_reading.window].sum() == len(here)


def test_every_province_counts_what_is_placed_and_what_is_known_to_it_only(
    exercise: Holdings, east_reading: Reading, geography: Geography
) -> None:
    frame = frame_of(exercise.events)
    when = (frame["end_day"] >= east_reading.first_day) & (frame["end_day"] <= east_reading.last_day)
    rows = frame[when & frame["civilian"] & (frame["days"] <= 7) & (frame["support"] <= Support.AREA)]
    some = 0
    for index in np.unique(rows["area"])[:40]:
        if str(geography.areas.countries[index]) not in EAST.split("+"):
            continue
        here = rows[rows["area"] == index]
        got = card(exercise, str(geography.areas.codes[index]), east_reading)
        assert got is not None
        assert got.title == geography.areas.names[index]
        assert got.incidents == len(here)
        assert got.area_only == (here["support"] == Support.AREA).sum()
        assert got.killed == here["civilian_deaths"].sum()
        some += got.area_only
    assert some > 0


def test_the_eight_final_weeks_of_a_cell_against_its_year() -> None:
    recent = [one(LAST_FINAL - n * WEEK) for n in range(6)] + [one(KNOWN)] * 3
    before = [one(LAST_FINAL - n * WEEK) for n in range(8, 34)]
    held = holdings([*recent, *before, one(FIRST + WEEK, NYALA)])
    got = card(held, cell_of(held))
    assert got is not None
    assert (got.recent, got.expected) == (6, pytest.approx(26 * 8 / 52))
    assert got.title.startswith("Cell near ")
    assert "Blue Nile" in got.subtitle
    monthly = card(held, cell_of(held), grain=Grain.MONTH)
    assert monthly is not None
    assert (monthly.recent, monthly.expected) == (None, None)


def test_rows_are_the_latest_first_and_say_how_they_are_known() -> None:
    rows = [
        one(KNOWN, killed=4, headline="Market attacked", actor_a="Blue Riders", verified=False),
        one(LAST_FINAL, start=LAST_FINAL - dt.timedelta(days=2), killed=2, place="Old well"),
        one(LAST_FINAL - WEEK, place_precision=2),
    ]
    held = holdings(rows)
    got = card(held, cell_of(held))
    assert got is not None
    first, second, third = got.rows
    assert (first.when, first.what, first.actor, first.killed) == ("4 Nov", "Market attacked", "Blue Riders", 4)
    assert (first.low, first.high, first.id) == (3, 6, "EX-1")
    assert (first.provisional, first.verified) == (True, False)
    assert (second.when, second.what, second.provisional) == ("19 Oct to 21 Oct 2046", "Old well", False)
    assert (third.what, third.actor, third.support) == ("No description", "actor not named", "within 25 km")
    assert sum(count for _, count in got.supports) == sum(count for _, count in got.sources) == got.incidents == 3


def test_an_incident_is_provisional_by_the_lag_of_its_own_country() -> None:
    ended = KNOWN - 20 * WEEK
    spans = (("SDN", FIRST, KNOWN), ("NER", FIRST, ended))
    niger = {"country": "Niger", "country_code": "NER"}
    rows = [one(KNOWN), one(ended, TILLABERI, **niger), one(ended - 3 * WEEK, TILLABERI, **niger)]
    held = holdings(rows, spans)
    got = card(held, cell_of(held, 1), weeks=26)
    assert got is not None
    assert [row.provisional for row in got.rows] == [True, False]


def test_only_the_kind_that_is_asked_for() -> None:
    held = holdings([one(KNOWN, killed=3), one(KNOWN, kind="state-based", killed=9, civilians=0)])
    for kinds, number, killed in ((Kinds.CIVILIAN, 1, 3), (Kinds.STATE_BASED, 1, 9), (Kinds.ALL, 2, 12)):
        got = card(held, cell_of(held), kinds=kinds)
        assert got is not None
        assert (got.incidents, got.killed) == (number, killed)


@pytest.mark.parametrize("key", ["", "nothing", "SDN-0", "zzz", "ffffffffffffffff", "<b>"])
def test_an_unknown_key_has_no_card(key: str) -> None:
    assert card(holdings([one(KNOWN)]), key) is None


def test_a_quiet_cell_of_a_covered_country_is_covered() -> None:
    held = holdings([one(KNOWN)])
    quiet = cell_of(holdings([one(KNOWN, NYALA)]))
    got = card(held, quiet)
    assert got is not None
    assert (got.incidents, got.covered, got.rows) == (0, True, ())


def test_a_cell_where_nobody_looked_is_not_covered() -> None:
    held = holdings([one(KNOWN)])
    got = card(held, cell_of(holdings([one(KNOWN, TILLABERI)])))
    assert got is not None
    assert not got.covered, "zero is not shown where no source looked"


@pytest.mark.parametrize("resolution", [4, 0])
def test_a_province_where_nobody_looked_is_not_covered(
    exercise: Holdings, geography: Geography, resolution: int
) -> None:
    niger = str(geography.areas.codes[geography.areas.of_country("NER")[0]])
    ethiopia = str(geography.areas.codes[geography.areas.of_country("ETH")[0]])
    known = dt.date(2048, 12, 27)
    late = worlds.reading(exercise, worlds.view(known, place=WEST, resolution=resolution))
    east = worlds.reading(exercise, worlds.view(known, place=EAST, resolution=resolution))
    early = worlds.reading(exercise, worlds.view(dt.date(2046, 6, 28), place=WEST, resolution=resolution))
    assert [card(exercise, key, got).covered for key, got in ((niger, late), (ethiopia, east), (niger, early))] == [
        False,
        False,
        True,
    ]


def test_the_size_of_a_card_is_that_of_what_it_counts() -> None:
    held = holdings([one(KNOWN)])
    whole, part = card(held, cell_of(held)), card(held, cell_of(held, resolution=6))
    assert whole is not None
    assert part is not None
    assert part.incidents == whole.incidents
    assert part.subtitle.split(" km²")[0] == whole.subtitle.split(" km²")[0]


def test_a_click_on_incidents_selects_their_cell_or_their_province() -> None:
    held = holdings([one(KNOWN), one(KNOWN)])
    got = worlds.reading(held, worlds.view())
    geography = worlds.geography()
    assert selection_of("EX-1,EX-2", got, held, geography) == cell_of(held)
    assert selection_of("SDN-148", got, held, geography) == "SDN-148"
    assert selection_of("", got, held, geography) == ""
    fine = worlds.reading(held, worlds.view(resolution=6))
    assert selection_of("EX-2", fine, held, geography) == cell_of(held, resolution=6)
    by_area = worlds.reading(held, worlds.view(resolution=0))
    assert selection_of("EX-2", by_area, held, geography) == "SDN-148"
    assert from_text(cell_of(held))
