import gzip
import json
from pathlib import Path

import pytest

from data.readers import open_table
from data.readers.delimited import Delimited
from data.readers.json_records import JsonRecords, is_json
from data.sources.observation_rows import read_rows
from data.task import SILENT
from geo.errors import FileRefused
from tests.data.observed import write_json


def rows_of(path: Path, *columns: str) -> dict[str, list[str | None]]:
    rows = read_rows(open_table(path), columns, (), SILENT)
    return {column: rows.text(column).to_pylist() for column in columns}


@pytest.mark.parametrize("name", ["a.json", "a.json.gz", "anything.csv"])
def test_an_array_is_a_table_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    path = write_json(tmp_path / name, [{"a": 1, "b": "x"}, {"a": None, "c": True}])
    opened = open_table(path)
    assert isinstance(opened, JsonRecords)
    assert opened.first_rows(3) == [["a", "b", "c"], ["1", "x", ""], ["", "", "true"]]
    assert rows_of(path, "a", "b", "c") == {"a": ["1", None], "b": ["x", None], "c": [None, "true"]}
    assert opened.first_rows(1) == [["a", "b", "c"]]


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text('[{"a": 0.30000000000000000001, "b": 12345678901234567890123, "c": 1e3}]', encoding="utf-8")
    assert rows_of(path, "a", "b", "c") == {
        "a": ["0.30000000000000000001"],
        "b": ["12345678901234567890123"],
        "c": ["1e3"],
    }


def test_an_envelope_gives_its_records_and_what_stands_beside_them(tmp_path: Path) -> None:
    value = {"page": 2, "maxPages": 7, "total": [], "items": [{"a": 1}], "ok": None}
    opened = open_table(write_json(tmp_path / "a", value))
    assert isinstance(opened, JsonRecords)
    assert opened.envelope == {"page": "2", "maxPages": "7", "total": "[]", "ok": ""}


def test_rows_are_numbered_as_in_a_table_with_a_header(tmp_path: Path) -> None:
    path = write_json(tmp_path / "a", [{"a": n} for n in range(5)])
    assert read_rows(open_table(path), ["a"], (), SILENT).numbers.tolist() == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"data": []}', "0 lists of records"),
        ("[]", "no record"),
        ("[[1, 2]]", "list of values"),
        ('[{"a": 1}, 2]', "list of values"),
        ('{"a": [{"x": 1}], "b": [{"y": 1}]}', "2 lists of records"),
        ('[{"a": 1}', "cut off"),
        ('[{"a": NaN}]', "NaN is no number"),
        ('[{"a": Infinity}]', "Infinity is no number"),
        ('{"isSuccess": false, "result": [], "errorMessages": ["no such key"]}', "no such key"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply|cut off"),
    ],
)
def test_what_is_no_list_of_records_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused, match=said):
        open_table(path)


def test_a_bomb_is_refused_before_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    path.write_bytes(gzip.compress(b'[{"a": "' + b"x" * (40 << 20) + b'"}]'))
    with pytest.raises(FileRefused, match="far more than it holds"):
        open_table(path)


def test_a_cut_off_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    whole = gzip.compress(json.dumps([{"a": n} for n in range(9_000)]).encode())
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileRefused, match="cut off or damaged"):
        open_table(path)


def test_too_many_names_are_refused(tmp_path: Path) -> None:
    path = write_json(tmp_path / "a", [{f"n{n}": 1} for n in range(1_001)])
    with pytest.raises(FileRefused, match="different names"):
        open_table(path)


def test_text_is_not_taken_for_json(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("[a],b\n1,2\n", encoding="utf-8")
    assert not is_json(path)
    assert isinstance(open_table(path), Delimited)
