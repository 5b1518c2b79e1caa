"""GeoJSON: features as plain JSON, their geometry by shapely."""

import gzip
import json
import re
import zlib
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
import pyarrow as pa
import shapely

from data.readers.json_text import parsed
from geo.errors import FileRefused

MOST_BYTES: Final = 256 << 20
"""Bytes of GeoJSON that are read: it is held whole."""
MOST_FEATURES: Final = 2_000_000
MOST_NAMES: Final = 1_000
_GZIP: Final = b"\x1f\x8b"
_LOOKED_AT: Final = 1 << 16
_IS: Final = re.compile(rb'"type"\s*:\s*"(?:FeatureCollection|Feature)"')
_BEGINS: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_EPSG: Final = re.compile(r"(?:urn:ogc:def:crs:)?EPSG:[\d.]*:?(\d{4,6})", re.IGNORECASE)
_CRS84: Final = "OGC:CRS84"


def is_geojson(path: Path, head: bytes) -> bool:
    """Return whether a file, unpacked if it is gzipped, begins like GeoJSON features; `head` are its first bytes."""
    if head.startswith(_GZIP):
        try:
            with gzip.open(path) as file:
                head = file.read(_LOOKED_AT)
        except (OSError, EOFError, zlib.error):
            return False
    return bool(_BEGINS.match(head) and _IS.search(head))


def read_geojson(path: Path) -> tuple[pa.Table, Any, str]:
    """Return the properties as text, the shapes (shapely, None where there is none) and the coordinate system.

    Raises `FileRefused` where it is too large, damaged, without features, or in a coordinate system without a number.
    """
    body = _parsed(path.name, _unpacked(path))
    features = body.get("features") if body.get("type") == "FeatureCollection" else [body]
    if not isinstance(features, list) or not features or not all(isinstance(one, dict) for one in features):
        raise FileRefused(f"{path.name} holds no features.", remedy="Export it again, with its features.")
    if len(features) > MOST_FEATURES:
        _too_much(path.name)
    rows = [one["properties"] if isinstance(one.get("properties"), dict) else {} for one in features]
    if any("id" in one for one in features) and not any("id" in row for row in rows):
        rows = [{"id": one.get("id"), **row} for one, row in zip(features, rows, strict=True)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > MOST_NAMES:
        raise FileRefused(f"{path.name} has {len(names):,} different properties.", remedy="Keep those that you need.")
    table = pa.table({name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in names})
    texts = [json.dumps(one["geometry"]) if isinstance(one.get("geometry"), dict) else None for one in features]
    shapes = shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")
    return table, shapes, _crs(path.name, body)


def _unpacked(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        # Read up to the limit and one byte: what unpacks to more is refused without being held.
        with gzip.open(path) if packed else path.open("rb") as file:
            text: bytes = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefused(f"{path.name} is cut off or damaged.", remedy="Download it again.") from error
    return text if len(text) <= MOST_BYTES else _too_much(path.name)


def _too_much(name: str) -> NoReturn:
    raise FileRefused(
        f"{name} holds more GeoJSON than is read at once ({MOST_BYTES >> 20} MB, {MOST_FEATURES:,} features).",
        remedy="Save it as GeoParquet or CSV, or in parts.",
    )


def _parsed(name: str, text: bytes) -> dict[str, Any]:
    body = parsed(name, text, what="GeoJSON")
    if not isinstance(body, dict):
        raise FileRefused(f"{name} is no GeoJSON.", remedy="Export it again.")
    return body


def _crs(name: str, body: dict[str, Any]) -> str:
    """Return the coordinate system: WGS 84 as RFC 7946 has it, or the one that older files name by its number."""
    stated = body.get("crs")
    if not isinstance(stated, dict):
        return _CRS84
    properties = stated.get("properties")
    word = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if "CRS84" in word.upper():
        return _CRS84
    found = _EPSG.fullmatch(word.strip())
    if not found:
        raise FileRefused(
            f"The coordinate system of {name} is not known: {word[:80]!r}.", remedy="Save it in WGS 84 (EPSG:4326)."
        )
    return f"EPSG:{found[1]}"


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
