"""UCDP's country-year table of organised violence: deaths a country and year. Observations, never events."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.coverage import Coverage, Span, merged
from data.draft import OBSERVATIONS, Draft
from data.manifest import Origin
from data.observations import conform_observations
from data.readers import open_table
from data.readers.opened import Batch, Opened, StartAgain
from data.sources.door import BatchDoor
from data.sources.gleditsch_ward import GED_BEGINS, STATES
from data.sources.kept_rows import KeptRows, kept_rows
from data.sources.layout import names_of
from data.sources.ucdp import GED
from data.sources.ucdp_rows import country_codes
from data.sources.ucdp_values import BAD, Decoder, whole_number, whole_numbers
from data.task import Task
from geo.errors import FileRefused

CARD: Final = replace(
    GED,
    key="ucdp_country_year",
    title="UCDP organized violence, country-year",
    rhythm="once a year, for the years to the end of the year before",
    scope_note=(
        "Deaths a country and calendar year, of its time: nothing below the country. Sums of what GED holds as events, "
        "so the two never add up."
    ),
    namespace="ucdp_country_year",
)
CARDS: Final = (CARD,)
TITLE: Final = "UCDP organized violence by country and year"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure and the columns that hold its value and limits; no limits where the table gives none."""

    name: str
    value: str
    low: str = ""
    high: str = ""


def _ranged(name: str, stem: str) -> Measure:
    return Measure(f"ucdp.{name}_best", *(f"{stem}_{part}_cy" for part in ("best", "low", "high")))


MEASURES: Final = (
    _ranged("sb_deaths", "sb_total_deaths"),
    _ranged("ns_deaths", "ns_total_deaths"),
    _ranged("os_deaths", "os_total_deaths"),
    _ranged("os_government_deaths", "os_any_govt_killings"),
    _ranged("os_nonstate_deaths", "os_nsgroup_killings"),
    _ranged("all_deaths", "cumulative_total_deaths_in_orgvio"),
    Measure("ucdp.sb_deaths_civilians", "sb_deaths_civilians_cy"),
    Measure("ucdp.ns_deaths_civilians", "ns_deaths_civilians_cy"),
)
"""What is kept of the table: state-based (sb), non-state (ns) and one-sided (os) deaths, and their sum."""

_COUNTED: Final = tuple(
    dict.fromkeys(column for one in MEASURES for column in (one.value, one.low, one.high) if column)
)
_KEYS: Final = ("country_id_cy", "country_cy", "year_cy")
_TELLING: Final = frozenset({*_KEYS, "sb_total_deaths_best_cy", "os_total_deaths_best_cy"})
_NUMBERS: Final = np.array([state.number for state in STATES])
_VERSION: Final = re.compile(r"(\d{2})\.\d+")
_CENTURY: Final = 2000


def detect(opened: Opened) -> bool:
    """Return whether a file has the columns that tell UCDP's country-year table."""
    rows = opened.first_rows(1)
    return bool(rows) and set(names_of(rows[0])) >= _TELLING


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: dt.date | None = None, task: Task, today: dt.date
) -> Draft:
    """Return the table as a draft of observations, as many a row as there are `MEASURES`.

    Raises `FileRefused` where columns are missing or no row can be kept, `data.task.Cancelled` where stopped.
    """
    opened = opened or open_table(path)
    names = names_of(opened.first_rows(1)[0])
    missing = [column for column in (*_KEYS, *_COUNTED) if column not in names]
    if missing:
        raise FileRefused(
            f"{opened.name} is not a complete country-year table: the columns {', '.join(missing)} are missing.",
            remedy="Use the file as UCDP publishes it.",
        )
    wanted = [column for column in (*_KEYS, *_COUNTED, "version") if column in names]
    rows = _collected(opened, {column: names.index(column) for column in wanted}, len(names), task, today)
    rows.refuse_unusable(opened.name)
    return Draft(
        kind=OBSERVATIONS,
        table=_observations(rows.table),
        card=CARD,
        coverage=_coverage(rows.table, coverage_end),
        origin=Origin(opened.name, opened.sha256(), opened.size, f"{opened.format}; columns: country-year"),
        rejections=rows.rejections,
    )


def _collected(opened: Opened, columns: dict[str, int], width: int, task: Task, today: dt.date) -> KeptRows:
    while True:
        tables: list[pa.Table] = []
        complaints: list[pa.Table] = []
        read = 0
        decoder = Decoder(whole_number)
        try:
            for batch in opened.batches(columns, width, 1):
                task.step("reading", batch.done, batch.of)
                read += len(batch.rows) + (batch.malformed.num_rows if batch.malformed is not None else 0)
                complaints += [batch.malformed] if batch.malformed is not None else []
                tables.append(_checked(batch, decoder, today, complaints))
        except StartAgain:
            continue
        return kept_rows(tables, complaints, read, 0, "country and year")


def _checked(batch: Batch, decoder: Decoder, today: dt.date, complaints: list[pa.Table]) -> pa.Table:
    door = BatchDoor(batch)
    numbers, years = (whole_numbers(door.text(name), decoder) for name in ("country_id_cy", "year_cy"))
    remedy = "Use the Gleditsch-Ward number that UCDP gives the country."
    door.refuse(~np.isin(numbers, _NUMBERS), "unknown code", "country_id_cy", remedy)
    door.refuse(years <= BAD, "bad number", "year_cy", "Write the year in four digits.")
    out = ((years < GED_BEGINS.year) | (years >= today.year)) & (years > BAD)
    door.refuse(out, "year out of range", "year_cy", "The table runs from 1989 to the year before its release.")
    counts = {}
    for column in _COUNTED:
        counts[column] = door.deaths(column, whole_numbers(door.text(column), decoder))
    complaints += door.complaints
    key = [f"{number} in {year}" for number, year in zip(numbers.tolist(), years.tolist(), strict=True)]
    columns = {
        "row": batch.rows,
        "country and year": key,
        "number": numbers.astype(np.int32),
        "year": years.astype(np.int32),
        "country": door.text("country_cy"),
        "version": door.text("version"),
        **counts,
    }
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    return table.filter(pa.array(door.good))


def _observations(table: pa.Table) -> pa.Table:
    size = table.num_rows
    years = table["year"].to_numpy()
    starts = ((years - 1970).astype("datetime64[Y]")).astype("datetime64[D]")
    ends = ((years - 1969).astype("datetime64[Y]")).astype("datetime64[D]")
    places = pc.binary_join_element_wise("gw", table["number"].cast(pa.string()), ":")
    return conform_observations(
        pa.concat_tables(
            pa.table(
                {
                    "source": pa.array([CARD.key] * size),
                    "measure": pa.array([one.name] * size),
                    "kind": pa.array(["count"] * size),
                    "value": table[one.value].cast(pa.float64()),
                    "low": _limit(table, one, one.low),
                    "high": _limit(table, one, one.high),
                    "unit": pa.array(["people"] * size),
                    "state": pa.array(["observed"] * size),
                    "period_start": pa.array(starts),
                    "period_end": pa.array(ends),
                    "known_at": pa.array([_released(table)] * size),
                    "cell": np.zeros(size, dtype=np.uint64),
                    "country_code": country_codes(table["number"].to_numpy()).cast(pa.string()),
                    "place_code": places,
                    "place": table["country"],
                    "origin_cell": np.zeros(size, dtype=np.uint64),
                    "exercise": np.zeros(size, dtype=bool),
                }
            )
            for one in MEASURES
        )
    )


def _limit(table: pa.Table, one: Measure, column: str) -> pa.Array:
    """Return a limit; neither is taken where the table has low above high, which it has in two rows of 25.1."""
    none = pa.scalar(None, pa.float64())
    if not column:
        return pa.nulls(table.num_rows, pa.float64())
    return pc.if_else(pc.greater(table[one.low], table[one.high]), none, table[column].cast(pa.float64()))


def _released(table: pa.Table) -> dt.date:
    """Return the day by which a release is out: the middle of its year, which the version or the last year tells.

    UCDP publishes its yearly release in June; the table holds no day.
    """
    found = _VERSION.match(table["version"][0].as_py() or "")
    year = _CENTURY + int(found[1]) if found else pc.max(table["year"]).as_py() + 1
    return dt.date(year, 6, 30)


def _coverage(table: pa.Table, stated_end: dt.date | None) -> Coverage:
    codes = country_codes(table["number"].to_numpy()).cast(pa.string()).to_pylist()
    pairs = sorted(set(zip(codes, table["year"].to_pylist(), strict=True)))
    spans = [Span(code, dt.date(year, 1, 1), dt.date(year, 12, 31)) for code, year in pairs]
    reason = "every country and year that has a row"
    if stated_end:
        spans = [replace(one, last=min(one.last, stated_end)) for one in spans if one.first <= stated_end]
        reason += f"; its end was set by hand to {stated_end}"
    if not spans:
        raise FileRefused(f"Nothing is covered before {stated_end}.", remedy="Give a later end of coverage.")
    return Coverage(merged(spans), "countries", reason)
