"""Data: load a file, see what is covered, what became of every record, and what was rejected."""

import streamlit as st

from app_pages import controls
from app_pages.desk import Desk
from app_pages.loading import load_file
from app_pages.page import PageCard
from app_pages.surroundings import as_words
from export import ledger_rows, markup, wording

PAGE = PageCard("Data", "data", 2)


def render(desk: Desk) -> None:
    """Show the page."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="controls"):
        controls.data_choice(desk)
        controls.study_area(desk)
    held = desk.holdings
    st.html(markup.heading("What is loaded, what it covers, and what became of every record", small=True))
    left, right = st.columns([3, 1], gap="medium")
    with left:
        loaded(desk)
    with right:
        load_file(desk)
    if not held:
        return
    st.html('<hr class="rule">')
    covered, counted = st.columns(2, gap="medium")
    with covered:
        st.html(markup.section("Where and when the sources looked"))
        st.html(markup.caption("Outside these dates nothing is known. That is not zero, and not calm."))
        rows = ledger_rows.coverage(held, desk.geography)
        st.html(markup.table(ledger_rows.COVERAGE_HEAD, rows, numbers=(4,)))
    with counted:
        reading = desk.rise_reading()
        st.html(markup.section("What became of every record"))
        st.html(markup.caption("Weeks, cells of 1,770 km², violence against civilians, the study area chosen above."))
        st.html(markup.table(ledger_rows.FATE_HEAD, ledger_rows.fates(reading.tally), numbers=(1, 2, 3, 4, 5)))


def loaded(desk: Desk) -> None:
    """Show the snapshots, what was rejected, and the way to remove one."""
    held = desk.holdings
    st.html(markup.section("Snapshots"))
    for digest, reason in desk.store.damaged().items():
        lost = f"Snapshot {digest[:12]} is damaged and left out: {reason}."
        st.error(as_words(f"{lost} Remove its folder from the store, then load its file again."))
    if not held:
        st.html(markup.doubt(" ".join(wording.NOTHING_HELD[desk.view.exercise])))
        undo(desk)
        return
    rows = ledger_rows.snapshots(held.snapshots)
    st.html(markup.table(ledger_rows.SNAPSHOT_HEAD, rows, numbers=(2, 3, 4)))
    for manifest in held.snapshots:
        if manifest.rejected:
            count = sum(manifest.rejected.values())
            with st.expander(
                f"{count:,} rejected in {manifest.origin.name if manifest.origin else manifest.digest[:12]}"
            ):
                st.html(markup.table(ledger_rows.REJECTED_HEAD, ledger_rows.rejected(manifest)))
    if not desk.view.exercise:
        remove(desk)


def remove(desk: Desk) -> None:
    """Let a person remove a snapshot, and take that back."""
    names = {one.digest: f"{one.origin.name if one.origin else one.digest[:12]}" for one in desk.holdings.snapshots}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox("Remove a snapshot", list(names), format_func=names.__getitem__, index=None, width=320)
        st.button("Remove", disabled=chosen is None, on_click=desk.remove, args=(chosen,))
        undo(desk)


def undo(desk: Desk) -> None:
    """Offer to take the last removal back."""
    if "removed" in st.session_state:
        st.button("Undo the removal", on_click=desk.restore, args=(st.session_state["removed"],))
