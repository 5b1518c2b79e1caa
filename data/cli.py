"""The command line: load files, list, show and verify snapshots, build the exercise, say what a map leaves out.

    python -m data ingest FILE... [--coverage-end DATE] [--mapping MAPPING.json]
    python -m data map FILE [--save MAPPING.json]
    python -m data list | show DIGEST | verify [DIGEST] | remove DIGEST | restore DIGEST
    python -m data excluded DIGEST [--grain week] [--resolution 4]
    python -m data exercise [--seed N]
    python -m data boundaries add FILE --licence TEXT | list | remove DIGEST
    python -m data fetch-ucdp [--version 25.1] [--url ADDRESS]

Each takes --json. Exit codes: 0 done, 1 refused, 2 wrong usage.
"""

import argparse
import datetime as dt
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from data.boundaries.command import add_arguments as add_boundary_arguments
from data.boundaries.command import run as run_boundaries
from data.ingest import Ingested, ingest
from data.manifest import Manifest
from data.mapping.command import add_arguments as add_map_arguments
from data.mapping.command import ingest_with, run_map
from data.sources.fetch import fetch
from data.sources.ucdp_address import LATEST_YEARLY, ucdp_address
from data.store import Store
from data.task import SILENT, Task
from geo.errors import TocsinError
from geo.periods import Grain, date_text, to_day

DONE: Final = 0
REFUSED: Final = 1
USAGE: Final = 2
SHORT: Final = 12
"""Characters of a digest that are shown to people."""

_BAR: Final = 24
_EVERY: Final = 0.2
_SHOWN: Final = 10


def main(arguments: Sequence[str] | None = None, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Run one command and return its exit code; argparse itself leaves with 2 on wrong usage."""
    out, err = out or sys.stdout, err or sys.stderr
    chosen = _parser().parse_args(arguments)
    store = Store(Path(chosen.home)) if chosen.home else Store.default()
    command: Callable[[argparse.Namespace, Store, TextIO, TextIO], int] = chosen.command
    try:
        return command(chosen, store, out, err)
    except (TocsinError, OSError) as error:
        if chosen.json:
            print(json.dumps({"error": str(error)}, ensure_ascii=False), file=out)
        else:
            print(f"Refused: {error}", file=err)
        return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description="Load files and look after snapshots.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object")
    common.add_argument("--home", help="folder of the store (default: TOCSIN_HOME, else .tocsin beside the program)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[..., int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, parents=[common], help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    sub = add("ingest", _ingest, "load files (CSV, plain, gzipped or zipped; .xlsx; Parquet; JSON)")
    sub.add_argument("files", nargs="+", type=Path, metavar="FILE")
    sub.add_argument("--coverage-end", type=_date, metavar="DATE", help="last day that the file covers, as YYYY-MM-DD")
    sub.add_argument("--mapping", type=Path, metavar="MAPPING.json", help="read the columns as this mapping says")
    add_map_arguments(add("map", run_map, "guess what the columns of a file of your own are, and preview it"))
    add("list", _list, "list the snapshots")
    for name, command, text in (
        ("show", _show, "show one snapshot"),
        ("remove", _remove, "move a snapshot to the trash"),
        ("restore", _restore, "bring a removed snapshot back"),
    ):
        add(name, command, text).add_argument("digest", metavar="DIGEST")
    add("verify", _verify, "recompute digests and compare").add_argument("digest", nargs="?", metavar="DIGEST")
    sub = add("excluded", _excluded, "say what a lattice leaves out, by reason")
    sub.add_argument("digest", metavar="DIGEST")
    sub.add_argument("--grain", choices=[grain.value for grain in Grain], default=Grain.WEEK.value)
    sub.add_argument("--resolution", type=int, choices=range(3, 8), default=4)
    sub = add("fetch-ucdp", _fetch_ucdp, "get a public UCDP release and load it")
    sub.add_argument("--version", default=LATEST_YEARLY, help="25.1 for a yearly release, 26.0.3 for a monthly one")
    sub.add_argument("--url", metavar="ADDRESS", help="get the file from here instead")
    add_boundary_arguments(add("boundaries", run_boundaries, "load areas or border lines of your own, list, remove"))
    add("exercise", _exercise, "build the exercise: simulated data").add_argument("--seed", type=int, default=2041)
    return parser


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date as YYYY-MM-DD") from error


def _ingest(chosen: argparse.Namespace, store: Store, out: TextIO, err: TextIO) -> int:
    results = []
    code = DONE
    for path in chosen.files:
        bar = _Bar(err, path.name) if err.isatty() and not chosen.json else None
        try:
            task = Task(bar.draw) if bar else SILENT
            if chosen.mapping:
                done = ingest_with(path, chosen.mapping, store, coverage_end=chosen.coverage_end, task=task)
            else:
                done = ingest(path, store, coverage_end=chosen.coverage_end, task=task)
        except (TocsinError, OSError) as error:
            code = REFUSED
            results.append({"file": path.name, "error": str(error)})
            if not chosen.json:
                print(f"Refused: {error}", file=err)
            continue
        finally:
            if bar:
                bar.clear()
        results.append(_ingested(path.name, done))
        if not chosen.json:
            print(_ingested_text(path.name, done), file=out)
    if chosen.json:
        _print_json(results[0] if len(results) == 1 else {"files": results}, out)
    return code


def _fetch_ucdp(chosen: argparse.Namespace, store: Store, out: TextIO, err: TextIO) -> int:
    address = chosen.url or ucdp_address(chosen.version)
    bar = _Bar(err, address.rpartition("/")[2]) if err.isatty() and not chosen.json else None
    task = Task(bar.draw) if bar else SILENT
    if not chosen.json:
        print(f"Getting {address}", file=err)
    try:
        came = fetch(address, store.home / "fetched", task=task)
        done = ingest(came.path, store, task=task)
    except KeyboardInterrupt:
        print("Stopped. What has come so far is kept; the same command goes on from there.", file=err)
        return REFUSED
    finally:
        if bar:
            bar.clear()
    if chosen.json:
        fetched = {"address": came.address, "bytes": came.size, "fresh": came.fresh, "tries": came.tries}
        _print_json(fetched | _ingested(came.path.name, done), out)
    else:
        newest = "" if came.fresh else " (unchanged since the last time)"
        print(f"{came.size:,} bytes came from {came.address}{newest}", file=out)
        print(_ingested_text(came.path.name, done), file=out)
    return DONE


def _ingested(name: str, done: Ingested) -> dict[str, Any]:
    one = done.manifest
    return {
        "file": name,
        "read": one.read,
        "kept": one.kept,
        "rejected": dict(one.rejected),
        "deaths": {key: one.deaths[key] for key in ("low", "best", "high") if key in one.deaths},
        "snapshot": one.digest,
        "coverage": _coverage(one),
        "unverified": one.unverified,
        "already": done.already,
        "seconds": round(done.seconds, 3),
    }


def _ingested_text(name: str, done: Ingested) -> str:
    one = done.manifest
    what = f"  {one.kept:,} of {one.read:,} {'incidents' if one.deaths else 'observations'} kept"
    if one.deaths:
        what += f", {one.deaths['best']:,} killed ({one.deaths['low']:,} to {one.deaths['high']:,})"
        what += f", {one.unverified:,} not verified by the source"
    lines = [
        f"{name}: {one.card.title}",
        what,
        f"  covers {_coverage_text(one)}: {one.coverage.reason}",
    ]
    lines += [f"  {count:,} rows rejected: {reason}" for reason, count in one.rejected.items()]
    seen: set[object] = set()
    for row in one.rejected_rows:
        if row["reason"] not in seen:
            seen.add(row["reason"])
            lines.append(f"    row {row['row']}, {row['column']} = {str(row['value'])[:60]!r}: {row['remedy']}")
    was = "already there" if done.already else "written"
    lines.append(f"  snapshot {one.digest[:SHORT]} {was} in {done.seconds:.1f} s")
    return "\n".join(lines)


def _coverage(one: Manifest) -> dict[str, Any]:
    spans = [{"country": s.country_code, "first": str(s.first), "last": str(s.last)} for s in one.coverage.spans]
    return {"scope": one.coverage.scope, "reason": one.coverage.reason, "countries": spans}


def _coverage_text(one: Manifest) -> str:
    if not one.coverage.spans:
        return "nothing"
    first = min(span.first for span in one.coverage.spans)
    last = max(span.last for span in one.coverage.spans)
    codes = list(dict.fromkeys(span.country_code for span in one.coverage.spans))
    where = "the world" if one.coverage.scope == "world" else ", ".join(codes[:6]) + (" ..." if len(codes) > 6 else "")  # noqa: PLR2004 - as many as fit
    return f"{where}, {date_text(to_day(first))} to {date_text(to_day(last))}"


def _list(chosen: argparse.Namespace, store: Store, out: TextIO, err: TextIO) -> int:
    found, damaged = store.list(), store.damaged()
    if chosen.json:
        _print_json({"snapshots": [_summary(one) for one in found], "damaged": damaged}, out)
        return DONE
    if not found:
        print("No snapshot yet. Load a file: python -m data ingest FILE", file=out)
    rows = [
        (
            one.digest[:SHORT],
            f"{one.card.key}{' EXERCISE' if one.exercise else ''}",
            one.kind,
            f"{one.kept:,}",
            _coverage_text(one),
            f"{one.ingested_at:%Y-%m-%d %H:%M}",
        )
        for one in found
    ]
    if rows:
        _print_table((("snapshot", "source", "kind", "rows", "covers", "loaded (UTC)"), *rows), out)
    for name, reason in damaged.items():
        print(f"Damaged: {name[:SHORT]}: {reason}", file=err)
    return DONE


def _summary(one: Manifest) -> dict[str, Any]:
    return {
        "snapshot": one.digest,
        "source": one.card.key,
        "kind": one.kind,
        "exercise": one.exercise,
        "read": one.read,
        "kept": one.kept,
        "rejected": dict(one.rejected),
        "deaths": dict(one.deaths),
        "unverified": one.unverified,
        "first": str(one.first),
        "last": str(one.last),
        "coverage": _coverage(one),
        "as_of": str(max((span.last for span in one.coverage.spans), default=one.last)),
        "ingested_at": one.ingested_at.isoformat(),
    }


def _show(chosen: argparse.Namespace, store: Store, out: TextIO, err: TextIO) -> int:
    del err
    one = store.get(chosen.digest)
    if chosen.json:
        print(one.to_json(), file=out)
        return DONE
    rows = [
        ("snapshot", one.digest),
        ("source", f"{one.card.title}{' (EXERCISE - SIMULATED DATA)' if one.exercise else ''}"),
        ("publisher", one.card.publisher),
        ("licence", one.card.licence),
        ("citation", one.card.citation),
        ("file", f"{one.origin.name} ({one.origin.layout})" if one.origin else "made here"),
        ("file sha256", one.origin.sha256 if one.origin else ""),
        ("rows", f"{one.read:,} read, {one.kept:,} kept, {one.read - one.kept:,} rejected"),
        *(("rejected", f"{count:,} {reason}") for reason, count in one.rejected.items()),
        *(("kind", f"{count:,} {kind}") for kind, count in one.kinds.items()),
        *(
            (("killed", f"{one.deaths['best']:,} ({one.deaths['low']:,} to {one.deaths['high']:,})"),)
            if one.deaths
            else ()
        ),
        ("not verified", f"{one.unverified:,}"),
        ("dates", f"{one.first} to {one.last}"),
        ("covers", f"{_coverage_text(one)}: {one.coverage.reason}"),
        ("loaded", f"{one.ingested_at:%Y-%m-%d %H:%M} UTC with {one.software}"),
    ]
    _print_table(rows, out)
    for row in one.rejected_rows[:_SHOWN]:
        print(
            f"  row {row['row']}, {row['column']} = {str(row['value'])[:60]!r}: {row['reason']}. {row['remedy']}",
            file=out,
        )
    return DONE


def _verify(chosen: argparse.Namespace, store: Store, out: TextIO, err: TextIO) -> int:
    names = [store.get(chosen.digest).digest] if chosen.digest else [one.digest for one in store.list()]
    found = {name: list(store.verify(name)) for name in names}
    if not chosen.digest:
        found |= {name: [reason] for name, reason in store.damaged().items()}
    bad = {name: faults for name, faults in found.items() if faults}
    if chosen.json:
        _print_json({"verified": len(found) - len(bad), "damaged": bad}, out)
    else:
        print(f"{len(found) - len(bad)} of {len(found)} snapshots are sound", file=out)
        for name, faults in bad.items():
            print(f"Damaged: {name[:SHORT]}: {'; '.join(faults)}", file=err)
    return REFUSED if bad else DONE


def _remove(chosen: argparse.Namespace, store: Store, out: TextIO, err: TextIO) -> int:
    del err
    return _moved(store.remove(chosen.digest), "removed", chosen, out)


def _restore(chosen: argparse.Namespace, store: Store, out: TextIO, err: TextIO) -> int:
    del err
    return _moved(store.restore(chosen.digest), "restored", chosen, out)


def _moved(one: Manifest, how: str, chosen: argparse.Namespace, out: TextIO) -> int:
    if chosen.json:
        _print_json({how: one.digest}, out)
    else:
        undo = f"; undo: python -m data restore {one.digest[:SHORT]}" if how == "removed" else ""
        print(f"{how.capitalize()} snapshot {one.digest[:SHORT]}{undo}", file=out)
    return DONE


def _excluded(chosen: argparse.Namespace, store: Store, out: TextIO, err: TextIO) -> int:
    del err
    from data.excluded import excluded  # noqa: PLC0415 - compiles the tally, which other commands do without

    found = excluded(store, chosen.digest, Grain(chosen.grain), chosen.resolution)
    if chosen.json:
        _print_json(found, out)
        return DONE
    rows = [(reason, f"{sums['incidents']:,}", f"{sums['killed']:,}") for reason, sums in found["fates"].items()]
    total = ("in all", f"{found['read']['incidents']:,}", f"{found['read']['killed']:,}")
    _print_table((("fate", "incidents", "killed (best)"), *rows, total), out)
    return DONE


def _exercise(chosen: argparse.Namespace, store: Store, out: TextIO, err: TextIO) -> int:
    from data.exercise.build import build  # noqa: PLC0415 - the simulator is needed for nothing else

    begun = time.perf_counter()
    build(store, chosen.seed, progress=lambda stage: print(f"EXERCISE: {stage}", file=err))
    made = [one for one in store.list() if one.exercise]
    if chosen.json:
        _print_json(
            {"snapshots": [_summary(one) for one in made], "seconds": round(time.perf_counter() - begun, 3)}, out
        )
    else:
        print(f"EXERCISE - SIMULATED DATA: {sum(one.kept for one in made):,} rows in {len(made)} snapshots", file=out)
    return DONE


def _print_json(value: object, out: TextIO) -> None:
    print(json.dumps(value, ensure_ascii=False), file=out)


def _print_table(rows: Sequence[Sequence[str]], out: TextIO) -> None:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), file=out)


class _Bar:
    """A progress bar on one line of a terminal."""

    def __init__(self, err: TextIO, name: str) -> None:
        self._err, self._name, self._last = err, name, 0.0

    def draw(self, stage: str, done: int, total: int | None) -> None:
        """Draw the stage and how far it is, at most five times a second."""
        now = time.monotonic()
        if now - self._last < _EVERY:
            return
        self._last = now
        share = min(done / total, 1.0) if total else 0.0
        filled = int(share * _BAR)
        shown = f"[{'#' * filled}{'.' * (_BAR - filled)}] {share:4.0%}" if total else ""
        self._err.write(f"\r\033[K{self._name[:40]} {stage} {shown}")
        self._err.flush()

    def clear(self) -> None:
        """Clear the line."""
        self._err.write("\r\033[K")
        self._err.flush()
