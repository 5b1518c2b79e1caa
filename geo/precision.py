"""How exactly a place is known, and therefore what an incident may enter (methods.md 2 and 2b).

Most conflict records are not points. Each has a support; it enters H3 cells of a resolution only where its support
fits, else it is counted in its admin-1 area, else it is counted as left out, by reason.
"""

from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from geo.errors import ValueRefused


class Support(IntEnum):
    """What a record's place is known to. The numbers are stored; do not change them."""

    EXACT = 0
    """An exact place (UCDP `where_prec` 1)."""
    NEAR = 1
    """Within about 25 km, or a second-order area (UCDP 2 and 3)."""
    AREA = 2
    """A first-order area, or a line or fuzzy area with a named area (UCDP 4, and 5 with a name)."""
    COUNTRY = 3
    """The country only (UCDP 5 without a named area, and 6)."""
    NOWHERE = 4
    """International, or nothing (UCDP 7)."""


FINEST_RESOLUTION = {Support.EXACT: 7, Support.NEAR: 4}
"""The finest H3 resolution that each support may enter; what is not named here enters no cell."""

RADIUS_KM = {Support.EXACT: 0.0, Support.NEAR: 25.0}
"""Radius drawn around a point as its halo."""


class Treatment(StrEnum):
    """What is done with imprecise places: kept apart, shared over their area's cells, or drawn where coded."""

    PLACED = "placed"
    SPREAD = "spread"
    """A display choice: tallied as `placed`, area counts then shared over cells (geo.spread). Never for statistics."""
    AS_CODED = "as_coded"


class TimeTreatment(StrEnum):
    """Which period holds an incident whose dates are wider than a day."""

    END = "end"
    """The whole incident in the period of its last day; one longer than the grain is left out (methods.md 2b)."""
    SPREAD = "spread"
    """A display choice: shared over its days, from the first to the last (geo.amounts). Never for statistics."""


class Fate(IntEnum):
    """Where a record ended up in a tally. Every record has exactly one fate: that is conservation."""

    PLACED = 0
    AREA_ONLY = 1
    OTHER_KIND = 2
    OUTSIDE_PERIOD = 3
    OUTSIDE_PLACE = 4
    TOO_LONG = 5
    COUNTRY_ONLY = 6
    NO_PLACE = 7
    NO_AREA = 8

    @property
    def reason(self) -> str:
        """Return the reason as a page prints it."""
        return _REASONS[self]

    @property
    def asked_for(self) -> bool:
        """Whether the reader asked for such a record at all (kind, period and place)."""
        return self not in {Fate.OTHER_KIND, Fate.OUTSIDE_PERIOD, Fate.OUTSIDE_PLACE}


_REASONS = {
    Fate.PLACED: "counted in its place",
    Fate.AREA_ONLY: "known to an area only",
    Fate.OTHER_KIND: "of another kind",
    Fate.OUTSIDE_PERIOD: "outside the period",
    Fate.OUTSIDE_PLACE: "outside the place",
    Fate.TOO_LONG: "dates wider than the period",
    Fate.COUNTRY_ONLY: "known to a country only",
    Fate.NO_PLACE: "without a place",
    Fate.NO_AREA: "in no known area",
}

_UCDP_PRECISIONS = 7


def ucdp_support(place_precision: NDArray[np.uint8], named_area: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the `Support` of each record from UCDP's `where_prec` (1 to 7) and whether `adm_1` or `adm_2` is named.

    Raises `ValueRefused` for a code outside 1 to 7.
    """
    bad = np.flatnonzero((place_precision < 1) | (place_precision > _UCDP_PRECISIONS))
    if len(bad):
        raise ValueRefused(
            "place precision is not a code from 1 to 7",
            column="place_precision",
            row=int(bad[0]),
            value=int(place_precision[bad[0]]),
            remedy="Use UCDP's where_prec codes.",
        )
    exact, near, area, country, nowhere = (int(support) for support in Support)
    by_code = np.array([nowhere, exact, near, near, area, country, country, nowhere], dtype=np.uint8)
    support = by_code[place_precision]
    return np.where((place_precision == 5) & named_area, np.uint8(area), support)  # noqa: PLR2004 - UCDP's code 5


LEAST_SHARE = 0.5
"""A resolution finer than 4 is refused where less than this share of the placed incidents can enter it."""


def finest_borne(support: NDArray[np.uint8]) -> int:
    """Return the finest H3 resolution that records of these supports (records,) bear (methods.md 2).

    Of the records that have a place in cells at all (resolution 4 and coarser), at least `LEAST_SHARE` can enter it.
    Resolution 4 and coarser are always borne; where nothing has a place nothing is refused.
    """
    coarse = FINEST_RESOLUTION[Support.NEAR]
    placed = int(fits(support, coarse).sum())
    finer = range(FINEST_RESOLUTION[Support.EXACT], coarse, -1)
    return next((size for size in finer if fits(support, size).sum() >= LEAST_SHARE * placed), coarse)


def fits(support: NDArray[np.uint8], resolution: int) -> NDArray[np.bool_]:
    """Return whether each support may enter H3 cells of `resolution`."""
    finest = np.full(len(Support), -1)
    for kind, limit in FINEST_RESOLUTION.items():
        finest[kind] = limit
    return finest[support] >= resolution
