"""GeoParquet: a Parquet file whose metadata names a column of WKB geometry; read by Arrow alone."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from data.readers.parquet import Parquet
from geo.errors import FileRefused

MOST_FEATURES: Final = 5_000_000
_MAGIC: Final = b"PAR1"
_KEY: Final = b"geo"
_CRS84: Final = "OGC:CRS84"


def is_geoparquet(path: Path, head: bytes) -> bool:
    """Return whether a file is Parquet with GeoParquet's metadata; `head` are its first bytes."""
    if not head.startswith(_MAGIC):
        return False
    try:
        return _KEY in (pq.read_schema(path, memory_map=False).metadata or {})
    except (OSError, pa.ArrowException):
        return False  # the reader of Parquet says what is wrong with it


def read_geoparquet(path: Path) -> tuple[pa.Table, Any, str]:
    """Return the properties as text, the shapes (shapely, None where there is none) and the coordinate system.

    Raises `FileRefused` where it is damaged, too large, or its geometry is not WKB.
    """
    opened = Parquet(path)  # with its limits
    names = opened.first_rows(1)[0]
    with pq.ParquetFile(path, memory_map=False) as file:
        if file.metadata.num_rows > MOST_FEATURES:
            raise FileRefused(
                f"{path.name} holds {file.metadata.num_rows:,} features, more than are read.",
                remedy=f"Split it into files of at most {MOST_FEATURES:,}.",
            )
        primary, crs = _described(path.name, file.schema_arrow.metadata[_KEY], names)
        try:
            packed = file.read(columns=[primary])[primary].combine_chunks()
        except (OSError, pa.ArrowException) as error:
            raise FileRefused(f"{path.name} is cut off or damaged: {error}.", remedy="Download it again.") from error
    if not (pa.types.is_binary(packed.type) or pa.types.is_large_binary(packed.type)):
        raise FileRefused(f"The geometry of {path.name} is not WKB.", remedy="Save it with WKB geometry.")
    shapes = shapely.from_wkb(packed.to_numpy(zero_copy_only=False), on_invalid="ignore")
    positions = {name: n for n, name in enumerate(names) if name != primary}
    batches = [batch.columns for batch in opened.batches(positions, len(names), 1)]
    schema = pa.schema([(name, pa.string()) for name in positions])
    if not positions:
        return pa.table({"feature": np.arange(1, len(shapes) + 1).astype(str)}), shapes, crs
    return pa.Table.from_batches([batch.cast(schema) for batch in batches], schema), shapes, crs


def _described(name: str, metadata: bytes, names: list[str]) -> tuple[str, str]:
    """Return the geometry column and its coordinate system as PROJJSON or a code."""
    try:
        described = json.loads(metadata)
        primary = described["primary_column"]
        column = described["columns"][primary]
        encoding, crs = column["encoding"], column.get("crs", _CRS84)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileRefused(f"The geometry of {name} is not described.", remedy="Save it as GeoParquet again.") from error
    if encoding != "WKB" or primary not in names:
        raise FileRefused(f"The geometry of {name} is {str(encoding)[:30]}.", remedy="Save it with WKB geometry.")
    if isinstance(crs, dict):
        known = crs.get("id")
        if isinstance(known, dict) and known.get("authority") == "OGC" and known.get("code") == "CRS84":
            return primary, _CRS84
        return primary, json.dumps(crs)
    return primary, _CRS84 if crs == _CRS84 else ""
