"""The locations of one of IDMC's figures: where people left and where they are, the figure shared out among them."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.sources.observation_draft import Spread, optional
from data.sources.observation_places import areas_of
from data.sources.observation_rows import Floats, Mask, Rows

_POINT: Final = r"^(?P<lat>[+-]?\d{1,3}(?:\.\d*)?)\s*,\s*(?P<lng>[+-]?\d{1,3}(?:\.\d*)?)$"
_TYPES: Final = ("destination", "origin", "both")
_TAG: Final = r"<[^<>]*>"

Index = NDArray[np.intp]


def spread(rows: Rows, latitude: Floats, longitude: Floats) -> Spread:
    """Return the shares of each row's figure: equal ones for its destinations, and for its origins apart from them.

    A place that is both is paired with itself where a row has no other kind. A row with origins only has no point of
    its own; one without locations has the point of the row, and no origin. Rows whose lists do not fit are left out.
    """
    names, points, types = (_listed(rows, f"locations_{name}") for name in ("name", "coordinates", "type"))
    count = np.diff(points.offsets.to_numpy())
    for other, column in ((types, "locations_type"), (names, "locations_name")):
        found = np.diff(other.offsets.to_numpy())
        remedy = "Give as many types and names as coordinates, divided by semicolons."
        rows.refuse((found != count) & (found > 0), "locations that do not match", column, remedy)
    matched = rows.good & (count > 0)
    parent = np.repeat(np.arange(len(rows)), count)
    lat, lng = _degrees(points.values)
    off = ~(np.abs(lat) <= 90) | ~(np.abs(lng) <= 180)  # noqa: PLR2004 - the ends of the globe; NaN is off as well
    bad = np.zeros(len(rows), dtype=bool)
    bad[parent[off]] = True
    rows.refuse(bad & matched, "bad coordinates", "locations_coordinates", "Write latitude, longitude in degrees.")
    kind = pc.utf8_lower(_aligned(types, count, rows.good))
    unknown = np.zeros(len(rows), dtype=bool)
    unknown[parent[~pc.is_in(kind, pa.array(["", *_TYPES])).to_numpy(zero_copy_only=False)]] = True
    rows.refuse(unknown & rows.good, "unknown code", "locations_type", "Use Origin, Destination or Both.")
    both = pc.equal(kind, "both").to_numpy(zero_copy_only=False)
    leaves = both | pc.equal(kind, "origin").to_numpy(zero_copy_only=False)
    alone = np.bincount(parent[both], minlength=len(rows)) == count
    row, to, from_ = _pairs(parent, leaves, both | ~leaves, alone & (count > 0), len(rows))
    lat, lng = (np.append(values, np.nan) for values in (lat, lng))
    here = to < 0
    where = [np.where(here & (from_ < 0), own[row], values[to]) for own, values in ((latitude, lat), (longitude, lng))]
    countries = rows.countries("iso3").take(pa.array(row))
    labels = _aligned(names, count, rows.good)
    return Spread(
        row,
        1.0 / np.bincount(row, minlength=len(rows))[row],
        {
            "latitude": optional(where[0]),
            "longitude": optional(where[1]),
            "area": areas_of(where[0], where[1], countries),
            "place": _plain(labels).take(pa.array(np.where(to < 0, from_, to), mask=(to < 0) & (from_ < 0))),
            "origin_latitude": optional(lat[from_]),
            "origin_longitude": optional(lng[from_]),
            "origin_area": areas_of(lat[from_], lng[from_], countries),
        },
    )


def _listed(rows: Rows, column: str) -> pa.ListArray:
    """Return the parts of a column written as `a; b` or as a JSON list."""
    text = pc.replace_substring_regex(rows.text(column), r'"\s*,\s*"|\]\s*,\s*\[', ";")
    text = pc.utf8_trim(text, ' []"')
    parts = pc.split_pattern_regex(text, r"\s*;\s*")
    return pc.fill_null(parts, pa.scalar([], pa.list_(pa.string())))


def _aligned(parts: pa.ListArray, count: NDArray[np.int32], good: Mask) -> pa.Array:
    """Return one text for each location, empty where the row has none or another number of them."""
    begins = parts.offsets.to_numpy()
    fits = (np.diff(begins) == count) & good
    inside = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    index = np.repeat(begins[:-1], count) + inside
    found = pa.array(index, mask=~np.repeat(fits, count))
    return pc.fill_null(parts.values.take(found), "")


def _degrees(points: pa.Array) -> tuple[Floats, Floats]:
    found = pc.extract_regex(pc.utf8_trim_whitespace(points), _POINT)
    lat, lng = (pc.struct_field(found, name).cast(pa.float64()).fill_null(np.nan).to_numpy() for name in ("lat", "lng"))
    return lat, lng


def _plain(texts: pa.Array) -> pa.DictionaryArray:
    """Return names without markup: IDMC's texts are written for web pages."""
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(texts, _TAG, ""))
    return pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain).dictionary_encode()


def _pairs(parent: Index, leaves: Mask, arrives: Mask, alone: Mask, rows: int) -> tuple[Index, Index, Index]:
    """Return row, location arrived at and location left (-1: none) of every share of every row."""
    left, reached = np.flatnonzero(leaves), np.flatnonzero(arrives)
    n_left, n_reached = (np.bincount(parent[found], minlength=rows) for found in (left, reached))
    across = np.where(alone, 1, np.maximum(n_left, 1))
    size = np.maximum(n_reached, 1) * across
    row = np.repeat(np.arange(rows), size)
    inside = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    to = inside // across[row]
    from_ = np.where(alone[row], to, inside % across[row])
    starts = [np.cumsum(n) - n for n in (n_reached, n_left)]
    to = np.where(n_reached[row] > 0, np.append(reached, -1)[np.minimum(starts[0][row] + to, len(reached))], -1)
    from_ = np.where(n_left[row] > 0, np.append(left, -1)[np.minimum(starts[1][row] + from_, len(left))], -1)
    return row, to, from_
