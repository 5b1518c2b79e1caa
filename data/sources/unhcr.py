"""UNHCR's refugee statistics: people at the year's end (stocks) and in the year (flows), by origin and asylum."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.draft import Draft
from data.measures import MEASURES
from data.readers import open_table
from data.readers.opened import Opened
from data.sources.observation_draft import (
    Column,
    Series,
    covered,
    dates,
    drafted,
    known,
    left_empty,
    observed,
    refuse_empty,
    year_days,
)
from data.sources.observation_rows import Days, Rows, Values, names_of, read_rows
from data.sources.unhcr_files import ALIASES, CODES, FILES, POPULATION_TYPES, File, part_of, which
from data.task import Task
from geo.errors import FileRefused
from geo.periods import to_day

TITLE: Final = "UNHCR population, flows, solutions, demographics, IDMC or UNRWA figures"
CARDS: Final = tuple(file.card for file in FILES)

_KEYS: Final = ("year", "coo", "coo_iso", "coo_name", "coa", "coa_iso", "coa_name")
_NEEDED: Final = ("year", "coo_iso", "coa_iso")
_DETAILS: Final = ("pop_type", "location", "loc_type", "acc_type")
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2200
_SETTINGS: Final = {"R": "rural", "U": "urban", "V": "various settings"}
_HOUSING: Final = {
    "I": "individual accommodation",
    "P": "planned camp",
    "S": "self-settled camp",
    "C": "collective centre",
    "R": "reception centre",
    "U": "accommodation unknown",
}


def detect(opened: Opened) -> bool:
    """Return whether a file's column names are UNHCR's: origin and asylum by its codes, or its table of codes."""
    names = names_of(opened)
    aliased = {ALIASES.get(name, name) for name in names}
    return names >= CODES or (set(_NEEDED) <= aliased and any(file.telling & aliased for file in FILES))


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: date | None = None, task: Task, today: date
) -> Draft:
    """Return a file of UNHCR's as a draft: Parquet, CSV or a page of its interface's answer.

    Raises `FileRefused` for its table of codes, which `unhcr_codes.read_codes` reads and which holds no observation.
    """
    del coverage_end
    opened = opened or open_table(path)
    names = names_of(opened)
    if names >= CODES:
        raise FileRefused(
            f"{opened.name} is UNHCR's table of country codes: it holds no observation, so there is nothing to store.",
            remedy="Load the population, flows or demographics file; UNHCR's files name countries by ISO code as well.",
        )
    figures = [figure for file in FILES for figure in file.figures]
    rows = read_rows(opened, _NEEDED, (*_KEYS, *_DETAILS, *dict.fromkeys(figures)), task, ALIASES)
    file = which(rows)
    years = rows.whole("year", _FIRST_YEAR, _LAST_YEAR)
    rows.require("coo_iso", "coa_iso")
    first, after = year_days(years)
    rows.refuse(after > to_day(today), "year not over", "year", "Figures are kept once their year is over.")
    series = _located(rows, file) if file.by_location else _plain(rows, file)
    # UNHCR's own code tells apart what has no ISO code of its own.
    keys = ("year", "coo", "coo_iso", "coa", "coa_iso", *(_DETAILS if file.by_location else ()))
    rows.refuse_repeats(*keys, of=[name for name in file.figures if rows.has(name)])
    refuse_empty(rows)
    task.step("checking", 0, None)
    table = observed(rows, file.card, series, _shared(rows, file, after, today))
    refuse_empty(rows)
    part = part_of(opened)
    why = f"the years that it holds for each country of asylum; taken as known {file.card.lag_days} days after each"
    coverage = covered(rows.countries("coa_iso"), first, after - 1, rows, why + part)
    layout = f"UNHCR {file.name}{part}{left_empty(series, rows)}"
    return drafted(opened, rows, table, file.card, coverage, layout)


def _plain(rows: Rows, file: File) -> list[Series]:
    """Return one series a figure, with the year or its last day as its period."""
    return [_dated(rows, f"{file.prefix}{figure}", rows.values(figure)) for figure in file.figures if rows.has(figure)]


def _located(rows: Rows, file: File) -> list[Series]:
    """Return the total of each population type, and women and men where they make up the total.

    Where nothing is broken down UNHCR writes zero beside a total: that is missing, not zero.
    """
    kinds = rows.text("pop_type")
    familiar = pc.fill_null(pc.is_in(kinds, pa.array(list(POPULATION_TYPES))), fill_value=False)
    remedy = f"Use one of {', '.join(POPULATION_TYPES)}."
    rows.refuse(~familiar.to_numpy(zero_copy_only=False), "unknown code", "pop_type", remedy)
    total = rows.values("total")
    women, men = (rows.values(name) for name in ("f_total", "m_total"))
    told_apart = np.nan_to_num(women.value) + np.nan_to_num(men.value) == total.value
    found = []
    for code, name in POPULATION_TYPES.items():
        only = pc.fill_null(pc.equal(kinds, code), fill_value=False).to_numpy(zero_copy_only=False)
        stem = f"{file.prefix}{name}"
        found.append(_dated(rows, stem, total, only))
        found += [_dated(rows, stem + end, one, only & told_apart) for end, one in (("_female", women), ("_male", men))]
    return found


def _dated(rows: Rows, key: str, values: Values, only: NDArray[np.bool_] | None = None) -> Series:
    first, after = year_days(rows.whole("year", _FIRST_YEAR, _LAST_YEAR))
    measure = MEASURES[key]
    begins = after - 1 if measure.kind == "stock" else first
    return Series(measure, values, only, columns={"period_start": dates(begins), "period_end": dates(after)})


def _shared(rows: Rows, file: File, after: Days, today: date) -> Mapping[str, Column]:
    origin = rows.countries("coo_iso")
    shared: dict[str, Column] = {
        "known_at": dates(known(after, file.card.lag_days, today)),
        "country_code": rows.countries("coa_iso"),
        "origin_country": origin,
    }
    place = rows.text("coa_name" if rows.has("coa_name") else "coa_iso")
    from_ = pc.coalesce(rows.text("coo_name"), rows.text("coo_iso"))
    unknown = pc.and_(origin.is_null(), pc.not_equal(from_, place))
    if file.by_location:
        place = rows.text("location")
        dispersed = pc.starts_with(pc.utf8_lower(place), "dispersed")  # names no place
        named = pc.if_else(dispersed, pa.scalar(None, pa.string()), place)
        shared["place_code"] = pc.binary_join_element_wise("name:", named, "").dictionary_encode()
        setting, housing = (
            pc.coalesce(pa.array([words.get(code) for code in rows.text(name).to_pylist()], pa.string()), pa.scalar(""))
            for name, words in (("loc_type", _SETTINGS), ("acc_type", _HOUSING))
        )
        place = pc.binary_join_element_wise(place, setting, housing, ", ", null_handling="skip")
    named = pc.binary_join_element_wise(place, from_, ", from ", null_handling="skip")
    shared["place"] = pc.if_else(unknown, named, place).dictionary_encode()
    return shared
