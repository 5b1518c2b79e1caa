"""Words inside columns: kinds of violence, how exactly a place is known, names of months."""

from collections.abc import Iterable
from typing import Final

from data.mapping.fields import normal

KIND_WORDS: Final = {
    "other": (
        "protest protesta protests manifestation demonstration demonstrations manifestacion riot riots disturbios "
        "emeute strategic agreement peaceful looting arrest arrests headquarters"
    ),
    "one-sided": (
        "civilian civilians civil civiles civils zivilisten onesided massacre masacre massaker execution executions "
        "ejecucion assassination asesinato assassinat abduction kidnapping secuestro enlevement extrajudicial sexual "
        "lynching unilateral homicidio targeted repression genocide مدنيين مدنيون مجزرة اعدام гражданские"
    ),
    "non-state": (
        "nonstate communal intercommunal tribal cartel gang gangs vigilante intercommunautaire comunitario pastoral"
    ),
    "state-based": (
        "statebased battle battles clash clashes combat combate combates enfrentamiento enfrentamientos affrontement "
        "affrontements gefecht gefechte shelling bombardeo bombardement airstrike airstrikes strike strikes drone air "
        "explosion explosions explosiva remote artillery ambush emboscada offensive fighting war armed اشتباك اشتباكات "
        "قصف бой обстрел"
    ),
}
"""Kinds in the order in which they are tried: `protest` before `armed`, civilians before fighting."""

_KINDS: Final = tuple((kind, frozenset(normal(word) for word in words.split())) for kind, words in KIND_WORDS.items())
_PHRASES: Final = {"one_sided": "one-sided", "non_state": "non-state", "state_based": "state-based"}
UCDP_KINDS: Final = {"1": "state-based", "2": "non-state", "3": "one-sided"}
"""UCDP's type_of_violence."""


def kind_of(value: str) -> str | None:
    """Return the kind that the words of a type mean, None where they tell nothing."""
    name = normal(value)
    for phrase, kind in _PHRASES.items():
        if phrase in name:
            return kind
    parts = frozenset(name.split("_"))
    return next((kind for kind, words in _KINDS if parts & words), None)


PRECISION_WORDS: Final = (
    (1, "exact exacte exacto exacta genau precise point gps town village city high site"),
    (2, "near nearby approximate approx approximatif aproximado aproximada ungefahr around vicinity medium"),
    (3, "adm2 admin2 district municipality municipio commune county cercle lga"),
    (4, "adm1 admin1 province provincia state estado region departement departamento area low governorate"),
    (5, "line road border fuzzy river"),
    (6, "adm0 admin0 country pais pays national land nationwide"),
    (7, "unknown international none"),
)
"""UCDP's where_prec codes (`data.events`) and words that mean them."""
_PRECISIONS: Final = tuple((code, frozenset(words.split())) for code, words in PRECISION_WORDS)
ACLED_PRECISIONS: Final = {"1": 1, "2": 3, "3": 4}
"""ACLED's geo_precision (methods.md 2)."""


def precision_of(value: str) -> int | None:
    """Return the code that the words of a precision mean, the coarsest where there are several, None where none."""
    parts = frozenset(normal(value).split("_"))
    return max((code for code, words in _PRECISIONS if parts & words), default=None)


_MONTHS: Final = (
    "january jan enero ene janvier janv januar gennaio gen janeiro يناير января январь",
    "february feb febrero fevrier fevr februar febbraio fevereiro fev فبراير февраля февраль",
    "march mar marzo mars marz maerz marco مارس марта март",
    "april apr abril abr avril avr aprile أبريل апреля апрель",
    "may mayo mai maggio mag maio مايو мая май",
    "june jun junio juin juni giugno giu junho يونيو июня июнь",
    "july jul julio juillet juil juli luglio lug julho يوليو июля июль",
    "august aug agosto ago aout أغسطس августа август",
    "september sep sept septiembre septembre settembre set setembro سبتمبر сентября сентябрь",
    "october oct octubre octobre oktober okt ottobre ott outubro out أكتوبر октября октябрь",
    "november nov noviembre novembre novembro نوفمبر ноября ноябрь",
    "december dec diciembre dic decembre dezember dez dicembre dezembro ديسمبر декабря декабрь",
)


def _named(months: Iterable[str]) -> dict[str, int]:
    return {normal(word): number for number, words in enumerate(months, 1) for word in words.split()}


MONTHS: Final = _named(_MONTHS)
"""Names and short names of months, as `normal` gives them, to 1 to 12."""
