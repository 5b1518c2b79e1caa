"""VIEWS: forecasts of deaths in state-based conflict by country and month (cm) or PRIO-GRID cell and month (pgm)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.card import Card
from data.coverage import Coverage
from data.draft import Draft
from data.located import locate
from data.measures import MEASURES
from data.readers import open_table
from data.readers.json_records import JsonRecords
from data.readers.opened import Opened
from data.sources.observation_draft import Column, Series, covered, dates, drafted, left_empty, month_days, observed
from data.sources.observation_rows import Days, Rows, names_of, read_rows
from data.sources.prio_grid import CELLS, centres
from data.task import Task
from geo.errors import FileRefused
from geo.periods import to_date

TITLE: Final = "VIEWS forecasts (cm or pgm)"
VIEWS: Final = Card(
    key="views",
    title="VIEWS (Violence & Impacts Early-Warning System) forecasts",
    publisher="VIEWS: Uppsala University and Peace Research Institute Oslo",
    citation="VIEWS, Uppsala University and PRIO, viewsforecasting.org",
    licence="not stated at the source; CC BY-SA in HDX's catalogue",
    raw_shareable=True,
    rhythm="every month, for the 36 months after its data end",
    lag_days=30,
    mutability="versioned",
    scope_note="State-based deaths only, not violence against civilians; cells for Africa and the Middle East only.",
    namespace="views",
)
CARDS: Final = (VIEWS,)

_TELLING: Final = frozenset({"month_id", "main_mean", "main_dich"})
_NEEDED: Final = ("month_id", "main_mean", "main_dich")
_MONTHS_BEFORE: Final = (1980 - 1970) * 12
"""VIEWS counts months from January 1980 as 1; numpy from January 1970 as 0."""
_LAST_MONTH: Final = 12 * 200
_RUN: Final = re.compile(r"\b(fatalities\d{3}_(\d{4})_(\d{2})_t\d{2})\b")


def detect(opened: Opened) -> bool:
    """Return whether a file's column names are those of VIEWS's forecasts, by country or by cell."""
    names = names_of(opened)
    return names >= _TELLING and bool(names & {"pg_id", "isoab", "country_id"})


@dataclass(frozen=True, slots=True)
class _Run:
    """Which run it is (empty where the file does not say), the last day of its data, and which part of it this is."""

    name: str
    cut_off: int
    part: str


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: date | None = None, task: Task, today: date
) -> Draft:
    """Return a page of VIEWS's interface, or its rows as a table, as a draft.

    Mean and probability only: its logarithms say the same again, its surrogates explain. Raises `FileRefused` where
    no month of data cut-off can be known.
    """
    del coverage_end, today
    opened = opened or open_table(path)
    rows = read_rows(opened, _NEEDED, ("pg_id", "isoab", "name", "country_id"), task)
    by_cell = rows.has("pg_id")
    month = rows.whole("month_id", 1, _LAST_MONTH)
    first, after = month_days(np.full_like(month, 1980), month)
    run = _run(opened, int(month.min()), len(rows))
    rows.refuse(first <= run.cut_off, "a month before the forecast", "month_id", "Load the run that it belongs to.")
    end = "_cell" if by_cell else ""
    series = [
        Series(MEASURES[f"views.sb_mean{end}"], rows.values("main_mean")),
        Series(MEASURES[f"views.sb_probability{end}"], rows.values("main_dich", 0, 1)),
    ]
    rows.refuse_repeats("pg_id" if by_cell else "country_id", "isoab", "month_id", of=["main_mean", "main_dich"])
    shared: dict[str, Column] = {
        "period_start": dates(first),
        "period_end": dates(after),
        "known_at": dates(np.full(len(rows), run.cut_off, dtype=np.int32)),
        "horizon_days": (after - run.cut_off).astype(np.int32),
    }
    shared |= _cells(rows) if by_cell else _countries(rows)
    table = observed(rows, VIEWS, series, shared)
    layout = f"VIEWS {'pgm' if by_cell else 'cm'}{' of ' + run.name if run.name else ''}{run.part}"
    coverage = _coverage(rows, first, after, run)
    return drafted(opened, rows, table, VIEWS, coverage, layout + left_empty(series, rows))


def _run(opened: Opened, first_month: int, held: int) -> _Run:
    """Return the run from the links of the answer; without any, the month before its first is its cut-off."""
    beside = opened.envelope if isinstance(opened, JsonRecords) else {}
    found = _RUN.search(" ".join(beside.get(link, "") for link in ("next_page", "prev_page")))
    begins = beside.get("start_date", "")
    first_month = int(begins) if begins.isdigit() else first_month
    ordinal = (int(found[2]) - 1970) * 12 + int(found[3]) if found else first_month + _MONTHS_BEFORE - 1
    cut_off = int(np.datetime64(ordinal, "M").astype("datetime64[D]").astype(np.int64)) - 1
    rows, page, pages = (beside.get(name, "") for name in ("row_count", "page_cur", "page_count"))
    part = ""
    if rows.isdigit() and int(rows) != held:
        part = f"; a part: {held:,} of {int(rows):,} rows, page {page} of {pages}"
    elif not beside:
        part = "; a table without VIEWS's count of rows: it may be a part"
    if first_month + _MONTHS_BEFORE - 1 < ordinal:
        raise FileRefused(
            f"{opened.name} says that its forecast begins before its data end.", remedy="Download it again."
        )
    return _Run(found[1] if found else "", cut_off, part)


def _cells(rows: Rows) -> Mapping[str, Column]:
    ids = rows.whole("pg_id", 1, CELLS)
    lat, lng = centres(ids)
    code = pc.binary_join_element_wise("pg:", pa.array(ids).cast(pa.string()), "")
    return {"place_code": code.dictionary_encode(), "latitude": lat, "longitude": lng}


def _countries(rows: Rows) -> Mapping[str, Column]:
    rows.require("isoab")
    return {"country_code": rows.countries("isoab"), "place": rows.label("name")}


def _coverage(rows: Rows, first: Days, after: Days, run: _Run) -> Coverage:
    """Return the months that are forecast for each country; for cells, for the country that holds a cell's centre."""
    why = f"the months that it forecasts, from data to {to_date(run.cut_off)}{run.part}"
    if not rows.has("pg_id"):
        return covered(rows.countries("isoab"), first, after - 1, rows, why)
    holding = locate(*centres(rows.whole("pg_id", 1, CELLS))).area_country
    return covered(holding, first, after - 1, rows, f"{why}; countries that hold the centre of a cell")
