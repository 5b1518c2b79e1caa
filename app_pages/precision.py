"""Precision: the same view under the three treatments of imprecise places, with totals, ranks and what may mislead."""

from dataclasses import replace

import streamlit as st

from app_pages import controls, map_controls, precision_controls
from app_pages.desk import Desk
from app_pages.page import PageCard
from app_pages.surroundings import nothing_held
from export import markup, precision_compare, wording
from layers.legend_html import legend_html
from layers.scale import scale_html

PAGE = PageCard("Precision", "precision", 4)
MAP_SIZE = (448, 360)


def render(desk: Desk) -> None:
    """Show the page."""
    if desk.view.present:
        desk.keep(replace(desk.view, present=False))
    if desk.holdings:
        precision_controls.refine(desk)
    with st.container(horizontal=True, vertical_alignment="bottom", key="controls"):
        controls.data_choice(desk)
        controls.source_choice(desk)
        map_controls.place(desk)
        precision_controls.cells(desk)
        controls.as_of_date(desk)
        with st.popover("More"):
            map_controls.kinds(desk)
            map_controls.grain(desk)
            precision_controls.times(desk)
            controls.boundaries(desk)
    if nothing_held(desk):
        return
    views = precision_compare.asked(desk.view)
    readings = {one: Desk(view, desk.store, []).reading() for one, view in views.items()}
    first = next(iter(readings.values()))
    title = wording.map_title(first.view.kinds, first.view.shown, first.first_day, first.last_day)
    st.html(markup.heading(title, small=True) + markup.doubt("Three ways to treat places that are not known exactly"))
    for said in wording.about_precision(first, st.session_state.get("too-fine", "")):
        st.html(markup.caption(said))
    camera = desk.camera(list(readings.values())[-1].placed, *MAP_SIZE)  # as coded: where anything is drawn
    found = precision_compare.compare(readings, desk.holdings, desk.geography, camera)
    for column, panel in zip(st.columns(3, gap="small"), found.panels, strict=True):
        with column:
            st.html(markup.section(panel.title))
            with st.container(key=f"precision-{panel.treatment.replace('_', '-')}", gap=None):
                st.html(panel.picture)
                st.html(f'<div class="scale">{scale_html(camera, boundaries=panel.sheet.boundaries)}</div>')
    tables(found)


def tables(found: precision_compare.Comparison) -> None:
    """Show the legend, totals, ranks, what is flagged, and what each treatment means."""
    legend, numbers = st.columns([480, 868], gap="medium")
    with legend:
        st.html(legend_html(precision_compare.legend(found.panels)))
        st.html(markup.notes(precision_compare.WHY))
    with numbers:
        st.html(markup.section("Where every incident is"))
        st.html(markup.table(precision_compare.head("Incidents"), found.totals, numbers=(1, 2, 3)))
        st.html(markup.section("The top cells of each, and their rank in the others"))
        st.html(markup.table(precision_compare.head("Cell"), found.ranks, numbers=(1, 2, 3)))
        st.html(markup.section("Possible coding artefacts, as coded"))
        if found.flagged:
            st.html(markup.notes(found.flagged) + markup.caption(precision_compare.more_text(found.more_flagged)))
        else:
            st.html(markup.caption("No cell is flagged in this window."))
