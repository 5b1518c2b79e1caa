"""The files of UNHCR's statistics: which columns tell one from another, and what each column counts."""

from dataclasses import dataclass
from typing import Final

import pyarrow.compute as pc

from data.card import Card
from data.readers.json_records import JsonRecords
from data.readers.opened import Opened
from data.sources.observation_rows import Rows
from geo.errors import FileRefused

CODES: Final = frozenset({"iso_code", "unhcr_code", "name"})
"""Column names of UNHCR's table of country codes."""

ALIASES: Final = {
    "country_of_origin": "coo_name",
    "country_of_origin_iso": "coo_iso",
    "country_of_asylum": "coa_name",
    "country_of_asylum_iso": "coa_iso",
    "refugees_under_unhcr_s_mandate": "refugees",
    "idps_of_concern_to_unhcr": "idps",
    "other_people_in_need_of_international_protection": "oip",
    "stateless_persons": "stateless",
    "others_of_concern": "ooc",
    "others_of_concern_to_unhcr": "ooc",
    "host_community": "hst",
}
"""Column names of the download page (Refugee Data Finder), as those of the interface."""

POPULATION_TYPES: Final = {
    "REF": "refugees",
    "ASY": "asylum_seekers",
    "IDP": "idps",
    "OIP": "oip",
    "STA": "stateless",
    "OOC": "ooc",
    "HST": "hst",
    "RET": "returned_refugees",
    "RDP": "returned_idps",
}
"""UNHCR's codes of population types and the names of their columns."""

_CITATION: Final = "UNHCR Refugee Population Statistics Database"


def _card(name: str, title: str, scope_note: str, publisher: str = "UNHCR", citation: str = _CITATION) -> Card:
    return Card(
        key=f"unhcr_{name}",
        title=title,
        publisher=publisher,
        citation=citation,
        licence="CC BY 4.0",
        raw_shareable=True,
        rhythm="once a year, in June, for the years to the end of the year before",
        lag_days=165,
        mutability="living",
        scope_note=scope_note,
        namespace=f"unhcr_{name}",
    )


@dataclass(frozen=True, slots=True)
class File:
    """One of UNHCR's files: its card, its columns of figures, and the columns that no other file has."""

    name: str
    card: Card
    figures: tuple[str, ...]
    telling: frozenset[str]
    prefix: str
    by_location: bool = False


POPULATION: Final = File(
    "population",
    _card("population", "UNHCR population figures", "Countries only; people of concern to UNHCR, at the year's end."),
    ("refugees", "asylum_seekers", "returned_refugees", "idps", "returned_idps", "stateless", "ooc", "oip", "hst"),
    frozenset({"idps", "stateless", "ooc", "hst"}),
    "unhcr.",
)
FLOWS: Final = File(
    "flows",
    _card("flows", "UNHCR forced displacement flows", "Countries only; arrivals recorded within a year."),
    ("refugees", "asylum_seekers", "refugee_like", "oip"),
    frozenset({"refugee_like"}),
    "unhcr.new_",
)
SOLUTIONS: Final = File(
    "solutions",
    _card("solutions", "UNHCR durable solutions", "Countries only; returns, resettlement and naturalisation."),
    ("returned_refugees", "resettlement", "naturalisation", "returned_idps"),
    frozenset({"resettlement", "naturalisation"}),
    "unhcr.solutions_",
)
DEMOGRAPHICS: Final = File(
    "demographics",
    _card("demographics", "UNHCR demographics by location", "Locations by name, without coordinates; ages are left."),
    ("total", "f_total", "m_total"),
    frozenset({"pop_type"}),
    "unhcr.located_",
    by_location=True,
)
IDMC: Final = File(
    "idmc",
    _card(
        "idmc",
        "IDMC figures published by UNHCR",
        "Countries only; people displaced by conflict within their country, at the year's end.",
        "Internal Displacement Monitoring Centre, through UNHCR",
        "Internal Displacement Monitoring Centre (IDMC), through the " + _CITATION,
    ),
    ("total",),
    frozenset({"total"}),
    "unhcr.idmc_",
)
UNRWA: Final = File(
    "unrwa",
    _card(
        "unrwa",
        "UNRWA figures published by UNHCR",
        "Palestine refugees registered with UNRWA, by country, at the year's end.",
        "UNRWA, through UNHCR",
        "UNRWA, through the " + _CITATION,
    ),
    ("total",),
    frozenset({"total"}),
    "unhcr.unrwa_",
)
FILES: Final = (DEMOGRAPHICS, SOLUTIONS, FLOWS, POPULATION, IDMC, UNRWA)
"""Every file, those with the most telling columns first."""

_PALESTINE: Final = "PSE"


def which(rows: Rows) -> File:
    """Return which file it is: by its columns, and for totals alone by whom they count.

    IDMC counts people within their own country, UNRWA those who left Palestine. Raises `FileRefused` where the rows
    do not say which.
    """
    for file in (DEMOGRAPHICS, SOLUTIONS, FLOWS, POPULATION):
        if any(rows.has(name) for name in file.telling):
            return file
    origin, asylum = rows.text("coo_iso"), rows.text("coa_iso")
    at_home = pc.all(pc.equal(origin, asylum)).as_py()
    palestine = pc.all(pc.equal(origin, _PALESTINE)).as_py()
    if at_home and not palestine:
        return IDMC
    if palestine and not at_home:
        return UNRWA
    raise FileRefused(
        f"{rows.name} holds totals that may be IDMC's (people within their own country) or UNRWA's (Palestinians): its "
        "rows do not say which.",
        remedy="Load the figures of all countries.",
    )


def part_of(opened: Opened) -> str:
    """Return in words which part of an answer a page is, empty where it is whole or no answer."""
    if not isinstance(opened, JsonRecords):
        return ""
    page, pages = (opened.envelope.get(name, "") for name in ("page", "maxPages"))
    return f"; a part: page {page} of {pages}" if pages.isdigit() and int(pages) > 1 else ""
