"""From a file and its mapping to a draft for the store: card, coverage, every row kept or refused by name."""

import datetime as dt
import time
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from data.card import Card
from data.columns import TEXT
from data.coverage import Coverage, Span
from data.draft import EVENTS, Draft
from data.ingest import Ingested
from data.manifest import Origin
from data.mapping.events import blanks_kept, read_events, unstated_kept
from data.mapping.header import Header, header
from data.mapping.mapping import DEATHS, Mapping
from data.mapping.observed import read_observations
from data.mapping.read import open_any, rows_of, sha256_of
from data.mapping.saved import apart, save
from data.readers.opened import Opened
from data.sources.observation_rows import Rows
from data.store import Store
from data.task import SILENT, Task
from geo.errors import FileRefused, ValueRefused

PRECISIONS: Final = {
    1: "exact",
    2: "known within 25 km",
    3: "known to the district",
    4: "known to the province",
    5: "known to a line or a wide area",
    6: "known to the country",
    7: "not known",
}
"""Words for UCDP's codes of place precision."""


def draft(
    path: Path,
    mapping: Mapping,
    opened: Opened | None = None,
    *,
    task: Task = SILENT,
    today: dt.date | None = None,
) -> Draft:
    """Return a whole file, read through a mapping, as a draft of events or observations.

    Raises `ValueRefused` where the mapping lacks something or has a question open, `FileRefused` where the file's
    columns are not the mapping's, where no row can be kept, or where dates stand in two orders;
    `data.task.Cancelled` where the work was stopped.
    """
    _refuse_unready(mapping)
    opened = opened or open_any(path)
    head = header(opened)
    if head.names != mapping.names:
        raise FileRefused(
            f"{opened.name} has other columns than the mapping is for.",
            remedy="Map the file anew: python -m data map FILE",
        )
    rows = rows_of(opened, Header(head.names, mapping.skip), columns_of(mapping), task=task)
    task.step("checking", 0, None)
    table = read_table(rows, mapping, today or dt.datetime.now(dt.UTC).date())
    rejections = rows.finish()
    if not table.num_rows:
        reasons = ", ".join(f"{reason} ({count:,})" for reason, count in rejections.by_reason().items())
        first = rejections.examples(1)[0]
        raise FileRefused(
            f"No row of {opened.name} can be kept: {reasons}. First: row {first['row']}, column {first['column']}, "
            f"value {str(first['value'])[:60]!r}.",
            remedy=str(first["remedy"]),
        )
    unsaid = (blanks_kept(rows, mapping), unstated_kept(rows, mapping)) if mapping.kind == EVENTS else (0, 0)
    pairs = "; ".join(f"{key} = {name[:40]}" for key, name in mapping.columns.items())
    return Draft(
        kind=mapping.kind,
        table=table,
        card=card_of(mapping, *unsaid),
        coverage=_coverage(table, mapping),
        origin=Origin(
            opened.name, opened.sha256() or sha256_of(path), opened.size, f"{opened.format}; mapped: {pairs}"
        ),
        rejections=rejections,
        read=table.num_rows + rejections.rows,
    )


def ingest_mapped(
    path: Path, mapping: Mapping, store: Store, *, task: Task = SILENT, now: dt.datetime | None = None
) -> Ingested:
    """Read a file through a mapping into the store, keep the mapping, and return the snapshot; raises as `draft`."""
    begun = time.perf_counter()
    now = now or dt.datetime.now(dt.UTC)
    mapping = apart(store, mapping)
    made = draft(path, mapping, task=task, today=now.date())
    known = {manifest.digest for manifest in store.list()}
    written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    manifest = store.commit(made, task=task, fetched_at=written, now=now)
    save(store, mapping)
    return Ingested(manifest, manifest.digest in known, time.perf_counter() - begun)


def columns_of(mapping: Mapping) -> tuple[str, ...]:
    """Return which columns must be read: the chosen ones, or all where ids are made from whole rows."""
    if mapping.kind == EVENTS and "id" not in mapping.columns:
        return mapping.names
    return tuple(dict.fromkeys(mapping.columns.values()))


def read_table(rows: Rows, mapping: Mapping, today: dt.date) -> pa.Table:
    """Return the rows that can be kept, in the schema of the mapping's kind."""
    return read_events(rows, mapping, today) if mapping.kind == EVENTS else read_observations(rows, mapping)


def assumptions(mapping: Mapping, blanks: int, unstated: int = 1) -> tuple[str, ...]:
    """Return what is assumed of a file, in sentences: they stand on its card.

    `blanks` rows kept say nothing of people killed, `unstated` rows kept nothing of how exactly their place is known.
    """
    settings = mapping.settings
    if mapping.kind != EVENTS:
        return ()
    said = []
    if not mapping.columns.keys() & DEATHS:
        said.append("The file does not say how many were killed: 0 stands for not known.")
    elif blanks:
        said.append(f"{blanks:,} rows do not say how many were killed and are counted with 0.")
    if "id" not in mapping.columns:
        said.append("The rows have no id: one is made from the row, so a changed row is a new one.")
    stated = "place_precision" in mapping.columns
    who = "Assumed" if settings.precision_assumed else "Said by who loaded it"
    which = "places of rows that do not state it are" if stated else "places are"
    if unstated and mapping.columns.keys() & {"latitude", "point"}:
        said.append(f"{who}: {which} {PRECISIONS[settings.place_precision]}.")
    return tuple(said)


def card_of(mapping: Mapping, blanks: int = 0, unstated: int = 1) -> Card:
    """Return the card of somebody's own file: nothing of it is shared unless they say so."""
    settings = mapping.settings
    key = f"own_{settings.slug}"
    publisher = settings.publisher or "not stated"
    title = settings.title or settings.slug
    note = " ".join(("A file of your own, read through a column mapping.", *assumptions(mapping, blanks, unstated)))
    return Card(
        key=key,
        title=title,
        publisher=publisher,
        citation=f"{title} ({publisher})",
        licence=settings.licence or "not stated",
        raw_shareable=settings.raw_shareable,
        rhythm="not stated",
        lag_days=0,
        mutability="living",
        scope_note=note,
        namespace=key,
    )


def _refuse_unready(mapping: Mapping) -> None:
    if mapping.missing:
        raise ValueRefused(" ".join(mapping.missing))
    if mapping.open_questions:
        first = mapping.open_questions[0]
        answers = ", ".join(value for value, _ in first.options) or "a text of your own"
        count = len(mapping.open_questions)
        raise ValueRefused(
            f"{count} question{'s are' if count > 1 else ' is'} open. {first.text}", column=first.key,
            remedy=f"Answers: {answers}.",
        )  # fmt: skip


def _coverage(table: pa.Table, mapping: Mapping) -> Coverage:
    settings = mapping.settings
    starts, ends = ("date_start", "date_end") if mapping.kind == EVENTS else ("period_start", "period_end")
    first, last = pc.min(table[starts]).as_py(), pc.max(table[ends]).as_py()
    if mapping.kind != EVENTS:
        last -= dt.timedelta(days=1)
    reason = "from the first to the last date of the file, in the countries that it names"
    changed = [
        f"its {word} was set by hand to {day}"
        for word, day in (("beginning", settings.coverage_first), ("end", settings.coverage_last))
        if day
    ]
    first, last = settings.coverage_first or first, settings.coverage_last or last
    codes = sorted(code for code in pc.unique(table["country_code"].cast(TEXT)).to_pylist() if code)
    return Coverage(tuple(Span(code, first, last) for code in codes), "countries", "; ".join((reason, *changed)))
