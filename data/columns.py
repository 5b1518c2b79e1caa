"""A described column, and a check of a table against its columns that reports every complaint at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

TEXT = pa.string()
LABEL = pa.dictionary(pa.int32(), pa.string())
"""Text that repeats: stored once in a dictionary."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a schema: type, meaning, unit, range (inclusive) or choices, and whether a value may be missing."""

    name: str
    type: pa.DataType
    meaning: str
    nullable: bool = False
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def range(self) -> str:
        """Return the range or the choices as text, empty where any value of the type may stand."""
        if self.choices:
            return ", ".join(self.choices)
        if self.low is None and self.high is None:
            return ""
        return (
            f"{'' if self.low is None else f'{self.low:g}'} to {'' if self.high is None else f'{self.high:g}'}".strip()
        )

    @property
    def field(self) -> pa.Field:
        """Return the Arrow field, with meaning, unit, range and nullability readable as metadata."""
        described = {"meaning": self.meaning, "unit": self.unit, "range": self.range}
        return pa.field(self.name, self.type, self.nullable, metadata={k: v for k, v in described.items() if v})


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one column: `rows` rows of it, the first at `row` (0-based), holding `value`."""

    column: str
    what: str
    remedy: str
    rows: int = 0
    row: int | None = None
    value: object = None

    def __str__(self) -> str:
        """Return the complaint as one sentence."""
        where = (
            "" if self.row is None else f" in {self.rows} rows, first row {self.row}, value {str(self.value)[:80]!r}"
        )
        return f"{self.column}: {self.what}{where}. {self.remedy}"


def constant(word: str | None, rows: int) -> pa.DictionaryArray:
    """Return a column of one word in every row; None is missing."""
    if word is None:
        return pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int32()), pa.array([], TEXT))
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int32)), pa.array([word], TEXT))


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """Return the Arrow schema of the columns."""
    return pa.schema([column.field for column in columns])


def where_true(column: str, bad: pa.ChunkedArray, values: pa.ChunkedArray, what: str, remedy: str) -> list[Complaint]:
    """Return one complaint about the rows where `bad` is true (null counts as false), or none."""
    rows = pc.sum(bad).as_py() or 0
    if not rows:
        return []
    first = pc.index(bad, pa.scalar(value=True)).as_py()
    return [Complaint(column, what, remedy, rows, first, values[first].as_py())]


def conform(columns: Sequence[Column], table: pa.Table) -> pa.Table:
    """Return `table` in the order and types of the columns; nullable columns that are absent become missing.

    Raises `pyarrow.ArrowInvalid` where a value does not fit its type; a required column that is absent stays absent.
    """
    rows = table.num_rows
    fields, arrays = [], []
    for column in columns:
        if column.name in table.column_names:
            values = table[column.name]
            if values.type != column.type:
                label = pa.types.is_dictionary(column.type) and not pa.types.is_dictionary(values.type)
                values = values.cast(TEXT).dictionary_encode() if label else values.cast(column.type)
        elif column.nullable:
            values = pa.chunked_array([pa.nulls(rows, column.type)])
        else:
            continue
        fields.append(column.field)
        arrays.append(values)
    return pa.table(arrays, schema=pa.schema(fields))


def complaints(columns: Sequence[Column], table: pa.Table) -> list[Complaint]:
    """Return everything that is wrong with the columns one by one: absent, of another type, missing, out of range."""
    found: list[Complaint] = []
    known = {column.name for column in columns}
    found += [
        Complaint(name, "is not a column of the schema", "Remove it.")
        for name in table.column_names
        if name not in known
    ]
    for column in columns:
        if column.name not in table.column_names:
            found.append(Complaint(column.name, "the column is absent", f"Add it: {column.meaning}"))
        elif table.schema.field(column.name).type != column.type:
            got = table.schema.field(column.name).type
            found.append(Complaint(column.name, f"has type {got}, not {column.type}", "Cast it first."))
        else:
            found += _values(column, table[column.name])
    return found


def _values(column: Column, values: pa.ChunkedArray) -> list[Complaint]:
    found: list[Complaint] = []
    if not column.nullable and values.null_count:
        found += where_true(column.name, pc.is_null(values), values, "is missing", "Give a value.")
    if column.choices:
        known = pa.array(column.choices)
        dictionaries = [chunk.dictionary for chunk in values.chunks]
        if any(pc.any(pc.invert(pc.is_in(d, known))).as_py() for d in dictionaries):
            decoded = values.cast(TEXT)
            bad = pc.and_(pc.invert(pc.is_in(decoded, known)), pc.is_valid(decoded))
            found += where_true(column.name, bad, decoded, "is not a known word", f"Use one of: {column.range}.")
    if column.low is not None or column.high is not None:
        found += _out_of_range(column, values)
    return found


def _out_of_range(column: Column, values: pa.ChunkedArray) -> list[Complaint]:
    if pa.types.is_floating(values.type):
        bad = pc.invert(pc.is_finite(values))
        found = where_true(column.name, bad, values, "is not a finite number", "Leave it empty where it is unknown.")
        if found:
            return found
    ends = pc.min_max(values)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    if low is None:
        return []
    bad = None
    if column.low is not None and low < column.low:
        bad = pc.less(values, column.low)
    if column.high is not None and high > column.high:
        above = pc.greater(values, column.high)
        bad = above if bad is None else pc.or_(bad, above)
    if bad is None:
        return []
    return where_true(column.name, bad, values, f"is outside {column.range}", "Check the value and its unit.")
