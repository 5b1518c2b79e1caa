"""From a coordinate to the admin-1 area that holds it."""

from typing import Final

import geopandas as gpd
import numpy as np

from bench.row import Row
from bench.scale import Scale
from bench.synthetic_events import incidents
from bench.timing import Timing
from data.geodata import admin1
from geo.coordinates import Degrees

_PEER: Final = (
    "geopandas.sjoin (intersects) of a sample of {:,} of the same points with the same polygons, scaled to all "
    "(checked equal where it finds one area): nothing for points just off a coast"
)


def name(scale: Scale) -> str:
    """Return the row's name."""
    return f"admin join s ({scale.called})"


def measure(scale: Scale) -> Row:
    """Locate all records, most of which share their coordinates; the tree of polygons is built before."""
    made, areas = incidents(scale.rows), admin1("fine")
    polygons = gpd.GeoDataFrame({"area": np.arange(len(areas))}, geometry=areas.geometry, crs="EPSG:4326")

    def joined(lat: Degrees, lng: Degrees) -> gpd.GeoDataFrame:
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lng, lat), crs="EPSG:4326")
        return gpd.sjoin(points, polygons, predicate="intersects")

    lat, lng = made.latitude[: scale.sample], made.longitude[: scale.sample]
    found = joined(lat, lng)["area"]
    found = found[~found.index.duplicated(keep=False)]
    np.testing.assert_array_equal(areas.locate(lat, lng)[found.index], found)
    timing = Timing.of(lambda: areas.locate(made.latitude, made.longitude), scale.repeats)
    beside = Timing.of(lambda: joined(lat, lng), min(scale.repeats, 5))
    return Row.of(
        name(scale),
        "s",
        timing,
        peer=_PEER.format(len(lat)),
        peer_seconds=beside.median * scale.rows / len(lat),
        target=3.0,
    )
