"""The address is the view: copied, it opens the same; back and forward go through the views."""

from collections.abc import Callable

import pytest

from tests.browser.served import Screen, Served, same

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_copied_address_opens_the_same_view(desktop: Screen, served: Served, new_screen: Callable[..., Screen]):
    desktop.go("map", place="SDN")
    choose = desktop.page.get_by_role
    for act in (
        choose("radio", name="Killed", exact=True).click,
        choose("radio", name="Coarser", exact=True).click,
        choose("radio", name="As coded", exact=True).click,
        choose("button", name="Risk forecast", exact=True).click,
        desktop.button("back").click,
    ):
        with desktop.run():
            act()
    address, picture = desktop.page.url, desktop.still()
    title, chosen = desktop.page.locator("h1.finding").inner_text(), desktop.chosen()
    assert "known=20" in address
    other = new_screen(served)
    other.page.goto(address)
    other.page.locator("h1.finding").wait_for()
    other.rest()
    assert other.page.url == address
    assert other.page.locator("h1.finding").inner_text() == title
    assert other.chosen() == chosen
    assert same(other.pixels(), picture, tolerance=0.002, within=16)
    other.watched.close()


def test_the_link_control_gives_the_address_of_the_page(desktop: Screen):
    desktop.go("map", place="SDN", kinds="all")
    desktop.page.get_by_role("button", name="Link").click()
    link = desktop.page.locator('[data-testid="stPopoverBody"] code').inner_text()
    desktop.page.keyboard.press("Escape")
    assert link.split("?")[1] == desktop.page.url.split("?")[1]
    assert link.split("?")[0] == desktop.page.url.split("?")[0]


def test_back_and_forward_go_through_the_views(desktop: Screen):
    desktop.go("map", place="SDN", layers="cells")
    first, picture = desktop.page.url, desktop.still()
    with desktop.run():
        desktop.page.get_by_role("radio", name="Killed", exact=True).click()
    desktop.rest()
    second = desktop.page.url
    assert second != first
    with desktop.run():
        desktop.page.go_back()
    assert desktop.page.url == first
    assert desktop.page.get_by_role("radio", name="Incidents", exact=True).get_attribute("aria-checked") == "true"
    assert same(desktop.still(), picture, tolerance=0.002, within=16)
    with desktop.run():
        desktop.page.go_forward()
    assert desktop.page.url == second
    assert desktop.page.get_by_role("radio", name="Killed", exact=True).get_attribute("aria-checked") == "true"


def test_a_part_of_an_address_that_is_not_known_is_named_and_the_rest_followed(desktop: Screen):
    desktop.go("map", place="SDN", grain="fortnight")
    assert "grain='fortnight'" in desktop.page.get_by_role("alert").inner_text()
    assert "place=SDN" in desktop.page.url
