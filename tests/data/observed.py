"""Ways to write invented files of observations and to read them as a draft."""

import csv
import datetime as dt
import gzip
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from data.draft import Draft
from data.sources import detect
from data.task import SILENT

TODAY = dt.date(2026, 11, 25)


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]], *, tags: bool = False, delimiter: str = ",") -> Path:
    """Write rows as CSV, gzipped if the name says so, with a row of HXL tags if asked for."""
    rows = list(rows)
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    if tags:
        writer.writerow({name: f"#tag+{n}" for n, name in enumerate(names)})
    writer.writerows(rows)
    content = out.getvalue().encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def write_json(path: Path, value: object) -> Path:
    """Write a value as JSON, gzipped if the name says so."""
    content = json.dumps(value).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def read(path: Path, *, today: dt.date = TODAY) -> Draft:
    """Read a file of any known source, found by its content."""
    source, opened = detect(path)
    return source.read(path, opened, task=SILENT, today=today)


def frame(draft: Draft) -> pd.DataFrame:
    """The draft's rows in pandas, labels as plain text."""
    table = draft.table.to_pandas()
    for name in table.columns:
        if isinstance(table[name].dtype, pd.CategoricalDtype):
            table[name] = table[name].astype(object).where(table[name].notna(), None)
    return table


def sums(draft: Draft) -> dict[str, float]:
    """Sum of the values of each measure."""
    return frame(draft).groupby("measure")["value"].sum().to_dict()
