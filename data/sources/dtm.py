"""IOM's Displacement Tracking Matrix: people displaced within their country, counted in rounds by area (stocks)."""

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
from data.sources.observation_draft import Column, Series, covered, dates, drafted, left_empty, observed
from data.sources.observation_rows import Floats, Rows, Values, names_of, read_rows
from data.task import Task
from geo.periods import to_day

TITLE: Final = "IOM DTM (version 2 or 3)"
DTM: Final = Card(
    key="iom_dtm",
    title="IOM Displacement Tracking Matrix (DTM)",
    publisher="International Organization for Migration (IOM)",
    citation="International Organization for Migration (IOM), Displacement Tracking Matrix (DTM)",
    licence="HDX: non-commercial use only, no redistribution and no derivative works",
    raw_shareable=False,
    rhythm="in rounds, by operation",
    lag_days=30,
    mutability="living",
    scope_note="Only where and when an operation counts; a round is not the whole country.",
    namespace="iom_dtm",
)
CARDS: Final = (DTM,)

_TELLING: Final = frozenset({"admin0pcode", "numpresentidpind", "reportingdate"})
_NEEDED: Final = ("admin0pcode", "numpresentidpind", "reportingdate")
_LEVELS: Final = (0, 1, 2)
_PLACES: Final = tuple(f"admin{level}{end}" for level in _LEVELS for end in ("name", "pcode"))
_PARTS: Final = ("displacementreason", "idporiginadmin1name", "idporiginadmin1pcode", "assessmenttype")
_WANTED: Final = ("operation", "adminlevel", "roundnumber", "numbermales", "numberfemales", *_PLACES, *_PARTS)


def detect(opened: Opened) -> bool:
    """Return whether a file's column names are those of DTM, of either version or of its interface."""
    return names_of(opened) >= _TELLING


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: date | None = None, task: Task, today: date
) -> Draft:
    """Return the counts as a draft: one measure a level, for the levels count the same people.

    The level is the one that the file states, else the deepest that a row names.
    """
    del coverage_end
    opened = opened or open_table(path)
    rows = read_rows(opened, _NEEDED, _WANTED, task)
    rows.require("admin0pcode")
    day = rows.days("reportingdate")
    rows.refuse(day > to_day(today), "a date in the future", "reportingdate", "Check the date.")
    people, men, women = (rows.values(name) for name in ("numpresentidpind", "numbermales", "numberfemales"))
    level = _levels(rows)
    keys = ("operation", "adminlevel", "roundnumber", "reportingdate", *_PLACES, *_PARTS)
    rows.refuse_repeats(*keys, of=["numpresentidpind"])
    series = [
        Series(MEASURES[f"dtm.idps_admin{n}{end}"], values, only=level == n)
        for n in _LEVELS
        for end, values in (("", people), ("_female", women), ("_male", men))
        if (level == n).any() and rows.has(values.column)
    ]
    country = rows.countries("admin0pcode")
    shared: dict[str, Column] = {
        "period_start": dates(day),
        "period_end": dates(day + 1),
        "known_at": dates(day),
        "country_code": country,
        "origin_country": country,
        "place_code": pc.binary_join_element_wise("pcode:", _deepest(rows, "pcode", level), "").dictionary_encode(),
        "place": _deepest(rows, "name", level).dictionary_encode(),
    }
    table = observed(rows, DTM, series, shared)
    why = "the days on which it counts in each country; taken as known on the day of report"
    coverage = covered(country, day, day, rows, why)
    version = "version 3" if rows.has("adminlevel") or rows.has("displacementreason") else "version 2"
    return drafted(opened, rows, table, DTM, coverage, f"IOM DTM, {version}{left_empty(series, rows)}")


def _levels(rows: Rows) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    """Return the level of each row: stated, else the deepest whose code or name is given."""
    found = np.zeros(len(rows), dtype=np.int64)
    for level in _LEVELS:
        given = pc.coalesce(rows.text(f"admin{level}pcode"), rows.text(f"admin{level}name")).is_valid()
        found[given.to_numpy(zero_copy_only=False)] = level
    if not rows.has("adminlevel"):
        return found
    stated: Values = rows.values("adminlevel", _LEVELS[0], _LEVELS[-1])
    value: Floats = stated.value
    rows.refuse(~np.isnan(value) & (value % 1 != 0), "bad number", "adminlevel", "Write 0, 1 or 2.")
    return np.where(np.isnan(value), found, np.nan_to_num(value)).astype(np.int64)


def _deepest(rows: Rows, end: str, level: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> pa.Array:
    """Return the code or name of each row's area at its level; missing where it is not given."""
    out = rows.text(f"admin0{end}")
    for n in _LEVELS[1:]:
        out = pc.if_else(pa.array(level == n), rows.text(f"admin{n}{end}"), out)
    return out
