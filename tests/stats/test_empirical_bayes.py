import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import gamma, nbinom

from geo.coverage import State
from stats.empirical_bayes import NOTHING_RECORDED, empirical_bayes, fit_prior, posterior
from tests.stats.building import cube_of, near, random_cube


def drawn(seed, units=4000, shape=0.7, mean=0.05):
    rng = np.random.default_rng(seed)
    exposure = rng.choice([26, 52, 104], units)
    return rng.poisson(rng.gamma(shape, mean / shape, units) * exposure), exposure


def test_the_prior_that_made_the_counts_is_found_again():
    prior = fit_prior(*drawn(1))
    assert prior.shape == pytest.approx(0.7, rel=0.1)
    assert prior.mean == pytest.approx(0.05, rel=0.05)


def test_no_other_prior_is_likelier():
    """Scipy's negative binomial and a search that shares nothing with ours."""
    counts, exposure = drawn(2, units=500)

    def unlikely(logs):
        a, m = np.exp(logs)
        return -nbinom.logpmf(counts, a, a / (a + m * exposure)).sum()

    prior = fit_prior(counts, exposure)
    best = minimize(unlikely, np.log([1.0, 0.1]), method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12})
    assert unlikely(np.log([prior.shape, prior.mean])) == pytest.approx(best.fun, abs=1e-7)
    assert [prior.shape, prior.mean] == pytest.approx(np.exp(best.x), rel=1e-5)


def test_the_posterior_is_the_gamma_of_theory():
    counts, exposure = drawn(3, units=50)
    prior = fit_prior(counts, exposure)
    mean, low, high = posterior(counts, exposure, prior, 0.9)
    known = gamma(prior.shape + counts, scale=1.0 / (prior.shape / prior.mean + exposure))
    np.testing.assert_allclose(mean, known.mean(), rtol=1e-10)
    np.testing.assert_allclose(low, known.ppf(0.05), rtol=1e-9)
    np.testing.assert_allclose(high, known.ppf(0.95), rtol=1e-9)


def test_counts_that_vary_no_more_than_chance_give_one_rate_for_all():
    counts = np.tile([4, 5, 6], 40)
    prior = fit_prior(counts, np.full(120, 10))
    mean, _, _ = posterior(counts, np.full(120, 10), prior)
    assert mean == pytest.approx(np.full(120, 0.5), abs=1e-3)


def test_only_what_was_observed_counts():
    cube = random_cube(4, rate=0.3, observed=0.7)
    found = empirical_bayes(cube, near(cube), slice(20, 120))
    other = np.where(cube.state == State.OBSERVED, cube.values, 800)
    again = empirical_bayes(cube_of(other, state=cube.state, units=cube.lattice.units), near(cube), slice(20, 120))
    np.testing.assert_array_equal(found.estimate, again.estimate)
    assert found.known.all()


def test_where_nothing_was_recorded_nothing_is_said():
    found = empirical_bayes(cube_of(np.zeros((9, 7))), near(cube_of(np.zeros((9, 7)))), slice(None))
    assert not found.known.any()
    assert found.note == NOTHING_RECORDED
