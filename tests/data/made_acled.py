"""Invented events in both layouts of ACLED's columns: none of them is ACLED's."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

_OLD = (
    "data_id,iso,event_id_cnty,event_id_no_cnty,event_date,year,time_precision,event_type,sub_event_type,actor1,"
    "assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,region,country,admin1,admin2,admin3,location,"
    "latitude,longitude,geo_precision,source,source_scale,notes,fatalities,timestamp,iso3"
)
_NEW = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,"
    "inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,"
    "location,latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp"
)
OLD, NEW = tuple(_OLD.split(",")), tuple(_NEW.split(","))

PLACES = (("Sudan", 729, "SDN", 13.45, 25.35), ("Niger", 562, "NER", 14.2, 4.0), ("Mali", 466, "MLI", 14.5, -4.2))
TYPES = (
    ("Political violence", "Battles", "Armed clash", "1", "2"),
    ("Political violence", "Battles", "Armed clash", "3", "2"),
    ("Political violence", "Explosions/Remote violence", "Grenade", "2", "1"),
    ("Political violence", "Violence against civilians", "Attack", "3", "7"),
    ("Demonstrations", "Protests", "Peaceful protest", "6", "0"),
    ("Demonstrations", "Riots", "Mob violence", "5", "0"),
    ("Strategic developments", "Strategic developments", "Agreement", "1", "0"),
)
WORDS = {"1": "State forces", "2": "Rebel group", "3": "Political militia", "5": "Rioters", "6": "Protesters"} | {
    "7": "Civilians",
    "0": "",
}

Row = dict[str, Any]


def rows(count: int, seed: int = 1) -> list[Row]:
    """`count` invented events of 2024, with the columns of both layouts, every value as text."""
    rng = np.random.default_rng(seed)
    out = []
    for n in range(count):
        country, number, code, lat, lng = PLACES[int(rng.integers(len(PLACES)))]
        disorder, kind, sub, one, two = TYPES[n % len(TYPES)]
        when = dt.date(2024, 1, 1) + dt.timedelta(days=int(rng.integers(0, 360)))
        row: Row = dict.fromkeys((*OLD, *NEW), "")
        row |= {
            "data_id": str(9_000_000 + n),
            "event_id_cnty": f"{code}{n + 1}",
            "event_id_no_cnty": str(n + 1),
            "event_date": str(when),
            "year": str(when.year),
            "time_precision": "1",
            "disorder_type": disorder,
            "event_type": kind,
            "sub_event_type": sub,
            "actor1": f"Invented side {n % 5}",
            "actor2": f"Invented side {n % 3}" if two != "0" else "",
            "inter1": one,
            "inter2": two,
            "interaction": f"{one}{two}",
            "civilian_targeting": "Civilian targeting" if kind.startswith("Violence") else "",
            "iso": str(number),
            "iso3": code,
            "region": "Africa",
            "country": country,
            "admin1": f"Invented province {n % 4}",
            "location": f"Invented town {n % 6}",
            "latitude": f"{lat + float(rng.uniform(-0.2, 0.2)):.4f}",
            "longitude": f"{lng + float(rng.uniform(-0.2, 0.2)):.4f}",
            "geo_precision": str(int(rng.integers(1, 4))),
            "source": "Invented Gazette; Invented Radio" if n % 2 else "Invented Gazette",
            "notes": f'Invented note {n}, with a comma and "quotes"',
            "fatalities": str(int(rng.integers(0, 9))),
            "timestamp": str(1_730_000_000 + n),
        }
        out.append(row)
    return out


def text(events: Iterable[Mapping[str, Any]], columns: Iterable[str] = NEW, delimiter: str = ",") -> str:
    """The events as delimited text."""
    out = io.StringIO()
    names = list(columns)
    writer = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(events)
    return out.getvalue()


def write(path: Path, events: Iterable[Mapping[str, Any]], columns: Iterable[str] = NEW, delimiter: str = ",") -> Path:
    """Write the events as delimited text."""
    path.write_text(text(events, columns, delimiter), encoding="utf-8")
    return path
