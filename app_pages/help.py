"""Help: what this is, what the exercise is and is not, a tour of it, how to read a map, how to load real data."""

import streamlit as st

from app_pages.desk import Desk
from app_pages.page import PageCard
from export import help_text, markup
from export.tour import stops

PAGE = PageCard("Help", "help", 3)


def render(desk: Desk) -> None:
    """Show the page."""
    st.html(markup.heading("What Tocsin shows, and how to read it", small=True))
    left, right = st.columns([7, 5], gap="large")
    with left:
        st.html(markup.section("What this is"))
        st.markdown(help_text.WHAT)
        st.html(markup.section("The exercise"))
        st.markdown(help_text.EXERCISE)
        st.html(markup.section("A tour of the exercise, five stops"))
        for number, stop in enumerate(stops(desk.first_view(exercise=True)), start=1):
            with st.container(border=True, key=f"stop-{number}"):
                st.markdown(f"**{number}. {stop.title}**  \n{stop.text}")
                st.button(f"Open stop {number} on the Map", key=f"go-{number}", on_click=desk.visit, args=(stop.view,))
        if desk.visiting():
            desk.go_to = "map"
    with right:
        st.html(markup.section("How to read a map"))
        st.html(markup.table(help_text.MARKS_HEAD, help_text.MARKS))
        st.html(markup.section("Words"))
        st.html(markup.notes(help_text.WORDS))
        st.html(markup.section("Load real data"))
        st.markdown(help_text.REAL_DATA)
