"""A harvest before it is committed: a checked table with what goes into its manifest."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Self

import pyarrow as pa

from data.canonical import canonical_events, canonical_observations
from data.card import Card
from data.coverage import Coverage
from data.events import SCHEMA as EVENT_SCHEMA
from data.events import check_events
from data.manifest import Origin, identity_of
from data.observations import SCHEMA as OBSERVATION_SCHEMA
from data.observations import check_observations
from data.readers.opened import StartAgain
from data.rejections import NONE, Rejections
from data.source_column import with_source, without_source
from data.stream import ROWS_A_PIECE, Ending, Stream
from geo.errors import NotConserved, ValueRefused

EVENTS: Final = "events"
OBSERVATIONS: Final = "observations"
SCHEMAS: Final = {EVENTS: EVENT_SCHEMA, OBSERVATIONS: OBSERVATION_SCHEMA}
CHECKS: Final = {EVENTS: check_events, OBSERVATIONS: check_observations}
_ORDERS: Final = {EVENTS: canonical_events, OBSERVATIONS: canonical_observations}


@dataclass(frozen=True, slots=True)
class Draft:
    """A table of events or observations in its schema, its card and its coverage; what a reader or the exercise makes.

    `read` counts the rows of the input; None means that none was rejected. The constructor refuses a table that its
    schema refuses (`ValueRefused`, all complaints at once), an empty one, and one where `read` is not kept + rejected
    (`NotConserved`), and puts the rows in canonical order.
    """

    kind: str
    table: pa.Table
    card: Card
    coverage: Coverage
    exercise: bool = False
    origin: Origin | None = None
    rejections: Rejections = NONE
    read: int | None = None

    def __post_init__(self) -> None:
        """Check and put in order."""
        if not self.table.num_rows:
            raise ValueRefused("there is no row to keep", remedy="Nothing was written.")
        with ThreadPoolExecutor(1) as pool:
            ordered = pool.submit(_ORDERS[self.kind], self.table)
            found = CHECKS[self.kind](self.table)
        if found:
            raise ValueRefused(f"{len(found)} faults in {self.kind}: " + " ".join(str(one) for one in found))
        if self.read is None:
            object.__setattr__(self, "read", self.table.num_rows + self.rejections.rows)
        if self.read != self.table.num_rows + self.rejections.rows:
            what = f"read {self.read} rows, kept {self.table.num_rows}, rejected {self.rejections.rows}"
            raise NotConserved(f"rows were lost or doubled: {what}")
        object.__setattr__(self, "table", ordered.result())

    def begin(self) -> Self:
        """Return itself: a draft is read in the way of a `data.stream.Stream`."""
        return self

    def pieces(self) -> Iterator[pa.Table]:
        """Yield the rows, some at a time."""
        table = without_source(self.table, self.card.key)
        for begin in range(0, table.num_rows, ROWS_A_PIECE):
            yield table.slice(begin, ROWS_A_PIECE)

    def ending(self) -> Ending:
        """Return what is known besides the rows."""
        return Ending(self.card, self.coverage, self.origin, self.rejections, self.read or 0)

    @property
    def identity(self) -> dict[str, object]:
        """Return what is part of the snapshot's digest besides its rows."""
        rejected = self.rejections.by_reason()
        return identity_of(self.kind, self.card.key, self.coverage, rejected, exercise=self.exercise)


def whole(harvest: Draft | Stream) -> Draft:
    """Return a harvest with all its rows in memory, as it must be to be looked at before it is stored.

    Raises what its reading raises, and what `Draft` does.
    """
    while isinstance(harvest, Stream):
        reading = harvest.begin()
        try:
            table = pa.concat_tables(list(reading.pieces()))
        except StartAgain:
            continue
        end = reading.ending()
        table = with_source(table, end.card.key, SCHEMAS[harvest.kind])
        return Draft(
            harvest.kind, table, end.card, end.coverage, harvest.exercise, end.origin, end.rejections, end.read
        )
    return harvest
