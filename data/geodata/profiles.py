"""Boundary profiles: whom each unit belongs to, how each border is drawn and what things are called, by three views.

A profile (docs/boundaries.md) changes styles, names and captions, never a shape: every line is held once, with one
style for each profile. The rules are rows of `tables/profiles.csv`; each says what it rests on.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.view import Profile

TABLES: Final = Path(__file__).parent / "tables"
STRENGTH: Final = ("intl", "adm1", "none", "other", "special", "undetermined", "loc")
"""Styles of a line, the weakest first: where several rows match, the strongest is drawn."""
DRAWN: Final = ("intl", "other", "special", "undetermined", "loc", "adm1")
_SAME_CODE_ONLY: Final = frozenset({"adm1", "none"})  # these never hide a line between two different codes
MEMORY: Final = "memory"
SUBORDINATE: Final = MappingProxyType({Profile.US: frozenset({"TWN"})})
"""Codes that a profile names in a type below that of states (Guidance Bulletin 37 on Taiwan)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table: what a profile says of a unit that belongs to a territory.

    `belongs_to` ("" = unchanged) is an ISO 3166 alpha-3 code, or X- for undetermined status; `style` ("" = no word on
    lines) is for the lines toward `toward`: codes, territories, or `*` for all.
    """

    unit: str
    territory: str
    profile: Profile
    belongs_to: str
    label: str
    style: str
    note: str
    evidence: str
    toward: frozenset[str]

    @property
    def from_memory_alone(self) -> bool:
        """Whether nothing but memory bears the row: to be reviewed."""
        return self.evidence == MEMORY


def table_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of `tables/<name>.csv`."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def rules() -> tuple[Rule, ...]:
    """Return every row of the table of profiles, in its order."""
    return tuple(
        Rule(
            row["unit_id"],
            row["territory"],
            Profile(row["profile"]),
            row["belongs_to"],
            row["label"],
            row["line_style"],
            row["note"],
            row["evidence"],
            frozenset(row["line_with"].split()),
        )
        for row in table_rows("profiles")
    )


def belongs_to(profile: Profile, code: NDArray[Any], country: NDArray[Any]) -> NDArray[np.object_]:
    """Return whom each unit belongs to in a profile; `country` (units,) is what data code it under.

    The neutral drawing keeps the codes of the data wherever the table is silent.
    """
    own = {rule.unit: rule.belongs_to for rule in rules() if rule.profile is profile and rule.belongs_to}
    kept = own.get
    return np.array([kept(str(c), str(data)) for c, data in zip(code, country, strict=True)], dtype=object)


def styles(
    profile: Profile,
    code: NDArray[Any],
    belongs: NDArray[Any],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    *,
    table: tuple[Rule, ...] | None = None,
) -> tuple[NDArray[np.object_], frozenset[Rule]]:
    """Return the style of the line between units `first` and `second`, and the rules that met a line.

    Different codes: `intl`; the same: `adm1`; a matching row overrules both and the strongest row wins, but `adm1` and
    `none` never hide a line between two codes. A row says nothing of lines within its own territory. In the neutral
    drawing every border of an area of undetermined status is `undetermined`: none is solid where it is disputed.
    """
    pairs, which = np.unique(np.stack([first, second], axis=1), axis=0, return_inverse=True)
    mine = [rule for rule in (rules() if table is None else table) if rule.profile is profile]
    territories: dict[str, set[str]] = {}
    of: dict[str, list[Rule]] = {}
    for rule in mine:
        territories.setdefault(rule.unit, set()).add(rule.territory)
        if rule.style and rule.toward:
            of.setdefault(rule.unit, []).append(rule)

    def ruled(one: int, other: int) -> list[Rule]:
        sides = {str(belongs[other]), *territories.get(str(code[other]), ())}
        return [
            rule
            for rule in of.get(str(code[one]), ())
            if rule.territory not in sides and ("*" in rule.toward or rule.toward & sides)
        ]

    out, met = [], set()
    for i, j in pairs.tolist():
        matching = ruled(i, j) + ruled(j, i)
        met.update(matching)
        same = belongs[i] == belongs[j]
        found = {rule.style for rule in matching if same or rule.style not in _SAME_CODE_ONLY}
        unsettled = str(belongs[i]).startswith("X-") or str(belongs[j]).startswith("X-")
        if profile is Profile.NEUTRAL and unsettled and not same:
            found.add("undetermined")
        found.add("adm1" if same else "intl")
        out.append(max(found, key=STRENGTH.index))
    return np.array(out, dtype=object)[which.ravel()], frozenset(met)


@cache
def _names() -> Mapping[Profile, Mapping[str, str]]:
    rows = table_rows("names")
    return MappingProxyType(
        {profile: MappingProxyType({row["code"]: row[profile] for row in rows if row[profile]}) for profile in Profile}
    )


def name_of(code: str, profile: Profile, otherwise: str) -> str:
    """Return what a profile calls a country (alpha-3 or X- code), `otherwise` where it says nothing of its own."""
    return _names()[profile].get(code, otherwise)


@dataclass(frozen=True, slots=True)
class Territory:
    """A territory that a profile labels within a country: its name in the table, its label, the codes of its units."""

    territory: str
    label: str
    units: tuple[str, ...]


@cache
def territories(profile: Profile) -> tuple[Territory, ...]:
    """Return the territories that a profile labels, in the order of the table; one label is said once."""
    units: dict[tuple[str, str], dict[str, None]] = {}
    for rule in rules():
        if rule.profile is profile and rule.label:
            units.setdefault((rule.territory, rule.label), {})[rule.unit] = None
    return tuple(Territory(territory, label, tuple(members)) for (territory, label), members in units.items())


@cache
def not_expressible() -> Mapping[tuple[str, Profile], str]:
    """Return, by territory and profile, why a row of the table cannot be drawn with the shapes that are shipped."""
    rows = table_rows("not_expressible")
    return MappingProxyType({(row["territory"], Profile(row["profile"])): row["why"] for row in rows})


@cache
def to_review() -> tuple[Rule, ...]:
    """Return the rows that rest on memory alone."""
    return tuple(rule for rule in rules() if rule.from_memory_alone)
