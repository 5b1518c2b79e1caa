"""The records of source ex_b: most of what ex_a has, written by others, and much that ex_a leaves out.

It is a second look at one history: places a little off, dates a day or two off, deaths that differ. It also records
violence that kills nobody, and what is no organised violence. `Monitored.of` says of which record of ex_a each row
tells, so that every double is known.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.columns import constant
from data.events import KINDS, conform_events
from data.exercise import monitor_coding
from data.exercise.arrow import dates, labels, texts
from data.exercise.calibration import known_by_age
from data.exercise.coding import Texts
from data.exercise.geography import Geography, Ints
from data.exercise.history import ONE_SIDED, History
from data.exercise.sites import Sites
from data.exercise.world import COUNTRIES, FINAL_DAY, FIRST_DAY, LAST_DAY
from geo.cells import bin_points
from geo.periods import to_day

SOURCE = "ex_b"
FIRST_NUMBER = 50_001

SHARED = (0.80, 0.75, 0.86)
"""Share of the records of ex_a that it has too: state-based, non-state, one-sided."""

WITHOUT_DEATHS, OTHER = 0.40, 0.45
"""Its own records for each of ex_a: violence against civilians without deaths; protests, riots and the like."""

SHIFT_DAYS = {0: 0.84, -1: 0.05, 1: 0.07, -2: 0.015, 2: 0.025}
"""Its last day of a shared record against that of ex_a."""

DEATHS_DIFFER = 0.3
"""Share of shared records with another number of deaths."""

_OTHER_KIND = KINDS.index("other")
_SPREAD_DAYS = 40.0
_TYPES = (
    ("battles: armed clash", "Armed clash reported"),
    ("battles: clash between groups", "Two groups clash"),
    ("violence against civilians: attack", "Attack on civilians reported"),
    ("violence against civilians: abduction", "People taken from a village"),
    ("violence against civilians: beating", "Travellers beaten and robbed"),
    ("protests: peaceful protest", "March through the town"),
    ("riots: mob violence", "Crowd throws stones"),
    ("strategic developments: troops moved", "Column of vehicles seen"),
)
_UNLETHAL, _UNORGANISED = (3, 4), (5, 6, 7)


@dataclass(frozen=True, slots=True)
class Monitored:
    """Its table; for each row a record of ex_a in whose cell it lies, and whether both tell of the same happening."""

    table: pa.Table
    of: Ints
    shared: NDArray[np.bool_]


def monitored(
    geography: Geography, recorded: History, where: Sites, events: pa.Table, rng: np.random.Generator
) -> Monitored:
    """Return the records of ex_b; `recorded`, `where` and `events` are what ex_a has, row for row."""
    of, day, kind, shared = _chosen(recorded, rng)
    n = len(of)
    written = monitor_coding.write(geography, recorded, where, of, shared, day, rng)
    deaths, civilians = _tolls(recorded, of, shared, rng)
    own = np.where(kind == _OTHER_KIND, rng.choice(_UNORGANISED, n), rng.choice(_UNLETHAL, n))
    typed = np.where(shared, kind, own)
    one_sided = kind == ONE_SIDED
    names = np.array([country.name for country in COUNTRIES], dtype=object)
    codes = np.array([country.code for country in COUNTRIES], dtype=object)
    country = recorded.country[of]
    area = geography.locate(written.latitude, written.longitude)
    side_a, side_b = _sides(events, of, kind, rng)
    unchecked = day > FINAL_DAY
    zero = np.zeros(n, dtype=np.int64)
    columns: dict[str, object] = {
        "id": [f"EX-B-{number}" for number in range(FIRST_NUMBER, FIRST_NUMBER + n)],
        "source": constant(SOURCE, n),
        "date_start": dates(written.date_start),
        "date_end": dates(day),
        "date_precision": written.date_precision,
        "latitude": written.latitude,
        "longitude": written.longitude,
        "place_precision": written.place_precision,
        "place": texts(written.place),
        "adm_1": texts(written.adm_1),
        "adm_2": texts(written.adm_2),
        "country": texts(names[country]),
        "country_code": texts(codes[country]),
        "kind": labels(kind, list(KINDS)),
        "event_type": labels(typed, [name for name, _ in _TYPES]),
        "actor_a": texts(side_a),
        "actor_b": texts(side_b),
        "deaths_low": deaths,
        "deaths_best": deaths,
        "deaths_high": deaths,
        "deaths_a": zero,
        "deaths_b": zero,
        "deaths_civilians": civilians,
        "deaths_unknown": deaths - civilians,
        "civilian_deaths": np.where(one_sided, deaths, civilians),
        "civilian_harm": one_sided | (civilians > 0),
        "verified": ~unchecked,
        "status": labels(unchecked.astype(np.int64), ["Clear", "Check"]),
        "sources_count": 1 + rng.poisson(0.7, n),
        "headline": np.array([line for _, line in _TYPES], dtype=object)[typed],
        "exercise": np.ones(n, dtype=np.bool_),
        "cell": bin_points(written.latitude, written.longitude),
        "area": texts(_known(geography.regions.code[area], area >= 0)),
        "area_country": texts(_known(codes[geography.regions.country[area]], area >= 0)),
    }
    return Monitored(conform_events(pa.table(columns)), of, shared)


def _chosen(recorded: History, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """Return record of ex_a, last day, kind and whether it is shared, by day.

    The last two weeks are as thin as ex_b's own delay makes them: thinned against ex_a where it has what ex_a has.
    """
    count = len(recorded.day)
    shared = np.flatnonzero(rng.random(count) < np.array(SHARED)[recorded.kind])
    quiet = rng.integers(0, count, round(WITHOUT_DEATHS * count))
    other = rng.integers(0, count, round(OTHER * count))
    of = np.concatenate([shared, quiet, other])
    same_one = np.arange(len(of)) < len(shared)
    shift = rng.choice(list(SHIFT_DAYS), size=len(of), p=list(SHIFT_DAYS.values()))
    near = np.round(rng.normal(0.0, _SPREAD_DAYS, len(of))).astype(np.int64)
    last = np.array([to_day(country.last) for country in COUNTRIES])[recorded.country[of]]
    day = recorded.day[of] + np.where(same_one, shift, near)
    day = np.where(same_one, np.clip(day, FIRST_DAY, last), day)
    here, there = (known_by_age(source) for source in (SOURCE, "ex_a"))
    age = np.clip((LAST_DAY - day) // 7, 0, len(here) - 1)
    share = np.where(same_one, np.minimum(here / there, 1.0)[age], here[age])
    keep = (day >= FIRST_DAY) & (day <= last) & ((day <= FINAL_DAY) | (rng.random(len(of)) < share))
    kind = np.concatenate([recorded.kind[shared], np.full(len(quiet), ONE_SIDED), np.full(len(other), _OTHER_KIND)])
    rows = np.flatnonzero(keep)
    rows = rows[np.argsort(day[rows], kind="stable")]
    return of[rows], day[rows], kind[rows], same_one[rows]


def _tolls(recorded: History, of: Ints, shared: NDArray[np.bool_], rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return deaths and civilians among them; a shared record differs now and then, by a third or so."""
    factor = np.where(rng.random(len(of)) < DEATHS_DIFFER, np.exp(rng.normal(0.0, 0.35, len(of))), 1.0)
    deaths = np.where(shared, np.round(recorded.deaths[of] * factor), 0.0).astype(np.int64)
    part = recorded.civilian_deaths[of] / np.maximum(recorded.deaths[of], 1)
    return deaths, np.minimum(np.round(deaths * part), deaths).astype(np.int64)


def _sides(events: pa.Table, of: Ints, kind: Ints, rng: np.random.Generator) -> tuple[Texts, Texts]:
    """Return both sides: those of the record of ex_a; residents alone where it is no organised violence."""
    first, second = (events[name].cast(pa.string()).to_numpy()[of] for name in ("actor_a", "actor_b"))
    second = np.where(kind == ONE_SIDED, "Civilians", second)
    other = kind == _OTHER_KIND
    first[other] = rng.choice(np.array(["Residents", "Students", "Traders"], dtype=object), size=int(other.sum()))
    second[other] = None
    return first, second


def _known(words: Texts, known: NDArray[np.bool_]) -> Texts:
    out = words.copy()
    out[~known] = None
    return out
