"""CSV that a spreadsheet cannot be made to run, whatever a source wrote, and whose numbers stay numbers."""

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.downloads import MARK, csv_of

DANGEROUS = "=+-@\t\r\n"
SKIPPED = " \t\r\n\"'\u00a0\ufeff\u200b"
PAYLOADS = (
    "=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", '"=1', "'=1", ' " =1', "\u00a0=1", "\ufeff=1",
    "\u200b=1", "\uff1d1", "\tharmless", "\rharmless", "=cmd|' /C calc'!A0", "-4.5", "\x00=1", "\u3000+1",
)  # fmt: skip


def read(table: pa.Table, *, exercise: bool = False) -> tuple[list[str], list[list[str]]]:
    head, *rows = csv.reader(io.StringIO(csv_of(table, exercise=exercise).decode("utf-8"), newline=""))
    return head, rows


def harmless(value: str) -> bool:
    """Neither the first sign nor the first after what programs skip begins a formula, unless it is held by ours."""
    return not value or (
        value[0] == "'" or (value[0] not in DANGEROUS and value.lstrip(SKIPPED)[:1] not in set("=+-@"))
    )


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
def test_a_formula_is_held_back_in_cells_and_headers(payload: str) -> None:
    for column in (pa.array([payload, "plain"]), pa.array([payload, "plain"]).dictionary_encode()):
        head, rows = read(pa.table({payload: column}))
        assert head == ["'" + payload]
        assert rows[0] == ["'" + payload], "it stands there as written, behind an apostrophe"
        assert rows[1] == ["plain"]


@given(values=st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=1, max_size=5))
def test_any_text_comes_back_and_begins_nothing(values: list[str]) -> None:
    _, rows = read(pa.table({"n": list(range(len(values))), "text": pa.array(values, pa.string())}))
    found = [row[1] for row in rows]
    assert all(harmless(value) for value in found)
    assert [value.removeprefix("'") if value != kept else value for value, kept in zip(found, values, strict=True)] == (
        values
    )


def test_numbers_dates_and_missing_values_stay_what_they_are() -> None:
    table = pa.table({"n": pa.array([-4.5, None]), "k": pa.array([-3, 0]), "t": pa.array(["a,b", None])})
    assert read(table) == (["n", "k", "t"], [["-4.5", "-3", "a,b"], ["", "0", ""]])


def test_what_comes_from_the_exercise_is_marked_in_every_row() -> None:
    head, rows = read(pa.table({"id": ["EX-1", "EX-2"]}), exercise=True)
    assert head == [MARK, "id"]
    assert all("EXERCISE" in row[0] for row in rows)
    assert read(pa.table({"id": ["1"]}))[0] == ["id"]


def test_no_row_leaves_a_header() -> None:
    assert read(pa.table({"id": pa.array([], pa.string())}), exercise=True) == ([MARK, "id"], [])
