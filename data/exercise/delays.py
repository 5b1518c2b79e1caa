"""Reporting delay: weeks after it happened that a record came in, and which are not in by the clock (methods.md 12)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.exercise.calibration import LONGEST_DELAY_WEEKS, known_by_age
from data.exercise.geography import Ints
from data.exercise.world import LAST_DAY


@dataclass(frozen=True, slots=True)
class Delays:
    """For each record (n,): whole weeks from its last day to the day it came in, and whether that is by the clock."""

    weeks: Ints
    in_by_clock: NDArray[np.bool_]


def draw(source: str, day: Ints, certain: NDArray[np.bool_], rng: np.random.Generator) -> Delays:
    """Return the delay of records of these last days.

    `certain` ones are in by the clock, so theirs is at most their age. Of the others the share
    `known_by_age(source)[k]` is in by the clock at an age of k weeks.
    """
    known = known_by_age(source)
    age = np.minimum((LAST_DAY - day) // 7, LONGEST_DELAY_WEEKS)
    most = np.where(certain, known[age], 1.0)
    weeks = np.searchsorted(known, rng.random(len(day)) * most).astype(np.int64)
    return Delays(weeks, weeks <= age)
