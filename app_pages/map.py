"""Map: any layer over any place and window; a slider through time; select a cell or area for what is known of it."""

import streamlit as st

from app_pages import controls, map_controls, precision_controls, timeline
from app_pages.desk import Desk
from app_pages.map_frame import map_frame
from app_pages.page import PageCard
from app_pages.present import PICTURE, Words, present
from app_pages.selection_card import selection_card
from app_pages.surroundings import nothing_held
from export import markup, wording
from layers.legend_html import legend_html

PAGE = PageCard("Map", "map", 1)
MAP_SIZE = (1016, 562)


def render(desk: Desk) -> None:
    """Show the page."""
    if desk.view.present:
        if not nothing_held(desk):
            precision_controls.refine(desk)
            picture(desk)
        return
    precision_controls.refine(desk)
    with st.container(horizontal=True, vertical_alignment="bottom", key="controls"):
        controls.data_choice(desk)
        controls.source_choice(desk)
        map_controls.place(desk)
        map_controls.shown(desk)
        precision_controls.cells(desk)
        precision_controls.treatment(desk)
        controls.as_of_date(desk)
        with st.popover("More"):
            map_controls.kinds(desk)
            map_controls.grain(desk)
            precision_controls.times(desk)
            controls.boundaries(desk)
        st.space("stretch")
        controls.links(desk)
    if not nothing_held(desk):
        timeline.playing(desk, body)


def body(desk: Desk) -> None:
    """Show title, map, side and slider: what changes while time runs."""
    view, reading = desk.view, desk.reading()
    title = wording.map_title(view.kinds, view.shown, reading.first_day, reading.last_day)
    st.html(markup.heading(title, markup.counted_aside(reading), small=True))
    for said in wording.about_precision(reading, st.session_state.get("too-fine", "")):
        st.html(markup.caption(said))
    sheet = desk.sheet(reading, *MAP_SIZE)
    left, side = st.columns([1016, 332], gap="small")
    with left:
        clicked = map_frame(sheet, "map", f"Map. {title}. {wording.counted_sentence(reading.tally, reading.window)}")
        timeline.timeline(desk, reading)
    with side:
        if (place := desk.card(reading)) is not None:
            selection_card(desk, place, reading)
        map_controls.layers(desk)
        st.html(legend_html(sheet.for_legend))
        st.html(markup.map_notes(sheet, desk.holdings, view))
    if clicked:
        desk.select(clicked, reading)
        st.rerun(scope="fragment" if st.session_state.get("playing") else "app")


def picture(desk: Desk) -> None:
    """Show the map over the whole screen."""
    view, reading = desk.view, desk.reading()
    title = wording.map_title(view.kinds, view.shown, reading.first_day, reading.last_day)
    counted = wording.counted_sentence(reading.tally, reading.window)
    words = Words(title, counted, wording.map_method(view.resolution, view.treatment, view.times))
    present(desk, words, desk.sheet(reading, *PICTURE))
