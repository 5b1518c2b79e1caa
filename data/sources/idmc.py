"""IDMC's Internal Displacement Updates: people newly displaced, by event and place, within the last weeks (flows)."""

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
from data.sources.idmc_locations import spread
from data.sources.idmc_roles import reduce_by_role
from data.sources.observation_draft import (
    Column,
    Series,
    covered,
    dates,
    drafted,
    known,
    observed,
    refuse_empty,
    whole_span,
)
from data.sources.observation_rows import NO_DAY, Days, Rows, names_of, read_rows
from data.task import Task

TITLE: Final = "IDMC Internal Displacement Updates"
IDU: Final = Card(
    key="idmc_idu",
    title="IDMC Internal Displacement Updates (IDU)",
    publisher="Internal Displacement Monitoring Centre (IDMC)",
    citation="Internal Displacement Monitoring Centre (IDMC), Internal Displacement Updates",
    licence="CC BY-IGO",
    raw_shareable=True,
    rhythm="every day",
    lag_days=14,
    mutability="living",
    scope_note="New displacements within a country, preliminary; nobody who was displaced before, and nobody abroad.",
    namespace="idmc_idu",
)
CARDS: Final = (IDU,)

_TELLING: Final = frozenset({"displacement_type", "figure", "iso3", "displacement_date"})
_NEEDED: Final = ("iso3", "displacement_type", "figure", "latitude", "longitude")
_WANTED: Final = (
    *("id", "old_id", "country", "qualifier", "role", "event_id", "event_name", "event_start_date", "created_at"),
    *("displacement_date", "displacement_start_date", "displacement_end_date"),
    *("locations_name", "locations_coordinates", "locations_type", "locations_accuracy"),
)
_TYPES: Final = {"conflict": "idmc.displaced_conflict", "disaster": "idmc.displaced_disaster"}
_LEAST: Final = "more than"


def detect(opened: Opened) -> bool:
    """Return whether a file's column names are those of IDMC's updates."""
    return names_of(opened) >= _TELLING


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: date | None = None, task: Task, today: date
) -> Draft:
    """Return the updates as a draft, each event counted once (methods.md 10): JSON from IDMC or CSV from HDX.

    Its texts in HTML are not read.
    """
    del coverage_end
    opened = opened or open_table(path)
    rows = read_rows(opened, _NEEDED, _WANTED, task)
    rows.require("iso3", "displacement_type")
    figure = rows.values("figure")
    kind = pc.utf8_lower(rows.text("displacement_type"))
    named = pc.fill_null(pc.is_in(kind, pa.array(list(_TYPES))), fill_value=False).to_numpy(zero_copy_only=False)
    rows.refuse(~named, "unknown code", "displacement_type", "Use Conflict or Disaster.")
    first, last, told = _days(rows, today)
    latitude, longitude = rows.values("latitude", -90, 90).value, rows.values("longitude", -180, 180).value
    one_only = np.isnan(latitude) != np.isnan(longitude)
    rows.refuse(one_only, "one coordinate missing", "latitude", "Give both coordinates or neither.")
    reduced = reduce_by_role(rows, first, last)
    shares = spread(rows, latitude, longitude)
    refuse_empty(rows)
    task.step("checking", 0, None)
    least = pc.fill_null(pc.equal(pc.utf8_lower(rows.text("qualifier")), _LEAST), fill_value=False)
    low = np.where(least.to_numpy(zero_copy_only=False), figure.value, np.nan)
    series = [
        Series(
            MEASURES[key],
            figure,
            pc.fill_null(pc.equal(kind, word), fill_value=False).to_numpy(zero_copy_only=False),
            low,
        )
        for word, key in _TYPES.items()
    ]
    country = rows.countries("iso3")
    shared: dict[str, Column] = {
        "period_start": dates(first),
        "period_end": dates(last + 1),
        "known_at": dates(told),
        "country_code": country,
        "origin_country": country,
    }
    table = observed(rows, IDU, series, shared, shares)
    why = (
        f"the days of displacement that it holds for each country; {reduced}; figures of several places in equal parts"
    )
    coverage = covered(country, *whole_span(first, last, rows), rows, why)
    return drafted(opened, rows, table, IDU, coverage, f"IDMC IDU; {reduced}")


def _days(rows: Rows, today: date) -> tuple[Days, Days, Days]:
    """Return the first and last day of each displacement, and the day on which the update was made."""
    day, first, last = (
        rows.days(name, needed=False)
        for name in ("displacement_date", "displacement_start_date", "displacement_end_date")
    )
    first = np.where(first == NO_DAY, day, first)
    last = np.where(last == NO_DAY, np.maximum(day, first), last)
    rows.refuse(first == NO_DAY, "missing displacement_date", "displacement_date", "Give a date, or leave the row out.")
    rows.refuse((last < first) & rows.good, "end before start", "displacement_end_date", "Swap the two dates.")
    made = rows.days("created_at", needed=False)
    return first, last, np.where(made == NO_DAY, known(last + 1, IDU.lag_days, today), made).astype(np.int32)
