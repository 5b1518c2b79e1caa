"""HDX HAPI: displaced people, refugees, returnees, conflict events, funding and population, in one form for all.

Levels of one figure, and the three event types, overlap: each is a measure of its own, so that a sum of one measure
counts nothing twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.card import Card
from data.draft import Draft
from data.measures import MEASURES
from data.readers import open_table
from data.readers.opened import Opened
from data.sources.observation_draft import Column, Series, covered, dates, drafted, known, left_empty, observed
from data.sources.observation_rows import Mask, Rows, names_of, read_rows
from data.sources.unhcr_files import POPULATION_TYPES
from data.task import Task
from geo.periods import to_day

TITLE: Final = "HDX HAPI (idps, refugees, returnees, conflict events, funding, population)"
HAPI: Final = Card(
    key="hdx_hapi",
    title="HDX Humanitarian API (HAPI)",
    publisher="OCHA Centre for Humanitarian Data, from each dataset's own publisher",
    citation="OCHA HDX Humanitarian API; name the publisher of each dataset as well",
    licence="by dataset: see the dataset on HDX",
    raw_shareable=False,
    rhythm="as each dataset's publisher",
    lag_days=30,
    mutability="living",
    scope_note="Each subject holds what its publisher gives; event types overlap and levels repeat each other.",
    namespace="hdx_hapi",
)
CARDS: Final = (HAPI,)

_SPAN: Final = frozenset({"reference_period_start", "reference_period_end"})
_FUNDING: Final = frozenset({"requirements_usd", "funding_usd"})
_EVENTS: Final = frozenset({"event_type", "events", "fatalities"})
_ABROAD: Final = frozenset({"origin_location_code", "asylum_location_code", "population_group", "population"})
_IDPS: Final = frozenset({"location_code", "population", "reporting_round"})
_POPULATION: Final = frozenset({"location_code", "population", "gender", "age_range"})
_PLACES: Final = (
    *("location_code", "location_name", "admin1_code", "admin2_code", "admin1_name", "admin2_name", "admin_level"),
    *("provider_admin1_name", "provider_admin2_name"),
)
_DETAILS: Final = (
    *("operation", "assessment_type", "gender", "age_range", "event_type", "population_group"),
    *("origin_location_code", "origin_location_name", "asylum_location_code", "asylum_location_name"),
    *("appeal_code", "appeal_name", "appeal_type", "funding_pct", "error"),
)
_FIGURES: Final = ("population", "events", "fatalities", "requirements_usd", "funding_usd")
_TYPES: Final = ("civilian_targeting", "political_violence", "demonstration")
_WHOLE: Final = ("all", "")
_LEVELS: Final = 3


@dataclass(frozen=True, slots=True)
class _Subject:
    """A subject: its name, the columns that tell it from others, its figures, and how they become series."""

    name: str
    telling: frozenset[str]
    figures: tuple[str, ...]
    series: Callable[[Rows], list[Series]]


def detect(opened: Opened) -> bool:
    """Return whether a file's column names are those of one of HAPI's subjects that is read."""
    names = names_of(opened)
    return names >= _SPAN and any(names >= subject.telling for subject in _SUBJECTS)


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: date | None = None, task: Task, today: date
) -> Draft:
    """Return one subject as a draft: CSV with or without HXL tags, or the answer of the interface.

    Figures by sex or age repeat a total and are left out, as are rows that HDX marks with an error.
    """
    del coverage_end
    opened = opened or open_table(path)
    names = names_of(opened)
    subject = next(one for one in _SUBJECTS if names >= one.telling)
    needed = (*sorted(_SPAN), *sorted(subject.telling))
    rows = read_rows(opened, needed, (*_PLACES, *_DETAILS, *_FIGURES, "reporting_round"), task)
    faulty = rows.text("error").is_valid().to_numpy(zero_copy_only=False)
    rows.refuse(faulty, "marked as an error by HDX", "error", "Nothing to mend here: see the dataset on HDX.")
    for part in ("gender", "age_range"):
        _refuse_parts(rows, part)
    first, last = (rows.days(f"reference_period_{end}") for end in ("start", "end"))
    rows.refuse((last < first) & rows.good, "end before start", "reference_period_end", "Swap the two dates.")
    rows.refuse(first > to_day(today), "a period in the future", "reference_period_start", "Check the date.")
    series = subject.series(rows)
    keys = (*sorted(_SPAN), *_PLACES, *(name for name in _DETAILS if name != "funding_pct"), "reporting_round")
    rows.refuse_repeats(*keys, of=list(subject.figures))
    country = rows.countries("asylum_location_code" if rows.has("asylum_location_code") else "location_code")
    shared = _places(rows) | {
        "period_start": dates(first),
        "period_end": dates(last + 1),
        "known_at": dates(known(last + 1, HAPI.lag_days, today)),
        "country_code": country,
    }
    table = observed(rows, HAPI, series, shared)
    why = f"the periods that it holds for each country; taken as known {HAPI.lag_days} days after each"
    layout = f"HDX HAPI {subject.name}{left_empty(series, rows)}"
    return drafted(opened, rows, table, HAPI, covered(country, first, last, rows, why), layout)


def _refuse_parts(rows: Rows, column: str) -> None:
    word = pc.fill_null(pc.utf8_lower(rows.text(column)), "")
    part = ~pc.is_in(word, pa.array(_WHOLE)).to_numpy(zero_copy_only=False)
    rows.refuse(part, "a part by sex or age", column, "Nothing to mend: the row for all holds the total.")


def _equal(rows: Rows, column: str, word: str) -> Mask:
    same = pc.fill_null(pc.equal(pc.utf8_lower(rows.text(column)), word), fill_value=False)
    found: Mask = same.to_numpy(zero_copy_only=False)
    return found


def _levels(rows: Rows) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    """Return the level of each row: stated, else the deepest area that it names."""
    found = np.zeros(len(rows), dtype=np.int64)
    for level in range(1, _LEVELS):
        given = [rows.text(f"{name}{level}{end}") for name, end in (("admin", "_code"), ("provider_admin", "_name"))]
        found[pc.coalesce(*given).is_valid().to_numpy(zero_copy_only=False)] = level
    stated = rows.values("admin_level", 0, _LEVELS - 1).value
    return np.where(np.isnan(stated), found, np.nan_to_num(stated)).astype(np.int64)


def _by_level(rows: Rows, stem: str, figure: str, only: Mask | None = None) -> list[Series]:
    level, values = _levels(rows), rows.values(figure)
    chosen = np.ones(len(rows), dtype=bool) if only is None else only
    return [
        Series(MEASURES[f"{stem}_admin{n}"], values, (level == n) & chosen)
        for n in range(_LEVELS)
        if ((level == n) & chosen).any()
    ]


def _of_events(rows: Rows) -> list[Series]:
    named = np.zeros(len(rows), dtype=bool)
    series = []
    for kind in _TYPES:
        only = _equal(rows, "event_type", kind)
        named |= only
        for figure in ("events", "fatalities"):
            series += _by_level(rows, f"hapi.{kind}_{figure}", figure, only)
    rows.refuse(~named, "unknown code", "event_type", f"Use one of {', '.join(_TYPES)}.")
    return series


def _of_people_abroad(rows: Rows) -> list[Series]:
    people = rows.values("population")
    named = np.zeros(len(rows), dtype=bool)
    series = []
    for code, name in POPULATION_TYPES.items():
        only = _equal(rows, "population_group", code.lower())
        named |= only
        key = "hapi.idps_of_concern" if code == "IDP" else f"hapi.{name}"
        series += [Series(MEASURES[key], people, only)] if only.any() else []
    rows.refuse(~named, "unknown code", "population_group", f"Use one of {', '.join(POPULATION_TYPES)}.")
    return series


def _of_funding(rows: Rows) -> list[Series]:
    series = [
        Series(MEASURES["hapi.funding_required"], rows.values("requirements_usd")),
        Series(MEASURES["hapi.funding_received"], rows.values("funding_usd")),
    ]
    if rows.has("funding_pct"):
        series.append(Series(MEASURES["hapi.funding_share"], rows.values("funding_pct")))
    return series


_SUBJECTS: Final = (
    _Subject("conflict events", _EVENTS, ("events", "fatalities"), _of_events),
    _Subject("refugees and returnees", _ABROAD, ("population",), _of_people_abroad),
    _Subject("funding", _FUNDING, ("requirements_usd", "funding_usd"), _of_funding),
    _Subject("idps", _IDPS, ("population",), lambda rows: _by_level(rows, "hapi.idps", "population")),
    _Subject("population", _POPULATION, ("population",), lambda rows: _by_level(rows, "hapi.population", "population")),
)


def _places(rows: Rows) -> dict[str, Column]:
    if rows.has("asylum_location_code"):
        origin = rows.countries("origin_location_code")
        place = pc.coalesce(rows.text("asylum_location_name"), rows.text("asylum_location_code"))
        from_ = pc.coalesce(rows.text("origin_location_name"), rows.text("origin_location_code"))
        named = pc.binary_join_element_wise(place, from_, ", from ", null_handling="skip")
        return {"origin_country": origin, "place": pc.if_else(origin.is_null(), named, place).dictionary_encode()}
    if rows.has("appeal_code"):
        name = pc.coalesce(rows.text("appeal_name"), rows.text("appeal_code"))
        code = pc.binary_join_element_wise("appeal:", rows.text("appeal_code"), "")
        return {"place": name.dictionary_encode(), "place_code": code.dictionary_encode()}
    level = _levels(rows)
    code, place = pa.nulls(len(rows), pa.string()), pc.coalesce(rows.text("location_name"), rows.text("location_code"))
    for n in range(1, _LEVELS):
        here = pa.array(level == n)
        code = pc.if_else(here, rows.text(f"admin{n}_code"), code)
        name = pc.coalesce(rows.text(f"provider_admin{n}_name"), rows.text(f"admin{n}_name"))
        place = pc.if_else(here, name, place)
    code = pc.binary_join_element_wise("pcode:", code, "")
    return {"place_code": code.dictionary_encode(), "place": place.dictionary_encode()}
