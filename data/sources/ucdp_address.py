"""Where UCDP publishes a release for everybody, without a key: the yearly file and the monthly candidate files."""

import re
from typing import Final

from geo.errors import ValueRefused

LATEST_YEARLY: Final = "25.1"
"""The yearly release whose address has been seen; a later one is asked for by its number."""

_YEARLY: Final = re.compile(r"(\d{2})\.(\d)")
_CANDIDATE: Final = re.compile(r"(\d{2})\.0\.(\d{1,2})")
_DOWNLOADS: Final = "https://ucdp.uu.se/downloads"


def ucdp_address(version: str = LATEST_YEARLY) -> str:
    """Return the address of a release: `25.1` is the yearly GED (a zip), `26.0.3` the candidate of March 2026 (CSV).

    Raises `ValueRefused` for a number of another shape.
    """
    if found := _YEARLY.fullmatch(version):
        return f"{_DOWNLOADS}/ged/ged{found[1]}{found[2]}-csv.zip"
    if found := _CANDIDATE.fullmatch(version):
        return f"{_DOWNLOADS}/candidateged/GEDEvent_v{found[1]}_0_{found[2]}.csv"
    raise ValueRefused(
        "this is no number of a UCDP release",
        value=version,
        remedy="Write 25.1 for a yearly release, 26.0.3 for a monthly candidate, or give an address with --url.",
    )
