"""A user's table of people by H3 cell, by point or by admin-1 code: the denominator of rates."""

import datetime as dt
from pathlib import Path
from typing import Any, Final

import h3.api.basic_int as h3
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data import geodata
from data.draft import Draft
from data.manifest import Origin
from data.population_draft import CARD, Count, population_draft
from data.readers import open_table
from data.readers.opened import Opened
from data.rejections import collected, complaint_rows
from data.task import Task
from geo.cells import FINEST, NO_CELL, bin_points, resolutions
from geo.coordinates import LATITUDE_LIMIT, LONGITUDE_LIMIT
from geo.errors import FileRefused

CARDS: Final = (CARD,)
TITLE: Final = "a table of population by H3 cell, by point or by province"

_GROUPS: Final = {
    "people": ("population", "people", "pop", "pop_total", "population_total"),
    "cell": ("cell", "h3", "h3_cell", "h3_index", "hex_id"),
    "area": ("area", "adm1_code"),
    "latitude": ("latitude", "lat", "y"),
    "longitude": ("longitude", "lon", "lng", "long", "x"),
    "year": ("year",),
}
_ALONE: Final = 2
"""Times the columns that are known that a table may have in all: an event's table has many more."""
_HEX: Final = 16


def detect(opened: Opened) -> bool:
    """Return whether a header names people and one way to place them, and little else."""
    first = opened.first_rows(1)
    return bool(first) and bool(_columns(first[0]))


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: dt.date | None = None, task: Task, today: dt.date
) -> Draft:
    """Return a table as people by cell of resolution 7, or by admin-1 area; rows without people or place are rejected.

    A cell must be of resolution 7: a coarser one says nothing of where in it people live. The date is the middle of
    the one year in a column `year`, else today. Raises `FileRefused` where no row can be kept, where the years
    differ, or where an area stands there twice.
    """
    opened = opened or open_table(path)
    header = opened.first_rows(1)[0]
    columns = _columns(header)
    task.step("reading", 0, None)
    batches = list(opened.batches(columns, len(header), 1))
    rows = np.concatenate([batch.rows for batch in batches])
    table = pa.Table.from_batches([batch.columns for batch in batches])
    people, (place, column) = _numbers(table["people"]), _places(table)
    no_people = ~(np.isfinite(people) & (people >= 0))
    no_place = ~no_people & ((place < 0) if column == "area" else (place == NO_CELL))
    rejections = collected(
        [
            *(batch.malformed for batch in batches if batch.malformed is not None),
            _refused(rows, table["people"], no_people, "no number of people", "Give a number from 0 up."),
            _refused(rows, table[column], no_place, "no known place", _REMEDIES[column]),
        ]
    )
    good = ~(no_people | no_place)
    if not good.any():
        reasons = ", ".join(f"{reason} ({count:,})" for reason, count in rejections.by_reason().items())
        raise FileRefused(f"No row of {opened.name} can be kept: {reasons}.", remedy=_REMEDIES[column])
    count = _summed(opened.name, place[good], people[good], by_area=column == "area")
    day = coverage_end or _day(opened.name, table, today)
    reason = f"{int(good.sum()):,} rows with {people[good].sum():,.0f} people by {column}, as of {day}"
    origin = Origin(opened.name, opened.sha256(), opened.size, f"{opened.format}; {reason}")
    read_rows = len(count.people) + rejections.rows
    return population_draft(count, day, today, origin, reason=reason, rejections=rejections, read=read_rows)


_REMEDIES: Final = {
    "cell": "Give H3 cells of resolution 7 as hexadecimal text.",
    "latitude": "Give decimal degrees.",
    "area": "Give the codes of the shipped admin-1 areas (`adm1_code`, such as SDN-879).",
}


def _columns(header: list[str]) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    found = {key: names.index(word) for key, words in _GROUPS.items() for word in words if word in names}
    points = {"latitude", "longitude"} <= set(found)
    placed = "cell" in found or "area" in found or points
    return found if "people" in found and placed and len(names) <= _ALONE * len(found) else {}


def _numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Return a column of text as numbers, NaN where there is none."""
    text = pc.replace_substring(pc.utf8_trim_whitespace(column), ",", "")
    plain = pc.match_substring_regex(text, r"^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?$")
    numbers: NDArray[np.float64] = pc.if_else(pc.fill_null(plain, False), text, None).cast(pa.float64()).to_numpy()  # noqa: FBT003
    return numbers


def _places(table: pa.Table) -> tuple[NDArray[np.uint64] | NDArray[np.int32], str]:
    """Return each row's cell (`NO_CELL` where none) or area index (-1 where none), and the column it comes from."""
    if "cell" in table.column_names:
        return _cells(table["cell"]), "cell"
    if "area" in table.column_names:
        codes = pa.array(geodata.admin1("fine").codes.astype(str).tolist())
        at = pc.index_in(pc.utf8_trim_whitespace(table["area"]), codes)
        return pc.fill_null(at, -1).to_numpy().astype(np.int32), "area"
    lat, lng = _numbers(table["latitude"]), _numbers(table["longitude"])
    fine = (np.abs(lat) <= LATITUDE_LIMIT) & (np.abs(lng) <= LONGITUDE_LIMIT)
    cells = np.full(len(lat), NO_CELL, dtype=np.uint64)
    cells[fine] = bin_points(lat[fine], lng[fine])
    return cells, "latitude"


def _cells(column: pa.ChunkedArray) -> NDArray[np.uint64]:
    text = pc.fill_null(pc.utf8_trim_whitespace(column), "").to_pylist()
    numbers = np.array([int(one, _HEX) if _is_hex(one) else 0 for one in text], dtype=np.uint64)
    fine = np.flatnonzero(resolutions(numbers) == FINEST)
    out = np.full(len(numbers), NO_CELL, dtype=np.uint64)
    valid = np.array([h3.is_valid_cell(cell) for cell in numbers[fine].tolist()], dtype=bool)
    out[fine[valid]] = numbers[fine[valid]]
    return out


def _is_hex(text: str) -> bool:
    return 0 < len(text) <= _HEX and all(sign in "0123456789abcdefABCDEF" for sign in text)


def _refused(
    rows: NDArray[np.int64], column: pa.ChunkedArray, bad: NDArray[np.bool_], reason: str, remedy: str
) -> pa.Table:
    at = np.flatnonzero(bad)
    name = "people" if reason == "no number of people" else "place"
    return complaint_rows(rows[at].tolist(), reason, name, column.take(pa.array(at)).to_pylist(), remedy)


def _summed(name: str, place: NDArray[Any], people: NDArray[np.float64], *, by_area: bool) -> Count:
    distinct, index = np.unique(place, return_inverse=True)
    again = len(place) - len(distinct)
    if by_area and again:
        raise FileRefused(f"{again} areas stand in {name} more than once.", remedy="Keep one row for each area.")
    return Count(distinct, np.bincount(index, people).astype(np.float64), by_area)


def _day(name: str, table: pa.Table, today: dt.date) -> dt.date:
    if "year" not in table.column_names:
        return today
    years = pc.unique(table["year"]).drop_null().to_pylist()
    if len(years) != 1 or not str(years[0]).strip().isdigit():
        raise FileRefused(f"{name} holds {len(years)} years.", remedy="Give one year in a file.")
    return dt.date(int(years[0]), 7, 1)
