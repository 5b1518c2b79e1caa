"""Which product a file of boundaries is, by its columns, and which of them hold code, name and parent country."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geo.errors import FileRefused


class Product(StrEnum):
    """The three products that are known by their columns."""

    COD_AB = "COD-AB"
    GEOBOUNDARIES = "geoBoundaries"
    LSIB = "LSIB"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a product's columns are: `code`, `name`, `country` of areas; `rank` and `label` of lines ("" = none)."""

    product: Product
    level: int
    """1 or 2, the order of the areas; 0 for lines."""
    code: str = ""
    name: str = ""
    country: str = ""
    country_name: str = ""
    rank: str = ""
    label: str = ""


_PCODE: Final = re.compile(r"adm(\d)_?pcode", re.IGNORECASE)
_LANGUAGES: Final = ("en", "fr", "es", "pt", "ar", "ru", "uk", "")
_LEVELS: Final = (1, 2)


def recognise(columns: Sequence[str], file: str, kinds: Iterable[str | None] = ()) -> Layout:
    """Return the layout of a file by its column names; `kinds` are the values of geoBoundaries' `shapeType`.

    Raises `FileRefused` for columns of no known product, and for areas of an order that is not used.
    """
    own = {name.lower(): name for name in columns}
    if {"shapename", "shapeid", "shapegroup"} <= own.keys():
        return _geoboundaries(own, file, kinds)
    if {"cc1", "cc2", "rank"} <= own.keys():
        return Layout(Product.LSIB, 0, rank=own["rank"], label=own.get("label", ""))
    levels = {int(found[1]): name for name in columns if (found := _PCODE.fullmatch(name))}
    if levels:
        return _cod_ab(own, levels, file)
    raise FileRefused(
        f"The columns of {file} are those of no boundaries that are known here: {', '.join(columns)[:120]}.",
        remedy="Load COD-AB (ADM2_PCODE, ADM2_EN), geoBoundaries (shapeName, shapeID, shapeGroup) or LSIB (CC1, RANK).",
    )


def _cod_ab(own: dict[str, str], levels: dict[int, str], file: str) -> Layout:
    level = _used(max(levels), file)
    stem = f"adm{level}"
    tried = [f"{stem}_{word}" if word else f"{stem}_name" for word in _LANGUAGES]
    name = next((own[word] for word in (f"{stem}_name", *tried, f"{stem}_ref_name") if word in own), "")
    if not name:
        raise FileRefused(
            f"{file} has {levels[level]} but no name beside it.", remedy=f"Keep the column ADM{level}_EN."
        )
    country = next((own[word] for word in ("iso3", "adm0_pcode", "iso2") if word in own), "")
    country_name = next((own[word] for word in ("adm0_name", "adm0_en") if word in own), "")
    return Layout(Product.COD_AB, level, levels[level], name, country, country_name)


def _geoboundaries(own: dict[str, str], file: str, kinds: Iterable[str | None]) -> Layout:
    stated = sorted({kind for kind in kinds if kind})
    if len(stated) != 1 or not (found := re.fullmatch(r"ADM(\d)", stated[0])):
        raise FileRefused(
            f"{file} holds areas of the kinds {stated}.", remedy="Load one ADM level at a time (column shapeType)."
        )
    level = _used(int(found[1]), file)
    return Layout(Product.GEOBOUNDARIES, level, own["shapeid"], own["shapename"], own["shapegroup"])


def _used(level: int, file: str) -> int:
    if level not in _LEVELS:
        raise FileRefused(
            f"{file} holds areas of order {level}.", remedy="Load the admin-2 file (or admin-1) of the same product."
        )
    return level
