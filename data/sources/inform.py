"""INFORM Risk: indices of countries by year, and the indicators beneath them. Indices are not scored and never add."""

import re
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.card import Card
from data.draft import Draft
from data.measures import MEASURES, measure
from data.readers import open_table
from data.readers.opened import Opened
from data.sources.observation_draft import Column, Series, covered, dates, drafted, observed, year_days
from data.sources.observation_rows import Rows, mapped, names_of, read_rows
from data.task import Task
from geo.periods import to_day

TITLE: Final = "INFORM Risk index or trends"
INFORM: Final = Card(
    key="inform",
    title="INFORM Risk Index",
    publisher="European Commission, Joint Research Centre, for INFORM",
    citation="INFORM, European Commission Joint Research Centre, INFORM Risk Index",
    licence="CC BY",
    raw_shareable=True,
    rhythm="twice a year",
    lag_days=0,
    mutability="versioned",
    scope_note="Countries only; an index of risk of humanitarian crises from 0 to 10, not a forecast.",
    namespace="inform",
)
CARDS: Final = (INFORM,)

_TRENDS: Final = frozenset({"iso3", "gnayear", "indicatorid", "indicatorscore"})
_INDEX: Final = frozenset({"iso3", "validityyear", "indicatorname", "indicatorscore"})
_INDICES: Final = {"INFORM": "inform.risk", "HA": "inform.hazard", "VU": "inform.vulnerability", "CC": "inform.coping"}
_YEARS: Final = (1970, 2200)
_MORE: Final = ("countryname", "indicatorid", "indicatorname", "unit")


def detect(opened: Opened) -> bool:
    """Return whether a file's column names are those of INFORM's trends or of a release of the index."""
    names = names_of(opened)
    return names >= _TRENDS or names >= _INDEX


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: date | None = None, task: Task, today: date
) -> Draft:
    """Return the trends or a release of the index as a draft, one measure an index or indicator.

    A release gives an indicator's figure and its score from 0 to 10 under one name: where two values differ they
    cannot be told apart and the indicator is left out, as are indices that a file leaves without a name.
    """
    del coverage_end
    opened = opened or open_table(path)
    trends = names_of(opened) >= _TRENDS
    year = "gnayear" if trends else "validityyear"
    rows = read_rows(opened, ("iso3", year, "indicatorscore"), _MORE, task)
    rows.require("iso3")
    name = "indicatorid" if rows.has("indicatorid") else "indicatorname"
    rows.refuse(
        rows.text(name).is_null().to_numpy(zero_copy_only=False),
        "no name of an indicator",
        name,
        "Take the file as INFORM publishes it: this one leaves the names of its indices empty.",
    )
    years = rows.whole(year, *_YEARS)
    first, after = year_days(years)
    rows.refuse(first > to_day(today), "year not begun", year, "Check the year.")
    score = rows.values("indicatorscore", *((0, 10) if trends else (None, None)))
    if not trends:
        _refuse_two_values(rows, name, year)
    rows.refuse_repeats("iso3", name, year, of=["indicatorscore"])
    series = [
        Series(measure(key), score, only, columns=_units(rows, key)) for key, only in _measures(rows, name).items()
    ]
    # A release counts as known from the first day of its latest year, whatever year a figure is of.
    known = first if trends else np.full_like(first, first[rows.good].max(initial=first.min()))
    shared: dict[str, Column] = {
        "period_start": dates(first),
        "period_end": dates(after),
        "known_at": dates(known),
        "country_code": rows.countries("iso3"),
        "place": rows.label("countryname"),
    }
    table = observed(rows, INFORM, series, shared)
    why = "the years that it holds for each country; taken as known on the first day of " + (
        "each" if trends else "the latest"
    )
    coverage = covered(rows.countries("iso3"), first, after - 1, rows, why)
    return drafted(opened, rows, table, INFORM, coverage, f"INFORM {'trends' if trends else 'release of the index'}")


def _refuse_two_values(rows: Rows, name: str, year: str) -> None:
    """Leave out every row of an indicator that has two different values for any country and year.

    Of the whole indicator, for where a figure and its score agree both are zero: what was left would be all zeros.
    """
    keys = [rows.label(column).indices.fill_null(-1).to_numpy() for column in (name, "iso3", year)]
    groups, group = np.unique(np.stack(keys, axis=1), axis=0, return_inverse=True)
    group = group.reshape(-1)
    value = rows.values("indicatorscore", None).value
    low, high = np.full(len(groups), np.inf), np.full(len(groups), -np.inf)
    good = rows.good & ~np.isnan(value)
    np.minimum.at(low, group[good], value[good])
    np.maximum.at(high, group[good], value[good])
    rows.refuse(
        good & np.isin(keys[0], groups[low < high, 0]),
        "two values under one name",
        "indicatorscore",
        "A figure and its score from 0 to 10 bear one name: take a file that has IndicatorId.",
    )


def _measures(rows: Rows, name: str) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    keys = mapped(rows.label(name), _key)
    codes = keys.indices.fill_null(-1).to_numpy()
    return {key: codes == n for n, key in enumerate(keys.dictionary.to_pylist())}


def _key(name: str) -> str:
    return _INDICES.get(name, "inform." + re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"))


def _units(rows: Rows, key: str) -> dict[str, Column]:
    if key in MEASURES or not rows.has("unit"):
        return {}
    unit = pc.coalesce(rows.text("unit"), pa.scalar(measure(key).unit))
    return {"unit": unit.dictionary_encode()}
