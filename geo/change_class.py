"""What the two windows of a place say, as classes (methods.md 5)."""

from enum import IntEnum


class ChangeClass(IntEnum):
    """How the recent window stands to the one before. The three kinds of rise are used only where a rise is flagged."""

    SHARP = 0
    """A rise to six times or more."""
    STRONG = 1
    """A rise to three to six times."""
    RISE = 2
    """A rise to less than three times."""
    NO_CHANGE = 3
    """No evidence of change: never the same as safe."""
    FALL = 4
    """The upper limit of the ratio lies below one."""
    TOO_FEW = 5
    """So little is expected that even a sharp rise would not be surprising."""
    NOT_COVERED = 6
    """The source did not look in the recent window, or not long enough before it."""
