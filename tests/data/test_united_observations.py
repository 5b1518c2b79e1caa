from pathlib import Path
from typing import Any

from data.draft import Draft
from data.united_observations import AGAIN, COVERED, Harvest, united
from tests.data.observed import read, write_json
from tests.data.test_idmc import updates
from tests.data.test_unhcr import POPULATION, row
from tests.data.test_views import CELL_ROWS, page


def harvest(draft: Draft) -> Harvest:
    return Harvest(draft.table, draft.coverage)


def population(path: Path, rows: list[dict[str, Any]]) -> Harvest:
    return harvest(read(write_json(path, rows)))


def total(result: Any, measure: str) -> float:
    table = result[0].to_pandas()
    return float(table[table.measure == measure].value.sum())


def test_a_later_release_replaces_the_same_figures_and_keeps_the_rest(tmp_path: Path) -> None:
    old = population(tmp_path / "a", [*POPULATION, row("SDN", "TCD", year=2023, refugees=500, idps=0)])
    new = population(tmp_path / "b", [POPULATION[0] | {"refugees": 800_000}])
    result = united([new, old])
    assert total(result, "unhcr.refugees") == 800_000 + 5 + 500
    assert result[1] == {AGAIN: new.table.num_rows}
    assert result[0].num_rows == old.table.num_rows
    assert total(united([old, new]), "unhcr.refugees") == 700_000 + 5 + 500


def test_one_harvest_alone_keeps_every_row_even_those_that_are_alike(tmp_path: Path) -> None:
    one = harvest(read(write_json(tmp_path / "a", updates({"event_name": "x"}, {"event_name": "y"}))))
    result = united([one])
    assert (result[0].num_rows, result[1]) == (2, {})
    assert united([])[0].num_rows == 0


def test_pages_of_one_run_add_and_runs_of_other_months_stay_apart(tmp_path: Path) -> None:
    first = harvest(read(write_json(tmp_path / "a", page(CELL_ROWS[:1]))))
    second = harvest(read(write_json(tmp_path / "b", page(CELL_ROWS[1:]))))
    assert united([second, first])[0].num_rows == 4
    older = page(CELL_ROWS, next_page="https://example.org/fatalities003_2026_01_t01/pgm?page=2")
    run = harvest(read(write_json(tmp_path / "c", older)))
    assert (united([second, first, run])[0].num_rows, united([second, first, run])[1]) == (8, {})


def test_a_figure_of_idmc_that_moved_counts_once(tmp_path: Path) -> None:
    old = harvest(read(write_json(tmp_path / "a", updates({"figure": 70}, {"event_name": "x", "latitude": 12.0}))))
    moved = {"figure": 75, "latitude": 13.7, "displacement_start_date": "2026-03-02T00:00:00Z"}
    early = {"event_name": "y", "figure": 1, "displacement_start_date": "2026-02-01T00:00:00Z"}
    new = harvest(read(write_json(tmp_path / "b", updates(moved, early))))
    result = united([new, old])
    assert total(result, "idmc.displaced_conflict") == 76
    assert result[1] == {COVERED: 2}
