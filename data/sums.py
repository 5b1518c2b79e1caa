"""Sums over the rows of a snapshot that its manifest tells: they are taken piece by piece."""

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from data.draft import EVENTS

if TYPE_CHECKING:
    import datetime as dt

_DEATHS: Final = {"low": "deaths_low", "best": "deaths_best", "high": "deaths_high", "civilian": "civilian_deaths"}


class Sums:
    """Rows, deaths, kinds, first and last day; events that are not verified."""

    def __init__(self, kind: str) -> None:
        self._events = kind == EVENTS
        self._days = ("date_start", "date_end") if self._events else ("period_start", "period_end")
        self.rows = 0
        self.verified = 0
        self.deaths = dict.fromkeys(_DEATHS, 0) if self._events else {}
        self.kinds: dict[str, int] = {}
        self.first: dt.date | None = None
        self.last: dt.date | None = None

    def add(self, piece: pa.Table) -> None:
        """Take some more rows."""
        self.rows += piece.num_rows
        self.verified += int(pc.sum(piece["verified"]).as_py() or 0) if self._events else piece.num_rows
        for name in self.deaths:
            self.deaths[name] += int(pc.sum(piece[_DEATHS[name]]).as_py() or 0)
        for item in pc.value_counts(piece["kind"]).to_pylist():
            self.kinds[item["values"]] = self.kinds.get(item["values"], 0) + item["counts"]
        first, last = pc.min(piece[self._days[0]]).as_py(), pc.max(piece[self._days[1]]).as_py()
        self.first = min((day for day in (self.first, first) if day), default=None)
        self.last = max((day for day in (self.last, last) if day), default=None)
