"""What stands around every page: the exercise strip and mark, the words for an empty store, what catches a fault."""

import logging
import re
from collections.abc import Callable

import streamlit as st

from app_pages.desk import Desk
from data.exercise.world import CLOCK
from export import markup, wording
from geo.errors import TocsinError
from layers.exercise_mark import TEXT as EXERCISE_TEXT
from layers.exercise_mark import pattern_style
from layers.text import plain

_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+!|<>~$:]")
_MAP_KEYS = ("map", "overview-map", "present-map", "precision-placed", "precision-spread", "precision-as-coded")


def as_words(text: str) -> str:
    """Return text that Markdown shows as it is: what comes from an address or a file must not load a picture."""
    return _MARKDOWN.sub(r"\\\g<0>", plain(text))


def nothing_held(desk: Desk) -> bool:
    """Say so where no incident is held, and what can be done; return whether that is so."""
    if len(desk.holdings.events):
        return False
    title, remedy = wording.NOTHING_HELD[desk.view.exercise]
    st.html(markup.heading(title, small=True) + markup.doubt(remedy))
    return True


def strip(desk: Desk) -> None:
    """Show the exercise strip, the mark over every map, and what could not be read of the address."""
    if desk.view.exercise:
        clock = f"{CLOCK:%B %Y}"
        st.html(
            f'<div class="exercise-strip"><b>{EXERCISE_TEXT}</b> · invented events, people and groups on a real '
            f"map · clock set to {clock}</div>"
        )
        st.html("".join(pattern_style(f".st-key-{key}") for key in _MAP_KEYS))
    for problem in desk.problems:
        st.warning(as_words(problem))


def guard(desk: Desk, page: Callable[[], None]) -> None:
    """Run a page; what a person can mend is shown in plain words, the rest goes to the log."""
    try:
        page()
    except TocsinError as error:
        st.error(as_words(str(error)))
    except Exception:  # the last resort: a person gets a sentence, the log gets the details
        logging.getLogger(__name__).exception("a page failed on %s", desk.view)
        st.error(
            "This page could not be drawn. Nothing is lost; the details are in the log. Try another view or reload."
        )
