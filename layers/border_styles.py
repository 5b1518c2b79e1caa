"""How each boundary profile draws its lines (docs/boundaries.md): colour, width and dash of every style.

The neutral drawing has no solid line where anything is disputed; the US-style one follows the ranks of the LSIB; the
UN one dashes what is undetermined and dots the line of control.
"""

from dataclasses import dataclass
from typing import Final

from geo.view import Profile
from layers import palette
from layers.drawing import Colour, Dash


@dataclass(frozen=True, slots=True)
class Look:
    """How the lines of one or several styles look, and what the legend calls them ("" = not in the legend)."""

    styles: tuple[str, ...]
    colour: Colour
    width: float
    dash: Dash = Dash.SOLID
    text: str = ""


_ADMIN1: Final = Look(("adm1",), palette.ADMIN1_LINE, palette.ADMIN1_WIDTH)
_INTERNATIONAL: Final = Look(("intl",), palette.BORDER_LINE, palette.BORDER_WIDTH)
_CONTROL: Final = Look(("loc",), palette.BORDER_LINE, 1.3, Dash.CONTROL, "Line of control")

LOOKS: Final[dict[Profile, dict[str, Look]]] = {
    Profile.NEUTRAL: {
        "admin1": _ADMIN1,
        "international": _INTERNATIONAL,
        "special": Look(("special",), palette.SPECIAL_LINE, 0.9, Dash.PROVISIONAL, "Line of separation"),
        "disputed": Look(
            ("other", "undetermined"),
            palette.BORDER_LINE,
            palette.BORDER_WIDTH,
            Dash.DISPUTED,
            "Disputed or undetermined border",
        ),
        "control": _CONTROL,
    },
    Profile.US: {
        "admin1": _ADMIN1,
        "special": Look(("special",), palette.US_SPECIAL, 0.75, text="Special line"),
        "international": Look(("intl",), palette.US_INTERNATIONAL, 1.0, text="International boundary"),
        "disputed": Look(
            ("other", "undetermined", "loc"), palette.US_OTHER, 0.9, Dash.DISPUTED, "Other line of separation"
        ),
    },
    Profile.UN: {
        "admin1": _ADMIN1,
        "special": Look(("special",), palette.SPECIAL_LINE, 0.9, text="Special line"),
        "international": Look(("intl",), palette.BORDER_LINE, palette.BORDER_WIDTH, text="International boundary"),
        "disputed": Look(
            ("undetermined", "other"), palette.BORDER_LINE, palette.BORDER_WIDTH, Dash.DISPUTED, "Undetermined boundary"
        ),
        "control": _CONTROL,
    },
}
"""The looks of each profile by the name of their mark, in draw order."""

STYLES: Final = frozenset({"intl", "other", "special", "undetermined", "loc", "adm1"})
"""Every style that a line can have."""

SOURCE_TEXT: Final = {
    Profile.NEUTRAL: "Natural Earth, neutral profile",
    Profile.UN: "Natural Earth, after UN practice",
    Profile.US: "Natural Earth, US-style, not LSIB",
}
"""Where the lines come from and how they are drawn, in a few words."""
