"""What a checked or loaded file is, in sentences: before anything is written, and after."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from data.check import Earlier, Loaded
from data.draft import EVENTS, Draft
from data.refresh import Refresh
from export.geography import Geography
from export.held_rows import rejected_examples
from export.wording import counted
from geo.periods import date_text, to_day

LOAD_A_FILE: Final = "Drop a file here. It is looked at first; nothing is written before you say so. It stays here."
WHAT_CAN_BE_LOADED: Final = (
    ("Incidents:", "UCDP GED and Candidate, ACLED, or any table with dates and places: you say which column is what."),
    ("Figures:", "displacement (IDMC, UNHCR, DTM), risk scores and forecasts, population, or any table of figures."),
    ("As:", "CSV, also gzipped or zipped; XLSX, JSON, GeoJSON, Parquet, a zipped shapefile; GeoTIFF for population."),
)
STOPPED: Final = "Stopped. Nothing was written."
UNKNOWN: Final = "This file is of no source known here"
SAY_HOW: Final = "It can be loaded all the same: below is how it would be read."
ANOTHER_WAY: Final = "Where this is not what the file is: say yourself which column is what."
REJECTED_HEAD: Final = ("Why rejected", "Rows", "Row", "Column", "Value", "Remedy")

_NAMED: Final = 3


def draft_sentence(draft: Draft, geography: Geography) -> str:
    """Return what a draft is: source, how many incidents, where, when, how many rows were rejected."""
    noun = ("incident", "incidents") if draft.kind == EVENTS else ("figure", "figures")
    rows = counted(draft.table.num_rows, *noun)
    return (
        f"{draft.card.title}: {rows}, {_where(draft, geography)}, {_years(draft)}; {draft.rejections.rows:,} rejected"
    )


def _where(draft: Draft, geography: Geography) -> str:
    codes = pc.unique(draft.table["country_code"].cast(pa.string())).to_pylist()
    names = sorted(geography.country_name(code) for code in codes if code)
    if not names:
        return "no country named"
    if len(names) > _NAMED + 1:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} other countries"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _years(draft: Draft) -> str:
    events = draft.kind == EVENTS
    first = pc.min(draft.table["date_start" if events else "period_start"]).as_py()
    last = pc.max(draft.table["date_end" if events else "period_start"]).as_py()
    return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"


def draft_details(draft: Draft) -> list[tuple[str, str]]:
    """Return what else a person wants to know before loading: what was read, who was killed, which days are covered."""
    rejected = draft.rejections.rows
    rows = [("Rows read", f"{draft.read or 0:,}: {draft.table.num_rows:,} kept, {rejected:,} rejected")]
    if draft.kind == EVENTS:
        best, low, high = (int(pc.sum(draft.table[f"deaths_{name}"]).as_py() or 0) for name in ("best", "low", "high"))
        rows.append(("People killed", f"{best:,} ({low:,} to {high:,})"))
        unverified = draft.table.num_rows - int(pc.sum(draft.table["verified"]).as_py() or 0)
        if unverified:
            rows.append(("Not yet verified by the source", f"{unverified:,}"))
    spans = draft.coverage.spans
    if spans:
        first, last = min(span.first for span in spans), max(span.last for span in spans)
        rows.append(("Covers", f"{date_text(to_day(first))} to {date_text(to_day(last))}: {draft.coverage.reason}"))
    rows.append(("Licence", f"{draft.card.licence}; {_MAY[draft.card.raw_shareable]}"))
    return rows


_MAY: Final = {True: "its rows may be passed on", False: "its rows stay on this machine"}


def rejected_table(draft: Draft, most: int = 3) -> list[tuple[str, ...]]:
    """Return the reasons of a draft's rejections, most frequent first, with up to `most` rows of each."""
    return rejected_examples(draft.rejections.by_reason(), draft.rejections.table, most)


def rejected_text(count: int) -> str:
    """Return how many rows would be rejected, as the head of what says why."""
    return f"{counted(count, 'row', 'rows')} would be rejected: why, with examples"


def replacing_choices(found: Sequence[Earlier]) -> dict[str, str]:
    """Return what can be done about the snapshots that a draft overlaps: the digest to replace (empty: none), in words.

    What is proposed stands first: to replace what the draft holds wholly, else to keep everything.
    """
    replace = {
        one.manifest.digest: f"Replace {_named(one)}: {_WITHIN[one.within]}. It can be undone."
        for one in sorted(found, key=lambda one: not one.within)
    }
    keep = {"": "Keep everything: where both have a row with the same id, the one loaded last counts."}
    return replace | keep if any(one.within for one in found) else keep | replace


_WITHIN: Final = {True: "this file covers all that it covers", False: "this file covers a part of what it covers"}


def _named(one: Earlier) -> str:
    manifest = one.manifest
    name = manifest.origin.name if manifest.origin else manifest.digest[:12]
    return f"{name} (loaded {date_text(to_day(manifest.ingested_at.date()))}, {manifest.kept:,} rows)"


def loaded_sentence(loaded: Loaded) -> str:
    """Return what came of a loaded file, in one or two sentences."""
    one = loaded.manifest
    rejected = sum(one.rejected.values())
    first, last = (date_text(to_day(day)) if day else "" for day in (one.first, one.last))
    dates = f" They run from {first} to {last}." if first and last else ""
    again = " It was loaded before; nothing has changed." if loaded.already else ""
    return f"{one.kept:,} of {one.read:,} records kept, {rejected:,} rejected.{dates}{again}"


CHANGE_HEAD: Final = ("Against the snapshot it replaced", "Rows", "People killed")


def change_rows(change: Refresh, *, events: bool) -> list[tuple[str, ...]]:
    """Return what a newer copy changed: rows added, changed, deleted, the same, and the deaths that moved with them."""
    moved = f"{change.killed_changed:+,} (moved: {change.killed_moved:,})" if change.changed else "0"
    rows = (
        ("Added", change.added, f"{change.killed_added:+,}"),
        ("Changed", change.changed, moved),
        ("Deleted", change.deleted, f"{-change.killed_deleted:+,}" if change.killed_deleted else "0"),
        ("The same", change.same, "0"),
    )
    return [(name, f"{count:,}", killed if events else "") for name, count, killed in rows]
