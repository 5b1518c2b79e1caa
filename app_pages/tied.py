"""Controls tied to the view: what a control shows comes from the view, and a change of it makes a new view."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from app_pages.desk import Desk
from geo.view import View


def bound(desk: Desk, key: str, value: object, change: Callable[[Any], View]) -> dict[str, Any]:
    """Return the arguments that tie a control to the view: its key, and what happens when a person changes it.

    `value` is what the control shows now; `change` makes the new view from what was chosen.
    """
    st.session_state[key] = value

    def take() -> None:
        chosen = st.session_state[key]
        if chosen is not None:
            desk.keep(change(chosen))

    return {"key": key, "on_change": take}


def field(desk: Desk, key: str, name: str) -> dict[str, Any]:
    """Return the arguments that tie a control to one field of the view."""
    return bound(desk, key, getattr(desk.view, name), lambda chosen: replace(desk.view, **{name: chosen}))
