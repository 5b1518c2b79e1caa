"""Which column of a file is which field: one choice a field, guessed, each tied to the mapping of the session."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app_pages.surroundings import as_words
from data import mapping
from data.readers.opened import Opened
from export import mapping_words as words
from geo.errors import TocsinError


def choose_columns(opened: Opened, base: mapping.Mapping) -> None:
    """Which column each field is read from: the usual fields at once, the others below."""
    if refused := st.session_state.pop("map-refused", ""):
        st.error(as_words(refused))
    take = _change("map-kind", base.kind, lambda kind: mapping.guess(opened, kind))
    kinds = words.KINDS
    st.segmented_control(
        "What a row is", list(kinds), format_func=kinds.get, required=True, help=words.KINDS_HELP, **take
    )
    first, others = words.asked_for(base)
    _grid(opened, base, first)
    with st.expander("More columns"):
        _grid(opened, base, others)


def _grid(opened: Opened, base: mapping.Mapping, fields: list[mapping.Field]) -> None:
    for n, field in enumerate(fields):
        if n % 3 == 0:  # a row at a time, so that a telephone keeps the order
            columns = st.columns(3)
        chosen = base.columns.get(field.key)
        take = _change(
            f"map-column-{field.key}",
            chosen,
            lambda name, key=field.key: mapping.ask(opened, base.with_column(key, name)),
        )
        columns[n % 3].selectbox(
            words.label(field),
            [None, *base.names],
            format_func=words.column_name,
            placeholder=words.NOT_THERE,
            help=as_words(words.why(base, field)),
            **take,
        )


def _change(key: str, value: object, change: Callable[[Any], mapping.Mapping]) -> dict[str, Any]:
    """The arguments of a control that changes the mapping; what cannot be meant is said and changes nothing."""
    st.session_state[key] = value

    def take() -> None:
        try:
            st.session_state["map-base"] = change(st.session_state[key])
        except TocsinError as error:
            st.session_state["map-refused"] = str(error)

    return {"key": key, "on_change": take}
