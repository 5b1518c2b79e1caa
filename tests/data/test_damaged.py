"""Files as they go wrong on their way: each is refused, or its bad rows are, by name; and nothing else is written."""

import csv
import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from data.ingest import Ingested, ingest
from data.store import Store
from geo.errors import FileRefused, TocsinError
from tests.data import made

pytestmark = pytest.mark.realdata

SUDAN = "ucdp_ged_hdx_ssd_2011-2021.csv.gz"
WEBSITE = "ucdp_gedevents_export_bfa_trailingcomma.csv.gz"
PARQUET = "ucdp_ged_unified.parquet"
XLSX = "ucdp_candidate_v26_0_2_global.xlsx"
VIEWS = "views_api_fatalities002_2025_06_t01_cm.json.gz"

Rows = list[dict[str, str]]
Make = Callable[[Path], bytes]


def events(folder: Path, name: str = SUDAN) -> Rows:
    """The rows of a real file, without its row of tags."""
    with gzip.open(folder / name, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if row["id"]]


def text(rows: Rows, delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def every(**values: Callable[[dict[str, str]], str]) -> Make:
    """A file in which the columns of all rows are changed."""
    return lambda folder: text([row | {k: f(row) for k, f in values.items()} for row in events(folder)])


def cut(name: str, share: float) -> Make:
    def make(folder: Path) -> bytes:
        whole = (folder / name).read_bytes()
        return whole[: int(len(whole) * share)]

    return make


def shuffled_header(folder: Path) -> bytes:
    header, rest = text(events(folder)).split(b"\n", 1)
    names = header.decode().split(",")
    np.random.default_rng(4).shuffle(names)
    return ",".join(names).encode() + b"\n" + rest


def without(column: str) -> Make:
    return lambda folder: text([{k: v for k, v in row.items() if k != column} for row in events(folder)])


def day_first(row: dict[str, str]) -> str:
    year, month, day = row["date_start"][:10].split("-")
    return f"{day}/{month}/{year}"


def zipped(folder: Path, *names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, text(events(folder)))
    return out.getvalue()


def zip_bomb(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("GED.csv", text(events(folder)[:1]) + b"0" * (100 << 20))
    return out.getvalue()


def lying_zip_bomb(folder: Path) -> bytes:
    """A hundred megabytes of zeros behind a real header; the archive's directory says that they are a thousand."""
    header = text(events(folder)[:1])
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = squeeze.compress(header) + b"".join(squeeze.compress(b"0" * (1 << 20)) for _ in range(100))
    content += squeeze.flush()
    name = b"GED.csv"
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, 0, len(content), 1000, len(name), 0)
    local = b"PK\x03\x04" + common + name + content
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def gzip_bomb(folder: Path) -> bytes:
    return gzip.compress(text(events(folder)[:1]) + (b"0" * 1999 + b"\n") * 50_000, 9)


def other_workbook(folder: Path) -> bytes:
    del folder
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ship", "Flag", "Tonnage"])
    sheet.append(["Invented", "None", 1200])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


REFUSED: dict[str, tuple[Make, str]] = {
    "gzip cut off": (cut(SUDAN, 0.5), r"cut off or damaged.*Download it again"),
    "header shuffled over the same rows": (shuffled_header, r"row \d+, column \w+, value|fields in its rows"),
    "no column of latitude": (without("latitude"), r"the columns latitude are missing.*Use the full GED"),
    "latitude and longitude swapped": (
        every(latitude=lambda row: row["longitude"], longitude=lambda row: row["latitude"]),
        r"Latitude and longitude of .* are swapped.*Swap the two column names",
    ),
    "days before months": (
        every(date_start=day_first, date_end=day_first),
        r"written as DD/MM/YYYY: column date_start, row \d+, value '\d\d/\d\d/\d{4}'.*YYYY-MM-DD",
    ),
    "words in every number": (
        every(best=lambda row: f"about {row['best']}"),
        r"No row .* bad number \(941\).*row \d+, column best, value 'about \d+'.*whole number",
    ),
    "all deaths negative": (
        every(deaths_civilians=lambda _: "-1"),
        r"No row .* negative deaths \(941\).*column deaths_civilians, value '-1'.*counted from 0",
    ),
    "NUL bytes": (lambda folder: text(events(folder)).replace(b"\n", b"\0\n"), r"is not text.*Give a CSV"),
    "semicolons under a header of commas": (
        lambda folder: b"\n".join(
            [text(events(folder)).split(b"\n", 1)[0], text(events(folder), ";").split(b"\n", 1)[1]]
        ),
        r"wrong number of fields.*row \d+, column \(row\).*fields, the others",
    ),
    "bars between the fields": (lambda folder: text(events(folder), "|"), r"is of no known source.*What can be loaded"),
    "nothing in it": (lambda _: b"", r"is empty.*Download it again"),
    "a header and no rows": (lambda folder: text(events(folder)).split(b"\n", 1)[0] + b"\n", r"a header and no rows"),
    "a zip bomb": (zip_bomb, r"unpacks to far more than it holds.*look at it first"),
    "a zip bomb that says it is small": (lying_zip_bomb, r"cut off or damaged.*Download it again"),
    "a gzip bomb": (gzip_bomb, r"unpacks to far more than it holds.*look at it first"),
    "a zip with two files": (
        lambda folder: zipped(folder, "a.csv", "b.csv"),
        r"holds 2 files \(a.csv, b.csv\), not one.*Unpack it",
    ),
    "a zip with a way out": (
        lambda folder: zipped(folder, "../../outside.csv"),
        r"leads out of the archive: '../../outside.csv'",
    ),
    "a zip of a picture": (lambda folder: zipped(folder, "map.png"), r"holds map.png.*Give a CSV"),
    "a web page": (
        lambda _: b"<!DOCTYPE html>\n<html><head><title>Unauthorized</title></head><body>Log in</body></html>",
        r"is a web page, not data.*login",
    ),
    "JSON cut off": (
        lambda folder: gzip.decompress((folder / VIEWS).read_bytes())[:900],
        r"cut off|cannot be read|not JSON|JSON|damaged",
    ),
    "Parquet cut off": (cut(PARQUET, 0.7), r"cut off or damaged.*Download it again"),
    "a workbook cut off": (cut(XLSX, 0.7), r"cut off or damaged.*Download it again"),
    "a workbook of something else": (other_workbook, r"no known source: its first row holds Ship, Flag, Tonnage"),
    "countries of no list": (
        every(country_id=lambda _: "9999"),
        r"unknown code \(941\).*column country_id, value '9999'.*Gleditsch-Ward number",
    ),
    "points in another country": (
        every(latitude=lambda _: "-33.0", longitude=lambda _: "-60.0"),
        r"932 of 932 points .* lie outside their stated country.*own columns",
    ),
    "text of another alphabet's bytes": (
        lambda folder: text(events(folder)).decode().encode("utf-16"),
        r"is UTF-16 text.*UTF-8",
    ),
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that already holds something."""
    kept = Store(tmp_path / "home")
    ingest(made.write(tmp_path / "before.csv", made.rows(5)), kept, now=made.NOW)
    return kept


def listing(home: Path) -> dict[str, int]:
    return {str(path.relative_to(home)): path.stat().st_mtime_ns for path in sorted(home.rglob("*"))}


@pytest.mark.parametrize("how", REFUSED)
def test_a_damaged_file_is_refused_with_its_reason(real_data: Path, tmp_path: Path, store: Store, how: str) -> None:
    make, message = REFUSED[how]
    path = tmp_path / "damaged"
    path.write_bytes(make(real_data))
    before = listing(store.home)
    with pytest.raises(FileRefused, match=message) as refused:
        ingest(path, store, now=made.NOW)
    assert refused.value.remedy
    assert "damaged" in str(refused.value)  # it names the file
    assert listing(store.home) == before


def bad_rows() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Reason, column and values of one bad row."""
    yield "bad number", "best", {"best": "several"}
    yield "bad number", "latitude", {"latitude": "N 12.5"}
    yield "negative deaths", "deaths_civilians", {"deaths_civilians": "-4"}
    yield "coordinates out of range", "latitude", {"latitude": "91"}
    yield "coordinates out of range", "longitude", {"longitude": "540"}
    yield "one coordinate missing", "longitude", {"longitude": ""}
    yield "date in the future", "date_end", {"date_start": "2062-01-01", "date_end": "2062-01-01"}
    yield "date before 1989", "date_end", {"date_start": "1915-01-01", "date_end": "1915-01-01"}
    yield "end before start", "date_end", {"date_start": "2015-03-02", "date_end": "2015-03-01"}
    yield "bad date", "date_start", {"date_start": "2015-02-30"}
    yield "unknown code", "country_id", {"country_id": "9999"}
    yield "unknown code", "type_of_violence", {"type_of_violence": "4"}
    yield "missing id", "id", {"id": ""}


@pytest.mark.parametrize(("reason", "column", "values"), list(bad_rows()))
def test_a_bad_row_of_a_real_file_is_rejected_and_the_others_kept(
    real_data: Path, tmp_path: Path, reason: str, column: str, values: dict[str, str]
) -> None:
    rows = events(real_data)
    rows[500] |= values
    done, complaints = loaded(tmp_path, text(rows))
    assert (done.manifest.read, done.manifest.kept) == (941, 940)
    assert dict(done.manifest.rejected) == {reason: 1}
    one = complaints.iloc[0]
    assert (one.row, one.column, one.value) == (502, column, values[column])
    assert one.remedy


def loaded(tmp_path: Path, content: bytes) -> tuple[Ingested, pd.DataFrame]:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    done, kept = made.load(path, tmp_path)
    return done, kept.rejected(done.manifest).to_pandas().fillna("")


def test_a_row_that_stands_twice_is_kept_once(real_data: Path, tmp_path: Path) -> None:
    rows = events(real_data)
    done, complaints = loaded(tmp_path, text([*rows, *rows[10:15]]))
    assert (done.manifest.read, done.manifest.kept, dict(done.manifest.rejected)) == (946, 941, {"duplicate id": 5})
    assert complaints["row"].tolist() == [943, 944, 945, 946, 947]
    assert complaints["value"].tolist() == [row["id"] for row in rows[10:15]]


def test_latin_1_bytes_are_the_same_names(real_data: Path, tmp_path: Path) -> None:
    rows = [row | {"adm_1": "Équatoria", "adm_2": "Señal"} for row in events(real_data)]
    plain = [{k: v.encode("latin-1", "ignore").decode("latin-1") for k, v in row.items()} for row in rows]
    done, _ = loaded(tmp_path, text(plain).decode().encode("latin-1"))
    table = Store(tmp_path / "home").table(done.manifest)
    assert done.manifest.kept == 941
    assert set(table["adm_1"].to_pylist()) == {"Équatoria"}


def test_an_open_quote_costs_the_rows_it_swallows_and_no_other(real_data: Path, tmp_path: Path) -> None:
    lines = text(
        [row | {"source_article": "", "source_headline": "", "source_original": ""} for row in events(real_data)]
    )
    rows = lines.decode().splitlines()
    rows[700] = rows[700].replace(",South Sudan,", ',"South Sudan,', 1)
    try:
        done, complaints = loaded(tmp_path, "\n".join(rows).encode())
    except TocsinError as error:
        assert "quote" in str(error) or "cannot be" in str(error)  # noqa: PT017 - either is right
        return
    assert set(complaints["reason"]) == {"wrong number of fields"}
    assert "quote" in complaints["remedy"].iloc[0]
    assert done.manifest.kept >= 600


def test_the_store_is_listed_the_same_when_a_good_file_follows(real_data: Path, tmp_path: Path, store: Store) -> None:
    path = tmp_path / "good.csv.gz"
    path.write_bytes((real_data / WEBSITE).read_bytes())
    before = listing(store.home)
    ingest(path, store, now=made.NOW)
    assert listing(store.home) != before  # else the lists above would prove nothing
