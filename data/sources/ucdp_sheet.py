"""The values of some consecutive rows, column by column: decoded from text that Arrow split, or straight from bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.readers import decode
from data.readers.opened import Batch
from data.readers.split import ESCAPED, Bytes, Fields, Splitter
from data.readers.words import Words, encode
from data.rejections import LONGEST_SHOWN, malformed_rows
from data.sources.ucdp_values import MISSING, Decoder, day, days, degrees, whole_number, whole_numbers

LONGEST_HEADLINE: Final = 500
"""Characters of a headline that are kept: some rows list dozens of articles."""

_WHOLE: Final = Decoder(whole_number)
_DAY: Final = Decoder(day)


@dataclass(frozen=True, slots=True)
class Labels:
    """Repeated text: the place of each row's text in `words`, which may hold others too; -1 where there is none."""

    codes: NDArray[np.int32]
    words: list[str]

    def kept(self, rows: NDArray[np.bool_]) -> "Labels":
        """Return some of the rows."""
        return Labels(self.codes[rows], self.words)


class Kinds(NamedTuple):
    """Names of the columns that are read as whole numbers, days, degrees and repeated text."""

    whole: tuple[str, ...]
    days: tuple[str, ...]
    degrees: tuple[str, ...]
    labels: tuple[str, ...]


class Sheet(Protocol):
    """What both kinds offer. `rows` are numbers, those of the file or counted from the sheet's first row as 0."""

    rows: NDArray[np.int64]
    malformed: pa.Table | None
    count: int
    """Rows, the malformed ones included."""

    def has(self, column: str) -> bool:
        """Return whether the file has such a column."""

    def text(self, column: str, which: NDArray[np.bool_]) -> list[str | None]:
        """Return the text of some rows, as written."""

    def numbers(self, column: str) -> NDArray[np.int64]:
        """Return whole numbers, `MISSING` or `BAD`."""

    def days(self, column: str) -> NDArray[np.int64]:
        """Return day numbers, `MISSING` or `BAD`."""

    def degrees(self, column: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return decimal degrees, NaN where there are none, and which could not be read."""

    def labels(self, column: str) -> Labels:
        """Return repeated text."""

    def headlines(self, first: str, second: str) -> pa.StringArray:
        """Return the text of one column, where there is none that of the other, cut to `LONGEST_HEADLINE`."""


class TextSheet:
    """A batch that Arrow split."""

    def __init__(self, batch: Batch) -> None:
        self.rows = batch.rows
        self.malformed = batch.malformed
        self.count = len(batch.rows) + (0 if batch.malformed is None else batch.malformed.num_rows)
        self._columns = batch.columns
        self._there = frozenset(batch.columns.schema.names)

    def has(self, column: str) -> bool:
        """See `Sheet`."""
        return column in self._there

    def _text(self, column: str) -> pa.Array:
        return self._columns.column(column) if column in self._there else pa.nulls(len(self.rows), pa.string())

    def text(self, column: str, which: NDArray[np.bool_]) -> list[str | None]:
        """See `Sheet`."""
        found: list[str | None] = self._text(column).filter(pa.array(which)).to_pylist()
        return found

    def numbers(self, column: str) -> NDArray[np.int64]:
        """See `Sheet`."""
        return whole_numbers(self._text(column), _WHOLE)

    def days(self, column: str) -> NDArray[np.int64]:
        """See `Sheet`."""
        return days(self._text(column), _DAY)

    def degrees(self, column: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """See `Sheet`."""
        return degrees(self._text(column))

    def labels(self, column: str) -> Labels:
        """See `Sheet`."""
        coded = self._text(column).dictionary_encode()
        return Labels(coded.indices.fill_null(-1).to_numpy(), coded.dictionary.to_pylist())

    def headlines(self, first: str, second: str) -> pa.StringArray:
        """See `Sheet`."""
        text = self._text(first)
        return _cut(pc.if_else(text.is_valid(), text, self._text(second)))


class Scanner:
    """What a thread that reads blocks needs: where the columns are, and the words that it met before."""

    def __init__(self, columns: Mapping[str, int], width: int, delimiter: str, kinds: Kinds) -> None:
        self.width = width
        self.names = sorted(columns, key=columns.__getitem__)
        self.positions = np.array([columns[name] for name in self.names], dtype=np.int64)
        self.at = {name: place for place, name in enumerate(self.names)}
        self.kinds = Kinds(*(tuple(name for name in some if name in self.at) for some in kinds))
        self.whole, self.days, self.degrees, self.labels = (
            np.array([self.at[name] for name in some], dtype=np.int64) for some in self.kinds
        )
        self.words = [Words() for _ in self.labels]
        self.splitter = Splitter(delimiter, width, self.positions)
        self.numbers = decode.Numbers(self.whole, self.days, self.degrees, MISSING)


class ScannedSheet:
    """A block split into fields; it holds until the scanner reads the next one.

    Any method raises `UnicodeDecodeError` where a text is no UTF-8.
    """

    def __init__(self, text: Bytes, size: int, scanner: Scanner) -> None:
        codes = [np.empty((len(scanner.labels), 0), dtype=np.int32)]
        rows = 0
        for fields in scanner.splitter.parts(text, size):
            scanner.numbers.read(fields, rows)
            begin, length = fields.begin[scanner.labels], fields.length[scanner.labels]
            codes.append(encode(text, begin, length, scanner.words))
            rows += len(fields.order)
        self._fields = fields = scanner.splitter.fields(text)
        self.rows = fields.order.copy()  # the scanner writes over its own
        self.count = fields.rows
        self.malformed = _malformed(fields, scanner.width) if len(fields.malformed) else None
        self._at = scanner.at
        kinds, found = scanner.kinds, scanner.numbers
        self._numbers = dict(zip((*kinds.whole, *kinds.days), (*found.whole, *found.days), strict=True))
        self._degrees = dict(zip(kinds.degrees, found.degrees, strict=True))
        self._labels = {
            name: Labels(code, words.words)
            for name, code, words in zip(kinds.labels, np.concatenate(codes, axis=1), scanner.words, strict=True)
        }

    def has(self, column: str) -> bool:
        """See `Sheet`."""
        return column in self._at

    def text(self, column: str, which: NDArray[np.bool_]) -> list[str | None]:
        """See `Sheet`."""
        found: list[str | None] = self._text(column, np.flatnonzero(which)).to_pylist()
        return found

    def _text(self, column: str, rows: NDArray[np.intp]) -> pa.StringArray:
        if column not in self._at:
            return pa.nulls(len(rows), pa.string())
        begin, length = self._places(column)
        return decode.texts(self._fields.text, begin[rows], length[rows])

    def _places(self, column: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        at = self._at[column]
        return self._fields.begin[at], self._fields.length[at]

    def numbers(self, column: str) -> NDArray[np.int64]:
        """See `Sheet`."""
        return self._patient(column, _WHOLE)

    def days(self, column: str) -> NDArray[np.int64]:
        """See `Sheet`."""
        return self._patient(column, _DAY)

    def _patient(self, column: str, decoder: Decoder) -> NDArray[np.int64]:
        if column not in self._numbers:
            return np.full(len(self.rows), MISSING)
        found: NDArray[np.int64] = self._numbers[column]
        unread = np.flatnonzero(found == decode.UNREAD)
        if len(unread):
            found[unread] = decoder(self._text(column, unread))
        return found

    def degrees(self, column: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """See `Sheet`."""
        found = self._degrees[column]
        bad = np.zeros(len(found), dtype=bool)
        unread = np.flatnonzero(np.isinf(found))
        if len(unread):
            found[unread], bad[unread] = degrees(self._text(column, unread))
        return found, bad

    def labels(self, column: str) -> Labels:
        """See `Sheet`."""
        none = Labels(np.full(len(self.rows), -1, dtype=np.int32), [])
        return self._labels.get(column, none)

    def headlines(self, first: str, second: str) -> pa.StringArray:
        """See `Sheet`."""
        begin, length = self._places(first) if first in self._at else (None, None)
        if begin is None or length is None:
            return _cut(self._text(second, np.arange(len(self.rows))))
        if second in self._at:
            other_begin, other_length = self._places(second)
            there = length != 0
            begin, length = np.where(there, begin, other_begin), np.where(there, length, other_length)
        text = decode.texts(self._fields.text, begin, length)
        return _cut(text) if (length & ~ESCAPED).max(initial=0) > LONGEST_HEADLINE else text


def _cut(text: pa.StringArray) -> pa.StringArray:
    long = pc.greater(pc.binary_length(text), LONGEST_HEADLINE)
    if not pc.any(long).as_py():
        return text
    cut = pc.utf8_slice_codeunits(text.filter(long), 0, LONGEST_HEADLINE)
    return pc.replace_with_mask(text, pc.fill_null(long, fill_value=False), cut)


def _malformed(fields: Fields, width: int) -> pa.Table:
    places, found, first, last = fields.malformed.T
    texts = [
        fields.text[begin:end].tobytes().decode("utf-8", errors="replace")
        for begin, end in zip(first.tolist(), np.minimum(last, first + 4 * LONGEST_SHOWN).tolist(), strict=True)
    ]
    return malformed_rows(places.tolist(), found.tolist(), texts, width)
