"""The controls of cells, imprecise places and wide dates; cells that the data do not bear are refused."""

from dataclasses import replace

import streamlit as st

from app_pages.desk import Desk
from app_pages.tied import bound, field
from export.bearing import borne
from export.wording import (
    CELLS_HELP,
    CELLS_TEXT,
    DISTRICT_TEXT,
    RESOLUTION_TEXT,
    TIMES_HELP,
    TIMES_TEXT,
    TREATMENT_HELP,
    TREATMENT_TEXT,
)
from geo.view import DISTRICT_RESOLUTION


def cells(desk: Desk) -> None:
    """How large the cells are."""
    offered = dict(CELLS_TEXT)
    if desk.geography.districts is not None:
        offered[DISTRICT_RESOLUTION] = DISTRICT_TEXT
    offered.setdefault(desk.view.resolution, RESOLUTION_TEXT.get(desk.view.resolution, ""))
    st.segmented_control(
        "Cells",
        list(offered),
        format_func=offered.__getitem__,
        required=True,
        help=CELLS_HELP,
        **bound(
            desk, "choose-cells", desk.view.resolution, lambda size: replace(desk.view, resolution=size, selected="")
        ),
    )


def refine(desk: Desk) -> None:
    """Go back from cells that the data do not bear to the finest that they do, and keep the reason for this run."""
    if not desk.holdings:
        return
    view, reason = borne(desk.view, desk.placed())
    st.session_state["too-fine"] = reason
    if reason:
        desk.keep(view)


def times(desk: Desk) -> None:
    """What is done with dates wider than a period."""
    st.segmented_control(
        "Dates",
        list(TIMES_TEXT),
        format_func=TIMES_TEXT.__getitem__,
        required=True,
        help=TIMES_HELP,
        **field(desk, "choose-times", "times"),
    )


def treatment(desk: Desk) -> None:
    """What is done with imprecise places."""
    st.segmented_control(
        "Imprecise places",
        list(TREATMENT_TEXT),
        format_func=TREATMENT_TEXT.__getitem__,
        required=True,
        help=TREATMENT_HELP,
        **field(desk, "choose-treatment", "treatment"),
    )
