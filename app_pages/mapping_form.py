"""The form for a file of no known source: which column is what, how it would be read, and one button that loads it."""

import streamlit as st

from app_pages.desk import Desk
from app_pages.mapping_columns import choose_columns
from app_pages.surroundings import as_words
from data import mapping
from data.readers.opened import Opened
from export import checked, markup
from export import mapping_words as words

ROWS = 2000
"""Rows of the preview, of which the picture shows all and the table the first five."""
MOST_RADIOS = 4


def mapping_form(desk: Desk, opened: Opened) -> mapping.Mapping | None:
    """Show the form; return the mapping once the button that loads is pressed."""
    base = _base(desk, opened)
    made = words.with_answers(base, {one.key: st.session_state.get(_answer_key(one)) for one in base.unsure})
    seen = _preview(opened, made)
    st.html('<hr class="rule">')
    result, columns = st.columns([2, 3], gap="medium")
    with result:
        st.html(markup.section("How it would be read"))
        todo = words.left_to_do(made)
        st.html(markup.doubt(todo or words.counts(seen)))
        stopped = bool(todo) or not seen.kept
        wanted = st.button(words.LOAD[made.kind], type="primary", key="load", disabled=stopped)
        st.html(
            words.points(seen, desk.geography.boundaries(0)) + markup.notes(words.extent(seen, made, desk.geography))
        )
    with columns:
        st.html(markup.section(f"Which column of {opened.name} is what?") + markup.caption(words.GUESSED))
        required = base.open_questions
        for question in required:
            _question(question, many=len(required) > MOST_RADIOS)
        choose_columns(opened, base)
        for question in base.unsure:
            if question not in required:
                _question(question, many=True)
    head, rows = words.first_rows(seen, made)
    if rows:
        st.html(markup.section("The first rows, as they would be read") + markup.table(head, rows))
    if seen.rejected:
        with st.expander(checked.rejected_text(seen.rejected)):
            st.html(markup.table(words.REASON_HEAD, words.rejected(seen), numbers=(1, 2)))
    return made if wanted else None


def forget() -> None:
    """Forget the form of the last file."""
    for key in [key for key in st.session_state if str(key).startswith("map-")]:
        del st.session_state[key]


def _base(desk: Desk, opened: Opened) -> mapping.Mapping:
    """The mapping before its questions are answered: that of the last file with this header, else guessed."""
    if "map-base" not in st.session_state:
        st.session_state["map-base"] = mapping.saved(desk.store, opened) or mapping.guess(opened)
    base: mapping.Mapping = st.session_state["map-base"]
    return base


def _preview(opened: Opened, made: mapping.Mapping) -> mapping.Preview:
    """The preview of a mapping; read again only when that has changed."""
    kept = st.session_state.get("map-preview")
    if kept is None or kept[0] != made:
        kept = st.session_state["map-preview"] = (made, mapping.preview(opened, made, ROWS))
    seen: mapping.Preview = kept[1]
    return seen


def _answer_key(question: mapping.Question) -> str:
    return f"map-answer-{question.key}"


def _question(question: mapping.Question, *, many: bool) -> None:
    """One question; what it proposes is chosen, and what is chosen answers it."""
    text, key, options = as_words(question.text), _answer_key(question), dict(question.options)
    if not options:
        st.text_input(text, question.default, key=key)
        return
    index = list(options).index(question.default) if question.default else None
    ask = st.selectbox if many else st.radio
    ask(text, list(options), index=index, format_func=options.get, key=key)
