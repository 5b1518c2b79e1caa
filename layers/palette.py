"""Every colour and line of the map by its meaning; nothing else chooses colours.

Purple is up because red is how much: "many" and "growing" must not look alike. Neighbouring classes stay apart under
simulated deuteranopia, protanopia and tritanopia (tests/layers/test_palette.py).
"""

from typing import Final

import numpy as np

from layers.drawing import Colour, Colours


def rgba(text: str, alpha: int = 255) -> Colour:
    """Return the colour of `#RRGGBB`."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue, alpha


def hex_text(colour: Colour) -> str:
    """Return `#RRGGBB`; the alpha is left away."""
    return f"#{bytes(colour[:3]).hex().upper()}"


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """Return `colour` with `share` (0 to 1) of `other` in it."""
    red, green, blue, alpha = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue, alpha


def faded(colour: Colour, alpha: int) -> Colour:
    """Return `colour` with another alpha (0 to 255)."""
    return (*colour[:3], alpha)


def table(*colours: Colour) -> Colours:
    """Return colours as an array (n, 4) to be indexed by class."""
    out: Colours = np.array(colours, dtype=np.uint8).reshape(-1, 4)
    return out


WHITE: Final = rgba("#FFFFFF")
NOTHING: Final = rgba("#FFFFFF", 0)

INK: Final = rgba("#1B1F24")
INK_2: Final = rgba("#3D4652")
MUTED: Final = rgba("#5B6675")
RULE: Final = rgba("#D5DAE1")
PANEL: Final = rgba("#F4F5F7")
SELECTED_ROW: Final = rgba("#E8F0F4")

ACCENT: Final = rgba("#0A5A7A")
ACCENT_TINT: Final = rgba("#E3EEF3")
"""What is selected, or can be pressed."""

LAND: Final = rgba("#FFFFFF")
"""The study area: also what zero looks like."""
OUTSIDE: Final = rgba("#EEEFF2")
WATER: Final = rgba("#D8E2EA")

HARM: Final = tuple(map(rgba, ("#FBDDD3", "#F2A893", "#DD6B5F", "#B02A37", "#6B0F1F")))
"""Amounts of harm, five classes."""
HARM_PARTS: Final = (mixed(rgba("#FBDDD3"), WHITE, 0.68), mixed(rgba("#FBDDD3"), WHITE, 0.36))
"""Less than one of something: paler than the least class of whole ones."""
SPREAD_LINE: Final = mixed(rgba("#DD6B5F"), WHITE, 0.45)
"""The lines over cells whose amount is shared from their area."""
HARM_TEXT: Final = rgba("#A1202E")

RISE: Final = tuple(map(rgba, ("#C9B6DF", "#8762B2", "#43207A")))
"""Growing: rise, strong rise, sharp rise."""
NO_CHANGE: Final = rgba("#D5D9E0")
FALL: Final = rgba("#F8D9AE")
FALL_LINE: Final = rgba("#B26A12")
TOO_FEW: Final = rgba("#8A94A3")

FLOW: Final = rgba("#24527A")
RISK: Final = tuple(mixed(FLOW, WHITE, share) for share in (0.86, 0.71, 0.54))
"""Forecast probabilities, three bands: amounts that are not harm are tints of the flow's blue."""

NO_RATE: Final = rgba("#A9AEB4")
NOT_COVERED: Final = rgba("#F1F2F4")
HATCH_LINE: Final = rgba("#B4BBC6")
PROVISIONAL_LINE: Final = rgba("#6B7684")
SUPPRESSED_LINE: Final = rgba("#5B6675")
PROVISIONAL_WHITE: Final = 0.5
"""Share of white mixed into a class that is provisional."""
AREA_TINT: Final = faded(INK, 13)

ADMIN1_LINE: Final = rgba("#C3C9D1")
BORDER_LINE: Final = rgba("#5A626D")
LAKE_LINE: Final = rgba("#BCCCD8")
US_INTERNATIONAL, US_OTHER, US_SPECIAL = rgba("#686868"), rgba("#828282"), rgba("#9C9C9C")
"""Lines of the US-style profile: grey 104, 130 and 156 (docs/boundaries.md)."""
SPECIAL_LINE: Final = rgba("#7C8592")
UNDETERMINED: Final = rgba("#E1E4E9")
"""Areas of undetermined status."""

ADMIN1_WIDTH: Final = 0.6
BORDER_WIDTH: Final = 1.1
AREA_WIDTH: Final = 1.3
CLUSTER_WIDTH: Final = 1.3
SELECTION_WIDTH: Final = 3.0
CASING_WIDTH: Final = 6.0

FONT: Final = "Public Sans, sans-serif"
