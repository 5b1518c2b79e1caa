"""The study areas that a person can choose: named groups of the exercise, everything, and each covered country."""

from dataclasses import dataclass

import numpy as np

from data.holdings import Holdings
from export.geography import Geography
from geo.coverage import EVERYWHERE
from geo.study_area import StudyArea

EXERCISE_GROUPS = (
    ("Chad to Ethiopia", StudyArea(("CAF", "ERI", "ETH", "SDN", "SSD", "TCD"))),
    ("Mali to Nigeria", StudyArea(("BFA", "MLI", "NER", "NGA"))),
)
"""Eritrea and Ethiopia are asked for and not covered: it must be seen that nobody looked there."""


_MANY, _YEAR = 12, 365


@dataclass(frozen=True, slots=True)
class StudyChoice:
    """One study area to choose: how it stands in the address, and what it is called."""

    place: str
    label: str


def study_choices(holdings: Holdings, geography: Geography, *, exercise: bool) -> tuple[StudyChoice, ...]:
    """Return what can be chosen, the one that opens first."""
    groups = [StudyChoice(area.to_text(), label) for label, area in EXERCISE_GROUPS] if exercise else []
    codes = {code for code in holdings.coverage.country if code != EVERYWHERE} | set(holdings.events.country_codes)
    known = sorted(
        (code for code in codes if code in geography.countries), key=lambda code: geography.countries[code].name
    )
    count = len(known)
    everything = "Whole study area" if count != 1 else geography.countries[known[0]].name
    whole = StudyChoice("", f"{everything}, {count} countries" if count > 1 else everything)
    each = [StudyChoice(code, geography.countries[code].name) for code in known] if count > 1 else []
    if count > _MANY and (most := _most_recorded(holdings)):
        first = StudyChoice(most, geography.country_name(most))
        return (first, *groups, whole, *(choice for choice in each if choice != first))
    return (*groups, whole, *each)


def _most_recorded(holdings: Holdings) -> str:
    """The country with the most records in the last year held, "" for none: a map of the world shows no cell."""
    events = holdings.events
    if not (events.country >= 0).any():
        return ""
    late = (events.end_day > events.end_day[events.country >= 0].max() - _YEAR) & (events.country >= 0)
    return events.country_codes[int(np.bincount(events.country[late]).argmax())]
