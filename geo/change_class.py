"""What may be said of a unit's change; the numbers are the order of the legend."""

from enum import IntEnum


class ChangeClass(IntEnum):
    """Purple is up and only where a rise is flagged; the absence of evidence is never called safe."""

    SHARP = 0
    """Flagged as rising, 6 times or more."""
    STRONG = 1
    """Flagged as rising, 3 to 6 times."""
    RISE = 2
    """Flagged as rising, under 3 times."""
    NO_CHANGE = 3
    """No evidence of change."""
    FALL = 4
    """Fewer than expected: the upper limit is below 1."""
    TOO_FEW = 5
    """The baseline expects too little for the counts at hand to tell."""
    NOT_COVERED = 6
    """The source did not look there or then."""
