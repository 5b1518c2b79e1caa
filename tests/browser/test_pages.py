"""Every page: the exercise is marked, every control has a name, an empty store says what to do."""

from urllib.parse import urlsplit

import pytest

from layers.exercise_mark import TEXT as MARK
from layers.exercise_mark import TILE
from tests.browser.served import PATHS, Screen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MAPS = {"overview": ".st-key-overview-map", "map": ".st-key-map"}
CONTROLS = {
    *("button", "checkbox", "combobox", "link", "menuitem", "option", "radio", "searchbox", "slider", "spinbutton"),
    *("switch", "tab", "textbox"),
}


@pytest.fixture(scope="module", params=PATHS)
def page(request: pytest.FixtureRequest, desktop: Screen) -> str:
    """Each page in turn, come to by the navigation with Sudan as the study area."""
    name: str = request.param
    if "place=SDN&" not in desktop.page.url:
        desktop.go("help", place="SDN")
    with desktop.run():
        desktop.page.get_by_role("link", name=name.capitalize(), exact=True).click()
    desktop.rest()
    return name


def test_a_page_shows_its_finding_under_the_exercise_strip(desktop: Screen, page: str):
    assert urlsplit(desktop.page.url).path == f"/{PATHS[page]}"
    assert "place=SDN&" in desktop.page.url, "the navigation loses the view"
    assert desktop.page.locator("h1.finding").inner_text()
    assert MARK in desktop.page.locator(".exercise-strip").inner_text()
    assert not desktop.page.locator('[data-testid="stException"], [role="dialog"]').count()


def test_the_mark_lies_over_every_map(desktop: Screen, page: str):
    assert desktop.maps().count() == (page in MAPS)
    if page in MAPS:
        marked, plain = desktop.marked_pixels(), desktop.pixels()
        darker = (plain - marked).max(axis=2) > 8
        height, width = darker.shape
        across, down = TILE
        tops, lefts = range(0, height - down + 1, down // 2), range(0, width - across + 1, across // 2)
        crops = [darker[top : top + down, left : left + across] for top in tops for left in lefts]
        assert crops
        assert min(float(crop.mean()) for crop in crops) > 0.005, "a crop of one tile keeps no mark"
        pointer = "e => getComputedStyle(e, '::after').pointerEvents"
        assert desktop.page.locator(MAPS[page]).evaluate(pointer) == "none"


def test_every_control_has_a_name_in_words(desktop: Screen, page: str):
    session = desktop.watched.context.new_cdp_session(desktop.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    controls = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"] and node["role"]["value"] in CONTROLS
    ]
    assert len(controls) > 5
    assert [control for control in controls if sum(map(str.isalpha, control[1])) < 2] == []


@pytest.mark.parametrize("name", MAPS)
def test_without_real_data_a_page_says_what_to_do(desktop: Screen, name: str):
    desktop.go(name)
    with desktop.run():
        desktop.page.get_by_role("radio", name="Real", exact=True).click()
    desktop.rest()
    text = desktop.text()
    assert "Data page" in text
    assert MARK not in text
    assert not desktop.maps().count()


def test_an_address_with_dates_that_are_not_held_is_still_drawn(desktop: Screen):
    desktop.go("map", exercise="0", known="2048-12-27")
    assert "Data page" in desktop.text()
    desktop.go("map", known="1999-01-01", first="1998-01-01", last="1998-02-01")
    assert desktop.maps().count() == 1
