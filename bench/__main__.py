"""Measure every row beside its peer, print a table, write `bench/results.json`.

    python -m bench [--only NAME] [--quick] [--out FILE]

A ratio above 1 means that ours is better than the peer. `--quick` measures small inputs: it shows that the rows work,
not how fast, so it writes only where `--out` says. `--only` takes a part of a name and keeps the file's other rows.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bench.machine import machine
from bench.row import Row
from bench.rows import measured
from bench.scale import FULL, QUICK

RESULTS: Final = Path(__file__).parent / "results.json"
_HEADINGS: Final = ("", "value", "unit", "best", "p95", "peer", "ratio", "target", "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and return the exit code: 0 measured, targets met or not, 2 where no row has the name."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure beside peers.")
    parser.add_argument("--only", metavar="NAME", default="", help="rows whose name has this in it")
    parser.add_argument("--quick", action="store_true", help="small inputs, to see that it runs")
    parser.add_argument("--out", type=Path, metavar="FILE", help="file of the results (default: bench/results.json)")
    chosen = parser.parse_args(arguments)
    scale = QUICK if chosen.quick else FULL
    wanted = [module for module in measured() if chosen.only.lower() in module.name(scale).lower()]
    if not wanted:
        print(f"No row has {chosen.only!r} in its name. Rows:", file=sys.stderr)
        print(*(f"  {module.name(scale)}" for module in measured()), sep="\n", file=sys.stderr)
        return 2
    rows, entries = [], []
    for number, module in enumerate(wanted, start=1):
        print(f"[{number}/{len(wanted)}] {module.name(scale)} ...", file=sys.stderr, flush=True)
        begun = time.monotonic()
        row = module.measure(scale)
        print(f"      {_number(row.value)} {row.unit}, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        rows.append(row)
        entries.append(row.to_json(machine()))
    _print_table(rows)
    out = chosen.out or (None if chosen.quick else RESULTS)
    if out:
        write(out, entries, keep=bool(chosen.only))
        print(f"{len(entries)} rows written to {out.name}", file=sys.stderr)
    return 0


def write(path: Path, entries: list[dict[str, Any]], *, keep: bool) -> None:
    """Write the results whole or not at all; `keep` lets rows that were not measured now stand as they were."""
    if keep and path.exists():
        new = {entry["name"]: entry for entry in entries}
        old = json.loads(path.read_text(encoding="utf-8"))
        entries = [new.pop(entry["name"], entry) for entry in old] + list(new.values())
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(json.dumps(entries, indent=2, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _print_table(rows: list[Row]) -> None:
    table = [_HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(_HEADINGS))]
    for line in table:
        first, *others = (
            text.ljust(width) if not n else text.rjust(width)
            for n, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        print("  ".join([first, *others]).rstrip())
    peers = [row for row in rows if row.peer]
    if peers:
        print("\nPeers")
        for row in peers:
            print(f"  {row.name}: {row.peer}")
    print(f"\nLoad over the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def _cells(row: Row) -> tuple[str, ...]:
    met = {None: "", True: "met", False: "MISSED"}[row.met]
    ratio = "" if row.ratio is None else f"{row.ratio:.1f}x"
    spread = (_number(row.best), _number(row.worst), _number(row.peer_value))
    return (row.name, _number(row.value), row.unit, *spread, ratio, _number(row.target), met)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main())
