"""Where a map looks (Web Mercator), and how many pixels a distance takes there."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TILE = 512.0
_MAX_LATITUDE = 85.0
SMALL = 400
"""Pixels of width up to which a map is small, as on a telephone: fewer and smaller texts."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Centre (degrees), zoom, and the size of the map in CSS pixels; 512 pixels hold the world at zoom 0."""

    lng: float
    lat: float
    zoom: float
    width: int
    height: int

    @property
    def small(self) -> bool:
        """Whether the map is as narrow as on a telephone."""
        return self.width <= SMALL

    @property
    def scale(self) -> float:
        """Pixels that the world's width takes."""
        return TILE * float(2.0**self.zoom)

    def pixels(self, lng: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """Return the position in pixels from the map's upper left corner."""
        x0, y0 = _mercator(np.array([self.lng]), np.array([self.lat]))
        x, y = _mercator(np.asarray(lng, dtype=np.float64), np.asarray(lat, dtype=np.float64))
        return (x - x0) * self.scale + self.width / 2, (y - y0) * self.scale + self.height / 2

    def positions(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """Return longitude and latitude of pixels: the inverse of `pixels`."""
        x0, y0 = _mercator(np.array([self.lng]), np.array([self.lat]))
        mx = (x - self.width / 2) / self.scale + x0
        my = (y - self.height / 2) / self.scale + y0
        return mx * 360.0 - 180.0, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * my))))

    def bounds(self, margin: float = 0.0) -> tuple[float, float, float, float]:
        """Return west, south, east, north of what is seen, widened by `margin` times its size on each side."""
        x = np.array([-margin, 1 + margin]) * self.width
        y = np.array([1 + margin, -margin]) * self.height
        lng, lat = self.positions(x, y)
        return float(lng[0]), float(lat[0]), float(lng[1]), float(lat[1])

    def km_per_pixel(self, lat: float) -> float:
        """Return how many km one pixel is at a latitude."""
        return 40_075.017 * math.cos(math.radians(lat)) / self.scale


def fit(bounds: tuple[float, float, float, float], width: int, height: int, *, padding: int = 24) -> Camera:
    """Return the camera that shows `bounds` (west, south, east, north) whole, with `padding` pixels around."""
    west, south, east, north = bounds
    x, y = _mercator(np.array([west, east]), np.array([south, north]))
    across = max(float(x[1] - x[0]), 1e-6)
    down = max(float(y[0] - y[1]), 1e-6)
    zoom = math.log2(min((width - 2 * padding) / across, (height - 2 * padding) / down) / TILE)
    middle = float(y.mean())
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * middle))))
    return Camera((west + east) / 2, lat, min(zoom, 12.0), width, height)


def _mercator(lng: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    phi = np.radians(np.clip(lat, -_MAX_LATITUDE, _MAX_LATITUDE))
    return (lng + 180.0) / 360.0, (1.0 - np.arcsinh(np.tan(phi)) / np.pi) / 2.0
