"""GeoJSON, GeoParquet and zipped shapefiles as tables of text: geometry becomes latitude and longitude.

No format is guessed by GDAL: GeoJSON is plain JSON, GeoParquet is read by Arrow, and a shapefile's parts are checked
byte by byte and copied under fixed names before its driver sees them. A line or an area is stood for by a point on it,
and says so in `place_precision`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from data.readers.degrees import WGS84, to_degrees
from data.readers.geojson import is_geojson, read_geojson
from data.readers.geoparquet import is_geoparquet, read_geoparquet
from data.readers.opened import Batch
from data.readers.shapefile import is_shapefile, read_shapefile
from geo.errors import FileRefused

LATITUDE: Final = "latitude"
LONGITUDE: Final = "longitude"
SHAPE: Final = "place_precision"
AREA: Final = "area"
LINE: Final = "line"
_POINT_TYPES: Final = (0,)
_LINE_TYPES: Final = (1, 2, 5)
_MULTIPOINT: Final = 4
_ROWS_A_BATCH: Final = 100_000
_DEGREES: Final = (180.0, 90.0)

Shapes = NDArray[np.object_]


class GeoFeatures:
    """Features with their properties as text; the names are row 1, the first feature is row 2."""

    def __init__(self, path: Path, sort: str, properties: pa.Table, shapes: Shapes, crs: str) -> None:
        """`crs` is anything pyproj reads; empty means that the file states none, then it must be degrees."""
        self.path = path
        self.name = path.name
        self.format = sort if crs else f"{sort}, coordinates taken as WGS 84"
        lng, lat, sort_of = _points(self.name, shapes, crs)
        columns = {LATITUDE: _text(lat), LONGITUDE: _text(lng)}
        if (sort_of != "").any():
            columns[SHAPE] = pa.array(sort_of, pa.string(), mask=sort_of == "")
        for name in properties.column_names:
            taken = name.strip().lower() in columns
            columns[f"{name} (property)" if taken else name] = properties[name].combine_chunks()
        self._table = pa.table(columns)

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return self.path.stat().st_size

    def first_rows(self, count: int) -> list[list[str]]:
        """Return the names, then up to `count` - 1 features as text."""
        texts = [
            [text or "" for text in column.to_pylist()] for column in self._table.slice(0, max(count - 1, 0)).columns
        ]
        return [list(self._table.column_names), *(list(row) for row in zip(*texts, strict=True))][:count]

    def batches(self, columns: Mapping[str, int], width: int, skip: int) -> Iterator[Batch]:
        """Yield the chosen columns (see `Opened.batches`); the names count as the first row."""
        del width
        held = self._table.num_rows
        for start in range(max(skip - 1, 0), held, _ROWS_A_BATCH):
            block = self._table.slice(start, _ROWS_A_BATCH)
            texts = [block.column(position).combine_chunks() for position in columns.values()]
            numbers = np.arange(start + 2, start + 2 + block.num_rows)
            yield Batch(
                numbers, pa.RecordBatch.from_arrays(texts, names=list(columns)), None, start + block.num_rows, held
            )

    def sha256(self) -> str:
        """Return the SHA-256 of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def open_features(path: Path) -> GeoFeatures | None:
    """Return a file of features, None where it is none of the formats read here, by its bytes and not by its name.

    Raises `FileRefused` for XML of any kind (KML, GML, a GDAL VRT, which may name other files), for an archive that
    is unsafe or holds several layers, and for features that are damaged or in no known coordinate system.
    """
    if not path.is_file():
        return None
    with path.open("rb") as file:
        head = file.read(1 << 16)
    _refuse_xml(path.name, head)
    if head.startswith(b"PK\x03\x04") and is_shapefile(path):
        return GeoFeatures(path, "zipped shapefile", *read_shapefile(path))
    if is_geoparquet(path, head):
        return GeoFeatures(path, "GeoParquet", *read_geoparquet(path))
    if is_geojson(path, head):
        return GeoFeatures(path, "GeoJSON", *read_geojson(path))
    return None


def _refuse_xml(name: str, head: bytes) -> None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:60]
    if start.startswith(b"<"):
        raise FileRefused(
            f"{name} is XML or a web page, not a table: {start[:40].decode('latin-1')!r}.",
            remedy="Export it as CSV or GeoJSON.",
        )


def _points(name: str, shapes: Shapes, crs: str) -> tuple[Any, Any, NDArray[np.str_]]:
    """Return longitude and latitude (degrees, NaN where there is no shape) and what each stands for: "", line, area."""
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    kind = shapely.get_type_id(shapes)
    single = (kind == _MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1)
    is_point = np.isin(kind, _POINT_TYPES) | single
    sort_of = np.where(is_point | ~there, "", np.where(np.isin(kind, _LINE_TYPES), LINE, AREA))
    x, y = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    points = _on(shapes[there])
    x[there], y[there] = shapely.get_x(points), shapely.get_y(points)
    if crs and crs != WGS84:
        x, y = _degrees(name, x, y, crs)
    elif not crs and there.any() and (np.nanmax(np.abs(x)) > _DEGREES[0] or np.nanmax(np.abs(y)) > _DEGREES[1]):
        raise FileRefused(
            f"{name} does not state its coordinate system, and its coordinates are no degrees.",
            remedy="Add the .prj file, or save it in WGS 84.",
        )
    return x, y, sort_of


def _on(shapes: Shapes) -> Shapes:
    try:
        points: Shapes = shapely.point_on_surface(shapes)
    except shapely.GEOSException:  # an outline that crosses itself
        points = shapely.centroid(shapes)
    return points


def _degrees(name: str, x: NDArray[np.float64], y: NDArray[np.float64], crs: str) -> tuple[Any, Any]:
    lng, lat = to_degrees(crs, name).transform(x, y)
    off = ~(np.isfinite(lng) & np.isfinite(lat))
    return np.where(off, np.nan, lng), np.where(off, np.nan, lat)


def _text(values: NDArray[np.float64]) -> pa.Array:
    """Return degrees as text with 7 decimals (1 cm), missing where NaN."""
    there = ~np.isnan(values)
    return pa.array(np.round(values, 7), mask=~there).cast(pa.string())
