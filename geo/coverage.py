"""Where and when a source looked: spans of days for each country. Outside them nothing is known, which is not zero."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from geo.errors import ValueRefused
from geo.frozen import frozen, same_length
from geo.periods import Days, Periods

EVERYWHERE = "*"
"""The country code of a span that holds for every country that has none of its own."""


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
    """Spans of days (inclusive): `country` (ISO 3166 alpha-3, or `EVERYWHERE`), `first`, `last`, `final_to`.

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
        spans = list(zip(self.country, self.first.tolist(), self.last.tolist(), self.final_to.tolist(), strict=True))
        for column, country in enumerate(countries):
            own = [span[1:] for span in spans if self._holds(span[0], country)]
            for first, last in _joined([(first, last) for first, last, _ in own]):
                out[(ends >= first) & (starts <= last), column] = State.PROVISIONAL
            for first, last in _joined([(first, min(last, final_to)) for first, last, final_to in own]):
                out[(starts >= first) & (ends <= last), column] = State.OBSERVED
        return out

    def as_known(self, day: int) -> "Coverage":
        """Return the coverage as it stood on `day`: nothing after it, and before it as long a lag as now."""
        kept = self.first <= day
        last = np.minimum(self.last[kept], day).astype(np.int32)
        lag = (self.last - self.final_to)[kept]
        codes = tuple(code for code, keep in zip(self.country, kept, strict=True) if keep)
        return Coverage(codes, self.first[kept], last, (last - lag).astype(np.int32))

    def end_of(self, country: str) -> int | None:
        """Return the last covered day of a country, None where it was never covered."""
        days = [int(d) for code, d in zip(self.country, self.last, strict=True) if self._holds(code, country)]
        return max(days, default=None)

    def covered(self, first_day: int, last_day: int, countries: tuple[str, ...]) -> NDArray[np.bool_]:
        """Return for each country whether any day from `first_day` to `last_day` is covered."""
        touched = (self.last >= first_day) & (self.first <= last_day)
        codes = [code for code, hit in zip(self.country, touched, strict=True) if hit]
        return np.array([any(self._holds(code, country) for code in codes) for country in countries], dtype=np.bool_)

    def _holds(self, code: str, country: str) -> bool:
        return code == country or (code == EVERYWHERE and country != "" and country not in self.country)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that overlap or follow each other without a gap: a week across two yearly files is wholly covered."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
