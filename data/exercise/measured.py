"""The exercise measured against the aggregate figures it is calibrated on, and the page that prints both.

The background only: the storylines are meant to stand out. Incidents of place precision 1 to 3 in cells of resolution
5, weeks by last day. The column of a country that others borrow is measured on all that borrow it: in a
small country one busy cell decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.exercise import actors
from data.exercise.build import EVENT_SOURCES, Exercise
from data.exercise.calibration import COLUMNS, Column, known_by_age
from data.exercise.geography import Geography, index_of
from data.exercise.history import BACKGROUND
from data.exercise.world import COUNTRIES, FINAL_DAY, FIRST_DAY
from geo.cells import parents
from geo.periods import to_day

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ABSOLUTE, RELATIVE, FACTOR = "absolute", "relative", "factor"
TAIL_FROM: Final = 30
"""Deaths from which the tail index is measured (Hill)."""

_HALF_YEAR_WEEKS = 26
_DELAY_AGES: Final = (0, 1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one column: what is wanted, what the exercise gives, how far apart they may be, and how."""

    name: str
    column: str
    wanted: float
    measured: float
    tolerance: float
    how: str = ABSOLUTE

    @property
    def met(self) -> bool:
        """Return whether the measured value lies within the tolerance."""
        if self.how == FACTOR:
            return bool(1.0 / self.tolerance <= self.measured / self.wanted <= self.tolerance)
        allowed = self.tolerance * (abs(self.wanted) if self.how == RELATIVE else 1.0)
        return bool(abs(self.measured - self.wanted) <= allowed)

    @property
    def tolerance_text(self) -> str:
        """Return the tolerance as the page prints it."""
        return {
            ABSOLUTE: f"± {self.tolerance:g}",
            RELATIVE: f"± {self.tolerance:.0%}",
            FACTOR: f"x or / {self.tolerance:g}",
        }[self.how]


@dataclass(frozen=True, slots=True)
class Sample:
    """Background records of the countries of a column, weekly counts by country, and its own country's cells."""

    column: Column
    deaths: Floats
    civilian_deaths: Floats
    civilian: NDArray[np.bool_]
    place_precision: Ints
    date_precision: Ints
    counts: tuple[Ints, ...]
    """Cells with an incident x weeks, for each country."""
    cells: int
    """Cells that can be active in all countries: those that borrow the column count as inhabited as they are."""
    own_actors: int
    """Actors with ten or more incidents in the country whose name the column has."""


def figures(exercise: Exercise, geography: Geography) -> list[Figure]:
    """Return every figure with its target and tolerance: by column, then the delays of both sources of events."""
    out = []
    for name, column in COLUMNS.items():
        sample = _sample(exercise, geography, name)
        out += [
            Figure(label, name, wanted(column), measure(sample), tolerance, how)
            for label, wanted, measure, tolerance, how in _FIGURES
        ]
    return out + _delays(exercise)


def page(found: list[Figure]) -> str:
    """Return the table of the figures in Markdown, one row each, as docs/exercise.md holds it between its two marks."""
    head = "| figure | column or source | target | measured | tolerance |\n|---|---|---|---|---|"
    rows = [
        f"| {one.name} | {one.column} | {one.wanted:.3g} | {one.measured:.3g} | {one.tolerance_text} |" for one in found
    ]
    return "\n".join([head, *rows])


def _sample(exercise: Exercise, geography: Geography, name: str) -> Sample:
    table = exercise.tables["ex_a"]
    background = exercise.recorded.story == BACKGROUND
    background &= table["date_end"].cast(pa.int32()).to_numpy() <= FINAL_DAY
    table = table.filter(pa.array(background))
    code = np.asarray(table["country_code"].cast(pa.string()).to_pylist(), dtype=object)
    borrow = [country for country in COUNTRIES if country.column == name]
    counts, cells = [], 0.0
    for country in borrow:
        own = table.filter(pa.array(code == country.code))
        counts.append(_weekly(own, min(FINAL_DAY, to_day(country.last))))
        cells += country.inhabited * float((geography.country == index_of(country.code)).sum())
    inside = table.filter(pa.array(np.isin(code, [country.code for country in borrow])))
    home = next(country.code for country in borrow if country.name == name)
    sides = table.filter(pa.array(code == home))
    return Sample(
        COLUMNS[name],
        inside["deaths_best"].to_numpy().astype(np.float64),
        inside["civilian_deaths"].to_numpy().astype(np.float64),
        inside["civilian_harm"].to_numpy(),
        inside["place_precision"].to_numpy().astype(np.int64),
        inside["date_precision"].to_numpy().astype(np.int64),
        tuple(counts),
        round(cells),
        _busy_actors(sides),
    )


def _weekly(own: pa.Table, last: int) -> Ints:
    placed = own.filter(pa.array(own["place_precision"].to_numpy() <= 3))  # noqa: PLR2004 - what enters cells
    cells, row = np.unique(parents(placed["cell"].to_numpy(), 5), return_inverse=True)
    counts = np.zeros((len(cells), (last - FIRST_DAY) // 7 + 1), dtype=np.int64)
    np.add.at(counts, (row, (placed["date_end"].cast(pa.int32()).to_numpy() - FIRST_DAY) // 7), 1)
    return counts


def _busy_actors(own: pa.Table) -> int:
    sides = [own[name].cast(pa.string()).to_numpy() for name in ("actor_a", "actor_b")]
    names, count = np.unique(np.concatenate(sides).astype(str), return_counts=True)
    return int((count[names != actors.CIVILIANS] >= 10).sum())  # noqa: PLR2004 - as evidence.md counts them


def pooled_size(counts: tuple[Ints, ...]) -> float:
    """Return the negative-binomial size by moments: sum of squared means over sum of excess variances of the rows."""
    square = sum(float((one.mean(axis=1) ** 2).sum()) for one in counts)
    excess = sum(float((one.var(axis=1, ddof=1) - one.mean(axis=1)).sum()) for one in counts)
    return square / excess


def half_years(counts: tuple[Ints, ...]) -> tuple[Ints, ...]:
    """Return each row cut into spans of 26 weeks, every span a row."""
    return tuple(one[:, : one.shape[1] // _HALF_YEAR_WEEKS * _HALF_YEAR_WEEKS].reshape(-1, 26) for one in counts)


def autocorrelation(counts: tuple[Ints, ...], lag: int) -> float:
    """Return the autocorrelation at a lag of weeks, pooled over cells by their variance."""
    apart = [one - one.mean(axis=1, keepdims=True) for one in counts]
    together = sum(float((one[:, lag:] * one[:, :-lag]).sum()) for one in apart)
    return together / sum(float((one**2).sum()) for one in apart)


def tail_index(deaths: Floats) -> float:
    """Return Hill's index of the deaths from 30 on (half a death below, since they are whole numbers)."""
    tail = deaths[deaths >= TAIL_FROM]
    return float(1.0 / np.log(tail / (TAIL_FROM - 0.5)).mean())


def _all(sample: Sample) -> Ints:
    return np.concatenate([one.ravel() for one in sample.counts])


_Row = tuple[str, Callable[[Column], float], Callable[[Sample], float], float, str]
_FIGURES: Final[tuple[_Row, ...]] = (
    ("cells ever active, share", lambda c: c.active_share, lambda s: sum(map(len, s.counts)) / s.cells, 0.2, RELATIVE),
    ("zero cell-weeks there, share", lambda c: c.zeros, lambda s: float((_all(s) == 0).mean()), 0.005, ABSOLUTE),
    ("incidents per cell-week there", lambda c: c.rate * c.busier, lambda s: float(_all(s).mean()), 0.2, RELATIVE),
    ("negative-binomial size, whole period", lambda c: c.size_whole, lambda s: pooled_size(s.counts), 2.2, FACTOR),
    (
        "negative-binomial size, within 26 weeks",
        lambda c: c.size_half_year, lambda s: pooled_size(half_years(s.counts)), 2.2, FACTOR,
    ),
    ("autocorrelation, 1 week", lambda c: c.autocorrelation[0], lambda s: autocorrelation(s.counts, 1), 0.15, ABSOLUTE),
    (
        "autocorrelation, 13 weeks",
        lambda c: c.autocorrelation[1], lambda s: autocorrelation(s.counts, 13), 0.15, ABSOLUTE,
    ),
    ("civilian share of incidents", lambda c: c.civilian_incidents, lambda s: float(s.civilian.mean()), 0.05, ABSOLUTE),
    (
        "civilian share of deaths",
        lambda c: c.civilian_deaths, lambda s: float(s.civilian_deaths.sum() / s.deaths.sum()), 0.08, ABSOLUTE,
    ),
    ("deaths per incident, median", lambda c: c.deaths[0], lambda s: float(np.median(s.deaths)), 1.0, ABSOLUTE),
    ("deaths per incident, 95 %", lambda c: c.deaths[1], lambda s: float(np.quantile(s.deaths, 0.95)), 0.2, RELATIVE),
    ("deaths per incident, 99 %", lambda c: c.deaths[2], lambda s: float(np.quantile(s.deaths, 0.99)), 0.45, RELATIVE),
    ("tail index of deaths", lambda c: c.tail_index, lambda s: tail_index(s.deaths), 0.25, RELATIVE),
    (
        "place precision 4 and worse, share",
        lambda c: sum(c.place_precision[3:]), lambda s: float((s.place_precision > 3).mean()), 0.02, ABSOLUTE,  # noqa: PLR2004
    ),
    (
        "date known to the day, share",
        lambda c: c.date_precision[0], lambda s: float((s.date_precision == 1).mean()), 0.02, ABSOLUTE,
    ),
    ("actors with 10 incidents or more", lambda c: float(c.actors), lambda s: float(s.own_actors), 0.2, RELATIVE),
)  # fmt: skip


def _delays(exercise: Exercise) -> list[Figure]:
    out = []
    for source in EVENT_SOURCES:
        spells = exercise.vintages[source].select(["id", "date_end", "known_from", "fate"]).to_pandas()
        first = spells[spells["fate"] != "deleted"].groupby("id")[["date_end", "known_from"]].min()
        day, came = (first[name].to_numpy().astype("datetime64[D]").astype(np.int64) for name in first.columns)
        settled = day <= FINAL_DAY - 7 * len(known_by_age(source))
        weeks = (came - day)[settled] // 7
        out += [
            Figure(
                f"in after {age} weeks, share", source, known_by_age(source)[age], float((weeks <= age).mean()), 0.02
            )
            for age in _DELAY_AGES
        ]
    return out
