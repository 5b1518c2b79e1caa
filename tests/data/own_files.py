"""Files as people have them, made here: odd headers, other languages, dates and decimals of every sort."""

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data import geodata

FIRST = dt.date(2021, 1, 1)
TODAY = dt.date(2026, 11, 1)


def points(iso3: str, count: int, seed: int = 7) -> list[tuple[float, float]]:
    """Return `count` points (latitude, longitude) near label points of a country's provinces, five decimals."""
    areas = geodata.admin1("fine")
    chosen = areas.of_country(iso3)
    random = np.random.default_rng(seed)
    index = random.choice(chosen, count)
    lats = areas.label_lat[index] + random.normal(0, 0.02, count)
    lngs = areas.label_lng[index] + random.normal(0, 0.02, count)
    return [(round(float(a), 5), round(float(b), 5)) for a, b in zip(lats, lngs, strict=True)]


def days(count: int) -> list[dt.date]:
    """Return `count` days, nine apart."""
    return [FIRST + dt.timedelta(days=9 * n) for n in range(count)]


def write(
    path: Path,
    header: Sequence[str] | None,
    rows: Sequence[Sequence[object]],
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> Path:
    """Write a delimited file."""
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=delimiter)
        if header:
            writer.writerow(header)
        writer.writerows(rows)
    return path


def comma(value: float) -> str:
    """Return a number with a decimal comma."""
    return str(value).replace(".", ",")


def simple(path: Path, iso3: str = "NGA", count: int = 40) -> Path:
    """Write a plain file: date, lat, lon, deaths, type, notes."""
    rows = [
        (day, lat, lng, n % 4, ("Massacre", "Battle")[n % 2], f"note {n}")
        for n, (day, (lat, lng)) in enumerate(zip(days(count), points(iso3, count), strict=True))
    ]
    return write(path, ("date", "lat", "lon", "deaths", "type", "notes"), rows)
