import numpy as np
import pytest
from scipy.stats import poisson

from geo.errors import ValueRefused
from stats import deaths_interval as module
from stats.deaths_interval import deaths_interval

UNIT = np.repeat([0, 2, 3], [200, 3, 1])
DEATHS = np.concatenate([np.ones(200, dtype=np.int64), [50, 1, 2], [7]])


def test_single_deaths_vary_as_poisson_counts_do():
    found = deaths_interval(UNIT, DEATHS, 5, draws=20_000)
    assert found.deaths.tolist() == [200, 0, 53, 7, 0]
    assert [found.low[0], found.high[0]] == pytest.approx(poisson.ppf([0.025, 0.975], 200), abs=2)


def test_what_hangs_on_one_incident_is_hardly_known():
    found = deaths_interval(UNIT, DEATHS, 5)
    assert found.low[2] <= 5
    assert found.high[2] >= 150
    assert (found.low[3], found.high[3]) == (0, 21)
    assert np.isnan(found.low[[1, 4]]).all()


def test_it_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(9)
    held = []
    for seed in range(200):
        number = rng.poisson(80)
        deaths = rng.negative_binomial(1, 0.25, number)
        found = deaths_interval(np.zeros(number, dtype=np.int64), deaths, 1, draws=400, seed=seed)
        held.append(found.low[0] <= 80 * 3.0 <= found.high[0])
    assert 0.88 <= np.mean(held) <= 0.99


def test_neither_order_nor_chunks_matter_and_one_seed_gives_one_answer(monkeypatch):
    order = np.random.default_rng(1).permutation(len(UNIT))
    one = deaths_interval(UNIT, DEATHS, 5)
    two = deaths_interval(UNIT[order], DEATHS[order], 5)
    assert np.array_equal([one.low, one.high], [two.low, two.high], equal_nan=True)
    assert not np.array_equal(one.low, deaths_interval(UNIT, DEATHS, 5, seed=4, draws=501).low, equal_nan=True)
    monkeypatch.setattr(module, "_MOST_AT_ONCE", 1000)
    assert np.array_equal(deaths_interval(UNIT, DEATHS, 5).high, one.high, equal_nan=True)


def test_one_place_changes_no_other_and_its_name_does_not_matter():
    one = deaths_interval(UNIT, DEATHS, 5)
    renamed = deaths_interval(4 - UNIT, DEATHS, 5)
    assert np.array_equal(renamed.high[::-1], one.high, equal_nan=True)
    more = deaths_interval(np.append(UNIT, [1, 1]), np.append(DEATHS, [9, 4]), 5)
    assert np.array_equal(more.low[[0, 2, 3]], one.low[[0, 2, 3]])


def test_no_incident_at_all_and_what_cannot_be():
    nothing = np.zeros(0, dtype=np.int64)
    assert np.isnan(deaths_interval(nothing, nothing, 3).low).all()
    for unit, deaths in (([0, 5], [1, 1]), ([0, 0], [1, -1])):
        with pytest.raises(ValueRefused, match="row 1"):
            deaths_interval(np.array(unit), np.array(deaths), 5)


def test_times_drawn_are_poisson_quantiles():
    chance = np.random.default_rng(3).random((4, 500))
    times = np.array([1, 7, 1, 400])
    assert np.array_equal(module._times_drawn(chance, times), poisson.ppf(chance, times[:, None]))
