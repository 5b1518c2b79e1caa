"""Loading a file: it is looked at first, then loaded with progress; either can be stopped, and then nothing changed."""

import streamlit as st

from app_pages.desk import Desk
from app_pages.loaded import came
from app_pages.mapping_form import mapping_form
from app_pages.surroundings import as_words
from app_pages.upload import Upload, upload_of
from data import mapping
from data.check import Found, earlier, load
from data.draft import EVENTS, Draft
from data.manifest import Manifest
from export import checked, markup

KINDS = ["csv", "tsv", "txt", "gz", "zip", "xlsx", "json", "geojson", "parquet", "geoparquet", "tif", "tiff"]


def load_file(desk: Desk) -> None:
    """Show where a file is dropped and, once one is, what it is and the button that loads it."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.html(markup.section("Load a file") + markup.caption(checked.LOAD_A_FILE))
        file = st.file_uploader("Data file", type=KINDS, label_visibility="collapsed", key="upload")
    kept = upload_of(file)
    with right:
        if kept is None:
            st.html(markup.notes(checked.WHAT_CAN_BE_LOADED))
            return
        kept.look()
        _said(desk, kept)
    if kept.found and kept.found.opened:
        made = mapping_form(desk, kept.found.opened)
        if made:
            _load_mapped(desk, kept, made)


def _said(desk: Desk, kept: Upload) -> None:
    """What is known of the file: refused, loaded, of a known source, or of none."""
    if kept.refused:
        st.error(as_words(kept.refused))
    if kept.loaded:
        came(desk, kept.loaded)
    elif kept.found and kept.found.draft:
        _checked(desk, kept, kept.found.draft)
    elif kept.found:
        st.html(markup.finding_note(checked.UNKNOWN) + markup.caption(checked.SAY_HOW))
    elif kept.refused == checked.STOPPED:
        st.button("Check it again", type="primary", key="again", on_click=kept.again)
    else:
        st.button("Say which column is what", key="by-hand", on_click=kept.by_hand)


def _checked(desk: Desk, kept: Upload, draft: Draft) -> None:
    """What a file of a known source is, what it would replace, and the button that loads it."""
    st.html(markup.finding_note(checked.draft_sentence(draft, desk.geography)))
    st.html(markup.notes(checked.draft_details(draft)))
    if draft.rejections.rows:
        with st.expander(checked.rejected_text(draft.rejections.rows)):
            st.html(markup.table(checked.REJECTED_HEAD, checked.rejected_table(draft), numbers=(1, 2)))
    choices = checked.replacing_choices(earlier(draft, desk.store))
    replace = ""
    if len(choices) > 1:
        label = "Some of this is already loaded"
        replace = st.radio(label, list(choices), format_func=lambda digest: as_words(choices[digest]), key="replace")
    with st.container(horizontal=True):
        wanted = st.button("Load this file", type="primary", key="load")
        st.button("Read it another way", key="by-hand", on_click=kept.by_hand, help=checked.ANOTHER_WAY)
    if wanted:
        _load(desk, kept, draft, desk.store.get(replace) if replace else None)
        st.rerun()


def _load_mapped(desk: Desk, kept: Upload, made: mapping.Mapping) -> None:
    """Read the whole file through a mapping and load it; what is loaded already is asked about first."""
    draft = None
    with kept.working() as task:
        draft = mapping.draft(kept.path, made, task=task)
    if draft is None:
        st.rerun()
    mapping.save(desk.store, made)
    if earlier(draft, desk.store):
        kept.found = Found(kept.path, draft=draft)
    elif _load(desk, kept, draft) and draft.kind == EVENTS:
        desk.go_to = "map"
        return
    st.rerun()


def _load(desk: Desk, kept: Upload, draft: Draft, replacing: Manifest | None = None) -> bool:
    """Load a draft and open what was loaded; return whether that was done."""
    with kept.working("stop-writing") as task:
        kept.loaded = load(draft, desk.store, replacing=replacing, task=task)
    if not kept.loaded:
        return False
    kept.found = None
    st.session_state["replaced"] = kept.loaded if kept.loaded.replaced else None
    desk.look_again()
    source = draft.card.namespace if draft.kind == EVENTS else desk.view.source
    desk.keep(desk.first_view(exercise=False, source=source))
    return True
