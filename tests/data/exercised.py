"""The exercise for the tests, made once a process for each of the last seeds."""

import functools

from data.exercise.build import Exercise, make
from data.exercise.world import DEFAULT_SEED


@functools.lru_cache(maxsize=4)
def exercise(seed: int = DEFAULT_SEED) -> Exercise:
    """The exercise of a seed."""
    return make(seed)
