"""What every statistic on a cube promises, whatever it measures: a defined answer, and the same one however asked.

A statistic is a function of a world (counts, disks, people, the end of what is known) to arrays whose last axis is the
unit. Warnings are errors in this suite, so "defined" means without a warning, too.
"""

from dataclasses import dataclass, replace

import h3.api.basic_int as h3
import numpy as np
import pytest

from geo.coverage import State
from geo.cube import Cube, Lattice, UnitKind
from geo.errors import ValueRefused
from geo.neighbours import Neighbours, neighbours
from geo.periods import Grain, Periods
from geo.weighted import UNIT
from stats.armed_groups import armed_groups
from stats.cusum import Transform, cusum, past_mean
from stats.deaths_interval import deaths_interval
from stats.diffusion import diffusion
from stats.ears import Method, ears
from stats.emerging_hot_spots import emerging_hot_spots
from stats.empirical_bayes import empirical_bayes
from stats.gi_star import gi_star
from stats.mann_kendall import mann_kendall
from stats.marshall import marshall, marshall_local
from stats.peers import humanitarian_signal, peers
from stats.pooled_series import pooled_series
from stats.rate_ratio import rate_ratio
from stats.record_high import record_high
from stats.rise_score import deaths_rise, deaths_weight, incidents_rise
from stats.scan import scan
from stats.scan_models import ScanModel
from stats.scan_zones import Zones
from stats.windows import Windows

SEEN, UNSEEN = State.OBSERVED, State.NOT_COVERED
PENTAGON = h3.latlng_to_cell(2.3, -5.25, 4)


@dataclass(frozen=True)
class World:
    cube: Cube
    near: Neighbours
    people: np.ndarray
    end: int

    @property
    def known(self):
        """The cube up to the end, for what reads all it is given."""
        lattice = replace(self.cube.lattice, periods=replace(self.cube.lattice.periods, count=self.end))
        return Cube(lattice, self.cube.values[: self.end], self.cube.state[: self.end], self.cube.unit)

    @property
    def seen(self):
        return np.where(self.cube.state == SEEN, self.cube.values, 0)

    def incidents(self):
        """Unit, period and deaths of each incident that was seen before the end."""
        period, unit = np.nonzero(self.seen[: self.end])
        return unit, period, self.seen[period, unit]


def world(units, values, state=None, end=None):
    values = np.asarray(values, dtype=np.int32)
    state = np.full(values.shape, SEEN) if state is None else state
    resolution = int(h3.get_resolution(int(units[0])))
    country = np.arange(len(units)) % 2
    periods = Periods(Grain.WEEK, 3700, len(values))
    lattice = Lattice(UnitKind.CELLS, units, resolution, periods, country.astype(np.int16), ("AAA", "BBB"))
    people = np.round(np.geomspace(200, 90_000, len(units)))
    cube = Cube(lattice, values, state.astype(np.uint8), "incidents")
    return World(cube, neighbours(lattice, 1), people, len(values) if end is None else end)


def cells(radius, centre=PENTAGON):
    return np.sort(np.array(h3.grid_disk(centre, radius), dtype=np.uint64))


def lively(seed=1, radius=2, periods=180, end=None, units=None):
    units = cells(radius) if units is None else units
    rng = np.random.default_rng(seed)
    rates = rng.gamma(0.6, 0.5, len(units))
    return world(units, rng.negative_binomial(0.7, 0.7 / (0.7 + rates), (periods, len(units))), end=end)


def zones_of(near):
    """Radius 0 and 1 around every unit, in the order of the units."""
    n = near.matrix.shape[0]
    members = [*(np.array([i]) for i in range(n)), *(near.matrix[[i]].indices for i in range(n))]
    begins = np.concatenate([[0], np.cumsum([len(each) for each in members])]).astype(np.int64)
    around, steps = np.tile(np.arange(n), 2).astype(np.int32), np.repeat([0, 1], n).astype(np.int32)
    return Zones(begins, np.concatenate(members).astype(np.int32), around, steps)


def _gi(w):
    found = gi_star(w.known, w.near)
    return found.z, found.q


def _history(w):
    found = emerging_hot_spots(gi_star(w.known, w.near))
    return found.history, found.hot_share, found.trend


def _mann_kendall(w):
    found = mann_kendall(pooled_series(w.cube, w.near, w.end))
    return found.S, found.z, found.p, found.slope


def _ears(method):
    def found(w):
        out = ears(pooled_series(w.cube, w.near, w.end), method)
        return out.bound, out.above

    return found


def _cusum(transform):
    def found(w):
        series = pooled_series(w.cube, w.near, w.end)
        out = cusum(series[60:], past_mean(series, 60, 20), transform)
        return out.total, out.bound, out.risen

    return found


def _rate_ratio(w):
    found = rate_ratio(w.cube, w.near, Windows(w.end, 8, 52))
    return found.field.estimate, found.field.low, found.field.high, found.p


def _incidents_rise(w):
    found = incidents_rise(w.cube, w.near, Windows(w.end, 8, 52))
    return found.now, found.past, found.up


def _deaths_rise(w):
    weights = replace(w.cube, values=np.round(deaths_weight(w.cube.values) * UNIT).astype(np.int64))
    found = deaths_rise(weights, w.cube, w.cube, w.near, Windows(w.end, 4, 52))
    return found.now, found.past, found.up


def _record_high(w):
    found = record_high(w.cube, w.near, w.end)
    return found.level, found.deaths, found.highest_year, found.highest_three_years, found.known


def _empirical_bayes(w):
    found = empirical_bayes(w.cube, w.near, slice(max(w.end - 52, 0), w.end))
    return found.estimate, found.low, found.high, found.known


def _marshall(w):
    counts = w.seen[: w.end].sum(axis=0)
    whole, local = marshall(counts, w.people), marshall_local(counts, w.people, w.near)
    return whole.smoothed, local.smoothed, local.mean, local.variance


def _scan(model):
    def found(w):
        if w.end < 14:
            with pytest.raises(ValueRefused):
                scan(w.cube, zones_of(w.near), w.end, model=ScanModel.EXPECTATION, durations=w.end, simulations=1)
        durations = min(12, max(w.end - 1, 1))
        model_then = model if w.end > durations else ScanModel.PERMUTATION
        out = scan(
            w.cube, zones_of(w.near), w.end, model=model_then, people=w.people, durations=durations, simulations=5
        )
        n = len(w.cube.lattice)
        return tuple(part.reshape(2, n, durations).transpose(0, 2, 1) for part in (out.ratio, out.relative_risk))

    return found


def _diffusion(w):
    found = diffusion(w.cube, w.people, slice(max(w.end - 52, 0), w.end), least_events=10)
    return found.populated, found.violent, found.left_out, found.share


def _armed_groups(w):
    unit, period, deaths = w.incidents()
    groups = np.stack([deaths % 5, (deaths + period) % 7 - 1], axis=1)
    window = slice(max(w.end - 52, 0), w.end)
    return tuple(armed_groups(unit, period, groups, w.cube.state, window, near).number for near in (None, w.near))


def _peers(w):
    found = peers(w.cube, w.end)
    return tuple(getattr(found, name) for name in found.__slots__)


def _humanitarian(w):
    unit, period, deaths = w.incidents()
    last, units = 7 * w.end, len(w.cube.lattice)
    since = np.where((w.cube.state[: w.end] == SEEN).all(axis=0), 0, last)
    return (humanitarian_signal(unit, 7 * period, 9 * deaths, units=units, last_day=last, covered_since=since),)


def _deaths_interval(w):
    unit, _, deaths = w.incidents()
    found = deaths_interval(unit, deaths, len(w.cube.lattice), draws=200)
    return found.deaths, found.low, found.high


STATISTICS = {
    "gi_star": _gi,
    "emerging_hot_spots": _history,
    "mann_kendall": _mann_kendall,
    **{f"ears_{method}": _ears(method) for method in Method},
    **{f"cusum_{transform}": _cusum(transform) for transform in Transform},
    "rate_ratio": _rate_ratio,
    "incidents_rise": _incidents_rise,
    "deaths_rise": _deaths_rise,
    "record_high": _record_high,
    "empirical_bayes": _empirical_bayes,
    "marshall": _marshall,
    **{f"scan_{model.name.lower()}": _scan(model) for model in ScanModel},
    "diffusion": _diffusion,
    "armed_groups": _armed_groups,
    "peers": _peers,
    "humanitarian_signal": _humanitarian,
    "deaths_interval": _deaths_interval,
}
BY_COUNTRY = ("diffusion",)
RAISING = ("ears_C1", "cusum_rossi", "incidents_rise", "deaths_rise", "peers", "record_high")
"""Which flag, by its place in the answer, must be down on a map where nothing happened."""
FLAG = {"ears_C1": 1, "cusum_rossi": 2, "incidents_rise": 2, "deaths_rise": 2, "peers": 1, "record_high": 0}

every = pytest.mark.parametrize("statistic", [pytest.param(f, id=name) for name, f in STATISTICS.items()])
every_unit = pytest.mark.parametrize(
    "statistic", [pytest.param(f, id=name) for name, f in STATISTICS.items() if name not in BY_COUNTRY]
)


def same(one, two, **close):
    assert len(one) == len(two)
    for a, b in zip(one, two, strict=True):
        if close:
            np.testing.assert_allclose(np.asarray(a, dtype=float), np.asarray(b, dtype=float), **close)
        else:
            np.testing.assert_array_equal(a, b)


@every
def test_an_empty_map_has_an_answer_and_no_infinite_number(statistic):
    w = world(cells(2), np.zeros((180, len(cells(2)))))
    for part in statistic(w):
        assert not np.isposinf(np.asarray(part, dtype=float)).any()


@pytest.mark.parametrize("name", RAISING)
def test_on_an_empty_map_nothing_is_flagged(name):
    found = STATISTICS[name](world(cells(2), np.zeros((180, len(cells(2))))))
    assert not np.asarray(found[FLAG[name]]).any()


@every_unit
def test_one_cell_alone_has_an_answer_of_its_own(statistic):
    found = statistic(lively(2, units=cells(0)))
    assert all(part.shape[-1] == 1 for part in found)


@every_unit
@pytest.mark.parametrize("periods", [1, 2, 7])
def test_a_window_longer_than_the_history_is_a_defined_state(statistic, periods):
    w = lively(3, periods=periods)
    assert all(part.shape[-1] == len(w.cube.lattice) for part in statistic(w))


@every
def test_what_was_not_observed_is_never_read(statistic):
    """A gap of 14 weeks everywhere, a month in some cells, and cells that nobody ever looked at."""
    w = lively(4)
    state = np.full(w.cube.values.shape, SEEN)
    state[40:54] = UNSEEN
    state[-20:-16, ::3] = UNSEEN
    state[:, :2] = UNSEEN
    behind = np.where(state == SEEN, w.cube.values, 900).astype(np.int32)
    gap = replace(w, cube=replace(w.cube, state=state.astype(np.uint8)))
    same(statistic(gap), statistic(replace(gap, cube=replace(gap.cube, values=behind))))


UNKNOWN_AS = {"peers": 0, "record_high": 4, "empirical_bayes": 3}
"""Where the answer says whether it is known; elsewhere NaN says so."""


@pytest.mark.parametrize(
    "name", ["gi_star", "mann_kendall", "rate_ratio", "incidents_rise", "deaths_rise", *UNKNOWN_AS]
)
def test_where_nobody_ever_looked_nothing_is_said(name):
    w = lively(5)
    state = np.full(w.cube.values.shape, SEEN)
    state[:, 3] = UNSEEN
    found = STATISTICS[name](replace(w, cube=replace(w.cube, state=state.astype(np.uint8))))
    said = found[UNKNOWN_AS.get(name, 0)][..., 3]
    assert not said.any() if name in UNKNOWN_AS else np.isnan(said).all()


@every_unit
def test_the_order_of_the_units_does_not_matter(statistic):
    w = lively(6)
    order = np.random.default_rng(7).permutation(len(w.cube.lattice))
    lattice = replace(w.cube.lattice, country=w.cube.lattice.country[order])
    mixed = World(
        Cube(lattice, w.cube.values[:, order], w.cube.state[:, order], w.cube.unit),
        Neighbours(w.near.matrix[order][:, order]),
        w.people[order],
        w.end,
    )
    same([part[..., order] for part in statistic(w)], statistic(mixed), rtol=1e-9, atol=1e-9)


@every
def test_what_comes_later_changes_nothing_earlier(statistic):
    w = lively(8, end=150)
    rng = np.random.default_rng(9)
    values, state = np.array(w.cube.values), np.array(w.cube.state)
    values[150:] += rng.integers(0, 40, values[150:].shape, dtype=np.int32)
    state[150:] = rng.choice([SEEN, UNSEEN, State.PROVISIONAL], state[150:].shape)
    same(statistic(w), statistic(replace(w, cube=replace(w.cube, values=values, state=state))))


@pytest.mark.parametrize("name", ["ears_C1", "ears_C2", "ears_C3", "cusum_standard", "cusum_rossi"])
def test_a_series_knows_nothing_of_its_own_later_periods(name):
    early, late = STATISTICS[name](lively(10, end=120)), STATISTICS[name](lively(10, end=180))
    same(early, [part[: len(before)] for part, before in zip(late, early, strict=True)])


@every
def test_the_same_question_has_the_same_answer(statistic):
    same(statistic(lively(11)), statistic(lively(11)))


@pytest.mark.parametrize("model", list(ScanModel))
def test_a_scan_depends_on_its_seed_and_on_nothing_else(model):
    w = lively(12)
    one, two, other = (
        scan(w.cube, zones_of(w.near), w.end, model=model, people=w.people, simulations=20, seed=seed).simulated
        for seed in (1, 1, 2)
    )
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


@every
@pytest.mark.parametrize("lattice", ["pentagon alone", "pentagon and a half ring", "a line", "islands"])
def test_at_pentagons_and_edges_there_is_an_answer(statistic, lattice):
    ring = [cell for cell in cells(1).tolist() if cell != PENTAGON]
    chosen = {
        "pentagon alone": [PENTAGON],
        "pentagon and a half ring": [PENTAGON, *ring[:3]],
        "a line": h3.grid_path_cells(h3.latlng_to_cell(10.0, 5.0, 4), h3.latlng_to_cell(13.0, 5.0, 4)),
        "islands": [PENTAGON, h3.latlng_to_cell(10.0, 5.0, 4), h3.latlng_to_cell(-20.0, 150.0, 4)],
    }[lattice]
    units = np.sort(np.array(chosen, dtype=np.uint64))
    for part in statistic(lively(13, units=units)):
        assert part.shape[-1] in {len(units), 2}


def test_a_pentagon_pools_six_cells():
    assert h3.is_pentagon(PENTAGON)
    w = world(cells(2), np.ones((60, len(cells(2)))))
    at = int(w.cube.lattice.index_of(np.array([PENTAGON], dtype=np.uint64))[0])
    assert pooled_series(w.cube, w.near)[0, at] == 6
    assert record_high(w.cube, w.near, 60).deaths[at] == 24
