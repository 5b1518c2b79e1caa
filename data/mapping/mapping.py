"""The mapping: which column of a file is which field, what the person said besides, and what is not known yet."""

import json
from collections.abc import Mapping as MappingOf
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Self

from data.draft import EVENTS
from data.mapping.fields import Field, fields_of
from data.mapping.header import fingerprint
from data.mapping.settings import Settings
from geo.errors import ValueRefused

_FORM: Final = 1
_MOST_COLUMNS: Final = 2_000
_MOST_TEXT: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """Why a column was chosen: `confidence` from 0 to 1, and the reason in words."""

    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the file does not say itself, in plain words. `options` are (value, label); none means free text.

    `required`: the file cannot be loaded before it is answered; else `default` holds until somebody says otherwise.
    """

    key: str
    text: str
    options: tuple[tuple[str, str], ...] = ()
    default: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a file becomes events or observations. Immutable: each change gives a new one."""

    kind: str
    names: tuple[str, ...]
    skip: int = 1
    """Rows before the first row of values."""
    columns: MappingOf[str, str] = field(default_factory=dict)
    """Field to the file's column."""
    found: MappingOf[str, Found] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    unsure: tuple[Question, ...] = ()
    answers: MappingOf[str, str] = field(default_factory=dict)
    """What was answered, by question: it holds when questions are asked anew."""

    def __post_init__(self) -> None:
        """Refuse fields and columns that are not there."""
        known = {one.key for one in fields_of(self.kind)}
        for key, column in self.columns.items():
            if key not in known:
                raise ValueRefused(f"{self.kind} have no field of this name", value=key)
            if column not in self.names:
                raise ValueRefused("the file has no such column", column=key, value=column)
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        object.__setattr__(self, "answers", MappingProxyType(dict(self.answers)))
        object.__setattr__(self, "found", MappingProxyType({k: v for k, v in self.found.items() if k in self.columns}))

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the header that this mapping is for."""
        return fingerprint(self.names)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return the target fields."""
        return fields_of(self.kind)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Return the questions that must be answered before the file can be loaded."""
        return tuple(one for one in self.unsure if one.required)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what still has to be chosen, one sentence each."""
        has, asked = self.columns.keys(), {one.key for one in self.unsure}
        when = "date" if self.kind == EVENTS else "period"
        said = []
        if when not in has and "year" not in has:
            said.append(f"Choose the column of the {when}, or one of the year.")
        if ("latitude" in has) != ("longitude" in has):
            said.append("Choose both latitude and longitude, or neither.")
        if not has & {"latitude", "point", "country", "place_code", "place"}:
            said.append("Choose where it was: latitude and longitude, or at least the country.")
        elif self.kind == EVENTS and not has & {"latitude", "point", "country"}:
            said.append("Choose latitude and longitude, or at least the country: a name alone places nothing.")
        if self.kind != EVENTS:
            said += self._missing_of_observations()
        elif not has & DEATHS and self.settings.blank_deaths == "refuse" and "blank_deaths" not in asked:
            said.append("Choose the column of people killed, or say that incidents only are counted.")
        return tuple(said)

    def _missing_of_observations(self) -> list[str]:
        said = []
        if "value" not in self.columns:
            said.append("Choose the column of the value.")
        asked = {one.key for one in self.unsure}
        if not self.settings.observation_kind and "observation_kind" not in asked:
            said.append("Say whether the value is a stock (people there on a day) or a flow (new in a period).")
        if "measure" not in self.columns and not self.settings.measure and "measure" not in asked:
            said.append("Say what is measured.")
        if "unit" not in self.columns and not self.settings.unit and "unit" not in asked:
            said.append("Say the unit, such as people.")
        return said

    @property
    def ready(self) -> bool:
        """Return whether the file can be loaded with it."""
        return not self.missing and not self.open_questions

    def with_column(self, key: str, column: str | None) -> Self:
        """Return the mapping with a field read from another column, or from none.

        Questions about the column before are gone: `data.mapping.ask` asks those about the new one.
        """
        columns = {other: name for other, name in self.columns.items() if other != key}
        if column is not None:
            columns[key] = column
        found = {other: why for other, why in self.found.items() if other != key}
        if key not in _ASKED_OF or column == self.columns.get(key):
            return replace(self, columns=columns, found=found)
        stale = _ASKED_OF[key]
        unsure = tuple(one for one in self.unsure if not one.key.startswith(stale))
        answers = {one: answer for one, answer in self.answers.items() if not one.startswith(stale)}
        return replace(self, columns=columns, found=found, unsure=unsure, answers=answers)

    def with_settings(self, **changes: Any) -> Self:  # noqa: ANN401 - the settings' own types, checked there
        """Return the mapping with some settings changed; the questions that they answer are gone."""
        if "place_precision" in changes:
            changes.setdefault("precision_assumed", False)
        settings = replace(self.settings, **changes)
        answered = {key for key, name in _ANSWERED_BY.items() if name in changes}
        answers = {**self.answers, **{key: str(changes[_ANSWERED_BY[key]]) for key in answered}}
        if "kinds" in changes:
            answered |= {one.key for one in self.unsure if one.key.startswith(KINDS_KEY)}
        unsure = tuple(one for one in self.unsure if one.key not in answered)
        return replace(self, settings=settings, unsure=unsure, answers=answers)

    def answered(self, key: str, answer: str) -> Self:
        """Return the mapping with a question answered; raises `ValueRefused` for what is none of its options."""
        question = next((one for one in self.unsure if one.key == key), None)
        if question and question.options and answer not in {value for value, _ in question.options}:
            labels = ", ".join(value for value, _ in question.options)
            raise ValueRefused("this is no answer to the question", column=key, value=answer, remedy=f"Use: {labels}.")
        changed = self._changed(key, answer)
        unsure = tuple(one for one in changed.unsure if one.key != key)
        return replace(changed, unsure=unsure, answers={**changed.answers, key: answer})

    def _changed(self, key: str, answer: str) -> Self:
        if key.startswith(KINDS_KEY):
            kinds = {**self.settings.kinds, key.removeprefix(KINDS_KEY): answer}
            return replace(self, settings=replace(self.settings, kinds=kinds))
        if key == "place_precision":
            return self.with_settings(place_precision=int(answer) if answer.isdecimal() else 0)
        if key == "lat_lng":
            return self._with_latitude(answer)
        if key == "deaths_column":
            return self if answer == "yes" else self.with_column("deaths", None)
        if key in _ANSWERED_BY:
            return self.with_settings(**{_ANSWERED_BY[key]: answer})
        raise ValueRefused("there is no such question", value=key)

    def _with_latitude(self, column: str) -> Self:
        """Return the mapping with that one of its two columns of coordinates as latitude."""
        pair = {self.columns.get("latitude"), self.columns.get("longitude")} - {column}
        if len(pair) != 1:
            raise ValueRefused("latitude is one of the two columns of coordinates", value=column)
        return replace(self, columns={**self.columns, "latitude": column, "longitude": str(pair.pop())})

    def to_json(self) -> str:
        """Return the mapping as JSON."""
        body = {
            "tocsin_mapping": _FORM,
            "kind": self.kind,
            "names": list(self.names),
            "skip": self.skip,
            "columns": dict(self.columns),
            "found": {key: asdict(why) for key, why in self.found.items()},
            "settings": self.settings.plain(),
            "unsure": [asdict(one) for one in self.unsure],
            "answers": dict(self.answers),
        }
        return json.dumps(body, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the mapping that `to_json` wrote; raises `ValueRefused` for anything else."""
        try:
            body = _body(text)
            names = tuple(_word(name) for name in body["names"][:_MOST_COLUMNS])
            return cls(
                kind=_word(body["kind"]),
                names=names,
                skip=_count(body["skip"]),
                columns={_word(key): _word(name) for key, name in body["columns"].items()},
                found={
                    key: Found(float(one["confidence"]), _word(one["reason"])) for key, one in body["found"].items()
                },
                settings=Settings.from_plain(body["settings"]),
                unsure=tuple(_question(one) for one in body["unsure"]),
                answers={_word(key): _word(answer) for key, answer in body["answers"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueRefused(
                f"this is no mapping: {str(error)[:120]}",
                remedy="Make one with: python -m data map FILE --save OUT.json",
            ) from error


DEATHS: Final = frozenset({"deaths", "deaths_low", "deaths_high"})
"""Fields that say how many were killed."""
KINDS_KEY: Final = "kinds:"
"""Begins the key of a question about one value of the type column."""

_ANSWERED_BY: Final[MappingOf[str, str]] = {
    "date_order": "date_order",
    "decimal": "decimal",
    "civilians": "kind",
    "blank_deaths": "blank_deaths",
    "place_precision": "place_precision",
    "observation_kind": "observation_kind",
    "measure": "measure",
    "unit": "unit",
    "code": "code",
    "period_length": "period_length",
}
"""Which setting answers a question."""
_ASKED_OF: Final[MappingOf[str, tuple[str, ...]]] = {
    "type": (KINDS_KEY, "civilians"),
    "date": ("date_order",),
    "period": ("date_order",),
    "latitude": ("lat_lng",),
    "longitude": ("lat_lng",),
    "deaths": ("deaths_column", "blank_deaths"),
}
"""Questions that fall when their column is another."""


def _body(text: str) -> dict[str, Any]:
    if len(text) > _MOST_TEXT:
        raise ValueError("it is too long")
    body: dict[str, Any] = json.loads(text)
    if body.pop("tocsin_mapping") != _FORM:
        raise ValueError("it is of another version")
    return body


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_COLUMNS:
        raise ValueError(f"{value!r} is no number of rows")
    return value


def _question(one: dict[str, Any]) -> Question:
    options = tuple((_word(value), _word(label)) for value, label in one["options"])
    return Question(_word(one["key"]), _word(one["text"]), options, _word(one["default"]), bool(one["required"]))
