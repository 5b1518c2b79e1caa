"""Names and codes of countries, as files write them, to ISO 3166-1 alpha-3."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from data import geodata
from data.mapping.fields import normal
from data.sources.gleditsch_ward import STATES

_OTHERS: Final = """
    SDN soudan السودان судан | SSD soudan_du_sud sudan_del_sur sudsudan جنوب_السودان
    | SYR syria syrie siria syrien سوريا
    | COD drc dr_congo rdc democratic_republic_of_the_congo republique_democratique_du_congo congo_kinshasa
    | COG republic_of_the_congo congo_brazzaville | CAF car republique_centrafricaine rca centrafrique
    | CIV cote_d_ivoire ivory_coast | MMR burma birmanie birmania | MEX mexique mexiko mejico | COL colombie kolumbien
    | BRA brasil bresil brasilien | NGA nigeria | NER niger | MLI mali | TCD tchad chad tschad | CMR cameroun kamerun
    | ETH ethiopie etiopia athiopien aethiopien اثيوبيا | SOM somalie somalia الصومال | YEM yemen jemen اليمن
    | IRQ irak iraq العراق | AFG afganistan afghanistan افغانستان | PAK pakistan | IND inde india indien
    | UKR ukraine ucrania украина україна | RUS russia russie rusia russland россия russian_federation
    | PSE palestine palestina palastina state_of_palestine فلسطين | LBN liban libano libanon لبنان
    | LBY libye libia libyen ليبيا | EGY egypte egipto agypten مصر | DZA algerie argelia algerien الجزائر
    | TUR turkey turquie turquia turkei turkiye | IRN iran iran_islamic_republic_of | VEN venezuela
    | HTI haiti | PER perou peru | GTM guatemala | HND honduras | SLV el_salvador salvador
    | USA united_states united_states_of_america etats_unis estados_unidos usa | GBR united_kingdom uk
    | ZAF south_africa afrique_du_sud sudafrica | MOZ mozambique mocambique mosambik | BDI burundi | RWA rwanda ruanda
    | UGA uganda ouganda | KEN kenya kenia | TZA tanzania united_republic_of_tanzania | PHL philippines filipinas
    | SYR syrian_arab_republic | PRK north_korea | KOR south_korea | LAO laos | VNM vietnam viet_nam | MDA moldova
    | BFA burkina_faso | SWZ eswatini swaziland | CZE czechia czech_republic | MKD north_macedonia
"""
"""Names besides the map's own and UCDP's: other languages and short forms of the countries most written about."""


@cache
def country_names() -> Mapping[str, str]:
    """Return every known name and code, as `normal` gives it, to the alpha-3 code of the map."""
    found = {normal(state.name): state.iso3 for state in STATES}
    for part in _OTHERS.split("|"):
        code, *names = part.split()
        found |= {normal(name): code for name in names}
    for code, country in geodata.countries().items():
        found[normal(country.name)] = code
        found[normal(code)] = code
    return MappingProxyType(found)


def country_of(word: str) -> str | None:
    """Return the alpha-3 code of a country's name or code, None where it is not known."""
    return country_names().get(normal(word))
