"""How large the measured inputs are."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Scale:
    """Rows of the large inputs, what a row's name calls them, rows that slow peers get, and repeats."""

    rows: int
    called: str
    sample: int
    repeats: int


FULL: Final = Scale(3_000_000, "3M", 50_000, 9)
QUICK: Final = Scale(20_000, "20k", 2_000, 2)
