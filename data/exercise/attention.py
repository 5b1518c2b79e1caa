"""Attention: articles about a country in a month; some countries get many, others few, all more after many deaths."""

import numpy as np
import pyarrow as pa

from data.columns import constant
from data.exercise.arrow import dates, texts
from data.exercise.history import History
from data.exercise.world import CLOCK, COUNTRIES, FIRST_DATE
from data.observations import conform_observations

SOURCE = "ex_attention"
REPORT_DAYS = 2
_USUAL = {"SDN": 45.0, "SSD": 60.0, "TCD": 20.0, "CAF": 12.0, "NGA": 1100.0, "NER": 90.0, "BFA": 190.0, "MLI": 420.0}


def table(history: History, rng: np.random.Generator) -> pa.Table:
    """Return articles by country and month, to the last whole month before the clock."""
    first = (FIRST_DATE.year - 1970) * 12
    months = (CLOCK.year - FIRST_DATE.year) * 12 + CLOCK.month - 1
    month = history.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) - first
    killed = np.zeros((len(COUNTRIES), months + 1))
    np.add.at(killed, (history.country, month), history.civilian_deaths)
    killed = killed[:, :months]
    usual = np.array([_USUAL[country.code] for country in COUNTRIES])[:, None]
    mean = usual * (1.0 + 0.3 * np.log1p(killed / 20.0)) * np.exp(rng.normal(0.0, 0.25, killed.shape))
    starts = np.arange(first, first + months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    n = killed.size
    codes = np.array([country.code for country in COUNTRIES], dtype=object)
    columns: dict[str, object] = {
        "source": constant(SOURCE, n),
        "measure": constant("articles", n),
        "kind": constant("count", n),
        "value": rng.poisson(mean).ravel().astype(np.float64),
        "unit": constant("articles", n),
        "state": constant("observed", n),
        "period_start": dates(np.tile(starts[:-1], len(COUNTRIES))),
        "period_end": dates(np.tile(starts[1:], len(COUNTRIES))),
        "known_at": dates(np.tile(starts[1:], len(COUNTRIES)) + REPORT_DAYS),
        "cell": np.zeros(n, dtype=np.uint64),
        "country_code": texts(np.repeat(codes, months)),
        "origin_cell": np.zeros(n, dtype=np.uint64),
        "exercise": np.ones(n, dtype=np.bool_),
    }
    return conform_observations(pa.table(columns))
