"""A sheet in its frame: the live map, its scale and boundary line, and what was clicked."""

import streamlit as st

from export.map_sheet import Sheet
from layers.pydeck_renderer import picked, render
from layers.scale import scale_html


def map_frame(sheet: Sheet, key: str, alt: str) -> str:
    """Show a sheet as a live map (`alt` is its reading in words) and return the key of what was just clicked.

    Nothing, or nothing new, gives an empty text.
    """
    with st.container(key=key, gap=None):
        state = st.pydeck_chart(
            render(sheet.drawings, sheet.camera),
            height=sheet.camera.height,
            on_select="rerun",
            selection_mode="single-object",
            key=f"{key}-deck",
            alt=alt,
        )
        st.html(f'<div class="scale">{scale_html(sheet.camera, boundaries=sheet.boundaries)}</div>')
    clicked = picked(state)
    before = st.session_state.get(f"{key}-clicked", "")
    st.session_state[f"{key}-clicked"] = clicked
    return clicked if clicked != before else ""
