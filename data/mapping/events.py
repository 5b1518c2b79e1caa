"""Rows of somebody's own file as events, through a mapping."""

import datetime as dt
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.columns import TEXT, constant
from data.events import KINDS, conform_events
from data.mapping.ask import types_of
from data.mapping.mapping import Mapping
from data.mapping.numbers import numbers, whole_codes, words_of
from data.mapping.read import row_digests
from data.mapping.vocabulary import kind_of
from data.mapping.whereabouts import Where, filled, text_of, when, where
from data.sources.observation_rows import Rows
from geo.periods import to_day

Floats = NDArray[np.float64]

LONGEST_NOTE: Final = 300
"""Characters of a note that are kept."""
_MOST: Final = 2**31 - 1
_PROVINCE, _COUNTRY_ONLY, _EXACT_CODES = 4, 6, 5
_WHOLE: Final = "Write a whole number of people; where it is not known, leave it empty."


def read_events(rows: Rows, mapping: Mapping, today: dt.date) -> pa.Table:
    """Return the rows that could be read as events in their schema; the others are in `rows.finish()`.

    Where nobody has said yet of what kind the rows are they are `other`: only a preview comes so far.
    """
    spans = when(rows, mapping, "date", "date_end")
    key = mapping.columns.get("date") or mapping.columns.get("year", "")
    rows.refuse(spans.first > to_day(today), "date in the future", key, "Check the date and the order of its parts.")
    place = where(rows, mapping)
    kind = _kind(rows, mapping)
    deaths = _deaths(rows, mapping)
    precision = _place_precision(rows, mapping, place)
    ids = _ids(rows, mapping)
    best, low, high, civilians = deaths
    one_sided = kind == KINDS.index("one-sided")
    known_civilians = np.nan_to_num(civilians)
    size = len(rows)
    last = np.minimum(spans.last, np.maximum(spans.first, to_day(today)))
    columns = {
        "id": ids,
        "source": constant(f"own_{mapping.settings.slug}", size),
        "date_start": pa.array(spans.first).cast(pa.date32()),
        "date_end": pa.array(last).cast(pa.date32()),
        "date_precision": _date_precision(rows, mapping, spans.precision),
        "latitude": pa.array(place.latitude, mask=~place.given),
        "longitude": pa.array(place.longitude, mask=~place.given),
        "place_precision": pa.array(precision),
        "country": place.country.dictionary_encode(),
        "country_code": place.country_code,
        "kind": pa.DictionaryArray.from_arrays(
            pa.array(np.where(kind < 0, KINDS.index("other"), kind).astype(np.int32)), pa.array(KINDS)
        ),
        "deaths_low": _people(low),
        "deaths_best": _people(best),
        "deaths_high": _people(high),
        "deaths_civilians": _people(civilians, missing=np.isnan(civilians)),
        "civilian_deaths": _people(np.where(one_sided, best, known_civilians)),
        "civilian_harm": pa.array(one_sided | (known_civilians > 0)),
        "verified": pa.array(np.ones(size, dtype=bool)),
        "headline": pc.utf8_slice_codeunits(text_of(rows, mapping, "headline"), 0, LONGEST_NOTE),
        "exercise": pa.array(np.zeros(size, dtype=bool)),
        "cell": pa.array(place.places.cell),
        "area": place.places.area,
        "area_country": place.places.area_country,
        "event_type": text_of(rows, mapping, "type").dictionary_encode(),
    }
    columns |= {
        name: text_of(rows, mapping, name).dictionary_encode()
        for name in ("place", "adm_1", "adm_2", "actor_a", "actor_b")
    }
    return conform_events(pa.table(columns).filter(pa.array(rows.good)))


def _kind(rows: Rows, mapping: Mapping) -> NDArray[np.int8]:
    """Return the index in `KINDS` of each row, refusing rows whose type has none."""
    settings = mapping.settings
    fallback = KINDS.index(settings.kind) if settings.kind else -1
    if "type" not in mapping.columns:
        return np.full(len(rows), fallback, dtype=np.int8)
    text = words_of(text_of(rows, mapping, "type"))
    coded = text.dictionary_encode()
    words = [settings.kinds.get(word) or kind_of(word) for word in coded.dictionary.to_pylist()]
    table = np.array([KINDS.index(word) if word else fallback for word in words] + [fallback], dtype=np.int8)
    kind: NDArray[np.int8] = table[coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)]
    remedy = "Say in the mapping what this type is, or what rows without a known type are."
    rows.refuse(kind < 0, "type without a kind", mapping.columns["type"], remedy)
    return kind


def _deaths(rows: Rows, mapping: Mapping) -> tuple[Floats, Floats, Floats, Floats]:
    """Return best, low, high and civilian deaths, refusing what is no number of people; civilians NaN where missing."""
    best, low, high, civilians = (
        _count(rows, mapping, key) for key in ("deaths", "deaths_low", "deaths_high", "deaths_civilians")
    )
    if "deaths" not in mapping.columns:
        middle = np.where(np.isnan(low), high, np.where(np.isnan(high), low, np.floor((low + high) / 2)))
        best = middle
    missing = np.isnan(best) & np.isnan(low) & np.isnan(high)
    column = next(
        (mapping.columns[key] for key in ("deaths", "deaths_low", "deaths_high") if key in mapping.columns), ""
    )
    if mapping.settings.blank_deaths == "refuse":
        remedy = "Write 0 where nobody was killed; or say that rows without a figure are kept with 0."
        rows.refuse(missing & rows.good, "missing deaths", column or mapping.names[0], remedy)
    best = np.where(np.isnan(best), np.where(np.isnan(low), high, low), best)
    best = np.nan_to_num(best)
    return best, np.where(np.isnan(low), best, low), np.where(np.isnan(high), best, high), civilians


def _count(rows: Rows, mapping: Mapping, key: str) -> Floats:
    if key not in mapping.columns:
        return np.full(len(rows), np.nan)
    column = mapping.columns[key]
    values = numbers(rows.text(column), mapping.settings.decimal)
    there = filled(rows, mapping, key)
    with np.errstate(invalid="ignore"):
        wrong = there & ~((values >= 0) & (values % 1 == 0) & (values <= _MOST))
    rows.refuse(wrong, "bad number", column, _WHOLE)
    return np.where(there & ~wrong, values, np.nan)


def _place_precision(rows: Rows, mapping: Mapping, place: Where) -> NDArray[np.uint8]:
    """Return UCDP's code of each row: as stated, else as assumed, and no finer than what the row has."""
    settings = mapping.settings
    codes = np.full(len(rows), settings.place_precision, dtype=np.uint8)
    text = words_of(text_of(rows, mapping, "place_precision"))
    if text.null_count < len(text):
        coded = text.dictionary_encode()
        known = [settings.precisions.get(word, settings.place_precision) for word in coded.dictionary.to_pylist()]
        table = np.array([*known, settings.place_precision], dtype=np.uint8)
        codes = table[coded.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)]
    named = filled(rows, mapping, "adm_1")
    without = np.where(named, np.uint8(_PROVINCE), np.uint8(_COUNTRY_ONLY))
    return np.where(place.given, codes, np.maximum(codes, without)).astype(np.uint8)


def _date_precision(rows: Rows, mapping: Mapping, found: NDArray[np.uint8]) -> pa.Array:
    """Return UCDP's code: as stated where it is 1 to 5, else what the form of the date says, else missing."""
    stated = np.full(len(rows), np.nan)
    if "date_precision" in mapping.columns:
        stated = numbers(rows.text(mapping.columns["date_precision"]), ".")
    with np.errstate(invalid="ignore"):
        known = (stated >= 1) & (stated <= _EXACT_CODES) & (stated % 1 == 0)
    codes = np.where(known, np.nan_to_num(stated), found).astype(np.uint8)
    return pa.array(codes, mask=codes == 0)


def _ids(rows: Rows, mapping: Mapping) -> pa.Array:
    """Return the rows' own ids, or ids made from the rows; later rows with the id of an earlier one are refused."""
    own = "id" in mapping.columns
    ids = (
        whole_codes(text_of(rows, mapping, "id"))
        if own
        else row_digests(rows, [name for name in rows.names if rows.has(name)])
    )
    if own:
        rows.refuse(~filled(rows, mapping, "id"), "missing id", mapping.columns["id"], "Give each row an id.")
    coded = ids.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
    kept = np.flatnonzero(rows.good)
    first = np.unique(coded[kept], return_index=True)[1]
    again = np.ones(len(rows), dtype=bool)
    again[kept[first]] = False
    again &= rows.good
    column = mapping.columns["id"] if own else mapping.names[0]
    reason = "the same id again" if own else "the same row again"
    remedy = "Keep one row for each id; or choose no id, then one is made." if own else "Remove the copy."
    rows.refuse(again, reason, column, remedy)
    return ids


def types_in(rows: Rows, mapping: Mapping) -> dict[str, int]:
    """Return the values of the type column with their rows, most frequent first; empty where there is none."""
    text = text_of(rows, mapping, "type") if "type" in mapping.columns else None
    return {} if text is None else types_of(text)


def blanks_kept(rows: Rows, mapping: Mapping) -> int:
    """Return how many kept rows say nothing of people killed and hold 0 instead."""
    said = filled(rows, mapping, "deaths") | filled(rows, mapping, "deaths_low") | filled(rows, mapping, "deaths_high")
    return int((~said & rows.good).sum())


def unstated_kept(rows: Rows, mapping: Mapping) -> int:
    """Return how many kept rows do not say how exactly their place is known, or say it in no known word."""
    known = pa.array(list(mapping.settings.precisions), TEXT)
    said = pc.is_in(words_of(text_of(rows, mapping, "place_precision")), known).to_numpy(zero_copy_only=False)
    return int((~said & rows.good).sum())


def _people(values: Floats, missing: NDArray[np.bool_] | None = None) -> pa.Array:
    whole = np.clip(np.nan_to_num(values), 0, _MOST).astype(np.int32)
    return pa.array(whole, mask=missing)
