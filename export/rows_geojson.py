"""Events as GeoJSON (RFC 7946) for a download: a point each, with provenance and the mark of the exercise on each."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.card import Card
from export.downloads import MARK
from export.rows_csv import with_provenance
from layers.exercise_mark import TEXT as EXERCISE_TEXT


def events_geojson(table: pa.Table, cards: Sequence[Card], known: dt.date) -> bytes:
    """Return events of the event schema as a FeatureCollection in UTF-8; one without a place has a null geometry.

    Every feature has the columns of the row as properties, provenance first; cells are written as text, since a reader
    of JSON would round them. Raises `ValueRefused` where a source has no card or may not be passed on.
    """
    rows = with_provenance(table, cards, known)
    at = rows.schema.get_field_index("cell")
    if at >= 0:
        rows = rows.set_column(at, "cell", pa.array([f"{cell:x}" for cell in rows["cell"].to_pylist()], pa.string()))
    simulated = bool(pc.any(rows["exercise"]).as_py())
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if simulated:
        collection["name"] = EXERCISE_TEXT
    collection["features"] = [_feature(row) for row in rows.to_pylist()]
    text = json.dumps(collection, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=dt.date.isoformat)
    return text.encode()


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    place = (row["longitude"], row["latitude"])
    geometry = None if None in place else {"type": "Point", "coordinates": place}
    marked = {MARK: EXERCISE_TEXT} if row["exercise"] else {}
    return {"type": "Feature", "id": row["id"], "geometry": geometry, "properties": marked | row}
