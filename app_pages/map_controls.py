"""The controls of the Map: place, measure, kinds, cells, imprecise places, grain, layers."""

from dataclasses import replace

import streamlit as st

from app_pages.desk import Desk
from app_pages.tied import bound, field
from export.held import layers_held, provinces
from export.rates import measures_offered
from export.wording import (
    KINDS_TEXT,
    LAYER_TEXT,
    SHOWN_TEXT,
)
from geo.periods import Grain
from geo.view import View


def place(desk: Desk) -> None:
    """Study area, or one of its provinces to look at."""
    studies = {choice.place: choice.label for choice in desk.choices()}
    labels = studies | provinces(desk.holdings, desk.geography, desk.view.place)
    here = desk.view.focus or desk.view.place
    labels.setdefault(here, here)

    def change(chosen: str) -> View:
        if chosen in studies:
            return replace(desk.view, place=chosen, focus="", selected="")
        return replace(desk.view, focus=chosen, selected=chosen)

    st.selectbox(
        "Place",
        list(labels),
        format_func=labels.__getitem__,
        width=196,
        **bound(desk, "choose-focus", here, change),
    )


def shown(desk: Desk) -> None:
    """What colours the cells."""
    st.segmented_control(
        "Measure",
        measures_offered(desk.holdings, desk.view),
        format_func=SHOWN_TEXT.__getitem__,
        required=True,
        **field(desk, "choose-shown", "shown"),
    )


def kinds(desk: Desk) -> None:
    """Which incidents are counted."""
    st.selectbox(
        "Incidents of",
        list(KINDS_TEXT),
        format_func=lambda kind: KINDS_TEXT[kind].capitalize(),
        **field(desk, "choose-kinds", "kinds"),
    )


def grain(desk: Desk) -> None:
    """Weeks or months."""
    st.segmented_control(
        "Periods",
        [Grain.WEEK, Grain.MONTH],
        format_func=lambda each: f"{each}s".capitalize(),
        required=True,
        **field(desk, "choose-grain", "grain"),
    )


def layers(desk: Desk) -> None:
    """Which overlays are drawn, from the top down; only those that there are data for."""
    offered = layers_held(desk.holdings)
    shown_now = [name for name in desk.view.layers if name in offered]
    st.pills(
        "Layers",
        offered,
        selection_mode="multi",
        wrap=True,
        format_func=LAYER_TEXT.__getitem__,
        **bound(desk, "choose-layers", shown_now, lambda chosen: replace(desk.view, layers=tuple(chosen))),
    )
