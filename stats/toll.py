"""The toll of a window: incidents, people killed with low and high, civilians killed without a range (methods.md 1)."""

from dataclasses import dataclass
from typing import Self

from geo.errors import ValueRefused
from geo.precision import Fate
from geo.tally import TOTALS, Tally

COUNTED = (Fate.PLACED, Fate.AREA_ONLY)
"""What a page counts by default: in cells, and known to an area only."""


@dataclass(frozen=True, slots=True)
class Toll:
    """Sums over a window. Sources give low and high for all deaths only: there is no range of `civilians_killed`."""

    incidents: int
    killed_low: int
    killed: int
    killed_high: int
    civilians_killed: int

    def __post_init__(self) -> None:
        """Refuse negative sums."""
        if min(self.incidents, self.killed_low, self.killed, self.killed_high, self.civilians_killed) < 0:
            raise ValueRefused("a toll is not negative", value=self)

    def plus(self, other: Self) -> "Toll":
        """Return the toll of two disjoint windows or sets of incidents together."""
        return Toll(
            self.incidents + other.incidents,
            self.killed_low + other.killed_low,
            self.killed + other.killed,
            self.killed_high + other.killed_high,
            self.civilians_killed + other.civilians_killed,
        )


def toll(tally: Tally, window: slice | None = None, fates: tuple[Fate, ...] = COUNTED) -> Toll:
    """Return the toll of the incidents with one of `fates`, over a window of periods (default: all of them).

    Whole incidents, also where their place is not known exactly: add more fates to see what was left out.
    """
    sums = tally.fates[:-1][slice(None) if window is None else window]
    by_total = sums[:, list(fates)].sum(axis=(0, 1))
    of = dict(zip(TOTALS, by_total.tolist(), strict=True))
    return Toll(of["incidents"], of["deaths_low"], of["deaths_best"], of["deaths_high"], of["civilian_deaths"])
