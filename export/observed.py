"""Observations as the layers draw them: displacement flows over a window, the risk forecast known at a date."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.areas import Areas
from geo.cells import Cells
from geo.coordinates import Degrees
from geo.periods import date_text, span_text, to_day
from geo.study_area import StudyArea
from geo.view import LayerName
from layers.displacement import Flows

DISPLACED = "displaced_new"
RISK = "risk_probability"


@dataclass(frozen=True, slots=True)
class Forecast:
    """One issue of a forecast on H3 cells: `probability` (cells,), when it was `made` and the span it speaks of."""

    cells: Cells
    probability: NDArray[np.float64]
    made: str
    span: str


def layers_observed(observations: pa.Table) -> set[LayerName]:
    """Return the layers that the observations feed."""
    measures = set(pc.unique(observations["measure"].cast(pa.string())).to_pylist())
    fed = {LayerName.DISPLACEMENT: DISPLACED, LayerName.RISK: RISK}
    return {name for name, measure in fed.items() if measure in measures}


def flows(
    observations: pa.Table, first: dt.date, last: dt.date, areas: Areas, study: StudyArea, known: dt.date | None = None
) -> tuple[Flows, str]:
    """Return people newly displaced in periods that begin in the window, by origin and destination, and its span.

    Only flows out of or into the study area. Several flows of one pair are added: they are flows, not stocks.
    """
    if known is not None:
        observations = observations.filter(pc.field("known_at") <= known)
    chosen = observations.filter(
        (pc.field("measure") == DISPLACED)
        & (pc.field("kind") == "flow")
        & (pc.field("period_start") >= first)
        & (pc.field("period_start") <= last)
        & pc.is_valid(pc.field("value"))
        & pc.is_valid(pc.field("origin_longitude"))
    )
    if study.countries:
        inside = pa.array(areas.codes[study.holds(areas.countries)].astype(str).tolist(), pa.string())
        chosen = chosen.filter(_among("origin_area", inside) | _among("area", inside))
    pairs = chosen.group_by(["origin_area", "area"]).aggregate(
        [
            ("value", "sum"),
            ("origin_longitude", "mean"),
            ("origin_latitude", "mean"),
            ("longitude", "mean"),
            ("latitude", "mean"),
            ("period_end", "max"),
        ]
    )
    names = {str(code): str(name) for code, name in zip(areas.codes, areas.names, strict=True)}

    def column(name: str) -> Degrees:
        return np.asarray(pairs[name].to_numpy(), dtype=np.float64)

    def labels(name: str) -> NDArray[np.object_]:
        codes = pairs[name].cast(pa.string()).to_pylist()
        return np.array([names.get(code, code or "") for code in codes], dtype=object)

    ends = pairs["period_end_max"].to_pylist()
    span = span_text(to_day(first), to_day(max(ends)) - 1) if ends else ""
    drawn = Flows(
        column("origin_longitude_mean"),
        column("origin_latitude_mean"),
        labels("origin_area"),
        column("longitude_mean"),
        column("latitude_mean"),
        labels("area"),
        column("value_sum").round().astype(np.int64),
    )
    return drawn, span


def _among(name: str, codes: pa.Array) -> pc.Expression:
    return pc.field(name).cast(pa.string()).isin(codes)


def forecast(observations: pa.Table, known: dt.date, study: StudyArea) -> Forecast | None:
    """Return the latest issue of the risk forecast that was known on a date, None where there was none."""
    risk = observations.filter((pc.field("measure") == RISK) & (pc.field("known_at") <= known) & (pc.field("cell") > 0))
    if study.countries:
        risk = risk.filter(_among("country_code", pa.array(study.countries)))
    if not risk.num_rows:
        return None
    made = pc.max(risk["known_at"]).as_py()
    issue = risk.filter(pc.field("known_at") == made)
    start, end = pc.min(issue["period_start"]).as_py(), pc.max(issue["period_end"]).as_py()
    return Forecast(
        issue["cell"].to_numpy(),
        issue["value"].to_numpy(),
        date_text(to_day(made)),
        span_text(to_day(start), to_day(end) - 1),
    )
