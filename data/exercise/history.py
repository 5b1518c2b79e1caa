"""What happened in the exercise: background and storylines together, before anyone wrote it down."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.exercise import near_repeat, rates, scripted
from data.exercise.calibration import COLUMNS
from data.exercise.geography import Geography, Ints
from data.exercise.storylines import Plot, Storyline
from data.exercise.tolls import CIVILIAN_PART, deaths_at, tilt_for
from data.exercise.world import COUNTRIES, FIRST_DAY, FIRST_MONDAY, LAST_DAY, stream

STATE_BASED, NON_STATE, ONE_SIDED = 0, 1, 2
BACKGROUND = -1


@dataclass(frozen=True, slots=True)
class History:
    """Incidents by their last day: row of the cell, day, country, storyline (-1 background), kind, deaths."""

    cell: Ints
    day: Ints
    country: Ints
    story: Ints
    kind: Ints
    deaths: Ints
    civilian_deaths: Ints
    only_coded: NDArray[np.bool_]
    """Known to an area or the country only, and coded to the capital: the false hot spot."""

    @property
    def civilian(self) -> NDArray[np.bool_]:
        """Return which incidents are of violence against civilians."""
        return np.asarray((self.kind == ONE_SIDED) | (self.civilian_deaths > 0), dtype=np.bool_)


def simulate(geography: Geography, stories: tuple[Storyline, ...], seed: int) -> History:
    """Return the whole history of a seed."""
    cell, day = _background(geography, seed)
    deaths, kind, killed = _tolls(geography.country[cell], stream(seed, "tolls"))
    harm = (kind == ONE_SIDED) | (killed > 0)
    keep = ~harm | scripted.kept(geography, stories, cell, day)
    cell, day, deaths, kind, killed = cell[keep], day[keep], deaths[keep], kind[keep], killed[keep]
    script = scripted.play(geography, stories, stream(seed, "stories"))
    rng = stream(seed, "story tolls")
    scripted_kind = np.where(script.civilian & (rng.random(len(script.day)) < 0.8), ONE_SIDED, STATE_BASED)  # noqa: PLR2004 - share
    fighters = np.floor(rng.exponential(1.5, len(script.day))).astype(np.int64) * (scripted_kind == STATE_BASED)
    story = np.concatenate([np.full(len(cell), BACKGROUND), script.story])
    coded = np.array([s.plot is Plot.FALSE_HOT_SPOT for s in stories] + [False])
    cell = np.concatenate([cell, script.cell])
    day = np.concatenate([day, script.day])
    order = np.lexsort((cell, day))
    return History(
        cell[order],
        day[order],
        geography.country[cell][order],
        story[order],
        np.concatenate([kind, scripted_kind])[order],
        np.concatenate([deaths, script.civilian_deaths + fighters])[order],
        np.concatenate([killed, script.civilian_deaths])[order],
        coded[story][order],
    )


def _background(geography: Geography, seed: int) -> tuple[Ints, Ints]:
    weekly = rates.weekly_counts(geography, stream(seed, "rates"))
    rng = stream(seed, "repeats")
    cell = np.repeat(weekly.cell, weekly.count)
    day = FIRST_MONDAY + np.repeat(weekly.week, weekly.count) * 7 + rng.integers(0, 7, int(weekly.count.sum()))
    cell, day = near_repeat.with_repeats(geography, cell, day, rng)
    inside = (day >= FIRST_DAY) & (day <= LAST_DAY)
    return cell[inside], day[inside]


def _tolls(country: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Return all deaths, kind and civilian deaths of background incidents."""
    deaths, kind, killed = (np.zeros(len(country), dtype=np.int64) for _ in range(3))
    for index, of in enumerate(COUNTRIES):
        column = COLUMNS[of.column]
        rows = np.flatnonzero(country == index)
        exact = np.round(deaths_at(column, rng.random(len(rows))))
        harmed = rng.random(len(rows)) < tilt_for(column).chance(exact)
        alone = harmed & ((rng.random(len(rows)) < column.kinds[2] / column.civilian_incidents) | (exact < 1))
        others = rng.random(len(rows)) * (column.kinds[0] + column.kinds[1]) < column.kinds[0]
        kind[rows] = np.where(alone, ONE_SIDED, np.where(others, STATE_BASED, NON_STATE))
        part = rng.beta(2.0, 2.0 * (1.0 - CIVILIAN_PART) / CIVILIAN_PART, len(rows))
        among = np.maximum(np.round(exact * part), 1.0)
        killed[rows] = np.where(alone, exact, np.where(harmed, among, 0.0)).astype(np.int64)
        deaths[rows] = exact.astype(np.int64)
    return deaths, kind, killed
