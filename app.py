"""Tocsin: where violence against civilians is growing, below the level of countries, and how sure that is.

Page config and navigation; nothing else. Each page is one file in `app_pages`, found by itself.
"""

from functools import partial
from pathlib import Path

import streamlit as st

from app_pages import discover
from app_pages.desk import Desk
from app_pages.surroundings import as_words, guard, strip
from geo.errors import TocsinError

HERE = Path(__file__).parent

st.set_page_config(page_title="Tocsin", page_icon=str(HERE / "static" / "mark.svg"), layout="wide")
st.html(HERE / "static" / "tocsin.css")

try:
    desk = Desk.open()
except TocsinError as error:
    st.error(as_words(str(error)))
    st.stop()
pages = {
    module.PAGE.path: st.Page(
        partial(module.render, desk),
        title=module.PAGE.title,
        url_path=module.PAGE.path,
        default=module.PAGE.order == 0,
    )
    for module in discover()
}
chosen = st.navigation(list(pages.values()), position="hidden" if desk.view.present else "top")
st.logo(str(HERE / "static" / "wordmark.svg"), size="large")
strip(desk)
guard(desk, chosen.run)
if desk.go_to:
    st.switch_page(pages[desk.go_to])
