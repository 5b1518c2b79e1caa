"""From any coordinate system to degrees of WGS 84, without asking a network for grids."""

from typing import Final

import pyproj
from pyproj import network

from geo.errors import FileRefused

WGS84: Final = "OGC:CRS84"


def to_degrees(crs: str, file: str) -> pyproj.Transformer:
    """Return what turns x, y of `crs` (as a file states it) into longitude, latitude.

    Raises `FileRefused` for a system that is not known.
    """
    network.set_network_enabled(active=False)  # type: ignore[attr-defined]  # its stub names it nowhere
    try:
        return pyproj.Transformer.from_crs(pyproj.CRS.from_user_input(crs), WGS84, always_xy=True)
    except (pyproj.exceptions.ProjError, ValueError) as error:
        raise FileRefused(
            f"The coordinate system of {file} is not known: {crs[:80]!r}.", remedy="Save it in WGS 84 (EPSG:4326)."
        ) from error
