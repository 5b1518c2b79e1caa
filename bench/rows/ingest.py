"""A whole ingest: read, check, find cell and admin-1 area, write the snapshot."""

import datetime as dt
import itertools
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from bench.row import Row
from bench.scale import Scale
from bench.synthetic import write_ged_csv
from bench.timing import Timing
from data.geodata import admin1
from data.ingest import ingest
from data.sources.ucdp_layout import OFFICIAL_COLUMNS
from data.sources.ucdp_rows import CODES, DEATHS, TEXTS
from data.store import Store

SEED: Final = 4
_DATES: Final = ["date_start", "date_end"]
_NUMBERS: Final = ["id", "latitude", "longitude", "country_id", "number_of_sources", *DEATHS, *CODES]
_TEXTS: Final = [column for column in TEXTS if column in OFFICIAL_COLUMNS]
_COLUMNS: Final = [*_NUMBERS, *_DATES, *_TEXTS, "source_headline", "source_article"]
_PEER: Final = (
    "pandas.read_csv (C parser) of the same file, the columns that an ingest reads, ISO dates and numbers parsed, "
    "written by to_parquet with zstd: no checks of values, no H3, no admin-1, no digest, no fsync; one run"
)


def name(scale: Scale) -> str:
    """Return the row's name."""
    return f"ingest rows per second ({scale.called})"


def measure(scale: Scale) -> Row:
    """Ingest one made file into an empty store each time; the shipped boundaries are read before the clock starts."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        path = write_ged_csv(Path(folder) / "made.csv", scale.rows, SEED)
        admin1("fine").locate(np.zeros(1), np.zeros(1))
        homes = itertools.count()
        now = dt.datetime(2046, 11, 4, tzinfo=dt.UTC)

        def once() -> None:
            done = ingest(path, Store(Path(folder) / f"home{next(homes)}"), now=now)
            assert done.manifest.read == done.manifest.kept == scale.rows

        timing = Timing.of(once, min(scale.repeats, 3), warm=False)

        def peer() -> None:
            types = dict.fromkeys(_TEXTS, "category")
            table = pd.read_csv(path, usecols=_COLUMNS, dtype=types, parse_dates=_DATES, date_format="ISO8601")
            assert len(table) == scale.rows
            assert all(pd.api.types.is_datetime64_any_dtype(table[column]) for column in _DATES)
            table.to_parquet(Path(folder) / "peer.parquet", compression="zstd")

        beside = Timing.of(peer, 1, warm=False)
    return Row.of(name(scale), "rows/s", timing, rows=scale.rows, peer=_PEER, peer_seconds=beside.median, target=0.6e6)
