"""No text of a source does anything but be read."""

import html
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from layers.text import escape, one_line, plain


@given(st.text())
def test_nothing_unseen_and_no_command_stays(text):
    shown = plain(text)
    unseen = {"Cc", "Cf", "Cs", "Co", "Cn"}
    assert all(c in "\n\u200c\u200d" or unicodedata.category(c) not in unseen for c in shown)
    assert not shown.startswith("@@")
    assert len(shown) <= 601


@given(st.text())
def test_escaped_text_holds_no_markup_and_comes_back(text):
    safe = escape(text)
    assert not set(safe) & set("<>\"'{}")
    assert html.unescape(safe) == plain(text)


def test_directions_cannot_be_turned():
    assert plain("a\u202eb\u2066c\u200fd") == "abcd"


def test_a_long_text_is_cut():
    assert plain("x" * 50, longest=10) == "x" * 9 + "…"
    assert one_line(" a\n\tb ") == "a b"
