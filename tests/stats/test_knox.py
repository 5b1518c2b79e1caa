import numpy as np
import pytest

from geo.errors import ValueRefused
from stats import knox as module
from stats.knox import knox, on_sphere
from tests.stats.reference import numbers, table


@pytest.mark.parametrize("known", numbers("knox.json"), ids=lambda known: f"{known['delta']}-{known['tau']}")
def test_pairs_and_expectation_are_those_of_pointpats(known):
    events = table("knox_events.csv")
    found = knox(
        events[["x", "y"]].to_numpy(), events["t"].to_numpy(), within_km=known["delta"], within_days=known["tau"]
    )
    assert found.pairs == known["pointpats_stat"]
    assert found.expected == pytest.approx(known["expected"], abs=1e-10)
    assert found.ratio == pytest.approx(known["ratio"], abs=1e-10)
    assert found.p == pytest.approx(known["pointpats_p_sim"], abs=0.025)
    assert found.simulated.mean() == pytest.approx(found.expected, rel=0.05)


def test_one_seed_gives_one_answer_whatever_the_order():
    events = table("knox_events.csv")
    points, days = events[["x", "y"]].to_numpy(), events["t"].to_numpy()
    order = np.random.default_rng(2).permutation(len(days))
    one = knox(points, days, within_km=5, within_days=14, permutations=50)
    two = knox(points[order], days[order], within_km=5, within_days=14, permutations=50)
    assert (one.pairs, one.near, one.soon, one.simulated.tolist()) == (
        two.pairs,
        two.near,
        two.soon,
        two.simulated.tolist(),
    )


def test_a_point_on_the_globe_lies_as_far_as_it_does():
    points = on_sphere(np.array([0.0, 0.0, 89.9, 89.9]), np.array([179.95, -179.95, 0.0, 180.0]))
    assert np.linalg.norm(points[0] - points[1]) == pytest.approx(11.12, abs=0.01)
    assert np.linalg.norm(points[2] - points[3]) == pytest.approx(22.24, abs=0.01)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_few_incidents_say_nothing(number):
    found = knox(np.zeros((number, 2)), np.arange(number) * 100, within_km=5, within_days=7, permutations=9)
    assert found.pairs == 0
    assert found.p == 1.0
    assert np.isnan(found.ratio)


def test_too_many_pairs_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_PAIRS", 10)
    with pytest.raises(ValueRefused, match="smaller distance"):
        knox(np.zeros((9, 2)), np.arange(9), within_km=5, within_days=7)
