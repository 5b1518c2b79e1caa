"""How a file of events is laid out: what a source says of its columns before it reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """Position of each column that is read, fields a row, rows before the first event; `name` in words."""

    name: str
    columns: Mapping[str, int]
    width: int
    skip: int


def names_of(header: Sequence[str]) -> list[str]:
    """Return the column names of a header: trimmed, in small letters, without a byte order mark."""
    return [field.strip().strip("\ufeff").lower() for field in header]
