import pytest

from data.exercise.forecasts import MEASURES as FORECAST
from data.measures import MEASURES, measure
from data.observations import KINDS
from data.sources.ucdp_country_year import MEASURES as COUNTRY_YEARS
from geo.errors import NothingThere


def test_every_measure_has_words_a_unit_and_a_kind() -> None:
    assert all(key == one.key for key, one in MEASURES.items())
    assert all(one.label and one.unit and one.kind in KINDS for one in MEASURES.values())
    assert len({one.label for one in MEASURES.values()}) == len(MEASURES)


def test_stocks_indices_and_probabilities_never_add_over_time() -> None:
    for one in MEASURES.values():
        assert one.adds_over_time == (one.kind in {"flow", "count"}), one.key
        assert one.additive or one.kind in {"index", "forecast"}, one.key
        if one.kind == "index" or one.unit == "probability":
            assert not one.additive, one.key


def test_measures_of_other_readers_are_named_too() -> None:
    for one in COUNTRY_YEARS:
        assert MEASURES[one.name].kind == "count"
    for key, unit in FORECAST.items():
        assert (MEASURES[key].unit, MEASURES[key].kind) == (unit, "forecast")


def test_indicators_of_inform_are_named_by_their_key_and_others_are_unknown() -> None:
    assert measure("inform.conflict_gpi").label == "INFORM: conflict gpi"
    assert measure("unhcr.refugees") is MEASURES["unhcr.refugees"]
    with pytest.raises(NothingThere, match="no measure called"):
        measure("unhcr.nobody")
