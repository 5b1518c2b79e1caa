import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.draft import EVENTS, Draft
from data.holdings import CANDIDATE, OLDER, load
from data.ingest import ingest
from data.store import Store
from geo.located import CIVILIAN_HARM
from geo.periods import to_day
from geo.precision import Support
from tests.data import made


def put(folder: Path, events: list[made.Row], name: str, hour: int) -> Store:
    store = Store(folder / "home")
    ingest(made.write(folder / f"{name}.csv", events), store, now=made.NOW + dt.timedelta(hours=hour))
    return store


def test_nothing_is_held_in_an_empty_store(tmp_path: Path) -> None:
    held = load(Store(tmp_path), exercise=False)
    assert not held
    assert len(held.events) == held.details.num_rows == held.observations.num_rows == 0
    assert held.coverage.country == ()


def test_files_of_different_countries_add_up(tmp_path: Path) -> None:
    events = made.rows(80)
    put(tmp_path, [e for e in events if e["country"] == "Sudan"], "a", 0)
    store = put(tmp_path, [e for e in events if e["country"] != "Sudan"], "b", 1)
    held = load(store, exercise=False)
    assert len(held.events) == 80
    assert held.superseded == {}
    assert held.events.deaths_best.sum() == sum(e["best"] for e in events)
    harm = sum(e["type_of_violence"] == 3 or e["deaths_civilians"] > 0 for e in events)
    assert held.events.of(CIVILIAN_HARM).sum() == harm


def test_rows_of_the_arrays_are_rows_of_the_details(tmp_path: Path) -> None:
    held = load(put(tmp_path, made.rows(60), "a", 0), exercise=False)
    details = held.details.to_pandas().iloc[held.events.row]
    assert (details.cell.to_numpy() == held.events.cell).all()
    assert (details.deaths_best.to_numpy() == held.events.deaths_best).all()
    assert [to_day(day) for day in details.date_end] == held.events.end_day.tolist()
    codes = np.array([*held.events.country_codes, None], dtype=object)
    assert (codes[held.events.country] == details.country_code.to_numpy()).all()
    exact = details.place_precision.to_numpy() == 1
    assert ((held.events.support == Support.EXACT) == exact).all()


def test_the_later_file_wins_whatever_its_order(tmp_path: Path) -> None:
    events = made.rows(30)
    changed = [e | {"best": 500, "high": 500} for e in events[:10]]
    put(tmp_path, events, "old", 0)
    store = put(tmp_path, changed, "new", 1)
    held = load(store, exercise=False)
    assert held.superseded == {OLDER: 10}
    assert len(held.events) == 30
    assert held.events.deaths_best.sum() == 5000 + sum(e["best"] for e in events[10:])


def test_a_file_that_is_loaded_again_is_the_newest(tmp_path: Path) -> None:
    events = made.rows(30)
    put(tmp_path, events, "first", 0)
    put(tmp_path, [e | {"best": 500, "high": 500} for e in events], "second", 1)
    store = put(tmp_path, events, "first again", 2)
    newest, other = store.list()
    assert newest.ingested_at < other.ingested_at
    assert load(store, exercise=False).events.deaths_best.sum() == sum(e["best"] for e in events)
    assert store.verify(newest.digest) == ()


@pytest.mark.parametrize("first", ["annual", "candidate"])
def test_the_annual_row_wins_over_the_candidate(tmp_path: Path, first: str) -> None:
    annual = made.rows(30)
    candidate = [e | {"best": 900, "high": 900, "code_status": "Check"} for e in annual[:12]]
    extra = [e | {"id": 900_000 + n, "code_status": "Check"} for n, e in enumerate(annual[:3])]
    files = [("annual", annual), ("candidate", candidate + extra)]
    for hour, (name, events) in enumerate(files if first == "annual" else files[::-1]):
        store = put(tmp_path, events, name, hour)
    held = load(store, exercise=False)
    assert held.superseded == {CANDIDATE: 12}
    assert len(held.events) == 33
    assert held.events.deaths_best.sum() == sum(e["best"] for e in annual) + sum(e["best"] for e in extra)
    assert {card.key for card in held.cards} == {"ucdp_ged", "ucdp_candidate"}


def test_a_candidate_is_not_final_inside_its_lag(tmp_path: Path) -> None:
    events = [e | {"date_start": "2026-02-11", "date_end": "2026-02-12"} for e in made.rows(20)]
    held = load(put(tmp_path, events, "a", 0), exercise=False)
    assert set(held.coverage.last - held.coverage.final_to) == {45}
    assert held.as_of == {"ucdp_candidate": dt.date(2026, 2, 28)}


def test_exercise_and_real_never_mix(tmp_path: Path) -> None:
    store = put(tmp_path, made.rows(30), "a", 0)
    one = store.list()[0]
    table = store.table(one)
    simulated = table.set_column(
        table.column_names.index("exercise"), table.field("exercise"), [np.ones(table.num_rows, dtype=bool)]
    )
    store.commit(Draft(EVENTS, simulated, one.card, one.coverage, exercise=True))
    for exercise in (False, True):
        held = load(store, exercise=exercise)
        assert set(held.details["exercise"].to_pylist()) == {exercise}
        assert len(held.snapshots) == 1


def test_a_removed_snapshot_is_no_longer_held(tmp_path: Path) -> None:
    store = put(tmp_path, made.rows(30), "a", 0)
    store.remove(store.list()[0].digest)
    assert not load(store, exercise=False)


def test_two_sources_of_events_are_held_one_at_a_time(tmp_path: Path) -> None:
    store = put(tmp_path, made.rows(30), "a", 0)
    one = store.list()[0]
    other = replace(one.card, key="own_list", title="A list of my own", namespace="own_list")
    shorter = store.table(one).slice(0, 12)
    store.commit(Draft(EVENTS, shorter, other, one.coverage), now=made.NOW + dt.timedelta(hours=1))
    newest, first = load(store, exercise=False), load(store, exercise=False, source="ucdp")
    assert newest.sources == {"own_list": "A list of my own", "ucdp": one.card.title}
    assert (newest.source, len(newest.events)) == ("own_list", 12)
    assert (first.source, len(first.events)) == ("ucdp", 30)
    assert [each.card.key for each in first.apart] == ["own_list"]
    assert {each.digest for each in newest.everything} == {each.digest for each in store.list()}
    assert load(store, exercise=False, source="no such source").source == "own_list"
