"""What a column of somebody's own file can be: the target fields, and the words that name them in several languages."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from data.draft import EVENTS, OBSERVATIONS
from geo.errors import ValueRefused

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BREAK: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One target field: `label` and `meaning` for people, and the words of headers that mean it.

    `words` are compared whole, then as parts of a header (`fecha` in "Fecha del hecho"); `shape` is what its values
    must look like for a guess: latitude, longitude, point, date, whole, number, year, month, day, id, word (text that
    is no number) or text.
    """

    key: str
    label: str
    meaning: str
    group: str
    shape: str
    words: tuple[str, ...]
    required: bool = False
    alone: bool = False
    """Only as a whole header: the words are too common to be taken from a part of one."""
    never: frozenset[str] = frozenset()
    """Parts of a header that say that it is something else."""


def normal(text: str) -> str:
    """Return a header as it is compared: lower case, without accents, words joined by one underscore."""
    apart = _CAMEL.sub(" ", text.strip().strip("\ufeff"))
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(sign))
    return _BREAK.sub("_", plain.casefold()).strip("_")


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal(word) for word in text.split()))


_LATITUDE: Final = Field(
    "latitude",
    "Latitude",
    "Decimal degrees north (WGS 84).",
    "where",
    "latitude",
    _words("latitude lat latitud latitudine breite breitengrad lat_dd latdd lat_wgs84 y y_coord ycoord coord_y point_y "
           "lattitude широта خط_العرض 纬度 gps_latitude geo_lat centroid_lat _gps_latitude ycoordinate"),
)  # fmt: skip
_LONGITUDE: Final = Field(
    "longitude",
    "Longitude",
    "Decimal degrees east (WGS 84).",
    "where",
    "longitude",
    _words("longitude lon lng long longitud longitudine lange laenge langengrad laengengrad lon_dd londd long_dd x "
           "lng_wgs84 x_coord xcoord coord_x point_x долгота خط_الطول 经度 gps_longitude geo_lon centroid_lon "
           "_gps_longitude xcoordinate"),
)  # fmt: skip
_PLACE: Final = Field(
    "place",
    "Place",
    "Name of the place.",
    "where",
    "word",
    _words("place location lieu localite localidad lugar ort town city village ville ciudad locality site settlement "
           "where_coordinates poblacion local localidade место المكان 地点 place_name location_name"),
)  # fmt: skip
_COUNTRY: Final = Field(
    "country",
    "Country",
    "Name or code of the country; without it, the country whose outline holds the point.",
    "where",
    "word",
    _words("country pais pays land staat iso3 iso iso_3 country_code countrycode country_name iso_a3 adm0 admin0 "
           "adm0_name admin0_name paese страна البلد الدولة 国家 cntry nation location_code"),
)  # fmt: skip

EVENT_FIELDS: Final = (
    Field(
        "date",
        "Date",
        "Day on which it happened, or the first of several.",
        "when",
        "date",
        _words("date event_date event_dt date_start start_date fecha datum jour dia data date_event incident_date "
               "date_debut fecha_inicio beginn tag dt giorno fecha_hecho date_of_incident date_incident дата التاريخ "
               "تاريخ 日期 day_of_event datetime timestamp reported_date attack_date"),
        required=True,
    ),
    Field(
        "date_end",
        "Last date",
        "Last day on which it may have happened.",
        "when",
        "date",
        _words("date_end end_date fecha_fin date_fin enddatum ende enddate data_fim date_to fecha_final"),
    ),
    Field("year", "Year", "Year, where the date is split.", "when", "year",
          _words("year annee ano jahr anno yr iyear год سنة 年 event_year"), alone=True),
    Field("month", "Month", "Month, where the date is split.", "when", "month",
          _words("month mois mes monat mese imonth месяц شهر 月 event_month"), alone=True),
    Field("day", "Day", "Day of the month, where the date is split.", "when", "day",
          _words("day jour dia tag giorno iday день يوم 日 event_day"), alone=True),
    Field("date_precision", "Date precision", "UCDP's date_prec: 1 day to 5 more than a month.", "when", "whole",
          _words("date_prec date_precision")),
    _LATITUDE,
    _LONGITUDE,
    Field("point", "Latitude and longitude in one", "Both in one column, latitude first, such as 12.5, 24.1.", "where",
          "point", _words("coordinates coordenadas coordonnees koordinaten latlon lat_lon latlng lat_long geopoint gps "
                          "geolocation location_point geo coords geom_point")),
    Field("place_precision", "Place precision", "How exactly the place is known.", "where", "text",
          _words("place_precision where_prec geo_precision geo_prec precision location_precision precision_code "
                 "coord_accuracy accuracy specificity genauigkeit geo_accuracy")),
    _PLACE,
    Field("adm_1", "Province", "First-order area, as written; never used to place a row.", "where", "word",
          _words("adm_1 adm1 admin1 admin_1 province state provincia estado region departamento departement gouvernorat"
                 " "
                 "governorate wilaya oblast bundesland adm1_name admin1_name departement_province محافظة ولاية область "
                 "省 provincestate department")),
    Field("adm_2", "District", "Second-order area, as written.", "where", "word",
          _words("adm_2 adm2 admin2 admin_2 district municipio municipality county distrito commune cercle kreis lga "
                 "woreda adm2_name admin2_name township comune район قضاء")),
    _COUNTRY,
    Field("type", "Type", "What kind of event it is.", "what", "text",
          _words("type event_type type_of_violence type_violence sub_event_type typ tipo tipo_evento tipo_de_evento "
                 "type_evenement kind category categoria categorie attack_type attacktype violence_type incident_type "
                 "тип نوع 类型 tipo_hecho ereignistyp art event_category")),
    Field("actor_a", "Who did it", "First side; the perpetrator of attacks on civilians.", "who", "word",
          _words("actor actor1 actor_1 actor_a side_a perpetrator perpetrator_name auteur autor perpetrador tater "
                 "taeter group group_name gname responsible armed_group grupo_armado presunto_responsable الفاعل "
                 "agresor attacker party_a aggressor")),
    Field("actor_b", "Against whom", "Second side; civilians, where they are attacked.", "who", "word",
          _words("actor2 actor_2 actor_b side_b victim target victim_group cible victime victima objetivo opfer ziel "
                 "party_b target_group targ")),
    Field("deaths", "People killed", "Number of people killed: one figure, or the best estimate.", "how many", "whole",
          _words("deaths fatalities killed best best_est deaths_best muertos muertes victimes_tuees morts tues tote "
                 "todesopfer toter getotete getoetete fallecidos mortos dead fatality nkill deaths_total total_deaths "
                 "num_killed number_killed deceased victimas_fatales deces homicidios asesinados قتلى القتلى ضحايا "
                 "погибшие убито 死亡 morti nb_morts nb_tues fatalidades dod kia casualties_killed n_killed "
                 "people_killed civilians_killed_total"),
          never=frozenset({"low", "lower", "min", "minimum", "high", "upper", "max", "maximum"})),
    Field("deaths_low", "Killed, low estimate", "Lowest figure of people killed.", "how many", "whole",
          _words("deaths_low low low_est fatalities_low killed_min min_deaths fatalities_min deaths_min muertos_min "
                 "morts_min")),
    Field("deaths_high", "Killed, high estimate", "Highest figure of people killed.", "how many", "whole",
          _words("deaths_high high high_est fatalities_high killed_max max_deaths fatalities_max deaths_max"
                 " muertos_max "
                 "morts_max")),
    Field("deaths_civilians", "Civilians killed", "How many of the people killed were civilians.", "how many", "whole",
          _words("deaths_civilians civilians_killed civilian_deaths killed_civilians civilian_fatalities "
                 "civiles_muertos civils_tues morts_civils civilians_dead getotete_zivilisten")),
    Field("id", "Id", "The row's own id, unique; without it, one is made from the row.", "what", "id",
          _words("id event_id event_id_cnty eventid incident_id uid uuid code identifier data_id record_id objectid"
                 " fid "
                 "case_id nr numero folio ref reference globalid kennung no"), alone=True),
    Field("headline", "Note", "A text about it. It is shown as plain text.", "what", "text",
          _words("headline notes note description summary descripcion beschreibung comment comments titulo title "
                 "details narrative source_headline resumen resume remarks وصف описание")),
)  # fmt: skip
"""What a row of events is made of."""

OBSERVATION_FIELDS: Final = (
    Field("period", "Period", "Day, month or year of the value, or the first day of its period.", "when", "date",
          _words("period date date_start start_date fecha datum jour data reporting_date reference_date month_year "
                 "periode periodo zeitraum survey_date as_of reference_period дата التاريخ 日期 round_date monat_jahr "
                 "reference_period_start"), required=True),
    Field("period_end", "Last day", "Last day of the period.", "when", "date",
          _words("period_end date_end end_date fecha_fin date_fin enddatum reference_period_end")),
    Field("year", "Year", "Year, where the period is split.", "when", "year",
          _words("year annee ano jahr anno yr год سنة 年"), alone=True),
    Field("month", "Month", "Month, where the period is split.", "when", "month",
          _words("month mois mes monat mese месяц شهر 月"), alone=True),
    Field("value", "Value", "The figure.", "how many", "number",
          _words("value valor valeur wert count number figure total idps idp individuals people persons population "
                 "personas personnes menschen displaced desplazados deplaces amount cantidad nombre anzahl obs_value "
                 "n_people num_individuals refugees valore значение القيمة 数值 score households"), required=True),
    Field("low", "Low", "Lower limit of the value.", "how many", "number", _words("low lower lower_bound min ci_low")),
    Field("high", "High", "Upper limit of the value.", "how many", "number",
          _words("high upper upper_bound max ci_high")),
    Field("measure", "Measure", "What is measured, where the file holds several.", "what", "text",
          _words("measure indicator indicador indicateur variable metric kennzahl indikator series показатель المؤشر")),
    Field("unit", "Unit of the value", "Such as people or households.", "what", "text",
          _words("unit unidad unite einheit units unit_of_measure единица")),
    Field("place_code", "Code of the place", "P-code, province code or cell number.", "where", "text",
          _words("pcode p_code adm1_pcode adm2_pcode admin1_pcode admin2_pcode adm1_code adm2_code admin1_code "
                 "admin2_code place_code area_code gid pg_id priogrid_gid code codigo hasc geo_code adm_code area")),
    Field("place", "Place", "Name of the place or area.", "where", "text",
          (*_PLACE.words, *_words("adm1 admin1 adm1_name admin1_name province provincia estado state region "
                                  "departamento departement governorate district adm2_name admin2_name area_name"))),
    _COUNTRY,
    _LATITUDE,
    _LONGITUDE,
)  # fmt: skip
"""What a row of observations is made of."""

_FIELDS: Final = {EVENTS: EVENT_FIELDS, OBSERVATIONS: OBSERVATION_FIELDS}


def fields_of(kind: str) -> tuple[Field, ...]:
    """Return the target fields of events or observations; raises `ValueRefused` for another kind."""
    if kind not in _FIELDS:
        raise ValueRefused(
            "a file is read as events or as observations", value=kind, remedy=f"Use {EVENTS} or {OBSERVATIONS}."
        )
    return _FIELDS[kind]


def likeness(field: Field, header: str) -> float:
    """Return how well a header names a field: 1 the whole header, 0.9 to 0.6 a part of it, 0 not at all.

    The earlier a word stands among the field's words, the better it names it.
    """
    name = normal(header)
    if not name:
        return 0.0
    if name in field.words:
        return 1.0 - 0.001 * field.words.index(name)
    if field.alone:
        return 0.0
    parts = name.split("_")
    if field.never.intersection(parts):
        return 0.0
    best = 0.0
    for word in field.words:
        pieces = word.split("_")
        if len(word) < _SHORTEST or len(pieces) > len(parts):
            continue
        starts = (parts[n : n + len(pieces)] == pieces for n in range(len(parts) - len(pieces) + 1))
        if any(starts):
            best = max(best, 0.6 + 0.3 * len(word) / len(name))
    return best


_SHORTEST: Final = 3
"""Letters of a word that may be a part of a header: x and y may not."""
