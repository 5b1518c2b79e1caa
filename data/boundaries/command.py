"""`python -m data boundaries add FILE --licence TEXT [--name NAME] | list | remove DIGEST`."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from data.boundaries.held import Loaded, add, held, remove
from data.store import Store
from geo.errors import FileRefused

_SHORT = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("act", choices=("add", "list", "remove"))
    parser.add_argument("what", nargs="?", metavar="FILE|DIGEST")
    parser.add_argument("--licence", default="", help="the publisher's licence, in words: shown with the boundaries")
    parser.add_argument("--name", default="", help="what to call them (default: the name of the file)")


def run(chosen: argparse.Namespace, store: Store, out: TextIO, err: TextIO) -> int:
    """Run the command; 0 done. Raises `TocsinError` where it is refused."""
    del err
    if chosen.act == "list":
        found = held(store.home)
        print(_json(found) if chosen.json else "\n".join(map(_line, found)) or "No boundaries are loaded.", file=out)
        return 0
    if not chosen.what:
        raise FileRefused(f"boundaries {chosen.act} needs a file or a digest.", remedy="See python -m data --help.")
    if chosen.act == "remove":
        one = remove(store.home, chosen.what)
        print(_json((one,)) if chosen.json else f"Removed {_line(one)}", file=out)
        return 0
    licence = chosen.licence or _asked()
    one = add(Path(chosen.what), store.home, licence=licence, name=chosen.name)
    said = "".join(f"\n  {sentence}" for sentence in one.soundness.sentences())
    print(_json((one,)) if chosen.json else f"Loaded {_line(one)}{said}", file=out)
    return 0


def _asked() -> str:
    """Ask a person at a terminal for the licence; nobody else is asked."""
    return input("Licence of these boundaries, as the publisher words it: ") if sys.stdin.isatty() else ""


def _line(one: Loaded) -> str:
    what = f"{one.features:,} areas of order {one.level}" if one.level else f"{one.features:,} lines"
    where = f" in {', '.join(one.countries)}" if one.countries else ""
    return f"{one.digest[:_SHORT]}  {one.name}: {one.product}, {what}{where}. Licence: {one.licence}"


def _json(found: tuple[Loaded, ...]) -> str:
    return json.dumps({"boundaries": [asdict(one) for one in found]}, ensure_ascii=False)
