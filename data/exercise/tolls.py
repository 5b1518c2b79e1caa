"""Deaths per incident: a body from quantiles, a Pareto tail, and who the dead were."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from data.exercise.calibration import Column

CIVILIAN_PART = 0.45
"""Share of civilians among the dead of an incident that is not one-sided but harmed civilians."""

_GRID = 4000

Floats = NDArray[np.float64]


def deaths_at(column: Column, probability: Floats) -> Floats:
    """Return the deaths (not rounded) at each probability: log-linear between quantiles, then a cut Pareto tail."""
    levels, values = (np.array(part) for part in zip(*column.deaths_quantiles, strict=True))
    body = np.exp(np.interp(probability, levels, np.log(values)))
    top = levels[-1]
    beyond = np.clip((1.0 - probability) / (1.0 - top), 0.0, 1.0)
    least = (values[-1] / column.most) ** column.tail_index
    tail = values[-1] * (least + (1.0 - least) * beyond) ** (-1.0 / column.tail_index)
    deaths = np.where(probability > top, tail, body)
    return np.where(probability < levels[0], 0.0, deaths)


@dataclass(frozen=True, slots=True)
class CivilianTilt:
    """Chance that an incident harmed civilians, falling with its deaths: logistic(a - b log1p(deaths))."""

    a: float
    b: float

    def chance(self, deaths: Floats) -> Floats:
        """Return the chance for each number of deaths; none counts as one."""
        return np.asarray(1.0 / (1.0 + np.exp(self.b * np.log1p(np.maximum(deaths, 1.0)) - self.a)), dtype=np.float64)


def tilt_for(column: Column) -> CivilianTilt:
    """Return the tilt that meets the column's civilian share of incidents and of deaths."""
    ranks: Floats = np.linspace(0.5 / _GRID, 1.0 - 0.5 / _GRID, _GRID)
    deaths = np.round(deaths_at(column, ranks))
    one_sided = column.kinds[2] / column.civilian_incidents
    part = one_sided + (1.0 - one_sided) * CIVILIAN_PART

    def level(b: float) -> float:
        def excess(a: float) -> float:
            return float(CivilianTilt(a, b).chance(deaths).mean()) - column.civilian_incidents

        return float(brentq(excess, -20.0, 20.0))

    def share(b: float) -> float:
        chance = CivilianTilt(level(b), b).chance(deaths)
        return float((chance * deaths).sum() / deaths.sum()) * part - column.civilian_deaths

    slope = float(brentq(share, -2.0, 3.0))
    return CivilianTilt(level(slope), slope)
