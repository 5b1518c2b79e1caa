"""A harvest before it is committed: a checked table with what goes into its manifest."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from data.canonical import canonical_events, canonical_observations
from data.card import Card
from data.coverage import Coverage
from data.events import check_events
from data.manifest import Origin, identity_of
from data.observations import check_observations
from data.rejections import NONE, Rejections
from geo.errors import NotConserved, ValueRefused

EVENTS: Final = "events"
OBSERVATIONS: Final = "observations"
_CHECKS: Final = {EVENTS: check_events, OBSERVATIONS: check_observations}
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
            found = _CHECKS[self.kind](self.table)
        if found:
            raise ValueRefused(f"{len(found)} faults in {self.kind}: " + " ".join(str(one) for one in found))
        if self.read is None:
            object.__setattr__(self, "read", self.table.num_rows + self.rejections.rows)
        if self.read != self.table.num_rows + self.rejections.rows:
            what = f"read {self.read} rows, kept {self.table.num_rows}, rejected {self.rejections.rows}"
            raise NotConserved(f"rows were lost or doubled: {what}")
        object.__setattr__(self, "table", ordered.result())

    @property
    def identity(self) -> dict[str, object]:
        """Return what is part of the snapshot's digest besides its rows."""
        rejected = self.rejections.by_reason()
        return identity_of(self.kind, self.card.key, self.coverage, rejected, exercise=self.exercise)
