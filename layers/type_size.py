"""How wide a text is in Public Sans, closely enough to keep labels apart (a renderer need not measure)."""

import unicodedata
from typing import Final

_NARROW: Final = frozenset("iljItf.,:;'|!()[] \u2019-r")
_WIDE: Final = frozenset("mwMW@%—…")
_EM_NARROW, _EM_LOWER, _EM_UPPER, _EM_WIDE = 0.31, 0.56, 0.66, 0.88
_BOLD: Final = 1.06
SPACE: Final = "\u200a\u2009"
"""What stands between spaced capitals: a hair and a thin space."""


def spaced_capitals(text: str) -> str:
    """Return a text in capitals with wide spacing; a blank becomes three."""
    return "   ".join(SPACE.join(word.upper()) for word in text.split())


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width in pixels of a text at a size."""
    ems = sum(_em(c) for c in text)
    return ems * size * (_BOLD if bold else 1.0)


def _em(character: str) -> float:
    if character in SPACE:
        return 0.12
    if character in _NARROW or unicodedata.combining(character):
        return _EM_NARROW if character in _NARROW else 0.0
    if character in _WIDE:
        return _EM_WIDE
    return _EM_UPPER if character.isupper() else _EM_LOWER
