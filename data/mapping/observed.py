"""Rows of somebody's own file as observations, through a mapping."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data import geodata
from data.columns import TEXT, constant
from data.mapping.dates import NO_DAY, Spans
from data.mapping.fields import normal
from data.mapping.mapping import Mapping
from data.mapping.numbers import numbers
from data.mapping.whereabouts import Where, filled, text_of, when, where
from data.observations import conform_observations
from data.sources.observation_rows import SUPPRESSED, Rows, mapped

Floats = NDArray[np.float64]

_PREFIXES: Final = {"pcode": "pcode:", "pg": "pg:", "name": "name:", "adm1": "adm1:"}
_NEVER_NEGATIVE: Final = frozenset({"stock", "flow", "count"})
_PLACE_FIELDS: Final = ("place_code", "place", "country", "latitude", "longitude")


def read_observations(rows: Rows, mapping: Mapping) -> pa.Table:
    """Return the rows that could be read as observations in their schema; the others are in `rows.finish()`.

    `known_at` is the last day of the file's last period: a file does not say when it was written.
    """
    settings = mapping.settings
    spans = _lengthened(when(rows, mapping, "period", "period_end"), settings.period_length)
    place = where(rows, mapping, needs_country=False)
    value, low, high = (_number(rows, mapping, key) for key in ("value", "low", "high"))
    withheld = _withheld(rows, mapping)
    column = mapping.columns["value"]
    rows.refuse(np.isnan(value) & ~withheld & rows.good, "missing value", column, "Give a value, or leave the row out.")
    if settings.observation_kind in _NEVER_NEGATIVE:
        with np.errstate(invalid="ignore"):
            rows.refuse(value < 0, "number out of range", column, "A number of people or things is not below 0.")
    with np.errstate(invalid="ignore"):
        rows.refuse(low > high, "low above high", mapping.columns.get("low", ""), "Swap the two limits.")
    area, of_area = _area(rows, mapping, place)
    code = _place_code(rows, mapping)
    country = pc.coalesce(place.country_code.cast(TEXT), of_area)
    nowhere = np.ones(len(rows), dtype=bool)
    for one in (code, text_of(rows, mapping, "place"), country, area.cast(TEXT)):
        nowhere &= one.is_null().to_numpy(zero_copy_only=False)
    first_place = next((mapping.columns[key] for key in _PLACE_FIELDS if key in mapping.columns), "")
    rows.refuse(nowhere & ~place.given, "missing place", first_place, "Give a code, a name, a country or coordinates.")
    _refuse_repeats(rows, mapping)
    size = len(rows)
    kept = spans.last[rows.good & (spans.last != NO_DAY)]
    known = int(kept.max()) if len(kept) else 0
    table = pa.table(
        {
            "source": constant(f"own_{settings.slug}", size),
            "measure": _measure(rows, mapping),
            "kind": constant(settings.observation_kind or "index", size),
            "value": pa.array(value, mask=np.isnan(value) | withheld),
            "low": pa.array(low, mask=np.isnan(low)),
            "high": pa.array(high, mask=np.isnan(high)),
            "unit": pc.fill_null(text_of(rows, mapping, "unit"), settings.unit or "not stated").dictionary_encode(),
            "state": pa.array(np.where(withheld, "suppressed", "observed")).dictionary_encode(),
            "period_start": pa.array(spans.first).cast(pa.date32()),
            "period_end": pa.array(np.where(spans.last == NO_DAY, 0, spans.last + 1).astype(np.int32)).cast(
                pa.date32()
            ),
            "known_at": pa.array(np.full(size, known, dtype=np.int32)).cast(pa.date32()),
            "cell": pa.array(place.places.cell),
            "area": area,
            "country_code": country.dictionary_encode(),
            "place_code": code.dictionary_encode(),
            "place": text_of(rows, mapping, "place").dictionary_encode(),
            "latitude": pa.array(place.latitude, mask=~place.given),
            "longitude": pa.array(place.longitude, mask=~place.given),
            "origin_cell": pa.array(np.zeros(size, dtype=np.uint64)),
            "exercise": pa.array(np.zeros(size, dtype=bool)),
        }
    )
    return conform_observations(table.filter(pa.array(rows.good)))


def _lengthened(found: Spans, length: str) -> Spans:
    """Return the spans as the whole months or years that their days stand for."""
    unit = {"month": "datetime64[M]", "year": "datetime64[Y]"}.get(length)
    if unit is None:
        return found
    days = np.where(found.good, found.first, 0).astype("datetime64[D]")
    ends = np.where(found.good, found.last, 0).astype("datetime64[D]")
    first = days.astype(unit).astype("datetime64[D]").astype(np.int64)
    last = (ends.astype(unit) + 1).astype("datetime64[D]").astype(np.int64) - 1
    return Spans(
        np.where(found.good, first, NO_DAY).astype(np.int32),
        np.where(found.good, last, NO_DAY).astype(np.int32),
        found.precision,
    )


def _number(rows: Rows, mapping: Mapping, key: str) -> Floats:
    if key not in mapping.columns:
        return np.full(len(rows), np.nan)
    column = mapping.columns[key]
    values = numbers(rows.text(column), mapping.settings.decimal)
    withheld = _withheld(rows, mapping) if key == "value" else np.zeros(len(rows), dtype=bool)
    wrong = filled(rows, mapping, key) & np.isnan(values) & ~withheld
    rows.refuse(
        wrong, "bad number", column, f"Write a number; the decimal sign of this file is {mapping.settings.decimal}"
    )
    return values


def _withheld(rows: Rows, mapping: Mapping) -> NDArray[np.bool_]:
    marks = pc.is_in(rows.text(mapping.columns["value"]), pa.array(sorted(SUPPRESSED)))
    found: NDArray[np.bool_] = marks.to_numpy(zero_copy_only=False)
    return found


def _area(rows: Rows, mapping: Mapping, place: Where) -> tuple[pa.DictionaryArray, pa.Array]:
    """Return the code of each row's shipped province and its country: by code where codes are those, else by point."""
    held = place.places.area
    if mapping.settings.code != "adm1" or "place_code" not in mapping.columns:
        return held, place.places.area_country.cast(TEXT)
    areas = geodata.admin1("fine")
    text = text_of(rows, mapping, "place_code")
    at = pc.index_in(text, pa.array(areas.codes.astype(str).tolist()))
    unknown = at.is_null().to_numpy(zero_copy_only=False) & text.is_valid().to_numpy(zero_copy_only=False)
    remedy = "Use the codes of the shipped provinces, or choose another sort of code."
    rows.refuse(unknown, "unknown code", mapping.columns["place_code"], remedy)
    names = pa.array(areas.codes.astype(str).tolist()), pa.array(areas.countries.astype(str).tolist())
    return names[0].take(at).dictionary_encode(), names[1].take(at)


def _place_code(rows: Rows, mapping: Mapping) -> pa.Array:
    text = text_of(rows, mapping, "place_code")
    return pc.binary_join_element_wise(pa.scalar(_PREFIXES[mapping.settings.code]), text, "")


def _measure(rows: Rows, mapping: Mapping) -> pa.DictionaryArray:
    """Return keys such as own_survey.stock.people_displaced: nothing else is ever added to them."""
    settings = mapping.settings
    stem = f"own_{settings.slug}.{settings.observation_kind or 'index'}."
    text = pc.fill_null(text_of(rows, mapping, "measure"), settings.measure or "not stated")
    return mapped(text.dictionary_encode(), lambda word: stem + (normal(word) or "value"))


def _refuse_repeats(rows: Rows, mapping: Mapping) -> None:
    keys = (*_PLACE_FIELDS, "period", "period_end", "year", "month", "measure", "unit")
    columns = [mapping.columns[key] for key in keys if key in mapping.columns]
    rows.refuse_repeats(*columns, of=[mapping.columns["value"]])
