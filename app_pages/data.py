"""Data: load a file, see what is covered, what became of every record, and what was rejected."""

import streamlit as st

from app_pages import controls
from app_pages.coverage_picture import coverage_section
from app_pages.desk import Desk
from app_pages.loaded import undo_replacement
from app_pages.loading import load_file
from app_pages.page import PageCard
from app_pages.row_downloads import row_downloads
from app_pages.surroundings import as_words
from data.manifest import Manifest
from export import downloads, held_rows, ledger_rows, markup, wording

PAGE = PageCard("Data", "data", 2)


def render(desk: Desk) -> None:
    """Show the page."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="controls"):
        controls.data_choice(desk)
        controls.source_choice(desk)
        controls.study_area(desk)
    st.html(markup.heading("What is loaded, what it covers, and what became of every record", small=True))
    load_file(desk)
    st.html('<hr class="rule">')
    loaded(desk)
    if not desk.holdings:
        return
    st.html('<hr class="rule">')
    coverage_section(desk)
    if len(desk.holdings.events):
        st.html('<hr class="rule">')
        left_out(desk)


def loaded(desk: Desk) -> None:
    """Show the snapshots, what was rejected, and the way to remove one."""
    held = desk.holdings
    st.html(markup.section("Snapshots"))
    for digest, reason in desk.store.damaged().items():
        lost = f"Snapshot {digest[:12]} is damaged and left out: {reason}."
        st.error(as_words(f"{lost} Remove its folder from the store, then load its file again."))
    if not held:
        st.html(markup.doubt(". ".join(wording.NOTHING_HELD[desk.view.exercise])))
        undo(desk)
        return
    st.html(markup.table(ledger_rows.SNAPSHOT_HEAD, ledger_rows.snapshots(held.everything), numbers=(2, 3, 4)))
    for manifest in held.everything:
        if manifest.rejected:
            rejected(desk, manifest)
    if not desk.view.exercise:
        remove(desk)


def rejected(desk: Desk, manifest: Manifest) -> None:
    """Show why rows of a file were rejected, with examples, and offer all of them."""
    count = sum(manifest.rejected.values())
    with st.expander(f"{count:,} rejected in {as_words(ledger_rows.file_name(manifest))}"):
        rows = held_rows.rejected_examples(manifest.rejected, desk.store.rejected(manifest))
        st.html(markup.table(ledger_rows.REJECTED_HEAD, rows, numbers=(1, 2)))
        st.download_button(
            "Download all rejected rows (CSV)",
            lambda: downloads.csv_of(
                held_rows.rejected_rows(manifest, desk.store.rejected(manifest)), exercise=manifest.exercise
            ),
            f"rejected-{manifest.digest[:12]}.csv",
            "text/csv",
            key=f"rejected-{manifest.digest}",
            on_click="ignore",
        )


def remove(desk: Desk) -> None:
    """Let a person remove a snapshot, and take that back."""
    names = {one.digest: ledger_rows.named(one) for one in desk.holdings.everything}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox("Remove a snapshot", list(names), format_func=names.__getitem__, index=None, width=420)
        st.button("Remove", disabled=chosen is None, on_click=desk.remove, args=(chosen,))
        undo(desk)


def undo(desk: Desk) -> None:
    """Offer to take the last removal or replacement back."""
    if "removed" in st.session_state:
        st.button("Undo the removal", on_click=desk.restore, args=(st.session_state["removed"],))
    undo_replacement(desk)


def left_out(desk: Desk) -> None:
    """Show what became of every record in the Map's view, and offer the rows behind it."""
    reading = desk.reading()
    st.html(markup.section("What became of every record") + markup.caption(ledger_rows.basis(reading)))
    table, rows = st.columns([5, 2], gap="medium")
    table.html(markup.table(ledger_rows.FATE_HEAD, ledger_rows.fates(reading.tally), numbers=(1, 2, 3, 4, 5)))
    with rows:
        row_downloads(desk, reading)
