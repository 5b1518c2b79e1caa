"""Reported incidents as arrays: where, when, how exactly known, and what toll. The input of every tally."""

from dataclasses import dataclass, fields
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from geo.cells import Cells
from geo.errors import ValueRefused
from geo.frozen import frozen, same_length
from geo.periods import Days

Counts = NDArray[np.int32]


class Flag(IntFlag):
    """What a record is, as bits. One of the first three, UCDP's kinds of organised violence, or OTHER is set."""

    STATE_BASED = 1
    NON_STATE = 2
    ONE_SIDED = 4
    CIVILIAN_HARM = 8
    """One-sided, or civilians among the dead: an incident of violence against civilians (methods.md 1)."""
    UNVERIFIED = 16
    """The source has not finished checking it (UCDP `code_status` other than Clear)."""
    OTHER = 32
    """No organised violence: ACLED's protests, riots, strategic developments. No selection of violence counts it."""


NO_FLAG = Flag(0)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records are counted: those with any flag of `any_of` and none of `none_of`; `civilian` chooses the toll.

    The toll is civilian deaths where the question is about civilians, else all deaths (best estimate).
    """

    any_of: Flag
    none_of: Flag = NO_FLAG
    civilian: bool = True


CIVILIAN_HARM = Selection(Flag.CIVILIAN_HARM)
ALL_VIOLENCE = Selection(Flag.STATE_BASED | Flag.NON_STATE | Flag.ONE_SIDED, civilian=False)


@dataclass(frozen=True, slots=True)
class LocatedEvents:
    """One row a record, sorted by cell and then by last day, which keeps every coarser cell's records together.

    `cell` is at resolution 7 (0 without coordinates); `area` indexes the admin-1 areas (-1 in none); `country` indexes
    `country_codes` (the country the source states; -1 unknown); `support` holds `geo.precision.Support`; `flags` holds
    `Flag`; `row` is the record's row in the table it came from. Days are inclusive.
    """

    cell: Cells
    area: NDArray[np.int32]
    country: NDArray[np.int16]
    support: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    start_day: Days
    end_day: Days
    deaths_low: Counts
    deaths_best: Counts
    deaths_high: Counts
    civilian_deaths: Counts
    row: NDArray[np.int32]
    country_codes: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check lengths and days, sort, and make every array read-only."""
        names = [field.name for field in fields(self) if field.name != "country_codes"]
        same_length(**{name: getattr(self, name) for name in names})
        bad = np.flatnonzero(self.end_day < self.start_day)
        if len(bad):
            raise ValueRefused("an incident ends before it begins", column="end_day", row=int(self.row[bad[0]]))
        order = np.lexsort((self.row, self.end_day, self.cell))
        in_order = bool((np.diff(order) > 0).all()) if len(order) else True
        for name in names:
            column = getattr(self, name)
            object.__setattr__(self, name, frozen(column if in_order else column[order]))

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.cell)

    def of(self, selection: Selection) -> NDArray[np.bool_]:
        """Return which records a selection counts."""
        wanted = (self.flags & np.uint8(selection.any_of)) != 0
        return np.asarray(wanted & ((self.flags & np.uint8(selection.none_of)) == 0))

    def toll(self, selection: Selection) -> Counts:
        """Return the deaths that go with a selection."""
        return self.civilian_deaths if selection.civilian else self.deaths_best
