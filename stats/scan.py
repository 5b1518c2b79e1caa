"""Prospective space-time scan: which disk, over which last periods, exceeds what was expected most (methods.md 6).

A confirmatory report, never the map's alarm. Its p is that of the largest ratio of the whole map, under counts that
vary as these do: with Poisson noise the nominal 5 % fired on every noisy map without a rise.
"""

from dataclasses import dataclass
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from geo.coverage import State
from geo.cube import Cube
from geo.errors import ValueRefused
from geo.frozen import frozen
from stats.scan_models import (
    LEAST_EXPECTED,
    Numbers,
    ScanModel,
    expected_before,
    expected_by_margins,
    expected_by_people,
    log_ratio,
)
from stats.scan_zones import Zones

DURATIONS: Final = 12
SIMULATIONS: Final = 999
SEED: Final = 20_240_101
_NO_TOTAL: Final = -1.0


@dataclass(frozen=True, slots=True)
class Scan:
    """`ratio` and `relative_risk` (zones, durations), the `zone` and `duration` of the largest, and its chance.

    `simulated` (simulations,) are the largest ratios of maps without a rise, `dispersion` the variance of their counts
    beyond Poisson (variance = mean + dispersion mean^2). `zone` is -1 where no cylinder exceeds what was expected.
    """

    zones: Zones
    ratio: Numbers
    relative_risk: Numbers
    zone: int
    duration: int
    simulated: Numbers
    dispersion: float

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("ratio", "relative_risk", "simulated"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def largest(self) -> float:
        """The scan statistic; 0 where nothing exceeds what was expected."""
        return float(self.ratio.max(initial=0.0))

    @property
    def p(self) -> float:
        """Share of the simulated maps, this one among them, with as large a ratio or a larger one."""
        return (1 + int((self.simulated >= self.largest).sum())) / (1 + len(self.simulated))

    @property
    def p_gumbel(self) -> float:
        """The tail of a Gumbel distribution with the simulated mean and variance: for a small p."""
        return gumbel_tail(self.simulated, self.largest)


def gumbel_tail(simulated: Numbers, value: float) -> float:
    """Return P(>= value) of the Gumbel distribution fitted by moments; NaN with fewer than two different values."""
    spread = float(simulated.std(ddof=1)) if len(simulated) > 1 else 0.0
    if spread == 0.0:
        return float("nan")
    scale = spread * np.sqrt(6.0) / np.pi
    mode = float(simulated.mean()) - np.euler_gamma * scale
    return float(-np.expm1(-np.exp(-(value - mode) / scale)))


def scan(  # noqa: PLR0913 - each choice is one word of a call
    cube: Cube,
    zones: Zones,
    end: int,
    *,
    model: ScanModel = ScanModel.EXPECTATION,
    people: Numbers | None = None,
    durations: int = DURATIONS,
    simulations: int = SIMULATIONS,
    seed: int = SEED,
) -> Scan:
    """Scan the periods before `end`; cell-periods that were not observed count and expect nothing.

    Raises `ValueRefused` for a history no longer than `durations` (expectation-based), for more durations than periods,
    and for the population-based model without people.
    """
    seen = cube.state[:end] == State.OBSERVED
    values = np.where(seen, cube.values[:end], 0)
    if not 1 <= durations <= max(len(values), 1):
        raise ValueRefused("more periods are scanned than there are", column="durations", value=durations)
    if model is ScanModel.POPULATION and people is None:
        raise ValueRefused("a population-based scan needs people", column="people", remedy="Load a population.")
    if model is ScanModel.EXPECTATION:
        expected = expected_before(values, seen, durations)
    elif people is not None and model is ScanModel.POPULATION:
        expected = expected_by_people(values, seen, people)
    else:
        expected = expected_by_margins(values, seen)
    values = np.where(expected > 0, values, 0)
    ratio, risk = cylinders(values, expected, zones, durations, model)
    zone, duration = np.unravel_index(np.argmax(ratio), ratio.shape) if ratio.size and ratio.max() > 0 else (-1, -1)
    extra = dispersion(values, expected, durations)
    rests_on = seen[: len(seen) - durations].sum(axis=0)
    rng = np.random.default_rng(seed)
    drawn = largest_by_chance(
        expected, zones, durations, model, extra=extra, rng=rng, simulations=simulations, rests_on=rests_on
    )
    return Scan(zones, ratio, risk, int(zone), int(duration) + 1, drawn, extra)


def cylinders(
    values: NDArray[np.integer], expected: Numbers, zones: Zones, durations: int, model: ScanModel
) -> tuple[Numbers, Numbers]:
    """Return the log likelihood ratio and the count over the expected one, at least 1 (zones, durations)."""
    counts, means = (_by_duration(part, durations) for part in (values.astype(np.float64), expected))
    total = _NO_TOTAL if model is ScanModel.EXPECTATION else float(values.sum())
    return _ratios(zones.begins, zones.units, counts, means, total)  # type: ignore[no-any-return]  # a compiled function


def dispersion(values: NDArray[np.integer], expected: Numbers, durations: int) -> float:
    """Return by how much counts before the last `durations` vary beyond Poisson: sum (s^2 - m) / sum m^2.

    m and s^2 are mean and sample variance of each unit, m^2 less the variance of m. 0 where counts vary no more, or
    where fewer than two periods lie before.
    """
    before = slice(0, len(values) - durations)
    used = expected[before] > 0
    number = used.sum(axis=0)
    enough = number > 1
    x = np.where(used, values[before], 0)[:, enough].astype(np.float64)
    number, used = number[enough], used[:, enough]
    mean = x.sum(axis=0) / number
    variance = np.where(used, (x - mean) ** 2, 0.0).sum(axis=0) / (number - 1)
    squares = float((mean**2 - variance / number).sum())  # the square of a mean is too large by its own variance
    return max(float((variance - mean).sum()) / squares, 0.0) if squares > 0 else 0.0


def _by_duration(values: Numbers, durations: int) -> Numbers:
    """Return the sum of each unit over its last 1, 2, ... periods (units, durations)."""
    return np.ascontiguousarray(np.cumsum(values[::-1][:durations], axis=0).T)


def largest_by_chance(  # noqa: PLR0913 - one simulation
    expected: Numbers,
    zones: Zones,
    durations: int,
    model: ScanModel,
    *,
    extra: float,
    rng: np.random.Generator,
    simulations: int,
    rests_on: NDArray[np.integer] | None = None,
) -> Numbers:
    """Return the largest ratio of each simulated map: counts of mean `expected` and dispersion `extra`.

    Expectation-based, each unit's own mean is measured anew from `rests_on` (units,) periods: taken as known (None) it
    would make chance look smaller than it is. The other two models measure theirs from the simulated counts.
    """
    whole = model is not ScanModel.EXPECTATION
    base = expected if whole else expected[-durations:]
    means = _by_duration(expected, durations)
    largest = np.zeros(simulations)
    for turn in range(simulations):
        rate = base * rng.gamma(1.0 / extra, extra, base.shape) if extra > 0 else base
        drawn = rng.poisson(rate)
        total = _NO_TOTAL
        if whole:
            total = float(drawn.sum())
            seen = expected > 0
            again = expected_by_margins(drawn, seen) if model is ScanModel.PERMUTATION else _scaled(expected, total)
            means = _by_duration(again, durations)
        elif rests_on is not None:
            means = _by_duration(_measured_again(base, rests_on, extra, rng), durations)
        counts = _by_duration(drawn.astype(np.float64), durations)
        largest[turn] = _largest(zones.begins, zones.units, counts, means, total)
    return largest


def _measured_again(base: Numbers, rests_on: NDArray[np.integer], extra: float, rng: np.random.Generator) -> Numbers:
    """Return means as a baseline of `rests_on` periods would give them: their sum is negative binomial, too."""
    number = np.maximum(rests_on, 1).astype(np.float64)
    total = base.max(axis=0) * number
    if extra > 0:
        total = total * rng.gamma(number / extra, extra / number)
    mean = rng.poisson(total) / number
    return np.where(base > 0, np.where(mean > 0, mean, LEAST_EXPECTED), 0.0)


def _scaled(expected: Numbers, total: float) -> Numbers:
    return expected * (total / max(float(expected.sum()), LEAST_EXPECTED))


@numba.njit(cache=True, nogil=True)
def _ratios(begins: NDArray[np.int64], units: NDArray[np.int32], counts: Numbers, means: Numbers, total: float) -> Any:  # noqa: ANN401 - a kernel
    zones, durations = len(begins) - 1, counts.shape[1]
    ratio, risk = np.zeros((zones, durations)), np.ones((zones, durations))
    for zone in range(zones):
        for d in range(durations):
            count, expected = 0.0, 0.0
            for at in range(begins[zone], begins[zone + 1]):
                count += counts[units[at], d]
                expected += means[units[at], d]
            ratio[zone, d] = log_ratio(count, expected, total)
            if count > expected > 0:
                risk[zone, d] = count / expected
    return ratio, risk


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _largest(begins: NDArray[np.int64], units: NDArray[np.int32], counts: Numbers, means: Numbers, total: float) -> Any:  # noqa: ANN401 - a kernel
    durations = counts.shape[1]
    count, expected = np.empty(durations), np.empty(durations)
    best = 0.0
    for zone in range(len(begins) - 1):
        count[:], expected[:] = 0.0, 0.0
        for at in range(begins[zone], begins[zone + 1]):
            for d in range(durations):
                count[d] += counts[units[at], d]
                expected[d] += means[units[at], d]
        for d in range(durations):
            best = max(best, log_ratio(count[d], expected[d], total))
    return best
