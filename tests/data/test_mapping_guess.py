"""The guess on files as people have them: names of many languages, orders of dates, decimals, swapped axes."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pytest

from data.mapping import Mapping, ask, draft, guess, open_any, preview
from data.mapping.dates import evidence, spans
from data.mapping.fields import EVENT_FIELDS, likeness, normal
from data.mapping.numbers import numbers
from data.mapping.vocabulary import kind_of, precision_of
from geo.errors import FileRefused, ValueRefused
from geo.periods import to_date
from tests.data import own_files as own

COUNT = 40
Points = list[tuple[float, float]]


def spanish(path: Path) -> tuple[Path, str]:
    rows = [
        (f"{d:%d/%m/%Y}", own.comma(a), own.comma(b), "Cali", 3, "Masacre")
        for d, (a, b) in zip(own.days(COUNT), own.points("COL", COUNT), strict=True)
    ]
    header = ("Fecha del hecho", "Latitud", "Longitud", "Municipio", "Número de muertos", "Tipo de evento")
    return own.write(path, header, rows, ";"), "COL"


def french(path: Path) -> tuple[Path, str]:
    rows = [
        (f"{d:%d-%m-%Y}", "Gao", 3, a, b) for d, (a, b) in zip(own.days(COUNT), own.points("MLI", COUNT), strict=True)
    ]
    return own.write(path, ("jour", "lieu", "tués", "lat.", "long."), rows, "\t"), "MLI"


def german(path: Path) -> tuple[Path, str]:
    rows = [
        (n, f"{d:%d.%m.%y}", own.comma(a), own.comma(b), 3)
        for n, (d, (a, b)) in enumerate(zip(own.days(COUNT), own.points("UKR", COUNT), strict=True))
    ]
    return own.write(path, ("Nr", "Datum", "Breite", "Länge", "Tote"), rows, ";", "latin-1"), "UKR"


def arabic(path: Path) -> tuple[Path, str]:
    rows = [
        (f"{d:%Y/%m/%d}", a, b, "٣", "مجزرة")
        for d, (a, b) in zip(own.days(COUNT), own.points("SDN", COUNT), strict=True)
    ]
    return own.write(path, ("التاريخ", "خط العرض", "خط الطول", "قتلى", "نوع"), rows), "SDN"


def american(path: Path) -> tuple[Path, str]:
    rows = [
        (f"E{n}", f"{d.month}/{d.day}/{d.year} 12:00:00 AM", b, a, 3)
        for n, (d, (a, b)) in enumerate(zip(own.days(COUNT), own.points("NGA", COUNT), strict=True))
    ]
    return own.write(path, ("OBJECTID", "event_dt", "long_dd", "lat_dd", "Fatalities"), rows), "NGA"


def x_is_latitude(path: Path) -> tuple[Path, str]:
    rows = [(d, a, b, 3) for d, (a, b) in zip(own.days(COUNT), own.points("PHL", COUNT), strict=True)]
    return own.write(path, ("date", "x", "y", "killed"), rows), "PHL"


def names_that_say_nothing(path: Path) -> tuple[Path, str]:
    rows = [(d, b, a, "text") for d, (a, b) in zip(own.days(COUNT), own.points("IRQ", COUNT), strict=True)]
    return own.write(path, ("q1", "q2", "q3", "q4"), rows), "IRQ"


def no_header(path: Path) -> tuple[Path, str]:
    rows = [(d, a, b, "town") for d, (a, b) in zip(own.days(COUNT), own.points("MEX", COUNT), strict=True)]
    return own.write(path, None, rows), "MEX"


def workbook(path: Path) -> tuple[Path, str]:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["Incidents of our monitors"])
    sheet.append([])
    sheet.append(["Date of incident", "Latitude", "Longitude", "People killed", "Perpetrator"])
    for d, (a, b) in zip(own.days(COUNT), own.points("ETH", COUNT), strict=True):
        sheet.append([dt.datetime(d.year, d.month, d.day), a, b, 3, "Unknown"])  # noqa: DTZ001 - as Excel has them
    target = path.with_suffix(".xlsx")
    book.save(target)
    return target, "ETH"


def split_date(path: Path) -> tuple[Path, str]:
    rows = [
        (d.year, f"{d:%B}", d.day, a, b, 3) for d, (a, b) in zip(own.days(COUNT), own.points("COD", COUNT), strict=True)
    ]
    return own.write(path, ("Año", "Mes", "Día", "Y", "X", "Muertes"), rows, ";"), "COD"


def one_column_of_points(path: Path) -> tuple[Path, str]:
    rows = [
        (f"{d.day} {d:%b} {d.year}", f"{a}, {b}", 3)
        for d, (a, b) in zip(own.days(COUNT), own.points("MMR", COUNT), strict=True)
    ]
    return own.write(path, ("When / date", "Coordinates", "Dead"), rows), "MMR"


def degrees_with_letters(path: Path) -> tuple[Path, str]:
    def angle(value: float, letters: str) -> str:
        size = abs(value)
        minutes = (size - int(size)) * 60
        return f"{int(size)}°{int(minutes):02}'{(minutes - int(minutes)) * 60:.2f}\"{letters[value < 0]}"

    rows = [
        (d, angle(a, "NS"), angle(b, "EW"), 3)
        for d, (a, b) in zip(own.days(COUNT), own.points("MOZ", COUNT), strict=True)
    ]
    return own.write(path, ("data", "latitude", "longitude", "mortos"), rows), "MOZ"


def serials(path: Path) -> tuple[Path, str]:
    rows = [
        ((d - dt.date(1899, 12, 30)).days, a, b, 3)
        for d, (a, b) in zip(own.days(COUNT), own.points("AFG", COUNT), strict=True)
    ]
    return own.write(path, ("incident_date", "GPS_Latitude", "GPS_Longitude", "KIA"), rows), "AFG"


def acled_like(path: Path) -> tuple[Path, str]:
    header = ("event_id_cnty", "event_date", "event_type", "actor1", "actor2", "iso3", "admin1", "location", "latitude",
              "longitude", "geo_precision", "notes", "fatalities")  # fmt: skip
    rows = [
        (
            f"X{n}",
            f"{d:%d %B %Y}",
            "Violence against civilians",
            "A",
            "Civilians",
            "NGA",
            "Borno",
            "P",
            a,
            b,
            1 + n % 3,
            "t",
            3,
        )
        for n, (d, (a, b)) in enumerate(zip(own.days(COUNT), own.points("NGA", COUNT), strict=True))
    ]
    return own.write(path, header, rows), "NGA"


def camel_case(path: Path) -> tuple[Path, str]:
    rows = [
        (f"{d.isoformat()}T10:00:00Z", a, b, 3, "x")
        for d, (a, b) in zip(own.days(COUNT), own.points("YEM", COUNT), strict=True)
    ]
    return own.write(path, ("EventDate", "GeoLat", "GeoLon", "nKilled", "Remarks"), rows), "YEM"


SHAPES = (
    spanish, french, german, arabic, american, x_is_latitude, names_that_say_nothing, no_header, workbook, split_date,
    one_column_of_points, degrees_with_letters, serials, acled_like, camel_case,
)  # fmt: skip
WITHOUT_DEATHS = {names_that_say_nothing, no_header}


def settled(mapping: Mapping) -> Mapping:
    """Return the mapping with the questions that no file can answer answered: civilians, counting incidents only."""
    open_keys = {one.key for one in mapping.open_questions}
    assert open_keys <= {"civilians", "blank_deaths"}, open_keys
    for key, answer in (("civilians", "one-sided"), ("blank_deaths", "zero")):
        if key in open_keys:
            mapping = mapping.answered(key, answer)
    return mapping


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_odd_files_are_guessed_right(tmp_path: Path, shape: Any) -> None:
    path, country = shape(tmp_path / "own.csv")
    mapping = settled(guess(open_any(path)))
    assert mapping.kind == "events"
    made = draft(path, mapping, today=own.TODAY)
    table = made.table
    assert made.read == table.num_rows == COUNT
    assert table["date_start"].to_pylist() == own.days(COUNT)
    expected = sorted(own.points(country, COUNT))
    got = sorted(zip(table["latitude"].to_pylist(), table["longitude"].to_pylist(), strict=True))
    assert np.abs(np.array(got) - np.array(expected)).max() < 2e-5
    assert set(table["country_code"].to_pylist()) == {country}
    assert set(table["deaths_best"].to_pylist()) == ({0} if shape in WITHOUT_DEATHS else {3})
    assert table["deaths_low"].equals(table["deaths_best"])
    assert table["deaths_high"].equals(table["deaths_best"])
    assert 1 not in table["place_precision"].to_pylist() or shape is acled_like


def test_acled_precisions_are_those_of_the_methods(tmp_path: Path) -> None:
    path, _ = acled_like(tmp_path / "own.csv")
    made = draft(path, settled(guess(open_any(path))), today=own.TODAY)
    assert set(made.table["place_precision"].to_pylist()) == {1, 3, 4}
    assert set(made.table["kind"].to_pylist()) == {"one-sided"}


def test_dates_that_can_be_read_both_ways_are_asked(tmp_path: Path) -> None:
    rows = [(f"{1 + n % 12}/{1 + n % 7}/2021", a, b, 1) for n, (a, b) in enumerate(own.points("NGA", 30))]
    path = own.write(tmp_path / "a.csv", ("date", "lat", "lon", "deaths"), rows)
    opened = open_any(path)
    mapping = guess(opened).answered("civilians", "one-sided")
    assert [one.key for one in mapping.open_questions] == ["date_order"]
    assert any("day first" in note for note in preview(opened, mapping).notes)
    with pytest.raises(ValueRefused, match="Which comes first"):
        draft(path, mapping)
    first = {order: draft(path, mapping.answered("date_order", order)).table["date_start"] for order in ("dmy", "mdy")}
    assert not first["dmy"].equals(first["mdy"])


def test_the_order_is_found_in_rows_beyond_the_sample(tmp_path: Path) -> None:
    spot = own.points("NGA", 1)[0]
    rows = [("03/04/2021", *spot, n) for n in range(20_500)] + [("25/04/2021", *spot, 1)]
    path = own.write(tmp_path / "a.csv", ("date", "lat", "lon", "deaths"), rows)
    mapping = guess(open_any(path))
    assert mapping.settings.date_order == "dmy"
    assert "date_order" not in {one.key for one in mapping.unsure}


def test_two_orders_in_one_file_are_refused(tmp_path: Path) -> None:
    spot = own.points("NGA", 1)[0]
    rows = [("25/04/2021", *spot, 1)] * 50 + [("04/25/2021", *spot, 1)] * 30
    path = own.write(tmp_path / "a.csv", ("date", "lat", "lon", "deaths"), rows)
    mapping = guess(open_any(path)).answered("civilians", "one-sided")
    if mapping.open_questions:
        mapping = mapping.answered("date_order", "dmy")
    with pytest.raises(FileRefused, match=r"30 dates of 'date', such as '04/25/2021'"):
        draft(path, mapping)


@pytest.mark.parametrize(("country", "turned"), [("PHL", True), ("SOM", False)], ids=["off the globe", "in Europe"])
def test_plain_names_on_swapped_values_are_asked(tmp_path: Path, country: str, turned: bool) -> None:  # noqa: FBT001
    """Where the names make points at sea they are turned round, where on land they are believed: asked both times."""
    rows = [(d, b, a, 1) for d, (a, b) in zip(own.days(30), own.points(country, 30), strict=True)]
    path = own.write(tmp_path / "a.csv", ("date", "latitude", "longitude", "deaths"), rows)
    mapping = guess(open_any(path))
    assert "lat_lng" in {one.key for one in mapping.open_questions}
    assert (mapping.columns["latitude"] == "longitude") == turned
    assert mapping.answered("lat_lng", "longitude").columns["latitude"] == "longitude"
    assert mapping.answered("lat_lng", "latitude").columns["latitude"] == "latitude"
    with pytest.raises(ValueRefused):
        mapping.answered("lat_lng", "deaths")


def test_x_and_y_that_fit_both_ways_are_asked(tmp_path: Path) -> None:
    """Somalia turned round lies in Europe: on land, but in many countries."""
    rows = [(d, a, b, 1) for d, (a, b) in zip(own.days(20), own.points("SOM", 20), strict=True)]
    path = own.write(tmp_path / "a.csv", ("date", "x", "y", "deaths"), rows)
    mapping = guess(open_any(path))
    assert "lat_lng" in {one.key for one in mapping.open_questions}
    assert (mapping.columns["latitude"], mapping.columns["longitude"]) == ("x", "y")


def test_the_written_country_tells_swapped_axes(tmp_path: Path) -> None:
    rows = [(d, "Somalia", a, b, 1) for d, (a, b) in zip(own.days(20), own.points("SOM", 20), strict=True)]
    path = own.write(tmp_path / "a.csv", ("date", "country", "x", "y", "deaths"), rows)
    mapping = guess(open_any(path))
    assert "lat_lng" not in {one.key for one in mapping.open_questions}
    assert mapping.columns["latitude"] == "x"


def test_types_without_a_known_word_are_asked(tmp_path: Path) -> None:
    rows = [(d, a, b, 1, ("Massacre", "Zork", "Protest")[n % 3])
            for n, (d, (a, b)) in enumerate(zip(own.days(30), own.points("NGA", 30), strict=True))]  # fmt: skip
    path = own.write(tmp_path / "a.csv", ("date", "lat", "lon", "deaths", "type"), rows)
    mapping = guess(open_any(path))
    assert [one.key for one in mapping.open_questions] == ["kinds:zork"]
    assert dict(mapping.settings.kinds) == {"massacre": "one-sided", "protest": "other"}
    made = draft(path, mapping.answered("kinds:zork", "non-state"), today=own.TODAY)
    counted = {kind: made.table["kind"].to_pylist().count(kind) for kind in ("one-sided", "non-state", "other")}
    assert counted == {"one-sided": 10, "non-state": 10, "other": 10}


def test_a_guess_at_deaths_by_small_numbers_is_asked(tmp_path: Path) -> None:
    rows = [(d, a, b, n % 5) for n, (d, (a, b)) in enumerate(zip(own.days(30), own.points("NGA", 30), strict=True))]
    path = own.write(tmp_path / "a.csv", ("date", "lat", "lon", "zz"), rows)
    mapping = guess(open_any(path))
    assert mapping.columns["deaths"] == "zz"
    assert "deaths_column" in {one.key for one in mapping.open_questions}
    assert "deaths" not in mapping.answered("deaths_column", "no").columns


@pytest.mark.parametrize(
    ("decimals", "repeats", "code"), [(5, 1, 2), (1, 1, 4), (5, 10, 4)], ids=["fine", "rounded", "repeated"]
)
def test_places_are_never_taken_for_exact(tmp_path: Path, decimals: int, repeats: int, code: int) -> None:
    spots = own.points("NGA", 40 // repeats) * repeats
    rows = [(d, round(a, decimals), round(b, decimals), 1) for d, (a, b) in zip(own.days(40), spots, strict=True)]
    path = own.write(tmp_path / "a.csv", ("date", "lat", "lon", "deaths"), rows)
    mapping = guess(open_any(path)).answered("civilians", "one-sided")
    made = draft(path, mapping, today=own.TODAY)
    assert set(made.table["place_precision"].to_pylist()) == {code}
    assert "Assumed: places are known" in made.card.scope_note
    said = draft(path, mapping.answered("place_precision", "1"), today=own.TODAY)
    assert set(said.table["place_precision"].to_pylist()) == {1}
    assert "Said by who loaded it: places are exact" in said.card.scope_note


def test_another_column_brings_its_own_questions(tmp_path: Path) -> None:
    rows = [(f"{d:%d/%m/%Y}", d, a, b, 1) for d, (a, b) in zip(own.days(30), own.points("NGA", 30), strict=True)]
    path = own.write(tmp_path / "a.csv", ("reported", "date", "lat", "lon", "deaths"), rows)
    opened = open_any(path)
    mapping = guess(opened)
    assert mapping.settings.date_order == "ymd"
    assert ask(opened, mapping.with_column("date", "reported")).settings.date_order == "dmy"


def test_what_was_answered_holds_when_another_column_is_chosen(tmp_path: Path) -> None:
    rows = [(f"{1 + n % 12}/{1 + n % 7}/2021", b, a, 1, "t") for n, (a, b) in enumerate(own.points("SOM", 30))]
    path = own.write(tmp_path / "a.csv", ("date", "latitude", "longitude", "deaths", "q"), rows)
    opened = open_any(path)
    mapping = guess(opened)
    for key, answer in (
        ("civilians", "one-sided"),
        ("date_order", "mdy"),
        ("lat_lng", "longitude"),
        ("place_precision", "3"),
    ):
        mapping = mapping.answered(key, answer)
    again = ask(opened, mapping.with_column("headline", "q"))
    assert again.ready
    assert (again.settings.date_order, again.settings.place_precision) == ("mdy", 3)
    assert again.columns["latitude"] == "longitude"
    anew = ask(opened, again.with_column("date", None).with_column("date", "date"))
    assert [one.key for one in anew.open_questions] == ["date_order"]


def test_words_of_headers() -> None:
    fields = {field.key: field for field in EVENT_FIELDS}
    assert normal("Fecha del Hécho") == "fecha_del_hecho"
    assert normal("eventDate") == "event_date"
    assert likeness(fields["date"], "DATE") == 1.0
    assert 0.6 < likeness(fields["date"], "Fecha del hecho") < 1.0
    assert likeness(fields["latitude"], "years") == 0.0
    assert likeness(fields["id"], "video id") == 0.0


def test_words_of_types_and_precisions() -> None:
    assert kind_of("Violence against civilians") == "one-sided"
    assert kind_of("One-sided violence") == "one-sided"
    assert kind_of("Non-state conflict") == "non-state"
    assert kind_of("Armed clash") == "state-based"
    assert kind_of("Peaceful protest") == "other"
    assert kind_of("Zork") is None
    assert precision_of("Province capital") == 4
    assert precision_of("Exact") == 1


def test_numbers_by_decimal_sign() -> None:
    text = pa.array(["12.5", "12,5", "1,234.5", "1.234,5", "-7", "٣", "7 kg", None, "1 234"])
    nan = float("nan")
    assert numbers(text, ".").tolist() == pytest.approx([12.5, nan, 1234.5, nan, -7, 3, nan, nan, 1234], nan_ok=True)
    assert numbers(text, ",").tolist() == pytest.approx([12.5, 12.5, nan, 1234.5, -7, 3, nan, nan, 1234], nan_ok=True)


def test_dates_in_words_and_parts() -> None:
    texts = ["3 de marzo de 2021", "March 3, 2021", "03-MAR-21", "3 mars 2021", "20210303", "3/3/2021", "03.03.2021"]
    found = spans(pa.array(texts), "dmy")
    assert {to_date(day) for day in found.first.tolist()} == {dt.date(2021, 3, 3)}
    wide = spans(pa.array(["2021-02", "febrero 2021", "2021", "31/2/2021", "soon"]), "dmy")
    assert [to_date(d) for d in wide.last[:3].tolist()] == [
        dt.date(2021, 2, 28),
        dt.date(2021, 2, 28),
        dt.date(2021, 12, 31),
    ]
    assert wide.precision.tolist()[:3] == [4, 4, 5]
    assert wide.good.tolist() == [True, True, True, False, False]
    told = evidence(pa.array(["13/2/2021", "1/2/2021", "2/14/2021", "2/14/2021"]))
    assert (told.parts, told.day_first, told.month_first) == (4, 1, 2)
