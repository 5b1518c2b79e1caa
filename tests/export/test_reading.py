"""What a view says: the lattice of its frame, the slice of its window, coverage as it stood on the as-of date."""

import datetime as dt

import numpy as np
import pytest

from data.holdings import Holdings
from export.geography import Geography
from export.held import known_on
from export.reading import SELECTIONS, Frame, coverage_as_known, periods_of, place_frame
from geo.cells import parents
from geo.coverage import State
from geo.cube import UnitKind
from geo.located import Flag
from geo.periods import Grain, to_day
from geo.precision import Fate, Support, Treatment
from geo.view import Kinds
from tests.export import worlds
from tests.export.conftest import EAST
from tests.export.worlds import FIRST, KNOWN, NYALA, TILLABERI, frame_of, holdings, one

WEEK = dt.timedelta(days=7)


def test_the_sums_of_the_exercise_are_plain_sums(exercise: Holdings, east_reading) -> None:
    frame = frame_of(exercise.events)
    asked = worlds.geography().areas.countries[frame["area"]]
    inside = np.where((frame["support"] <= Support.AREA) & (frame["area"] >= 0), asked, frame["code"])
    first, last = east_reading.first_day, east_reading.last_day
    rows = frame[np.isin(inside.astype(str), EAST.split("+")) & frame["civilian"]]
    rows = rows[(rows["end_day"] >= first) & (rows["end_day"] <= last)]
    tally, window = east_reading.tally, east_reading.window
    enters = (rows["support"] <= Support.NEAR) & (rows["days"] <= 7)
    assert tally.incidents.values[window].sum() == enters.sum()
    assert tally.killed.values[window].sum() == rows[enters]["civilian_deaths"].sum()
    assert tally.count(Fate.TOO_LONG, window) == (rows["days"] > 7).sum()
    assert tally.count(Fate.COUNTRY_ONLY, window) == ((rows["support"] == Support.COUNTRY) & (rows["days"] <= 7)).sum()
    assert tally.count(Fate.AREA_ONLY, window) == ((rows["support"] == Support.AREA) & (rows["days"] <= 7)).sum()
    assert len(rows) > 100


def test_a_study_area_holds_its_countries_only() -> None:
    rows = [one(KNOWN), one(KNOWN, TILLABERI, country="Niger", country_code="NER")]
    spans = (("SDN", FIRST, KNOWN), ("NER", FIRST, KNOWN))
    for place, number in (("SDN", 1), ("NER", 1), ("NER+SDN", 2), ("", 2), ("TCD", 0)):
        got = worlds.reading(holdings(rows, spans), worlds.view(place=place))
        assert got.tally.count(Fate.PLACED) == number
        assert got.tally.count(Fate.OUTSIDE_PLACE) == 2 - number
        assert len(got.placed.lattice) == number


@pytest.mark.parametrize("resolution", [3, 4, 5, 6, 7])
def test_cells_of_every_resolution(resolution: int) -> None:
    rows = [one(KNOWN), one(KNOWN, NYALA, place_precision=2)]
    got = worlds.reading(holdings(rows), worlds.view(resolution=resolution))
    fits = 2 if resolution <= 4 else 1
    assert got.tally.count(Fate.PLACED) == fits
    assert got.placed.lattice.resolution == resolution
    cells = parents(np.asarray(got.placed.events.cell), resolution)
    assert set(got.placed.lattice.units.tolist()) <= set(cells.tolist())


def test_provinces_of_the_countries_asked_for(geography: Geography) -> None:
    rows = [one(KNOWN, NYALA, place_precision=4, adm_1="South Darfur"), one(KNOWN, place_precision=6)]
    got = worlds.reading(holdings(rows), worlds.view(resolution=0, place="SDN"))
    assert got.placed.lattice.kind is UnitKind.AREAS
    assert len(got.placed.lattice) == len(geography.areas.of_country("SDN"))
    assert (got.tally.count(Fate.PLACED), got.tally.count(Fate.COUNTRY_ONLY)) == (1, 1)


def test_as_coded_puts_every_record_where_its_source_wrote_it() -> None:
    rows = [one(KNOWN, place_precision=n, adm_1="Blue Nile") for n in range(1, 8)]
    kept = worlds.reading(holdings(rows), worlds.view())
    coded = worlds.reading(holdings(rows), worlds.view(treatment=Treatment.AS_CODED))
    assert kept.tally.incidents.total() == 3
    assert coded.tally.incidents.total() == 7


@pytest.mark.parametrize("grain", list(Grain))
def test_the_window_is_the_periods_that_its_days_touch(grain: Grain) -> None:
    rows = [one(KNOWN - n * WEEK) for n in range(80)]
    got = worlds.reading(holdings(rows), worlds.view(weeks=6, grain=grain))
    starts, ends = got.periods.starts, got.periods.ends
    touched = (ends > to_day(got.view.first)) & (starts <= to_day(got.view.last))
    assert np.flatnonzero(touched).tolist() == list(range(got.window.start, got.window.stop))
    assert got.last_day == to_day(KNOWN), "never after the as-of date"
    inside = [n for n in range(80) if got.first_day <= to_day(KNOWN - n * WEEK) <= got.last_day]
    assert got.tally.incidents.values[got.window].sum() == len(inside)


def test_a_window_outside_the_history_is_the_last_period() -> None:
    held = holdings([one(KNOWN)])
    got = worlds.reading(held, worlds.view(first=dt.date(1990, 1, 1)))
    assert got.window.start == 0
    early = worlds.view(dt.date(2030, 1, 6), weeks=1)
    assert worlds.reading(held, early).window == slice(0, 1)


def test_coverage_is_as_it_stood_then(exercise: Holdings) -> None:
    then = dt.date(2046, 12, 20)
    coverage = coverage_as_known(exercise, then)
    assert int(coverage.last.max()) == to_day(then)
    assert int(coverage.final_to.max()) == to_day(then) - 14
    now = coverage_as_known(exercise, known_on(exercise))
    assert now.end_of("NER") == to_day(dt.date(2046, 12, 31))
    assert coverage.end_of("NER") == to_day(then)
    assert now.end_of("ETH") is None


def test_late_weeks_are_provisional_and_uncovered_ones_are_not_zero() -> None:
    spans = (("SDN", FIRST, KNOWN), ("NER", FIRST, KNOWN - 10 * WEEK))
    rows = [one(KNOWN), one(KNOWN - 20 * WEEK, TILLABERI, country="Niger", country_code="NER")]
    got = worlds.reading(holdings(rows, spans), worlds.view())
    state = got.tally.incidents.state
    niger = [got.placed.lattice.country_codes[c] for c in got.placed.lattice.country].index("NER")
    assert (state[-10:, niger] == State.NOT_COVERED).all()
    assert (state[-2:, 1 - niger] == State.PROVISIONAL).all()
    assert (state[-10:-2, 1 - niger] == State.OBSERVED).all()


def test_weeks_that_are_final_today_were_provisional_then() -> None:
    held = holdings([one(KNOWN - n * WEEK) for n in range(30)])
    then = KNOWN - 10 * WEEK
    state = worlds.reading(held, worlds.view(then)).tally.incidents.state
    assert (state[-2:] == State.PROVISIONAL).all()
    assert (state[-10:-2] == State.OBSERVED).all()


def test_the_periods_begin_with_the_first_incident_or_coverage() -> None:
    held = holdings([one(dt.date(2046, 1, 6))])
    assert periods_of(held, Grain.WEEK, KNOWN).first_day <= to_day(dt.date(2046, 1, 6))
    assert periods_of(held, Grain.WEEK, KNOWN).last_day == to_day(KNOWN)
    before = holdings([one(dt.date(2040, 1, 6))])
    assert periods_of(before, Grain.WEEK, KNOWN).index_of(np.array([to_day(FIRST)], dtype=np.int32))[0] == 0


def test_a_frame_says_all_that_a_lattice_depends_on() -> None:
    held, seen = holdings([one(KNOWN)]), worlds.view()
    assert Frame.of(seen) == Frame.of(worlds.view(weeks=3, kinds=Kinds.ALL, selected="x", focus="SDN-148"))
    placed = place_frame(held, worlds.geography().areas, Frame.of(seen))
    again = place_frame(held, worlds.geography().areas, Frame.of(seen))
    assert np.array_equal(placed.fate, again.fate)


def test_every_kind_has_a_selection() -> None:
    assert set(SELECTIONS) == set(Kinds)
    civilian = {kind for kind, selection in SELECTIONS.items() if selection.civilian}
    assert civilian == {Kinds.CIVILIAN, Kinds.ONE_SIDED}
    kinds = {Kinds.STATE_BASED: Flag.STATE_BASED, Kinds.NON_STATE: Flag.NON_STATE, Kinds.ONE_SIDED: Flag.ONE_SIDED}
    assert all(SELECTIONS[kind].any_of == flag for kind, flag in kinds.items())
