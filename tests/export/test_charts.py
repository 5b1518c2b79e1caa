"""Bars: missing is never zero, provisional is dashed, heights are true, and no text stands in the picture."""

import base64
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.charts import BAND, BASE, NOT_COVERED, NOW, PAST, Bars, as_image, bar_chart
from tests.export.pieces import inert
from tests.export.worlds import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"


def bars(values, marked=(), provisional=(), missing=()) -> Bars:
    def flags(at):
        out = np.zeros(len(values), dtype=np.bool_)
        out[list(at)] = True
        return out

    return Bars(np.array(values, dtype=np.int64), flags(marked), flags(provisional), flags(missing))


def rects(svg: str, *colours: str) -> list[dict[str, str]]:
    root = ET.fromstring(svg)  # noqa: S314 - made here
    found = [each.attrib for each in root.iter(f"{SVG}rect")]
    return [each for each in found if not colours or each["fill"] in colours]


def test_heights_are_in_proportion_and_stand_on_the_base() -> None:
    found = rects(bar_chart(bars([10, 5, 0, 2]), width=100, height=42))
    assert [float(each["height"]) for each in found] == [40.0, 20.0, 8.0]
    assert [float(each["y"]) + float(each["height"]) for each in found] == [40.0] * 3
    assert [float(each["x"]) for each in found] == [0.0, 25.0, 75.0], "a zero leaves its place empty"


def test_missing_is_a_block_over_the_whole_height_and_never_a_bar() -> None:
    for value in (0, 7):
        svg = bar_chart(bars([9, value, 3], missing=[1]), width=90, height=32)
        (block,) = rects(svg, NOT_COVERED)
        assert (block["x"], block["y"], block["height"], block["width"]) == ("30.00", "0", "30", "30.00")
        assert len(rects(svg, PAST)) == 2


def test_provisional_is_dashed_and_pale_and_the_recent_is_strong() -> None:
    svg = bar_chart(bars([3, 3, 3], marked=[1, 2], provisional=[2]), width=30, height=30, now="#000001")
    past, now, late = rects(svg)
    assert (past["fill"], now["fill"], late["fill"]) == (PAST, "#000001", "#000001")
    assert "stroke-dasharray" in late
    assert float(late["fill-opacity"]) < 1
    assert "stroke-dasharray" not in now
    assert NOW != PAST


def test_the_band_is_in_the_same_scale() -> None:
    svg = bar_chart(bars([4]), width=10, height=42, band=8.0)
    (band,), (bar,) = rects(svg, BAND), rects(svg, PAST)
    assert (float(band["height"]), float(bar["height"])) == (40.0, 20.0)
    assert not rects(bar_chart(bars([4]), width=10, height=42), BAND)


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.booleans(), st.booleans(), st.booleans()), max_size=40),
    st.integers(4, 900),
    st.integers(4, 90),
    st.none() | st.floats(0, 10**6),
)
def test_whatever_the_numbers(rows, width: int, height: int, band: float | None) -> None:
    values, *flags = zip(*rows, strict=True) if rows else ((), (), (), ())
    made = Bars(np.array(values, dtype=np.int64), *(np.array(flag, dtype=np.bool_) for flag in flags))
    svg = bar_chart(made, width=width, height=height, band=band)
    root = ET.fromstring(svg)  # noqa: S314 - made here
    assert {each.tag for each in root.iter()} <= {f"{SVG}svg", f"{SVG}rect", f"{SVG}line"}, "no text in an image"
    assert not "".join(root.itertext()).strip()
    assert len(rects(svg, NOT_COVERED)) == made.missing.sum()
    assert len(rects(svg, PAST, NOW)) == ((made.values > 0) & ~made.missing).sum()
    for each in rects(svg):
        assert float(each["y"]) + float(each["height"]) <= height
        assert float(each["x"]) + float(each["width"]) <= width + 1
    (line,) = root.iter(f"{SVG}line")
    assert line.get("stroke") == BASE


def test_an_image_holds_the_chart_and_its_reading() -> None:
    svg = bar_chart(bars([1, 2]), width=20, height=20)
    piece = inert(as_image(svg, "3 incidents", css="width:100%"))
    named = {name: value for _, name, value in piece.attributes}
    assert base64.b64decode(named["src"].removeprefix("data:image/svg+xml;base64,")).decode() == svg
    assert (named["alt"], named["style"]) == ("3 incidents", "width:100%")


@pytest.mark.parametrize("hostile", [HOSTILE, '" onerror="x', "a\u202eb", "{{x}}"])
def test_hostile_readings_stay_words(hostile: str) -> None:
    piece = inert(as_image("<svg/>", hostile, css=hostile))
    assert piece.tags == ["img"]
    assert {name for _, name, _ in piece.attributes} == {"src", "alt", "style"}
