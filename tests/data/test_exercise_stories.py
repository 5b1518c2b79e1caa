"""Every storyline is in the exercise of every seed, at other places and dates, and the truth names it."""

import datetime as dt
import functools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.exercise import geography, storylines
from data.exercise.build import EVENT_SOURCES, Exercise
from data.exercise.geography import Geography, distances_km
from data.exercise.storylines import STORYLINES, Plot
from data.exercise.world import CLOCK, COUNTRIES, DEFAULT_SEED, stream
from tests.data.exercised import exercise

QUICK = (DEFAULT_SEED, 7)
SEEDS = [*QUICK, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(101, 119))]
LONG = pd.Timedelta(days=364)


@functools.cache
def world() -> Geography:
    return geography.load()


def truth(made: Exercise) -> list[dict[str, Any]]:
    return made.truth.to_pylist()


def events(made: Exercise, source: str = "ex_a") -> pd.DataFrame:
    table = made.tables[source].to_pandas()
    for column in ("date_start", "date_end"):
        table[column] = pd.to_datetime(table[column])
    return table


def around(table: pd.DataFrame, row: dict[str, Any], km: float) -> pd.DataFrame:
    apart = distances_km(table["latitude"].to_numpy(), table["longitude"].to_numpy(), row["latitude"], row["longitude"])
    return table[apart <= km]


def recent_and_usual(table: pd.DataFrame, row: dict[str, Any]) -> tuple[int, float]:
    """Incidents in the story's eight weeks, and in eight weeks of the year before them."""
    first, last = pd.Timestamp(row["first"]), pd.Timestamp(row["last"])
    recent = table["date_end"].between(first, last).sum()
    before = table["date_end"].between(first - LONG, first, inclusive="left").sum()
    return int(recent), float(before) * 8 / 52


def harm_around(made: Exercise, row: dict[str, Any], source: str = "ex_a") -> pd.DataFrame:
    table = events(made, source)
    radius = next(one.radius_km for one in made.stories if one.key == row["key"])
    return around(table[table["civilian_harm"] & (table["place_precision"] <= 3)], row, radius + 10)


def of_plot(made: Exercise, *plots: Plot) -> list[dict[str, Any]]:
    found = [row for row in truth(made) if row["plot"] in plots]
    assert found
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_storyline_is_there(seed: int) -> None:
    """All in one, so that a seed is made once: presence, windows, and what plain sums must see."""
    made = exercise(seed)
    assert {row["plot"] for row in truth(made)} == {str(plot) for plot in Plot}
    inside_the_clock(made)
    for row in of_plot(made, Plot.GROWTH, Plot.MASS_KILLING, Plot.SMALL_NUMBERS):
        recent, usual = recent_and_usual(harm_around(made, row), row)
        assert recent > 2 * usual, row["key"]
        assert recent >= 0.7 * row["recent"], row["key"]
    for row in of_plot(made, Plot.FADING):
        recent, usual = recent_and_usual(harm_around(made, row), row)
        assert recent < 0.7 * usual, row["key"]
    mass_killing(made)
    latent_risk(made)
    false_hot_spot(made)
    low_attention(made)
    displaced(made)
    late_reports(made)
    twice(made)


def inside_the_clock(made: Exercise) -> None:
    for row in truth(made):
        assert dt.date(2041, 1, 1) <= row["first"] <= row["last"] <= CLOCK, row["key"]
        assert row["must_see"]
    for source in EVENT_SOURCES:
        table = events(made, source)
        assert table["date_start"].min() >= pd.Timestamp(2041, 1, 1)
        assert table["date_end"].max() <= pd.Timestamp(CLOCK)


def mass_killing(made: Exercise) -> None:
    """The toll of 90 days is reached on the day after the imminent storyline ends, and not before."""
    (killing,), (imminent,) = of_plot(made, Plot.MASS_KILLING), of_plot(made, Plot.IMMINENT)
    assert imminent["follows"] == killing["key"]
    assert killing["response"]
    assert imminent["first"] < killing["first"] < imminent["last"] < killing["last"]
    there = harm_around(made, killing)

    def toll(last: dt.date) -> int:
        window = there["date_end"].between(pd.Timestamp(last) - pd.Timedelta(days=89), pd.Timestamp(last))
        return int(there.loc[window, "civilian_deaths"].sum())

    assert toll(killing["last"]) >= 250
    assert toll(imminent["last"] - dt.timedelta(days=14)) < 250


def latent_risk(made: Exercise) -> None:
    (row,) = of_plot(made, Plot.LATENT_RISK)
    recent, usual = recent_and_usual(harm_around(made, row), row)
    assert recent < 2 * usual + 2
    risk = made.tables["ex_risk"].to_pandas()
    issue = risk[risk["known_at"] == risk["known_at"].max()]
    assert around(issue, row, 40)["value"].median() > issue["value"].quantile(0.95)


def false_hot_spot(made: Exercise) -> None:
    (row,) = of_plot(made, Plot.FALSE_HOT_SPOT)
    assert row["place"] in {country.capital for country in COUNTRIES}
    harm = events(made)
    harm = around(harm[harm["civilian_harm"]], row, 5)
    coded = harm[harm["place_precision"] >= 4]
    recent, usual = recent_and_usual(coded, row)
    assert recent >= 15
    assert recent > 1.5 * usual
    really, _ = recent_and_usual(harm_around(made, row), row)
    assert really <= 4


def low_attention(made: Exercise) -> None:
    """Far fewer articles about the country for those killed there than about the usual one; the toll is not small."""
    (row,) = [row for row in of_plot(made, Plot.GROWTH) if row["attention"] == "low"]
    articles = made.tables["ex_attention"].to_pandas().groupby("country_code", observed=True)["value"].sum()
    killed = events(made).groupby("country_code", observed=True)["civilian_deaths"].sum()
    each = articles / killed
    assert killed[row["country_code"]] > 25
    assert each[row["country_code"]] < 0.6 * each.median()


def displaced(made: Exercise) -> None:
    (row,) = of_plot(made, Plot.DISPLACEMENT)
    flows = made.tables["ex_displacement"].to_pandas()
    flows = flows[flows["origin_area"].astype(str) == row["area"]]
    start = pd.to_datetime(flows["period_start"])
    during = flows["value"][start.between(pd.Timestamp(row["first"]), pd.Timestamp(row["last"]))].sum()
    year = flows["value"][start.between(pd.Timestamp(row["first"]) - LONG, pd.Timestamp(row["first"]))].sum()
    weeks = ((row["last"] - row["first"]).days + 1) / 7
    assert during / weeks > 1.5 * year / 52


def late_reports(made: Exercise) -> None:
    (row,) = of_plot(made, Plot.LATE_REPORTING)
    for source in EVENT_SOURCES:
        table = events(made, source)
        weekly = np.bincount((pd.Timestamp(CLOCK) - table["date_end"]).dt.days // 7)
        assert weekly[0] < 0.8 * weekly[2:10].mean(), source
        assert weekly[:2].mean() < 0.95 * weekly[2:10].mean(), source
    assert (row["last"] - row["first"]).days == 13


def twice(made: Exercise) -> None:
    (row,) = of_plot(made, Plot.TWO_SOURCES)
    linked = set(made.links["id_a"].to_pylist())
    there = events(made)
    there = there[there["civilian_harm"] & there["date_end"].between(*map(pd.Timestamp, (row["first"], row["last"])))]
    known = there["id"].isin(linked) & around(there, row, 150)["id"].reindex(there.index).notna()
    assert 10 <= row["links"] <= known.sum()


def test_the_default_seed_plays_the_storylines_as_written() -> None:
    assert exercise(DEFAULT_SEED).stories == STORYLINES


def test_another_seed_moves_places_and_dates() -> None:
    moved = exercise(7).stories
    assert [one.key for one in moved] == [one.key for one in STORYLINES]
    pairs = list(zip(moved, STORYLINES, strict=True))
    assert sum(new.town != old.town for new, old in pairs) >= len(pairs) - 2
    assert len({one.last_day for one in moved}) > len(moved) / 2
    assert all(new.last_day <= old.last_day and (old.last_day - new.last_day) % 7 == 0 for new, old in pairs)


def test_redrawn_storylines_keep_apart() -> None:
    """On 20 draws hardly any two reach into one another."""
    close = pairs = 0
    for seed in range(20):
        moved = storylines.redrawn(STORYLINES, world(), stream(seed, "redraw"))
        points = np.array([world().town(one.town, one.country) for one in moved])
        radius = np.array([one.radius_km for one in moved])
        apart = distances_km(points[:, :1], points[:, 1:], points[:, 0], points[:, 1])
        upper = np.triu(np.ones(apart.shape, dtype=bool), 1)
        close += int((apart < radius[:, None] + radius)[upper].sum())
        pairs += int(upper.sum())
        assert not {one.town for one in moved if one.plot is not Plot.FALSE_HOT_SPOT} & {
            country.capital for country in COUNTRIES
        }
    assert close <= 0.005 * pairs
