"""Seconds that a call takes, over several repeats."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each repeat, in their order."""

    seconds: tuple[float, ...]

    @classmethod
    def of(cls, call: Callable[[], Any], repeats: int, *, warm: bool = True) -> Self:
        """Time `call` `repeats` times; `warm` calls it once before, so that nothing is compiled or read while timed.

        The result of a call is dropped after the clock has stopped.
        """
        if warm:
            call()
        seconds = []
        for _ in range(repeats):
            gc.collect()
            begun = time.perf_counter()
            result = call()
            seconds.append(time.perf_counter() - begun)
            del result
        return cls(tuple(seconds))

    @property
    def median(self) -> float:
        """The middle of the repeats."""
        return float(np.median(self.seconds))

    @property
    def least(self) -> float:
        """The quickest repeat."""
        return min(self.seconds)

    @property
    def p95(self) -> float:
        """What 95 of 100 repeats stay within; of few repeats, nearly the slowest."""
        return float(np.quantile(self.seconds, 0.95))
