"""One measured row: a value beside that of a peer."""

from dataclasses import dataclass
from typing import Any, Final

from bench.timing import Timing

RATES: Final = ("rows/s",)
"""Units of which more is better; of all others less is."""


@dataclass(frozen=True, slots=True)
class Row:
    """`value` and `peer_value` in `unit`; `best` and `worst` are the quickest repeat and the 95 % one, in `unit` too.

    `peer` says exactly what the peer did, "" where there is none. `target` is a ceiling, or a floor for a rate.
    """

    name: str
    unit: str
    value: float
    best: float
    worst: float
    repeats: int
    peer: str = ""
    peer_value: float | None = None
    target: float | None = None

    @classmethod
    def of(
        cls,
        name: str,
        unit: str,
        timing: Timing,
        *,
        rows: int = 0,
        peer: str = "",
        peer_seconds: float | None = None,
        target: float | None = None,
    ) -> "Row":
        """Make a row of a timing: seconds, milliseconds, or `rows` in a second."""

        def told(seconds: float) -> float:
            return rows / seconds if unit in RATES else seconds * {"s": 1.0, "ms": 1e3}[unit]

        beside = None if peer_seconds is None else told(peer_seconds)
        spread = (told(timing.median), told(timing.least), told(timing.p95))
        return cls(name, unit, *spread, len(timing.seconds), peer, beside, target)

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer: above 1 it is ours that is better, whatever the unit."""
        if self.peer_value is None:
            return None
        return self.value / self.peer_value if self.unit in RATES else self.peer_value / self.value

    @property
    def met(self) -> bool | None:
        """Whether the target is reached, None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.unit in RATES else self.value <= self.target

    def to_json(self, machine: dict[str, Any]) -> dict[str, Any]:
        """Return the row as `results.json` holds it."""
        return {
            "name": self.name,
            "value": _rounded(self.value),
            "unit": self.unit,
            "peer": self.peer,
            "peer_value": _rounded(self.peer_value),
            "ratio": _rounded(self.ratio),
            "machine": machine,
            "best": _rounded(self.best),
            "p95": _rounded(self.worst),
            "repeats": self.repeats,
            "target": self.target,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
