"""The exercise's many observations do not confuse the two layers that are drawn from them."""

import datetime as dt

import numpy as np
import pyarrow as pa

from export.observed import forecast, layers_observed
from geo.study_area import StudyArea
from geo.view import LayerName
from tests.data.exercised import exercise


def test_the_map_draws_the_probability_not_a_quantile() -> None:
    every = [exercise().tables[source] for source in ("ex_risk", "ex_forecast", "ex_stock", "ex_displacement")]
    observations = pa.concat_tables(every).unify_dictionaries()
    drawn = forecast(observations, dt.date(2048, 12, 27), StudyArea.parse(""))
    assert drawn is not None
    assert len(np.unique(drawn.cells)) == len(drawn.cells)
    assert drawn.probability.max() <= 1
    assert layers_observed(observations) == {LayerName.DISPLACEMENT, LayerName.RISK}
