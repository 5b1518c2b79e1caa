"""Tables as CSV that a spreadsheet cannot be made to run: what could begin a formula is held back by an apostrophe."""

import io
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from layers.exercise_mark import TEXT as EXERCISE_TEXT

MARK: Final = "mark"
"""The first column of everything that comes from the exercise."""

_FORMULA: Final = (
    r"^(?:[\x00-\x1f]|[\x00-\x20\"'`\x{00A0}\x{00AD}\x{1680}\x{2000}-\x{200F}\x{2028}-\x{202F}\x{205F}-\x{2069}"
    r"\x{3000}\x{FEFF}]*[=+\-@\x{2212}\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}])"
)
"""A sign that begins a formula, also after what programs skip (spaces, quotes, invisible signs), or a control sign."""


def csv_of(table: pa.Table, *, exercise: bool) -> bytes:
    """Return a table as CSV in UTF-8 with a header; numbers stay numbers, texts cannot become formulas.

    What comes from the exercise has the mark in a column of its own before all others.
    """
    columns = {_guarded_name(name): _guarded(table[name]) for name in table.schema.names}
    if exercise:
        columns = {MARK: pa.array([EXERCISE_TEXT] * table.num_rows, pa.string())} | columns
    out = io.BytesIO()
    csv.write_csv(pa.table(columns), out)
    return out.getvalue()


def _guarded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    dangerous = pc.match_substring_regex(column, _FORMULA)
    return pc.if_else(dangerous, pc.binary_join_element_wise("'", column, ""), column)


def _guarded_name(name: str) -> str:
    return str(_guarded(pa.chunked_array([[name]], pa.string()))[0])
