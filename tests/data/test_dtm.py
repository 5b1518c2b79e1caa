import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from geo.errors import FileRefused
from tests.data.observed import frame, read, sums, write_csv, write_json


def row(level: int, people: Any, **changes: Any) -> dict[str, Any]:
    return {
        "id": changes.pop("id", people),
        "operation": "Invented operation",
        "admin0Name": "Sudan",
        "admin0Pcode": "SDN",
        "admin1Name": "Invented State" if level else "",
        "admin1Pcode": "SD99" if level else "",
        "admin2Name": "Invented Locality" if level == 2 else "",
        "admin2Pcode": "SD99001" if level == 2 else "",
        "adminLevel": level,
        "numPresentIdpInd": people,
        "reportingDate": "2026-05-01",
        "yearReportingDate": 2026,
        "monthReportingDate": 5,
        "roundNumber": 7,
        "displacementReason": "Conflict",
        "numberMales": "",
        "numberFemales": "",
        "idpOriginAdmin1Name": "Invented Origin",
        "idpOriginAdmin1Pcode": "SD98",
        "assessmentType": "BA",
        "operationStatus": "Active",
    } | changes


def version_2(one: dict[str, Any]) -> dict[str, Any]:
    later = {
        *("adminLevel", "displacementReason", "numberMales", "numberFemales"),
        *("idpOriginAdmin1Name", "idpOriginAdmin1Pcode", "operationStatus"),
    }
    return {name: value for name, value in one.items() if name not in later}


def test_version_3_is_a_stock_of_each_level_apart(tmp_path: Path) -> None:
    rows = [row(0, 1000), row(1, 600), row(2, 250, numberMales=120, numberFemales=130)]
    assert len(rows[0]) == 21
    draft = read(write_csv(tmp_path / "a.csv", rows, tags=True))
    assert (draft.card.key, draft.card.raw_shareable) == ("iom_dtm", False)
    assert sums(draft) == {
        "dtm.idps_admin0": 1000,
        "dtm.idps_admin1": 600,
        "dtm.idps_admin2": 250,
        "dtm.idps_admin2_female": 130,
        "dtm.idps_admin2_male": 120,
    }
    table = frame(draft).set_index("measure")
    assert set(table.kind) == {"stock"}
    assert table.place_code[["dtm.idps_admin0", "dtm.idps_admin1", "dtm.idps_admin2"]].tolist() == [
        "pcode:SDN",
        "pcode:SD99",
        "pcode:SD99001",
    ]
    assert table.place["dtm.idps_admin2"] == "Invented Locality"
    assert set(table.period_start) == {dt.date(2026, 5, 1)}
    assert set(table.period_end) == {dt.date(2026, 5, 2)}


def test_version_2_with_semicolons_takes_the_level_from_its_codes(tmp_path: Path) -> None:
    rows = [version_2(row(1, 600)), version_2(row(2, 250)), version_2(row(0, 900))]
    assert len(rows[0]) == 14
    draft = read(write_csv(tmp_path / "a.csv", rows, delimiter=";"))
    assert sums(draft) == {"dtm.idps_admin0": 900, "dtm.idps_admin1": 600, "dtm.idps_admin2": 250}
    assert "version 2" in draft.origin.layout


def test_the_answer_of_the_interface_is_the_same(tmp_path: Path) -> None:
    path = write_json(tmp_path / "a", {"isSuccess": True, "result": [row(1, 600)], "errorMessages": []})
    assert sums(read(path)) == {"dtm.idps_admin1": 600}
    with pytest.raises(FileRefused, match="not allowed"):
        read(write_json(tmp_path / "b", {"isSuccess": False, "result": [], "errorMessages": ["not allowed"]}))


def test_reasons_and_origins_are_parts_and_repeats_are_not(tmp_path: Path) -> None:
    rows = [
        row(1, 600),
        row(1, 100, displacementReason="Natural disaster"),
        row(1, 50, idpOriginAdmin1Pcode="SD97"),
        row(1, 600, id=9),
        row(1, 601),
    ]
    draft = read(write_csv(tmp_path / "a.csv", rows))
    assert sums(draft) == {"dtm.idps_admin1": 750}
    assert draft.rejections.by_reason() == {"another value for the same place and time": 1, "the same row again": 1}


def test_what_is_missing_or_wrong_is_counted_by_reason(tmp_path: Path) -> None:
    rows = [
        row(1, 600),
        row(1, "", roundNumber=8),
        row(1, 5, reportingDate="31/04/2026"),
        row(1, 6, reportingDate="2026-02-30"),
        row(1, 7, reportingDate="2030-01-01"),
        row(1, 8, admin0Pcode="QQ1", admin1Name="Elsewhere"),
    ]
    draft = read(write_csv(tmp_path / "a.csv", rows))
    assert draft.rejections.by_reason() == {"bad date": 2, "a date in the future": 1, "no figure": 1}
    table = frame(draft)
    assert table[table.place == "Elsewhere"].country_code.tolist() == [None]
    assert table.value.sum() == 608
