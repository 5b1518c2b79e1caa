"""The only door through which text from data reaches a page, a picture or a map.

Source texts are hostile until shown otherwise: they may hold markup, template braces, and characters that turn the
direction of what follows. `plain` makes one harmless line or paragraph; `escape` makes it HTML, XML and SVG.
"""

import html
import unicodedata
from typing import Final

LONGEST: Final = 600
"""Characters of one text that are shown; the rest becomes an ellipsis."""

_LINE_BREAK: Final = "\n"
_HARMFUL: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS: Final = frozenset({"\u200c", "\u200d"})  # Arabic and Persian spelling needs them; they turn nothing around


def plain(text: str, *, longest: int = LONGEST) -> str:
    """Return `text` without control, bidirectional and other unseen characters, cut to `longest` characters.

    Tabs become blanks, line breaks stay. What begins with `@@` gets a blank before it, because deck.gl's JSON reads
    such a value as a command.
    """
    broken = text.replace("\r\n", _LINE_BREAK).replace("\r", _LINE_BREAK).replace("\t", " ")
    kept = "".join(c for c in broken if c == _LINE_BREAK or c in _JOINERS or unicodedata.category(c) not in _HARMFUL)
    if len(kept) > longest:
        kept = f"{kept[: longest - 1].rstrip()}…"
    return f" {kept}" if kept.startswith("@@") else kept


def one_line(text: str, *, longest: int = LONGEST) -> str:
    """Return `plain` text on a single line, blanks folded."""
    return plain(" ".join(text.split()), longest=longest)


def escape(text: str, *, longest: int = LONGEST) -> str:
    """Return `plain` text safe between tags and in quoted attributes of HTML, XML and SVG; braces are escaped too."""
    safe = html.escape(plain(text, longest=longest), quote=True)
    return safe.replace("{", "&#123;").replace("}", "&#125;")
