"""Where a file's column names stand, what they are, and their fingerprint."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from data.readers.opened import Opened
from geo.errors import FileRefused

_LOOKED_AT: Final = 30
_TITLES: Final = 10
"""Rows above the header that a title and notes may take."""
_VALUE: Final = re.compile(r"\s*[+-]?[\d.,:/ T-]*\d[\d.,:/ TZ°-]*\s*", re.ASCII)
_LONGEST: Final = 120
_LONGEST_VALUE: Final = 40


@dataclass(frozen=True, slots=True)
class Header:
    """Column names, unique and in order; `skip` rows come before the first row of values."""

    names: tuple[str, ...]
    skip: int

    @property
    def fingerprint(self) -> str:
        """Return what the same columns give again, in whatever file: 16 hexadecimal digits."""
        return fingerprint(self.names)


def fingerprint(names: Sequence[str]) -> str:
    """Return the fingerprint of column names in their order."""
    return hashlib.sha256(json.dumps(list(names), ensure_ascii=False).encode()).hexdigest()[:16]


def header(opened: Opened) -> Header:
    """Return the column names of a file.

    A title and notes above them and a row of HXL tags below are skipped; a column without a name is called by its
    number; a name that stands twice gets a number. Raises `FileRefused` where there is no table.
    """
    try:
        rows = opened.first_rows(_LOOKED_AT)
    except UnicodeDecodeError as error:
        raise FileRefused(f"{opened.name} holds text that is not UTF-8.", remedy="Save it again in UTF-8.") from error
    if not rows:
        raise FileRefused(f"{opened.name} is empty.", remedy="Give a file with a header and rows.")
    at = _position(rows)
    row = [*rows[at], *[""] * (_width(rows) - len(rows[at]))]
    if len(row) < 2:  # noqa: PLR2004 - a table has at least a when and a where
        raise FileRefused(
            f"{opened.name} has one column, {row[0][:40] if row else ''!r}: it cannot be split into columns.",
            remedy="Save it as CSV with commas, semicolons or tabs between the columns.",
        )
    if _is_values(row):
        return Header(tuple(f"column {n}" for n in range(1, len(row) + 1)), at)
    tagged = len(rows) > at + 1 and any(field.strip().startswith("#") for field in rows[at + 1])
    return Header(_unique(row), at + 1 + tagged)


def _position(rows: list[list[str]]) -> int:
    """Return which row holds the names: the first that is as wide as most, whose fields are nearly all filled."""
    usual = _width(rows)
    ends_empty = all(
        not "".join(row[-1:]).strip() for row in rows if len(row) == usual
    )  # a delimiter at the end of each row
    filled = [sum(bool(field.strip()) for field in row) for row in rows]
    most = max(filled)
    for n, row in enumerate(rows[:_TITLES]):
        if usual - ends_empty <= len(row) <= usual and filled[n] * 2 > most and filled[n] > 1:
            return n
    return 0


def _width(rows: list[list[str]]) -> int:
    """Return how many fields most rows have."""
    return Counter(len(row) for row in rows).most_common(1)[0][0]


def _is_values(row: list[str]) -> bool:
    """Return whether a row holds values and no names: two or more of them are numbers or dates."""
    return sum(bool(_VALUE.fullmatch(field[:_LONGEST_VALUE])) for field in row) >= 2  # noqa: PLR2004 - one column may be named by a year


def _unique(row: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    for n, field in enumerate(row, 1):
        plain = " ".join(field.strip().strip("\ufeff").split())[:_LONGEST]
        name = stem = plain or f"column {n}"
        again = 2
        while name in names:
            name, again = f"{stem} ({again})", again + 1
        names.append(name)
    return tuple(names)
