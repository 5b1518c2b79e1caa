"""What must be known of all rows of a UCDP file to say what it covers, in a table that does not grow with the file."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.sources.ucdp_coverage import last_start

_KEYS: Final = ("part", "region", "unverified", "country_number")
_SUMS: Final = (("date_start", "max"), ("first_start", "min"), ("date_end", "min"), ("rows", "sum"))
_SCHEMA: Final = pa.schema(
    [
        ("part", pa.string()),
        ("region", pa.string()),
        ("unverified", pa.bool_()),
        ("country_number", pa.int32()),
        ("date_start", pa.int32()),
        ("first_start", pa.int32()),
        ("date_end", pa.int32()),
        ("rows", pa.int64()),
    ]
)


def summary_of(
    values: dict[str, NDArray[Any]], part: pa.DictionaryArray, region: pa.DictionaryArray, bad: NDArray[np.bool_]
) -> pa.Table:
    """Return the summary of some rows: their days and countries, their parts and regions, which are `bad` (unverified).

    A row stands for all rows of a part, region and country, verified or not: the last day on which one begins is
    `date_start`, the first is `first_start`, the first on which one ends is `date_end`; `rows` counts them.
    """
    coded = [column.indices.fill_null(-1).to_numpy() for column in (part, region)]
    columns = {
        "part": coded[0],
        "region": coded[1],
        "unverified": bad,
        "country_number": values["country_number"],
        "date_start": values["date_start"],
        "first_start": values["date_start"],
        "date_end": values["date_end"],
        "rows": np.ones(len(bad), dtype=np.int64),
    }
    found = _grouped(pa.table(columns))
    for place, column in enumerate((part, region)):  # grouped by numbers, which is quicker, then named
        code = found[_KEYS[place]].to_numpy()
        named = column.dictionary.take(pa.array(code, mask=code < 0))
        found = found.set_column(place, _KEYS[place], named)
    return found.cast(_SCHEMA)


def summed(parts: Sequence[pa.Table]) -> pa.Table:
    """Return several summaries as one."""
    if not parts:
        return _SCHEMA.empty_table()
    return _grouped(pa.concat_tables(parts)).cast(_SCHEMA)


def _grouped(rows: pa.Table) -> pa.Table:
    found = rows.group_by(_KEYS, use_threads=False).aggregate(_SUMS)
    columns = {name: found[name] for name in _KEYS} | {name: found[f"{name}_{how}"] for name, how in _SUMS}
    return pa.table(columns).select(_SCHEMA.names)


def is_final(summary: pa.Table, today: date) -> bool:
    """Return whether a file is a final release: everything is checked, and its last year is over."""
    return not pc.any(summary["unverified"]).as_py() and last_start(summary).year < today.year
