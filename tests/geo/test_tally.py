"""Conservation: whatever the incidents, cells + areas + reasons = input, and each number is what plain pandas says."""

from functools import cache

import h3.api.basic_int as h3
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import State
from geo.cube import Lattice, UnitKind
from geo.errors import NotConserved
from geo.located import ALL_VIOLENCE, CIVILIAN_HARM, Flag, Selection
from geo.periods import EPOCH, Grain, Periods
from geo.precision import Fate, Support, Treatment
from geo.tally import TOTALS, Tally, place, tally
from tests.geo.building import AREAS, FIRST_DAY, LAST_DAY, POINTS, everywhere, frame, located, one_event

SELECTIONS = [
    CIVILIAN_HARM,
    ALL_VIOLENCE,
    Selection(Flag.STATE_BASED, civilian=False),
    Selection(Flag.ONE_SIDED | Flag.NON_STATE, none_of=Flag.UNVERIFIED),
]
LONGEST = {Grain.WEEK: 7, Grain.MONTH: 31, Grain.QUARTER: 92}
PANDAS_GRAIN = {Grain.WEEK: "W-SUN", Grain.MONTH: "M", Grain.QUARTER: "Q"}
COLUMNS = ("low", "best", "high", "civilians")


def cell_at(point, resolution):
    return h3.cell_to_parent(h3.latlng_to_cell(*point, 7), resolution)


def cells_frame(resolution, periods, left_out):
    """A lattice of the points' cells, without one of them: its incidents must turn up as outside the place."""
    cells = sorted({cell_at(point, resolution) for point in POINTS[left_out:] if point is not None})
    units = np.array(cells, dtype=np.uint64)
    return Lattice(UnitKind.CELLS, units, resolution, periods, np.zeros(len(units), dtype=np.int16), ("AAA",))


def areas_frame(periods):
    units = np.arange(AREAS, dtype=np.uint64)
    return Lattice(UnitKind.AREAS, units, None, periods, np.zeros(AREAS, dtype=np.int16), ("AAA",))


def wanted(event, selection):
    if event.unverified and Flag.UNVERIFIED in selection.none_of:
        return False
    return Flag[event.kind] in selection.any_of or (event.civilian_harm and Flag.CIVILIAN_HARM in selection.any_of)


@cache
def period_numbers(grain):
    """Number of each calendar period from the one of the first day to the one of the last, by pandas."""
    first, last = (pd.Timestamp(EPOCH) + pd.Timedelta(days=day) for day in (FIRST_DAY, LAST_DAY))
    return {period: number for number, period in enumerate(pd.period_range(first, last, freq=PANDAS_GRAIN[grain]))}


def unit_of(event, lattice):
    if lattice.kind is UnitKind.AREAS:
        return event.area if event.area >= 0 else None
    return cell_at(event.point, lattice.resolution) if event.point is not None else None


def may_enter(event, lattice, treatment):
    """The support rule of methods.md 2."""
    if treatment is Treatment.AS_CODED:
        return event.point is not None
    if lattice.kind is UnitKind.AREAS:
        return event.support in {Support.EXACT, Support.NEAR, Support.AREA}
    return event.support == Support.EXACT or (event.support == Support.NEAR and lattice.resolution <= 4)


def spell(event, lattice, selection, treatment, inside):
    """Fate, unit and period of one incident: the first reason that holds (methods.md 2 and 2b)."""
    when = period_numbers(lattice.periods.grain).get(pd.Period(event.end, freq=PANDAS_GRAIN[lattice.periods.grain]), -1)
    unit = unit_of(event, lattice)
    enters = unit is not None and may_enter(event, lattice, treatment)
    in_area = lattice.kind is UnitKind.CELLS and event.area >= 0
    reasons = [
        (not wanted(event, selection), Fate.OTHER_KIND, None),
        (when < 0, Fate.OUTSIDE_PERIOD, None),
        (not inside or (enters and unit not in lattice.units.tolist()), Fate.OUTSIDE_PLACE, None),
        (event.days > LONGEST[lattice.periods.grain], Fate.TOO_LONG, None),
        (enters, Fate.PLACED, unit),
        (event.support == Support.COUNTRY, Fate.COUNTRY_ONLY, None),
        (event.support == Support.NOWHERE, Fate.NO_PLACE, None),
        (in_area, Fate.AREA_ONLY, event.area),
        (True, Fate.NO_AREA, None),
    ]
    return next((fate, where, when) for holds, fate, where in reasons if holds)


@settings(max_examples=60)
@given(
    rows=st.lists(one_event, max_size=30),
    resolution=st.sampled_from([0, 3, 4, 5, 6, 7]),
    grain=st.sampled_from(Grain),
    treatment=st.sampled_from(Treatment),
    selection=st.sampled_from(SELECTIONS),
    left_out=st.integers(0, 2),
    outside=st.sets(st.integers(0, 29)),
)
def test_every_number_is_that_of_plain_pandas(rows, resolution, grain, treatment, selection, left_out, outside):
    events, table = located(rows), frame(rows)
    periods = Periods.covering(FIRST_DAY, LAST_DAY, grain)
    lattice = cells_frame(resolution, periods, left_out) if resolution else areas_frame(periods)
    areas = areas_frame(periods)
    inside = ~np.isin(np.arange(len(rows)), list(outside))
    whole = everywhere(FIRST_DAY, LAST_DAY)
    placed = place(events, lattice, areas, whole, treatment=treatment, inside=inside[events.row])
    found = tally(placed, selection)

    spelled = [
        spell(event, lattice, selection, treatment, inside[number])
        for number, event in enumerate(table.itertuples(index=False))
    ]
    for position, name in enumerate(("fate", "unit", "when")):
        table[name] = pd.Series([each[position] for each in spelled], dtype=object)
    toll = "civilians" if selection.civilian else "best"
    for fate, frame_of, counts, deaths in (
        (Fate.PLACED, lattice, found.incidents, found.killed),
        (Fate.AREA_ONLY, areas, found.area_incidents, found.area_killed),
    ):
        mine = table[(table.fate == fate).to_numpy(dtype=bool)]
        plain = mine.groupby(["when", "unit"])[toll].agg(["size", "sum"]) if len(mine) else mine[["unit", toll, toll]]
        rebuilt = {}
        for when, column in zip(*np.nonzero(counts.values), strict=True):
            key = (int(when), int(frame_of.units[column]))
            rebuilt[key] = (int(counts.values[when, column]), int(deaths.values[when, column]))
        assert rebuilt == {(int(w), int(u)): (int(n), int(d)) for (w, u), n, d in plain.itertuples()}
        assert deaths.total() == mine[toll].sum()

    for fate in Fate:
        mine = table[(table.fate == fate).to_numpy(dtype=bool)]
        sums = [len(mine), *(int(mine[column].sum()) for column in COLUMNS)]
        assert found.fates[:, fate].sum(axis=0).tolist() == sums
        assert found.count(fate) == len(mine)
        for window in (slice(0, 3), slice(2, None), slice(-2, None)):
            chosen = mine[[when >= 0 and when in range(*window.indices(periods.count)) for when in mine.when]]
            assert found.count(fate, window) == len(chosen)
    everything = [len(table), *(int(table[column].sum()) for column in COLUMNS)]
    assert found.read.tolist() == everything
    excluded = found.excluded()
    assert sum(part["incidents"] for part in excluded.values()) == len(table) - found.count(Fate.PLACED) - found.count(
        Fate.AREA_ONLY
    )
    assert set(found.excluded(slice(None))) <= {fate for fate in excluded if fate.asked_for}


@settings(max_examples=30)
@given(st.lists(one_event, min_size=1, max_size=30), st.sampled_from(SELECTIONS), st.randoms())
def test_the_order_of_records_does_not_matter(rows, selection, shuffler):
    periods = Periods.covering(FIRST_DAY, LAST_DAY, Grain.WEEK)
    lattice, areas = cells_frame(4, periods, 0), areas_frame(periods)
    mixed = rows.copy()
    shuffler.shuffle(mixed)
    one, two = (
        tally(place(located(each), lattice, areas, everywhere(FIRST_DAY, LAST_DAY)), selection)
        for each in (rows, mixed)
    )
    assert (one.fates == two.fates).all()
    assert (one.incidents.values == two.incidents.values).all()
    assert (one.area_killed.values == two.area_killed.values).all()


@settings(max_examples=30)
@given(st.lists(one_event, max_size=30))
def test_coarser_cells_hold_the_sum_of_finer_ones(rows):
    """Exact places only: nothing but the cell changes from resolution 7 to 3."""
    exact = [(row[0], row[1], int(Support.EXACT), *row[3:]) for row in rows]
    periods = Periods.covering(FIRST_DAY, LAST_DAY, Grain.WEEK)
    totals = []
    for resolution in range(3, 8):
        found = tally(
            place(
                located(exact),
                cells_frame(resolution, periods, 0),
                areas_frame(periods),
                everywhere(FIRST_DAY, LAST_DAY),
            ),
            ALL_VIOLENCE,
        )
        totals.append(found.incidents.values.sum(axis=1).tolist())
    assert all(total == totals[0] for total in totals)


def test_states_stand_beside_the_counts():
    rows = [(0, 0, 0, Flag.ONE_SIDED, True, False, LAST_DAY, 0, (1, 1, 1, 1))]
    periods = Periods.covering(FIRST_DAY, LAST_DAY, Grain.WEEK)
    cover = everywhere(FIRST_DAY, LAST_DAY - 21, LAST_DAY - 49)
    found = tally(place(located(rows), cells_frame(5, periods, 0), areas_frame(periods), cover), CIVILIAN_HARM)
    states = found.incidents.state
    assert (states == states[:, :1]).all()
    assert states[0, 0] == State.OBSERVED
    assert states[-1, 0] == State.NOT_COVERED
    assert states[-6, 0] == State.PROVISIONAL
    assert (found.area_incidents.state[:, 0] == states[:, 0]).all()


def test_a_tally_that_loses_an_incident_cannot_be_made():
    rows = [(0, 0, 0, Flag.ONE_SIDED, True, False, LAST_DAY, 0, (1, 2, 3, 1))] * 3
    periods = Periods.covering(FIRST_DAY, LAST_DAY, Grain.WEEK)
    found = tally(
        place(located(rows), cells_frame(5, periods, 0), areas_frame(periods), everywhere(0, LAST_DAY)), CIVILIAN_HARM
    )
    for index in range(len(TOTALS)):
        less = found.fates.copy()
        less[:, Fate.PLACED, index] = 0
        with pytest.raises(NotConserved):
            Tally(found.incidents, found.killed, found.area_incidents, found.area_killed, less, found.read)


def test_nothing_read_is_nothing_counted():
    periods = Periods.covering(FIRST_DAY, LAST_DAY, Grain.WEEK)
    found = tally(place(located([]), cells_frame(5, periods, 0), areas_frame(periods), everywhere(0, 1)), CIVILIAN_HARM)
    assert found.incidents.total() == found.killed.total() == 0
    assert found.excluded() == {}


@pytest.mark.parametrize(("grain", "longest"), LONGEST.items())
def test_an_incident_longer_than_the_grain_enters_only_coarser_ones(grain, longest):
    rows = [
        (0, 0, 0, Flag.ONE_SIDED, True, False, LAST_DAY, days - 1, (1, 2, 3, 1)) for days in (1, longest, longest + 1)
    ]
    periods = Periods.covering(FIRST_DAY, LAST_DAY, grain)
    found = tally(
        place(located(rows), cells_frame(5, periods, 0), areas_frame(periods), everywhere(0, LAST_DAY)), CIVILIAN_HARM
    )
    assert (found.count(Fate.PLACED), found.count(Fate.TOO_LONG)) == (2, 1)
    assert found.excluded(slice(-1, None))[Fate.TOO_LONG]["deaths_best"] == 2


def test_outside_the_place_comes_before_too_long():
    rows = [(0, 0, 0, Flag.ONE_SIDED, True, False, LAST_DAY, 400, (1, 2, 3, 1))]
    periods = Periods.covering(FIRST_DAY, LAST_DAY, Grain.WEEK)
    found = tally(
        place(located(rows), cells_frame(7, periods, 2), areas_frame(periods), everywhere(0, 1)), CIVILIAN_HARM
    )
    assert found.count(Fate.OUTSIDE_PLACE) == 1
