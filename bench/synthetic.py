"""Synthetic event files in the official UCDP layout, for measuring. Nothing in them is real."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from data.geodata import admin1
from data.sources.gleditsch_ward import STATES
from data.sources.ucdp_layout import OFFICIAL_COLUMNS

ROWS_A_BLOCK: Final = 100_000
"""Rows made and written at a time, so that a file of any size needs little memory."""

_WORDS: Final = (
    *("market", "road", "clinic", "bridge", "patrol", "village", "river", "school"),
    *("convoy", "camp", "station", "border", "farm", "depot", "harbour", "hill"),
)
_BEGIN: Final = np.datetime64("1989-01-01")
_DAYS: Final = 36 * 365
_LINE_BREAK_EVERY: Final = 40


def _texts(rng: np.random.Generator, count: int, words: int, tail: str = "") -> pa.Array:
    picked = rng.integers(0, len(_WORDS), (count, words))
    return pa.array([f"{' '.join(_WORDS[w] for w in row)}{tail} {n}" for n, row in enumerate(picked)])


@dataclass(frozen=True, slots=True)
class Land:
    """Points (degrees) inside states that have a Gleditsch-Ward number, with that number and name."""

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    country: NDArray[np.str_]
    country_id: NDArray[np.int64]

    def columns(self, rows: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
        """Return the columns of a file, one point for each of `rows`."""
        return {field.name: getattr(self, field.name)[rows] for field in fields(self)}


def land(rng: np.random.Generator, count: int) -> Land:
    """Return `count` points, uniform over the land of the states."""
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
    names = np.array([by_iso[code].name for code in iso])
    return Land(lat, lng, names, np.array([by_iso[code].number for code in iso]))


def _pools(rng: np.random.Generator) -> dict[str, pa.Array]:
    articles = _texts(rng, 40_000, 16).to_pylist()
    broken = [text.replace(" ", "\n", 1) if n % _LINE_BREAK_EVERY == 0 else text for n, text in enumerate(articles)]
    actors = _texts(rng, 800, 2, " front")
    return {
        "conflict_name": _texts(rng, 500, 3, ": Government"),
        "dyad_name": _texts(rng, 900, 5),
        "side_a": actors,
        "side_b": actors,
        "source_article": pa.array([f"Agency, {text}" for text in broken]),
        "source_office": _texts(rng, 300, 2),
        "source_headline": _texts(rng, 60_000, 9),
        "source_original": _texts(rng, 400, 2),
        "where_coordinates": _texts(rng, 15_000, 1, " town"),
        "where_description": _texts(rng, 25_000, 4),
        "adm_1": _texts(rng, 900, 1, " state"),
        "adm_2": _texts(rng, 6_000, 1, " district"),
    }


def _block(
    rng: np.random.Generator,
    begin: int,
    rows: int,
    ground: Land,
    pools: Mapping[str, pa.Array],
) -> pa.Table:
    place = rng.integers(0, len(ground.latitude), rows)
    start = _BEGIN + rng.integers(0, _DAYS, rows).astype("timedelta64[D]")
    spread = np.where(rng.random(rows) < 0.12, rng.integers(1, 31, rows), 0)
    deaths = {
        name: rng.negative_binomial(0.3, 0.2, rows)
        for name in ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    }
    best = np.sum(list(deaths.values()), axis=0)
    kind = rng.choice([1, 2, 3], rows, p=[0.6, 0.15, 0.25])
    columns: dict[str, object] = {
        name: pool.take(pa.array(rng.integers(0, len(pool), rows))) for name, pool in pools.items()
    }
    columns |= ground.columns(place)
    columns |= deaths
    columns |= {
        "id": np.arange(begin + 1, begin + rows + 1),
        "relid": pa.array([f"XXX-2000-1-{n}-1" for n in range(begin, begin + rows)]),
        "year": start.astype("datetime64[Y]").astype(int) + 1970,
        "active_year": np.ones(rows, dtype=int),
        "code_status": np.full(rows, "Clear"),
        "type_of_violence": kind,
        "number_of_sources": rng.choice([-1, 1, 2, 3], rows),
        "source_date": start.astype(str),
        "where_prec": rng.choice(7, rows, p=[0.55, 0.15, 0.12, 0.1, 0.05, 0.025, 0.005]) + 1,
        "geom_wkt": np.full(rows, "POINT (30.123456 12.123456)"),
        "priogrid_gid": rng.integers(80_000, 200_000, rows),
        "region": np.full(rows, "Africa"),
        "event_clarity": rng.choice([1, 2], rows, p=[0.9, 0.1]),
        "date_prec": np.where(spread > 7, 4, np.where(spread > 0, 2, 1)),
        "date_start": np.char.add(start.astype(str), " 00:00:00.000"),
        "date_end": np.char.add((start + spread.astype("timedelta64[D]")).astype(str), " 00:00:00.000"),
        "best": best,
        "high": best + rng.integers(0, 3, rows),
        "low": np.maximum(best - rng.integers(0, 3, rows), 0),
    }
    numbers = rng.integers(100, 16_000, rows)
    return pa.table({name: columns.get(name, numbers) for name in OFFICIAL_COLUMNS})


def write_ged_csv(path: str | os.PathLike[str], rows: int, seed: int) -> Path:
    """Write `rows` invented events in the official 49 columns to `path` and return it; one seed gives one file.

    Shares follow the published files: about 600 bytes a row, five or more events to a coordinate, some line breaks
    inside quotes, ids unique, points inside their stated country.
    """
    out = Path(path)
    rng = np.random.default_rng(seed)
    ground = land(rng, max(50, min(rows // 5, 250_000)))
    pools = _pools(rng)
    first = _block(rng, 0, min(rows, ROWS_A_BLOCK), ground, pools)
    with csv.CSVWriter(out, first.schema) as writer:
        writer.write_table(first)
        for begin in range(ROWS_A_BLOCK, rows, ROWS_A_BLOCK):
            writer.write_table(_block(rng, begin, min(ROWS_A_BLOCK, rows - begin), ground, pools))
    return out
