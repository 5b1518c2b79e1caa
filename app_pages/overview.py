"""Overview: where recorded violence against civilians grows, how surely, and what the page does not cover."""

import streamlit as st

from app_pages import controls
from app_pages.desk import Desk
from app_pages.map_frame import map_frame
from app_pages.page import PageCard
from app_pages.present import Words, present
from app_pages.surroundings import nothing_held
from export import markup, overview, wording
from layers.legend_html import legend_html

PAGE = PageCard("Overview", "overview", 0)
MAP_SIZE = (768, 470)
PICTURE = (1290, 770)


def render(desk: Desk) -> None:
    """Show the page."""
    if desk.view.present:
        if not nothing_held(desk):
            picture(desk)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="controls"):
        controls.data_choice(desk)
        controls.source_choice(desk)
        controls.study_area(desk)
        controls.as_of_date(desk)
        st.space("stretch")
        controls.links(desk)
    if nothing_held(desk):
        return
    rises = desk.rises()
    sheet = desk.change_sheet(rises, *MAP_SIZE)
    st.html(markup.heading(wording.overview_title(rises)) + markup.doubt(wording.overview_doubt(rises)))
    with st.container(key="body"):
        left, right = st.columns([580, 768], gap="medium")
        with left:
            st.html(markup.section("Areas with a recorded rise", overview.SPARK_KEY if rises.rises else ""))
            st.html(markup.ranked_list(rises, desk.geography.country_names))
            st.html(markup.caption(overview.list_caption(rises)))
        with right:
            clicked = map_frame(sheet, "overview-map", f"Map. {wording.overview_title(rises)}")
            with st.container(key="overview-legend"):
                st.html(legend_html(sheet.for_legend))
            st.html(markup.caption(overview.map_caption(rises)))
            st.html(markup.caption(" ".join(sheet.notes(desk.view.profile))))
    if clicked:
        desk.open_map(clicked)
    st.html('<hr class="rule">')
    fresh, missing = st.columns([760, 588], gap="medium")
    with fresh:
        st.html(markup.section("How fresh is each source"))
        st.html(markup.table(overview.FRESHNESS_HEAD, overview.freshness(desk.holdings, desk.view.known)))
    with missing:
        st.html(markup.section("What this page does not cover"))
        st.html(markup.notes(overview.not_covered(desk.rise_reading(), rises, desk.geography)))


def picture(desk: Desk) -> None:
    """Show the map over the whole screen."""
    rises = desk.rises()
    words = Words(
        wording.overview_headline(rises),
        wording.overview_doubt(rises),
        overview.method_line(rises),
        markup.recorded_list(rises, desk.geography.country_names),
    )
    present(desk, words, desk.change_sheet(rises, *PICTURE))
