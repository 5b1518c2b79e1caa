"""Excel workbooks (.xlsx): the first sheet as text. Formulas are never evaluated: the stored values are read."""

import datetime as dt
import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from data.readers.opened import Batch
from data.rejections import complaint_rows
from geo.errors import FileRefused

MOST_UNPACKED: Final = 1 << 30
"""Bytes that the parts of a workbook may unpack to in all."""
MOST_RATIO: Final = 200
"""Times that a part may grow."""
MOST_PARTS: Final = 5_000
_SMALL: Final = 1 << 20
_ROWS_A_BATCH: Final = 50_000
_WORKBOOK: Final = "xl/workbook.xml"

Value = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


class Workbook:
    """The first sheet of an .xlsx workbook."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.format = "Excel workbook"
        _refuse_bomb(path)
        try:
            book = CalamineWorkbook.from_path(str(path))
            self._rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        except (CalamineError, IndexError, OSError, ValueError) as error:
            raise FileRefused(
                f"{self.name} cannot be read as a workbook: {error}.", remedy="Save it as CSV."
            ) from error
        self._first = next((n for n, row in enumerate(self._rows) if any(value != "" for value in row)), 0)

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return self.path.stat().st_size

    def first_rows(self, count: int) -> list[list[str]]:
        """Return up to `count` rows from the first that is not empty, split into fields."""
        rows = self._rows[self._first : self._first + count]
        return [[_text(value) or "" for value in row] for row in rows if any(value != "" for value in row)]

    def batches(self, columns: Mapping[str, int], width: int, skip: int) -> Iterator[Batch]:
        """Yield the chosen columns (see `Opened.batches`); a sheet is a rectangle: only wide rows can be malformed."""
        begin = self._after(skip)
        for start in range(begin, len(self._rows), _ROWS_A_BATCH):
            block = self._rows[start : start + _ROWS_A_BATCH]
            numbers = [start + 1 + n for n, row in enumerate(block) if any(value != "" for value in row)]
            wide = [n for n in numbers if any(value != "" for value in self._rows[n - 1][width:])]
            malformed = complaint_rows(
                wide,
                "wrong number of fields",
                "(row)",
                [str(self._rows[n - 1][width]) for n in wide],
                f"The row has values beyond column {width}: clear them.",
            )
            numbers = [n for n in numbers if n not in set(wide)]
            texts = [
                pa.array([_text(self._rows[n - 1][position]) for n in numbers], pa.string())
                for position in columns.values()
            ]
            batch = pa.RecordBatch.from_arrays(texts, names=list(columns))
            yield Batch(np.array(numbers, dtype=np.int64), batch, malformed if wide else None, start, len(self._rows))

    def _after(self, skip: int) -> int:
        """Return where the row after `skip` rows that are not empty stands: `first_rows` leaves empty ones out."""
        filled = (n for n, row in enumerate(self._rows) if any(value != "" for value in row))
        return next(islice(filled, skip, None), len(self._rows))

    def sha256(self) -> str:
        """Return the SHA-256 of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def is_workbook(path: Path) -> bool:
    """Return whether a zip archive is a workbook; one that cannot be opened is taken for none."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        return False


def _text(value: Value) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    return str(value)


def _refuse_bomb(path: Path) -> None:
    """Refuse an archive that is no workbook or grows out of proportion, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if _WORKBOOK not in archive.namelist():
                raise FileRefused(
                    f"{path.name} is an archive, not a workbook.", remedy="Unpack it and give the CSV in it."
                )
            grown = [p for p in parts if p.file_size > _SMALL and p.file_size > MOST_RATIO * max(p.compress_size, 1)]
            if grown or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise FileRefused(f"{path.name} unpacks to far more than it holds.", remedy="Save it as CSV.")
            # Reads each part to its declared size and compares the checksum: the sizes above are then true.
            damaged = archive.testzip()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise FileRefused(f"{path.name} is cut off or damaged: {error}.", remedy="Download it again.") from error
    if damaged:
        raise FileRefused(f"{path.name} is damaged in {damaged}.", remedy="Download it again.")
