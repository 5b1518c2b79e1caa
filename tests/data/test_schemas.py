import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from data import events, observations
from data.events import check_events, conform_events
from data.observations import check_observations
from tests.data import made
from tests.data.test_store import observations as made_observations


@pytest.fixture
def table(tmp_path: Path) -> pa.Table:
    done, store = made.load(made.write(tmp_path / "a.csv", made.rows(20)), tmp_path)
    return store.table(done.manifest)


def replaced(table: pa.Table, column: str, values: list[object]) -> pa.Table:
    position = table.column_names.index(column)
    return table.set_column(position, table.field(column), pa.array(values, table.field(column).type))


@pytest.mark.parametrize("module", [events, observations])
def test_every_column_says_what_it_is(module: object) -> None:
    for column in module.COLUMNS:  # type: ignore[attr-defined]
        field = module.SCHEMA.field(column.name)  # type: ignore[attr-defined]
        assert field.metadata[b"meaning"].decode().endswith(".")
        assert field.nullable == column.nullable


def test_a_stored_table_is_right_and_has_the_schema(table: pa.Table) -> None:
    assert check_events(table) == ()
    assert table.schema.equals(events.SCHEMA, check_metadata=True)


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("deaths_best", -1, "is outside 0 to"),
        ("place_precision", 8, "is outside 1 to 7"),
        ("date_precision", 0, "is outside 1 to 5"),
        ("latitude", 90.5, "is outside -90 to 90"),
        ("longitude", float("nan"), "is not a finite number"),
        ("latitude", None, "only one of"),
        ("kind", "battle", "is not a known word"),
        ("country", None, "is missing"),
        ("id", "1001", "occur more than once"),
        ("id", "", "is empty"),
        ("cell", 0, "no cell of resolution 7"),
        ("civilian_deaths", 77, "does not follow"),
    ],
)
def test_each_fault_is_found(table: pa.Table, column: str, value: object, what: str) -> None:
    values = table[column].to_pylist()
    row = table["id"].to_pylist().index("1000")
    values[row] = value
    found = check_events(replaced(table, column, values))
    assert any(what in str(one) for one in found), found
    assert all(one.remedy for one in found)


def test_all_faults_come_at_once(table: pa.Table) -> None:
    wrong = replaced(table, "deaths_best", [-1] * 20)
    wrong = replaced(wrong, "place_precision", [9] * 20)
    found = check_events(wrong.drop_columns(["headline"]).append_column("more", pa.array([1] * 20)))
    assert {one.column for one in found} >= {"deaths_best", "place_precision", "headline", "more"}


def test_dates_in_the_wrong_order_are_found(table: pa.Table) -> None:
    wrong = replaced(table, "date_end", [dt.date(1980, 1, 1)] * 20)
    assert any(one.column == "date_end" and one.rows == 20 for one in check_events(wrong))


def test_conform_fills_in_what_may_be_missing(table: pa.Table) -> None:
    least = table.select([c.name for c in events.COLUMNS if not c.nullable])
    plain = pa.table(
        {name: least[name].cast(pa.string()) if name == "kind" else least[name] for name in least.column_names}
    )
    out = conform_events(plain)
    assert out.schema.equals(events.SCHEMA)
    assert out["headline"].null_count == 20


def test_observations_know_their_states() -> None:
    table = made_observations([1.0, 2.0, 3.0])
    assert check_observations(table) == ()
    hidden = replaced(table, "state", ["not_covered", "observed", "suppressed"])
    assert [one.rows for one in check_observations(hidden)] == [2]
    assert any("missing although" in str(one) for one in check_observations(replaced(table, "value", [1.0, None, 2.0])))
    short = replaced(table, "period_end", [dt.date(2020, 1, 1)] * 3)
    assert any("not after" in str(one) for one in check_observations(short))
