"""Forecasts as distributions: incidents against civilians and civilians killed in a cell in the next 90 days.

Each issue learns from its own past only: at earlier origins, cells of about the same expected number form a class, and
what then happened in the class is the distribution of every cell that is in it now. So it is calibrated as far as the
future is like the past. The storylines are not: a rise lies in the upper tail, as it should.
"""

import datetime as dt
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.columns import constant
from data.exercise.arrow import dates, texts
from data.exercise.geography import Floats, Geography, Ints
from data.exercise.risk import HORIZON_DAYS, RESOLUTION, cells_at_risk, expected, known_cells
from data.exercise.world import CLOCK, COUNTRIES, LAG_DAYS
from data.observations import conform_observations
from geo.cells import centres, parents
from geo.periods import to_day

SOURCE = "ex_forecast"
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
MEASURES: Final = {"risk_incidents": "incidents", "risk_deaths": "people"}
ISSUES = 6

_ORIGINS, _APART_DAYS = 12, 45
_CLASSES = np.array([0.3, 0.5, 0.6, 0.7, 0.78, 0.84, 0.88, 0.91, 0.935, 0.955, 0.97, 0.98, 0.988, 0.994])
"""Class limits as quantiles of the expected number: fine where much is expected."""


def issue_dates() -> list[dt.date]:
    """Return the first days of the last six quarters of the exercise's year (March, June, September, December)."""
    months = range(CLOCK.year * 12 + CLOCK.month - 1 - 3 * (ISSUES - 1), CLOCK.year * 12 + CLOCK.month, 3)
    return [dt.date(month // 12, month % 12 + 1, 1) for month in months]


def table(geography: Geography, events: pa.Table) -> pa.Table:
    """Return the distributions as observations: mean (no quantile) and five quantiles of each measure, cell and issue.

    `events` are the records of source ex_a by the clock. Cells are those of `risk`: with a record, or beside one.
    """
    placed = events["place_precision"].to_numpy() <= 3  # noqa: PLR2004 - what may enter resolution 4
    cell = parents(events["cell"].to_numpy()[placed], RESOLUTION)
    harm = events["civilian_harm"].to_numpy()[placed]
    day = events["date_end"].cast(pa.int32()).to_numpy()[placed].astype(np.int64)
    killed = events["civilian_deaths"].to_numpy()[placed]
    cells, country, ring = cells_at_risk(geography, cell)
    at = np.minimum(np.searchsorted(cells, cell), len(cells) - 1)
    inside = cells[at] == cell
    past = _Past(at[inside], day[inside], harm[inside], killed[inside], ring, len(cells))
    parts = [past.issue(to_day(issue)) for issue in issue_dates()]
    lat, lng = centres(cells)
    codes = _codes(country)
    rows = [len(part[0]) for part in parts]
    row = np.concatenate([part[0] for part in parts])
    start = np.repeat([to_day(issue) for issue in issue_dates()], rows)
    tables = []
    for number, (measure, unit) in enumerate(MEASURES.items()):
        told = np.concatenate([part[1][number] for part in parts])
        for level, quantile in enumerate((None, *QUANTILES)):
            n = len(row)
            columns: dict[str, object] = {
                "source": constant(SOURCE, n),
                "measure": constant(measure, n),
                "kind": constant("forecast", n),
                "value": told[:, level],
                "unit": constant(unit, n),
                "state": constant("observed", n),
                "period_start": dates(start),
                "period_end": dates(start + HORIZON_DAYS),
                "known_at": dates(start),
                "horizon_days": np.full(n, HORIZON_DAYS),
                "cell": cells[row],
                "country_code": texts(codes[row]),
                "latitude": lat[row].round(4),
                "longitude": lng[row].round(4),
                "origin_cell": np.zeros(n, dtype=np.uint64),
                "exercise": np.ones(n, dtype=np.bool_),
            }
            if quantile is not None:
                columns["quantile"] = np.full(n, quantile)
            tables.append(pa.table(columns))
    return conform_observations(pa.concat_tables(tables, promote_options="default"))


def _codes(country: Ints) -> NDArray[np.object_]:
    """Return the code of each country index."""
    return np.array([of.code for of in COUNTRIES], dtype=object)[country]


class _Past:
    """The placed incidents by cell and day, asked for what was expected and what happened."""

    def __init__(
        self,
        at: Ints,
        day: Ints,
        harm: NDArray[np.bool_],
        killed: NDArray[np.int32],
        ring: tuple[Ints, Ints],
        size: int,
    ) -> None:
        self._at, self._day, self._ring, self._size = at, day, ring, size
        self._harm = (at[harm], day[harm], killed[harm])

    def issue(self, issued: int) -> tuple[Ints, list[Floats]]:
        """Return the rows of the cells told about, and for each measure mean and quantiles (rows, 6)."""
        origins = issued - LAG_DAYS - HORIZON_DAYS - _APART_DAYS * np.arange(_ORIGINS)
        seen = [self._expected(int(origin)) for origin in origins]
        happened = [self._happened(int(origin)) for origin in origins]
        expectation = np.concatenate([value[rows] for rows, value in seen])
        limits = np.unique(np.quantile(expectation, _CLASSES))
        group = np.searchsorted(limits, expectation, side="right")
        rows, value = self._expected(issued)
        own = np.searchsorted(limits, value[rows], side="right")
        out = []
        for number in range(len(MEASURES)):
            outcome = np.concatenate([one[number][of] for one, (of, _) in zip(happened, seen, strict=True)])
            table = np.zeros((len(limits) + 1, 1 + len(QUANTILES)))
            for index in range(len(limits) + 1):
                members = outcome[group == index]
                table[index, 0] = members.mean().round(4)
                table[index, 1:] = np.quantile(members, QUANTILES, method="inverted_cdf")
            out.append(table[own])
        return rows, out

    def _expected(self, issued: int) -> tuple[Ints, Floats]:
        known = issued - LAG_DAYS
        at, day, _ = self._harm
        return known_cells(self._at, self._day, known, self._ring), expected(at, day, known, self._ring)

    def _happened(self, issued: int) -> tuple[Floats, Floats]:
        at, day, killed = self._harm
        inside = (day >= issued) & (day < issued + HORIZON_DAYS)
        weights = np.stack([np.ones(int(inside.sum())), killed[inside].astype(np.float64)])
        incidents, deaths = (
            np.asarray(np.bincount(at[inside], weights=one, minlength=self._size), dtype=np.float64) for one in weights
        )
        return incidents, deaths
