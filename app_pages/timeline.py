"""The slider through time: the histogram of all periods, a window with two handles, steps, and play."""

from collections.abc import Callable

import streamlit as st

from app_pages.desk import Desk
from app_pages.surroundings import guard
from app_pages.tied import bound
from export import markup
from export.reading import Reading
from geo.periods import Periods
from geo.window import LENGTHS, at_end, lengthened, moved, window_of, windowed

SECONDS_A_STEP = 1.2
PLAY = "Let the window run through time, one period a step"


def playing(desk: Desk, body: Callable[[Desk], None]) -> None:
    """Run `body` as a part of the page that alone is drawn again while time runs."""
    runs = st.session_state.get("playing", False)

    @st.fragment(run_every=SECONDS_A_STEP if runs else None)
    def run() -> None:
        if st.session_state.get("playing", False) != runs:
            st.rerun()
        if runs and st.session_state.get("started", False):
            if at_end(desk.view):
                st.session_state["playing"] = False
                st.rerun()
            _step(desk, 1)
        st.session_state["started"] = runs
        guard(desk, lambda: body(desk))

    run()


def timeline(desk: Desk, reading: Reading) -> None:
    """Show the slider with its histogram and buttons."""
    with st.container(key="timeline", gap=None):
        when, chart = st.columns([260, 740], gap="small")
        with when:
            st.html(markup.window_head(reading))
            with st.container(horizontal=True, gap="small", key="steps", vertical_alignment="bottom"):
                runs = st.session_state.get("playing", False)
                st.button(
                    "Pause" if runs else "Play", key="play", type="primary", on_click=_play, args=(desk,), help=PLAY
                )
                st.button(
                    "Earlier",
                    key="back",
                    icon=":material/chevron_left:",
                    on_click=_step,
                    args=(desk, -1),
                    help="One period back",
                )
                st.button(
                    "Later",
                    key="forward",
                    icon=":material/chevron_right:",
                    on_click=_step,
                    args=(desk, 1),
                    help="One period on",
                )
                _length(desk, reading)
        with chart:
            st.html(markup.histogram(reading))
            _slider(desk, reading)


def _slider(desk: Desk, reading: Reading) -> None:
    periods, window = reading.periods, reading.window
    labels = periods.spans()

    def change(ends: tuple[int, int]) -> object:
        first, last = ends
        return windowed(desk.view, Periods(periods.grain, periods.first + first, last - first + 1))

    st.select_slider(
        "Window: first and last period",
        range(periods.count),
        (window.start, window.stop - 1),
        format_func=labels.__getitem__,
        label_visibility="collapsed",
        **bound(desk, "window", (window.start, window.stop - 1), change),
    )


def _length(desk: Desk, reading: Reading) -> None:
    grain = reading.periods.grain
    now = window_of(desk.view).count
    offered = sorted({*LENGTHS[grain], now})
    st.selectbox(
        "Length of the window",
        offered,
        format_func=lambda count: f"{count} {grain}{'s' if count > 1 else ''}",
        label_visibility="collapsed",
        width=112,
        **bound(desk, "window-length", now, lambda count: lengthened(desk.view, count)),
    )


def _step(desk: Desk, steps: int) -> None:
    desk.keep(moved(desk.view, steps, desk.first_day()))


def _play(desk: Desk) -> None:
    """Start or stop; at the end of time it starts again two years back."""
    runs = st.session_state.get("playing", False)
    if not runs and at_end(desk.view):
        _step(desk, -104)
    st.session_state["playing"] = not runs
    st.session_state["started"] = False
