"""Plays the storylines: clears the background around each place and puts the scripted incidents there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.exercise.geography import Floats, Geography, Ints, distances_km, index_of
from data.exercise.storylines import Plot, Storyline
from data.exercise.world import FINAL_DAY, FIRST_DAY, LAST_DAY, RECENT_WEEKS, YEAR_WEEKS

HISTORY_YEARS = 3
EARLIER = 0.5
"""Rate in the years before those, waxing to the usual one, in parts of it."""

AFTERWARDS = 0.5
"""Pace after a story that ends early, in parts of its recent one."""

OTHER_VIOLENCE = 0.3
"""Incidents without harm to civilians, for each incident with."""

_RECENT_DAYS = RECENT_WEEKS * 7
_UNEVEN, _EVEN = 1.5, 8.0
_CLEAR = 1.5  # the background is cleared a little wider than the story reaches


@dataclass(frozen=True, slots=True)
class Script:
    """Scripted incidents: row of the cell, last day, index of the storyline, harm to civilians, civilians killed."""

    cell: Ints
    day: Ints
    story: Ints
    civilian: NDArray[np.bool_]
    civilian_deaths: Ints


def kept(geography: Geography, stories: tuple[Storyline, ...], cell: Ints, day: Ints) -> NDArray[np.bool_]:
    """Return which incidents of the background lie outside every story's place and time."""
    out = np.ones(len(cell), dtype=np.bool_)
    for story in stories:
        late = day > story.last_day - _RECENT_DAYS - HISTORY_YEARS * YEAR_WEEKS * 7
        near = _apart(geography, story) <= _CLEAR * story.radius_km
        out &= ~(late & near[cell])
    return out


def play(geography: Geography, stories: tuple[Storyline, ...], rng: np.random.Generator) -> Script:
    """Return the scripted incidents of all stories."""
    parts = [_one(geography, story, number, rng) for number, story in enumerate(stories)]
    return Script(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _apart(geography: Geography, story: Storyline) -> Floats:
    return distances_km(geography.latitude, geography.longitude, *geography.town(story.town, story.country))


def _one(
    geography: Geography, story: Storyline, number: int, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, NDArray[np.bool_], Ints]:
    start = story.last_day - _RECENT_DAYS + 1
    yearly = round(story.usual * YEAR_WEEKS / RECENT_WEEKS)
    earlier = (start - FIRST_DAY) // 7 - HISTORY_YEARS * YEAR_WEEKS
    waxing = round(story.usual * earlier / RECENT_WEEKS * EARLIER)
    before = [start - 7 * (HISTORY_YEARS * YEAR_WEEKS + earlier) + _spread(waxing, earlier, 0.9, _UNEVEN, rng)]
    before += [  # a year's number is exact, so that the ratio is; its weeks are uneven
        start - 7 * YEAR_WEEKS * (year + 1) + _spread(yearly, YEAR_WEEKS, 0.0, _UNEVEN, rng)
        for year in range(HISTORY_YEARS)
    ]
    usual = sum(len(part) for part in before)
    growing = 0.7 if story.recent > story.usual else 0.0
    recent = start + _spread(story.recent, RECENT_WEEKS, growing, _EVEN, rng)
    late_weeks = (LAST_DAY - story.last_day) // 7
    pace = 1 + growing if story.last_day == FINAL_DAY else AFTERWARDS
    coming = round(story.recent * late_weeks / RECENT_WEEKS * pace)
    late = story.last_day + 1 + _spread(coming, late_weeks, 0.0, _EVEN, rng)
    deaths = np.concatenate(
        [
            np.minimum(np.floor(np.exp(rng.normal(0.6, 0.9, usual))).astype(np.int64) + 1, 25),
            _shared(story.recent_deaths, story.recent, rng),
            np.floor(np.exp(rng.normal(0.6, 0.8, len(late)))).astype(np.int64) + 1,
        ]
    )
    harm = np.concatenate([*before, recent, late])
    other = rng.choice(harm, size=int(OTHER_VIOLENCE * len(harm)))
    if story.plot is Plot.FALSE_HOT_SPOT:
        other = other[:0]
    day = np.concatenate([harm, other])
    civilian = np.arange(len(day)) < len(harm)
    killed = np.concatenate([deaths, np.zeros(len(other), dtype=np.int64)])
    return _cells(geography, story, len(day), rng), day, np.full(len(day), number), civilian, killed


def _spread(count: int, weeks: int, growing: float, even: float, rng: np.random.Generator) -> Ints:
    """Return `count` days in `weeks` weeks: density 1 - g to 1 + g, times a weekly gamma of shape `even`."""
    density = 1.0 + growing * np.linspace(-1.0, 1.0, weeks)
    weight = density * rng.gamma(even, size=weeks)
    week = rng.choice(weeks, size=count, p=weight / weight.sum())
    return np.asarray(7 * week + rng.integers(0, 7, count), dtype=np.int64)


def _shared(total: int, count: int, rng: np.random.Generator) -> Ints:
    """Return whole numbers of at least one, heavy-tailed, that add up to `total` (or to `count` if that is more)."""
    share = np.exp(rng.normal(0.0, 0.9, count))
    rest = max(total - count, 0)
    exact = rest * share / share.sum()
    out = np.floor(exact).astype(np.int64)
    out[np.argsort(out - exact)[: rest - int(out.sum())]] += 1
    return np.asarray(out + 1, dtype=np.int64)


def _cells(geography: Geography, story: Storyline, count: int, rng: np.random.Generator) -> Ints:
    apart = _apart(geography, story)
    own = np.flatnonzero((apart <= story.radius_km) & (geography.country == index_of(story.country)))
    lat, lng = geography.town(story.town, story.country)
    north, east = geography.latitude[own] - lat, (geography.longitude[own] - lng) * np.cos(np.radians(lat))
    turn = rng.uniform(0.0, np.pi)
    along = (north * np.cos(turn) + east * np.sin(turn)) / np.maximum(np.hypot(north, east), 1e-6)
    shorter = 1.0 - 0.7 * along**2  # longer in one direction: nothing real is round
    weight = np.exp(-shorter * (apart[own] / (0.5 * story.radius_km)) ** 2 + rng.normal(0.0, 1.2, len(own)))
    return own[rng.choice(len(own), size=count, p=weight / weight.sum())]
