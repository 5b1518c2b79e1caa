"""What the values of a column look like: shares of numbers, dates, degrees; how many are distinct."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.mapping.coordinates import degrees, pairs
from data.mapping.dates import evidence, month_numbers, spans
from data.mapping.numbers import Decimal, blank, numbers, western

Floats = NDArray[np.float64]

_COMMA: Final = r"^\s*[+-]?[0-9]{1,15},[0-9]+\s*$"
_POINT: Final = r"^\s*[+-]?[0-9]{0,15}\.[0-9]+\s*$"
_THOUSAND: Final = r"^\s*[+-]?[0-9]{1,3}([,.][0-9]{3})+\s*$"
_MOST_DATES: Final = 2_000
_LATITUDE, _LONGITUDE = 90.0, 180.0
_SERIALS: Final = (20_000, 60_000)
"""Days since 1900 of 1954 to 2064, as spreadsheets count them."""
_YEARS: Final = (1900, 2100)
_MOSTLY: Final = 0.5


@dataclass(frozen=True)
class Look:
    """One column of the sample, as text, trimmed, missing where empty."""

    name: str
    text: pa.Array

    @cached_property
    def filled(self) -> pa.Array:
        """The values that say something."""
        return self.text.filter(pa.array(~blank(self.text) & self.text.is_valid().to_numpy(zero_copy_only=False)))

    @cached_property
    def distinct(self) -> int:
        """How many different values there are."""
        return int(pc.count_distinct(self.filled).as_py())

    @cached_property
    def commas(self) -> int:
        """Values written with one comma, such as 12,5."""
        return self._matching(_COMMA)

    @cached_property
    def points(self) -> int:
        """Values written with a point, such as 12.5."""
        return self._matching(_POINT)

    @cached_property
    def thousands(self) -> int:
        """Values that may be thousands, or three decimals: 1,234."""
        return self._matching(_THOUSAND)

    @property
    def decimal(self) -> Decimal:
        """The decimal sign that its values have."""
        return "," if self.commas > self.points else "."

    def _matching(self, form: str) -> int:
        return int(pc.sum(pc.match_substring_regex(western(self.filled), form)).as_py() or 0)

    def share(self, good: NDArray[np.bool_]) -> float:
        """Return the share of true ones, 0 of none."""
        return float(good.mean()) if len(good) else 0.0

    @cached_property
    def values(self) -> Floats:
        """The filled values as numbers, NaN where they are none."""
        return numbers(self.filled, self.decimal)

    def fit(self, shape: str) -> float:
        """Return how well the values are of a shape (`data.mapping.fields.Field`), from 0 to 1."""
        if not len(self.filled):
            return 0.0
        return float(_SHAPES[shape](self))


def _degrees(look: Look, axis: str, limit: float) -> float:
    with np.errstate(invalid="ignore"):
        return look.share(np.abs(degrees(look.filled, look.decimal, axis)) <= limit)


def _whole(look: Look) -> float:
    with np.errstate(invalid="ignore"):
        return look.share((look.values >= 0) & (look.values % 1 == 0) & (look.values < 1e7))  # noqa: PLR2004 - people


def _between(values: Floats, low: float, high: float) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return np.asarray((values >= low) & (values <= high) & (values % 1 == 0))


def _date(look: Look) -> float:
    some = look.filled.slice(0, _MOST_DATES)
    if is_serial(look):
        return 0.8
    found = [spans(some, order) for order in ("dmy", "mdy")]
    good = found[0].good | found[1].good
    years = _between(look.values[: len(some)], *_YEARS)
    return look.share(good) * (0.5 if years.mean() > _MOSTLY else 1.0)


def is_serial(look: Look) -> bool:
    """Return whether all values are days as spreadsheets count them."""
    return bool(len(look.values)) and bool(_between(np.floor(look.values), *_SERIALS).all()) and look.distinct > 1


def _id(look: Look) -> float:
    return 1.0 if look.distinct == len(look.text) else 0.0


def _month(look: Look) -> float:
    return look.share(_between(month_numbers(look.filled), 1, 12))


_SHAPES: Final[Mapping[str, Callable[[Look], float]]] = {
    "latitude": lambda look: _degrees(look, "latitude", _LATITUDE),
    "longitude": lambda look: _degrees(look, "longitude", _LONGITUDE),
    "point": lambda look: look.share(~np.isnan(pairs(look.filled)[0])),
    "date": _date,
    "whole": _whole,
    "number": lambda look: look.share(~np.isnan(look.values)),
    "year": lambda look: look.share(_between(look.values, *_YEARS)),
    "month": _month,
    "day": lambda look: look.share(_between(look.values, 1, 31)),
    "id": _id,
    "word": lambda look: 1.0 - look.share(~np.isnan(look.values)),
    "text": lambda look: 1.0,  # noqa: ARG005 - any text is text
}


def order_of(text: pa.Array) -> tuple[str, str]:
    """Return the order that dates of the form 3/4/2021 are in, and why: ymd where there are none, "" where unknown.

    A part above 12 is a day. Where parts above 12 stand in both places, the order of at least nine in ten is taken.
    """
    found = evidence(text)
    if not found.parts:
        return "ymd", "the dates are written with the year first or in words"
    told = found.day_first + found.month_first
    shown = ", ".join(found.examples)
    if told and found.day_first >= 0.9 * told:
        return "dmy", f"{found.day_first:,} dates such as {shown} can only have the day first"
    if told and found.month_first >= 0.9 * told:
        return "mdy", f"{found.month_first:,} dates such as {shown} can only have the month first"
    return "", f"dates such as {shown} can be read both ways"
