"""The shipped geography: admin-1 and countries at two levels of detail, border lines, lakes, places.

Three profiles (docs/boundaries.md) draw the same shapes: whose styles and names are shown is a choice of the view, and
data are always coded by the neutral codes of `admin1().countries`. All of it is read once, shared and read-only. Keys
are Natural Earth's `adm1_code`; the vintage of admin-1 varies by country (`vintage_note`). `build.py` makes the files.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from data.geodata import profiles
from data.geodata.borders import merged
from data.geodata.coverage import dissolved, label_points
from geo.areas import Areas
from geo.errors import NothingThere
from geo.frozen import frozen
from geo.places import Places
from geo.view import Profile

Detail = Literal["fine", "coarse"]
"""`fine` for zoom 5 and more and for looking up points, `coarse` below."""

CREDIT = (
    "Boundaries: Natural Earth, generalised, for orientation only; dashed lines and grey areas are disputed or "
    "undetermined; no position is taken on legal status. Vintage of admin-1 varies by country."
)
PLACES_CREDIT = "Places: GeoNames, CC BY 4.0."

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Country:
    """A country or territory: ISO 3166 alpha-3 (or X- code), neutral name, label point inside, note on old admin-1."""

    iso3: str
    name: str
    label_lng: float
    label_lat: float
    vintage_note: str | None


@dataclass(frozen=True)
class TerritoryName:
    """A territory's name, its label point (degrees), and the data codes of the countries its units lie in.

    `reach` is the radius in degrees of a circle as large as the territory, 0 where its extent is not known.
    """

    name: str
    lng: float
    lat: float
    countries: tuple[str, ...]
    reach: float = 0.0


@cache
def countries() -> Mapping[str, Country]:
    """Return every country of the map by alpha-3 (or X- code)."""
    with (_HERE / "countries.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            Country(
                row["iso3"], row["name"], float(row["label_lng"]), float(row["label_lat"]), row["vintage_note"] or None
            )
            for row in csv.DictReader(file)
        ]
    return MappingProxyType({row.iso3: row for row in rows})


def vintage_note(iso3: str) -> str | None:
    """Return the sentence that says how a country's admin-1 is out of date, None where it is not.

    Raises `NothingThere` for a code that is on no map.
    """
    if iso3 not in countries():
        raise NothingThere(f"There is no country with the code {iso3!r}.")
    return countries()[iso3].vintage_note


@cache
def parties() -> Mapping[str, tuple[str, ...]]:
    """Return the alpha-3 codes of the states that are parties to each area of undetermined status (X- code)."""
    with (_HERE / "tables" / "undetermined.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["code"]: tuple(row["parties"].split()) for row in csv.DictReader(file)})


@cache
def _admin1_table(detail: Detail) -> gpd.GeoDataFrame:
    return gpd.read_parquet(_HERE / f"admin1_{detail}.parquet")


@cache
def admin1(detail: Detail = "fine") -> Areas:
    """Return the admin-1 areas, in the same order at both levels of detail."""
    table = _admin1_table(detail)
    text = {c: table[c].to_numpy(dtype=object) for c in ("code", "name", "country", "country_name")}
    return Areas(
        level="admin1",
        codes=text["code"],
        names=text["name"],
        countries=text["country"],
        country_names=text["country_name"],
        geometry=np.asarray(table.geometry, dtype=object),
        label_lng=table["label_lng"].to_numpy(dtype=np.float64),
        label_lat=table["label_lat"].to_numpy(dtype=np.float64),
    )


@cache
def admin1_kinds() -> NDArray[np.object_]:
    """Return what each admin-1 area is (Province, State; empty where not known), in the same order."""
    return frozen(_admin1_table("coarse")["kind"].to_numpy(dtype=object))


@cache
def admin0(detail: Detail = "coarse") -> Areas:
    """Return the countries: the union of their admin-1 areas, so that the edges are the same."""
    areas = admin1(detail)
    codes, geometry = dissolved(areas.geometry, areas.countries)
    rows = [countries()[code] for code in codes]
    names = np.array([row.name for row in rows], dtype=object)
    return Areas(
        level="admin0",
        codes=codes,
        names=names,
        countries=codes,
        country_names=names,
        geometry=geometry,
        label_lng=np.array([row.label_lng for row in rows]),
        label_lat=np.array([row.label_lat for row in rows]),
    )


@cache
def belongs_to(profile: Profile = Profile.NEUTRAL) -> NDArray[np.object_]:
    """Return whom each admin-1 area belongs to in a profile: alpha-3, or X- for undetermined status."""
    areas = admin1("coarse")
    return frozen(profiles.belongs_to(profile, areas.codes, areas.countries))


@cache
def nations(profile: Profile = Profile.NEUTRAL, detail: Detail = "coarse") -> Areas:
    """Return the countries as a profile draws and names them: unions of admin-1 areas by `belongs_to`."""
    return _nations(profile, admin1(detail).geometry, belongs_to(profile))


@cache
def named(profile: Profile = Profile.NEUTRAL) -> Areas:
    """Return the countries as a profile names them, without what `territories` names.

    A country that is nothing but a labelled territory is whole.
    """
    areas, owners = admin1("coarse"), belongs_to(profile)
    elsewhere = {row["territory"] for row in profiles.table_rows("label_points")}
    labelled = {u for one in profiles.territories(profile) if one.territory not in elsewhere for u in one.units}
    rest = ~np.isin(areas.codes.astype(str), list(labelled))
    kept = rest | ~np.isin(owners.astype(str), owners[rest].astype(str))
    kept &= ~np.isin(owners.astype(str), _no_countries(profile))
    return _nations(profile, areas.geometry[kept], owners[kept])


def _no_countries(profile: Profile) -> list[str]:
    """Return the codes whose names are not written as those of countries: undetermined, or so in the profile."""
    found = set(belongs_to(profile).tolist())
    return [code for code in found if code.startswith("X-") or code in profiles.SUBORDINATE.get(profile, ())]


def _nations(profile: Profile, geometry: NDArray[np.object_], owners: NDArray[np.object_]) -> Areas:
    codes, whole = dissolved(geometry, owners)
    known = {code: country.name for code, country in countries().items()}
    names = np.array([profiles.name_of(code, profile, known.get(code, code)) for code in codes.tolist()], dtype=object)
    return Areas("admin0", codes, names, codes, names, whole, *label_points(whole))


@cache
def territories(profile: Profile = Profile.NEUTRAL) -> tuple[TerritoryName, ...]:
    """Return the names that a profile does not write as a country's: of territories and of undetermined areas.

    Each stands at a point inside.
    """
    areas, whole = admin1("coarse"), nations(profile)
    said = set(whole.names.tolist())
    codes = set(areas.codes.tolist())
    points = {row["territory"]: row for row in profiles.table_rows("label_points")}
    out = [
        TerritoryName(
            str(whole.names[i]), float(whole.label_lng[i]), float(whole.label_lat[i]), (code,), _reach(whole, i)
        )
        for i, code in enumerate(whole.codes.tolist())
        if code in _no_countries(profile)
    ]
    for one in profiles.territories(profile):
        units = [areas.index_of(unit) for unit in one.units if unit in codes]
        if one.label in said:
            continue
        if one.territory in points:
            lng, lat, reach = float(points[one.territory]["lng"]), float(points[one.territory]["lat"]), 0.0
        else:
            shape = shapely.coverage_union_all(areas.geometry[units])
            lng, lat = (float(v[0]) for v in label_points(np.array([shape], dtype=object)))
            reach = float(np.sqrt(shapely.area(shape) / np.pi))
        out.append(TerritoryName(one.label, lng, lat, tuple(sorted({str(areas.countries[i]) for i in units})), reach))
    return tuple(out)


def _reach(areas: Areas, index: int) -> float:
    return float(np.sqrt(shapely.area(areas.geometry[index]) / np.pi))


@cache
def lines(detail: Detail = "coarse", profile: Profile = Profile.NEUTRAL) -> Mapping[str, NDArray[np.object_]]:
    """Return border lines (LineStrings, degrees) by style (`profiles.DRAWN`) as a profile draws them.

    No line lies under another, and the coast is not a border. Lines of one style are merged, so that dashes run on.
    """
    table = _lines_table(detail)
    shapes, style = np.asarray(table.geometry, dtype=object), table[profile.value].to_numpy(dtype=object)
    return MappingProxyType({name: frozen(merged(shapes[style == name])) for name in profiles.DRAWN})


@cache
def _lines_table(detail: Detail) -> gpd.GeoDataFrame:
    return gpd.read_parquet(_HERE / f"lines_{detail}.parquet")


@cache
def lakes() -> NDArray[np.object_]:
    """Return the lakes (polygons, degrees), to be drawn over the land."""
    return frozen(np.asarray(gpd.read_parquet(_HERE / "lakes.parquet").geometry, dtype=object))


@cache
def places() -> Places:
    """Return towns and villages (GeoNames): names and labels only."""
    table = pq.read_table(_HERE / "places.parquet")
    column = {name: table[name].to_numpy() for name in table.column_names}
    return Places(
        name=column["name"].astype(object),
        lat=column["lat"],
        lng=column["lng"],
        country=column["country"].astype(object),
        population=column["population"],
        capital=column["capital"],
        rank=column["rank"],
    )
