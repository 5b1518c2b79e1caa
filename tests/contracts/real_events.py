"""A UCDP file by plain pandas and the h3 library, for expectations that use no code of the product."""

from pathlib import Path

import h3
import pandas as pd

DEATHS = ("deaths_low", "deaths_best", "deaths_high", "civilian_deaths")


def raw_events(path: Path) -> pd.DataFrame:
    """The file by plain pandas: the row of HXL tags dropped, one column for each sum that is checked."""
    if path.suffix == ".xlsx":
        table = pd.read_excel(path, dtype=str, keep_default_na=False, engine="calamine")
    else:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table = table[table["id"] != ""].reset_index(drop=True)
    number = {name: pd.to_numeric(table[name]) for name in ("low", "best", "high", "deaths_civilians", "where_prec")}
    one_sided = pd.to_numeric(table["type_of_violence"]) == 3
    raw = pd.DataFrame(
        {
            "incidents": 1,
            "deaths_low": number["low"],
            "deaths_best": number["best"],
            "deaths_high": number["high"],
            "civilian_deaths": number["best"].where(one_sided, number["deaths_civilians"]),
            "civilian": one_sided | (number["deaths_civilians"] > 0),
            "state": pd.to_numeric(table["country_id"]).astype(int),
            "prec": number["where_prec"],
            "named": (table["adm_1"] != "") | (table["adm_2"] != ""),
            "start": pd.to_datetime(table["date_start"].str[:10], format="%Y-%m-%d"),
            "end": pd.to_datetime(table["date_end"].str[:10], format="%Y-%m-%d"),
            "lat": pd.to_numeric(table["latitude"]),
            "lng": pd.to_numeric(table["longitude"]),
            "status": table.get("code_status", pd.Series("Clear", index=table.index)),
        }
    ).astype(dict.fromkeys(("incidents", *DEATHS), "int64"))
    raw["days"] = (raw["end"] - raw["start"]).dt.days + 1
    finest = [h3.latlng_to_cell(lat, lng, 7) for lat, lng in zip(raw["lat"], raw["lng"], strict=True)]
    for resolution in range(3, 8):
        raw[f"cell{resolution}"] = [h3.cell_to_parent(cell, resolution) for cell in finest]
    return raw
