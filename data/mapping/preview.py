"""The preview: what a mapping makes of a file, what it would refuse and why, before anything is kept."""

import datetime as dt
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TEXT
from data.draft import EVENTS
from data.mapping.drafting import assumptions, columns_of, read_table
from data.mapping.events import blanks_kept, types_in, unstated_kept
from data.mapping.header import Header, header
from data.mapping.mapping import KINDS_KEY, Mapping
from data.mapping.read import SAMPLE, rows_of
from data.readers.opened import Opened
from data.rejections import Rejections
from geo.errors import FileRefused

_EXAMPLES: Final = 3
"""Examples of each reason."""
_MOST_TYPES: Final = 200

Extent = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of a file; counts are of the rows looked at: read = kept + rejected."""

    table: pa.Table
    """The first kept rows in the schema's columns that hold something."""
    read: int
    kept: int
    rejected: int
    whole: bool
    """Whether all rows were looked at, not only the first."""
    rows_looked_at: str
    reasons: MappingOf[str, int]
    examples: tuple[MappingOf[str, object], ...]
    """Refused rows: row, reason, column, value, remedy; up to three of each reason."""
    extent: Extent | None
    """West, south, east, north in degrees."""
    first: dt.date | None
    last: dt.date | None
    countries: MappingOf[str, int]
    kinds: MappingOf[str, int]
    deaths: int | None
    types: MappingOf[str, int]
    missing: tuple[str, ...]
    notes: tuple[str, ...]


def preview(
    opened: Opened,
    mapping: Mapping,
    rows: int = 20,
    *,
    whole: bool = False,
    sample: int = SAMPLE,
    today: dt.date | None = None,
) -> Preview:
    """Return what a mapping makes of the first `sample` rows of a file, or of all where `whole`.

    Questions that are open have their default, if any, for the preview only; a note says so. Where a required field
    is missing nothing is read. Raises `FileRefused` where dates stand in two orders, or the columns are others.
    """
    if header(opened).names != mapping.names:
        raise FileRefused(f"{opened.name} has other columns than the mapping is for.", remedy="Map the file anew.")
    if mapping.missing:
        return _nothing(mapping)
    supposed, notes = _supposed(mapping)
    held = rows_of(opened, Header(mapping.names, mapping.skip), columns_of(mapping), limit=None if whole else sample)
    table = read_table(held, supposed, today or dt.datetime.now(dt.UTC).date())
    rejections = held.finish()
    complete = whole or len(held) < sample
    events = mapping.kind == EVENTS
    read = table.num_rows + rejections.rows
    starts, ends = ("date_start", "date_end") if events else ("period_start", "period_end")
    if events:
        notes += (*assumptions(supposed, blanks_kept(held, supposed), unstated_kept(held, supposed)), *_abroad(table))
    return Preview(
        table=_filled(table.slice(0, rows)),
        read=read,
        kept=table.num_rows,
        rejected=rejections.rows,
        whole=complete,
        rows_looked_at=f"all {read:,} rows" if complete else f"the first {read:,} rows",
        reasons=rejections.by_reason(),
        examples=_examples(rejections),
        extent=_extent(table),
        first=pc.min(table[starts]).as_py(),
        last=pc.max(table[ends]).as_py(),
        countries=_counted(table["country_code"]),
        kinds=_counted(table["kind"]),
        deaths=int(pc.sum(table["deaths_best"]).as_py() or 0) if events else None,
        types=dict(list(types_in(held, mapping).items())[:_MOST_TYPES]) if events else {},
        missing=(),
        notes=notes,
    )


def _nothing(mapping: Mapping) -> Preview:
    return Preview(
        table=pa.table({}), read=0, kept=0, rejected=0, whole=False, rows_looked_at="no row", reasons={}, examples=(),
        extent=None, first=None, last=None, countries={}, kinds={}, deaths=None, types={}, missing=mapping.missing,
        notes=(),
    )  # fmt: skip


def _supposed(mapping: Mapping) -> tuple[Mapping, tuple[str, ...]]:
    """Return the mapping with the defaults of its open questions, and notes on what the preview supposes."""
    notes = []
    supposed = mapping
    if any(one.key == "civilians" or one.key.startswith(KINDS_KEY) for one in mapping.open_questions):
        supposed = replace(mapping, settings=replace(mapping.settings, kind="other"))
    for one in mapping.open_questions:
        if one.default:
            supposed = supposed.answered(one.key, one.default)
            label = dict(one.options).get(one.default, one.default)
            notes.append(f"Not answered yet: {one.text} The preview supposes: {label}.")
        elif one.key == "date_order":
            notes.append(f"Not answered yet: {one.text} The preview supposes: the day first.")
        else:
            notes.append(f"Not answered yet: {one.text}")
    return supposed, tuple(notes)


def _abroad(table: pa.Table) -> tuple[str, ...]:
    """Return a note on kept rows whose point lies in another country than they write."""
    held = table["area_country"].cast(TEXT)
    differs = pc.and_(pc.not_equal(table["country_code"].cast(TEXT), held), pc.invert(pc.starts_with(held, "X-")))
    count = int(pc.sum(differs).as_py() or 0)
    if not count:
        return ()
    return (f"{count:,} {'rows lie' if count > 1 else 'row lies'} in another country than named.",)


def _filled(table: pa.Table) -> pa.Table:
    return table.select([name for name in table.column_names if table[name].null_count < table.num_rows])


def _examples(rejections: Rejections) -> tuple[MappingOf[str, object], ...]:
    """Return the first complaints of each reason, the most frequent reason first."""
    found: list[MappingOf[str, object]] = []
    for reason in rejections.by_reason():
        of = rejections.table.filter(pc.equal(rejections.table["reason"], reason)).slice(0, _EXAMPLES)
        found += of.to_pylist()
    return tuple(found)


def _extent(table: pa.Table) -> Extent | None:
    lat, lng = pc.min_max(table["latitude"]).as_py(), pc.min_max(table["longitude"]).as_py()
    if lat["min"] is None:
        return None
    return lng["min"], lat["min"], lng["max"], lat["max"]


def _counted(column: pa.ChunkedArray) -> dict[str, int]:
    counts = [
        (str(item["values"]), int(item["counts"]))
        for item in pc.value_counts(column.cast(TEXT).drop_null()).to_pylist()
    ]
    return dict(sorted(counts, key=lambda item: (-item[1], item[0])))
