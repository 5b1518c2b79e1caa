"""The rows of an event file that were kept and those that were not, whatever the source."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.rejections import Rejections, collected, complaint_rows
from data.sources.ucdp_values import refuse_day_first
from geo.errors import FileRefused


@dataclass(frozen=True, slots=True)
class KeptRows:
    """The rows that were kept, in the order of the file and under the source's names, and all that were not."""

    table: pa.Table
    rejections: Rejections
    read: int
    flipped: int = 0

    def refuse_unusable(self, name: str) -> None:
        """Refuse a file as the function `refuse_unusable` does."""
        refuse_unusable(name, self.rejections, kept=self.table.num_rows, read=self.read, flipped=self.flipped)


def refuse_unusable(name: str, rejections: Rejections, *, kept: int, read: int, flipped: int) -> None:
    """Refuse a file of which no row can be kept, or whose dates or coordinates are the other way round.

    `flipped` counts rows whose coordinates are off the globe but on it when swapped.
    """
    off_the_globe = rejections.by_reason().get("coordinates out of range", 0)
    if min(flipped, off_the_globe) * 2 > read:
        raise FileRefused(
            f"Latitude and longitude of {name} are swapped: {flipped:,} of {read:,} points lie off the globe, and on "
            "it the other way round.",
            remedy="Swap the two column names in the file and load it again.",
        )
    refuse_day_first(name, rejections.table, read)
    if kept:
        return
    if not read:
        raise FileRefused(f"{name} has a header and no rows.", remedy="Download it again.")
    reasons = ", ".join(f"{reason} ({count:,})" for reason, count in rejections.by_reason().items())
    first = rejections.examples(1)[0]
    raise FileRefused(
        f"No row of {name} can be kept: {reasons}. First: row {first['row']}, column {first['column']}, "
        f"value {first['value']!r}.",
        remedy=str(first["remedy"]),
    )


def kept_rows(
    tables: list[pa.Table],
    complaints: list[pa.Table],
    read: int,
    flipped: int,
    key: str = "id",
    column: str = "",
) -> KeptRows:
    """Return the good rows of all batches (with their `row` in the file): of several rows with one `key` the first.

    `column` is what the file calls the key, where it is called otherwise.
    """
    if not tables:
        return KeptRows(pa.table({}), collected(complaints), read, flipped)
    table = pa.concat_tables(tables)
    codes = table[key].cast(pa.string()).combine_chunks().dictionary_encode().indices.to_numpy()
    again = np.ones(len(codes), dtype=bool)
    again[np.unique(codes, return_index=True)[1]] = False
    if again.any():
        rejected = table.filter(pa.array(again))
        values = pc.cast(rejected[key], pa.string()).to_pylist()
        remedy = "The id stands in an earlier row: remove one of the two."
        again_rows = rejected["row"].to_pylist()
        complaints = [*complaints, complaint_rows(again_rows, "duplicate id", column or key, values, remedy)]
        table = table.filter(pa.array(~again))
    return KeptRows(table.drop_columns(["row"]), collected(complaints), read, flipped)
