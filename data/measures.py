"""What every measure of an observation is called on screen, its unit, its kind, and whether its places add.

A measure of its own stands for each figure that overlaps another: levels of one figure (admin 0, 1 and 2), a total and
its parts, the three event types of HAPI. So whatever is summed within one measure counts nothing twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geo.errors import NothingThere

PEOPLE: Final = "people"
EVENTS: Final = "events"
DEATHS: Final = "deaths"
LEVELS: Final = ("country", "admin 1", "admin 2", "admin 3", "admin 4")
"""Words for administrative levels 0 to 4."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: `label` for people, `unit`, `kind` (`data.observations.KINDS`).

    `additive`: values of different places at one time add. Only flows and counts add over time as well.
    """

    key: str
    label: str
    unit: str
    kind: str
    additive: bool = True

    @property
    def adds_over_time(self) -> bool:
        """Whether values of consecutive periods add: never for a stock, a forecast probability or an index."""
        return self.additive and self.kind in {"flow", "count"}


def _exercise() -> Iterator[Measure]:
    yield Measure("displaced_new", "People newly displaced", PEOPLE, "flow")
    yield Measure("risk_probability", "Chance of violence against civilians", "probability", "forecast", additive=False)
    yield Measure("risk_incidents", "Incidents forecast", "incidents", "forecast")
    yield Measure("risk_deaths", "Deaths forecast", PEOPLE, "forecast")
    yield Measure("displaced_stock", "People displaced at the month's end", PEOPLE, "stock")
    yield Measure("displaced_returned", "People gone home in the month", PEOPLE, "flow")
    yield Measure("articles", "Articles", "articles", "count")


def _ucdp() -> Iterator[Measure]:
    for key, label in (
        ("sb_deaths_best", "Deaths in state-based conflict"),
        ("ns_deaths_best", "Deaths in non-state conflict"),
        ("os_deaths_best", "Deaths in one-sided violence"),
        ("os_government_deaths_best", "Deaths in one-sided violence by governments"),
        ("os_nonstate_deaths_best", "Deaths in one-sided violence by other groups"),
        ("all_deaths_best", "Deaths in organised violence"),
        ("sb_deaths_civilians", "Civilian deaths in state-based conflict"),
        ("ns_deaths_civilians", "Civilian deaths in non-state conflict"),
    ):
        yield Measure(f"ucdp.{key}", f"{label}, country and year (UCDP)", PEOPLE, "count")


def _unhcr() -> Iterator[Measure]:
    stocks = {
        "refugees": "Refugees under UNHCR's mandate",
        "asylum_seekers": "Asylum-seekers",
        "idps": "Internally displaced people of concern to UNHCR",
        "stateless": "Stateless people",
        "ooc": "Others of concern to UNHCR",
        "oip": "Other people in need of international protection",
        "hst": "Host community",
    }
    flows = {"returned_refugees": "Refugees returned", "returned_idps": "Internally displaced people returned"}
    for name, label in stocks.items():
        yield Measure(f"unhcr.{name}", f"{label}, at the year's end", PEOPLE, "stock")
    for name, label in flows.items():
        yield Measure(f"unhcr.{name}", f"{label}, in the year", PEOPLE, "flow")
    for name, label in (stocks | flows).items():
        kind, when = ("flow", "in the year") if name in flows else ("stock", "at the year's end")
        for part, words in (("", ""), ("_female", ", women and girls"), ("_male", ", men and boys")):
            yield Measure(f"unhcr.located_{name}{part}", f"{label} by location{words}, {when}", PEOPLE, kind)
    yield Measure("unhcr.new_refugees", "New refugees, in the year", PEOPLE, "flow")
    yield Measure("unhcr.new_asylum_seekers", "New asylum applicants, in the year", PEOPLE, "flow")
    yield Measure("unhcr.new_refugee_like", "New people in refugee-like situations, in the year", PEOPLE, "flow")
    yield Measure("unhcr.new_oip", "New other people in need of international protection, in the year", PEOPLE, "flow")
    for name, label in (
        ("returned_refugees", "Refugees returned"),
        ("resettlement", "Refugees resettled"),
        ("naturalisation", "Refugees naturalised"),
        ("returned_idps", "Internally displaced people returned"),
    ):
        yield Measure(f"unhcr.solutions_{name}", f"{label}, in the year (durable solutions)", PEOPLE, "flow")
    yield Measure("unhcr.idmc_total", "Displaced by conflict, at the year's end (IDMC, from UNHCR)", PEOPLE, "stock")
    yield Measure("unhcr.unrwa_total", "Palestine refugees under UNRWA's mandate, at the year's end", PEOPLE, "stock")


def _displacement() -> Iterator[Measure]:
    yield Measure("idmc.displaced_conflict", "Newly displaced by conflict and violence", PEOPLE, "flow")
    yield Measure("idmc.displaced_disaster", "Newly displaced by disasters", PEOPLE, "flow")
    for level, words in enumerate(LEVELS[:3]):
        for part, who in (("", ""), ("_female", ", women and girls"), ("_male", ", men and boys")):
            label = f"Internally displaced people present (IOM DTM, by {words}){who}"
            yield Measure(f"dtm.idps_admin{level}{part}", label, PEOPLE, "stock")
        yield Measure(f"hapi.idps_admin{level}", f"Internally displaced people (HDX HAPI, by {words})", PEOPLE, "stock")
        yield Measure(f"hapi.population_admin{level}", f"Population (HDX HAPI, by {words})", PEOPLE, "stock")
        for key, words_of_type in (
            ("civilian_targeting", "targeting civilians"),
            ("political_violence", "of political violence"),
            ("demonstration", "of demonstrations"),
        ):
            stem = f"hapi.{key}"
            label = f"{words_of_type} (HDX HAPI, by {words})"
            yield Measure(f"{stem}_events_admin{level}", f"Events {label}", EVENTS, "count")
            yield Measure(f"{stem}_fatalities_admin{level}", f"Fatalities in events {label}", DEATHS, "count")
    for name, label, kind in (
        ("refugees", "Refugees", "stock"),
        ("asylum_seekers", "Asylum-seekers", "stock"),
        ("oip", "Other people in need of international protection", "stock"),
        ("idps_of_concern", "Internally displaced people of concern to UNHCR", "stock"),
        ("stateless", "Stateless people", "stock"),
        ("ooc", "Others of concern to UNHCR", "stock"),
        ("hst", "Host community", "stock"),
        ("returned_refugees", "Refugees returned", "flow"),
        ("returned_idps", "Internally displaced people returned", "flow"),
    ):
        yield Measure(f"hapi.{name}", f"{label} (HDX HAPI)", PEOPLE, kind)
    yield Measure("hapi.funding_required", "Funds required by an appeal (HDX HAPI)", "US dollars", "stock")
    yield Measure("hapi.funding_received", "Funds received by an appeal (HDX HAPI)", "US dollars", "stock")
    yield Measure("hapi.funding_share", "Share of an appeal funded (HDX HAPI)", "percent", "index", additive=False)


def _risk() -> Iterator[Measure]:
    yield Measure("views.sb_mean", "State-based deaths forecast for a country and month (VIEWS)", DEATHS, "forecast")
    yield Measure(
        "views.sb_probability",
        "Probability of at least 25 state-based deaths in a country and month (VIEWS)",
        "probability",
        "forecast",
        additive=False,
    )
    yield Measure("views.sb_mean_cell", "State-based deaths forecast for a cell and month (VIEWS)", DEATHS, "forecast")
    yield Measure(
        "views.sb_probability_cell",
        "Probability of at least 1 state-based death in a cell and month (VIEWS)",
        "probability",
        "forecast",
        additive=False,
    )
    for key, label in (
        ("risk", "INFORM Risk Index"),
        ("hazard", "INFORM Hazard and Exposure"),
        ("vulnerability", "INFORM Vulnerability"),
        ("coping", "INFORM Lack of Coping Capacity"),
    ):
        yield Measure(f"inform.{key}", label, "score from 0 to 10", "index", additive=False)


def _acled() -> Iterator[Measure]:
    kinds = (
        ("battles", "Battles"),
        ("explosions_remote_violence", "Explosions and remote violence"),
        ("violence_against_civilians", "Violence against civilians"),
        ("protests", "Protests"),
        ("riots", "Riots"),
        ("strategic_developments", "Strategic developments"),
    )
    for key, label in kinds:
        yield Measure(f"acled.weekly_{key}_events", f"{label}: events of a week (ACLED)", EVENTS, "count")
        yield Measure(f"acled.weekly_{key}_fatalities", f"{label}: fatalities of a week (ACLED)", DEATHS, "count")
    for key, label in (
        ("", "Events"),
        ("political_violence_", "Political violence"),
        ("civilian_targeting_", "Events targeting civilians"),
        ("demonstration_", "Demonstrations"),
    ):
        yield Measure(f"acled.monthly_{key}events", f"{label}: events of a month (ACLED)", EVENTS, "count")
        yield Measure(f"acled.monthly_{key}fatalities", f"{label}: fatalities of a month (ACLED)", DEATHS, "count")
    for key, label in (
        ("total", "Organised political violence"),
        ("battles", "Battles"),
        ("erv", "Explosions and remote violence"),
        ("vac", "Violence against civilians"),
    ):
        yield Measure(f"acled.cast_{key}", f"{label}: events forecast for a month (ACLED CAST)", EVENTS, "forecast")
        yield Measure(
            f"acled.cast_{key}_observed", f"{label}: events observed in a month (ACLED CAST)", EVENTS, "count"
        )


MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {one.key: one for part in (_exercise, _ucdp, _unhcr, _displacement, _risk, _acled) for one in part()}
)
"""Every measure with a name of its own, by key."""

_INFORM: Final = "inform."
_OWN: Final = "own_"
_ADDED: Final = frozenset({"stock", "flow", "count"})
"""Kinds of which values of different places at one time add."""


def measure(key: str) -> Measure:
    """Return what is known of a measure; INFORM's hundred indicators are named by their key.

    Raises `NothingThere` for a key that no source makes.
    """
    if key in MEASURES:
        return MEASURES[key]
    if key.startswith(_INFORM):
        words = key.removeprefix(_INFORM).replace("_", " ")
        return Measure(key, f"INFORM: {words}", "the indicator's own", "index", additive=False)
    stem, _, rest = key.partition(".")
    kind, _, words = rest.partition(".")
    if stem.startswith(_OWN) and words:
        # A file of somebody's own (data.mapping): its key says of what kind its values are.
        return Measure(key, words.replace("_", " ").capitalize(), "the file's own", kind, kind in _ADDED)
    raise NothingThere(f"There is no measure called {key!r}.")
