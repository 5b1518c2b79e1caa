import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.data.observed import frame, read, sums, write_csv, write_json

SPAN = {"reference_period_start": "2026-03-01T00:00:00", "reference_period_end": "2026-03-31T23:59:59"}


def place(level: int, **more: Any) -> dict[str, Any]:
    return {
        "location_code": "SDN",
        "location_name": "Sudan",
        "has_hrp": "True",
        "in_gho": "True",
        "provider_admin1_name": "Invented State" if level else "",
        "provider_admin2_name": "Invented Locality" if level == 2 else "",
        "admin1_code": "SD99" if level else "",
        "admin1_name": "Invented State" if level else "",
        "admin2_code": "SD99001" if level == 2 else "",
        "admin2_name": "Invented Locality" if level == 2 else "",
        "admin_level": level,
        **more,
        **SPAN,
        "dataset_hdx_id": "x",
        "resource_hdx_id": "y",
        "warning": "",
        "error": more.get("error", ""),
    }


def events(kind: str, level: int, count: Any, dead: Any) -> dict[str, Any]:
    return place(level, event_type=kind, events=count, fatalities=dead)


def idps(level: int, people: Any, **more: Any) -> dict[str, Any]:
    more = {"operation": "o", "assessment_type": "BA", "reporting_round": 3} | more
    return place(level, population=people, **more)


def abroad(group: str, people: Any, gender: str = "all", ages: str = "all") -> dict[str, Any]:
    return {
        "origin_location_code": "SDN",
        "origin_location_name": "Sudan",
        "asylum_location_code": "TCD",
        "asylum_location_name": "Chad",
        "population_group": group,
        "gender": gender,
        "age_range": ages,
        "min_age": "",
        "max_age": "",
        "population": people,
        "reference_period_start": "2025-01-01",
        "reference_period_end": "2025-12-31",
    }


@pytest.mark.parametrize("form", ["csv", "tagged csv", "answer"])
def test_three_types_of_events_that_overlap_are_three_measures(tmp_path: Path, form: str) -> None:
    rows = [
        events("civilian_targeting", 2, 4, 9),
        events("political_violence", 2, 6, 12),
        events("demonstration", 2, 2, ""),
        events("political_violence", 1, 60, 99),
    ]
    path = tmp_path / "a"
    draft = read(write_json(path, {"data": rows}) if form == "answer" else write_csv(path, rows, tags="t" in form))
    assert sums(draft) == {
        "hapi.civilian_targeting_events_admin2": 4,
        "hapi.civilian_targeting_fatalities_admin2": 9,
        "hapi.political_violence_events_admin2": 6,
        "hapi.political_violence_fatalities_admin2": 12,
        "hapi.demonstration_events_admin2": 2,
        "hapi.political_violence_events_admin1": 60,
        "hapi.political_violence_fatalities_admin1": 99,
    }
    table = frame(draft)
    assert set(table.kind) == {"count"}
    assert set(table.period_start) == {dt.date(2026, 3, 1)}
    assert set(table.period_end) == {dt.date(2026, 4, 1)}
    assert set(table.place_code) == {"pcode:SD99001", "pcode:SD99"}


def test_a_missing_count_is_not_zero(tmp_path: Path) -> None:
    rows = [events("demonstration", 2, 2, ""), events("demonstration", 1, "", "")]
    draft = read(write_csv(tmp_path / "a", rows))
    assert draft.table.num_rows == 1
    assert draft.rejections.by_reason() == {"no figure": 1}
    assert "fatalities" in draft.origin.layout


def test_displaced_people_are_a_stock_by_level_and_errors_are_left_out(tmp_path: Path) -> None:
    rows = [idps(0, 900), idps(1, 500), idps(2, 70), idps(2, 71, error="duplicate"), idps(1, 500)]
    draft = read(write_csv(tmp_path / "a", rows))
    assert sums(draft) == {"hapi.idps_admin0": 900, "hapi.idps_admin1": 500, "hapi.idps_admin2": 70}
    assert draft.rejections.by_reason() == {"marked as an error by HDX": 1, "the same row again": 1}
    assert set(frame(draft).kind) == {"stock"}


def test_refugees_and_returnees_are_apart_and_parts_do_not_add_to_the_total(tmp_path: Path) -> None:
    rows = [abroad("REF", 100), abroad("REF", 60, "f"), abroad("REF", 10, "all", "0-4"), abroad("RET", 7)]
    draft = read(write_csv(tmp_path / "a", rows))
    assert sums(draft) == {"hapi.refugees": 100, "hapi.returned_refugees": 7}
    assert draft.rejections.by_reason() == {"a part by sex or age": 2}
    table = frame(draft).set_index("measure")
    assert table.kind.to_dict() == {"hapi.refugees": "stock", "hapi.returned_refugees": "flow"}
    assert (set(table.country_code), set(table.origin_country)) == ({"TCD"}, {"SDN"})


def test_funding_is_money_and_a_share_that_does_not_add(tmp_path: Path) -> None:
    row = place(0, appeal_code="HSDN26", appeal_name="Sudan 2026", appeal_type="HRP")
    row |= {"requirements_usd": 4_000_000, "funding_usd": 1_000_000, "funding_pct": 25}
    draft = read(write_csv(tmp_path / "a", [row]))
    assert sums(draft) == {
        "hapi.funding_required": 4_000_000,
        "hapi.funding_received": 1_000_000,
        "hapi.funding_share": 25,
    }
    table = frame(draft)
    assert set(table.place_code) == {"appeal:HSDN26"}
    assert set(table.unit) == {"US dollars", "percent"}


def test_population_is_read_for_everybody(tmp_path: Path) -> None:
    rows = [
        place(1, population=5_000, gender="all", age_range="all"),
        place(1, population=2_600, gender="f", age_range="all"),
    ]
    assert sums(read(write_csv(tmp_path / "a", rows))) == {"hapi.population_admin1": 5_000}


def test_unknown_codes_are_refused_by_name(tmp_path: Path) -> None:
    draft = read(write_csv(tmp_path / "a", [events("riot", 2, 1, 1), events("demonstration", 2, 1, 1)]))
    assert draft.rejections.by_reason() == {"unknown code": 1}
    assert draft.rejections.examples(1)[0]["value"] == "riot"
