"""The manifest of a snapshot: everything known about a harvest that is not in its rows."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final, Self

from data.card import Card
from data.coverage import Coverage, Span
from geo.errors import StoreDamaged

FORM: Final = 2
"""The form written now: rows in the order of the file, a digest that does not see their order, no column `source` where
it is the card's key in every row. Form 1 held the rows in order and its digest saw it."""
EXAMPLES: Final = 200
"""Rejected rows that the manifest repeats; all of them are in `rejected.parquet`."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that a snapshot came from: its name, SHA-256, size in bytes, and the layout that was recognised."""

    name: str
    sha256: str
    size: int
    layout: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is: source, origin, counts, coverage, sums, times."""

    digest: str
    kind: str
    """events or observations."""
    exercise: bool
    card: Card
    origin: Origin | None
    """None where it was made here (the exercise)."""
    read: int
    kept: int
    rejected: Mapping[str, int]
    rejected_rows: tuple[Mapping[str, object], ...]
    """The first complaints, at most `EXAMPLES`."""
    coverage: Coverage
    deaths: Mapping[str, int]
    """Sums of deaths_low, deaths_best, deaths_high and civilian_deaths as low, best, high, civilian."""
    kinds: Mapping[str, int]
    first: date | None
    last: date | None
    verified: int
    unverified: int
    fetched_at: datetime
    """When the file was last written, where it is a file, else when it was made."""
    ingested_at: datetime
    software: str
    files: Mapping[str, str]
    """SHA-256 of each file of the snapshot besides the manifest."""
    form: int = 1
    """How the digest is made of the rows and how they are stored; see `FORM`."""

    def to_json(self) -> str:
        """Return the manifest as JSON with a seal: the SHA-256 of the rest."""
        body = _plain(self)
        return json.dumps({**body, "seal": _seal(body)}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the manifest that `to_json` wrote; raises `StoreDamaged` where a byte of it has changed."""
        try:
            body = json.loads(text)
            seal = body.pop("seal")
            if seal != _seal(body):
                raise StoreDamaged("the manifest does not match its own seal")
            return cls(**_typed(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreDamaged(f"the manifest cannot be read: {error}") from error


def _seal(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a manifest
    if isinstance(value, (Manifest, Origin, Card, Coverage, Span)):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def _typed(body: dict[str, Any]) -> dict[str, Any]:
    spans = tuple(
        Span(span["country_code"], date.fromisoformat(span["first"]), date.fromisoformat(span["last"]))
        for span in body["coverage"]["spans"]
    )
    return {
        **body,
        "card": Card.from_dict(body["card"]),
        "origin": Origin(**body["origin"]) if body["origin"] else None,
        "rejected_rows": tuple(body["rejected_rows"]),
        "coverage": Coverage(spans, body["coverage"]["scope"], body["coverage"]["reason"]),
        "first": date.fromisoformat(body["first"]) if body["first"] else None,
        "last": date.fromisoformat(body["last"]) if body["last"] else None,
        "fetched_at": datetime.fromisoformat(body["fetched_at"]),
        "ingested_at": datetime.fromisoformat(body["ingested_at"]),
    }


def identity_of(
    kind: str, source: str, coverage: Coverage, rejected: Mapping[str, int], *, exercise: bool
) -> dict[str, object]:
    """Return what is part of a snapshot's digest besides its rows: another coverage is another snapshot."""
    return {
        "kind": kind,
        "exercise": exercise,
        "source": source,
        "coverage": [[span.country_code, str(span.first), str(span.last)] for span in coverage.spans],
        "rejected": dict(rejected),
    }
