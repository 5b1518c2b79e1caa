"""The records of source ex_a: an Arrow table in the event schema, with who fought whom and an invented headline."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.columns import constant
from data.events import KINDS, conform_events
from data.exercise import actors
from data.exercise.arrow import dates, labels, texts
from data.exercise.calibration import COLUMNS
from data.exercise.coding import Texts, Written
from data.exercise.geography import Floats, Geography, Ints, distances_km
from data.exercise.history import NON_STATE, ONE_SIDED, STATE_BASED, History
from data.exercise.world import COUNTRIES, FINAL_DAY, LAST_DAY
from geo.cells import bin_points

SOURCE = "ex_a"
FIRST_NUMBER = 10_001
GUARD_AMONG_ONE_SIDED = 0.2
UNCHECKED_DAYS = 45

_HEADLINES = {
    ONE_SIDED: (
        "Attack on a market", "Village raided", "Killing on the road", "Homes burnt", "Travellers stopped and shot",
        "Farmers attacked in their fields", "Camp for displaced people attacked", "Attack on a place of worship",
        "Night raid on a hamlet", "Herders killed at a well",
    ),
    STATE_BASED: (
        "Clash at a checkpoint", "Shelling of homes", "Convoy ambushed", "Fighting at the edge of town",
        "Outpost attacked", "Air strike", "Exchange of fire at a bridge",
    ),
    NON_STATE: (
        "Clash between two groups", "Fighting over a crossing", "Raid and counter-raid", "Clash over grazing land",
        "Fighting near a mine",
    ),
}  # fmt: skip


def table(geography: Geography, history: History, written: Written, rng: np.random.Generator) -> pa.Table:
    """Return the events of `history` as written, in the event schema."""
    n = len(history.day)
    side_a, side_b = _sides(geography, history, rng)
    low, high = _range(history, rng)
    split = _split(history, rng)
    cell = bin_points(written.latitude, written.longitude)
    area = geography.locate(written.latitude, written.longitude)
    regions = geography.regions
    names = np.array([country.name for country in COUNTRIES], dtype=object)
    codes = np.array([country.code for country in COUNTRIES], dtype=object)
    unchecked = (LAST_DAY - history.day < UNCHECKED_DAYS) & (rng.random(n) < 0.3)  # noqa: PLR2004 - a share
    unchecked |= history.day > FINAL_DAY
    one_sided = history.kind == ONE_SIDED
    civilian_deaths = np.where(one_sided, history.deaths, history.civilian_deaths)
    country = names[history.country]
    columns: dict[str, object] = {
        "id": [f"EX-A-{number}" for number in range(FIRST_NUMBER, FIRST_NUMBER + n)],
        "source": constant(SOURCE, n),
        "date_start": dates(written.date_start),
        "date_end": dates(history.day),
        "date_precision": written.date_precision,
        "latitude": written.latitude,
        "longitude": written.longitude,
        "place_precision": written.place_precision,
        "place": texts(written.place),
        "adm_1": texts(written.adm_1),
        "adm_2": texts(written.adm_2),
        "country": texts(country),
        "country_code": texts(codes[history.country]),
        "kind": labels(history.kind, list(KINDS)),
        "actor_a": texts(side_a),
        "actor_b": texts(side_b),
        "conflict": texts("EX " + country + ": " + side_a),
        "dyad": texts(side_a + " - " + side_b),
        "deaths_low": low,
        "deaths_best": history.deaths,
        "deaths_high": high,
        **split,
        "civilian_deaths": civilian_deaths,
        "civilian_harm": one_sided | (split["deaths_civilians"] > 0),
        "verified": ~unchecked,
        "status": labels(unchecked.astype(np.int64), ["Clear", "Check"]),
        "sources_count": 1 + rng.poisson(np.minimum(0.6 + 0.05 * history.deaths, 6.0)),
        "headline": _headlines(history.kind, rng),
        "revision": labels((history.day > FINAL_DAY).astype(np.int64), ["1", "0"]),
        "exercise": np.ones(n, dtype=np.bool_),
        "cell": cell,
        "area": texts(_known(regions.code[area], area >= 0)),
        "area_country": texts(_known(codes[regions.country[area]], area >= 0)),
    }
    return conform_events(pa.table(columns))


def _known(words: Texts, known: NDArray[np.bool_]) -> Texts:
    out = words.copy()
    out[~known] = None
    return out


def _headlines(kind: Ints, rng: np.random.Generator) -> Texts:
    out = np.empty(len(kind), dtype=object)
    for code, lines in _HEADLINES.items():
        rows = np.flatnonzero(kind == code)
        out[rows] = rng.choice(np.array(lines, dtype=object), size=len(rows))
    return out


def _range(history: History, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return low and high estimates: mostly the best one, with a wider range for few."""
    n = len(history.day)
    low = np.where(rng.random(n) < 0.93, history.deaths, np.floor(history.deaths * rng.uniform(0.4, 1.0, n)))  # noqa: PLR2004
    wider = np.ceil(history.deaths * (1.0 + rng.exponential(0.8, n))) + 1
    high = np.where((rng.random(n) < 0.78) & (history.deaths > 0), history.deaths, wider)  # noqa: PLR2004 - a share
    return low.astype(np.int64), high.astype(np.int64)


def _split(history: History, rng: np.random.Generator) -> dict[str, Ints]:
    """Return who the dead were; the four columns add up to the best estimate."""
    one_sided = history.kind == ONE_SIDED
    rest = history.deaths - history.civilian_deaths
    unknown = np.where(one_sided, 0, rng.binomial(rest, 0.25))
    on_a = np.where(one_sided, rest, rng.binomial(rest - unknown, 0.4))
    return {
        "deaths_a": on_a,
        "deaths_b": rest - unknown - on_a,
        "deaths_civilians": history.civilian_deaths,
        "deaths_unknown": unknown,
    }


def _sides(geography: Geography, history: History, rng: np.random.Generator) -> tuple[Texts, Texts]:
    """Return the two sides of each incident: actors keep to a part of their country, and a few do most."""
    rows = [np.flatnonzero(history.country == index) for index in range(len(COUNTRIES))]
    counts = [_actors_in(COLUMNS[of.column].actors, len(own)) for of, own in zip(COUNTRIES, rows, strict=True)]
    side_a, side_b = np.empty(len(history.day), dtype=object), np.empty(len(history.day), dtype=object)
    for own, names in zip(rows, actors.invented(rng, counts), strict=True):
        if len(own):
            first, second = _armed(geography, history.cell[own], len(names) - 1, rng)
            kind = history.kind[own]
            armed, other = names[1 + first], names[1 + second]
            guard = (kind == STATE_BASED) | ((kind == ONE_SIDED) & (rng.random(len(own)) < GUARD_AMONG_ONE_SIDED))
            side_a[own] = np.where(guard, names[0], armed)
            side_b[own] = np.where(kind == ONE_SIDED, actors.CIVILIANS, np.where(kind == STATE_BASED, armed, other))
    return side_a, side_b


def _actors_in(usual: int, incidents: int) -> int:
    """Return how many actors a country has: fewer where fewer incidents can be shared among them."""
    return max(4, round(usual * min(1.0, float(np.sqrt(incidents / 1800.0)))))


def _armed(geography: Geography, cell: Ints, actors_count: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return two different actors for each incident, by weight and distance from their homes (Gumbel maxima)."""
    home = rng.choice(cell, size=actors_count)
    weight = -0.7 * np.log1p(np.arange(actors_count))
    lat, lng = geography.latitude[cell][:, None], geography.longitude[cell][:, None]
    apart = distances_km(lat, lng, geography.latitude[home], geography.longitude[home])
    score: Floats = weight - apart / 250.0 + rng.gumbel(size=apart.shape)
    first = score.argmax(axis=1)
    score[np.arange(len(cell)), first] = -np.inf
    return first, score.argmax(axis=1)
