import numpy as np
import pytest

from geo.errors import ValueRefused
from stats.own_threshold import HELD_BACK, own_threshold


def past(seed: int = 1, units: int = 200, weeks: int = 52) -> np.ndarray:
    return np.random.default_rng(seed).exponential(size=(weeks, units))


@pytest.mark.parametrize("asked", [0.005, 0.01, 0.1])
def test_the_share_that_is_asked_for_is_reached(asked):
    scores = past()
    found = own_threshold(scores, asked)
    assert found.alarms(scores).mean() == pytest.approx(asked, abs=1 / scores.size)
    assert found.reached == pytest.approx(found.alarms(scores).mean())


def test_tied_scores_never_alarm_more_often_than_asked():
    scores = np.round(past() * 2)
    found = own_threshold(scores)
    assert 0 < found.alarms(scores).mean() <= 0.01
    lower = np.unique(scores[scores < found.value])[-1]
    assert (scores >= lower).mean() > 0.01


def test_a_map_of_one_score_alarms_nowhere():
    found = own_threshold(np.ones((60, 40)))
    assert found.reached == 0.0
    assert not found.alarms(np.ones(40)).any()


def test_places_that_a_gate_holds_back_could_have_alarmed():
    scores = past()
    gated = np.where(np.random.default_rng(2).random(scores.shape) < 0.98, HELD_BACK, scores)
    found = own_threshold(gated)
    assert found.active == scores.size
    assert found.alarms(gated).mean() == pytest.approx(0.01, abs=1 / scores.size)


def test_places_that_were_not_judged_do_not_count():
    scores = past()
    scores[:, :150] = np.nan
    found = own_threshold(scores)
    assert found.active == 52 * 50
    assert np.nanmean(found.alarms(scores)[:, 150:]) == pytest.approx(0.01, abs=1 / (52 * 50))


def test_a_short_past_knows_no_threshold():
    found = own_threshold(past(weeks=51))
    assert not found.known
    assert not found.alarms(np.full(3, 1e9)).any()


def test_a_share_of_nothing_is_refused():
    with pytest.raises(ValueRefused, match="share"):
        own_threshold(past(), 0.0)
