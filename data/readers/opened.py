"""What every opened table offers, whatever its format: its first rows as text, then batches of chosen columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Batch:
    """Some consecutive rows: their numbers in the file (the first row being 1) and their text columns by name.

    `malformed` holds complaints about rows among them that could not be split into columns (`data.rejections.SCHEMA`).
    `done` of `of` is how far the file has been read: bytes of a text file, rows of a workbook.
    """

    rows: NDArray[np.int64]
    columns: pa.RecordBatch
    malformed: pa.Table | None = None
    done: int = 0
    of: int | None = None


class StartAgain(Exception):
    """The first reading showed that the file must be read in another way; what was collected is void."""


class Opened(Protocol):
    """A file opened as a table of text."""

    name: str
    format: str
    """What it is, in words."""

    def first_rows(self, count: int) -> list[list[str]]:
        """Return up to `count` rows that are not empty, split into fields."""

    def batches(self, columns: Mapping[str, int], width: int, skip: int) -> Iterator[Batch]:
        """Yield the chosen columns (name -> position) of all rows after the first `skip`; each row has `width` fields.

        Raises `StartAgain` when it must be called again from the start, `FileRefused` where the file cannot be read.
        """

    def sha256(self) -> str:
        """Return the SHA-256 of the file's bytes (after `batches` has ended)."""

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
