"""From checked rows with one or several figures each to a draft of observations: one row a figure, sums conserved."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.card import Card
from data.columns import constant
from data.coverage import EVERYWHERE, Coverage, Span, merged
from data.draft import OBSERVATIONS, Draft
from data.manifest import Origin
from data.measures import Measure
from data.observations import conform_observations
from data.readers.opened import Opened
from data.sources.observation_rows import Days, Floats, Mask, Rows, Values
from geo.errors import FileRefused, NotConserved
from geo.periods import to_date, to_day

Column: TypeAlias = NDArray[Any] | pa.Array
"""One value a row: a numpy array, or an Arrow one where a value may be missing or text repeats."""

_STATES: Final = ("observed", "suppressed")
_CLOSE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one measure, one a row of the file; `only` says on which rows they speak of it (None: on all).

    `low` (NaN where there is none) is the source's own lower limit; `columns` differ from those of other series.
    """

    measure: Measure
    values: Values
    only: Mask | None = None
    low: Floats | None = None
    columns: Mapping[str, Column] | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How figures are shared out among places: for each share its row, its part of the figure, and its own columns.

    The shares of a row add up to 1.
    """

    row: NDArray[np.intp]
    share: Floats
    columns: Mapping[str, Column]


def dates(days: Days) -> pa.Array:
    """Return day numbers as dates."""
    return pa.array(days.astype(np.int32)).cast(pa.date32())


def optional(values: Floats) -> pa.Array:
    """Return numbers, missing where they are NaN."""
    return pa.array(values, mask=np.isnan(values))


def known(after: Days, lag_days: int, today: date) -> Days:
    """Return the day on which a figure counts as known where its file does not say: the source's lag after its period.

    Never later than the day on which it is loaded.
    """
    return np.minimum(after + lag_days, to_day(today)).astype(np.int32)


def year_days(years: NDArray[np.int64]) -> tuple[Days, Days]:
    """Return 1 January of each year and of the year after it."""
    starts = [(years + n - 1970).astype("datetime64[Y]").astype("datetime64[D]") for n in (0, 1)]
    return starts[0].astype(np.int64).astype(np.int32), starts[1].astype(np.int64).astype(np.int32)


def month_days(years: NDArray[np.int64], months: NDArray[np.int64]) -> tuple[Days, Days]:
    """Return the first day of each month (1 to 12) and of the month after it."""
    ordinal = (years - 1970) * 12 + months - 1
    starts = [(ordinal + n).astype("datetime64[M]").astype("datetime64[D]") for n in (0, 1)]
    return starts[0].astype(np.int64).astype(np.int32), starts[1].astype(np.int64).astype(np.int32)


def observed(
    rows: Rows, card: Card, series: Sequence[Series], shared: Mapping[str, Column], spread: Spread | None = None
) -> pa.Table:
    """Return one observation for each figure of a good row, or one for each share of it where it is `spread`.

    A row without any figure is left out as `no figure`. Raises `FileRefused` where no row is left, `NotConserved`
    where the sum of a measure is not the sum of what was kept and what was left out.
    """
    any_figure = np.zeros(len(rows), dtype=bool)
    for one in series:
        any_figure |= _given(one)
    rows.refuse(rows.good & ~any_figure, "no figure", series[0].values.column, "The source gives none: nothing to do.")
    refuse_empty(rows)
    parts = []
    for one in series:
        good = _given(one) & rows.good
        if good.any():
            part = _part(one, good, card, shared, spread)
            _conserve(rows, one, part)
            parts.append(part)
    return pa.concat_tables(parts)


def _given(one: Series) -> Mask:
    given: Mask = ~np.isnan(one.values.value) | one.values.suppressed
    return given if one.only is None else given & one.only


def _part(one: Series, good: Mask, card: Card, shared: Mapping[str, Column], spread: Spread | None) -> pa.Table:
    place = np.flatnonzero(good if spread is None else good[spread.row])
    row = place if spread is None else spread.row[place]
    share = np.ones(len(place)) if spread is None else spread.share[place]
    size = len(row)
    withheld = one.values.suppressed[row]
    columns: dict[str, Column] = {
        "source": constant(card.key, size),
        "measure": constant(one.measure.key, size),
        "kind": constant(one.measure.kind, size),
        "unit": constant(one.measure.unit, size),
        "value": pa.array(one.values.value[row] * share, mask=withheld),
        "state": pa.DictionaryArray.from_arrays(pa.array(withheld.astype(np.int32)), pa.array(_STATES)),
        "cell": np.zeros(size, dtype=np.uint64),
        "origin_cell": np.zeros(size, dtype=np.uint64),
        "exercise": np.zeros(size, dtype=bool),
    }
    if one.low is not None:
        columns["low"] = optional(one.low[row] * share)
    columns |= {name: _taken(column, row) for name, column in {**shared, **(one.columns or {})}.items()}
    columns |= {name: _taken(column, place) for name, column in (spread.columns if spread else {}).items()}
    return conform_observations(pa.table({name: pa.array(column) for name, column in columns.items()}))


def _taken(column: Column, index: NDArray[np.intp]) -> Column:
    return column.take(pa.array(index)) if isinstance(column, pa.Array) else column[index]


def _conserve(rows: Rows, one: Series, part: pa.Table) -> None:
    figures = np.where(_given(one), np.nan_to_num(one.values.value), 0.0)
    total = math.fsum(np.abs(figures))
    kept = math.fsum(part["value"].drop_null().to_numpy())
    lost = math.fsum(figures) - math.fsum(figures[~rows.good]) - kept
    if abs(lost) > _CLOSE * total:
        raise NotConserved(f"{one.measure.key}: {lost:g} of {total:g} were lost between {rows.name} and the table")


def left_empty(series: Iterable[Series], rows: Rows) -> str:
    """Return how many fields of each figure the good rows leave empty, as text: a missing figure is not zero."""
    figures = {one.values.column: one.values for one in series}.values()
    counts = {one.column: int((rows.good & np.isnan(one.value) & ~one.suppressed).sum()) for one in figures}
    found = ", ".join(f"{column} {count:,}" for column, count in counts.items() if count)
    return f"; empty: {found}" if found else ""


def whole_span(first: Days, last: Days, rows: Rows) -> tuple[Days, Days]:
    """Return the first and last day of all good rows, for every row: a day without a report was looked at too."""
    good = rows.good
    return np.full_like(first, first[good].min()), np.full_like(last, last[good].max())


def covered(
    countries: pa.DictionaryArray, first: Days, last: Days, rows: Rows, why: str, *, world: bool = False
) -> Coverage:
    """Return the spans of days (both inclusive) for which the good rows speak of each country.

    `world`: the file holds what there is for every country, so that one that it does not name was looked at as well.
    Rows of no country cover nothing; where no row has one, the coverage is of every country that has none of its own.
    """
    codes = countries.indices.fill_null(-1).to_numpy()
    words = countries.dictionary.to_pylist()
    good = rows.good & (codes >= 0)
    stacked = np.unique(np.stack([codes[good], first[good], last[good]], axis=1), axis=0)
    spans = merged(Span(words[code], to_date(begin), to_date(end)) for code, begin, end in stacked.tolist())
    if not spans or world:
        everywhere = Span(EVERYWHERE, _date(first[rows.good].min()), _date(last[rows.good].max()))
        spans = (everywhere, *spans)
    return Coverage(spans, "world" if world else "countries", why)


def _date(day: np.int32) -> date:
    return to_date(int(day))


def refuse_empty(rows: Rows) -> None:
    """Raise `FileRefused` with the reasons where no row is left."""
    if rows.good.any():
        return
    rejections = rows.finish()
    reasons = ", ".join(f"{reason} ({count:,})" for reason, count in rejections.by_reason().items())
    first = rejections.examples(1)[0]
    raise FileRefused(
        f"No row of {rows.name} can be kept: {reasons}. First: row {first['row']}, column {first['column']}, "
        f"value {first['value']!r}.",
        remedy=str(first["remedy"]),
    )


def drafted(opened: Opened, rows: Rows, table: pa.Table, card: Card, coverage: Coverage, layout: str) -> Draft:
    """Return the draft; `read` is what is kept plus the rows left out: one row of a file may give several figures."""
    return Draft(
        kind=OBSERVATIONS,
        table=table,
        card=card,
        coverage=coverage,
        origin=Origin(opened.name, opened.sha256(), opened.size, f"{opened.format}; {layout}"),
        rejections=rows.finish(),
    )
