"""Presentation: the whole screen, all that a picture must say, nothing to scroll, nothing cut off."""

import pytest

from tests.browser.served import Screen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_OUTSIDE = """() => {
  const out = []
  const walker = document.createTreeWalker(document.querySelector('.st-key-present'), NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest('style, script')) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const {left, right, top, bottom, width} = range.getBoundingClientRect()
    if (!width) continue
    const x = (left + right) / 2, y = (top + bottom) / 2
    const above = document.elementFromPoint(x, y)
    const hidden = !above || !above.closest('.st-key-present')
    if (left < 8 || top < 2 || right > innerWidth - 8 || bottom > innerHeight - 2 || hidden) out.push(node.data.trim())
  }
  return out
}"""
_SCROLLS = """() => [document.scrollingElement, ...document.querySelectorAll('[data-testid="stMain"], .st-key-present')]
  .some((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)"""


@pytest.mark.parametrize("page", ["map", "overview"])
def test_a_presented_map_says_all_that_a_picture_must_say(desktop: Screen, page: str):
    try:
        desktop.go(page, present="1")
        finding = desktop.page.locator(".st-key-present h1.finding").inner_text()
        for width, height in ((1920, 1080), (1280, 720)):
            desktop.page.set_viewport_size({"width": width, "height": height})
            desktop.still()
            text = desktop.page.locator(".st-key-present").inner_text()
            assert finding in text
            assert text.count("MARKING NOT SET") == 2
            assert text.count("EXERCISE – SIMULATED DATA") >= 2
            assert "As known on 27 Dec 2048" in text
            assert "Source: " in text
            assert "Boundaries: Natural Earth" in text
            assert "Projection: " in text
            assert desktop.page.locator(".st-key-present .tocsin-legend").is_visible()
            box = desktop.page.locator(".st-key-present-map").bounding_box()
            assert box["width"] * box["height"] > 0.4 * width * height, "the map is the picture"
            assert desktop.page.evaluate(_OUTSIDE) == [], f"cut off or covered at {width} x {height}"
            assert not desktop.page.evaluate(_SCROLLS), f"scrolls at {width} x {height}"
            assert not desktop.page.get_by_role("link", name="Map", exact=True).filter(visible=True).count()
    finally:
        desktop.page.set_viewport_size({"width": 1440, "height": 900})
    with desktop.run():
        desktop.button("leave-present").click()
    desktop.rest()
    assert desktop.page.get_by_role("link", name="Map", exact=True).is_visible()


def test_the_present_button_leads_there_and_back_leads_out(desktop: Screen):
    desktop.go("map", place="SDN")
    with desktop.run():
        desktop.page.get_by_role("button", name="Present").click()
    desktop.page.locator(".st-key-present").wait_for()
    assert "present=1" in desktop.page.url
    with desktop.run():
        desktop.page.go_back()
    desktop.page.locator(".st-key-present").wait_for(state="detached")
    assert "present=0" in desktop.page.url
