"""Comma, semicolon or tab separated text, plain or gzipped, in UTF-8 or Latin-1, read in a stream of bounded memory."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, Final

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from data.readers.blocks import Block, cut
from data.readers.opened import Batch, StartAgain
from data.readers.streams import Counted, Unpacked
from data.rejections import malformed_rows
from geo.errors import FileRefused

_BLOCK: Final = 1 << 20
"""Bytes that are split at a time: what fits into a processor's cache is split fastest."""
_BLOCKS_A_BATCH: Final = 24
"""Blocks that are handed on as one batch: a check costs less a row where there are many rows."""
_SNIFFED: Final = 1 << 18
_GZIP: Final = b"\x1f\x8b"
_DELIMITERS: Final = ",;\t"


class Delimited:
    """A delimited text file; format, encoding and delimiter are found from its bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        with path.open("rb") as file:
            self._gzipped = file.read(2) == _GZIP
        self.format = "gzipped text" if self._gzipped else "text"
        start = self._start()
        self._encoding = "utf-8"
        try:
            start.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.end < len(start) - 3:  # else a character is cut in two by the end of the sample
                self._encoding = "latin-1"
        self._text = start.decode(self._encoding, errors="ignore").removeprefix("\ufeff")
        first_line = self._text.split("\n", 1)[0]
        self._delimiter = max(_DELIMITERS, key=first_line.count)
        self._sha256 = ""
        self._plain = self._encoding == "utf-8"
        """Whether it is worth trying to read it straight from its bytes."""

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return self.path.stat().st_size

    def _start(self) -> bytes:
        try:
            with gzip.open(self.path) if self._gzipped else self.path.open("rb") as file:
                start: bytes = file.read(_SNIFFED)
        except (OSError, EOFError, zlib.error) as error:
            raise _unreadable(self.name, error) from error
        if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            raise FileRefused(f"{self.name} is UTF-16 text.", remedy="Save it as CSV in UTF-8.")
        if b"\0" in start:
            raise FileRefused(f"{self.name} is not text.", remedy="Give a CSV file or an Excel workbook (.xlsx).")
        return start

    def first_rows(self, count: int) -> list[list[str]]:
        """Return up to `count` rows that are not empty, split into fields."""
        rows: list[list[str]] = []
        try:
            for row in csv.reader(io.StringIO(self._text, newline=""), delimiter=self._delimiter):
                if row:
                    rows.append(row)
                if len(rows) == count:
                    break
        except csv.Error as error:
            raise FileRefused(
                f"{self.name} cannot be split into columns: {error}.", remedy="Export it again."
            ) from error
        return rows

    def _lines(self, rows: int) -> int:
        """Return how many lines the first `rows` rows take, with the empty lines before and between them."""
        if not rows:
            return 0
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self._delimiter)
        for row in reader:
            rows -= bool(row)
            if not rows:
                break
        return reader.line_num

    def batches(self, columns: Mapping[str, int], width: int, skip: int) -> Iterator[Batch]:
        """Yield the chosen columns (see `Opened.batches`)."""
        odd: list[tuple[int, int, str]] = []

        def note(row: arrow_csv.InvalidRow) -> str:
            odd.append((row.number or 0, row.actual_columns, row.text))
            return "skip"

        packed = Counted(self.path)
        names = [f"c{position}" for position in range(width)]
        wanted = [names[position] for position in columns.values()]
        source: IO[bytes] = Unpacked(packed, self.name) if self._gzipped else packed  # type: ignore[assignment]  # readable, if no IO by name
        try:
            with packed, self._reader(source, names, wanted, skip, note) as reader:
                yield from self._numbered_batches(reader, columns, odd, width, skip, packed)
                while packed.read(_BLOCK):
                    pass
                self._sha256 = packed.sha256()
        except (pa.ArrowInvalid, EOFError, zlib.error, OSError) as error:
            if "UTF8" in str(error) and self._encoding == "utf-8":
                self._encoding = "latin-1"
                raise StartAgain from error
            raise _unreadable(self.name, error) from error

    def _reader(
        self,
        source: IO[bytes],
        names: list[str],
        wanted: list[str],
        skip: int,
        note: "arrow_csv.InvalidRowHandler",
    ) -> arrow_csv.CSVStreamingReader:
        return arrow_csv.open_csv(
            pa.PythonFile(source, mode="r"),
            read_options=arrow_csv.ReadOptions(
                use_threads=False,  # else rows that cannot be split have no number, and it is hardly faster
                block_size=_BLOCK,
                skip_rows=self._lines(skip),
                column_names=names,
                encoding=self._encoding,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )

    def _numbered_batches(
        self,
        reader: arrow_csv.CSVStreamingReader,
        columns: Mapping[str, int],
        odd: list[tuple[int, int, str]],
        width: int,
        skip: int,
        packed: Counted,
    ) -> Iterator[Batch]:
        good = told = 0
        while pieces := list(islice(reader, _BLOCKS_A_BATCH)):
            batch = pa.concat_batches(pieces)
            numbers = np.array([number for number, _, _ in odd], dtype=np.int64)
            rows = np.arange(good + skip + 1, good + skip + 1 + batch.num_rows)
            good += batch.num_rows
            rows += np.searchsorted(numbers - np.arange(len(numbers)), rows, side="right")
            malformed = _malformed(odd[told:], width) if len(odd) > told else None
            told = len(odd)
            yield Batch(rows, batch.rename_columns(list(columns)), malformed, packed.count, self.size)
        if len(odd) > told:
            empty = pa.RecordBatch.from_arrays([pa.nulls(0, pa.string())] * len(columns), names=list(columns))
            yield Batch(np.zeros(0, dtype=np.int64), empty, _malformed(odd[told:], width))

    @property
    def plain(self) -> bool:
        """Whether `blocks` can be tried: it is UTF-8, and nothing unusual was found in it yet."""
        return self._plain

    @property
    def delimiter(self) -> str:
        """What stands between fields."""
        return self._delimiter

    def not_plain(self) -> StartAgain:
        """Return what is to be raised where a block cannot be split or is no UTF-8: the next reading is by Arrow."""
        self._plain = False
        return StartAgain()

    def blocks(self, skip: int) -> Iterator[Block]:
        """Yield the bytes of all rows after the first `skip`, in blocks of whole rows (see `data.readers.split`).

        Raises `StartAgain` where a row is longer than a block may be, `FileRefused` where the file cannot be read.
        """
        packed = Counted(self.path)
        source = Unpacked(packed, self.name) if self._gzipped else packed
        try:
            with packed:
                for block in cut(source, skip):
                    if block is None:
                        raise self.not_plain()
                    yield replace(block, done=packed.count, of=self.size)
                while packed.read(_BLOCK):
                    pass
                self._sha256 = packed.sha256()
        except (EOFError, zlib.error, OSError) as error:
            raise _unreadable(self.name, error) from error

    def sha256(self) -> str:
        """Return the SHA-256 of the file's bytes."""
        return self._sha256


def _malformed(odd: list[tuple[int, int, str]], width: int) -> pa.Table:
    numbers, found, texts = zip(*odd, strict=True)
    return malformed_rows(numbers, found, texts, width)


def _unreadable(name: str, error: Exception) -> FileRefused:
    if isinstance(error, (EOFError, gzip.BadGzipFile, zlib.error)) or "end-of-stream" in str(error):
        return FileRefused(f"{name} is cut off or damaged.", remedy="Download it again.")
    return FileRefused(f"{name} cannot be read: {error}.", remedy="Export it again as CSV in UTF-8.")
