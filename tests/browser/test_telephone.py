"""A telephone of 360 x 740: nothing to scroll sideways, the map seen whole, the slider in reach."""

import pytest

from tests.browser.served import PATHS, Screen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_MAY_BE_WIDER = '.scroll, .coverage table, [data-testid="stDeckGlJsonChart"], [data-testid="stCode"]'
_WIDER = """(aside) => [...document.querySelectorAll('[data-testid="stMain"] *')]
  .filter((e) => e.checkVisibility() && e.innerText && !e.closest(aside))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.right > innerWidth + 1 || box.left < -1))
  .map(([e]) => `${e.tagName} ${e.innerText.slice(0, 40)}`)"""


@pytest.mark.parametrize("page", PATHS)
def test_no_page_scrolls_sideways(telephone: Screen, page: str):
    telephone.go(page)
    assert telephone.page.evaluate(
        """() => [document.scrollingElement, document.querySelector('[data-testid="stMain"]')]
            .map((e) => e.scrollWidth).every((width) => width <= innerWidth)"""
    )
    assert telephone.page.evaluate(_WIDER, _MAY_BE_WIDER) == []
    assert telephone.page.locator("h1.finding").is_visible()


def test_map_and_slider_can_be_reached(telephone: Screen):
    telephone.go("map")
    telephone.canvas().scroll_into_view_if_needed()
    box = telephone.page.locator(".st-key-map").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["width"] > 300
    assert 200 < box["height"] < 640, "a map higher than the screen cannot be scrolled past"
    slider = telephone.page.locator(".st-key-timeline").get_by_role("slider").last
    slider.scroll_into_view_if_needed()
    before = telephone.window()
    with telephone.run():
        telephone.button("back").tap()
    telephone.rest()
    assert telephone.window() != before


def test_buttons_are_large_enough_for_a_finger(telephone: Screen):
    telephone.go("map")
    for name in ("play", "back", "forward"):
        box = telephone.button(name).bounding_box()
        assert min(box["width"], box["height"]) >= 32
