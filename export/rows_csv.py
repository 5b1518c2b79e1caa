"""Events as rows for a download: every row says whether it is an exercise, who says so, under what licence, known when.

Rows of a source that may not be passed on are refused, all of them: a file that quietly lacks some is worse.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from data.card import Card
from export.downloads import csv_of
from geo.errors import ValueRefused

PROVENANCE: Final = ("exercise", "source", "citation", "licence", "known_at")
"""The columns that begin every row."""


def events_csv(table: pa.Table, cards: Sequence[Card], known: dt.date) -> bytes:
    """Return events of the event schema as CSV in UTF-8, with what is known of their source on every row.

    `cards` are those of their sources, `known` is the day as of which the rows stand. Texts cannot become formulas.
    Raises `ValueRefused` where a source has no card or may not be passed on.
    """
    rows = with_provenance(table, cards, known)
    return csv_of(rows, exercise=bool(pc.any(rows["exercise"]).as_py()))


def with_provenance(table: pa.Table, cards: Sequence[Card], known: dt.date) -> pa.Table:
    """Return the rows with the columns of `PROVENANCE` before all others; raises as `events_csv` does."""
    by_key = {card.key: card for card in cards}
    named = table["source"].cast(pa.string())
    for key in pc.unique(named).to_pylist():
        if key not in by_key:
            raise ValueRefused(f"the source {key!r} of the rows has no card", remedy="Load the file again.")
        if not by_key[key].raw_shareable:
            raise ValueRefused(
                f"rows of {by_key[key].title} may not be passed on (licence {by_key[key].licence})",
                remedy="Export counts or a picture, or choose another source.",
            )
    of = pc.index_in(named, pa.array(list(by_key), pa.string()))
    first = {
        "exercise": table["exercise"],
        "source": named,
        "citation": pc.take(pa.array([card.citation for card in by_key.values()], pa.string()), of),
        "licence": pc.take(pa.array([card.licence for card in by_key.values()], pa.string()), of),
        "known_at": pa.array([known] * table.num_rows, pa.date32()),
    }
    rest = {name: table[name] for name in table.column_names if name not in first}
    return pa.table(first | rest)
