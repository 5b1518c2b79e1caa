"""`python -m data map FILE`: the guessed mapping, what is not known yet, and what a preview would keep and refuse."""

import argparse
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from data.draft import EVENTS, OBSERVATIONS
from data.ingest import Ingested
from data.mapping.drafting import ingest_mapped
from data.mapping.guess import guess
from data.mapping.mapping import Mapping
from data.mapping.preview import Preview, preview
from data.mapping.read import open_any
from data.mapping.saved import read_mapping, saved
from data.readers.opened import Opened
from data.store import Store
from data.task import Task
from geo.errors import ValueRefused

_TEXTS: Final = ("title", "publisher", "licence")
_SHOWN: Final = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give the `map` command its arguments."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--kind", choices=(EVENTS, OBSERVATIONS), default="", help="what a row is (default: guessed)")
    parser.add_argument("--column", action="append", default=[], metavar="FIELD=NAME", help="choose a column")
    parser.add_argument("--answer", action="append", default=[], metavar="KEY=ANSWER", help="answer a question")
    for name in _TEXTS:
        parser.add_argument(f"--{name}", metavar="TEXT")
    parser.add_argument("--save", type=Path, metavar="MAPPING.json", help="write the mapping to a file")
    parser.add_argument("--whole", action="store_true", help="look at all rows, not the first 20,000")
    parser.add_argument("--anew", action="store_true", help="guess again, though a mapping was saved for these columns")


def run_map(chosen: argparse.Namespace, store: Store, out: TextIO, err: TextIO) -> int:
    """Print the mapping of a file and its preview; 0 where it was made, open questions or not."""
    del err
    opened = open_any(chosen.file)
    mapping = _mapping(opened, chosen, store)
    shown = preview(opened, mapping, whole=chosen.whole)
    if chosen.save:
        chosen.save.write_text(mapping.to_json(), encoding="utf-8")
    if chosen.json:
        print(json.dumps(_plain(mapping, shown), ensure_ascii=False, default=str), file=out)
    else:
        print("\n".join(_lines(mapping, shown)), file=out)
    return 0


def ingest_with(path: Path, mapping: Path, store: Store, *, coverage_end: dt.date | None, task: Task) -> Ingested:
    """Load a file through a mapping file; `coverage_end` is the last day that it covers, if a person says so."""
    chosen = read_mapping(mapping)
    if coverage_end:
        chosen = chosen.with_settings(coverage_last=coverage_end)
    return ingest_mapped(path, chosen, store, task=task)


def _mapping(opened: Opened, chosen: argparse.Namespace, store: Store) -> Mapping:
    from data.mapping.guess import ask  # noqa: PLC0415 - needed only where columns are chosen

    kept = None if chosen.anew else saved(store, opened)
    mapping = kept if kept and chosen.kind in {"", kept.kind} else guess(opened, chosen.kind)
    for text in chosen.column:
        key, name = _split(text)
        mapping = mapping.with_column(key, name or None)
    if chosen.column:
        mapping = ask(opened, mapping)
    for text in chosen.answer:
        mapping = mapping.answered(*_split(text))
    given = {name: getattr(chosen, name) for name in _TEXTS if getattr(chosen, name) is not None}
    return mapping.with_settings(**given) if given else mapping


def _split(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign:
        raise ValueRefused("this has no =", value=text, remedy="Write it as KEY=VALUE.")
    return key, value


def _plain(mapping: Mapping, shown: Preview) -> dict[str, Any]:
    return {
        "mapping": json.loads(mapping.to_json()),
        "ready": mapping.ready,
        "missing": list(mapping.missing),
        "read": shown.read,
        "kept": shown.kept,
        "rejected": dict(shown.reasons),
        "rows_looked_at": shown.rows_looked_at,
        "examples": [dict(one) for one in shown.examples],
        "extent": shown.extent,
        "first": shown.first,
        "last": shown.last,
        "countries": dict(shown.countries),
        "kinds": dict(shown.kinds),
        "deaths": shown.deaths,
        "notes": list(shown.notes),
    }


def _lines(mapping: Mapping, shown: Preview) -> Iterator[str]:
    yield f"Read as {mapping.kind}:"
    labels = {field.key: field.label for field in mapping.fields}
    for key, name in mapping.columns.items():
        why = mapping.found.get(key)
        said = f"  ({why.confidence:.0%}: {why.reason})" if why else "  (chosen by hand)"
        yield f"  {labels[key]} = {name}{said}"
    for sentence in mapping.missing:
        yield f"Missing: {sentence}"
    for one in mapping.unsure:
        answers = " | ".join(value for value, _ in one.options) or "a text"
        held = f" (taken as {one.default})" if one.default and not one.required else ""
        yield f"{'Question' if one.required else 'To check'}: {one.text}{held}\n    --answer {one.key}=({answers})"
    if not mapping.missing:
        yield f"Of {shown.rows_looked_at}, {shown.kept:,} would be kept and {shown.rejected:,} left out"
    for reason, count in shown.reasons.items():
        yield f"  {count:,} {reason}"
    for row in shown.examples[:_SHOWN]:
        yield f"    row {row['row']}, {row['column']} = {str(row['value'])[:60]!r}: {row['remedy']}"
    for note in shown.notes:
        yield f"Note: {note}"
    if mapping.ready:
        yield "Ready: python -m data ingest FILE --mapping MAPPING.json"
