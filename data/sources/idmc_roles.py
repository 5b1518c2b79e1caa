"""Each of IDMC's events once: recommended figures, else the latest triangulation of each place (methods.md 10)."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.sources.observation_rows import Days, Mask, Rows

_RECOMMENDED: Final = "recommended figure"
_TRIANGULATION: Final = "triangulation"
_REMEDY: Final = "Nothing to mend: counting both would count people twice."


def reduce_by_role(rows: Rows, first: Days, last: Days) -> str:
    """Leave out the rows that count an event's people again, each with its reason; return in words how it was done.

    A row without an event's name or id is an event of its own. In a file without `role`, of the rows of one event,
    place and days the latest stays.
    """
    rows.refuse_repeats("id", of=["figure"])
    event = _events(rows)
    place = _places(rows)
    newest = _age(rows)
    if not rows.has("role"):
        again = _older(_groups([event, place, first, last]), newest, rows.good)
        rows.refuse(again, "the same event, place and days again", "figure", _REMEDY)
        return "no role given: an event's figures may still count people more than once"
    role = pc.fill_null(pc.utf8_lower(rows.text("role")), _TRIANGULATION)
    recommended = pc.equal(role, _RECOMMENDED).to_numpy(zero_copy_only=False)
    other = pc.equal(role, _TRIANGULATION).to_numpy(zero_copy_only=False)
    rows.refuse(~(recommended | other), "unknown code", "role", "Use Recommended figure or Triangulation.")
    settled = np.isin(event, event[recommended & rows.good])
    rows.refuse(other & settled & rows.good, "an event with a recommended figure", "role", _REMEDY)
    again = _older(_groups([event, place]), newest, rows.good & other)
    rows.refuse(again, "an older triangulation of the same place", "role", _REMEDY)
    return "of each event the recommended figures, else the latest triangulation of each place"


def _events(rows: Rows) -> NDArray[np.int64]:
    """Return a number for each event: by its id, else by its country, type, name and first day; else the row's own."""
    numbered = _codes(rows, "event_id")
    columns = ("iso3", "displacement_type", "event_name", "event_start_date")
    named = _groups(_codes(rows, name) for name in columns)
    unnamed = _codes(rows, "event_name") < 0
    # Three runs of numbers that never meet: 0, 3, 6 ...; 1, 4, 7 ...; 2, 5, 8 ...
    own = np.where(unnamed, 3 * np.arange(len(rows)) + 2, 3 * named + 1)
    return np.where(numbered >= 0, 3 * numbered, own)


def _places(rows: Rows) -> NDArray[np.int64]:
    """Return a number for each place: its locations where a row names them, else its point."""
    located = _codes(rows, "locations_coordinates")
    point = _groups(_codes(rows, name) for name in ("latitude", "longitude"))
    return np.where(located >= 0, located, -1 - point)


def _codes(rows: Rows, column: str) -> NDArray[np.int64]:
    codes: NDArray[np.int64] = rows.label(column).indices.fill_null(-1).to_numpy().astype(np.int64)
    return codes


def _groups(columns: Iterable[NDArray[np.integer]]) -> NDArray[np.int64]:
    """Return a number for each row, the same for rows that agree in all columns."""
    stacked = np.stack(list(columns), axis=1)
    return np.unique(stacked, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _age(rows: Rows) -> NDArray[np.int64]:
    """Return the place of each row in the order of their making: the greater, the newer; of equals the later row."""
    made = pa.table({"made": pc.fill_null(rows.text("created_at"), ""), "row": np.arange(len(rows))})
    order = pc.sort_indices(made, [("made", "ascending"), ("row", "ascending")]).to_numpy()
    age = np.empty(len(rows), dtype=np.int64)
    age[order] = np.arange(len(rows))
    return age


def _older(group: NDArray[np.int64], age: NDArray[np.int64], among: Mask) -> Mask:
    """Return which of the rows `among` are not the newest of their group."""
    newest = np.full(int(group.max(initial=0)) + 1, -1, dtype=np.int64)
    chosen = np.flatnonzero(among)
    np.maximum.at(newest, group[chosen], age[chosen])
    older: Mask = among & (age != newest[group])
    return older
