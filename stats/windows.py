"""The recent window and the baseline before it, in whole periods of one grain (methods.md 5)."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from geo.coverage import State
from geo.errors import ValueRefused


@dataclass(frozen=True, slots=True)
class Windows:
    """The `recent` periods before index `end`, and the `baseline` periods before those.

    The lengths are those asked for; the slices are cut at the first period, so a history that is too short shows as
    fewer observed periods than asked for.
    """

    end: int
    recent: int
    baseline: int

    def __post_init__(self) -> None:
        """Refuse empty windows and an end before the first period."""
        for name, least in (("recent", 1), ("baseline", 1), ("end", 0)):
            value = getattr(self, name)
            if value < least:
                what = f"{name} is less than {least}"
                raise ValueRefused(what, column=name, value=value, remedy="Count windows in whole periods.")

    @property
    def first_recent(self) -> int:
        """Index of the first recent period, not below 0."""
        return max(self.end - self.recent, 0)

    @property
    def recent_slice(self) -> slice:
        """The recent periods."""
        return slice(self.first_recent, self.end)

    @property
    def baseline_slice(self) -> slice:
        """The periods of the baseline."""
        return slice(max(self.end - self.recent - self.baseline, 0), self.first_recent)

    def earlier(self, periods: int) -> Self:
        """Return the same windows as they stood `periods` earlier."""
        return replace(self, end=max(self.end - periods, 0))


def final_window(state: NDArray[np.uint8], recent: int = 8, baseline: int = 52) -> Windows:
    """Return the windows that end with the last period observed anywhere (provisional ones are left out).

    `state` is (periods, units). All places share one window, so that they can be compared: where a source ends earlier
    the place is unknown, not older. Nothing observed gives `end` = 0.
    """
    observed = np.flatnonzero((state == State.OBSERVED).any(axis=1))
    return Windows(int(observed[-1]) + 1 if len(observed) else 0, recent, baseline)
