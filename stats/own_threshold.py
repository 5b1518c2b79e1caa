"""A threshold from the map's own past: the score that a set share of active places passed in an ordinary week.

Never a nominal p: on deaths a nominal 1 % alarms in 17 to 22 % (methods.md 5). All gates are applied before, so a place
that a gate holds back counts among those that could have alarmed and did not.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.errors import ValueRefused

ASKED: Final = 0.01
LEAST_WEEKS: Final = 52
HELD_BACK: Final = -np.inf
"""The score of a place that could be judged and that a gate holds back."""


@dataclass(frozen=True, slots=True)
class OwnThreshold:
    """Alarm where a score is at least `value`; infinite where the past is too short to say.

    `reached` is the share of the `active` place-weeks of `weeks` past weeks that it would have alarmed in: where scores
    are tied or few, `asked` cannot be reached, and a page shows what is.
    """

    value: float
    asked: float
    reached: float
    weeks: int
    active: int

    @property
    def known(self) -> bool:
        """Whether the past is long enough."""
        return self.weeks >= LEAST_WEEKS and self.active > 0

    def alarms(self, score: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return where a score (NaN: not judged) reaches the threshold."""
        return np.asarray(np.isfinite(score) & (score >= self.value))


def own_threshold(past: NDArray[np.float64], asked: float = ASKED) -> OwnThreshold:
    """Return the lowest score that at most `asked` of the active place-weeks reached.

    `past` is (weeks, units): NaN where a place was not active or could not be judged, `HELD_BACK` where a gate held it
    back. A week in which nothing could be judged does not count. Raises `ValueRefused` unless 0 < asked < 1.
    """
    if not 0 < asked < 1:
        raise ValueRefused("a share lies between 0 and 1", column="asked", value=asked)
    judged = ~np.isnan(past)
    weeks, active = int(judged.any(axis=1).sum()), int(judged.sum())
    if weeks < LEAST_WEEKS:
        return OwnThreshold(np.inf, asked, float("nan"), weeks, active)
    scores = np.sort(past[judged & (past > HELD_BACK)])[::-1]
    allowed = int(asked * active)
    if len(scores) <= allowed:
        value = float(scores[-1]) if len(scores) else np.inf
    else:
        above = scores[scores > scores[allowed]]
        value = float(above[-1]) if len(above) else float(np.nextafter(scores[0], np.inf))
    return OwnThreshold(value, asked, float((scores >= value).sum()) / active, weeks, active)
