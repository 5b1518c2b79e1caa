"""The rows behind a view as files: those that it counts, as CSV and GeoJSON, and those that it leaves out, as CSV."""

import streamlit as st

from app_pages.desk import Desk
from export import downloads, held_rows, markup
from export.reading import Reading
from export.rows_csv import events_csv
from export.rows_geojson import events_geojson

FORMATS = (("CSV", "text/csv", events_csv), ("GeoJSON", "application/geo+json", events_geojson))


def row_downloads(desk: Desk, reading: Reading) -> None:
    """Offer the rows; of a source that may not be passed on none, and the reason is said."""
    holdings, known = desk.holdings, desk.view.known
    if said := held_rows.held_back(holdings):
        st.html(markup.caption(said))
    else:
        counted = held_rows.counted_rows(reading, holdings)
        st.html(markup.caption(held_rows.counted_text(counted)))
        with st.container(horizontal=True):
            for name, kind, made in (
                ("CSV", "text/csv", events_csv),
                ("GeoJSON", "application/geo+json", events_geojson),
            ):
                st.download_button(
                    f"Counted rows ({name})",
                    lambda made=made: made(counted, holdings.cards, known),
                    f"counted-{known}.{name.lower()}",
                    kind,
                    key=f"counted-rows-{name.lower()}",
                    on_click="ignore",
                    disabled=not counted.num_rows,
                )
    left_out_rows(desk, reading)


def left_out_rows(desk: Desk, reading: Reading) -> None:
    """Offer the rows that a view leaves out, by reason."""
    choices = held_rows.choices(reading, desk.holdings)
    if not choices:
        return
    chosen = st.selectbox("Rows left out", list(choices), format_func=choices.__getitem__, key="left-out")
    st.download_button(
        "Download these rows (CSV)",
        lambda: downloads.csv_of(
            held_rows.left_out_rows(reading, desk.holdings, held_rows.fates_named(chosen)),
            exercise=desk.view.exercise,
        ),
        f"left-out-{desk.view.known}.csv",
        "text/csv",
        key="left-out-rows",
        on_click="ignore",
    )
