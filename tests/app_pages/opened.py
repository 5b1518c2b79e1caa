"""Opening the app without a browser: an address, a page, and what a person can read there."""

import html
import re
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("overview", "map", "data", "help", "precision")


def opened(page: str = "overview", **query: str) -> AppTest:
    """Open an address; `page` is the path, `query` what follows the question mark."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    if page != "overview":
        at._page_hash = calc_hash(page)
    return at.run()


def turned(at: AppTest, page: str) -> AppTest:
    """Turn to another page of the navigation (AppTest itself turns to pages that are files only)."""
    for digest, info in at._registered_pages.items():
        if info.get("url_pathname") in {page, "" if page == "overview" else page}:
            at._page_hash = digest
            return at.run()
    raise AssertionError(f"there is no page {page}")


def markup_of(at: AppTest) -> str:
    """The HTML pieces of a page, without its style sheet."""
    return "\n".join(piece.value for piece in at.html if "<style" not in piece.value)


def text_of(at: AppTest) -> str:
    """What a person reads on a page."""
    parts = [
        markup_of(at),
        *(part.value for kind in ("markdown", "caption", "error", "warning", "success") for part in getattr(at, kind)),
    ]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", " ".join(parts))).split())


def unbroken(at: AppTest) -> AppTest:
    """Fail where a page threw something, or could say no more than that it failed."""
    assert not at.exception, [each.value for each in at.exception]
    assert "could not be drawn" not in text_of(at)
    return at
