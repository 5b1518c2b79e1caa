"""The rows, one a file: each has `name(scale)` and `measure(scale)`. They are found here, in the order of `ORDER`."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Final, Protocol, cast

from bench.row import Row
from bench.scale import Scale

ORDER: Final = ("ingest", "cube", "place", "bin_points", "admin_join", "exercise_build", "rises", "first_map_sheet")
"""What comes first; a row that is not named here follows by its name."""


class Measured(Protocol):
    """What a module of this folder offers."""

    @staticmethod
    def name(scale: Scale) -> str:
        """Return the row's name, with the size in it."""

    @staticmethod
    def measure(scale: Scale) -> Row:
        """Measure, and return the row."""


def measured() -> list[Measured]:
    """Return every row's module."""
    found = {module.name for module in iter_modules(__path__)}
    order = [*(name for name in ORDER if name in found), *sorted(found - set(ORDER))]
    return [cast("Measured", import_module(f"{__name__}.{name}")) for name in order]
