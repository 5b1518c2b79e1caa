"""Flows and forecasts against plain sums: only the study area, only what was known on the date."""

import datetime as dt

import pandas as pd
import pytest

from data.holdings import Holdings
from export.geography import Geography
from export.held import known_on
from export.observed import DISPLACED, RISK, flows, forecast, layers_observed
from geo.periods import date_text, to_day
from geo.study_area import StudyArea
from geo.view import LayerName
from tests.export import worlds
from tests.export.conftest import EAST
from tests.export.worlds import KNOWN, holdings, one

WEEK = dt.timedelta(days=7)
EVERYTHING = StudyArea(())


def observed(held: Holdings, measure: str) -> pd.DataFrame:
    frame = held.observations.to_pandas()
    return frame[frame["measure"] == measure]


def flow(start: dt.date, people: float, **changes) -> dict:
    row = {
        "source": "ex_moves",
        "measure": DISPLACED,
        "kind": "flow",
        "value": people,
        "unit": "people",
        "state": "observed",
        "period_start": start,
        "period_end": start + WEEK,
        "known_at": start + WEEK,
        "cell": 0,
        "area": "SDN-880",
        "country_code": "SDN",
        "latitude": 12.0,
        "longitude": 25.0,
        "origin_area": "SDN-148",
        "origin_cell": 0,
        "origin_latitude": 11.8,
        "origin_longitude": 34.4,
        "exercise": True,
    }
    return row | changes


def risk(made: dt.date, probability: float, **changes) -> dict:
    cell = int(worlds.reading(holdings([one(KNOWN)]), worlds.view()).placed.lattice.units[0])
    return (
        flow(made, probability)
        | {"measure": RISK, "kind": "forecast", "unit": "probability", "known_at": made, "cell": cell}
        | {"area": None, "origin_area": None, "period_end": made + dt.timedelta(days=90)}
        | changes
    )


@pytest.mark.parametrize("place", ["", EAST, "CAF", "SDN"])
def test_flows_are_plain_sums_of_the_study_area(exercise: Holdings, geography: Geography, place: str) -> None:
    first, last, study = dt.date(2048, 9, 7), dt.date(2048, 11, 15), StudyArea.parse(place)
    drawn, span = flows(exercise.observations, first, last, geography.areas, study)
    frame = observed(exercise, DISPLACED)
    frame = frame[(frame["period_start"] >= first) & (frame["period_start"] <= last)]
    if place:
        codes = set(geography.areas.codes[study.holds(geography.areas.countries)])
        frame = frame[frame["area"].isin(codes) | frame["origin_area"].isin(codes)]
    sums = frame.astype({"area": str, "origin_area": str}).groupby(["origin_area", "area"])["value"].sum()
    assert len(drawn.people) == len(sums) > 0
    assert drawn.people.sum() == sums.sum()
    assert sorted(drawn.people.tolist()) == sorted(sums.astype(int).tolist())
    assert span.startswith("7 Sep to ")
    assert set(drawn.origin) <= set(geography.areas.names)


def test_pairs_are_added_up_and_stocks_are_left_alone(geography: Geography) -> None:
    rows = [
        flow(KNOWN - 3 * WEEK, 100),
        flow(KNOWN - 2 * WEEK, 40),
        flow(KNOWN - 2 * WEEK, 7, origin_area="SDN-880", area="SDN-148"),
        flow(KNOWN - 2 * WEEK, 9_000, kind="stock"),
        flow(KNOWN - 2 * WEEK, 8_000, measure="displaced"),
        flow(KNOWN - 30 * WEEK, 5_000),
        flow(KNOWN - 2 * WEEK, None, state="not_covered"),
    ]
    held = holdings([one(KNOWN)], observations=rows)
    drawn, span = flows(held.observations, KNOWN - 5 * WEEK, KNOWN, geography.areas, EVERYTHING)
    assert sorted(drawn.people.tolist()) == [7, 140]
    assert span == "30 Sep to 27 Oct 2046"
    assert "Blue Nile" in drawn.origin


def test_a_window_without_flows_is_empty(geography: Geography) -> None:
    held = holdings([one(KNOWN)], observations=[flow(KNOWN - 30 * WEEK, 5)])
    for study in (EVERYTHING, StudyArea(("SDN",)), StudyArea(("ZZZ",))):
        drawn, span = flows(held.observations, KNOWN - WEEK, KNOWN, geography.areas, study)
        assert (len(drawn.people), span) == (0, "")


def test_a_flow_that_was_reported_later_was_not_known(geography: Geography) -> None:
    rows = [flow(KNOWN - 3 * WEEK, 100), flow(KNOWN - 2 * WEEK, 40, known_at=KNOWN + WEEK)]
    held = holdings([one(KNOWN)], observations=rows)
    drawn, _ = flows(held.observations, KNOWN - 5 * WEEK, KNOWN, geography.areas, EVERYTHING, known=KNOWN)
    assert drawn.people.tolist() == [100]


def test_the_forecast_is_the_latest_that_was_known(exercise: Holdings) -> None:
    frame = observed(exercise, RISK)
    issues = sorted(frame["known_at"].unique())
    assert len(issues) > 3
    for known in (issues[0], issues[2] + dt.timedelta(days=3), known_on(exercise)):
        got = forecast(exercise.observations, known, StudyArea.parse(EAST))
        assert got is not None
        made = max(issue for issue in issues if issue <= known)
        asked = frame[(frame["known_at"] == made) & frame["country_code"].isin(EAST.split("+")) & (frame["cell"] > 0)]
        assert got.made == date_text(to_day(made))
        assert len(got.cells) == len(asked) == len(set(got.cells.tolist()))
        assert got.probability.sum() == pytest.approx(asked["value"].sum())
    assert forecast(exercise.observations, issues[0] - dt.timedelta(days=1), EVERYTHING) is None


def test_a_later_forecast_changes_nothing() -> None:
    early, late = risk(KNOWN - 30 * WEEK, 0.2), risk(KNOWN + WEEK, 0.9)
    both = forecast(holdings([one(KNOWN)], observations=[early, late]).observations, KNOWN, EVERYTHING)
    assert both is not None
    assert both.probability.tolist() == [0.2]
    elsewhere = [early | {"country_code": "TCD"}]
    assert forecast(holdings([one(KNOWN)], observations=elsewhere).observations, KNOWN, StudyArea(("SDN",))) is None


def test_which_layers_the_observations_feed(exercise: Holdings) -> None:
    assert layers_observed(exercise.observations) == {LayerName.DISPLACEMENT, LayerName.RISK}
    assert layers_observed(holdings([one(KNOWN)]).observations) == set()
    assert layers_observed(holdings([one(KNOWN)], observations=[flow(KNOWN, 5)]).observations) == {
        LayerName.DISPLACEMENT
    }
