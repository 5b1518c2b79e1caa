"""Sources, one file each: a card, `detect` and `read`. A file put here is found by itself."""

import pkgutil
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from data.card import Card
from data.draft import Draft
from data.readers import open_table
from data.readers.opened import Opened
from data.stream import Stream
from data.task import Task
from geo.errors import FileRefused


class Source(Protocol):
    """What a source's module offers."""

    CARDS: tuple[Card, ...]
    TITLE: str

    def detect(self, opened: Opened) -> bool:
        """Return whether the file is one of this source's, by its content."""

    def read(
        self, path: Path, opened: Opened | None = None, *, coverage_end: date | None = None, task: Task, today: date
    ) -> Draft | Stream:
        """Return the file as a draft, or as a stream where it may be too large to be held."""


@cache
def sources() -> tuple[Source, ...]:
    """Return every source in this package: the modules that have cards and read."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return tuple(cast("Source", module) for module in modules if hasattr(module, "CARDS"))


def detect(path: Path) -> tuple[Source, Opened]:
    """Return the source whose file this is, by content and not by name, with the file opened for it.

    Raises `FileRefused` where no source knows it.
    """
    opened = open_table(path)
    for source in sources():
        if source.detect(opened):
            return source, opened
    known: Final = ", ".join(source.TITLE for source in sources())
    first = opened.first_rows(1)
    shown = ", ".join(field[:30] for field in first[0][:8]) if first else "nothing"
    raise FileRefused(
        f"{path.name} is of no known source: its first row holds {shown}.", remedy=f"What can be loaded: {known}."
    )
