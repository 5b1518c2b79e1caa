"""A long piece of work that says how far it is and can be stopped between steps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from geo.errors import TocsinError


class Cancelled(TocsinError):
    """The person stopped the work; nothing was written."""


def _no_progress(stage: str, done: int, total: int | None) -> None:
    """Say nothing."""
    del stage, done, total


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Task:
    """`progress` is called with the stage, how much is done, of how much (None: not known); `cancelled` is asked."""

    progress: Callable[[str, int, int | None], None] = _no_progress
    cancelled: Callable[[], bool] = _never

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Report progress; raises `Cancelled` where the work is to stop."""
        if self.cancelled():
            raise Cancelled("The work was stopped. Nothing was written.")
        self.progress(stage, done, total)


SILENT: Final = Task()
"""Reports to nobody and never stops."""
