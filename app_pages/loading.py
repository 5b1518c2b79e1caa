"""Loading a file: choose, check, load with progress; it can be stopped, and then nothing has changed."""

import tempfile
from pathlib import Path

import streamlit as st

from app_pages.desk import Desk
from app_pages.surroundings import as_words
from data.ingest import ingest
from data.task import Task
from export import markup
from geo.errors import TocsinError


def load_file(desk: Desk) -> None:
    """Show the uploader and, once a file is chosen, load it."""
    st.html(markup.section("Load real incidents"))
    st.html(markup.caption("A UCDP GED or Candidate file (CSV, CSV.GZ, XLSX), as published. It stays on this machine."))
    file = st.file_uploader("UCDP file", type=["csv", "gz", "xlsx"], label_visibility="collapsed", key="upload")
    if file is not None and st.session_state.get("seen") != file.file_id:
        st.session_state["seen"] = file.file_id
        st.session_state.pop("loaded", None)
        st.session_state.pop("refused", None)
    if "loaded" in st.session_state:
        st.success(as_words(st.session_state["loaded"]))
    if "refused" in st.session_state:
        st.error(as_words(st.session_state["refused"]))
    if file is None or not st.button("Load this file", type="primary", key="load"):
        return
    st.session_state.pop("loaded", None)
    st.session_state.pop("refused", None)
    bar = st.progress(0.0, "Reading")
    st.button("Stop", key="stop", help="Stops the work. Nothing is written.")

    def progress(stage: str, done: int, total: int | None) -> None:
        share = min(done / total, 1.0) if total else 0.0
        bar.progress(share, f"{stage.capitalize()}: {done:,}{f' of {total:,}' if total else ''}")

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(file.name).name
        path.write_bytes(file.getbuffer())
        try:
            came = ingest(path, desk.store, task=Task(progress))
        except TocsinError as error:
            st.session_state["refused"] = str(error)
            st.rerun()
    st.session_state["loaded"] = markup.loaded_text(came)
    desk.look_again()
    desk.keep(desk.first_view(exercise=False))
    st.rerun()
