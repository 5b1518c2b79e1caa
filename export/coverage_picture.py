"""Where and when a source looked, as a grid: a row a country, a column a month; what each box says stands in its title.

An HTML table, so that it can be read aloud, searched and scrolled; months of one state are joined where there are many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.draft import EVENTS
from data.holdings import united_coverage
from data.manifest import Manifest
from export.geography import Geography
from geo.coverage import EVERYWHERE, State
from geo.periods import Grain, Periods, to_date
from layers.text import escape

MOST_BOXES: Final = 2400
"""Boxes up to which each month has its own, else each year; beyond, months of one state are joined."""

_NAMES: Final = {
    State.OBSERVED: ("observed", "o"),
    State.PROVISIONAL: ("provisional, may still rise", "p"),
    State.NOT_COVERED: ("not covered", "n"),
    State.SUPPRESSED: ("withheld", "n"),
}
_WIDTHS: Final = ((48, 16), (120, 8), (240, 5), (10_000, 3))
"""Months up to which a month is so many pixels wide."""


@dataclass(frozen=True, slots=True)
class Grid:
    """`state` (months, countries) of `codes` over the months of `periods`; `rows` as many records end in each box."""

    title: str
    codes: tuple[str, ...]
    periods: Periods
    state: NDArray[np.uint8]
    rows: NDArray[np.int64]
    unit: str


def grid(manifests: Sequence[Manifest], tables: Sequence[pa.Table], geography: Geography) -> Grid | None:
    """Return the grid of one source from its snapshots and their rows; None where it says nothing of its coverage.

    `tables` hold a country code and the last day of each row (`date_end`, or `period_start` of observations).
    """
    coverage = united_coverage(manifests)
    if not coverage.country:
        return None
    names = {code: _label(code, geography) for code in coverage.country}
    codes = tuple(sorted(names, key=lambda code: (code == EVERYWHERE, names[code])))
    periods = Periods.covering(int(coverage.first.min()), int(coverage.last.max()), Grain.MONTH)
    counts = np.zeros((periods.count, len(codes)), dtype=np.int64)
    events = manifests[0].kind == EVENTS
    for table in tables:
        counts += _counted(table, "date_end" if events else "period_start", codes, periods)
    title = manifests[0].card.title.removeprefix("EXERCISE ")
    return Grid(title, codes, periods, coverage.states(codes, periods), counts, "incident" if events else "row")


def _label(code: str, geography: Geography) -> str:
    return "All other countries" if code == EVERYWHERE else geography.country_name(code)


def _counted(table: pa.Table, day: str, codes: tuple[str, ...], periods: Periods) -> NDArray[np.int64]:
    place = {code: n for n, code in enumerate(codes)}
    other = place.get(EVERYWHERE, -1)
    named = pc.fill_null(table["country_code"].cast(pa.string()), "").combine_chunks().dictionary_encode()
    columns = np.array([*(place.get(code, other) for code in named.dictionary.to_pylist()), -1], dtype=np.int64)
    column = columns[named.indices.to_numpy()]
    month = periods.index_of(table[day].cast(pa.int32()).to_numpy())
    known = (column >= 0) & (month >= 0)
    flat = np.bincount(month[known] * len(codes) + column[known], minlength=periods.count * len(codes))
    return flat.reshape(periods.count, len(codes)).astype(np.int64)


def picture(shown: Grid, geography: Geography) -> str:
    """Return the grid as a table; the newest months are in view first."""
    count = shown.periods.count
    width = next(size for most, size in _WIDTHS if count <= most)
    dates = [to_date(day) for day in shown.periods.starts.tolist()]
    years = _cuts([date.year for date in dates])
    head = "".join(
        f'<th colspan="{end - begin}">{dates[begin].year if (end - begin) * width >= _YEAR_PIXELS else ""}</th>'
        for begin, end in pairwise(years)
    )
    finest = [cuts for cuts in (range(count + 1), years) if (len(cuts) - 1) * len(shown.codes) <= MOST_BOXES]
    cuts = next((cuts for cuts in finest if cuts is years or width >= _LEAST_APART), [0, count])
    body = "".join(_row(shown, column, _label(code, geography), cuts) for column, code in enumerate(shown.codes))
    return (
        f'<div class="coverage"><table style="width:{count * width + _NAME_PIXELS}px"><colgroup>'
        f'<col style="width:{_NAME_PIXELS}px"><col span="{count}" style="width:{width}px"></colgroup>'
        f'<thead><tr><th scope="col">Country</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


_YEAR_PIXELS: Final = 30
_LEAST_APART: Final = 5
"""Pixels from which months can be told apart."""
_NAME_PIXELS: Final = 132


def _row(shown: Grid, column: int, name: str, cuts: Sequence[int]) -> str:
    state, months = shown.state[:, column], shown.periods.count
    changes = (np.flatnonzero(np.diff(state)) + 1).tolist()
    edges = sorted({*cuts, *changes, 0, months})
    boxes = "".join(_box(shown, column, name, begin, end) for begin, end in pairwise(edges))
    return f'<tr><th scope="row">{escape(name)}</th>{boxes}</tr>'


def _box(shown: Grid, column: int, name: str, begin: int, end: int) -> str:
    said, mark = _NAMES[State(shown.state[begin, column])]
    first, last = to_date(int(shown.periods.starts[begin])), to_date(int(shown.periods.ends[end - 1]) - 1)
    when = f"{last:%b %Y}" if end == begin + 1 else f"{first:%b} to {last:%b %Y}"
    if first.year != last.year:
        when = f"{first:%b %Y} to {last:%b %Y}"
    rows = int(shown.rows[begin:end, column].sum())
    counted = f", {rows:,} {shown.unit}{'' if rows == 1 else 's'}" if mark != "n" or rows else ""
    span = f' colspan="{end - begin}"' if end > begin + 1 else ""
    return f'<td class="{mark}"{span} title="{escape(f"{name}, {when}: {said}{counted}")}"></td>'


def _cuts(values: Sequence[int]) -> list[int]:
    return [0, *(n for n in range(1, len(values)) if values[n] != values[n - 1]), len(values)]


def legend() -> str:
    """Return what the boxes mean."""
    rows = (
        ("o", "observed"),
        ("p", "provisional: late reports are still arriving"),
        ("n", "not covered: nothing known"),
    )
    items = "".join(f'<li><i class="{mark}"></i>{escape(text)}</li>' for mark, text in rows)
    return f'<ul class="coverage-legend">{items}</ul>'


def summary(shown: Grid, geography: Geography) -> str:
    """Return the grid in a sentence: what a person who cannot see it is told."""
    observed, late = ((shown.state == state).sum() for state in (State.OBSERVED, State.PROVISIONAL))
    first, last = to_date(shown.periods.first_day), to_date(shown.periods.last_day)
    named = len(shown.codes)
    where = _label(shown.codes[0], geography) if named == 1 else f"{named} rows"
    gaps = int((shown.state == State.NOT_COVERED).sum())
    return (
        f"{where}, {first:%b %Y} to {last:%b %Y}: {int(observed):,} country-months observed, "
        f"{int(late):,} provisional, {gaps:,} not covered."
    )
