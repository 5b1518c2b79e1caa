"""Synthetic event files in the official UCDP layout, for measuring. Nothing in them is real."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from data.geodata import admin1
from data.sources.gleditsch_ward import STATES
from data.sources.ucdp_layout import OFFICIAL_COLUMNS

ROWS_A_BLOCK: Final = 100_000
"""Rows made and written at a time, so that a file of any size needs little memory."""
MOST_PLACES: Final = 40_000
"""Distinct coordinates at most: incidents return to the same towns."""

_WORDS: Final = (
    *("market", "road", "clinic", "bridge", "patrol", "village", "river", "school"),
    *("convoy", "camp", "station", "border", "farm", "depot", "harbour", "hill"),
)
_REGIONS: Final = ("Africa", "Americas", "Asia", "Europe", "Middle East")
_BEGIN: Final = np.datetime64("1989-01-01")
_DAYS: Final = 36 * 365
_CONFLICTS: Final = 700
_DYADS: Final = 1_500
_ACTORS: Final = 1_200
_ARTICLES: Final = 20_000
_LINE_BREAK_EVERY: Final = 5
_WITHOUT_HEADLINE: Final = 0.35
"""Share of rows without a headline of their own, as in the published files: there the article stands for it."""


def _texts(rng: np.random.Generator, count: int, words: int, tail: str = "") -> pa.Array:
    picked = rng.integers(0, len(_WORDS), (count, words))
    return pa.array([f"{' '.join(_WORDS[w] for w in row)}{tail} {n}" for n, row in enumerate(picked)])


def _often(rng: np.random.Generator, of: int, rows: int) -> NDArray[np.int64]:
    """Return picks of 0 to `of` - 1 that repeat as towns and actors do: a tenth of them makes up half the rows."""
    picks: NDArray[np.int64] = (of * rng.random(rows) ** 3).astype(np.int64)
    return picks


def _land(rng: np.random.Generator, count: int) -> dict[str, pa.Array]:
    """Return points inside states that have a Gleditsch-Ward number, with that number and the names of the place."""
    areas = admin1("fine")
    by_iso = {state.iso3: state for state in reversed(STATES) if state.last is None}
    countries = np.asarray(areas.countries, dtype=str)
    parts: list[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.str_]]] = []
    found = 0
    while found < count:
        lat = np.round(np.degrees(np.arcsin(rng.uniform(-0.6, 0.9, count))), 6)
        lng = np.round(rng.uniform(-180, 180, count), 6)
        where = np.asarray(areas.locate(lat, lng))
        good = (where >= 0) & np.isin(countries[where], list(by_iso))
        parts.append((lat[good], lng[good], countries[where[good]]))
        found += int(good.sum())
    lat, lng, iso = (np.concatenate(column)[:count] for column in zip(*parts, strict=True))
    return {
        "latitude": pa.array(lat),
        "longitude": pa.array(lng),
        "geom_wkt": pa.array([f"POINT ({x} {y})" for x, y in zip(lng, lat, strict=True)]),
        "priogrid_gid": pa.array(rng.integers(80_000, 200_000, count)),
        "country": pa.array([by_iso[code].name for code in iso]),
        "country_id": pa.array([by_iso[code].number for code in iso]),
        "region": pa.array([_REGIONS[by_iso[code].number % len(_REGIONS)] for code in iso]),
        "adm_1": _texts(rng, 900, 2, " state").take(pa.array(rng.integers(0, 900, count))),
        "adm_2": _texts(rng, 6_000, 1, " district").take(pa.array(rng.integers(0, 6_000, count))),
        "where_coordinates": _texts(rng, count, 1, " town"),
    }


def _feuds(rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return dyads with their numbers, the conflict that each belongs to and its two sides."""
    conflict = rng.integers(0, _CONFLICTS, _DYADS)
    sides = {side: rng.integers(0, _ACTORS, _DYADS) for side in ("side_a", "side_b")}
    actors = _texts(rng, _ACTORS, 2, " front")
    columns = {
        "conflict_name": _texts(rng, _CONFLICTS, 3, ": Government").take(pa.array(conflict)),
        "dyad_name": _texts(rng, _DYADS, 4),
        **{side: actors.take(pa.array(picked)) for side, picked in sides.items()},
    }
    numbers = {"conflict": conflict, "dyad": np.arange(_DYADS), **sides}
    for name, number in numbers.items():
        columns |= {f"{name}_dset_id": pa.array(number + 200), f"{name}_new_id": pa.array(number + 200)}
    return columns


def _reports(rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return texts to pick from for what the source says of its reports."""
    articles = _texts(rng, _ARTICLES, 17).to_pylist()
    broken = [text.replace(" ", "\n", 1) if n % _LINE_BREAK_EVERY == 0 else text for n, text in enumerate(articles)]
    return {
        "source_article": pa.array([f"Agency, {text}" for text in broken]),
        "source_office": _texts(rng, 300, 2),
        "source_headline": _texts(rng, _ARTICLES, 8),
        "source_original": _texts(rng, 400, 2),
        "where_description": _texts(rng, _ARTICLES, 4),
    }


def _block(
    rng: np.random.Generator,
    ids: NDArray[np.int64],
    land: Mapping[str, pa.Array],
    feuds: Mapping[str, pa.Array],
    reports: Mapping[str, pa.Array],
) -> pa.Table:
    rows = len(ids)
    place, dyad = (pa.array(_often(rng, of, rows)) for of in (len(land["latitude"]), _DYADS))
    start = _BEGIN + rng.integers(0, _DAYS, rows).astype("timedelta64[D]")
    spread = np.where(rng.random(rows) < 0.12, rng.integers(1, 31, rows), 0)
    deaths = {
        name: rng.negative_binomial(0.3, 0.2, rows)
        for name in ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    }
    best = np.sum(list(deaths.values()), axis=0)
    columns: dict[str, object] = {
        name: pool.take(pa.array(rng.integers(0, len(pool), rows))) for name, pool in reports.items()
    }
    columns |= {name: values.take(place) for name, values in land.items()}
    columns |= {name: values.take(dyad) for name, values in feuds.items()}
    columns |= deaths
    numbers = pa.array(ids).cast(pa.string())
    unnamed = pa.array(rng.random(rows) < _WITHOUT_HEADLINE)
    columns |= {
        "id": ids,
        "relid": pc.binary_join_element_wise("XXX-2000-1", numbers, "1", "-"),
        "year": start.astype("datetime64[Y]").astype(int) + 1970,
        "active_year": np.ones(rows, dtype=int),
        "code_status": np.full(rows, "Clear"),
        "type_of_violence": rng.choice([1, 2, 3], rows, p=[0.6, 0.15, 0.25]),
        "number_of_sources": rng.choice([-1, 1, 2, 3], rows),
        # A report is that of one incident, so its text stands in few other rows.
        "source_article": pc.binary_join_element_wise(columns["source_article"], numbers, " "),
        "source_headline": pc.if_else(
            unnamed, None, pc.binary_join_element_wise(columns["source_headline"], numbers, " ")
        ),
        "source_date": start.astype(str),
        "where_prec": rng.choice(7, rows, p=[0.55, 0.15, 0.12, 0.1, 0.05, 0.025, 0.005]) + 1,
        "event_clarity": rng.choice([1, 2], rows, p=[0.9, 0.1]),
        "date_prec": np.where(spread > 7, 4, np.where(spread > 0, 2, 1)),
        "date_start": np.char.add(start.astype(str), " 00:00:00.000"),
        "date_end": np.char.add((start + spread.astype("timedelta64[D]")).astype(str), " 00:00:00.000"),
        "best": best,
        "high": best + rng.integers(0, 3, rows),
        "low": np.maximum(best - rng.integers(0, 3, rows), 0),
        "gwnoa": columns["country_id"],
        "gwnob": pa.nulls(rows, pa.int64()),
    }
    return pa.table({name: columns[name] for name in OFFICIAL_COLUMNS})


def write_ged_csv(path: str | os.PathLike[str], rows: int, seed: int) -> Path:
    """Write `rows` invented events in the official 49 columns to `path` and return it; one seed gives one file.

    Shares follow the published files: about 650 bytes a row, places, dyads and actors that repeat, five or more events
    to a coordinate and at most `MOST_PLACES` of them, days over 36 years, reports that hardly repeat, a third of the
    rows without a headline, line breaks inside quotes, unique ids in no order, points inside their stated country.
    """
    out = Path(path)
    rng = np.random.default_rng(seed)
    ids = rng.permutation(rows) + 1
    land = _land(rng, max(50, min(rows // 5, MOST_PLACES)))
    feuds, reports = _feuds(rng), _reports(rng)
    first = _block(rng, ids[:ROWS_A_BLOCK], land, feuds, reports)
    with csv.CSVWriter(out, first.schema) as writer:
        writer.write_table(first)
        for begin in range(ROWS_A_BLOCK, rows, ROWS_A_BLOCK):
            writer.write_table(_block(rng, ids[begin : begin + ROWS_A_BLOCK], land, feuds, reports))
    return out
