"""Mappings kept beside the snapshots, found again by a file's header: `<home>/mappings/<fingerprint>-<kind>.json`."""

import os
import tempfile
from pathlib import Path
from typing import Final

from data.mapping.header import header
from data.mapping.mapping import Mapping
from data.readers.opened import Opened
from data.store import Store
from geo.errors import ValueRefused

_FOLDER: Final = "mappings"
_MOST_BYTES: Final = 8 << 20
_STEM: Final = 36


def save(store: Store, mapping: Mapping) -> Path:
    """Write a mapping, in place of an earlier one for the same header and kind, and return its file."""
    folder = store.home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{mapping.fingerprint}-{mapping.kind}.json"
    handle, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(mapping.to_json())
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(target)
    return target


def saved(store: Store, opened: Opened) -> Mapping | None:
    """Return the mapping last saved for a file with these columns, None where there is none that can be read."""
    mark = header(opened).fingerprint
    return next((one for one in saved_all(store) if one.fingerprint == mark), None)


def saved_all(store: Store) -> tuple[Mapping, ...]:
    """Return every saved mapping, the last saved first; a file that is no mapping is passed over."""
    folder = store.home / _FOLDER
    if not folder.is_dir():
        return ()
    paths = sorted(folder.glob("*.json"), key=lambda path: (-path.stat().st_mtime_ns, path.name))
    return tuple(one for one in map(read_mapping_or_none, paths) if one is not None)


def apart(store: Store, mapping: Mapping) -> Mapping:
    """Return the mapping under a short name that no saved mapping for other columns has: two files are two sources."""
    others = {one.settings.slug for one in saved_all(store) if one.fingerprint != mapping.fingerprint}
    stem, number = mapping.settings.slug, 2
    slug = stem
    while slug in others:
        slug, number = f"{stem[:_STEM]}_{number}", number + 1
    return mapping if slug == stem else mapping.with_settings(slug=slug)


def read_mapping(path: Path) -> Mapping:
    """Return the mapping in a file; raises `ValueRefused` where it holds none."""
    if path.stat().st_size > _MOST_BYTES:
        raise ValueRefused(f"{path.name} is too large to be a mapping")
    try:
        return Mapping.from_json(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ValueRefused(f"{path.name} is no mapping", remedy="Give the file that --save wrote.") from error


def read_mapping_or_none(path: Path) -> Mapping | None:
    """Return the mapping in a file, None where it holds none."""
    try:
        return read_mapping(path)
    except (ValueRefused, OSError):
        return None
