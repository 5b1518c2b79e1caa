"""Where and when each source looked: the grid of a source, its legend, and the same as a table of dates."""

from pathlib import Path

import streamlit as st

from app_pages.desk import Desk
from data.store import Store
from export import coverage_picture, ledger_rows, markup
from export.geography import geography


def coverage_section(desk: Desk) -> None:
    """Show one source at a time: sources that look at different things do not add up."""
    st.html(markup.section("Where and when the sources looked"))
    st.html(markup.caption("Outside these months nothing is known. That is not zero, and not calm."))
    sources = ledger_rows.sources(desk.holdings.everything, desk.holdings.source)
    key = next(iter(sources))
    if st.session_state.get("coverage-for") != (desk.view.exercise, desk.holdings.source):
        st.session_state["coverage-for"] = (desk.view.exercise, desk.holdings.source)
        st.session_state.pop("coverage-of", None)  # another source is shown: begin with its own
    if len(sources) > 1:
        key = st.selectbox("Source", list(sources), format_func=sources.__getitem__, key="coverage-of", width=420)
    chosen = [one for one in desk.holdings.everything if one.card.key == key]
    grid = _grid(str(desk.store.home), tuple(one.digest for one in chosen))
    if grid is None:
        st.html(markup.doubt("This source does not say where and when it looked."))
        return
    st.html(coverage_picture.legend())
    st.html(coverage_picture.picture(grid, desk.geography))
    with st.expander("The same in words and dates"):
        st.html(markup.caption(coverage_picture.summary(grid, desk.geography)))
        head, rows = ledger_rows.COVERAGE_HEAD, ledger_rows.spans(chosen, grid, desk.geography)
        st.html(markup.table(head, rows, numbers=(4,)))


@st.cache_resource(max_entries=8, show_spinner=False)
def _grid(home: str, digests: tuple[str, ...]) -> coverage_picture.Grid | None:
    store = Store(Path(home))
    manifests = [store.get(digest) for digest in digests]
    return coverage_picture.grid(manifests, [store.table(one) for one in manifests], geography())
