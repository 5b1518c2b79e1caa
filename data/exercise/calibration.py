"""What the simulator is calibrated on: aggregate figures of organised violence in real files (evidence.md, last table).

Resolution 5, place precision up to 3. The files span 8 to 14 years, the exercise 8: the busiest eight years of the
Sudanese and the Nigerian file have 1.7 and 1.3 times the whole file's rate; the exercise takes such years (`busier`).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Column:
    """One country's column. Shares are 0 to 1, sizes of a negative binomial, quantiles of deaths per incident."""

    active_share: float
    """Share of the country's cells with any incident in the whole period."""
    rate: float
    """Incidents per week in such a cell."""
    busier: float
    """How many times that rate the exercise takes."""
    size_whole: float
    size_half_year: float
    autocorrelation: tuple[float, float]
    """At lags of 1 and 13 weeks."""
    civilian_incidents: float
    civilian_deaths: float
    deaths_quantiles: tuple[tuple[float, float], ...]
    """(probability, deaths); above the last the tail is Pareto with `tail_index`, cut at `most`."""
    tail_index: float
    most: float
    """No incident kills more."""
    place_precision: tuple[float, ...]
    """Shares of codes 1 to 6."""
    date_precision: tuple[float, ...]
    """Shares of codes 1 to 5."""
    kinds: tuple[float, float, float]
    """Shares of state-based, non-state, one-sided."""
    actors: int
    """Actors with at least ten incidents."""
    zeros: float
    """Share of cell-weeks without an incident, in cells that ever had one."""
    deaths: tuple[float, float, float]
    """Deaths per incident: median, 95 % and 99 % quantile."""


COLUMNS = {
    "Sudan": Column(
        0.046, 0.007, 1.7, 0.07, 0.77, (0.35, 0.17), 0.57, 0.27,
        ((0.10, 0.5), (0.25, 1.0), (0.50, 2.5), (0.75, 9.0), (0.90, 26.0), (0.95, 48.0)), 1.37, 900.0,
        (0.391, 0.281, 0.162, 0.126, 0.036, 0.004), (0.79, 0.135, 0.009, 0.050, 0.016), (0.47, 0.18, 0.35), 25,
        0.994, (2.0, 48.0, 147.0),
    ),
    "Nigeria": Column(
        0.156, 0.011, 1.4, 0.32, 0.78, (0.13, 0.07), 0.33, 0.34,
        ((0.10, 0.5), (0.25, 1.0), (0.50, 3.0), (0.75, 9.0), (0.90, 23.0), (0.95, 40.0)), 1.49, 650.0,
        (0.560, 0.145, 0.213, 0.033, 0.048, 0.001), (0.84, 0.125, 0.009, 0.022, 0.004), (0.41, 0.30, 0.29), 32,
        0.991, (3.0, 40.0, 108.0),
    ),
    "Burkina Faso": Column(
        0.302, 0.008, 1.4, 0.12, 0.31, (0.04, 0.04), 0.44, 0.35,
        ((0.08, 0.5), (0.25, 1.5), (0.50, 4.0), (0.75, 10.0), (0.90, 20.0), (0.95, 31.0)), 1.90, 250.0,
        (0.474, 0.322, 0.073, 0.006, 0.123, 0.002), (0.79, 0.163, 0.009, 0.035, 0.003), (0.62, 0.04, 0.34), 6,
        0.993, (4.0, 31.0, 57.0),
    ),
}  # fmt: skip

LONGEST_DELAY_WEEKS: Final = 26

_KNOWN: Final = {
    "ex_a": ((0, 0.45), (1, 0.75), (2, 0.90), (4, 0.94), (8, 0.97), (13, 0.985), (LONGEST_DELAY_WEEKS, 1.0)),
    "ex_b": ((0, 0.35), (1, 0.70), (2, 0.92), (4, 0.96), (8, 0.98), (13, 0.99), (LONGEST_DELAY_WEEKS, 1.0)),
}


def known_by_age(source: str) -> NDArray[np.float64]:
    """Return the share of a source's records that are in at an age of 0, 1 ... 26 whole weeks (methods.md 12).

    No vintages of a real source are published as figures; the shares are set so that lags of 14 days hold nine tenths.
    """
    age, share = zip(*_KNOWN[source], strict=True)
    return np.asarray(np.interp(np.arange(LONGEST_DELAY_WEEKS + 1), age, share), dtype=np.float64)


REVISED: Final = 0.12
"""Share of lethal records whose deaths are changed once, three to twenty weeks after they came in."""

DELETED: Final = 0.02
"""Records taken back four to forty weeks after they came in, as a share of those that stayed: doubles of others."""
