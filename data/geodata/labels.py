"""Codes and names of the admin-1 units: mended labels, countries as humanitarian data codes them, honest merges."""

import csv
from pathlib import Path

import pandas as pd

from data.geodata.cuts import CUTS

TABLES = Path(__file__).parent / "tables"
UNNAMED = "Minor islands"  # six units carry no label at all: rocks and reefs far from their country
MERGED = {"SYR-5261": "SYR-145"}  # the UNDOF zone lies in Quneitra


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of `tables/<name>.csv`."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def country_names(geonames: dict[str, str]) -> dict[str, str]:
    """Return ISO 3166 alpha-3 (or X-) code -> neutral name: GeoNames' names, mended by `tables/countries.csv`."""
    return geonames | {row["iso3"]: row["name"] for row in table("countries") if row["name"]}


def vintage() -> dict[str, str]:
    """Return alpha-3 code -> sentence for the countries whose admin-1 is out of date (boundaries.md)."""
    return {row["iso3"]: row["note"] for row in table("vintage")}


def _slug(region: str) -> str:
    return region.lower().replace(" ", "-")


def labelled(attributes: pd.DataFrame) -> pd.DataFrame:
    """Return one row per raw unit and per cut piece: source, code, piece, name, country, kind.

    `attributes` is Natural Earth's table. `source` names the geometry (a raw unit or a piece), `code` the unit it goes
    into: rows that share a code are to be merged. `piece` is the code, but for units that a line still runs around.
    Antarctica is left out.
    """
    raw = attributes[attributes["adm0_a3"] != "ATA"].set_index("adm1_code")
    out = pd.DataFrame(
        {
            "source": raw.index.to_numpy(dtype=object),
            "code": raw.index.to_numpy(dtype=object),
            "name": raw["name"].where(raw["name"].notna(), UNNAMED).to_numpy(dtype=object),
            "country": raw["adm0_a3"].to_numpy(dtype=object),
            "kind": raw["type_en"].where(raw["type_en"].notna(), "").to_numpy(dtype=object),
        },
        index=raw.index.to_numpy(dtype=object),
    )
    for row in table("labels"):
        out.loc[row["unit"], "name"] = row["name"]
    region = raw["region"].where(raw["adm0_a3"] == "BFA").dropna()
    out.loc[region.index, "code"] = "BFA~" + region.map(_slug)
    out.loc[region.index, "name"], out.loc[region.index, "kind"] = region, "Region"
    for part, whole in MERGED.items():
        out.loc[part, ["code", "name", "kind"]] = out.loc[whole, ["code", "name", "kind"]]
    for cut in CUTS:
        piece = out.loc[cut.unit].copy()
        piece["source"] = piece["code"] = f"{cut.unit}~{cut.piece}"
        piece["name"] = cut.name or f"{piece['name']} (South Ossetia)"
        out.loc[piece["code"]] = piece
    own = {row["code"]: row["iso3"] for row in table("countries") if row["code"]}
    out["country"] = out["country"].replace(own)
    for row in table("units"):
        out.loc[row["unit"], "country"] = row["iso3"]
    out["piece"] = out["source"].where(out["source"].isin(list(MERGED)), out["code"])
    return out.reset_index(drop=True)
