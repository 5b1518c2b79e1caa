"""The rows that a view leaves out and the rows that a file had rejected, with their reasons, as tables for a download.

Rows of a source that may not be passed on never leave: its counts do, and the reason is said.
"""

from collections.abc import Collection
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.card import Card
from data.draft import EVENTS
from data.holdings import Holdings
from data.manifest import Manifest
from data.rejections import Rejections
from export.reading import SELECTIONS, Reading
from geo.precision import Fate

LEFT_OUT: Final = tuple(fate for fate in Fate if fate not in {Fate.PLACED, Fate.AREA_ONLY})
ASKED_FOR: Final = tuple(fate for fate in LEFT_OUT if fate.asked_for)
_ALL: Final = ""
_INNER: Final = ("cell", "area", "area_country")
"""Columns that the program works with; the row's own country and coordinates are there."""


def fates_of(reading: Reading) -> NDArray[np.uint8]:
    """Return the `Fate` of each record of a reading, its kind included: as its tally counts them (records,)."""
    wanted = reading.placed.events.of(SELECTIONS[reading.view.kinds])
    return np.where(wanted, reading.placed.fate, np.uint8(Fate.OTHER_KIND)).astype(np.uint8)


def choices(reading: Reading, holdings: Holdings) -> dict[str, str]:
    """Return which left-out rows can be had, in words: all that the view asked for, then each reason, with its rows."""
    counts = np.bincount(fates_of(reading)[_shareable(holdings)[reading.placed.events.row]], minlength=len(Fate))
    asked = int(counts[list(ASKED_FOR)].sum())
    found = {_ALL: f"All that this view asks for and cannot place ({asked:,} rows)"} if asked else {}
    return found | {
        fate.name: f"{fate.reason.capitalize()} ({counts[fate]:,} rows)" for fate in LEFT_OUT if counts[fate]
    }


def fates_named(choice: str) -> tuple[Fate, ...]:
    """Return the fates that a choice stands for."""
    return ASKED_FOR if choice == _ALL else (Fate[choice],)


def left_out_rows(reading: Reading, holdings: Holdings, fates: Collection[Fate] = ASKED_FOR) -> pa.Table:
    """Return the left-out records with the reason of each, every column of the source's row; shareable sources only."""
    of, events = fates_of(reading), reading.placed.events
    chosen = np.flatnonzero(np.isin(of, list(fates)) & _shareable(holdings)[events.row])
    order = chosen[np.argsort(events.row[chosen], kind="stable")]
    names = np.array([fate.reason for fate in Fate], dtype=object)
    rows = holdings.details.take(pa.array(events.row[order])).drop_columns(list(_INNER))
    return rows.add_column(0, "reason", pa.array(names[of[order]].tolist(), pa.string()))


def counted_rows(reading: Reading, holdings: Holdings) -> pa.Table:
    """Return the records that a view counts, in a cell or with an area, over all its periods, as the source's rows."""
    counted = np.isin(fates_of(reading), (Fate.PLACED, Fate.AREA_ONLY))
    return holdings.details.take(pa.array(np.sort(reading.placed.events.row[counted])))


def counted_text(rows: pa.Table) -> str:
    """Return how many rows a view counts, in words."""
    return f"{rows.num_rows:,} rows are counted, in a cell or with an area."


def held_back(holdings: Holdings) -> str:
    """Return which sources of incidents may not be passed on, in a sentence; empty where all may."""
    cards = [card for card in _event_cards(holdings) if not card.raw_shareable]
    if not cards:
        return ""
    names = ", ".join(card.title for card in cards)
    licences = ", ".join(dict.fromkeys(card.licence for card in cards))
    return f"Rows of {names} are not offered for download: its licence does not let them be passed on ({licences})."


def _event_cards(holdings: Holdings) -> list[Card]:
    found = (one.card for one in holdings.snapshots if one.kind == EVENTS)
    return list({card.key: card for card in found}.values())


def _shareable(holdings: Holdings) -> NDArray[np.bool_]:
    """Return for each row of the details whether its source may be passed on."""
    allowed = [card.key for card in holdings.cards if card.raw_shareable]
    found = pc.is_in(holdings.details["source"].cast(pa.string()), pa.array(allowed, pa.string()))
    return np.asarray(found.to_numpy(), dtype=np.bool_)


def rejected_rows(manifest: Manifest, table: pa.Table) -> pa.Table:
    """Return every complaint about a snapshot's file; without the values where its rows may not be passed on."""
    return table if manifest.card.raw_shareable else table.drop_columns(["value"])


def rejected_examples(reasons: dict[str, int], table: pa.Table, most: int = 3) -> list[tuple[str, ...]]:
    """Return up to `most` complaints for each reason, those that reject most rows first, as they stand in the file."""
    rows: list[tuple[str, ...]] = []
    for reason, count in reasons.items():
        found = table.filter(pc.equal(table["reason"], reason)).slice(0, most)
        for n, one in enumerate(Rejections(found).examples(most)):
            said = (f"{reason.capitalize()}", f"{count:,}") if n == 0 else ("", "")
            rows.append((*said, f"{one['row']:,}", str(one["column"]), str(one["value"] or ""), str(one["remedy"])))
    return rows
