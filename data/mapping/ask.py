"""The questions: what the chosen columns' values say by themselves is settled, the rest is asked in plain words."""

from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.draft import EVENTS
from data.mapping.ask_observations import ask_of_observations
from data.mapping.coordinates import degrees, pairs
from data.mapping.fields import likeness, normal
from data.mapping.header import Header
from data.mapping.land import Land, on_land
from data.mapping.looks import Look, is_serial, order_of
from data.mapping.mapping import KINDS_KEY, Found, Mapping, Question
from data.mapping.numbers import Decimal, blank, words_of
from data.mapping.read import SAMPLE, rows_of
from data.mapping.vocabulary import ACLED_PRECISIONS, UCDP_KINDS, kind_of, precision_of
from data.readers.opened import Opened
from data.sources.observation_rows import Rows
from geo.coordinates import distinct

KIND_OPTIONS: Final = (
    ("one-sided", "Attacks on civilians"),
    ("state-based", "Fighting in which a state takes part"),
    ("non-state", "Fighting between groups, none of them a state"),
    ("other", "None of these (protest, arrest): not counted as violence"),
)
PRECISION_OPTIONS: Final = (
    ("1", "Exact places"),
    ("2", "Within 25 km"),
    ("3", "The district"),
    ("4", "The province"),
    ("6", "The country only"),
)
ORDER_OPTIONS: Final = (("dmy", "Day first: 3/4 is 3 April"), ("mdy", "Month first: 3/4 is 4 March"))
_MOST_TYPES: Final = 40
_CODED_SHARE: Final = 0.3
_DECIMALS: Final = 3
_WRONG: Final = 0.5
_RIGHT: Final = 0.8
_CERTAIN, _SCATTERED = 0.95, 0.8
"""Shares of points in one country: all of them, and not all of them."""
_AXES: Final = frozenset(
    {"x", "y", "xcoord", "ycoord", "x_coord", "y_coord", "coord_x", "coord_y", "point_x", "point_y"}
)
"""Names of which some people take x for north."""
_STATED: Final = frozenset(str(code) for code in range(1, 8))


def ask_of(opened: Opened, mapping: Mapping, rows: Rows) -> Mapping:
    """Return the mapping with its settings settled from a sample's rows, and its questions."""
    looks = {key: Look(name, rows.text(name)) for key, name in mapping.columns.items()}
    mapping = replace(mapping, unsure=())
    mapping, asked = _decimal(mapping, looks)
    mapping, turned = _turned(mapping, looks)
    asked += turned
    mapping, ordered = _order(opened, mapping, looks)
    asked += ordered
    if mapping.kind == EVENTS:
        mapping, more = _types(mapping, looks)
        mapping, precise = _precision(mapping, looks, rows)
        asked += [*more, *_deaths(mapping, looks), *precise]
    else:
        mapping, more = ask_of_observations(mapping, looks)
        asked += more
    return replace(mapping, unsure=tuple(asked))


Asked = tuple[Mapping, list[Question]]


def _decimal(mapping: Mapping, looks: dict[str, Look]) -> Asked:
    placed = [looks[key] for key in ("latitude", "longitude") if key in looks]
    counted = [looks[key] for key in ("value", "low", "high") if key in looks]
    telling = [look for look in placed if look.commas or look.points] or counted
    commas, points = sum(look.commas for look in telling), sum(look.points for look in telling)
    decimal: Decimal = "," if commas > points else "."
    asked = []
    if telling is counted and commas + points and sum(look.thousands for look in telling) == commas + points:
        text = next(str(look.filled[0]) for look in telling if len(look.filled))
        options = ((".", "1,234 is more than a thousand"), (",", "1,234 is a little more than one"))
        asked = [Question("decimal", f"How are numbers such as {text[:20]} written?", options, ".", required=True)]
        decimal = "."
    return replace(mapping, settings=replace(mapping.settings, decimal=decimal)), asked


def _turned(mapping: Mapping, looks: dict[str, Look]) -> Asked:
    """Turn latitude and longitude round where their points lie in the right country, or on land, only then.

    Where both readings lie on land and the other in one country alone, columns called x and y are turned and it is
    asked; plainer names are believed and it is asked.
    """
    if not {"latitude", "longitude"} <= looks.keys():
        return mapping, []
    lat, lng = looks["latitude"], looks["longitude"]
    decimal = mapping.settings.decimal
    written = looks["country"].text if "country" in looks else None
    as_named = on_land(degrees(lat.text, decimal, "latitude"), degrees(lng.text, decimal, "longitude"), written)
    other = on_land(degrees(lng.text, decimal, "latitude"), degrees(lat.text, decimal, "longitude"), written)
    plain = not {normal(lat.name), normal(lng.name)} <= _AXES
    wrong = other.share >= _RIGHT and as_named.share <= _WRONG
    alone = other.share >= _RIGHT and other.together >= _CERTAIN and as_named.together <= _SCATTERED
    if not (wrong or alone):
        return mapping, _against_names(mapping, lat, lng)
    said = (
        f"With {lng.name[:40]!r} as latitude {_share(other, written)}; "
        f"with {lat.name[:40]!r} {_share(as_named, written)}."
    )
    text = f"Which column is latitude? {said}"
    if plain and not wrong:
        return mapping, [_which(text, lat, lng, required=True)]
    columns = {**mapping.columns, "latitude": lng.name, "longitude": lat.name}
    found = {**mapping.found, "latitude": Found(0.7, said), "longitude": Found(0.7, said)}
    question = _which(text, lng, lat, required=plain or not wrong)
    return replace(mapping, columns=columns, found=found), [question]


def _which(text: str, lat: Look, lng: Look, *, required: bool) -> Question:
    options = tuple((look.name, f"{look.name} is latitude") for look in (lat, lng))
    return Question("lat_lng", text, options, lat.name, required)


def _against_names(mapping: Mapping, lat: Look, lng: Look) -> list[Question]:
    """Ask where the columns were chosen by their values and their names say the opposite."""
    fields = {field.key: field for field in mapping.fields}
    opposite = min(likeness(fields["latitude"], lng.name), likeness(fields["longitude"], lat.name))
    if opposite < _CERTAIN or {normal(lat.name), normal(lng.name)} <= _AXES:
        return []
    text = (
        f"Which column is latitude? The values of {lng.name[:40]!r} do not fit into latitudes, whatever it is called."
    )
    return [_which(text, lat, lng, required=True)]


def _share(land: Land, written: pa.Array | None) -> str:
    if written is not None:
        return f"{land.share:.0%} of the points lie in the country that is written"
    where = f", {land.together:.0%} of those in {land.country}" if land.country else ""
    return f"{land.share:.0%} of the points lie on land{where}"


def _order(opened: Opened, mapping: Mapping, looks: dict[str, Look]) -> Asked:
    key = "date" if mapping.kind == EVENTS else "period"
    ends = "date_end" if mapping.kind == EVENTS else "period_end"
    if key not in looks:
        return mapping, []
    if is_serial(looks[key]):
        return _with_order(mapping, key, "serial", "days as a spreadsheet counts them"), []
    order, why = order_of(looks[key].filled)
    if not order and ends in looks:
        order, why = order_of(pa.concat_arrays([looks[key].filled, looks[ends].filled]))
    if not order and len(looks[key].text) >= SAMPLE:  # the rest of the file may tell
        whole = rows_of(opened, Header(mapping.names, mapping.skip), [looks[key].name])
        order, why = order_of(whole.text(looks[key].name))
    if order:
        return _with_order(mapping, key, order, why), []
    text = (
        f"Which comes first in the dates of {looks[key].name[:40]!r}, the day or the month? {why[0].upper()}{why[1:]}."
    )
    return _with_order(mapping, key, "dmy", why), [Question("date_order", text, ORDER_OPTIONS, "", required=True)]


def _with_order(mapping: Mapping, key: str, order: str, why: str) -> Mapping:
    before = mapping.found.get(key)
    found = dict(mapping.found)
    if before:
        found[key] = Found(before.confidence, f"{before.reason.split('; order')[0]}; order of day and month: {why}")
    return replace(mapping, found=found, settings=replace(mapping.settings, date_order=order))  # type: ignore[arg-type]  # one of its words


def types_of(text: pa.Array) -> dict[str, int]:
    """Return the distinct values of a type column, lower case and trimmed, with their rows, most frequent first."""
    words = words_of(text.drop_null())
    counts = [(str(item["values"]), int(item["counts"])) for item in pc.value_counts(words).to_pylist()]
    return dict(sorted(counts, key=lambda item: (-item[1], item[0])))


def _types(mapping: Mapping, looks: dict[str, Look]) -> Asked:
    settings = mapping.settings
    if "type" not in looks:
        if settings.kind:
            return mapping, []
        text = "Are these attacks on civilians? The file has no column that says what kind of event a row is."
        return mapping, [Question("civilians", text, KIND_OPTIONS, "", required=True)]
    counts = types_of(looks["type"].filled)
    numbered = counts.keys() <= UCDP_KINDS.keys() and "violence" in normal(looks["type"].name)
    known = dict(settings.kinds)
    for value in counts:
        kind = UCDP_KINDS[value] if numbered else kind_of(value)
        if kind and value not in known:
            known[value] = kind
    unknown = [value for value in counts if value not in known]
    mapping = replace(mapping, settings=replace(settings, kinds=known))
    if len(unknown) > _MOST_TYPES or (unknown and len(unknown) == len(counts)):
        shown = ", ".join(value[:30] for value in unknown[:5])
        text = f"What are rows of a type such as {shown}? Nothing in the words tells."
        asked = [] if settings.kind else [Question("civilians", text, KIND_OPTIONS, "", required=True)]
        return mapping, asked
    asked = [
        Question(
            KINDS_KEY + value,
            f"What is the type {value[:60]!r} ({counts[value]:,} rows)?",
            KIND_OPTIONS,
            required=True,
        )
        for value in unknown
    ]
    return mapping, asked if not settings.kind else []


def _deaths(mapping: Mapping, looks: dict[str, Look]) -> list[Question]:
    options = (("refuse", "Leave such rows out"), ("zero", "Keep them, with 0 killed; the card then says so"))
    if not looks.keys() & {"deaths", "deaths_low", "deaths_high"}:
        if mapping.settings.blank_deaths == "zero":
            return []
        text = "The file has no column of people killed. Count incidents only, with 0 killed?"
        options = (("zero", "Yes: count incidents only"), ("refuse", "No: I will choose the column"))
        return [Question("blank_deaths", text, options, "zero", required=True)]
    asked = []
    found = mapping.found.get("deaths")
    if found and found.confidence <= 0.3:  # noqa: PLR2004 - guessed by nothing but small numbers
        text = f"Is {looks['deaths'].name[:40]!r} the number of people killed? Only its small whole numbers say so."
        asked.append(Question("deaths_column", text, (("yes", "Yes"), ("no", "No")), "yes", required=True))
    if "deaths" in looks:
        look = looks["deaths"]
        empty = int(blank(look.text).sum())
        if empty and mapping.settings.blank_deaths == "refuse":
            text = f"{empty:,} of {len(look.text):,} rows looked at say nothing of people killed. What of them?"
            asked.append(Question("blank_deaths", text, options, "refuse"))
    return asked


def _precision(mapping: Mapping, looks: dict[str, Look], rows: Rows) -> Asked:
    settings = mapping.settings
    codes = dict(settings.precisions)
    if "place_precision" in looks:
        look = looks["place_precision"]
        values = types_of(look.filled)
        acled = values.keys() <= ACLED_PRECISIONS.keys() and normal(look.name).startswith("geo_prec")
        for value in values:
            stated = int(value) if value in _STATED and not acled else None
            code = ACLED_PRECISIONS[value] if acled else stated or precision_of(value)
            if code and value not in codes:
                codes[value] = code
    asked = []
    if settings.precision_assumed:
        code, why = assumed_precision(mapping, looks)
        settings = replace(settings, place_precision=code)
        blank_rows = "place_precision" not in looks or len(looks["place_precision"].filled) < len(rows)
        if blank_rows and looks.keys() & {"latitude", "point"}:
            text = f"How exactly are the places known? The file does not say. {why}"
            asked = [Question("place_precision", text, PRECISION_OPTIONS, str(code))]
    return replace(mapping, settings=replace(settings, precisions=codes)), asked


def assumed_precision(mapping: Mapping, looks: dict[str, Look]) -> tuple[int, str]:
    """Return the code that coordinates bear without being told, never exact, and why in a sentence."""
    if "latitude" in looks and "longitude" in looks:
        decimal = mapping.settings.decimal
        lat, lng = (degrees(looks[axis].text, decimal, axis) for axis in ("latitude", "longitude"))
    elif "point" in looks:
        lat, lng = pairs(looks["point"].text)
    else:
        return 4, "Without coordinates a row is known to its province at best."
    there = np.isfinite(lat) & np.isfinite(lng)
    if not there.any():
        return 4, "No row has coordinates."
    lats, lngs = lat[there], lng[there]
    fine = np.abs(np.round(lats * 100) - lats * 100) > 1e-6  # noqa: PLR2004 - more than two decimals
    fine |= np.abs(np.round(lngs * 100) - lngs * 100) > 1e-6  # noqa: PLR2004
    places = len(distinct(lats, lngs)[0])
    if fine.mean() >= 0.5 and places >= _CODED_SHARE * len(lats):  # noqa: PLR2004 - most of them
        return 2, f"Taken as within 25 km: most coordinates have {_DECIMALS} decimals or more, and few repeat."
    return 4, "Taken as known to the province only: the coordinates are rounded or few places repeat."
