"""What each source of the exercise said at the end of each month: late additions, other deaths, records taken back."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from data.events import check_events
from data.exercise import vintages
from data.exercise.build import EVENT_SOURCES, build
from data.exercise.calibration import LONGEST_DELAY_WEEKS, known_by_age
from data.exercise.delays import draw
from data.exercise.world import CLOCK, LAST_DAY
from data.store import Store
from geo.errors import NothingThere, ValueRefused
from tests.data.exercised import exercise


def ids(table: pa.Table) -> set[str]:
    return set(table["id"].to_pylist())


def test_there_are_24_months_before_the_clock() -> None:
    months = vintages.month_ends()
    assert len(months) == 24
    assert (months[0], months[-1]) == (dt.date(2046, 12, 31), dt.date(2048, 11, 30))
    assert all((month + dt.timedelta(days=1)).day == 1 for month in months)


@pytest.mark.parametrize("source", EVENT_SOURCES)
def test_the_vintage_of_the_clock_is_what_is_held(source: str) -> None:
    now = vintages.as_of(exercise().vintages[source], CLOCK)
    held = exercise().tables[source]
    assert now.sort_by("id").equals(held.sort_by("id"))


@pytest.mark.parametrize("source", EVENT_SOURCES)
def test_every_vintage_is_a_table_of_events_that_knows_no_future(source: str) -> None:
    months = vintages.month_ends()
    told = [vintages.as_of(exercise().vintages[source], month) for month in months]
    for month, table in zip(months, told, strict=True):
        assert pc.max(table["date_end"]).as_py() <= month
        assert pc.all(table["exercise"]).as_py()
    for table in (told[0], told[12], told[-1]):
        assert check_events(table) == ()
    sizes = [table.num_rows for table in told]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("source", EVENT_SOURCES)
def test_records_are_added_late_changed_and_taken_back(source: str) -> None:
    spells = exercise().vintages[source]
    months = vintages.month_ends()
    before, after = (vintages.as_of(spells, month).to_pandas().set_index("id") for month in (months[-4], months[-1]))
    old = after[pd.to_datetime(after["date_end"]) <= pd.Timestamp(months[-4])]
    added, gone = old.index.difference(before.index), before.index.difference(after.index)
    both = before.index.intersection(after.index)
    changed = (before.loc[both, "deaths_best"] != after.loc[both, "deaths_best"]).sum()
    assert len(added) >= 20
    assert len(gone) >= 10
    assert changed >= 10
    assert gone.str.match(r"EX-[AB]-D\d+").all()


def test_spells_of_one_record_follow_each_other() -> None:
    for spells in exercise().vintages.values():
        frame = spells.select(["id", "known_from", "known_to", "fate", "deaths_best"]).to_pandas()
        frame = frame.sort_values(["id", "known_from"])
        assert (frame["known_to"].isna() == (frame["fate"] == "stands")).all()
        closed = frame[frame["known_to"].notna()]
        assert (closed["known_from"] < closed["known_to"]).all()
        assert (closed["known_to"] <= CLOCK).all()
        following = frame.groupby("id")[["known_from", "deaths_best"]].shift(-1)
        revised = frame["fate"] == "revised"
        assert (frame.loc[revised, "known_to"] == following.loc[revised, "known_from"]).all()
        assert (frame.loc[revised, "deaths_best"] != following.loc[revised, "deaths_best"]).all()
        assert following.loc[~revised, "known_from"].isna().all()


@pytest.mark.parametrize("source", EVENT_SOURCES)
def test_delay_is_as_stated(source: str) -> None:
    """Share known at an age of k weeks, seen from vintages: within 4.5 points, at the first ages within 3."""
    spells, final = exercise().vintages[source], ids(exercise().tables[source])
    day = {
        row["id"]: row["date_end"]
        for row in exercise().tables[source].select(["id", "date_end"]).to_pylist()
        if row["date_end"] >= dt.date(2046, 1, 1)
    }
    known, total = np.zeros(LONGEST_DELAY_WEEKS + 1), np.zeros(LONGEST_DELAY_WEEKS + 1)
    for month in vintages.month_ends()[:-6]:  # later ones: what is still to come is not known
        there = ids(vintages.as_of(spells, month)) & final
        age = np.array([(month - last).days // 7 for last in day.values()])
        inside = np.array([one in there for one in day])
        right = (age >= 0) & (age <= LONGEST_DELAY_WEEKS)
        np.add.at(known, age[right], inside[right])
        np.add.at(total, age[right], 1)
    assert known / total == pytest.approx(known_by_age(source), abs=0.045)
    assert (known / total)[:3] == pytest.approx(known_by_age(source)[:3], abs=0.03)


@pytest.mark.parametrize("source", EVENT_SOURCES)
def test_share_known_by_age_rises_to_one(source: str) -> None:
    known = known_by_age(source)
    assert (np.diff(known) > 0).all()
    assert known[-1] == 1.0


def test_a_certain_record_is_in_by_the_clock_and_others_are_not_all() -> None:
    day = np.full(4000, LAST_DAY - 3 * 7)
    rng = np.random.default_rng(1)
    certain = draw("ex_a", day, np.ones(4000, dtype=bool), rng)
    assert certain.in_by_clock.all()
    assert certain.weeks.max() <= 3
    others = draw("ex_a", day, np.zeros(4000, dtype=bool), rng)
    assert others.in_by_clock.mean() == pytest.approx(known_by_age("ex_a")[3], abs=0.015)


def test_a_vintage_has_a_stable_digest() -> None:
    months = vintages.month_ends()
    spells = exercise().vintages["ex_a"]
    shuffled = spells.take(pa.array(np.random.default_rng(0).permutation(spells.num_rows)))
    first = [vintages.digest(spells, month) for month in months[-3:]]
    assert first == [vintages.digest(shuffled, month) for month in months[-3:]]
    assert len(set(first)) == 3


def test_no_vintage_after_the_clock() -> None:
    with pytest.raises(ValueRefused, match="clock"):
        vintages.as_of(exercise().vintages["ex_a"], CLOCK + dt.timedelta(days=1))


def test_vintages_are_kept_beside_the_snapshots(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(NothingThere, match="Build the exercise"):
        vintages.held(store, "ex_a")
    build(store)
    for source in EVENT_SOURCES:
        assert vintages.held(store, source).equals(exercise().vintages[source])
        assert vintages.path_of(store, source).stat().st_size < 4e6
