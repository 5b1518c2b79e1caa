"""The Map's choice of boundaries: kept in the address, and said on the page."""

import pytest

from tests.app_pages.opened import opened, text_of, unbroken

CAPTIONS = {
    "neutral": "no position is taken on legal status",
    "us": "Not LSIB geometry.",
    "un": "do not imply official endorsement or acceptance by the United Nations.",
}


@pytest.mark.slow
@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("profile", CAPTIONS)
def test_a_profile_of_the_address_is_drawn_and_said(profile) -> None:
    text = text_of(unbroken(opened("map", profile=profile)))
    assert [name for name, words in CAPTIONS.items() if words in text] == [profile]


@pytest.mark.slow
@pytest.mark.usefixtures("full")
def test_choosing_a_profile_changes_caption_and_address() -> None:
    at = unbroken(opened("map"))
    assert CAPTIONS["neutral"] in text_of(at)
    chosen = next(box for box in at.selectbox if box.label == "Boundaries")
    assert CAPTIONS["un"] in text_of(unbroken(chosen.select("un").run()))
    assert "un" in at.query_params["profile"]
