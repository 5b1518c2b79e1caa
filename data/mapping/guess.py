"""The guess: which column is which field, by its name and by its values, each with a confidence and a reason."""

from collections.abc import Mapping as MappingOf
from itertools import permutations
from typing import Final

import numpy as np

from data.draft import EVENTS, OBSERVATIONS
from data.mapping.ask import ask_of
from data.mapping.coordinates import degrees
from data.mapping.fields import Field, fields_of, likeness, normal
from data.mapping.header import Header, header
from data.mapping.land import on_land
from data.mapping.looks import Look
from data.mapping.mapping import Found, Mapping
from data.mapping.read import SAMPLE, rows_of
from data.mapping.settings import Settings, slug_of
from data.readers.opened import Opened

Looks = dict[str, Look]

_ENOUGH: Final = 0.5
"""Score of name and values from which a column is taken."""
_BY_VALUES: Final = 0.6
_LOOSE: Final = frozenset({"id", "text", "point"})
_LEAST_FIT: Final = 0.7
_NAMED, _NAMED_FIT = 0.9, 0.4
"""A column whose name says it all is taken with fewer readable values: the preview shows the others as refused."""
_MOST_PAIRS: Final = 6
_ON_LAND: Final = 0.9
_DEATHS_MOST_DISTINCT: Final = 200
_FALLBACK: Final = 0.3


def guess(opened: Opened, kind: str = "") -> Mapping:
    """Return the best mapping that the file's names and its first 20,000 rows give; see `Mapping.unsure` for the rest.

    `kind` is events or observations; empty lets the columns decide. Raises `FileRefused` where there is no table.
    """
    head = header(opened)
    rows = rows_of(opened, head, head.names, limit=SAMPLE)
    looks = {name: Look(name, rows.text(name)) for name in head.names}
    kinds = (kind,) if kind else (EVENTS, OBSERVATIONS)
    made = {one: _columns(one, head, looks) for one in kinds}
    chosen = kind or _kind(made)
    mapping = Mapping(
        kind=chosen,
        names=head.names,
        skip=head.skip,
        columns={key: name for key, (name, _) in made[chosen].items()},
        found={key: found for key, (_, found) in made[chosen].items()},
        settings=Settings(slug=slug_of(opened.name), title=opened.name),
    )
    return ask_of(opened, mapping, rows)


def ask(opened: Opened, mapping: Mapping) -> Mapping:
    """Return a mapping whose columns were chosen by hand with its questions asked anew; what was answered holds."""
    rows = rows_of(opened, Header(mapping.names, mapping.skip), mapping.names, limit=SAMPLE)
    asked = ask_of(opened, mapping, rows)
    for one in asked.unsure:
        if one.key in mapping.answers:
            asked = asked.answered(one.key, mapping.answers[one.key])
    return asked


Choice = dict[str, tuple[str, Found]]


def _kind(made: MappingOf[str, Choice]) -> str:
    """Return events, unless the columns hold a value and neither people killed, types nor sides."""
    events, observations = made[EVENTS], made[OBSERVATIONS]
    of_events = events.keys() & {"deaths", "deaths_low", "deaths_high", "type", "actor_a"}
    killed = events.get("deaths")
    if killed and killed[1].confidence <= _FALLBACK:
        of_events -= {"deaths"}
    return OBSERVATIONS if "value" in observations and not of_events else EVENTS


def _columns(kind: str, head: Header, looks: Looks) -> Choice:
    chosen = _by_name(fields_of(kind), looks)
    if kind == EVENTS:
        _drop_parts(chosen, "date")
    else:
        _drop_parts(chosen, "period")
    when = "date" if kind == EVENTS else "period"
    if when not in chosen and "year" not in chosen:
        _add_date(chosen, when, looks)
        if when not in chosen:
            _add_year(chosen, kind, looks)
    if not chosen.keys() & {"latitude", "point"}:
        chosen.pop("longitude", None)
        _add_pair(chosen, looks)
    elif ("latitude" in chosen) != ("longitude" in chosen):
        _complete_pair(chosen, looks)
    if kind == EVENTS and not chosen.keys() & {"deaths", "deaths_low", "deaths_high"}:
        _add_deaths(chosen, head, looks)
    return chosen


def _by_name(fields: tuple[Field, ...], looks: Looks) -> Choice:
    scored = []
    for rank, field in enumerate(fields):
        for place, (name, look) in enumerate(looks.items()):
            like = likeness(field, name)
            if not like:
                continue
            fit = look.fit(field.shape)
            if not fit or (field.shape not in _LOOSE and fit < (_NAMED_FIT if like > _NAMED else _LEAST_FIT)):
                continue
            score = like * (0.4 + 0.6 * fit)
            if score >= _ENOUGH:
                scored.append((-score, rank, place, field, name, fit))
    chosen: Choice = {}
    taken: set[str] = set()
    for negative, _, _, field, name, fit in sorted(scored, key=lambda one: one[:3]):
        if field.key in chosen or name in taken:
            continue
        taken.add(name)
        values = "" if field.shape in {"text", "word", "id"} else f"; {fit:.0%} of its values are of that form"
        chosen[field.key] = name, Found(round(-negative, 2), f"the name {name[:40]!r}{values}")
    return chosen


def _drop_parts(chosen: Choice, when: str) -> None:
    """Leave split dates out where there is a whole one, and parts without a year."""
    if when in chosen or "year" not in chosen:
        for part in ("year", "month", "day"):
            chosen.pop(part, None)


def _free(chosen: Choice, looks: Looks) -> list[Look]:
    taken = {name for name, _ in chosen.values()}
    return [look for name, look in looks.items() if name not in taken]


def _add_date(chosen: Choice, when: str, looks: Looks) -> None:
    fits = [(look.fit("date"), look) for look in _free(chosen, looks)]
    best = max(fits, key=lambda one: one[0], default=None)
    if best and best[0] >= _ON_LAND:
        chosen[when] = best[1].name, Found(_BY_VALUES, f"{best[0]:.0%} of its values are dates")


def _add_year(chosen: Choice, kind: str, looks: Looks) -> None:
    """Take the first column of years whose name has a word for year in it."""
    words = set(next(field.words for field in fields_of(kind) if field.key == "year"))
    for look in _free(chosen, looks):
        if words.intersection(normal(look.name).split("_")) and look.fit("year") >= _ON_LAND:
            chosen["year"] = look.name, Found(_ENOUGH, f"the name {look.name[:40]!r}; its values are years")
            return


def _add_pair(chosen: Choice, looks: Looks) -> None:
    """Find latitude and longitude by their values: two columns of decimals whose points lie on land."""
    numeric = [
        look
        for look in _free(chosen, looks)
        if max(look.commas, look.points) * 2 > len(look.filled) and look.fit("longitude") >= _ON_LAND
    ][:_MOST_PAIRS]
    best = None
    for lat, lng in permutations(numeric, 2):
        land = on_land(degrees(lat.text, lat.decimal, "latitude"), degrees(lng.text, lng.decimal, "longitude"))
        if land.share >= _ON_LAND and (best is None or land.score > best[0].score):
            best = land, lat, lng
    if best:
        land, lat, lng = best
        why = Found(_BY_VALUES, f"{land.share:.0%} of the points that they make lie on land, most in {land.country}")
        chosen["latitude"], chosen["longitude"] = (lat.name, why), (lng.name, why)


def _complete_pair(chosen: Choice, looks: Looks) -> None:
    """Find the other one of a pair of which one is known by its name."""
    known, wanted = ("latitude", "longitude") if "latitude" in chosen else ("longitude", "latitude")
    have = looks[chosen[known][0]]
    best = None
    for look in _free(chosen, looks):
        if max(look.commas, look.points) * 2 <= len(look.filled):
            continue
        axes = {known: degrees(have.text, have.decimal, known), wanted: degrees(look.text, look.decimal, wanted)}
        land = on_land(axes["latitude"], axes["longitude"])
        if land.share >= _ON_LAND and (best is None or land.score > best[0].score):
            best = land, look
    if best:
        why = Found(_BY_VALUES, f"with {have.name[:40]!r}, {best[0].share:.0%} of the points lie on land")
        chosen[wanted] = best[1].name, why
    else:
        del chosen[known]


def _add_deaths(chosen: Choice, head: Header, looks: Looks) -> None:
    """Take the only column of small whole numbers that is left for people killed, and say that it is a guess."""
    left = []
    for look in _free(chosen, looks):
        values = look.values[np.isfinite(look.values)]
        small = look.fit("whole") >= _ON_LAND and len(values) and np.median(values) <= 20  # noqa: PLR2004 - people
        if small and 1 < look.distinct <= _DEATHS_MOST_DISTINCT and look.name in head.names:
            left.append(look)
    if len(left) == 1:
        chosen["deaths"] = left[0].name, Found(_FALLBACK, "the only column of small whole numbers that is left")
