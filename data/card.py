"""The card of a source: who says so, under what licence, how often, how late, and what may be done with the rows."""

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Card:
    """What must be known of a source before a number from it is shown."""

    key: str
    """Short name used in the `source` column."""
    title: str
    publisher: str
    citation: str
    """The text that every picture and export prints."""
    licence: str
    raw_shareable: bool
    """Whether its rows may be exported or shared."""
    rhythm: str
    """How often it appears."""
    lag_days: int
    """Days after a period during which reports of it are still arriving."""
    mutability: str
    """living (rows are overwritten), versioned (a release never changes) or append."""
    scope_note: str
    """What it does not hold, in a sentence."""
    namespace: str
    """Sources of one namespace share their ids: a row of one replaces the row of the same id of another."""
    precedence: int = 0
    """Within a namespace the row of the lower number wins; of equal numbers the one ingested later."""

    def as_dict(self) -> dict[str, Any]:
        """Return the card as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the card that `as_dict` gave."""
        return cls(**values)
