"""A map over the whole screen, 16:9, with all that a picture must say: fit for a screenshot."""

from dataclasses import dataclass, replace

import streamlit as st

from app_pages.desk import Desk
from export import markup
from export.map_sheet import Sheet
from layers.legend_html import legend_html
from layers.pydeck_renderer import render
from layers.scale import scale_html


@dataclass(frozen=True, slots=True)
class Words:
    """What a picture says: title, line of doubt, method, and a block beside the map (HTML)."""

    title: str
    doubt: str
    method: str
    beside: str = ""


PICTURE = (1290, 800)
"""The map's part of a 1920 x 1080 picture, in CSS pixels; other screens scale it."""


def present(desk: Desk, words: Words, sheet: Sheet) -> None:
    """Show one sheet and nothing else: title, map, legend, dates, sources, marking."""
    with st.container(key="present"):
        st.html(markup.banner(exercise=desk.view.exercise))
        st.html(f'<div class="present-head">{markup.heading(words.title)}{markup.doubt(words.doubt)}</div>')
        picture, side = st.columns([72, 28], gap="medium")
        with picture, st.container(key="present-map"):
            st.pydeck_chart(
                render(sheet.drawings, sheet.camera, interactive=False), height=sheet.camera.height, alt=words.title
            )
            st.html(f'<div class="scale">{scale_html(sheet.camera, boundaries=sheet.boundaries)}</div>')
        with side:
            st.html(legend_html(sheet.for_legend))
            if words.beside:
                st.html(words.beside)
        st.html(markup.footer(desk.holdings, desk.view, sheet, words.method))
        st.html(markup.banner(exercise=desk.view.exercise, bottom=True))
        with st.container(key="leave-present"):
            st.button("Leave", on_click=lambda: desk.keep(replace(desk.view, present=False)), help="Back to the page")
