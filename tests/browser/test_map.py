"""The Map: three overlays, time, a selected cell, and what is not covered, by the pixels of the canvas."""

import numpy as np
import pytest

from layers import palette
from tests.browser.served import Pixels, Screen, count, inside

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EAST = "CAF+ERI+ETH+SDN+SSD+TCD"
OVERLAYS = {
    "Displacement": (palette.FLOW,),
    "Risk forecast": palette.RISK[1:],
    "Incidents in cells": palette.HARM[1:],
}
CELLS_ONLY = {"place": EAST, "layers": "cells"}


def test_three_overlays_are_seen_and_each_goes_with_its_pill(desktop: Screen):
    desktop.go("map", place=EAST)
    picture = desktop.pixels()
    seen = {name: count(picture, *colours) for name, colours in OVERLAYS.items()}
    assert min(seen.values()) > 100, seen
    left = dict(OVERLAYS)
    for name in OVERLAYS:
        pill = desktop.page.get_by_role("button", name=name, exact=True)
        assert pill.get_attribute("aria-pressed") == "true"
        with desktop.run():
            pill.click()
        picture = desktop.still(than=picture)
        assert count(picture, *left.pop(name)) < 0.02 * seen[name], f"{name} is still there"
        for other, colours in left.items():
            assert count(picture, *colours) > 0.5 * seen[other], f"{other} went with {name}"


def test_the_window_moves_by_button_and_by_key_and_the_cells_with_it(desktop: Screen):
    desktop.go("map", **CELLS_ONLY, first="2048-06-01", last="2048-07-12")
    windows, pictures = [desktop.window()], [desktop.pixels()]

    def step(act) -> None:
        with desktop.run():
            act()
        pictures.append(desktop.still(than=pictures[-1]))
        windows.append(desktop.window())

    step(desktop.button("back").click)
    step(desktop.button("forward").click)
    end = desktop.page.locator(".st-key-timeline").get_by_role("slider").last
    end.focus()
    step(lambda: end.press("ArrowRight"))
    assert windows[0] == windows[2] == "1 Jun to 12 Jul 2048"
    assert windows[1] == "25 May to 5 Jul 2048"
    assert windows[3] == "1 Jun to 19 Jul 2048"
    assert np.array_equal(pictures[0], pictures[2])


def test_play_runs_through_time_until_it_is_stopped(desktop: Screen):
    desktop.go("map", **CELLS_ONLY, first="2048-03-02", last="2048-04-12")
    before, seen = desktop.pixels(), [desktop.window()]
    button = desktop.button("play")
    button.click()
    shown = desktop.page.locator(".st-key-timeline .when")
    for _ in range(2):
        desktop.page.wait_for_function(
            "was => document.querySelector('.st-key-timeline .when').innerText !== was", arg=seen[-1]
        )
        seen.append(shown.inner_text())
    button.click()
    desktop.page.wait_for_function(
        """() => new Promise((done) => {
            const head = document.querySelector('.st-key-timeline'), was = head.innerText
            setTimeout(() => done(head.innerText === was), 3000)
        })"""
    )
    assert len(set(seen)) == 3
    assert not np.array_equal(desktop.still(), before)


def test_a_click_on_a_cell_shows_its_card_and_close_takes_it_away(desktop: Screen):
    desktop.go("map", **CELLS_ONLY)
    before = desktop.pixels()
    desktop.select(*inside(before, palette.HARM[4]))
    card = desktop.page.locator(".st-key-selection")
    card.wait_for()
    desktop.rest()
    assert "selected=84" in desktop.page.url
    assert card.get_by_role("tab").all_inner_texts() == ["Trend", "Incidents", "Sources"]
    assert card.locator("img").first.get_attribute("alt").startswith("Incidents a week since")
    card.get_by_role("tab", name="Incidents").click()
    rows = card.locator(".incidents li:visible").all_inner_texts()
    assert rows
    assert all("EX-" in row for row in rows)
    selected = desktop.still()
    assert count(selected, palette.ACCENT) > count(before, palette.ACCENT) + 50
    with desktop.run():
        card.get_by_role("button", name="Close").click()
    card.wait_for(state="detached")
    assert "selected=&" in desktop.page.url


def test_not_covered_is_drawn_apart_from_zero(desktop: Screen):
    desktop.go("map", place="NER", layers="cells", first="2046-11-05", last="2046-12-16")
    covered = middle(desktop.pixels())
    desktop.go("map", place="NER", layers="cells", first="2047-03-04", last="2047-04-14")
    hatched = middle(desktop.pixels())
    size = covered.shape[0] * covered.shape[1]
    assert count(covered, palette.LAND) > 0.5 * size
    assert count(covered, palette.NOT_COVERED, within=1) < 0.01 * size
    assert count(hatched, palette.LAND, within=1) < 0.02 * size
    assert count(hatched, palette.NOT_COVERED, within=1) > 0.5 * size
    lines = np.abs(hatched - np.array(palette.HATCH_LINE[:3])).max(axis=2) <= 24
    assert 0.02 < lines.mean() < 0.4, "the hatch has lines, with the ground between them"
    text = desktop.text()
    assert "Not covered: Niger" in text


def middle(pixels: Pixels) -> Pixels:
    """The middle of a map: inland, where a country is fitted to it."""
    height, width, _ = pixels.shape
    return pixels[height * 2 // 5 : height * 3 // 5, width * 2 // 5 : width * 3 // 5]
