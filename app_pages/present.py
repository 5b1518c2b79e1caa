"""A map over the whole screen, 16:9, with all that a picture must say: fit for a screenshot."""

from dataclasses import replace

import streamlit as st

from app_pages.desk import Desk
from export import markup
from export.map_sheet import Sheet
from layers.legend_html import legend_html
from layers.pydeck_renderer import render

PICTURE = (1290, 778)
"""The map's part of a 1920 x 1080 picture, in CSS pixels; other screens scale it."""


def present(desk: Desk, title: str, doubt: str, sheet: Sheet, method: str) -> None:
    """Show one sheet and nothing else: title, map, legend, dates, sources, marking."""
    with st.container(key="present"):
        st.html(markup.banner(exercise=desk.view.exercise))
        st.html(f'<div class="present-head">{markup.heading(title)}{markup.doubt(doubt)}</div>')
        picture, side = st.columns([72, 28], gap="medium")
        with picture, st.container(key="present-map"):
            st.pydeck_chart(render(sheet.drawings, sheet.camera, interactive=False), height=sheet.camera.height)
        with side:
            st.html(legend_html(sheet.drawings))
        st.html(markup.footer(desk.holdings, desk.view, sheet, method))
        st.html(markup.banner(exercise=desk.view.exercise))
        with st.container(key="leave-present"):
            st.button("Leave", on_click=lambda: desk.keep(replace(desk.view, present=False)), help="Back to the page")
