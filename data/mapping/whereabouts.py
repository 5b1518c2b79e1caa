"""Where and when each row was, read through a mapping: every row that cannot be read is refused by name."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data import geodata
from data.located import Places, brought_home, locate
from data.mapping.coordinates import degrees, pairs
from data.mapping.countries import country_of
from data.mapping.dates import NO_DAY, Spans, from_parts, month_numbers, spans
from data.mapping.mapping import Mapping
from data.mapping.numbers import blank, numbers
from data.sources.observation_rows import Rows, mapped
from geo.coordinates import LATITUDE_LIMIT, LONGITUDE_LIMIT
from geo.errors import FileRefused

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_FORM: Final = "Write decimal degrees, such as -12.5; degrees and minutes need N, S, E or W at the end."
_PARTS: Final = ("year", "month", "day")
_MIXED: Final = 0.02
_FEW: Final = 3


@dataclass(frozen=True, slots=True)
class Where:
    """One row a row of the file: degrees (NaN where none), what the points lie in, the country as text and as code."""

    latitude: Floats
    longitude: Floats
    places: Places
    country: pa.Array
    country_code: pa.DictionaryArray

    @property
    def given(self) -> Mask:
        """Return which rows have coordinates."""
        return np.asarray(~np.isnan(self.latitude))


def filled(rows: Rows, mapping: Mapping, key: str) -> Mask:
    """Return where a field's column says something; nowhere where the field has no column."""
    column = mapping.columns.get(key)
    if column is None:
        return np.zeros(len(rows), dtype=bool)
    text = rows.text(column)
    return np.asarray(text.is_valid().to_numpy(zero_copy_only=False) & ~blank(text))


def text_of(rows: Rows, mapping: Mapping, key: str) -> pa.Array:
    """Return a field as text, trimmed, missing where it says nothing or has no column."""
    there = filled(rows, mapping, key)
    if not there.any():
        return pa.nulls(len(rows), pa.string())
    return pc.if_else(pa.array(there), rows.text(mapping.columns[key]), pa.scalar(None, pa.string()))


def when(rows: Rows, mapping: Mapping, key: str, end: str) -> Spans:
    """Return first and last day of each row, refusing rows without a date, with none of the calendar, or ended early.

    Raises `FileRefused` where the dates stand in two orders: the rows that can be read both ways would be other days.
    """
    columns = mapping.columns
    if key in columns:
        found = _dates(rows, mapping, key)
        rows.refuse(~filled(rows, mapping, key), "missing date", columns[key], "Give a date, or leave the row out.")
    else:
        found = _split_date(rows, mapping)
    if end not in columns:
        return found
    ends = _dates(rows, mapping, end)
    known = ends.good
    early = known & found.good & (ends.last < found.first)
    rows.refuse(early, "ends before it begins", columns[end], "Swap the two dates.")
    last = np.where(known, ends.last, found.last).astype(np.int32)
    return Spans(found.first, last, np.where(known, np.uint8(0), found.precision).astype(np.uint8))


def _dates(rows: Rows, mapping: Mapping, key: str) -> Spans:
    column, order = mapping.columns[key], mapping.settings.date_order
    text = text_of(rows, mapping, key)
    found = spans(text, order)
    bad = ~found.good & text.is_valid().to_numpy(zero_copy_only=False)
    if bad.any() and order in {"dmy", "mdy"}:
        other = spans(text.filter(pa.array(bad)), "mdy" if order == "dmy" else "dmy").good
        if other.sum() > max(_FEW, _MIXED * len(rows)):
            shown = text.filter(pa.array(bad)).filter(pa.array(other))[0].as_py()
            first = "day" if order == "dmy" else "month"
            raise FileRefused(
                f"{other.sum():,} dates of {column[:40]!r}, such as {str(shown)[:20]!r}, cannot have "
                f"the {first} first.",
                remedy="Choose the other order of day and month, or write all dates as YYYY-MM-DD.",
            )
    form = {"dmy": "day first", "mdy": "month first"}.get(order, "as YYYY-MM-DD")
    rows.refuse(bad, "bad date", column, f"Write a date of the calendar, {form}.")
    return found


def _split_date(rows: Rows, mapping: Mapping) -> Spans:
    decimal = mapping.settings.decimal
    texts = {part: text_of(rows, mapping, part) for part in _PARTS if part in mapping.columns}
    given = {part: month_numbers(text) if part == "month" else numbers(text, decimal) for part, text in texts.items()}
    found = from_parts(given["year"], given.get("month"), given.get("day"))
    column = mapping.columns["year"]
    rows.refuse(~filled(rows, mapping, "year"), "missing date", column, "Give a year, or leave the row out.")
    unread = np.zeros(len(rows), dtype=bool)
    for part, text in texts.items():
        unread |= text.is_valid().to_numpy(zero_copy_only=False) & np.isnan(given[part])
    bad = (~found.good | unread) & filled(rows, mapping, "year")
    rows.refuse(bad, "bad date", column, "Write year, month and day as numbers of the calendar.")
    first = np.where(bad, NO_DAY, found.first).astype(np.int32)
    return Spans(first, found.last, found.precision)


def where(rows: Rows, mapping: Mapping, *, needs_country: bool = True) -> Where:
    """Return where each row was, refusing rows with half a point, a point off the globe, or in no country.

    Rows without coordinates are kept where a country is written. A country that is not written, or not known, is that
    of the outline that holds the point.
    """
    lat, lng = _points(rows, mapping)
    good = rows.good & ~np.isnan(lat) & ~np.isnan(lng)
    places = locate(np.where(good, lat, np.nan), np.where(good, lng, np.nan))
    written = text_of(rows, mapping, "country")
    stated = mapped(written.dictionary_encode(), country_of)
    places = _home(places, lat, lng, stated.cast(pa.string()))
    held = places.area_country
    code = pc.coalesce(stated.cast(pa.string()), held.cast(pa.string()))
    names = mapped(code.dictionary_encode(), _name)
    country = pc.coalesce(written, names.cast(pa.string()))
    if needs_country:
        none = country.is_null().to_numpy(zero_copy_only=False)
        column = mapping.columns.get("latitude") or mapping.columns.get("point") or mapping.columns.get("country", "")
        rows.refuse(
            none & good, "in no country", column, "The point lies in no country: check it, or write the country."
        )
        rows.refuse(none & ~good, "missing place", column, "Give latitude and longitude, or the country.")
    there = good & rows.good
    return Where(np.where(there, lat, np.nan), np.where(there, lng, np.nan), _only(places, there), country,
                 code.dictionary_encode())  # fmt: skip


def _home(places: Places, lat: Floats, lng: Floats, stated: pa.Array) -> Places:
    """Return the places with points that a generalised border left in a neighbour given back to the written country."""
    held = places.area_country.cast(pa.string())
    differs = pc.and_(pc.not_equal(stated, held), pc.invert(pc.starts_with(held, "X-")))
    away = np.flatnonzero(pc.fill_null(differs, fill_value=False).to_numpy(zero_copy_only=False))
    if not len(away):
        return places
    codes = stated.take(pa.array(away)).dictionary_encode()
    index = codes.indices.to_numpy(zero_copy_only=False)
    by_country = {frozenset({str(code)}): away[index == n] for n, code in enumerate(codes.dictionary.to_pylist())}
    return brought_home(places, lat, lng, by_country)


def _only(places: Places, there: Mask) -> Places:
    return Places(np.where(there, places.cell, np.uint64(0)), np.where(there, places.index, np.int32(-1)))


def _points(rows: Rows, mapping: Mapping) -> tuple[Floats, Floats]:
    size = len(rows)
    if "point" in mapping.columns and "latitude" not in mapping.columns:
        lat, lng = pairs(text_of(rows, mapping, "point"))
        bad = np.isnan(lat) & filled(rows, mapping, "point")
        rows.refuse(bad, "bad coordinate", mapping.columns["point"], "Write latitude, then longitude: 12.5, 24.1.")
        axes = {"latitude": (lat, mapping.columns["point"]), "longitude": (lng, mapping.columns["point"])}
    elif {"latitude", "longitude"} <= mapping.columns.keys():
        axes, there = {}, {}
        for axis in ("latitude", "longitude"):
            column = mapping.columns[axis]
            text, there[axis] = text_of(rows, mapping, axis), filled(rows, mapping, axis)
            values = degrees(text, mapping.settings.decimal, axis)
            rows.refuse(np.isnan(values) & there[axis], "bad coordinate", column, _FORM)
            axes[axis] = values, column
        half = there["latitude"] ^ there["longitude"]
        rows.refuse(half, "half a point", mapping.columns["longitude"], "Give both latitude and longitude, or neither.")
    else:
        return np.full(size, np.nan), np.full(size, np.nan)
    for axis, limit in (("latitude", LATITUDE_LIMIT), ("longitude", LONGITUDE_LIMIT)):
        values, column = axes[axis]
        with np.errstate(invalid="ignore"):
            off = np.abs(values) > limit
        rows.refuse(
            off, "off the globe", column, f"{axis.capitalize()} lies between -{limit:.0f} and {limit:.0f} degrees."
        )
    return axes["latitude"][0], axes["longitude"][0]


def _name(code: str) -> str | None:
    country = geodata.countries().get(code)
    return country.name if country else None
