"""How ACLED's aggregates write months and moments."""

import calendar
import datetime as dt
import re
from typing import Final

from data.sources.observation_rows import NO_DAY
from geo.periods import EPOCH

NO_MONTH: Final = 0
"""Stands for a month that is missing or unreadable."""

_MONTHS: Final = {name.lower(): n for n, name in enumerate(calendar.month_name) if n}
_SECONDS: Final = re.compile(r"\d{9,11}(?:\.0*)?", re.ASCII)
_MOMENT: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}):(\d{2})\S*)?", re.ASCII)
_LAST: Final = 12


def month_number(text: str) -> int:
    """Return 1 to 12 for an English name, its first three letters or a number, else `NO_MONTH`."""
    word = text.lower()
    number = word.removesuffix(".0")
    if number.isdigit():
        return int(number) if 1 <= int(number) <= _LAST else NO_MONTH
    return next((n for name, n in _MONTHS.items() if word in {name, name[:3]}), NO_MONTH)


def moment(text: str) -> int:
    """Return seconds since 1970 (UTC) of a number of them, a date or a date and time, else `NO_DAY`."""
    if _SECONDS.fullmatch(text):
        return int(text.split(".", maxsplit=1)[0])
    found = _MOMENT.fullmatch(text)
    if not found:
        return NO_DAY
    parts = [int(part or 0) for part in found.groups()]
    try:
        when = dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc, arg-type]  # numbers of a match
    except ValueError:
        return NO_DAY
    return int((when - dt.datetime.combine(EPOCH, dt.time(), dt.UTC)).total_seconds())
