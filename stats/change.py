"""The class of change of each unit, as a map and a sentence use it (methods.md 5)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.change_class import ChangeClass
from geo.frozen import frozen, same_length
from stats.rate_ratio import RateRatio
from stats.rise_rule import FIRST_RULE, RiseRule
from stats.running_sums import Counts

STRONG_FROM = 3.0
SHARP_FROM = 6.0


@dataclass(frozen=True, slots=True)
class Change:
    """One `ChangeClass` a unit, which units are flagged as `rising`, and the `surprising` count (all (units,)).

    `surprising` is the smallest recent count that would be flagged as a rise: what "too few to tell" must name.
    """

    classes: NDArray[np.uint8]
    rising: NDArray[np.bool_]
    surprising: Counts

    def __post_init__(self) -> None:
        """Check the lengths and make the arrays read-only."""
        same_length(classes=self.classes, rising=self.rising, surprising=self.surprising)
        for name in ("classes", "rising", "surprising"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def change(ratio: RateRatio, rule: RiseRule = FIRST_RULE) -> Change:
    """Return the class of each unit by `rule`.

    Too few: neither flag, and even six times the expected number (a sharp rise) would stay below the surprising count.
    Not covered stands, too, for a history that is too short: there is nothing to compare with.
    """
    counts = ratio.counts
    rising, falling, surprising = rule.rising(counts), rule.falling(counts), rule.surprising(counts)
    estimate = ratio.field.estimate
    reachable = SHARP_FROM * counts.expected >= surprising
    classes = np.select(
        [
            ~counts.known,
            rising & (estimate >= SHARP_FROM),
            rising & (estimate >= STRONG_FROM),
            rising,
            falling,
            reachable,
        ],
        [
            ChangeClass.NOT_COVERED,
            ChangeClass.SHARP,
            ChangeClass.STRONG,
            ChangeClass.RISE,
            ChangeClass.FALL,
            ChangeClass.NO_CHANGE,
        ],
        ChangeClass.TOO_FEW,
    )
    return Change(classes.astype(np.uint8), rising, surprising)
