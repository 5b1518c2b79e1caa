"""Stocks that agree with flows, and forecast distributions that mean what they say."""

import numpy as np
import pandas as pd
import pytest

from data.exercise import forecasts, geography, stocks
from data.exercise.forecasts import MEASURES, QUANTILES
from geo.cells import parents
from tests.data.exercised import exercise

SEEDS = [2041, pytest.param(7, marks=pytest.mark.slow), pytest.param(11, marks=pytest.mark.slow)]


def observed(source: str, seed: int = 2041) -> pd.DataFrame:
    table = exercise(seed).tables[source].to_pandas()
    for column in ("period_start", "period_end", "known_at"):
        table[column] = pd.to_datetime(table[column])
    return table


def by_month(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """People by area and month."""
    rows = table[table["measure"] == measure]
    month = (rows["period_end"] - pd.Timedelta(days=1)).dt.to_period("M")
    return rows.pivot_table(index="area", columns=month, values="value", aggfunc="sum", observed=True)


def test_stocks_are_what_flows_leave_behind() -> None:
    """Stock = stock before + people who came - people who went home, in every area and month, to the person."""
    table = observed("ex_stock")
    stock, home = (by_month(table, name).fillna(0.0) for name in ("displaced_stock", "displaced_returned"))
    came = by_month(observed("ex_displacement"), "displaced_new").reindex(index=stock.index, columns=stock.columns)
    step = stock.diff(axis=1)
    step.iloc[:, 0] = stock.iloc[:, 0]
    assert np.array_equal(step.to_numpy(), (came.fillna(0.0) - home).to_numpy())
    assert (stock.to_numpy() >= 0).all()
    assert home.to_numpy().sum() > 0.3 * came.to_numpy()[~came.isna().to_numpy()].sum()


def test_stocks_and_flows_never_share_a_measure_or_a_kind() -> None:
    both = pd.concat([observed("ex_stock"), observed("ex_displacement")])
    kinds = both.groupby("measure", observed=True)["kind"].agg(set)
    assert kinds.to_dict() == {"displaced_stock": {"stock"}, "displaced_returned": {"flow"}, "displaced_new": {"flow"}}


def test_a_stock_is_a_day_and_a_month_end() -> None:
    stock = observed("ex_stock")
    stock = stock[stock["measure"] == "displaced_stock"]
    assert (stock["period_end"] - stock["period_start"] == pd.Timedelta(days=1)).all()
    assert (stock["period_end"].dt.day == 1).all()
    assert stock["period_start"].max() == pd.Timestamp(stocks.last_day())
    assert stock["area"].notna().all()
    assert not stock.duplicated(["area", "period_start"]).any()


def test_the_first_issue_has_a_mean_and_five_quantiles_in_order() -> None:
    table = observed("ex_forecast")
    wide = table.assign(quantile=table["quantile"].fillna(-1)).pivot_table(
        index=["known_at", "measure", "cell"], columns="quantile", values="value", observed=True
    )
    assert wide.columns.to_list() == [-1, *QUANTILES]
    assert wide.notna().all(axis=None)
    assert (np.diff(wide[list(QUANTILES)].to_numpy(), axis=1) >= 0).all()
    assert set(table["measure"]) == set(MEASURES)
    assert (table["kind"] == "forecast").all()


def outcomes(table: pd.DataFrame, seed: int) -> pd.Series:
    """What happened in each cell and issue of the incident forecasts, from the records."""
    events = exercise(seed).tables["ex_a"].to_pandas()
    events = events[(events["place_precision"] <= 3) & events["civilian_harm"]]
    cell = parents(events["cell"].to_numpy(np.uint64), 4)
    day = pd.to_datetime(events["date_end"]).to_numpy()
    out = []
    for known, rows in table.groupby("known_at"):
        inside = (day >= known.to_datetime64()) & (day < (known + pd.Timedelta(days=90)).to_datetime64())
        counts = pd.Series(1, index=cell[inside]).groupby(level=0).sum()
        out.append(pd.Series(counts.reindex(rows["cell"].to_numpy()).fillna(0).to_numpy(), index=rows.index))
    return pd.concat(out)


@pytest.mark.parametrize("seed", SEEDS)
def test_distributions_are_calibrated(seed: int) -> None:
    """Randomised PIT over four whole issues: each quantile is passed about as often as it says, storylines or not."""
    table = observed("ex_forecast", seed)
    table = table[(table["measure"] == "risk_incidents") & (table["known_at"] <= "2048-09-01")]
    assert table["known_at"].nunique() >= 4
    wide = table[table["quantile"].notna()].pivot_table(
        index=["known_at", "cell"], columns="quantile", values="value", observed=True
    )
    flat = wide.reset_index()
    happened = outcomes(flat, seed).reindex(flat.index).to_numpy()
    quantiles = wide.to_numpy()
    levels = np.array([0.0, *QUANTILES, 1.0])
    low = levels[(quantiles < happened[:, None]).sum(axis=1)]
    high = levels[(quantiles <= happened[:, None]).sum(axis=1) + 1]
    pit = low + (high - low) * np.random.default_rng(0).random(len(low))
    for level in QUANTILES:
        assert (pit <= level).mean() == pytest.approx(level, abs=0.04), level
    busy = quantiles[:, QUANTILES.index(0.75)] >= 1
    assert busy.sum() > 400
    for level in QUANTILES:
        assert (pit[busy] <= level).mean() == pytest.approx(level, abs=0.09), level
    mean = table[table["quantile"].isna()].set_index(["known_at", "cell"])["value"].reindex(wide.index).to_numpy()
    assert mean.sum() == pytest.approx(happened.sum(), rel=0.3)
    assert np.corrcoef(mean, happened)[0, 1] > 0.4


def test_no_distribution_knows_its_future() -> None:
    """An issue is what it was when later records are cut away; the cells that it tells about are fixed by the past."""
    events = exercise().tables["ex_a"]
    day = events["date_end"].to_numpy().astype("datetime64[D]")
    earlier = events.filter(day < np.datetime64("2048-06-01"))
    issues = [forecasts.table(geography.load(), one).to_pandas() for one in (events, earlier)]
    known = pd.Timestamp(2048, 6, 1).date()
    keys = ["known_at", "measure", "quantile", "cell"]
    first, second = (one[one["known_at"] <= known].set_index(keys)["value"] for one in issues)
    shared = first.index.intersection(second.index)
    assert len(shared) > 0.9 * len(first)
    assert np.array_equal(first.loc[shared].to_numpy(), second.loc[shared].to_numpy())
