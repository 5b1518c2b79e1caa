import numpy as np
import pytest
from scipy.stats import ks_2samp

from geo.errors import ValueRefused
from stats.scan import cylinders, dispersion, gumbel_tail, largest_by_chance, scan
from stats.scan_models import ScanModel, expected_before, expected_by_margins, expected_by_people
from stats.scan_zones import Zones, disks
from tests.stats.building import cube_of, disk_units, random_cube
from tests.stats.reference import REFERENCE, numbers, table

VALUES = np.loadtxt(REFERENCE / "cube.csv", delimiter=",", skiprows=1, usecols=range(1, 25), dtype=np.int64).T
SEEN = np.ones(VALUES.shape, dtype=np.bool_)


def known_zones():
    members = [np.array(zone, dtype=np.int32) for zone in numbers("scan_zones.json")]
    begins = np.concatenate([[0], np.cumsum([len(zone) for zone in members])]).astype(np.int64)
    nothing = np.zeros(len(members), dtype=np.int32)
    return Zones(begins, np.concatenate(members), nothing, nothing)


def people():
    cells = table("cells.csv").set_index("cell")["population"]
    return cells.loc[table("cube.csv")["cell"]].to_numpy(dtype=float)


def test_every_expectation_based_cylinder_is_that_of_scanstatistics():
    known = table("scan_ebp_all.csv").pivot_table(index="zone", columns="duration", values=["score", "relrisk"])
    expected = expected_before(VALUES, SEEN, 8)
    ratio, risk = cylinders(VALUES, expected, known_zones(), 8, ScanModel.EXPECTATION)
    np.testing.assert_allclose(ratio, known["score"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(risk, known["relrisk"], rtol=1e-10)


@pytest.mark.parametrize("model", [ScanModel.POPULATION, ScanModel.PERMUTATION])
def test_every_conditional_cylinder_is_that_of_scanstatistics(model):
    by_people = model is ScanModel.POPULATION
    known = np.loadtxt(REFERENCE / f"scan_{'pop' if by_people else 'perm'}_score.csv", delimiter=",", skiprows=1)
    expected = expected_by_people(VALUES, SEEN, people()) if by_people else expected_by_margins(VALUES, SEEN)
    ratio, _ = cylinders(VALUES, expected, known_zones(), 24, model)
    np.testing.assert_allclose(ratio, known[:, 1:], rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("model", "file", "durations"),
    [
        (ScanModel.EXPECTATION, "expectation_based_poisson", 8),
        (ScanModel.POPULATION, "population_poisson", 24),
        (ScanModel.PERMUTATION, "space_time_permutation", 24),
    ],
)
def test_the_most_likely_cluster_is_that_of_scanstatistics(model, file, durations):
    known = numbers("scan_summary.json")[file]
    cube = cube_of(VALUES)
    found = scan(cube, known_zones(), 24, model=model, people=people(), durations=durations, simulations=3)
    assert (found.zone + 1, found.duration) == (known["zone"], known["duration"])
    assert found.largest == pytest.approx(known["score"], abs=1e-9)


@pytest.mark.parametrize(("name", "file"), [("perm", "space_time_permutation"), ("pop", "population_poisson")])
def test_the_gumbel_tail_of_the_same_maxima_is_that_of_scanstatistics(name, file):
    known = numbers("scan_summary.json")[file]
    maxima = table(f"scan_{name}_mc.csv")["score"].to_numpy()
    assert gumbel_tail(maxima, known["score"]) == pytest.approx(known["p_gumbel_mom"], abs=1e-15)
    assert gumbel_tail(maxima, float(np.quantile(maxima, 0.95))) == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize(("model", "name"), [(ScanModel.EXPECTATION, "ebp"), (ScanModel.POPULATION, "pop")])
def test_poisson_maxima_are_distributed_as_those_of_scanstatistics(model, name):
    by_mean = model is ScanModel.EXPECTATION
    expected = expected_before(VALUES, SEEN, 8) if by_mean else expected_by_people(VALUES, SEEN, people())
    rng = np.random.default_rng(1)
    ours = largest_by_chance(expected, known_zones(), 8 if by_mean else 24, model, extra=0.0, rng=rng, simulations=999)
    assert ks_2samp(ours, table(f"scan_{name}_mc.csv")["score"]).pvalue > 0.01


def test_a_short_baseline_makes_larger_maxima_ordinary():
    expected = expected_before(VALUES, SEEN, 8)

    def middle(rests_on):
        rng = np.random.default_rng(2)
        drawn = largest_by_chance(
            expected,
            known_zones(),
            8,
            ScanModel.EXPECTATION,
            extra=0.2,
            rng=rng,
            simulations=200,
            rests_on=rests_on,
        )
        return np.median(drawn)

    short, long, known = (middle(each) for each in (np.full(61, 16), np.full(61, 1600), None))
    assert short > 1.2 * long
    assert long == pytest.approx(known, rel=0.1)


def test_dispersion_is_found_again():
    rng = np.random.default_rng(6)
    values = rng.poisson(rng.gamma(2.0, 0.5 * 3.0, (400, 80)))  # variance = mean + 0.5 mean^2
    expected = expected_before(values, np.ones(values.shape, dtype=np.bool_), 12)
    assert dispersion(values, expected, 12) == pytest.approx(0.5, rel=0.1)


@pytest.mark.slow
def test_noisy_maps_without_a_rise_are_called_about_as_often_as_asked():
    called = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        cube = cube_of(rng.negative_binomial(0.8, 0.8 / 1.3, (80, 61)), units=disk_units(4))
        called.append(scan(cube, disks(cube.lattice), 80, simulations=199, seed=seed).p <= 0.05)
    assert np.mean(called) <= 0.15


def test_a_rise_is_found_where_it_is():
    cube = random_cube(8, radius=4, periods=80, rate=0.3)
    values = np.array(cube.values)
    zones = disks(cube.lattice)
    chosen = next(z for z in range(len(zones)) if zones.radius[z] == 1 and len(zones.members(z)) == 7)
    values[-3:, zones.members(chosen)] += 3
    found = scan(cube_of(values, units=cube.lattice.units), zones, 80, simulations=99)
    assert (zones.centre[found.zone], zones.radius[found.zone]) == (zones.centre[chosen], 1)
    assert found.duration == 3
    assert found.p == 0.01
    assert found.p_gumbel < 0.01


def test_disks_grow_and_none_is_listed_twice_around_one_cell():
    zones = disks(random_cube(1, radius=2, periods=2).lattice)
    sets = [(int(zones.centre[z]), frozenset(zones.members(z).tolist())) for z in range(len(zones))]
    assert len(sets) == len(set(sets))
    assert max(len(members) for _, members in sets) == 19


def test_what_cannot_be_scanned_is_refused():
    cube = random_cube(2, periods=12)
    zones = disks(cube.lattice)
    with pytest.raises(ValueRefused, match="before the longest"):
        scan(cube, zones, 12)
    with pytest.raises(ValueRefused, match="more periods"):
        scan(cube, zones, 12, durations=13)
    with pytest.raises(ValueRefused, match="needs people"):
        scan(cube, zones, 12, durations=3, model=ScanModel.POPULATION)
