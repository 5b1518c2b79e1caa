"""Every error the product raises on purpose. A message says what is wrong, where, and how to mend it.

`TocsinError` is the root: a page or a command catches it and shows `str(error)`, nothing else.
"""


class TocsinError(Exception):
    """Something a person can understand and mend."""


class ValueRefused(TocsinError):
    """A value that cannot be true was refused at the door.

    `column` and `row` (counted as in the source) say where; `remedy` says what to do.
    """

    def __init__(
        self, what: str, *, column: str = "", row: int | None = None, value: object = None, remedy: str = ""
    ) -> None:
        self.what, self.column, self.row, self.value, self.remedy = what, column, row, value, remedy
        where = [f"column {column}"] * bool(column) + [f"row {row}"] * (row is not None)
        shown = f", value {str(value)[:80]!r}" if value is not None else ""
        message = f"{what} ({', '.join(where)}{shown})" if where else f"{what}{shown}"
        super().__init__(f"{message}. {remedy}".rstrip() if remedy else message)


class FileRefused(TocsinError):
    """A whole file was refused; nothing of it was kept."""

    def __init__(self, what: str, *, remedy: str = "") -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"{what} {remedy}".rstrip())


class NotConserved(TocsinError):
    """A tally lost or invented incidents or deaths: a fault of the product, never of the data."""


class StoreDamaged(TocsinError):
    """A snapshot does not match its own digest, or lacks a part."""


class NothingThere(TocsinError):
    """What was asked for does not exist (a snapshot, a place, a source)."""
