"""What came of loading a file: the counts, what changed against the snapshot that it replaced, and the way back."""

import streamlit as st

from app_pages.desk import Desk
from app_pages.surroundings import as_words
from data.check import Loaded, take_back
from data.draft import EVENTS
from export import checked, markup


def came(desk: Desk, loaded: Loaded) -> None:
    """What came of loading, what it changed, and the way on to the map."""
    st.success(as_words(checked.loaded_sentence(loaded)))
    events = loaded.manifest.kind == EVENTS
    if loaded.change:
        rows = checked.change_rows(loaded.change, events=events)
        st.html(markup.table(checked.CHANGE_HEAD, rows, numbers=(1, 2)))
    if events and st.button("Show it on the map", type="primary", key="to-map"):
        desk.go_to = "map"


def undo_replacement(desk: Desk) -> None:
    """Offer to take the last replacement back."""
    replaced: Loaded | None = st.session_state.get("replaced")
    if replaced:
        st.button("Undo the replacement", key="undo-replace", on_click=_take_back, args=(desk, replaced))


def _take_back(desk: Desk, replaced: Loaded) -> None:
    take_back(replaced, desk.store)
    for key in ("replaced", "upload-kept"):
        st.session_state.pop(key, None)
    desk.look_again()
    desk.keep(desk.first_view(exercise=False))
