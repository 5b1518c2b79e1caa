"""Gleditsch-Ward state numbers, as UCDP uses them, to today's ISO 3166-1 countries.

UCDP names the state that held the place at the time: Sudan before 9 July 2011 is today's Sudan and South Sudan. A
release that covers a state covers every country of today that lay in it then, so coverage needs the dates.

Numbers and names are those of UCDP's country-year lists (25.1); dates of independence follow the list of independent
states of Gleditsch and Ward (1999, International Interactions 25: 393-413), from 1 January 1989, when GED begins.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

GED_BEGINS: Final = date(1989, 1, 1)
"""The first day that UCDP GED covers."""


@dataclass(frozen=True, slots=True)
class State:
    """One state of the list: its number, UCDP's name, today's ISO3 country, when it was a state (inclusive days)."""

    number: int
    name: str
    iso3: str
    first: date = GED_BEGINS
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A country of today that lay in another state: `iso3` belonged to state `number` up to and including `last`."""

    number: int
    iso3: str
    last: date | None


STATES: Final = (
    State(2, "United States of America", "USA"),
    State(20, "Canada", "CAN"),
    State(31, "Bahamas", "BHS"),
    State(40, "Cuba", "CUB"),
    State(41, "Haiti", "HTI"),
    State(42, "Dominican Republic", "DOM"),
    State(51, "Jamaica", "JAM"),
    State(52, "Trinidad and Tobago", "TTO"),
    State(53, "Barbados", "BRB"),
    State(54, "Dominica", "DMA"),
    State(55, "Grenada", "GRD"),
    State(56, "Saint Lucia", "LCA"),
    State(57, "Saint Vincent and the Grenadines", "VCT"),
    State(58, "Antigua & Barbuda", "ATG"),
    State(60, "Saint Kitts and Nevis", "KNA"),
    State(70, "Mexico", "MEX"),
    State(80, "Belize", "BLZ"),
    State(90, "Guatemala", "GTM"),
    State(91, "Honduras", "HND"),
    State(92, "El Salvador", "SLV"),
    State(93, "Nicaragua", "NIC"),
    State(94, "Costa Rica", "CRI"),
    State(95, "Panama", "PAN"),
    State(100, "Colombia", "COL"),
    State(101, "Venezuela", "VEN"),
    State(110, "Guyana", "GUY"),
    State(115, "Suriname", "SUR"),
    State(130, "Ecuador", "ECU"),
    State(135, "Peru", "PER"),
    State(140, "Brazil", "BRA"),
    State(145, "Bolivia", "BOL"),
    State(150, "Paraguay", "PRY"),
    State(155, "Chile", "CHL"),
    State(160, "Argentina", "ARG"),
    State(165, "Uruguay", "URY"),
    State(200, "United Kingdom", "GBR"),
    State(205, "Ireland", "IRL"),
    State(210, "Netherlands", "NLD"),
    State(211, "Belgium", "BEL"),
    State(212, "Luxembourg", "LUX"),
    State(220, "France", "FRA"),
    State(221, "Monaco", "MCO"),
    State(223, "Liechtenstein", "LIE"),
    State(225, "Switzerland", "CHE"),
    State(230, "Spain", "ESP"),
    State(232, "Andorra", "AND"),
    State(235, "Portugal", "PRT"),
    State(260, "Germany", "DEU"),
    State(265, "German Democratic Republic", "DEU", last=date(1990, 10, 2)),
    State(290, "Poland", "POL"),
    State(305, "Austria", "AUT"),
    State(310, "Hungary", "HUN"),
    State(315, "Czechoslovakia", "CZE", last=date(1992, 12, 31)),
    State(316, "Czech Republic", "CZE", date(1993, 1, 1)),
    State(317, "Slovakia", "SVK", date(1993, 1, 1)),
    State(325, "Italy", "ITA"),
    State(327, "Vatican City State", "VAT"),
    State(331, "San Marino", "SMR"),
    State(338, "Malta", "MLT"),
    State(339, "Albania", "ALB"),
    State(341, "Montenegro", "MNE", date(2006, 6, 3)),
    State(343, "North Macedonia", "MKD", date(1991, 11, 20)),
    State(344, "Croatia", "HRV", date(1992, 4, 27)),
    State(345, "Serbia (Yugoslavia)", "SRB"),
    State(346, "Bosnia-Herzegovina", "BIH", date(1992, 4, 27)),
    State(347, "Kosovo", "XKX", date(2008, 2, 17)),
    State(349, "Slovenia", "SVN", date(1992, 4, 27)),
    State(350, "Greece", "GRC"),
    State(352, "Cyprus", "CYP"),
    State(355, "Bulgaria", "BGR"),
    State(359, "Moldova", "MDA", date(1991, 8, 27)),
    State(360, "Romania", "ROU"),
    State(365, "Russia (Soviet Union)", "RUS"),
    State(366, "Estonia", "EST", date(1991, 9, 6)),
    State(367, "Latvia", "LVA", date(1991, 9, 6)),
    State(368, "Lithuania", "LTU", date(1991, 9, 6)),
    State(369, "Ukraine", "UKR", date(1991, 12, 1)),
    State(370, "Belarus", "BLR", date(1991, 8, 25)),
    State(371, "Armenia", "ARM", date(1991, 12, 21)),
    State(372, "Georgia", "GEO", date(1991, 12, 21)),
    State(373, "Azerbaijan", "AZE", date(1991, 12, 21)),
    State(375, "Finland", "FIN"),
    State(380, "Sweden", "SWE"),
    State(385, "Norway", "NOR"),
    State(390, "Denmark", "DNK"),
    State(395, "Iceland", "ISL"),
    State(402, "Cape Verde", "CPV"),
    State(403, "Sao Tome and Principe", "STP"),
    State(404, "Guinea-Bissau", "GNB"),
    State(411, "Equatorial Guinea", "GNQ"),
    State(420, "Gambia", "GMB"),
    State(432, "Mali", "MLI"),
    State(433, "Senegal", "SEN"),
    State(434, "Benin", "BEN"),
    State(435, "Mauritania", "MRT"),
    State(436, "Niger", "NER"),
    State(437, "Ivory Coast", "CIV"),
    State(438, "Guinea", "GIN"),
    State(439, "Burkina Faso", "BFA"),
    State(450, "Liberia", "LBR"),
    State(451, "Sierra Leone", "SLE"),
    State(452, "Ghana", "GHA"),
    State(461, "Togo", "TGO"),
    State(471, "Cameroon", "CMR"),
    State(475, "Nigeria", "NGA"),
    State(481, "Gabon", "GAB"),
    State(482, "Central African Republic", "CAF"),
    State(483, "Chad", "TCD"),
    State(484, "Congo", "COG"),
    State(490, "DR Congo (Zaire)", "COD"),
    State(500, "Uganda", "UGA"),
    State(501, "Kenya", "KEN"),
    State(510, "Tanzania", "TZA"),
    State(516, "Burundi", "BDI"),
    State(517, "Rwanda", "RWA"),
    State(520, "Somalia", "SOM"),
    State(522, "Djibouti", "DJI"),
    State(530, "Ethiopia", "ETH"),
    State(531, "Eritrea", "ERI", date(1993, 5, 24)),
    State(540, "Angola", "AGO"),
    State(541, "Mozambique", "MOZ"),
    State(551, "Zambia", "ZMB"),
    State(552, "Zimbabwe (Rhodesia)", "ZWE"),
    State(553, "Malawi", "MWI"),
    State(560, "South Africa", "ZAF"),
    State(565, "Namibia", "NAM", date(1990, 3, 21)),
    State(570, "Lesotho", "LSO"),
    State(571, "Botswana", "BWA"),
    State(572, "Kingdom of eSwatini (Swaziland)", "SWZ"),
    State(580, "Madagascar (Malagasy)", "MDG"),
    State(581, "Comoros", "COM"),
    State(590, "Mauritius", "MUS"),
    State(591, "Seychelles", "SYC"),
    State(600, "Morocco", "MAR"),
    State(615, "Algeria", "DZA"),
    State(616, "Tunisia", "TUN"),
    State(620, "Libya", "LBY"),
    State(625, "Sudan", "SDN"),
    State(626, "South Sudan", "SSD", date(2011, 7, 9)),
    State(630, "Iran", "IRN"),
    State(640, "Turkey", "TUR"),
    State(645, "Iraq", "IRQ"),
    State(651, "Egypt", "EGY"),
    State(652, "Syria", "SYR"),
    State(660, "Lebanon", "LBN"),
    State(663, "Jordan", "JOR"),
    State(666, "Israel", "ISR"),
    State(670, "Saudi Arabia", "SAU"),
    State(678, "Yemen (North Yemen)", "YEM"),
    State(680, "Yemen (South Yemen)", "YEM", last=date(1990, 5, 21)),
    State(690, "Kuwait", "KWT"),
    State(692, "Bahrain", "BHR"),
    State(694, "Qatar", "QAT"),
    State(696, "United Arab Emirates", "ARE"),
    State(698, "Oman", "OMN"),
    State(700, "Afghanistan", "AFG"),
    State(701, "Turkmenistan", "TKM", date(1991, 10, 27)),
    State(702, "Tajikistan", "TJK", date(1991, 12, 21)),
    State(703, "Kyrgyzstan", "KGZ", date(1991, 8, 31)),
    State(704, "Uzbekistan", "UZB", date(1991, 8, 31)),
    State(705, "Kazakhstan", "KAZ", date(1991, 12, 16)),
    State(710, "China", "CHN"),
    State(712, "Mongolia", "MNG"),
    State(713, "Taiwan", "TWN"),
    State(731, "North Korea", "PRK"),
    State(732, "South Korea", "KOR"),
    State(740, "Japan", "JPN"),
    State(750, "India", "IND"),
    State(760, "Bhutan", "BTN"),
    State(770, "Pakistan", "PAK"),
    State(771, "Bangladesh", "BGD"),
    State(775, "Myanmar (Burma)", "MMR"),
    State(780, "Sri Lanka", "LKA"),
    State(781, "Maldives", "MDV"),
    State(790, "Nepal", "NPL"),
    State(800, "Thailand", "THA"),
    State(811, "Cambodia (Kampuchea)", "KHM"),
    State(812, "Laos", "LAO"),
    State(816, "Vietnam (North Vietnam)", "VNM"),
    State(820, "Malaysia", "MYS"),
    State(830, "Singapore", "SGP"),
    State(835, "Brunei", "BRN"),
    State(840, "Philippines", "PHL"),
    State(850, "Indonesia", "IDN"),
    State(860, "East Timor", "TLS", date(2002, 5, 20)),
    State(900, "Australia", "AUS"),
    State(910, "Papua New Guinea", "PNG"),
    State(920, "New Zealand", "NZL"),
    State(935, "Vanuatu", "VUT"),
    State(940, "Solomon Islands", "SLB"),
    State(950, "Fiji", "FJI"),
    State(970, "Kiribati", "KIR"),
    State(971, "Nauru", "NRU"),
    State(972, "Tonga", "TON"),
    State(973, "Tuvalu", "TUV"),
    State(983, "Marshall Islands", "MHL"),
    State(986, "Palau", "PLW", date(1994, 10, 1)),
    State(987, "Federated States of Micronesia", "FSM"),
    State(990, "Samoa (Western Samoa)", "WSM"),
)
"""Every state that existed at some time since 1989."""

_BY_NUMBER: Final = {state.number: state for state in STATES}


def _held_until_independence(holder: int, *numbers: int) -> tuple[Held, ...]:
    return tuple(Held(holder, _BY_NUMBER[n].iso3, _BY_NUMBER[n].first - timedelta(days=1)) for n in numbers)


HELD: Final = (
    *_held_until_independence(625, 626),
    *_held_until_independence(365, 359, 366, 367, 368, 369, 370, 371, 372, 373, 701, 702, 703, 704, 705),
    *_held_until_independence(345, 341, 343, 344, 346, 347, 349),
    *_held_until_independence(315, 317),
    *_held_until_independence(530, 531),
    *_held_until_independence(560, 565),
    *_held_until_independence(850, 860),
    # Territories without a number of their own: UCDP files their events under the state that holds or contests them.
    Held(600, "ESH", None),
    Held(666, "PSE", None),
)
"""Countries of today that lay in another state since 1989."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both inclusive, on which a country of today was inside a numbered state. `last` None: still."""

    iso3: str
    first: date
    last: date | None


def country_code(number: int) -> str | None:
    """Return the ISO3 code of today's country that carries the state `number`, or None for an unknown number."""
    state = _BY_NUMBER.get(number)
    return state.iso3 if state else None


def spans(number: int) -> tuple[Span, ...]:
    """Return the countries of today that the state `number` covered, and when, from 1989; none if it is unknown."""
    state = _BY_NUMBER.get(number)
    if state is None:
        return ()
    own = Span(state.iso3, state.first, state.last)
    return (own, *(Span(held.iso3, state.first, held.last) for held in HELD if held.number == number))


def candidates(number: int) -> frozenset[str]:
    """Return every ISO3 code in which a point of the state `number` may lie today, whatever the date."""
    return frozenset(span.iso3 for span in spans(number))
