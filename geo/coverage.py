"""Where and when a source looked: spans of days for each country. Outside them nothing is known, which is not zero."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from geo.errors import ValueRefused
from geo.frozen import frozen, same_length
from geo.periods import Days, Periods

EVERYWHERE = "*"
"""The country code of a span that holds for all countries."""


class State(IntEnum):
    """What a cell-period is (methods.md 1). Missing is never zero."""

    OBSERVED = 0
    """The source looked: the number stands, zero included."""
    NOT_COVERED = 1
    """The source did not look there or then."""
    SUPPRESSED = 2
    """Known, and withheld by policy."""
    PROVISIONAL = 3
    """Inside the source's reporting lag, or a period that the source covers in part: it may still rise."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Spans of days (inclusive), one row each: `country` (ISO 3166 alpha-3, or `EVERYWHERE`), `first`, `last`, `final_to`.

    After `final_to` late reports are still arriving. Several spans of one country add up.
    """

    country: tuple[str, ...]
    first: Days
    last: Days
    final_to: Days

    def __post_init__(self) -> None:
        """Refuse spans that end before they begin."""
        same_length(country=np.array(self.country, dtype=object), first=self.first, last=self.last, final=self.final_to)
        bad = np.flatnonzero(self.last < self.first)
        if len(bad):
            row = int(bad[0])
            raise ValueRefused("a span of coverage ends before it begins", column="last", row=row)
        for name in ("first", "last", "final_to"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    def states(self, countries: tuple[str, ...], periods: Periods) -> NDArray[np.uint8]:
        """Return the `State` of each period in each country, shape (periods, countries)."""
        starts, ends = periods.starts, periods.ends - 1
        out = np.full((periods.count, len(countries)), State.NOT_COVERED, dtype=np.uint8)
        for code, first, last, final_to in zip(self.country, self.first, self.last, self.final_to, strict=True):
            touched = (ends >= first) & (starts <= last)
            whole = (starts >= first) & (ends <= last) & (ends <= final_to)
            column = [i for i, country in enumerate(countries) if code in (EVERYWHERE, country)]
            if not column:
                continue
            part = out[:, column]
            part[touched & (part != State.OBSERVED).all(axis=1)] = State.PROVISIONAL
            part[whole] = State.OBSERVED
            out[:, column] = part
        return out

    def end_of(self, country: str) -> int | None:
        """Return the last covered day of a country, None where it was never covered."""
        days = [int(d) for code, d in zip(self.country, self.last, strict=True) if code in (EVERYWHERE, country)]
        return max(days, default=None)

    def countries_covered(self, first_day: int, last_day: int, countries: tuple[str, ...]) -> NDArray[np.bool_]:
        """Return for each country whether any day from `first_day` to `last_day` is covered."""
        touched = (self.last >= first_day) & (self.first <= last_day)
        codes = {code for code, hit in zip(self.country, touched, strict=True) if hit}
        return np.array([EVERYWHERE in codes or country in codes for country in countries], dtype=np.bool_)
