"""The second source of events, its known doubles, and that the two are never added."""

import functools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.draft import EVENTS
from data.exercise.build import EVENT_SOURCES, SOURCES, _draft
from data.exercise.cards import card, coverage
from data.exercise.geography import distances_km
from data.exercise.world import COUNTRIES, DEFAULT_SEED
from data.holdings import load
from data.store import Store
from tests.data.exercised import exercise


@functools.cache
def frame(source: str) -> pd.DataFrame:
    table = exercise().tables[source].to_pandas().set_index("id")
    table["day"] = pd.to_datetime(table["date_end"])
    return table


@functools.cache
def pairs() -> pd.DataFrame:
    return exercise().links.to_pandas()


def test_ids_say_exercise_and_source() -> None:
    assert frame("ex_b").index.str.fullmatch(r"EX-B-\d+").all()
    assert frame("ex_b").index.is_unique


def test_each_source_has_a_namespace_of_its_own() -> None:
    cards = [card(source, DEFAULT_SEED) for source in SOURCES]
    assert len({one.namespace for one in cards}) == len(SOURCES)
    assert all(one.title.startswith("EXERCISE") and "SIMULATED" in one.citation for one in cards)
    assert coverage("ex_b") == coverage("ex_a")


def test_only_one_source_of_events_is_counted(tmp_path: Path) -> None:
    """Ex_a unless the other is asked for; never the sum."""
    store = Store(tmp_path)
    for source in EVENT_SOURCES:
        store.commit(_draft(source, exercise().tables[source], DEFAULT_SEED))
    assert len(store.current(EVENTS, exercise=True)) == 2
    first, second = load(store, exercise=True), load(store, exercise=True, source="ex_b")
    assert (first.source, second.source) == EVENT_SOURCES
    for held in (first, second):
        assert held.details.num_rows == exercise().tables[held.source].num_rows
        assert set(held.sources) == set(EVENT_SOURCES)


def test_links_name_records_that_are_held() -> None:
    assert pairs()["id_a"].isin(frame("ex_a").index).all()
    assert pairs()["id_b"].isin(frame("ex_b").index).all()
    assert pairs()["id_a"].is_unique
    assert pairs()["id_b"].is_unique
    assert 0.72 < len(pairs()) / len(frame("ex_a")) < 0.88


def test_both_tell_of_the_same_happening() -> None:
    a, b = (frame(source).loc[pairs()[name]] for source, name in zip(EVENT_SOURCES, ("id_a", "id_b"), strict=True))
    assert (a["kind"].to_numpy() == b["kind"].to_numpy()).all()
    assert (a["country_code"].to_numpy() == b["country_code"].to_numpy()).all()
    assert (a["actor_a"].to_numpy() == b["actor_a"].to_numpy()).all()
    days = (b["day"].to_numpy() - a["day"].to_numpy()).astype("timedelta64[D]").astype(int)
    assert np.array_equal(days, pairs()["days"])
    assert np.abs(days).max() == 2
    assert (days == 0).mean() == pytest.approx(0.84, abs=0.02)
    km = distances_km(*(one[name].to_numpy() for one in (a, b) for name in ("latitude", "longitude")))
    assert km == pytest.approx(pairs()["km"], abs=0.01)
    exact = (a["place_precision"].to_numpy() == 1) & (b["place_precision"].to_numpy() == 1)
    assert np.median(km[exact]) < 0.5
    assert km[exact].max() < 3


def test_deaths_differ_in_some_pairs_only() -> None:
    a, b = (frame(source).loc[pairs()[name]] for source, name in zip(EVENT_SOURCES, ("id_a", "id_b"), strict=True))
    lethal = a["deaths_best"].to_numpy() >= 5
    differs = (a["deaths_best"].to_numpy() != b["deaths_best"].to_numpy())[lethal].mean()
    assert 0.15 < differs < 0.35


def test_tiers_say_what_can_be_found() -> None:
    """Strict: 1 km and the same day; loose: 5 km and two days (methods.md 11)."""
    tier, km, days = pairs()["tier"], pairs()["km"], pairs()["days"].abs()
    assert ((km <= 1.0) & (days == 0))[tier == "strict"].all()
    assert ((km <= 5.0) & (days <= 2))[tier == "loose"].all()
    assert ((km > 5.0) | (days > 2))[tier == "beyond"].all()
    assert tier.value_counts(normalize=True)["strict"] > 0.45
    assert tier.value_counts(normalize=True)["beyond"] > 0.1


def test_it_records_what_the_first_leaves_out() -> None:
    table = frame("ex_b")
    own = table[~table.index.isin(pairs()["id_b"])]
    assert len(table) > 1.4 * len(frame("ex_a"))
    assert (frame("ex_a")["kind"] != "other").all()
    other = table["kind"] == "other"
    assert 0.2 < other.mean() < 0.35
    assert (table.loc[other, "deaths_best"] == 0).all()
    assert not table.loc[other, "civilian_harm"].any()
    assert set(table.loc[other, "event_type"].str.split(":").str[0]) == {"protests", "riots", "strategic developments"}
    quiet = own[(own["kind"] == "one-sided") & (own["deaths_best"] == 0)]
    assert len(quiet) > 5000
    assert quiet["civilian_harm"].all()


def test_what_is_known_to_a_province_stands_on_its_seat() -> None:
    """Precision 4 piles up on few points, one or two a province; a district's on its towns; nothing is worse than 4."""
    table = frame("ex_b")
    assert set(table["place_precision"]) == {1, 3, 4}
    coarse = table[table["place_precision"] == 4]
    points = coarse.groupby("area", observed=True)[["latitude", "longitude"]].agg(lambda one: one.round(4).nunique())
    assert points.to_numpy().max() <= 2
    assert 0.06 < len(coarse) / len(table) < 0.12


def test_a_record_lies_in_the_country_it_names() -> None:
    table = frame("ex_b")
    named = table["area_country"].notna()
    assert named.mean() > 0.99
    assert (table["area_country"].astype(str) == table["country_code"].astype(str))[named].mean() > 0.999


def test_it_ends_where_the_first_ends() -> None:
    table = frame("ex_b")
    for country in COUNTRIES:
        assert table.loc[table["country_code"] == country.code, "day"].max() <= pd.Timestamp(country.last)
