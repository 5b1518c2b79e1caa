"""A user's population raster (GeoTIFF, people a pixel) as people by H3 cell: the denominator of rates, and a weight."""

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.windows import Window

from data.draft import Draft
from data.manifest import Origin
from data.population_draft import CARD, Count, population_draft
from data.readers.degrees import to_degrees
from data.readers.opened import Opened
from data.readers.raster import Raster
from data.task import Task
from geo.cells import bin_points
from geo.errors import FileRefused

CARDS: Final = (CARD,)
TITLE: Final = "a population raster (GeoTIFF)"

_STEP_METRES: Final = 1000.0
"""Pixels are added up, or divided, to about this size: a cell of resolution 7 is 2.4 km wide."""
_PIXELS_A_BLOCK: Final = 4_000_000
_METRES_A_DEGREE: Final = 111_320.0
_MOST_DIVIDED: Final = 64
_MOST_PEOPLE_A_KM2: Final = 200_000.0
_YEAR: Final = re.compile(r"(?<!\d)(19|20)\d{2}(?!\d)")


@dataclass(slots=True)
class _Sums:
    """What was read: pixels with people or none, the people in them, and pixels that are no count of people."""

    pixels: int = 0
    people: float = 0.0
    negative: int = 0


def detect(opened: Opened) -> bool:
    """Return whether it is a raster: no other source takes one."""
    return isinstance(opened, Raster)


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: dt.date | None = None, task: Task, today: dt.date
) -> Draft:
    """Return a raster as people by cell of resolution 7; every person of the raster is in one cell.

    Pixels are added up, or divided evenly, to about one kilometre before they are put into cells. The year is the one
    in the file's name, else this year's. Raises `FileRefused` without a coordinate system, for more than one band, and
    where the numbers are no counts of people.
    """
    raster = opened if isinstance(opened, Raster) else Raster(path)
    sums = _Sums()
    parts = list(_blocks(raster, sums, task))
    if sums.negative:
        raise FileRefused(
            f"{sums.negative:,} pixels of {raster.name} are below zero, which is no number of people.",
            remedy="Mark them as no data, and load the file again.",
        )
    if not parts or not sums.pixels:
        raise FileRefused(f"{raster.name} holds no people.", remedy="Check its no-data value.")
    cells, people = (np.concatenate([part[n] for part in parts]) for n in (0, 1))
    cell, index = np.unique(cells, return_inverse=True)
    task.step("locating", 0, None)
    day = coverage_end or _day_of(raster.name, today)
    counted = f"{sums.pixels:,} pixels with {sums.people:,.0f} people"
    origin = Origin(raster.name, raster.sha256(), raster.size, f"{raster.format}; {counted}")
    count = Count(cell, np.bincount(index, people).astype(np.float64))
    return population_draft(count, day, today, origin, reason=f"{counted}, as of {day}", read=len(cell))


def _day_of(name: str, today: dt.date) -> dt.date:
    found = _YEAR.search(name)
    return dt.date(int(found.group()), 7, 1) if found else today


def _blocks(raster: Raster, sums: _Sums, task: Task) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.float64]]]:
    with raster.dataset() as dataset:
        transformer = _transformer(raster.name, dataset)
        metres = _pixel_metres(dataset)
        together = max(int(_STEP_METRES // metres), 1)
        divided = min(math.ceil(metres / _STEP_METRES), _MOST_DIVIDED)
        height, width = dataset.shape
        rows = max(_PIXELS_A_BLOCK // width // together, 1) * together
        for top in range(0, height, rows):
            task.step("reading", top, height)
            window = Window(0, top, width, min(rows, height - top))
            band = dataset.read(1, window=window, masked=True)
            values = band.filled(np.nan).astype(np.float64)
            known = np.isfinite(values)
            sums.pixels += int(known.sum())
            sums.negative += int((values < 0).sum())
            people = np.where(known & (values > 0), values, 0.0)
            sums.people += float(people.sum())
            line, column, count = _gathered(people, known, together)
            if len(count):
                lat, lng, count = _points(dataset, transformer, top, (line, column, count), together, divided)
                _refuse_dense(raster.name, count, metres * together / divided)
                yield bin_points(lat, lng), count


def _transformer(name: str, dataset: Any) -> Transformer | None:  # noqa: ANN401 - rasterio's dataset
    if dataset.count != 1:
        raise FileRefused(f"{name} has {dataset.count} bands.", remedy="Give a file with one band: people a pixel.")
    if dataset.crs is None:
        raise FileRefused(f"{name} states no coordinate system.", remedy="Export it again with one, such as EPSG:4326.")
    return None if dataset.crs.to_epsg() == 4326 else to_degrees(dataset.crs.to_wkt(), name)  # noqa: PLR2004 - WGS 84


def _pixel_metres(dataset: Any) -> float:  # noqa: ANN401
    size = max(abs(dataset.transform.a), abs(dataset.transform.e))
    return float(size * _METRES_A_DEGREE if dataset.crs.is_geographic else size)


def _gathered(
    people: NDArray[np.float64], known: NDArray[np.bool_], together: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return row, column and people of squares of `together` pixels a side in which any pixel is known."""
    pad = [(0, -size % together) for size in people.shape]
    square = [size // together for size in np.add(people.shape, [after for _, after in pad])]
    shape = (square[0], together, square[1], together)
    total = np.pad(people, pad).reshape(shape).sum(axis=(1, 3))
    any_known = np.pad(known, pad).reshape(shape).any(axis=(1, 3))
    line, column = np.nonzero(any_known)
    return line, column, total[line, column]


def _points(
    dataset: Any,  # noqa: ANN401
    transformer: Transformer | None,
    top: int,
    squares: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]],
    together: int,
    divided: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return latitude, longitude and people of the middle of each square, or of each of its `divided` squared parts."""
    line, column, people = squares
    steps = (np.arange(divided) + 0.5) / divided
    down, across = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
    y = top + (line[:, None] + down) * together
    x = (column[:, None] + across) * together
    y, x = np.minimum(y, dataset.height), np.minimum(x, dataset.width)  # the last square may be cut
    transform = dataset.transform
    east, north = transform.c + x * transform.a + y * transform.b, transform.f + x * transform.d + y * transform.e
    lng, lat = (east, north) if transformer is None else transformer.transform(east, north)
    lng = (lng + 180.0) % 360.0 - 180.0
    share = np.repeat(people / divided**2, divided**2)
    on_globe = np.isfinite(lat).ravel() & (np.abs(lat).ravel() <= 90)  # noqa: PLR2004 - a projection's corners lie off it
    return lat.ravel()[on_globe], lng.ravel()[on_globe], share[on_globe]


def _refuse_dense(name: str, people: NDArray[np.float64], metres: float) -> None:
    densest = float(people.max()) / max((metres / 1000.0) ** 2, 1e-6)
    if densest > _MOST_PEOPLE_A_KM2:
        raise FileRefused(
            f"{name} would have {densest:,.0f} people in a square kilometre: its numbers are no people a pixel.",
            remedy="Give counts of people, not densities or an index.",
        )
