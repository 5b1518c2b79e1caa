"""Opening any file for a mapping, and its rows as text: the first of them, or all."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.mapping.header import Header
from data.readers import open_table
from data.readers.ahead import ahead
from data.readers.geo_features import GeoFeatures, open_features
from data.readers.opened import Batch, Opened, StartAgain
from data.readers.parquet import Parquet
from data.readers.raster import Raster
from data.sources.observation_rows import Rows
from data.task import SILENT, Task
from geo.errors import FileRefused

SAMPLE: Final = 20_000
"""Rows that a guess and a preview look at."""


def open_any(path: Path) -> Opened:
    """Return a file opened as a table of text, whatever it is.

    Delimited text, plain, gzipped or zipped, .xlsx, Parquet, JSON records; GeoJSON, GeoParquet and zipped shapefiles,
    whose geometry becomes columns latitude, longitude and, where a shape is no point, place_precision. Raises
    `FileRefused` for anything else.
    """
    opened = open_features(path) or open_table(path)
    if isinstance(opened, Raster):
        raise FileRefused(
            f"{opened.name} is a raster: it has no rows.", remedy="Only a population raster can be loaded."
        )
    return opened


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def rows_of(
    opened: Opened, header: Header, wanted: Iterable[str], *, limit: int | None = None, task: Task = SILENT
) -> Rows:
    """Return columns of a file as text, all rows or the first `limit`; complaints are in `Rows.finish`.

    Raises `FileRefused` where it has names and no rows.
    """
    positions = {name: header.names.index(name) for name in dict.fromkeys(wanted)}
    while True:
        try:
            batches = _some(opened, header, positions, limit) if limit else _all(opened, header, positions, task)
        except StartAgain:
            continue
        break
    rows = Rows(opened.name, batches, header.names, positions)
    if not len(rows) and not any(batch.malformed for batch in batches):
        raise FileRefused(f"{opened.name} has column names and no rows.", remedy="Give a file with rows.")
    return rows


def _all(opened: Opened, header: Header, positions: dict[str, int], task: Task) -> list[Batch]:
    batches = []
    for batch in ahead(opened.batches(positions, len(header.names), header.skip)):
        task.step("reading", batch.done, batch.of)
        batches.append(_checked(opened, batch))
    return batches


def _some(opened: Opened, header: Header, positions: dict[str, int], limit: int) -> list[Batch]:
    batches: list[Batch] = []
    held = 0
    for batch in opened.batches(positions, len(header.names), header.skip):
        batches.append(_checked(opened, _first(batch, limit - held)))
        held += len(batches[-1].rows)
        if held >= limit:
            break
    return batches


def _checked(opened: Opened, batch: Batch) -> Batch:
    """Return a batch whose text is UTF-8: Parquet's own reader does not look."""
    if isinstance(opened, (Parquet, GeoFeatures)):
        try:
            batch.columns.validate(full=True)
        except pa.ArrowInvalid as error:
            raise FileRefused(f"{opened.name} holds text that is not UTF-8.", remedy="Save it again.") from error
    return batch


def _first(batch: Batch, count: int) -> Batch:
    if len(batch.rows) <= count:
        return batch
    rows = batch.rows[:count]
    malformed = batch.malformed
    if malformed is not None:
        malformed = malformed.filter(pc.less(malformed["row"], int(rows[-1])))
    return Batch(rows, batch.columns.slice(0, count), malformed, batch.done, batch.of)


def row_digests(rows: Rows, columns: Sequence[str]) -> pa.Array:
    """Return an id of 16 hexadecimal digits for each row, from all its `columns`: the same row gives the same id."""
    import pandas as pd  # noqa: PLC0415 - only a file without ids needs it

    seal = np.zeros(len(rows), dtype=np.uint64)
    for column in columns:
        coded = rows.label(column)
        words = np.array([*coded.dictionary.to_pylist(), ""], dtype=object)
        hashes = pd.util.hash_array(words, categorize=False)
        codes = coded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
        with np.errstate(over="ignore"):
            seal = seal * np.uint64(0x9E3779B97F4A7C15) + hashes[codes]
            seal ^= seal >> np.uint64(29)
    return pa.array(_hexadecimal(seal))


def _hexadecimal(numbers: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> "np.ndarray[tuple[int], np.dtype[np.str_]]":
    shifts = np.arange(60, -4, -4, dtype=np.uint64)
    digits = ((numbers[:, None] >> shifts) & np.uint64(15)).astype(np.uint8)
    signs = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[digits]
    return np.ascontiguousarray(signs.astype(np.uint32)).view("<U16").ravel()
