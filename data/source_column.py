"""The column `source` of a snapshot: the manifest knows it where it is the same in every row, so it is not stored."""

from typing import Final

import pyarrow as pa

from data.columns import constant

_SOURCE: Final = "source"


def with_source(table: pa.Table, key: str, schema: pa.Schema) -> pa.Table:
    """Return `table` with its column `source` in its place in the schema: `key` in every row where it has none."""
    if _SOURCE not in schema.names or _SOURCE in table.column_names:
        return table
    place = [name for name in schema.names if name in {*table.column_names, _SOURCE}].index(_SOURCE)
    return table.add_column(place, schema.field(_SOURCE), constant(key, table.num_rows))


def without_source(table: pa.Table, key: str) -> pa.Table:
    """Return `table` without its column `source` where it is `key` in every row."""
    if _SOURCE not in table.column_names:
        return table
    words = table[_SOURCE].cast(pa.string()).unique().to_pylist()
    return table.drop_columns([_SOURCE]) if words == [key] else table
