"""Invented armed actors: a colour and a thing, so plainly made up that no one can read a real group into them."""

import numpy as np
from numpy.typing import NDArray

_COLOURS = (
    "Red", "Blue", "Green", "Grey", "Amber", "Violet", "Copper", "Silver", "Indigo", "Ochre", "Teal", "Coral",
    "Scarlet", "Hazel",
)  # fmt: skip
_THINGS = (
    "Column", "Lantern", "Ladder", "Compass", "Anchor", "Orchard", "Kettle", "Marble", "Pebble", "Willow", "Harbour",
    "Thimble", "Feather", "Saddle",
)  # fmt: skip
_GUARDS = (
    "Harbour Guard",
    "River Guard",
    "Hill Guard",
    "Lake Guard",
    "Plain Guard",
    "Gate Guard",
    "Bridge Guard",
    "Well Guard",
)

CIVILIANS = "Civilians"


def invented(rng: np.random.Generator, counts: list[int]) -> list[NDArray[np.object_]]:
    """Return names for each country, none used twice; the first of a country is its state's side, a "Guard".

    Raises `ValueError` where more than 196 other names are asked for.
    """
    names = np.array([f"{colour} {thing}" for thing in _THINGS for colour in _COLOURS], dtype=object)
    drawn = rng.choice(names, size=sum(counts) - len(counts), replace=False)
    cuts = np.cumsum([count - 1 for count in counts])[:-1]
    return [np.concatenate([[guard], part]) for guard, part in zip(_GUARDS, np.split(drawn, cuts), strict=False)]
