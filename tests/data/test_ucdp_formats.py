import gzip
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest

from data.ingest import ingest
from data.readers import open_table
from data.readers.parquet import Parquet
from data.sources.ucdp_layout import OFFICIAL_COLUMNS, recognise
from data.store import Store
from geo.errors import FileRefused
from tests.data import made

GOOD = made.rows(60)


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("how", ["plain", "gzip", "zip", "zip in a folder", "parquet", "parquet of text"])
def test_every_packing_gives_the_same_snapshot(tmp_path: Path, how: str) -> None:
    first, store = made.load(made.write(tmp_path / "first.csv", GOOD), tmp_path)
    content = made.text(GOOD).encode()
    path = tmp_path / "a"
    if how == "plain":
        path.write_bytes(content)
    elif how == "gzip":
        path.write_bytes(gzip.compress(content))
    elif how.startswith("zip"):
        name = "GEDEvent_v25_1.csv" if how == "zip" else "ged/GEDEvent_v25_1.csv"
        zipped(path, {name: content, "__MACOSX/._GEDEvent.csv": b"x"})
    else:
        options = arrow_csv.ConvertOptions()
        if how == "parquet of text":
            options.column_types = dict.fromkeys(OFFICIAL_COLUMNS, pa.string())
        source = made.write(tmp_path / "source.csv", GOOD)
        pq.write_table(arrow_csv.read_csv(source, convert_options=options), path)
    done = ingest(path, store, now=made.NOW)
    assert done.manifest.digest == first.manifest.digest
    assert done.manifest.read == 60


def test_rows_of_parquet_are_numbered_behind_their_names(tmp_path: Path) -> None:
    events = [event | {"best": -1} if n == 4 else event for n, event in enumerate(GOOD)]
    table = arrow_csv.read_csv(made.write(tmp_path / "a.csv", events))
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=3)
    done, store = made.load(tmp_path / "a.parquet", tmp_path)
    assert store.rejected(done.manifest)["row"].to_pylist() == [6]


def test_parquet_values_are_text_as_people_write_them(tmp_path: Path) -> None:
    table = pa.table(
        {
            "whole": [1, None],
            "part": [0.1, float("nan")],
            "time": pa.array([0, None], pa.timestamp("us")),
            "yes": [True, False],
            "label": pa.array(["a", ""]).dictionary_encode(),
            "raw": [b"\x01", None],
            "many": [[1, 2], None],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    opened = open_table(tmp_path / "a.parquet")
    assert opened.first_rows(3) == [
        ["whole", "part", "time", "yes", "label", "raw", "many"],
        ["1", "0.1", "1970-01-01 00:00:00", "true", "a", "b'\\x01'", "[1, 2]"],
        ["", "", "", "false", "", "", ""],
    ]
    batch = next(opened.batches({"l": 4, "w": 0}, 7, 2))
    assert batch.rows.tolist() == [3]
    assert batch.columns.to_pydict() == {"l": [None], "w": [None]}


def test_a_parquet_file_that_says_it_holds_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table({"id": range(10)}), tmp_path / "a.parquet")
    monkeypatch.setattr("data.readers.parquet.MOST_ROWS", 9)
    with pytest.raises(FileRefused, match="says that it holds 10 rows"):
        Parquet(tmp_path / "a.parquet")


def test_nothing_stays_of_an_unpacked_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = tmp_path / "beside"
    beside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(beside))
    ingest(zipped(tmp_path / "a.zip", {"a.csv": made.text(GOOD).encode()}), Store(tmp_path / "home"), now=made.NOW)
    assert list(beside.iterdir()) == []


def test_a_first_row_is_only_an_event_where_its_fields_are(tmp_path: Path) -> None:
    row = [str(GOOD[0][column]) for column in OFFICIAL_COLUMNS]
    assert recognise("a", [row]).name == "official, without a header row"
    for column, value in (
        ("where_prec", "9"),
        ("date_start", "Sudan"),
        ("latitude", "north"),
        ("best", ""),
        ("type_of_violence", "4"),
        ("id", "id"),
    ):
        wrong = [value if name == column else text for name, text in zip(OFFICIAL_COLUMNS, row, strict=True)]
        with pytest.raises(FileRefused):
            recognise("a", [wrong])


def test_numbers_with_a_point_need_no_header_either(tmp_path: Path) -> None:
    first, store = made.load(made.write(tmp_path / "a.csv", GOOD), tmp_path)
    floats = [e | {k: f"{e[k]}.0" for k in ("id", "best", "where_prec", "country_id", "active_year")} for e in GOOD]
    path = tmp_path / "b.csv"
    path.write_text(made.text(floats).split("\n", 1)[1])
    assert ingest(path, store, now=made.NOW).manifest.digest == first.manifest.digest


@pytest.mark.parametrize("spelling", ["1", "0", "True", "False", "1.0", ""])
def test_active_year_may_be_spelled_in_any_way(tmp_path: Path, spelling: str) -> None:
    first, store = made.load(made.write(tmp_path / "a.csv", GOOD), tmp_path)
    other = made.write(tmp_path / "b.csv", [event | {"active_year": spelling} for event in GOOD])
    assert ingest(other, store, now=made.NOW).manifest.digest == first.manifest.digest


def test_a_headline_with_a_hash_is_no_row_of_tags(tmp_path: Path) -> None:
    events = [event | {"source_headline": "#Invented tag"} if n == 0 else event for n, event in enumerate(GOOD)]
    done, _ = made.load(made.write(tmp_path / "a.csv", events), tmp_path)
    assert done.manifest.kept == 60


def test_a_joined_file_covers_what_its_parts_cover(tmp_path: Path) -> None:
    old = [e | {"source_file": "niger to 2010"} for e in made.rows(200, year=2010) if e["country_id"] == 436]
    new = [e | {"source_file": "mali to 2020"} for e in made.rows(200) if e["country_id"] == 432]
    new = [event | {"id": event["id"] + 5000} for event in new]
    done, _ = made.load(made.write(tmp_path / "a.csv", [*old, *new], (*OFFICIAL_COLUMNS, "source_file")), tmp_path)
    spans = {span.country_code: str(span.last) for span in done.manifest.coverage.spans}
    ends = {e["source_file"]: max(x["date_start"][:4] for x in part) for part in (old, new) for e in part[:1]}
    assert spans == {"NER": f"{ends['niger to 2010']}-12-31", "MLI": f"{ends['mali to 2020']}-12-31"}
    assert done.manifest.card.key == "ucdp_joined"


def test_dates_with_the_day_first_are_refused_and_never_guessed(tmp_path: Path) -> None:
    events = []
    for event in GOOD:
        year, month, day = event["date_start"][:10].split("-")
        events.append(event | {"date_start": f"{day}/{month}/{year}", "date_end": f"{day}/{month}/{year}"})
    with pytest.raises(FileRefused, match=r"written as DD/MM/YYYY: column date_start, row \d+, value .*YYYY-MM-DD"):
        made.load(made.write(tmp_path / "a.csv", events), tmp_path)


@pytest.mark.parametrize(
    ("reason", "values"),
    [
        ("date in the future", {"date_start": "2031-01-01", "date_end": "2031-01-01"}),
        ("date before 1989", {"date_start": "1089-01-01", "date_end": "1089-01-01"}),
    ],
)
def test_days_that_cannot_be_are_rejected(tmp_path: Path, reason: str, values: made.Row) -> None:
    events = [event | values if n == 9 else event for n, event in enumerate(GOOD)]
    done, _ = made.load(made.write(tmp_path / "a.csv", events), tmp_path)
    assert dict(done.manifest.rejected) == {reason: 1}
    assert done.manifest.card.key == "ucdp_ged"
