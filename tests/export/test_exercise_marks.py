"""The mark of the exercise survives what is taken out of the program: rows, features, addresses, crops of a picture."""

import csv
import datetime as dt
import io
import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from data.card import Card
from data.exercise.build import EVENT_SOURCES
from data.exercise.cards import card
from data.exercise.world import CLOCK, DEFAULT_SEED
from export.rows_csv import PROVENANCE, events_csv
from export.rows_geojson import events_geojson
from geo.errors import ValueRefused
from geo.view import View
from layers import exercise_mark
from tests.data.exercised import exercise

DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '"=1"', "'=1", "\u00a0=1", "=cmd|' /C calc'!A0")
FORMULA = re.compile(r"^[\s\"\u00a0]*[=+\-@\t\r]")


def cards() -> list[Card]:
    return [card(source, DEFAULT_SEED) for source in EVENT_SOURCES]


def some(source: str = "ex_a", rows: int = 40) -> pa.Table:
    return exercise().tables[source].slice(1000, rows)


def read(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode(), newline="")))


@pytest.mark.parametrize("source", EVENT_SOURCES)
def test_every_row_of_a_csv_says_exercise(source: str) -> None:
    rows = read(events_csv(some(source), cards(), CLOCK))
    assert len(rows) == 40
    for row in rows:
        assert row["exercise"] == "true"
        assert row["mark"] == exercise_mark.TEXT
        assert row["id"].startswith("EX-")
        assert "SIMULATED" in row["citation"]
        assert row["licence"] == "CC0-1.0"
        assert row["source"] == source
        assert row["known_at"] == "2048-12-27"
        assert row["date_end"] >= "2041"


def test_provenance_stands_first() -> None:
    header = events_csv(some(), cards(), CLOCK).decode().splitlines()[0].replace('"', "").split(",")
    assert header[: len(PROVENANCE) + 1] == ["mark", *PROVENANCE]
    assert len(set(header)) == len(header)


@pytest.mark.parametrize("source", EVENT_SOURCES)
def test_every_feature_says_exercise(source: str) -> None:
    table = some(source)
    told = json.loads(events_geojson(table, cards(), CLOCK))
    assert told["type"] == "FeatureCollection"
    assert told["name"] == exercise_mark.TEXT
    assert len(told["features"]) == table.num_rows
    for feature, row in zip(told["features"], table.to_pylist(), strict=True):
        properties: dict[str, Any] = feature["properties"]
        assert properties["exercise"] is True
        assert properties["mark"] == exercise_mark.TEXT
        assert "SIMULATED" in properties["citation"]
        assert properties["licence"] == "CC0-1.0"
        assert properties["known_at"] == "2048-12-27"
        assert feature["id"] == row["id"]
        assert feature["geometry"]["coordinates"] == [row["longitude"], row["latitude"]]
        assert int(properties["cell"], 16) == row["cell"]


def test_an_event_without_a_place_has_no_geometry() -> None:
    table = some(rows=1)
    for name in ("latitude", "longitude"):
        at = table.schema.get_field_index(name)
        table = table.set_column(at, table.schema.field(at), pa.nulls(1, pa.float64()))
    told = json.loads(events_geojson(table, cards(), CLOCK))
    assert told["features"][0]["geometry"] is None


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_and_no_heading_of_a_csv_begins_a_formula(text: str) -> None:
    table = some(rows=1)
    for name in ("headline", "place"):
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, pa.array([text]))
    table = table.append_column(text, pa.array(["x"]))
    for cell in next(csv.reader(io.StringIO(events_csv(table, cards(), CLOCK).decode(), newline=""))):
        assert not FORMULA.match(cell), cell
    (row,) = read(events_csv(table, cards(), CLOCK))
    for name in ("headline", "place"):
        assert not FORMULA.match(row[name])
        assert row[name].endswith(text)


@pytest.mark.parametrize("write", [events_csv, events_geojson])
def test_rows_that_may_not_be_passed_on_are_refused(write: Any) -> None:
    closed = [replace(one, raw_shareable=False) for one in cards()]
    with pytest.raises(ValueRefused, match="may not be passed on"):
        write(some(), closed, CLOCK)
    both = pa.concat_tables([some("ex_a"), some("ex_b")]).unify_dictionaries()
    with pytest.raises(ValueRefused, match="may not be passed on"):
        write(both, [cards()[0], closed[1]], CLOCK)
    with pytest.raises(ValueRefused, match="no card"):
        write(some(), [], CLOCK)


def test_a_permalink_says_exercise() -> None:
    view = View(exercise=True, known=CLOCK, first=CLOCK - dt.timedelta(days=41), last=CLOCK)
    query = view.to_query()
    assert query["exercise"] == "1"
    assert View.from_query(query, replace(view, exercise=False))[0].exercise


def corners(x: np.ndarray, y: np.ndarray, length: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    """Points along the slanted text whose middle is given, from its first letter to its last."""
    along = np.linspace(-length / 2, length / 2, 41)
    turn = np.radians(exercise_mark.ANGLE)
    return x[:, None] + along * np.cos(turn), y[:, None] + along * np.sin(turn) - height / 2


def test_every_crop_of_a_map_holds_part_of_the_mark() -> None:
    """On a map 1440 wide every 400 x 300 pixels hold at least half of a mark, every 260 x 200 some letters of one."""
    width, height = 1440, 900
    positions = np.array(exercise_mark.mark_positions(width, height))
    x, y = positions.T
    letters_x, letters_y = corners(x, y, 188, 13)
    for wide, high, least in ((400, 300, 20), (260, 200, 6)):
        for left in range(0, width - wide + 1, 20):
            for top in range(0, height - high + 1, 20):
                inside = (letters_x >= left) & (letters_x <= left + wide)
                inside &= (letters_y >= top) & (letters_y <= top + high)
                assert inside.sum(axis=1).max() >= least, (left, top)


def test_the_pattern_of_the_page_is_the_pattern_of_the_picture() -> None:
    """The tile that repeats over a page puts its marks where `mark_positions` puts them in a picture."""
    svg = exercise_mark.pattern_svg()
    wide, high = exercise_mark.TILE
    assert f'width="{wide}" height="{2 * high}"' in svg
    marks = {(float(x) % wide, float(y) % (2 * high)) for x, y in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"', svg)}
    drawn = {(x % wide, y % (2 * high)) for x, y in exercise_mark.mark_positions(wide, 2 * high)}
    assert marks == drawn
    assert svg.count(exercise_mark.TEXT) == 3
