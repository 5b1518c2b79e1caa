"""The questions about observations: stock or flow, what is measured, in what unit, over which period."""

from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from data import geodata
from data.mapping.dates import spans
from data.mapping.fields import normal
from data.mapping.looks import Look
from data.mapping.mapping import Mapping, Question

STOCK_OPTIONS: Final = (
    ("stock", "How many there are on a day (stock)"),
    ("flow", "How many are new in the period (flow)"),
    ("count", "Things counted in the period, such as events or articles"),
    ("index", "A score or index: it never adds"),
)
_CERTAIN: Final = 0.95
_PRIO_GRID: Final = frozenset({"gid", "pg_id", "priogrid_gid"})
_STOCK_WORDS: Final = frozenset({"stock", "present", "idps", "idp", "total", "population", "residents", "refugees"})
_FLOW_WORDS: Final = frozenset(
    {"new", "newly", "flow", "arrivals", "departures", "displacements", "movements", "nuevos"}
)
_MOST: Final = 0.5


def ask_of_observations(mapping: Mapping, looks: dict[str, Look]) -> tuple[Mapping, list[Question]]:
    """Return the mapping with the sort of its codes settled, and its questions: stock or flow, measure, unit, days."""
    settings = mapping.settings
    words = frozenset(normal(f"{settings.title} {' '.join(look.name for look in looks.values())}").split("_"))
    asked = []
    if not settings.observation_kind:
        hint = "flow" if words & _FLOW_WORDS else "stock" if words & _STOCK_WORDS else ""
        text = "Is the value how many there are on a day (stock), or how many are new in a period (flow)?"
        asked.append(Question("observation_kind", text, STOCK_OPTIONS, hint, required=True))
    if "measure" not in looks and not settings.measure:
        name = looks["value"].name if "value" in looks else ""
        asked.append(Question("measure", "What is measured? Such as: people displaced.", (), name, required=True))
    if "unit" not in looks and not settings.unit:
        asked.append(Question("unit", "In what unit? Such as: people, households.", (), "people", required=True))
    if "period" in looks and not settings.period_length:
        asked += _period(mapping, looks["period"])
    if "place_code" in looks:
        settings = replace(settings, code=_code(looks["place_code"]))
    return replace(mapping, settings=settings), asked


def _period(mapping: Mapping, look: Look) -> list[Question]:
    """Ask what dates that all are the first or last of a month stand for."""
    found = spans(look.filled, mapping.settings.date_order)
    days = found.first[found.good & (found.precision == 0)].astype("datetime64[D]")
    if not len(days):
        return []
    firsts, lasts = (days.astype("datetime64[M]") == days), ((days + 1).astype("datetime64[M]") == days + 1)
    if not (firsts.all() or lasts.all()):
        return []
    which = "first" if firsts.all() else "last"
    options = (("day", "That day"), ("month", "Its whole month"), ("year", "Its whole year"))
    text = f"All dates are the {which} of a month. What does a date stand for?"
    return [Question("period_length", text, options, "", required=True)]


def _code(look: Look) -> str:
    shipped = pc.is_in(look.filled, pa.array(geodata.admin1("coarse").codes.astype(str).tolist()))
    if look.share(shipped.to_numpy(zero_copy_only=False)) >= _MOST:
        return "adm1"
    if look.fit("whole") >= _CERTAIN and normal(look.name) in _PRIO_GRID:
        return "pg"
    letters = pc.match_substring_regex(look.filled, r"^[A-Za-z]{2,3}[0-9]+")
    return "pcode" if look.share(letters.to_numpy(zero_copy_only=False)) >= _MOST else "name"
