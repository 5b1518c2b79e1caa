"""What a back-test may know and a reader may not: which storylines there are, where and when, and what must be seen."""

import pyarrow as pa

from data.exercise.geography import Geography, distances_km
from data.exercise.storylines import Storyline
from data.exercise.world import FINAL_DAY, RECENT_WEEKS
from geo.cells import parents
from geo.periods import to_date

RESOLUTION = 4


def table(geography: Geography, stories: tuple[Storyline, ...]) -> pa.Table:
    """Return one row a storyline: what and where, its cells of resolution 4, first and last day, what must be seen."""
    rows = []
    coarse = parents(geography.cells, RESOLUTION)
    for story in stories:
        lat, lng = geography.town(story.town, story.country)
        near = distances_km(geography.latitude, geography.longitude, lat, lng) <= story.radius_km
        rows.append(
            {
                "key": story.key,
                "plot": str(story.plot),
                "place": story.place,
                "country_code": story.country,
                "latitude": lat,
                "longitude": lng,
                "cells": sorted(set(coarse[near].tolist())),
                "first": to_date(FINAL_DAY - 7 * RECENT_WEEKS + 1),
                "last": to_date(FINAL_DAY),
                "usual": story.usual,
                "recent": story.recent,
                "must_see": story.must_see,
            }
        )
    schema = pa.schema(
        [
            ("key", pa.string()),
            ("plot", pa.string()),
            ("place", pa.string()),
            ("country_code", pa.string()),
            ("latitude", pa.float64()),
            ("longitude", pa.float64()),
            ("cells", pa.list_(pa.uint64())),
            ("first", pa.date32()),
            ("last", pa.date32()),
            ("usual", pa.float64()),
            ("recent", pa.int64()),
            ("must_see", pa.string()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)
