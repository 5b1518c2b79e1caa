"""Monthly stocks of displaced people by admin-1 area, and returns: they are what the published flows leave behind.

Stock at a month's end = stock before + people who came in the month - people who went home. Stocks have a measure and a
kind of their own, so that nothing can add them to flows.
"""

import datetime as dt

import numpy as np
import pyarrow as pa

from data.columns import constant
from data.exercise.arrow import dates, texts
from data.exercise.displacement import LAST
from data.exercise.geography import Floats, Geography, Ints
from data.exercise.world import COUNTRIES, FIRST_DATE
from data.observations import conform_observations
from geo.periods import to_date

SOURCE = "ex_stock"
REPORT_DAYS = 15
GOING_HOME = (0.015, 0.07)
"""Share of the people in an area who go home in a month: between these, by area."""

_MONTHS = (LAST.year - FIRST_DATE.year) * 12 + LAST.month - 1
"""Whole months that the flows cover: to November 2048."""


def month_starts() -> Ints:
    """Return the first day of each month and of the one after the last, as day numbers."""
    first = (FIRST_DATE.year - 1970) * 12
    months = np.arange(first, first + _MONTHS + 1).astype("datetime64[M]")
    return np.asarray(months.astype("datetime64[D]").astype(np.int64))


def last_day() -> dt.date:
    """Return the last day that the stocks cover."""
    return to_date(int(month_starts()[-1]) - 1)


def table(geography: Geography, flows: pa.Table, rng: np.random.Generator) -> pa.Table:
    """Return the stocks (at the last day of each month) and the returns (in each month) as observations.

    `flows` are those of source ex_displacement. An area gets rows from the month in which its first people came.
    """
    came = _came(geography, flows)
    share = rng.uniform(*GOING_HOME, (came.shape[0], 1)) * np.exp(rng.normal(0.0, 0.3, came.shape))
    stock, home = np.zeros_like(came), np.zeros_like(came)
    before: Floats = np.zeros(came.shape[0])
    for month in range(came.shape[1]):
        home[:, month] = np.round(np.minimum(share[:, month], 0.5) * before / 10.0) * 10.0
        before = before + came[:, month] - home[:, month]
        stock[:, month] = before
    area, at = np.nonzero(np.cumsum(came, axis=1) > 0)
    starts = month_starts()
    first, end = starts[at], starts[at + 1]
    tables = [
        _rows(geography, area, stock[area, at], "displaced_stock", "stock", end - 1, end),
        _rows(geography, area, home[area, at], "displaced_returned", "flow", first, end),
    ]
    return pa.concat_tables(tables).unify_dictionaries()


def _came(geography: Geography, flows: pa.Table) -> Floats:
    """Return the people who came into each area in each month (areas, months): a week is its last day's."""
    row = {code: index for index, code in enumerate(geography.regions.code)}
    area = np.array([row[code] for code in flows["area"].cast(pa.string()).to_pylist()], dtype=np.int64)
    last = flows["period_end"].cast(pa.int32()).to_numpy() - 1
    month = np.searchsorted(month_starts(), last, side="right") - 1
    out = np.zeros((len(row), _MONTHS + 1))
    np.add.at(out, (area, np.clip(month, 0, _MONTHS)), flows["value"].to_numpy())
    return out[:, :_MONTHS]


def _rows(
    geography: Geography, area: Ints, people: Floats, measure: str, kind: str, first: Ints, end: Ints
) -> pa.Table:
    regions, n = geography.regions, len(area)
    codes = np.array([country.code for country in COUNTRIES], dtype=object)
    columns: dict[str, object] = {
        "source": constant(SOURCE, n),
        "measure": constant(measure, n),
        "kind": constant(kind, n),
        "value": people,
        "unit": constant("people", n),
        "state": constant("observed", n),
        "period_start": dates(first),
        "period_end": dates(end),
        "known_at": dates(end + REPORT_DAYS),
        "cell": np.zeros(n, dtype=np.uint64),
        "area": texts(regions.code[area]),
        "country_code": texts(codes[regions.country[area]]),
        "place": texts(regions.name[area]),
        "latitude": regions.seat_latitude[area],
        "longitude": regions.seat_longitude[area],
        "origin_cell": np.zeros(n, dtype=np.uint64),
        "exercise": np.ones(n, dtype=np.bool_),
    }
    return conform_observations(pa.table(columns))
