"""Five named classes for amounts of harm. Breaks belong to the length of the window: the slider never moves them.

Incidents: single is 1, repeated begins at 2, the top class at one a week; the two between begin at 3 and 4 for six
weeks and grow with the fourth and the square root of the window. Deaths and densities grow with the window,
rounded to 1, 2, 3, 5. Beyond a year all grow with the cube root of its length only: violence moves, so that in decades
few cells hold what a worst year would add up to, and a map of them would be of one colour.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.cube import UnitKind
from geo.errors import ValueRefused
from geo.view import Shown

NONE: Final = -1
"""The class of zero, and of what is not known."""

_SIX_WEEKS: Final = 42
_WEEK: Final = 7
_YEAR: Final = 365
_LEAST_TOP: Final = 6
_THIRD, _FOURTH = (3, 0.25), (4, 0.5)
"""Where a class begins for six weeks, and the power of the window with which it grows to a year."""
_YEARS: Final = (1, 2, 5, 12, 52)
"""Where the classes of incidents begin for a year."""
_KILLED: Final = (1, 3, 10, 25, 50)
_AMOUNTS: Final = ("Few", "Several", "Many", "Very many", "Most")
_AREA_TO_CELL: Final = 4
_DENSITY: Final = (0.5, 1.0, 2.0, 5.0)
_PARTS: Final = (0.0, 0.2)
"""Where the two classes of less than one begin."""
_STEPS: Final = (1.0, 2.0, 3.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Classes:
    """Five classes: the least value of each (ascending), its name and its range in words; `whole` numbers or not."""

    lower: tuple[float, ...]
    names: tuple[str, ...]
    whole: bool = True

    def __post_init__(self) -> None:
        """Refuse breaks that do not ascend, and a zero that would be coloured."""
        if len(self.lower) != len(self.names) or list(self.lower) != sorted(set(self.lower)) or self.lower[0] < 0:
            raise ValueRefused("the breaks of classes ascend, one for each name", column="lower", value=self.lower)

    def index(self, values: NDArray[np.number]) -> NDArray[np.int8]:
        """Return the class of each value, 0 to 4; `NONE` (-1) for zero and less, and for NaN."""
        known = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=0.0)
        found = np.searchsorted(np.array(self.lower), known, side="right") - 1
        return np.where(known > 0, np.maximum(found, 0), NONE).astype(np.int8)

    def texts(self) -> tuple[str, ...]:
        """Return the range of each class: `1`, `4 to 5`, `6 or more`, `under 0.5`."""
        lows = [_number(low) for low in self.lower]
        last = len(lows) - 1
        if self.whole:
            ends = [int(high) - 1 for high in self.lower[1:]]
            spans = [
                low if int(start) == end else f"{low} to {end:,}"
                for low, start, end in zip(lows, self.lower, ends, strict=False)
            ]
            return (*spans, f"{lows[last]} or more")
        return (f"under {lows[1]}", *(f"{lows[i]} to {lows[i + 1]}" for i in range(1, last)), f"{lows[last]} or more")


def fractional(classes: Classes) -> Classes:
    """Return the classes of amounts that are shared: from 1 on the same breaks, and two below for parts of an incident.

    So a map of shares and a map of whole counts keep one colour for one amount. Classes that are not whole stay.
    """
    if not classes.whole:
        return classes
    return Classes((*_PARTS, *classes.lower), ("A trace", "A part", *classes.names), whole=False)


def incident_classes(days: int) -> Classes:
    """Return the classes of incidents in one cell over a window of `days`."""
    if days > _YEAR:
        length = _slowed(days) / _YEAR
        return Classes((1.0, *(_rounded(begin * length) for begin in _YEARS[1:])), _AMOUNTS)
    weeks = max(days / _WEEK, 1.0)
    top = max(round(weeks), _LEAST_TOP)
    third, fourth = (round(begin * (top / _LEAST_TOP) ** power) for begin, power in (_THIRD, _FOURTH))
    name = "Weekly or more" if round(weeks) >= _LEAST_TOP else "More than weekly"
    return Classes((1, 2, third, fourth, top), ("Single", "Repeated", "Frequent", "Very frequent", name))


def killed_classes(days: int, *, holds: int = 1) -> Classes:
    """Return the classes of people killed over a window of `days` in one cell, or in what holds as much as so many."""
    lower = [1.0]
    for base in _KILLED[1:]:
        amount = _rounded(base * holds * _slowed(days) / _SIX_WEEKS)
        lower.append(max(round(amount), int(lower[-1]) + 1))
    return Classes(tuple(lower), _AMOUNTS)


def density_classes(days: int) -> Classes:
    """Return the classes of incidents per 1,000 km2 over a window of `days`; the lowest holds everything above zero."""
    lower = [0.0]
    for base in _DENSITY:
        wanted = _rounded(base * _slowed(days) / _SIX_WEEKS)
        lower.append(wanted if wanted > lower[-1] else _rounded(lower[-1] * 1.6))
    return Classes(tuple(lower), ("Sparse", "Scattered", "Dense", "Very dense", "Densest"), whole=False)


def area_incident_classes(days: int) -> Classes:
    """Return the classes of incidents in an admin-1 area: one in two weeks, weekly, twice and four times a week."""
    weeks = max(_slowed(days) / _WEEK, 1.0)
    lower = [1]
    for pace in (0.5, 1.0, 2.0, 4.0):
        lower.append(max(round(weeks * pace), lower[-1] + 1))
    return Classes(tuple(map(float, lower)), _AMOUNTS)


def rate_classes() -> Classes:
    """Return the classes of incidents per 100,000 people and year: the same for every window, for a rate is by year."""
    return Classes((0.0, 10.0, 30.0, 100.0, 300.0), _AMOUNTS, whole=False)


def classes_for(shown: Shown, days: int, kind: UnitKind = UnitKind.CELLS) -> Classes:
    """Return the classes of what colours the units; an area holds more than a cell, so its breaks are its own."""
    if shown is Shown.RATE:
        return rate_classes()
    if shown is Shown.DENSITY:
        return density_classes(days)
    killed = shown is Shown.KILLED
    if kind is UnitKind.CELLS:
        return killed_classes(days) if killed else incident_classes(days)
    return killed_classes(days, holds=_AREA_TO_CELL) if killed else area_incident_classes(days)


def _slowed(days: int) -> float:
    """Return the days of a window that breaks grow with: all of a year, the cube root of what is longer."""
    return float(days) if days <= _YEAR else _YEAR * (days / _YEAR) ** (1 / 3)


def _rounded(value: float) -> float:
    """Return the nearest of 1, 2, 3, 5 times a power of ten, on a logarithmic scale."""
    power = 10.0 ** math.floor(math.log10(value))
    step = min(_STEPS, key=lambda candidate: abs(math.log(candidate * power / value)))
    return float(f"{step * power:.6g}")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"
