"""ACLED's aggregates: counts by week or month and area, and CAST forecasts. They were never events."""

from collections.abc import Mapping
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
from data.sources.acled_periods import NO_MONTH, moment, month_number
from data.sources.iso_3166 import alpha_3
from data.sources.observation_draft import (
    Column,
    Series,
    covered,
    dates,
    drafted,
    known,
    left_empty,
    month_days,
    observed,
    optional,
)
from data.sources.observation_places import areas_of
from data.sources.observation_rows import NO_DAY, Days, Rows, mapped, names_of, read_rows
from data.task import Task
from geo.periods import to_day

TITLE: Final = "ACLED aggregates (weekly by admin 1, monthly by admin 2, CAST forecasts)"


def _card(key: str, title: str, rhythm: str, lag_days: int, scope_note: str) -> Card:
    return Card(
        key=key,
        title=title,
        publisher="Armed Conflict Location & Event Data (ACLED)",
        citation="Source: ACLED, analysis by the user",
        licence="ACLED terms of use: rows may not be shared, and nothing may stand in for ACLED's own products",
        raw_shareable=False,
        rhythm=rhythm,
        lag_days=lag_days,
        mutability="living",
        scope_note=scope_note,
        namespace=key,
    )


WEEKLY: Final = _card(
    "acled_weekly", "ACLED weekly aggregates", "every week", 14, "Counts by admin 1, week and event type, not events."
)
MONTHLY: Final = _card(
    "acled_monthly", "ACLED monthly aggregates (HDX)", "every week", 14, "Counts by admin 2 and month, not events."
)
CAST: Final = _card(
    "acled_cast", "ACLED Conflict Alert System (CAST)", "every month", 14, "Forecast counts by admin 1, not events."
)
CARDS: Final = (WEEKLY, MONTHLY, CAST)

_OF_WEEKS: Final = frozenset({"week", "country", "admin1", "event_type", "events", "fatalities"})
_OF_MONTHS: Final = frozenset({"country", "iso3", "month", "year", "events"})
_KINDS: Final = ("total", "battles", "erv", "vac")
_OF_CAST: Final = frozenset({"country", "admin1", "month", "year", "total_forecast"})
_TYPES: Final = {
    "battles": "battles",
    "explosions/remote violence": "explosions_remote_violence",
    "violence against civilians": "violence_against_civilians",
    "protests": "protests",
    "riots": "riots",
    "strategic developments": "strategic_developments",
}
_SELECTIONS: Final = ("political_violence", "civilian_targeting", "demonstration")
_YEARS: Final = (1990, 2200)
_WEEK: Final = 7


def detect(opened: Opened) -> bool:
    """Return whether a file's column names are those of one of ACLED's aggregates."""
    names = names_of(opened)
    return names >= _OF_WEEKS or names >= _OF_CAST or (names >= _OF_MONTHS and "event_id_cnty" not in names)


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: date | None = None, task: Task, today: date
) -> Draft:
    """Return weekly or monthly counts, or CAST's forecasts, as a draft."""
    del coverage_end
    opened = opened or open_table(path)
    names = names_of(opened)
    if names >= _OF_CAST:
        return _cast(opened, task)
    if names >= _OF_WEEKS:
        return _weekly(opened, task, today)
    return _monthly(opened, task, today)


def _weekly(opened: Opened, task: Task, today: date) -> Draft:
    wanted = ("region", "sub_event_type", "disorder_type", "centroid_latitude", "centroid_longitude")
    rows = read_rows(opened, sorted(_OF_WEEKS), wanted, task)
    rows.require("country", "event_type")
    first = rows.days("week")
    rows.refuse(first > to_day(today), "a week in the future", "week", "Check the date.")
    kind = pc.utf8_lower(rows.text("event_type"))
    named = pc.fill_null(pc.is_in(kind, pa.array(list(_TYPES))), fill_value=False).to_numpy(zero_copy_only=False)
    rows.refuse(~named, "unknown code", "event_type", f"Use one of {', '.join(_TYPES)}.")
    events, fatalities = rows.values("events"), rows.values("fatalities")
    country = _countries(rows)
    keys = ("week", "country", "admin1", "event_type", "sub_event_type", "disorder_type")
    rows.refuse_repeats(*keys, of=["events", "fatalities"])
    latitude = rows.values("centroid_latitude", -90, 90).value
    longitude = rows.values("centroid_longitude", -180, 180).value
    pointless = np.isnan(latitude) | np.isnan(longitude)
    latitude, longitude = (np.where(pointless, np.nan, values) for values in (latitude, longitude))
    series = [
        Series(MEASURES[f"acled.weekly_{key}_{figure}"], values, only)
        for word, key in _TYPES.items()
        for figure, values in (("events", events), ("fatalities", fatalities))
        if (only := pc.fill_null(pc.equal(kind, word), fill_value=False).to_numpy(zero_copy_only=False)).any()
    ]
    shared: dict[str, Column] = {
        "latitude": optional(latitude),
        "longitude": optional(longitude),
        "area": areas_of(latitude, longitude, country),
        **_named(rows, "admin1"),
    }
    return _counted(
        opened, rows, WEEKLY, series, shared | _period(first, first + _WEEK, WEEKLY, today), "weekly by admin 1"
    )


def _monthly(opened: Opened, task: Task, today: date) -> Draft:
    wanted = ("fatalities", "admin1", "admin2", "admin1_pcode", "admin2_pcode")
    rows = read_rows(opened, sorted(_OF_MONTHS), wanted, task)
    first, after = _months(rows)
    rows.refuse(first > to_day(today), "a month in the future", "month", "Check the date.")
    rows.require("country")
    rows.refuse_repeats("country", "iso3", *wanted[1:], "month", "year", of=["events"])
    selection = next((f"{name}_" for name in _SELECTIONS if name in opened.name.lower().replace("-", "_")), "")
    series = [
        Series(MEASURES[f"acled.monthly_{selection}{figure}"], rows.values(figure))
        for figure in ("events", "fatalities")
        if rows.has(figure)
    ]
    code = pc.coalesce(rows.text("admin2_pcode"), rows.text("admin1_pcode"))
    shared: dict[str, Column] = {
        "place": pc.coalesce(rows.text("admin2"), rows.text("admin1"), rows.text("country")).dictionary_encode(),
        "place_code": pc.binary_join_element_wise("pcode:", code, "").dictionary_encode(),
    }
    layout = "monthly by admin 2, " + (
        f"{selection.strip('_').replace('_', ' ')}, by the file's name" if selection else "which events is not said"
    )
    return _counted(opened, rows, MONTHLY, series, shared | _period(first, after, MONTHLY, today), layout)


def _counted(
    opened: Opened, rows: Rows, card: Card, series: list[Series], shared: Mapping[str, Column], layout: str
) -> Draft:
    country = _countries(rows)
    table = observed(rows, card, series, {**shared, "country_code": country})
    first, after = (np.asarray(pa.array(shared[name]).cast(pa.int32())) for name in ("period_start", "period_end"))
    why = f"the periods that it holds for each country; taken as known {card.lag_days} days after each"
    layout = f"ACLED {layout}{left_empty(series, rows)}"
    return drafted(opened, rows, table, card, covered(country, first, after - 1, rows, why), layout)


def _cast(opened: Opened, task: Task) -> Draft:
    figures = [f"{kind}_{end}" for kind in _KINDS for end in ("forecast", "observed")]
    rows = read_rows(opened, ("country", "admin1", "month", "year", "total_forecast", "timestamp"), figures, task)
    rows.require("country", "timestamp")
    first, after = _months(rows)
    made = rows.decoded("timestamp", moment, NO_DAY)
    rows.refuse(made == NO_DAY, "bad date", "timestamp", "Write a date as YYYY-MM-DD or seconds since 1970.")
    day = np.where(made == NO_DAY, 0, made // 86_400).astype(np.int32)
    _latest(rows, made)
    series = []
    for kind in _KINDS:
        for end, key in (("forecast", f"acled.cast_{kind}"), ("observed", f"acled.cast_{kind}_observed")):
            if rows.has(f"{kind}_{end}"):
                horizon = np.maximum(after - day, 0).astype(np.int32)
                columns: dict[str, Column] = {"horizon_days": horizon} if end == "forecast" else {}
                series.append(Series(MEASURES[key], rows.values(f"{kind}_{end}"), columns=columns))
    country = _countries(rows)
    shared: dict[str, Column] = {
        "period_start": dates(first),
        "period_end": dates(after),
        "known_at": dates(day),
        "country_code": country,
        **_named(rows, "admin1"),
    }
    table = observed(rows, CAST, series, shared)
    why = "the months that it forecasts for each country"
    layout = f"ACLED CAST forecasts{left_empty(series, rows)}"
    return drafted(opened, rows, table, CAST, covered(country, first, after - 1, rows, why), layout)


def _latest(rows: Rows, made: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> None:
    """Leave out the forecasts of an area and month that a later one replaces."""
    keys = [rows.label(name).indices.fill_null(-1).to_numpy() for name in ("country", "admin1", "month", "year")]
    group = np.unique(np.stack(keys, axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    newest = np.full(len(rows) + 1, NO_DAY, dtype=np.int64)
    np.maximum.at(newest, group[rows.good], made[rows.good])
    older = rows.good & (made < newest[group])
    rows.refuse(older, "an older forecast of the same month", "timestamp", "Nothing to mend: the latest is kept.")
    rows.refuse_repeats("country", "admin1", "month", "year", of=["total_forecast"])


def _months(rows: Rows) -> tuple[Days, Days]:
    year = rows.whole("year", *_YEARS)
    month = rows.decoded("month", month_number, NO_MONTH)
    rows.refuse(month == NO_MONTH, "bad month", "month", "Write a month's English name or its number.")
    return month_days(year, np.where(month == NO_MONTH, 1, month))


def _countries(rows: Rows) -> pa.DictionaryArray:
    """Return the country of each row by ISO3 where it is given, else by its name; missing where neither is known."""
    return mapped(pc.coalesce(rows.text("iso3"), rows.text("country")).dictionary_encode(), alpha_3)


def _named(rows: Rows, column: str) -> dict[str, Column]:
    place = pc.coalesce(rows.text(column), rows.text("country"))
    code = pc.binary_join_element_wise("name:", rows.text(column), "")
    return {"place": place.dictionary_encode(), "place_code": code.dictionary_encode()}


def _period(first: Days, after: Days, card: Card, today: date) -> dict[str, Column]:
    return {
        "period_start": dates(first),
        "period_end": dates(after),
        "known_at": dates(known(after, card.lag_days, today)),
    }
