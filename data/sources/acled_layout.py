"""The columns of ACLED event files: both layouts of 31 columns, in any order."""

from collections.abc import Sequence
from typing import Final

from data.sources.layout import Layout, names_of
from geo.errors import FileRefused

# fmt: off
REQUIRED: Final = (
    "event_id_cnty", "event_date", "time_precision", "event_type", "inter1", "inter2", "country", "latitude",
    "longitude", "geo_precision", "fatalities",
)
"""Columns without which a row cannot become an event."""

OPTIONAL: Final = (
    "disorder_type", "sub_event_type", "civilian_targeting", "actor1", "actor2", "iso", "iso3", "admin1", "admin2",
    "location", "source", "notes", "timestamp",
)
"""Columns that are read where they are there."""
# fmt: on

_TELLING: Final = frozenset({"event_id_cnty", "event_date", "event_type"})


def looks_like_acled(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a file's first row names the columns that tell an ACLED event file, complete or not."""
    return bool(rows) and set(names_of(rows[0])) >= _TELLING


def recognise(name: str, rows: Sequence[Sequence[str]]) -> Layout:
    """Return the layout of a file called `name`; raises `FileRefused` where columns are missing, doubled or shifted."""
    names = names_of(rows[0])
    missing = [column for column in REQUIRED if column not in names]
    if missing:
        raise FileRefused(
            f"{name} is not a complete ACLED event file: the columns {', '.join(missing)} are missing.",
            remedy="Export it with all columns.",
        )
    doubled = sorted({column for column in (*REQUIRED, *OPTIONAL) if names.count(column) > 1})
    if doubled:
        raise FileRefused(f"{name} has the columns {', '.join(doubled)} twice.", remedy="Remove one of each.")
    tagged = len(rows) > 1 and not any(text.strip().isdigit() for text in rows[1]) and _has_hash(rows[1])
    data = rows[2:] if tagged else rows[1:]
    longer = [row for row in data if len(row) > len(names)]
    if len(longer) * 2 > len(data):
        raise FileRefused(
            f"{name} has {len(longer[0])} fields in its rows where its header names {len(names)} columns.",
            remedy="A column name is missing from the header, or a text holds a delimiter without quotes.",
        )
    kind = "with civilian_targeting" if "civilian_targeting" in names else "old, without civilian_targeting"
    columns = {str(column): names.index(column) for column in (*REQUIRED, *OPTIONAL) if column in names}
    return Layout(kind + (", with HXL tags" if tagged else ""), columns, len(names), 1 + tagged)


def _has_hash(row: Sequence[str]) -> bool:
    return any(field.strip().startswith("#") for field in row)
