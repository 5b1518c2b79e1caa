"""Text split and decoded straight from its bytes, beside Arrow's reader and the patient decoders."""

import csv
import datetime as dt
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ingest import ingest
from data.readers import blocks, decode
from data.readers.delimited import Delimited
from data.readers.split import NotPlain, Splitter, padded, whole_rows
from data.readers.words import Words, encode
from data.sources.ucdp_sheet import LONGEST_HEADLINE
from data.sources.ucdp_values import BAD, MISSING, Decoder, day, degrees, whole_number
from data.store import Store
from geo.errors import FileRefused
from tests.data import made

CELL = st.text('ab1",;\n\r é', max_size=9)
ROWS = st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=12)


def block(text: bytes):
    whole = padded(len(text))
    whole[: len(text)] = np.frombuffer(text, dtype=np.uint8)
    return whole


def split(text: bytes, width: int):
    """The rows of plain text as Python values, and the places of malformed ones."""
    whole = block(text)
    splitter = Splitter(",", width, np.arange(width))
    parts = list(splitter.parts(whole, len(text)))
    fields = splitter.fields(whole)
    assert sum(len(part.order) for part in parts) == len(fields.order)
    columns = [decode.texts(whole, fields.begin[n], fields.length[n]).to_pylist() for n in range(width)]
    return [list(row) for row in zip(*columns, strict=True)], fields


def written(rows: list[list[str]], line_end: str = "\n") -> bytes:
    out = io.StringIO(newline="")
    # A lone carriage return needs quotes, which the module does not give it.
    quoting = csv.QUOTE_ALL if "\r" in str(rows).replace("\\r", "\r") else csv.QUOTE_MINIMAL
    csv.writer(out, lineterminator=line_end, quoting=quoting).writerows(rows)
    return out.getvalue().encode()


@given(ROWS, st.integers(1, 4), st.sampled_from(["\n", "\r\n"]))
def test_rows_are_split_as_the_csv_module_splits_them(rows: list[list[str]], width: int, line_end: str) -> None:
    got, fields = split(written(rows, line_end), width)
    assert got == [[cell or None for cell in row] for row in rows if len(row) == width]
    assert fields.rows == len(rows)
    good = [n for n, row in enumerate(rows) if len(row) == width]
    assert fields.order.tolist() == good
    assert fields.malformed[:, 0].tolist() == [n for n in range(len(rows)) if n not in good]
    assert fields.malformed[:, 1].tolist() == [len(row) for row in rows if len(row) != width]


@pytest.mark.parametrize("text", [b'"a"b,c\n', b"a\rb,c\n", b'"a,b\nc,d\n', b'a,"b'])
def test_what_is_not_plain_is_not_guessed_at(text: bytes) -> None:
    with pytest.raises(NotPlain):
        split(text, 2)


def test_a_quote_inside_a_plain_field_is_text_and_empty_lines_are_no_rows() -> None:
    got, fields = split(b'\n5" gun,b\n\r\n\n"x ""y""",\n', 2)
    assert got == [['5" gun', "b"], ['x "y"', None]]
    assert fields.rows == 2


def test_many_malformed_rows_are_all_told() -> None:
    _, fields = split(b"a,b,c\n" * 1000 + b"a,b\n", 2)
    assert (len(fields.malformed), fields.rows) == (1000, 1001)


@given(st.lists(st.text('ab"\n,', max_size=20), max_size=8))
def test_the_last_line_end_outside_quotes_is_found(cells: list[str]) -> None:
    text = written([[cell, "z"] for cell in cells])
    for size in range(len(text) + 1):
        ends = np.cumsum([0, *(len(written([[cell, "z"]])) for cell in cells)])
        assert whole_rows(block(text), size) == ends[ends <= size].max()


@pytest.mark.parametrize("skip", [0, 1, 2])
@pytest.mark.parametrize("size", [16, 40, 1 << 12])
def test_blocks_hold_every_row_once(monkeypatch: pytest.MonkeyPatch, size: int, skip: int) -> None:
    monkeypatch.setattr(blocks, "SIZE", size)
    rows = [[f"{n}", "a\nb" * (n % 5), "x" * (n % 90)] for n in range(60)]
    text = b"\xef\xbb\xbf" + written(rows)[:-1]  # a byte order mark before, no line end behind
    got: list[list[str | None]] = []
    for part in blocks.cut(io.BytesIO(text), skip):
        assert part is not None
        got += split(part.text[: part.size].tobytes(), 3)[0]
        part.text[:] = 0  # whoever has it may write in it
        part.release()
    assert got == [[cell or None for cell in row] for row in rows[skip:]]


def test_a_row_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "SIZE", 1 << 10)
    monkeypatch.setattr(blocks, "MOST", 1 << 12)
    assert list(blocks.cut(io.BytesIO(b'a,"' + b"x" * (1 << 16)), 0)) == [None]


NUMBERS = st.one_of(
    st.just(""),
    st.integers(-(10**16), 10**16).map(str),
    st.text("0123456789-+. x/:", max_size=10),
    st.sampled_from(["007", "-0", "7.0", "--1", "-", "999999999999999", "1e3"]),
)
DEGREES = st.one_of(
    st.floats(-200, 200).map(repr),
    st.decimals(-180, 180, places=6).map(str),
    st.text("0123456789-+. ", max_size=14),
    st.sampled_from(["-0.0", "1.", ".5", "nan", "inf", "12,5", "180", "1" * 20, "0.123456789012345", ""]),
)
DATES = st.one_of(
    st.dates().map(str),
    st.datetimes().map(lambda at: at.isoformat(" ", "milliseconds")),
    st.datetimes().map(lambda at: f"{at:%Y-%m-%d %H:%M:%S}"),
    st.dates().map(lambda date: f"{date} 00:00:00.000"),
    st.text("0123456789-/ :T.", max_size=23),
    st.sampled_from(["2023-02-29", "2024-02-29", "0000-01-01", "2020-13-01", "2020-01-01T00:00:00", "02/28/2020", ""]),
)


@given(st.lists(st.tuples(NUMBERS, DATES, DEGREES), min_size=1, max_size=9))
def test_what_is_read_from_bytes_is_what_the_patient_decoders_read(rows: list[tuple[str, str, str]]) -> None:
    text = written([list(row) for row in rows])
    whole = block(text)
    numbers = decode.Numbers(np.array([0]), np.array([1]), np.array([2]), MISSING)
    splitter = Splitter(",", 3, np.arange(3))
    for part in splitter.parts(whole, len(text)):
        numbers.read(part, 0)
    for got, column, decoder in ((numbers.whole[0], 0, Decoder(whole_number)), (numbers.days[0], 1, Decoder(day))):
        expected = decoder(pa.array([row[column] or None for row in rows], pa.string()))
        read = got != decode.UNREAD
        np.testing.assert_array_equal(got[read], expected[read])
        assert (expected[read] != BAD).all()
    expected, bad = degrees(pa.array([row[2] or None for row in rows], pa.string()))
    read = ~np.isinf(numbers.degrees[0])
    np.testing.assert_array_equal(numbers.degrees[0][read].view(np.int64), (expected[read]).view(np.int64))
    assert not bad[read].any()


def test_the_usual_forms_are_read_from_bytes() -> None:
    text = b"123456789012,2020-02-29 00:00:00.000,-12.0512345\n-7,2020-02-29,180\n"
    numbers = decode.Numbers(np.array([0]), np.array([1]), np.array([2]), MISSING)
    splitter = Splitter(",", 3, np.arange(3))
    for part in splitter.parts(block(text), len(text)):
        numbers.read(part, 0)
    assert numbers.whole[0].tolist() == [123456789012, -7]
    assert numbers.days[0].tolist() == [(dt.date(2020, 2, 29) - dt.date(1970, 1, 1)).days] * 2
    assert numbers.degrees[0].tolist() == [-12.0512345, 180.0]


@given(st.lists(st.tuples(CELL, st.text("abcdefgh", max_size=40)), min_size=1, max_size=30))
def test_words_are_coded_once_over_blocks(rows: list[tuple[str, str]]) -> None:
    known = [Words(), Words()]
    got: list[list[str | None]] = []
    for part in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
        text = written([list(row) for row in part])
        splitter = Splitter(",", 2, np.arange(2))
        for fields in splitter.parts(block(text), len(text)):
            codes = encode(fields.text, fields.begin, fields.length, known)
            columns = [
                [words.words[c] if c >= 0 else None for c in row] for words, row in zip(known, codes, strict=True)
            ]
            got += [list(row) for row in zip(*columns, strict=True)]
    assert got == [[cell or None for cell in row] for row in rows]
    for words, column in zip(known, range(2), strict=True):
        assert sorted(words.words) == sorted({row[column] for row in rows if row[column]})


def test_words_grow_without_end() -> None:
    known = [Words()]
    rows = [[f"word {n % 30_000} {'x' * (n % 70)}", ""] for n in range(40_000)]
    text = written(rows)
    splitter = Splitter(",", 2, np.array([0]))
    got = np.concatenate([encode(f.text, f.begin, f.length, known)[0] for f in splitter.parts(block(text), len(text))])
    assert [known[0].words[code] for code in got] == [row[0] for row in rows]


def test_text_that_is_no_utf_8_is_told() -> None:
    whole = block(b"\xe9t\xe9,a\n")
    splitter = Splitter(",", 2, np.arange(2))
    fields = next(splitter.parts(whole, 6))
    with pytest.raises(UnicodeDecodeError):
        decode.texts(whole, fields.begin[0], fields.length[0])
    with pytest.raises(UnicodeDecodeError):
        encode(whole, fields.begin, fields.length, [Words(), Words()])


def damaged(count: int) -> list[made.Row]:
    events = made.rows(count)
    wrong = ({"best": "x"}, {"date_end": "never"}, {"latitude": "91"}, {"id": 1003}, {"country_id": ""}, {"low": "3.0"})
    for n, values in enumerate(wrong):
        events[5 * n + 7] |= values
    events[3] |= {"source_headline": "", "source_article": 'An "article" ' + "ü" * LONGEST_HEADLINE}
    events[4] |= {"side_a": 'The "Front"', "conflict_name": "a\nb"}
    return events


def test_both_ways_of_reading_give_one_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = made.text(damaged(60)).split("\n")
    lines.insert(9, "1,2,3")
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines))
    fast, store = made.load(path, tmp_path)
    assert fast.manifest.kept == 56
    monkeypatch.setattr(Delimited, "plain", False)
    slow, other = made.load(path, tmp_path / "other")
    assert slow.manifest.digest == fast.manifest.digest
    assert other.rejected(slow.manifest).equals(store.rejected(fast.manifest))
    key = [("id", "ascending")]
    tables = [where.table(one.manifest).to_pandas() for where, one in ((store, fast), (other, slow))]
    assert tables[0].astype(str).equals(tables[1].astype(str)), key


def test_a_file_of_many_blocks_is_that_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made.write(tmp_path / "a.csv", damaged(300))
    one, store = made.load(path, tmp_path)
    monkeypatch.setattr(blocks, "SIZE", 1 << 13)
    monkeypatch.setattr("data.sources.ucdp_pieces.ROWS_A_PIECE", 37)
    many, other = made.load(path, tmp_path / "other")
    assert many.manifest.digest == one.manifest.digest
    assert many.manifest.deaths == one.manifest.deaths
    assert many.manifest.kinds == one.manifest.kinds
    assert other.rejected(many.manifest).equals(store.rejected(one.manifest))
    assert other.verify(many.manifest.digest) == ()


@pytest.mark.parametrize("how", ["latin-1", "text behind a quote"])
def test_what_shows_late_begins_the_reading_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setattr(blocks, "SIZE", 1 << 13)
    monkeypatch.setattr("data.sources.ucdp_pieces.ROWS_A_PIECE", 50)
    events = made.rows(1500)
    events[-1] |= {"side_b": "Español"}
    text = made.text(events).encode("latin-1" if how == "latin-1" else "utf-8")
    if how != "latin-1":
        text = text.replace("Español".encode(), '"Español" y más'.encode())
    path = tmp_path / "a.csv"
    path.write_bytes(text)
    done, store = made.load(path, tmp_path)
    assert (done.manifest.read, done.manifest.kept) == (1500, 1500)
    assert any("Español" in name for name in store.table(done.manifest)["actor_b"].to_pylist())
    assert not list((store.home / "staging").iterdir())
    assert store.verify(done.manifest.digest) == ()


def test_a_late_refusal_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.sources.ucdp_pieces.ROWS_A_PIECE", 20)
    monkeypatch.setattr(blocks, "SIZE", 1 << 13)
    events = [event | {"latitude": -33.0, "longitude": -60.0} for event in made.rows(200)]
    store = Store(tmp_path / "home")
    with pytest.raises(FileRefused, match="outside their stated country"):
        ingest(made.write(tmp_path / "a.csv", events), store, now=made.NOW)
    assert not store.list()
    assert not list((store.home / "staging").iterdir())
