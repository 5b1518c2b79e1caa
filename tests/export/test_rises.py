"""The ranking behind the Overview: its order, its numbers against plain sums, its doubts, and no look ahead."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from data.holdings import Holdings
from export.held import known_on
from export.rises import STALE_WEEKS, Rises
from geo.cells import NO_CELL, disk, parents
from geo.change_class import ChangeClass
from geo.coverage import State
from geo.periods import to_day
from geo.precision import Support
from tests.export import worlds
from tests.export.conftest import EAST
from tests.export.worlds import DAMAZIN, FIRST, KNOWN, NYALA, frame_of, holdings, one

WEEK = dt.timedelta(days=7)
LAST_FINAL = KNOWN - dt.timedelta(days=worlds.LAG)


def back(weeks: float) -> dt.date:
    """A day so many weeks before the last final one."""
    return LAST_FINAL - dt.timedelta(days=int(7 * weeks))


def grown(recent: int = 12, before: int = 6, at=DAMAZIN, **changes) -> list[dict]:
    """`recent` incidents in the last eight final weeks, `before` in the year before those."""
    late = [one(back(8 * n / recent), at, **changes) for n in range(recent)]
    return late + [one(back(8.5 + 50 * n / max(before, 1)), at, **changes) for n in range(before)]


LONG_AGO = one(FIRST + dt.timedelta(days=7), (19.6, 30.4))
"""Far from all others, so that the history is long enough."""


def windows(found: Rises) -> tuple[int, int, int]:
    """First day of the baseline, first and last day of the recent window."""
    starts, ends = found.lattice.periods.starts, found.lattice.periods.ends
    recent, baseline = found.windows.recent_slice, found.windows.baseline_slice
    return int(starts[baseline.start]), int(starts[recent.start]), int(ends[recent.stop - 1]) - 1


def test_the_exercise_lists_what_its_stories_grow(east: Rises) -> None:
    assert {"Ad-Damazin", "Bria", "Kadugli"} <= {rise.place for rise in east.rises}
    assert next(r for r in east.rises if r.place == "Ad-Damazin").area == "Blue Nile"
    assert "Khartoum" not in {rise.place for rise in east.rises}, "imprecise records make no rise"


def test_firm_ones_stand_first_and_then_the_surest(east: Rises) -> None:
    assert [rise.number for rise in east.rises] == list(range(1, len(east.rises) + 1))
    assert [(not rise.firm, -rise.low) for rise in east.rises] == sorted((not r.firm, -r.low) for r in east.rises)
    assert east.firm == sum(2 * rise.stands > rise.settings for rise in east.rises)
    assert len({rise.firm for rise in east.rises}) == 2, "the exercise shows both kinds"


def test_settings_are_at_most_27_and_a_rise_stands_in_no_more_than_it_bears(east: Rises) -> None:
    assert all(1 <= rise.stands <= rise.settings <= 27 for rise in east.rises)
    assert max(rise.settings for rise in east.rises) == 27


def test_numbers_are_plain_sums_over_the_cells_and_their_neighbours(exercise: Holdings, east: Rises) -> None:
    frame = frame_of(exercise.events)
    begin, start, last = windows(east)
    enters = frame["civilian"] & (frame["cell"] != NO_CELL) & (frame["support"] <= Support.NEAR) & (frame["days"] <= 7)
    frame = frame[enters]
    cell = parents(frame["cell"].to_numpy(dtype=np.uint64), 4)
    asked = set(EAST.split("+"))
    deaths_from = last - 27
    for rise in east.rises:
        around = np.unique(np.concatenate([disk(int(each), 1) for each in rise.cells]))
        known = around[np.isin(around, east.lattice.units[east.ratio.counts.known])]
        here = frame[np.isin(cell, known) & frame["area"].map(_country_of()).isin(asked)]
        recent = here[(here["end_day"] >= start) & (here["end_day"] <= last)]
        before = here[(here["end_day"] >= begin) & (here["end_day"] < start)]
        assert rise.incidents == len(recent), rise.place
        assert rise.expected == pytest.approx(len(before) * 8 / 52), rise.place
        assert rise.killed == recent[recent["end_day"] >= deaths_from]["civilian_deaths"].sum(), rise.place
        assert rise.low <= rise.estimate <= rise.high
        assert rise.trend.values[east.windows.recent_slice].sum() == rise.incidents


def _country_of() -> dict[int, str]:
    countries = worlds.geography().areas.countries
    return {-1: ""} | {n: str(code) for n, code in enumerate(countries)}


def test_the_whole_is_a_plain_sum_of_what_can_be_judged() -> None:
    """Imprecise records, long ones and those of a country only: each is counted where it belongs."""
    region = [one(back(n), NYALA, place_precision=4, adm_1="South Darfur") for n in (1, 3, 5, 20)]
    country = [one(back(1), NYALA, place_precision=6)] * 5
    long = [one(back(1), NYALA, start=back(4))] * 5
    fighting = [one(back(1), NYALA, kind="state-based")] * 5
    late = [one(KNOWN, NYALA)] * 9
    found = worlds.rises(holdings([LONG_AGO, *grown(), *region, *country, *long, *fighting, *late]))
    assert found.whole.incidents == 12 + 3
    assert found.whole.expected == pytest.approx((6 + 1) * 8 / 52)
    assert found.whole.rising
    assert [rise.incidents for rise in found.rises] == [12]
    assert found.rises[0].expected == pytest.approx(6 * 8 / 52)


def test_a_fresh_rise_is_new_and_an_old_one_counts_its_weeks() -> None:
    new = worlds.rises(holdings([LONG_AGO, *grown(0, 6), *[one(back(0))] * 5]))
    assert [rise.weeks_listed for rise in new.rises] == [1]
    found = worlds.rises(holdings([LONG_AGO, *grown()]))
    assert found.rises
    flagged = found.ordinary.rising.any(axis=1)
    run = int(np.argmin(np.append(flagged, False)))
    assert [rise.weeks_listed for rise in found.rises] == [1 + run]
    assert run > 0


def test_two_places_far_apart_are_two_rises_and_near_ones_are_one() -> None:
    apart = worlds.rises(holdings([LONG_AGO, *grown(), *grown(20, 5, NYALA)]))
    assert {rise.area for rise in apart.rises} == {"Blue Nile", "South Darfur"}
    beside = (DAMAZIN[0] + 0.3, DAMAZIN[1])
    near = worlds.rises(holdings([LONG_AGO, *grown(), *grown(12, 6, beside)]))
    assert len(near.rises) == 1
    assert near.rises[0].incidents == 24, "no incident counts twice"


@pytest.mark.parametrize(("late", "comparable"), [(STALE_WEEKS - 3, True), (STALE_WEEKS + 1, False)])
def test_a_source_that_ended_long_ago_is_not_compared(late: int, *, comparable: bool) -> None:
    known = KNOWN + late * WEEK
    found = worlds.rises(holdings([LONG_AGO, *grown()]), known)
    assert found.comparable is comparable
    assert bool(found.rises) is comparable
    assert bool((found.classes == ChangeClass.SHARP).any()) is comparable
    if not comparable:
        assert (found.classes == ChangeClass.NOT_COVERED).all()


@pytest.mark.parametrize("weeks", [1, 20, 58])
def test_a_short_history_is_not_compared(weeks: int) -> None:
    found = worlds.rises(holdings(grown(12, 0), (("SDN", LAST_FINAL - weeks * WEEK + dt.timedelta(1), KNOWN),)))
    assert not found.comparable
    assert not found.rises
    assert (found.classes == ChangeClass.NOT_COVERED).all()


def test_a_covered_year_without_any_incident_is_a_year_to_compare_with() -> None:
    """The source looked and saw nothing: that is zero, not a history that is too short."""
    found = worlds.rises(holdings(grown(12, 0)))
    assert found.comparable
    assert [(rise.incidents, rise.expected) for rise in found.rises] == [(12, 0.0)]


def test_nothing_held_is_not_compared() -> None:
    found = worlds.rises(replace(holdings(grown()), coverage=holdings(grown(), ()).coverage))
    assert (found.comparable, found.rises, found.whole.incidents) == (False, (), 0)


def test_what_comes_after_the_as_of_date_changes_nothing() -> None:
    """Events after the date are moved in time and made worse: all of the reading stays the same."""
    after = [one(KNOWN + dt.timedelta(days=n), NYALA) for n in range(1, 30)]
    moved = [
        one(KNOWN + dt.timedelta(days=200 + n), DAMAZIN, killed=50, kind="state-based", civilians=9) for n in range(29)
    ]
    span = (("SDN", FIRST, KNOWN + dt.timedelta(days=400)),)
    there = [one(back(30), NYALA)]  # so that the cells are the same
    first, second = (worlds.rises(holdings([LONG_AGO, *grown(), *there, *rows], span)) for rows in (after, moved))
    assert first.rises
    assert same(first, second)
    longer = worlds.rises(
        holdings([LONG_AGO, *grown(), *there, *after], (("SDN", FIRST, KNOWN + dt.timedelta(days=900)),))
    )
    assert same(first, longer)


def same(first: Rises, second: Rises) -> bool:
    plain = [
        [replace(rise, cells=None, trend=None) for rise in each.rises]  # arrays are compared below
        for each in (first, second)
    ]
    return (
        plain[0] == plain[1]
        and np.array_equal(first.lattice.units, second.lattice.units)
        and np.array_equal(first.classes, second.classes)
        and np.array_equal(first.ratio.field.low, second.ratio.field.low, equal_nan=True)
        and (first.whole.incidents, first.whole.expected) == (second.whole.incidents, second.whole.expected)
        and np.array_equal(first.ordinary.clusters, second.ordinary.clusters)
        and all(np.array_equal(a.cells, b.cells) for a, b in zip(first.rises, second.rises, strict=True))
        and all(np.array_equal(a.trend.values, b.trend.values) for a, b in zip(first.rises, second.rises, strict=True))
    )


def test_late_weeks_are_shown_as_provisional_and_not_tested(east: Rises) -> None:
    trend = east.rises[0].trend
    assert (trend.state[east.windows.end :] == State.PROVISIONAL).all()
    assert east.windows.end == east.lattice.periods.count - 2


def test_an_earlier_as_of_date_is_read_as_it_was_then(exercise: Holdings) -> None:
    then = dt.date(2047, 6, 30)
    found = worlds.rises(exercise, then, EAST)
    assert int(found.lattice.periods.ends[-1]) - 1 == to_day(then)
    assert found.comparable
    assert "Ad-Damazin" not in {rise.place for rise in found.rises}
    assert known_on(exercise) > then
