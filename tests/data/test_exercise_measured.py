"""The exercise against the aggregate figures it is calibrated on, and the page that prints them."""

import functools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.exercise import geography, measured
from data.exercise.calibration import COLUMNS, known_by_age
from data.exercise.measured import ABSOLUTE, FACTOR, RELATIVE, Figure
from tests.data.exercised import exercise

PAGE = Path(__file__).parents[2] / "docs" / "exercise.md"
SEEDS = [2041, pytest.param(7, marks=pytest.mark.slow), pytest.param(11, marks=pytest.mark.slow)]
EVIDENCE = {
    "cells ever active, share": (0.046, 0.156, 0.302),
    "zero cell-weeks there, share": (0.994, 0.991, 0.993),
    "negative-binomial size, whole period": (0.07, 0.32, 0.12),
    "negative-binomial size, within 26 weeks": (0.77, 0.78, 0.31),
    "autocorrelation, 1 week": (0.35, 0.13, 0.04),
    "autocorrelation, 13 weeks": (0.17, 0.07, 0.04),
    "civilian share of incidents": (0.57, 0.33, 0.44),
    "civilian share of deaths": (0.27, 0.34, 0.35),
    "deaths per incident, median": (2, 3, 4),
    "deaths per incident, 95 %": (48, 40, 31),
    "deaths per incident, 99 %": (147, 108, 57),
    "tail index of deaths": (1.37, 1.49, 1.90),
    "place precision 4 and worse, share": (0.166, 0.082, 0.131),
    "date known to the day, share": (0.79, 0.84, 0.79),
    "actors with 10 incidents or more": (25, 32, 6),
}
"""Sudan, Nigeria, Burkina Faso, as evidence.md prints them."""


@functools.cache
def figures(seed: int) -> list[Figure]:
    return measured.figures(exercise(seed), geography.load())


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_is_within_its_tolerance(seed: int) -> None:
    found = figures(seed)
    assert len(found) == 3 * 16 + 2 * 5
    assert not [one for one in found if not one.met]


def test_targets_are_those_of_the_evidence() -> None:
    found = figures(2041)
    for name, wanted in EVIDENCE.items():
        told = {one.column: one.wanted for one in found if one.name == name}
        assert tuple(told[column] for column in COLUMNS) == pytest.approx(wanted, abs=0.0011), name


def test_the_page_is_current() -> None:
    text = PAGE.read_text("utf-8")
    begin, end = "<!-- figures: begin -->\n", "\n<!-- figures: end -->"
    printed = text[text.index(begin) + len(begin) : text.index(end)]
    assert printed == measured.page(figures(2041)), "print it anew with: python -m data.exercise"


@pytest.mark.parametrize(
    ("how", "tolerance", "measured_value", "met"),
    [
        (ABSOLUTE, 0.1, 2.09, True),
        (ABSOLUTE, 0.1, 2.11, False),
        (RELATIVE, 0.1, 1.81, True),
        (RELATIVE, 0.1, 1.79, False),
        (FACTOR, 2.0, 1.01, True),
        (FACTOR, 2.0, 0.99, False),
        (FACTOR, 2.0, 4.1, False),
    ],
)
def test_a_tolerance_means_what_it_says(how: str, tolerance: float, measured_value: float, *, met: bool) -> None:
    one = Figure("x", "y", 2.0, measured_value, tolerance, how)
    assert one.met is met
    assert replace(one, measured=2.0).met


def test_sizes_autocorrelation_and_tail_are_found_in_made_samples() -> None:
    rng = np.random.default_rng(1)
    counts = rng.negative_binomial(0.5, 0.5 / 0.9, size=(200, 520))
    assert measured.pooled_size((counts,)) == pytest.approx(0.5, rel=0.1)
    biased = 0.5 * (1.0 + 0.72 / 26 / 0.4**2)  # the squared mean of a short row exceeds the square of its expectation
    assert measured.pooled_size(measured.half_years((counts,))) == pytest.approx(biased, rel=0.1)
    noise = rng.normal(size=(300, 400))
    series = noise[:, 1:] + 0.5 * noise[:, :-1]  # a moving average: 0.5 / 1.25 at lag 1
    assert measured.autocorrelation((series,), 1) == pytest.approx(0.4, abs=0.02)
    assert measured.autocorrelation((series,), 13) == pytest.approx(0.0, abs=0.02)
    deaths = np.round(29.5 * (1.0 - rng.random(20_000)) ** (-1 / 1.4))
    assert measured.tail_index(deaths) == pytest.approx(1.4, rel=0.05)


@pytest.mark.parametrize("source", ["ex_a", "ex_b"])
def test_the_lag_of_14_days_holds_nine_tenths(source: str) -> None:
    assert known_by_age(source)[2] >= 0.9
