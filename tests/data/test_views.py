import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.sources.prio_grid import CELLS, centres
from geo.errors import FileRefused
from tests.data.observed import frame, read, sums, write_csv, write_json

CELL_ROWS = [
    {"pg_id": 62356, "month_id": 555, "main_dich": 0.25, "main_mean_ln": 0.4, "main_mean": 0.5},
    {"pg_id": 149426, "month_id": 556, "main_dich": 0.75, "main_mean_ln": 1.1, "main_mean": 2.0},
]
COUNTRY_ROWS = [
    {"country_id": 1, "month_id": 555, "name": "Sudan", "isoab": "SDN", "main_mean": 90.0, "main_dich": 0.9},
    {"country_id": 2, "month_id": 555, "name": "Somewhere", "isoab": "QQQ", "main_mean": 1.0, "main_dich": 0.1},
]


def page(rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "next_page": "https://example.org/fatalities003_2026_02_t01/pgm?page=2",
        "prev_page": "",
        "model_tree": {"sb": []},
        "models": ["main_dich"],
        "row_count": len(rows),
        "page_count": 1,
        "page_cur": 1,
        "start_date": 555,
        "end_date": 590,
        "data": rows,
    } | more


def test_cells_have_their_number_their_centre_and_measures_of_their_own(tmp_path: Path) -> None:
    draft = read(write_json(tmp_path / "a", page(CELL_ROWS)))
    table = frame(draft).sort_values(["measure", "place_code"])
    assert table.measure.tolist() == ["views.sb_mean_cell"] * 2 + ["views.sb_probability_cell"] * 2
    assert table.place_code.tolist() == ["pg:149426", "pg:62356"] * 2
    assert (table.value.tolist(), set(table.cell)) == ([2.0, 0.5, 0.75, 0.25], {0})
    # The south-west corner is cell 1; 62356 is in row 86 (from 0) and column 435.
    assert (table.latitude.iloc[1], table.longitude.iloc[1]) == (-90 + 86 * 0.5 + 0.25, -180 + 435 * 0.5 + 0.25)


def test_centres_run_from_the_south_west_corner_to_the_north_east() -> None:
    latitude, longitude = centres(np.array([1, 2, 720, 721, CELLS]))
    assert latitude.tolist() == [-89.75, -89.75, -89.75, -89.25, 89.75]
    assert longitude.tolist() == [-179.75, -179.25, 179.75, -179.75, 179.75]


def test_the_run_says_when_its_data_end_and_the_horizon_counts_from_there(tmp_path: Path) -> None:
    table = frame(read(write_json(tmp_path / "a", page(CELL_ROWS)))).sort_values("period_start")
    assert set(table.known_at) == {dt.date(2026, 2, 28)}
    assert table.period_start.tolist() == [dt.date(2026, 3, 1)] * 2 + [dt.date(2026, 4, 1)] * 2
    assert table.horizon_days.tolist() == [32, 32, 62, 62]
    assert set(table.kind) == {"forecast"}


def test_without_a_link_the_month_before_the_first_is_the_end_of_data(tmp_path: Path) -> None:
    table = frame(read(write_json(tmp_path / "a", page(CELL_ROWS, next_page=""))))
    assert set(table.known_at) == {dt.date(2026, 2, 28)}


def test_an_older_run_keeps_its_own_end_of_data(tmp_path: Path) -> None:
    link = "https://example.org/fatalities003_2025_11_t01/pgm?page=2"
    table = frame(read(write_json(tmp_path / "a", page(CELL_ROWS, next_page=link))))
    assert set(table.known_at) == {dt.date(2025, 11, 30)}


def test_a_page_of_many_never_passes_for_the_whole(tmp_path: Path) -> None:
    draft = read(write_json(tmp_path / "a", page(CELL_ROWS, row_count=471_960, page_count=472)))
    assert "a part: 2 of 471,960 rows, page 1 of 472" in draft.coverage.reason
    assert "a part: 2 of 471,960 rows" in draft.origin.layout
    assert "a part" not in read(write_json(tmp_path / "b", page(CELL_ROWS))).coverage.reason
    assert "may be a part" in read(write_csv(tmp_path / "c", CELL_ROWS)).coverage.reason


def test_a_forecast_that_begins_before_its_data_end_is_refused(tmp_path: Path) -> None:
    link = "https://example.org/fatalities003_2026_05_t01/pgm?page=2"
    with pytest.raises(FileRefused, match="begins before its data end"):
        read(write_json(tmp_path / "a", page(CELL_ROWS, next_page=link)))


def test_countries_have_codes_where_the_map_has_them(tmp_path: Path) -> None:
    draft = read(write_json(tmp_path / "a", page(COUNTRY_ROWS)))
    assert sums(draft) == {"views.sb_mean": 91.0, "views.sb_probability": 1.0}
    table = frame(draft)
    assert set(zip(table.place, table.country_code, strict=True)) == {("Sudan", "SDN"), ("Somewhere", None)}
    assert [span.country_code for span in draft.coverage.spans] == ["SDN"]


def test_values_that_cannot_be_are_left_out(tmp_path: Path) -> None:
    bad = [
        CELL_ROWS[0] | {"main_dich": 1.5, "pg_id": 5},
        CELL_ROWS[0] | {"main_mean": -1, "pg_id": 6},
        CELL_ROWS[0] | {"pg_id": 259_201},
        CELL_ROWS[0] | {"main_mean": 7},
    ]
    draft = read(write_json(tmp_path / "a", page([*CELL_ROWS, *bad])))
    assert draft.rejections.by_reason() == {
        "number out of range": 3,
        "another value for the same place and time": 1,
    }
    assert sums(draft) == {"views.sb_mean_cell": 2.5, "views.sb_probability_cell": 1.0}
