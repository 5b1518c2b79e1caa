"""GeoTIFF: one band of numbers on a grid, read block by block. The driver is pinned: no other format is opened."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import rasterio
from rasterio.errors import RasterioError

from data.readers.opened import Batch
from geo.errors import FileRefused

MOST_PIXELS: Final = 20_000_000_000
"""The whole world at 250 m."""
_MAGIC: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


class Raster:
    """A GeoTIFF opened as what every file is opened as; it has no rows, so only a source of rasters reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.format = "GeoTIFF"
        with self.dataset() as dataset:
            self.shape: tuple[int, int] = dataset.shape
            self._crs = str(dataset.crs or "")
        if self.shape[0] * self.shape[1] > MOST_PIXELS:
            raise FileRefused(
                f"{self.name} has {self.shape[0]:,} x {self.shape[1]:,} pixels, more than can be read.",
                remedy="Cut it to the countries you need, or take a coarser grid.",
            )

    @contextmanager
    def dataset(self) -> Iterator[Any]:
        """Open the file for reading; raises `FileRefused` where it is none, or is damaged."""
        try:
            with (
                rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_HTTP_MAX_RETRY=0),
                rasterio.open(self.path, driver="GTiff") as dataset,
            ):
                yield dataset
        except (RasterioError, OSError) as error:
            raise FileRefused(
                f"{self.name} cannot be read as a GeoTIFF: {error}.", remedy="Download it again."
            ) from error

    def first_rows(self, count: int) -> list[list[str]]:
        """Return one row that says what it is."""
        return [["GeoTIFF", f"{self.shape[1]} x {self.shape[0]} pixels", self._crs]][:count]

    def batches(self, columns: Mapping[str, int], width: int, skip: int) -> Iterator[Batch]:
        """Refuse: a raster has no rows."""
        del columns, width, skip
        raise FileRefused(f"{self.name} is a raster, not a table.", remedy="Only a population raster can be loaded.")

    def sha256(self) -> str:
        """Return the SHA-256 of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return self.path.stat().st_size


def is_raster(head: bytes) -> bool:
    """Return whether a file's first bytes are a TIFF's."""
    return head[:4] in _MAGIC
