"""The exercise: marks that keep it from being taken for real, storylines that plain sums can see, the store."""

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from data.canonical import content_digest
from data.events import check_events
from data.exercise import actors, geography, risk, storylines
from data.exercise.build import EVENT_SOURCES, LINKS, SOURCES, TRUTH, Exercise, _draft, build
from data.exercise.geography import distances_km
from data.exercise.storylines import STORYLINES, Plot
from data.exercise.world import CLOCK, COUNTRIES, stream
from data.observations import check_observations
from data.store import Store
from geo.cells import parents
from tests.data.exercised import exercise

OBSERVED = [source for source in SOURCES if source not in EVENT_SOURCES]
FINAL = pd.Timestamp("2048-12-13")
RECENT = FINAL - pd.Timedelta(days=56)
YEAR_BEFORE = RECENT - pd.Timedelta(days=364)
WORDS_OF_REAL_GROUPS = re.compile(
    r"front|army|jihad|state|islam|qa.?ida|haram|liberation|movement|brigade|militia|forces?\b|union|congress|council|defen[cs]e|"
    r"support|rapid|janjaweed|balaka|seleka|dozo|koglweogo|fulani|tuareg|white|black|axe|bandit|vigilante|coalition|government|"
    r"splm|spla|rsf|jnim|iswap|wagner|africa|sudan|mali|niger|chad|sahel|darfur|azawad|lord|resistance|revolution",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    return as_frame(exercise())


def as_frame(made: Exercise) -> pd.DataFrame:
    table = made.tables["ex_a"].to_pandas()
    for column in ("date_start", "date_end"):
        table[column] = pd.to_datetime(table[column])
    return table.assign(story=made.recorded.story)


def observed(source: str) -> pd.DataFrame:
    table = exercise().tables[source].to_pandas()
    for column in ("period_start", "period_end", "known_at"):
        table[column] = pd.to_datetime(table[column])
    return table


def story(key: str) -> storylines.Storyline:
    return next(one for one in STORYLINES if one.key == key)


def near(table: pd.DataFrame, key: str, km: float) -> pd.Series:
    truth = exercise().truth.to_pandas().set_index("key").loc[key]
    apart = distances_km(
        table["latitude"].to_numpy(), table["longitude"].to_numpy(), truth["latitude"], truth["longitude"]
    )
    return pd.Series(apart <= km, index=table.index)


def recent_and_usual(table: pd.DataFrame) -> tuple[int, float]:
    """Incidents in the eight weeks to 13 Dec 2048, and in eight weeks of the year before."""
    recent = table["date_end"].between(RECENT, FINAL, inclusive="right").sum()
    before = table["date_end"].between(YEAR_BEFORE, RECENT, inclusive="right").sum()
    return int(recent), float(before) * 8 / 52


def placed_harm(events: pd.DataFrame, key: str) -> pd.DataFrame:
    harm = events[events["civilian_harm"] & (events["place_precision"] <= 3)]
    return harm[near(harm, key, story(key).radius_km + 10)]


def test_every_table_keeps_its_schema() -> None:
    tables = exercise().tables
    assert set(tables) == set(SOURCES)
    for source in SOURCES:
        check = check_events if source in EVENT_SOURCES else check_observations
        assert check(tables[source]) == (), source


def test_size(events: pd.DataFrame) -> None:
    assert 20_000 < len(events) < 30_000
    assert len(observed("ex_displacement")) <= 60_000


def test_ids_say_exercise(events: pd.DataFrame) -> None:
    assert events["id"].str.fullmatch(r"EX-A-\d+").all()
    assert events["id"].is_unique


def test_every_row_says_exercise(events: pd.DataFrame) -> None:
    assert events["exercise"].all()
    assert all(pc.all(table["exercise"]).as_py() for table in exercise().tables.values())
    assert all(pc.all(table["exercise"]).as_py() for table in (exercise().truth, *exercise().vintages.values()))


def test_dates_are_of_the_exercise(events: pd.DataFrame) -> None:
    assert events["date_start"].min() >= pd.Timestamp(2041, 1, 1)
    assert events["date_end"].max() <= pd.Timestamp(CLOCK)
    assert dt.date(2048, 12, 27) == CLOCK
    for source in OBSERVED:
        assert observed(source)["period_start"].min() >= pd.Timestamp(2041, 1, 1) - pd.Timedelta(days=1)
        assert observed(source)["known_at"].max() <= pd.Timestamp(CLOCK)


def test_actors_are_invented(events: pd.DataFrame) -> None:
    names = set(events["actor_a"]) | set(events["actor_b"]) - {actors.CIVILIANS}
    assert not [name for name in names if WORDS_OF_REAL_GROUPS.search(name)]
    assert all(re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", name) for name in names)
    assert set(events.loc[events["kind"] == "one-sided", "actor_b"]) == {actors.CIVILIANS}
    assert (events["actor_a"].astype(str) != events["actor_b"].astype(str)).all()


def test_no_name_serves_two_countries(events: pd.DataFrame) -> None:
    assert events.groupby("actor_a", observed=True)["country_code"].nunique().max() == 1


def test_no_row_where_no_source_looks(events: pd.DataFrame) -> None:
    covered = {country.code for country in COUNTRIES}
    assert set(events["country_code"]) == covered
    assert set(events["area_country"].dropna()) <= covered
    for source in OBSERVED:
        assert set(observed(source)["country_code"]) <= covered


def test_a_record_lies_in_the_country_it_names(events: pd.DataFrame) -> None:
    named = events["area_country"].notna()
    assert named.mean() > 0.99
    assert (events["area_country"].astype(str) == events["country_code"].astype(str))[named].mean() > 0.999


def test_niger_ends_in_2046(events: pd.DataFrame) -> None:
    ends = events[events["country_code"] == "NER"]["date_end"]
    assert pd.Timestamp(2046, 12, 1) < ends.max() <= pd.Timestamp(2046, 12, 31)
    assert "NER" not in set(observed("ex_risk")["country_code"])


def test_deaths_add_up(events: pd.DataFrame) -> None:
    parts = events[["deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"]].sum(axis=1)
    assert (parts == events["deaths_best"]).all()
    assert (events["deaths_low"] <= events["deaths_best"]).all()
    assert (events["deaths_best"] <= events["deaths_high"]).all()
    assert events["deaths_best"].max() <= 900


def test_late_reports_are_missing(events: pd.DataFrame) -> None:
    """The last two weeks are thinner than the eight before them, and not yet checked."""
    weekly = events.groupby((events["date_end"] - FINAL).dt.days.sub(1) // 7).size()
    assert weekly[1] < weekly[0] < 1.1 * weekly[-8:-1].mean()
    assert weekly[1] < 0.75 * weekly[-8:-1].mean()
    assert not events.loc[events["date_end"] > FINAL, "verified"].any()


def test_the_total_is_not_rising(events: pd.DataFrame) -> None:
    recent, usual = recent_and_usual(events[events["civilian_harm"]])
    assert recent < 1.1 * usual


def test_growth_around_damazin(events: pd.DataFrame) -> None:
    recent, usual = recent_and_usual(placed_harm(events, "damazin"))
    assert recent >= 28
    assert 6 < recent / usual < 10


def test_mass_killing_around_bria(events: pd.DataFrame) -> None:
    around = placed_harm(events, "bria")
    window = around["date_end"].between(FINAL - pd.Timedelta(days=90), FINAL, inclusive="right")
    assert around.loc[window, "civilian_deaths"].sum() >= 250
    recent, usual = recent_and_usual(around)
    assert recent > 4 * usual


@pytest.mark.parametrize(("key", "low", "high"), [("kadugli", 2.5, 6.0), ("bol", 3.0, 30.0)])
def test_other_rises(events: pd.DataFrame, key: str, low: float, high: float) -> None:
    recent, usual = recent_and_usual(placed_harm(events, key))
    assert low < recent / usual < high


@pytest.mark.parametrize("key", [one.key for one in STORYLINES if one.plot is Plot.FADING])
def test_falls(events: pd.DataFrame, key: str) -> None:
    recent, usual = recent_and_usual(placed_harm(events, key))
    assert recent < 0.5 * usual


def test_false_hot_spot_is_only_imprecise(events: pd.DataFrame) -> None:
    harm = events[events["civilian_harm"]]
    at_capital = harm[near(harm, "khartoum", 5)]
    coded = at_capital[at_capital["place_precision"] >= 4]
    recent, usual = recent_and_usual(coded)
    assert recent > 3 * usual
    assert coded.groupby(["latitude", "longitude"]).size().max() > 0.9 * len(coded), "one stand-in point"
    really, _ = recent_and_usual(placed_harm(events, "khartoum"))
    assert really <= 2
    assert (events.loc[exercise().recorded.only_coded, "place_precision"] >= 4).all()


def test_latent_risk_without_a_rise(events: pd.DataFrame) -> None:
    recent, usual = recent_and_usual(placed_harm(events, "mopti"))
    assert recent < 2 * usual + 2
    for _, issue in observed("ex_risk").groupby("known_at"):
        high = issue["value"].quantile(0.95)
        assert issue.loc[near(issue, "mopti", 40), "value"].median() > high


def test_risk_knows_only_its_past(events: pd.DataFrame) -> None:
    """An issue stays as it was when everything after its date is wiped out."""
    known = pd.Timestamp(2048, 6, 1)
    table = exercise().tables["ex_a"]
    late = (events["date_end"] >= known).to_numpy()
    harm = table["civilian_harm"].to_numpy() & ~late
    precision = np.where(late, 7, table["place_precision"].to_numpy()).astype(np.uint8)
    blind = table.set_column(table.schema.get_field_index("civilian_harm"), "civilian_harm", pa.array(harm))
    world = geography.load()
    issues = [risk.table(world, (), one, stream(2041, "risk")).to_pandas() for one in (table, blind)]
    before = [issue[issue["known_at"] <= known.date()].reset_index(drop=True) for issue in issues]
    pd.testing.assert_frame_equal(*before)
    after = [issue[issue["known_at"] > known.date()]["value"].sum() for issue in issues]
    assert after[0] > 1.05 * after[1]
    unplaced = table.set_column(table.schema.get_field_index("place_precision"), "place_precision", pa.array(precision))
    listed = risk.table(world, (), unplaced, stream(2041, "risk")).to_pandas()
    listed = listed[listed["known_at"] <= known.date()]
    assert set(zip(listed["known_at"], listed["cell"], strict=True)) == set(
        zip(before[0]["known_at"], before[0]["cell"], strict=True)
    ), "a cell is listed only when it is known"


def test_risk_is_skilful_and_not_perfect(events: pd.DataFrame) -> None:
    """It beats the base rate (Brier skill), and its probabilities mean what they say on the whole."""
    forecasts = observed("ex_risk")
    assert forecasts["known_at"].nunique() == 12
    assert ((forecasts["low"] <= forecasts["value"]) & (forecasts["value"] <= forecasts["high"])).all()
    harm = events[events["civilian_harm"] & (events["place_precision"] <= 3)]
    coarse = parents(harm["cell"].to_numpy(np.uint64), 4)
    skills, means = [], []
    for known, issue in forecasts.groupby("known_at"):
        window = harm["date_end"].between(known, known + pd.Timedelta(days=89)).to_numpy()
        happened = issue["cell"].isin(set(coarse[window].tolist())).astype(float)
        skills.append(1 - ((issue["value"] - happened) ** 2).mean() / happened.var(ddof=0))
        means.append(issue["value"].mean() / happened.mean())
    assert 0.1 < np.mean(skills[:9]) < 0.6
    assert 0.7 < np.mean(means[:9]) < 1.6


def test_people_leave_about_three_weeks_after_violence(events: pd.DataFrame) -> None:
    flows = observed("ex_displacement")
    week = pd.date_range("2041-01-07", "2048-11-30", freq="7D")
    harm = events[events["civilian_harm"] & (events["country_code"] != "NER")]
    start = harm["date_end"] - pd.to_timedelta(harm["date_end"].dt.day_of_week, unit="D")
    violence = harm.assign(start=start).pivot_table(
        index="start", columns="area", values="latitude", aggfunc="size", fill_value=0, observed=True
    )
    violence = violence.reindex(week, fill_value=0)
    people = flows.pivot_table(
        index="period_start", columns="origin_area", values="value", aggfunc="sum", fill_value=0, observed=True
    )
    people = people.reindex(week, fill_value=0)
    areas = violence.columns.intersection(people.columns)
    x, y = violence[areas].to_numpy(float), people[areas].to_numpy(float)
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    together = [(x[: len(x) - lag] * y[lag:]).sum() for lag in range(13)]
    assert 2 <= int(np.argmax(together)) <= 4


def test_displacement_is_from_area_to_area() -> None:
    flows = observed("ex_displacement")
    assert (flows["area"].astype(str) != flows["origin_area"].astype(str)).all()
    assert (flows["period_end"] - flows["period_start"] == pd.Timedelta(days=7)).all()
    assert flows["period_end"].max() == pd.Timestamp(2048, 12, 7)
    assert set(flows.loc[flows["period_start"] >= "2048-11-23", "state"]) == {"provisional"}


def test_build_fills_the_store_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    said: list[str] = []
    first = build(store, progress=said.append)
    assert first["made"]
    assert said
    assert sum(first["rows"].values()) == sum(manifest.kept for manifest in store.list())
    for manifest in store.list():
        assert manifest.exercise
        assert manifest.card.title.startswith("EXERCISE")
        assert "SIMULATED" in manifest.card.citation
        assert store.verify(manifest.digest) == ()
    spans = {span.country_code: span.last for span in store.get(first["digests"]["ex_a"]).coverage.spans}
    assert spans["NER"] == dt.date(2046, 12, 31)
    assert spans["SDN"] == CLOCK
    assert not {"ETH", "ERI"} & set(spans)
    assert (tmp_path / TRUTH).is_file()
    assert (tmp_path / LINKS).is_file()
    for source in SOURCES:
        draft = _draft(source, exercise().tables[source], 2041)
        assert content_digest(draft.table, draft.identity) == first["digests"][source], "the same seed, made twice"
    second = build(store)
    assert not second["made"]
    assert second["digests"] == first["digests"]
    (tmp_path / LINKS).unlink()
    assert build(store)["made"], "what lies beside the snapshots is made again"
    assert (tmp_path / LINKS).is_file()
    assert {manifest.digest for manifest in store.list()} == set(first["digests"].values())


@pytest.mark.slow
def test_another_seed_takes_the_place_of_the_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first, second = build(store, 2041), build(store, 7)
    assert first["digests"] != second["digests"]
    assert {manifest.digest for manifest in store.list()} == set(second["digests"].values())
    assert build(store, 2041)["digests"] == first["digests"]
