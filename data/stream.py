"""A harvest that is written while it is read: rows in pieces, and what is known of them only at their end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import pyarrow as pa

from data.card import Card
from data.coverage import Coverage
from data.manifest import Origin
from data.rejections import Rejections

ROWS_A_PIECE: Final = 1 << 17
"""Rows that are checked, hashed and written together, or a few more."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known of a harvest when all its rows have been read; see `data.draft.Draft`."""

    card: Card
    coverage: Coverage
    origin: Origin | None
    rejections: Rejections
    read: int


class Reading(Protocol):
    """One reading of the input from its start."""

    def pieces(self) -> Iterator[pa.Table]:
        """Yield the rows in the schema without its column `source`, which is the card's key in every row.

        Raises `data.readers.opened.StartAgain` where everything yielded is void and a new reading must be begun.
        """

    def ending(self) -> Ending:
        """Return the rest, once all pieces are taken."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A harvest of any size: nothing of it is held, so it is checked piece by piece while it is stored.

    Ids are each once in the whole: that is for the reading to see to, no check of a piece finds it. `begin` starts a
    reading.
    """

    kind: str
    begin: Callable[[], Reading]
    exercise: bool = False
