"""The controls that several pages share, each tied to a part of the view."""

from dataclasses import replace

import streamlit as st

from app_pages.desk import Desk
from app_pages.tied import bound, field
from export.geography import PROFILE_HELP, PROFILE_TEXT
from export.held import first_known, known_on, short_title
from geo.window import as_known

DATA = {True: "Exercise", False: "Real"}


def data_choice(desk: Desk) -> None:
    """Exercise or real data; each opens with its own first view."""
    st.segmented_control(
        "Data",
        list(DATA),
        format_func=DATA.__getitem__,
        required=True,
        **bound(desk, "choose-data", desk.view.exercise, lambda exercise: desk.first_view(exercise=exercise)),
    )


def source_choice(desk: Desk) -> None:
    """Whose incidents are counted: shown where two sources are held, for what both report must not be added up."""
    titles = desk.holdings.sources
    if len(titles) > 1:
        st.selectbox(
            "Incidents from",
            list(titles),
            format_func=lambda source: short_title(titles[source]),
            width=150,
            help="Two sources report the same happenings, so they are shown one at a time and never added up.",
            **bound(
                desk,
                "choose-source",
                desk.view.source,
                lambda source: desk.first_view(exercise=desk.view.exercise, source=source),
            ),
        )


def study_area(desk: Desk) -> None:
    """Which countries are asked for."""
    labels = {choice.place: choice.label for choice in desk.choices()}
    labels.setdefault(desk.view.place, desk.view.place)
    st.selectbox(
        "Study area",
        list(labels),
        format_func=labels.__getitem__,
        width=260,
        **bound(
            desk, "choose-place", desk.view.place, lambda place: replace(desk.view, place=place, focus="", selected="")
        ),
    )


def boundaries(desk: Desk) -> None:
    """Whose drawing of disputed borders."""
    st.selectbox(
        "Boundaries",
        list(PROFILE_TEXT),
        format_func=PROFILE_TEXT.__getitem__,
        help=PROFILE_HELP,
        **field(desk, "choose-profile", "profile"),
    )


def as_of_date(desk: Desk) -> None:
    """The as-of date: nothing later is known to the page. Nothing held has none."""
    if not desk.holdings:
        return
    st.date_input(
        "As known on",
        min_value=first_known(desk.holdings),
        max_value=known_on(desk.holdings),
        format="DD/MM/YYYY",
        width=128,
        **bound(desk, "choose-known", desk.view.known, lambda known: as_known(desk.view, known)),
    )


def links(desk: Desk) -> None:
    """The link to this view, and the same map over the whole screen."""
    if not desk.holdings:
        return
    with st.popover("Link"):
        st.caption("This address opens the same view, now and later.")
        st.code(desk.link(), language=None, wrap_lines=True)
    st.button(
        "Present",
        key="present-button",
        type="primary",
        help="This map over the whole screen, ready for a screenshot.",
        on_click=lambda: desk.keep(replace(desk.view, present=True)),
    )
