"""Rows of a file that were not kept: where, why, and how to mend them. Every one is counted and stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SCHEMA: Final = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False, metadata={"meaning": "Row of the file, the header being row 1."}),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("column", pa.string(), nullable=False),
        pa.field("value", pa.string(), metadata={"meaning": "The value as written, cut to 200 characters."}),
        pa.field("remedy", pa.string(), nullable=False),
    ]
)
LONGEST_SHOWN: Final = 200
"""Characters of a value that are kept."""


@dataclass(frozen=True, slots=True)
class Rejections:
    """One row a complaint, in the order of the file; a row of the file counts once, under its first complaint."""

    table: pa.Table

    @property
    def rows(self) -> int:
        """Number of rows of the file that were rejected."""
        return int(pc.count_distinct(self.table["row"]).as_py())

    def by_reason(self) -> dict[str, int]:
        """Return how many rows were rejected for each reason, most frequent first; the sum is `rows`."""
        firsts = self.table.group_by("row", use_threads=False).aggregate([("reason", "first")])
        counts = [(item["values"], item["counts"]) for item in pc.value_counts(firsts["reason_first"]).to_pylist()]
        return dict(sorted(counts, key=lambda item: (-item[1], item[0])))

    def examples(self, limit: int) -> list[dict[str, object]]:
        """Return the first `limit` complaints as plain values."""
        rows: list[dict[str, object]] = self.table.slice(0, limit).to_pylist()
        return rows


NONE: Final = Rejections(SCHEMA.empty_table())


def complaint_rows(
    rows: Iterable[int], reason: str, column: str, values: Iterable[str | None], remedy: str
) -> pa.Table:
    """Return complaints of one reason about one column, one for each row of the file."""
    numbers = list(rows)
    shown = [None if value is None else value[:LONGEST_SHOWN] for value in values]
    count = len(numbers)
    return pa.table([numbers, [reason] * count, [column] * count, shown, [remedy] * count], schema=SCHEMA)


def malformed_rows(rows: Iterable[int], found: Sequence[int], texts: Iterable[str], width: int) -> pa.Table:
    """Return complaints about rows that have so many fields where the others have `width`."""
    table = complaint_rows(rows, "wrong number of fields", "(row)", texts, "")
    look = f"others {width}: look for a stray quote or delimiter."
    counts = pc.cast(pa.array(found), pa.string())
    remedies = pc.binary_join_element_wise("The row has ", counts, f" fields, the {look}", "")
    return table.set_column(table.num_columns - 1, SCHEMA.field("remedy"), remedies)


def collected(parts: Iterable[pa.Table]) -> Rejections:
    """Return all complaints in the order of the file."""
    parts = list(parts)
    if not parts:
        return NONE
    table = pa.concat_tables(parts)
    order = pc.sort_indices(
        table.append_column("order", pa.array(np.arange(table.num_rows))),
        [("row", "ascending"), ("order", "ascending")],
    )
    return Rejections(table.take(order))
