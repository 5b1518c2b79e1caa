"""Invented events in the official UCDP columns, and ways to write and load them."""

import csv
import datetime as dt
import gzip
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from data.ingest import Ingested, ingest
from data.sources.ucdp_layout import OFFICIAL_COLUMNS
from data.store import Store

PLACES = (
    ("Sudan", 625, 13.45, 25.35),
    ("Sudan", 625, 15.6, 32.5),
    ("Niger", 436, 14.2, 4.0),
    ("Mali", 432, 14.5, -4.2),
    ("Myanmar (Burma)", 775, 21.9, 96.1),
)
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)

Row = dict[str, Any]


def rows(count: int, seed: int = 1, *, year: int = 2020) -> list[Row]:
    """`count` invented events between 1989 and `year`, the last of them in December of `year`."""
    rng = np.random.default_rng(seed)
    out = []
    for n in range(count):
        country, number, lat, lng = PLACES[int(rng.integers(len(PLACES)))]
        days = int(rng.integers(0, (year - 1989) * 365)) if n else (dt.date(year, 12, 20) - dt.date(1989, 1, 1)).days
        start = dt.date(1989, 1, 1) + dt.timedelta(days=days)
        end = start + dt.timedelta(days=int(rng.integers(0, 9)) if n else 0)
        deaths = rng.integers(0, 9, 4).tolist()
        row: Row = dict.fromkeys(OFFICIAL_COLUMNS, "")
        row |= {
            "id": 1000 + n,
            "year": start.year,
            "active_year": 1,
            "code_status": "Clear",
            "type_of_violence": int(rng.integers(1, 4)),
            "conflict_name": f"Invented conflict {n % 4}",
            "dyad_name": f"Side {n % 3} - Side {n % 5}",
            "side_a": f"Side {n % 3}",
            "side_b": f"Side {n % 5}",
            "number_of_sources": -1 if n % 3 else 2,
            "source_headline": f'Invented headline {n}, with a comma and "quotes"',
            "where_prec": int(rng.integers(1, 8)),
            "where_coordinates": f"Town {n % 7}",
            "adm_1": f"State {n % 4}" if n % 2 else "",
            "latitude": round(lat + float(rng.uniform(-0.2, 0.2)), 6),
            "longitude": round(lng + float(rng.uniform(-0.2, 0.2)), 6),
            "country": country,
            "country_id": number,
            "region": "Africa",
            "date_prec": int(rng.integers(1, 6)),
            "date_start": f"{start} 00:00:00.000",
            "date_end": f"{end} 00:00:00.000",
            "deaths_a": deaths[0],
            "deaths_b": deaths[1],
            "deaths_civilians": deaths[2],
            "deaths_unknown": deaths[3],
            "best": sum(deaths),
            "high": sum(deaths) + 2,
            "low": max(sum(deaths) - 2, 0),
        }
        out.append(row)
    return out


def text(events: Iterable[Mapping[str, Any]], columns: Iterable[str] = OFFICIAL_COLUMNS) -> str:
    """The events as CSV text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(events)
    return out.getvalue()


def write(path: Path, events: Iterable[Mapping[str, Any]], columns: Iterable[str] = OFFICIAL_COLUMNS) -> Path:
    """Write the events as CSV, gzipped if the name says so."""
    content = text(events, columns).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def load(path: Path, folder: Path, **options: Any) -> tuple[Ingested, Store]:
    """Load a file into a store in `folder`."""
    store = Store(folder / "home")
    return ingest(path, store, now=options.pop("now", NOW), **options), store
