import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from data.draft import OBSERVATIONS
from data.sources.acled_aggregates import CARDS
from data.sources.acled_periods import NO_MONTH, moment, month_number
from data.sources.observation_rows import NO_DAY
from tests.data.observed import frame, read, sums, write_csv, write_json


def week(kind: str, sub: str, events: Any, dead: Any, **more: Any) -> dict[str, Any]:
    return {
        "WEEK": "2026-10-03",
        "REGION": "Northern Africa",
        "COUNTRY": "Sudan",
        "ADMIN1": "North Darfur",
        "EVENT_TYPE": kind,
        "SUB_EVENT_TYPE": sub,
        "EVENTS": events,
        "FATALITIES": dead,
        "POPULATION_EXPOSURE": "",
        "DISORDER_TYPE": "Political violence",
        "ID": 1,
        "CENTROID_LATITUDE": 15.6,
        "CENTROID_LONGITUDE": 25.4,
    } | more


def month(events: Any, dead: Any, **more: Any) -> dict[str, Any]:
    return {
        "Country": "Sudan",
        "Admin1": "North Darfur",
        "Admin2": "Invented Locality",
        "ISO3": "SDN",
        "Admin2 Pcode": "SD99001",
        "Admin1 Pcode": "SD99",
        "Month": "May",
        "Year": 2026,
        "Events": events,
        "Fatalities": dead,
    } | more


def cast(total: Any, made: Any, **more: Any) -> dict[str, Any]:
    row = {"country": "Sudan", "admin1": "North Darfur", "month": "January", "year": 2027, "total_forecast": total}
    row |= {"battles_forecast": 3, "erv_forecast": 2, "vac_forecast": 1, "timestamp": made}
    return row | dict.fromkeys(("total_observed", "battles_observed", "erv_observed", "vac_observed"), "") | more


def test_no_aggregate_may_be_shared() -> None:
    assert not any(card.raw_shareable for card in CARDS)


def test_weeks_are_counts_by_event_type_never_events(tmp_path: Path) -> None:
    rows = [
        week("Battles", "Armed clash", 5, 9),
        week("Battles", "Government regains territory", 1, 0),
        week("Violence against civilians", "Attack", 4, 7),
        week("Battle", "x", 1, 1),
    ]
    draft = read(write_csv(tmp_path / "a.csv", rows))
    assert (draft.kind, draft.card.key) == (OBSERVATIONS, "acled_weekly")
    assert sums(draft) == {
        "acled.weekly_battles_events": 6,
        "acled.weekly_battles_fatalities": 9,
        "acled.weekly_violence_against_civilians_events": 4,
        "acled.weekly_violence_against_civilians_fatalities": 7,
    }
    assert draft.rejections.by_reason() == {"unknown code": 1}
    table = frame(draft)
    assert (set(table.kind), set(table.country_code)) == ({"count"}, {"SDN"})
    assert set(table.period_start) == {dt.date(2026, 10, 3)}
    assert set(table.period_end) == {dt.date(2026, 10, 10)}
    assert set(table.place_code) == {"name:North Darfur"}
    assert table.area.notna().all()
    assert (table.cell == 0).all()


def test_months_keep_their_codes_and_what_the_name_says_is_counted(tmp_path: Path) -> None:
    rows = [month(4, 2), month(3, "", Month="6", **{"Admin2 Pcode": ""}), month(1, 1, Month="Maybe")]
    draft = read(write_csv(tmp_path / "sudan_civilian_targeting_events_and_fatalities.csv", rows, tags=True))
    assert sums(draft) == {
        "acled.monthly_civilian_targeting_events": 7,
        "acled.monthly_civilian_targeting_fatalities": 2,
    }
    assert draft.rejections.by_reason() == {"bad month": 1}
    assert "by the file's name" in draft.origin.layout
    table = frame(draft)
    assert set(table.place_code) == {"pcode:SD99001", "pcode:SD99"}
    assert sorted(set(table.period_start)) == [dt.date(2026, 5, 1), dt.date(2026, 6, 1)]
    assert sorted(set(table.period_end)) == [dt.date(2026, 6, 1), dt.date(2026, 7, 1)]
    other = read(write_csv(tmp_path / "download.csv", rows))
    assert set(sums(other)) == {"acled.monthly_events", "acled.monthly_fatalities"}
    assert "which events is not said" in other.origin.layout


def test_of_forecasts_of_one_month_the_latest_stays(tmp_path: Path) -> None:
    rows = [
        cast(6, 1_793_836_800),
        cast(9, "2026-10-01"),
        cast(8, "2026-11-05 08:00:00", admin1="South Darfur"),
        cast(4, "2026-08-01", year=2026, month=9, total_observed=5),
    ]
    path = write_json(tmp_path / "a", {"status": 200, "success": True, "count": 4, "data": rows})
    draft = read(path)
    assert sums(draft)["acled.cast_total"] == 18
    assert sums(draft)["acled.cast_total_observed"] == 5
    assert draft.rejections.by_reason() == {"an older forecast of the same month": 1}
    table = frame(draft)
    january = table[(table.measure == "acled.cast_total") & (table.place == "North Darfur") & (table.value == 6)]
    assert january.kind.tolist() == ["forecast"]
    assert january.known_at.tolist() == [dt.date(2026, 11, 5)]
    assert january.period_start.tolist() == [dt.date(2027, 1, 1)]
    assert january.horizon_days.tolist() == [(dt.date(2027, 2, 1) - dt.date(2026, 11, 5)).days]
    observed = table[table.measure == "acled.cast_total_observed"]
    assert observed.kind.tolist() == ["count"]
    assert observed.horizon_days.isna().all()


@pytest.mark.parametrize(
    ("text", "number"),
    [("January", 1), ("dec", 12), ("7", 7), ("7.0", 7), ("13", NO_MONTH), ("0", NO_MONTH), ("", NO_MONTH)],
)
def test_months_by_name_or_number(text: str, number: int) -> None:
    assert month_number(text) == number


def test_moments_by_seconds_or_date() -> None:
    assert moment("1793836800") == 1_793_836_800
    assert moment("2026-11-05 00:00:00") == moment("2026-11-05") == 1_793_836_800
    assert moment("2026-02-30") == moment("soon") == NO_DAY
