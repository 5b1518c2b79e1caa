"""The card of a selected cell or area: trend, incidents, sources."""

from dataclasses import replace

import streamlit as st

from app_pages.desk import Desk
from export import markup
from export.place_card import PlaceCard
from export.reading import Reading


def selection_card(desk: Desk, place: PlaceCard, reading: Reading) -> None:
    """Show what is known of the selection, with a way out."""
    with st.container(border=True, key="selection"):
        st.html(markup.card(place, reading.tally.killed.unit))
        if place.covered and not place.rows and place.trend is None:
            st.html(markup.caption(markup.NOTHING_HERE))
        elif place.covered:
            trend, incidents, sources = st.tabs(["Trend", "Incidents", "Sources"])
            with trend:
                st.html(markup.trend_chart(place.trend) if place.trend else markup.caption(markup.NO_TREND))
                st.html(markup.incident_list(place.rows, most=3))
            with incidents:
                st.html(markup.incident_list(place.rows, most=len(place.rows)))
            with sources:
                st.html(markup.shares(place))
        st.button("Close", key="close-selection", on_click=lambda: desk.keep(replace(desk.view, selected="")))
