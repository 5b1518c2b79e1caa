"""Neighbouring classes can be told apart, by everybody; texts can be read."""

from itertools import pairwise

import numpy as np
import pytest

from layers import palette

# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
SEEN_BY = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
CHANGE = (*palette.RISE[::-1], palette.NO_CHANGE, palette.FALL)


def linear(colour):
    c = np.array(colour[:3]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(colour, matrix):
    xyz = TO_XYZ @ np.clip(matrix @ linear(colour), 0, 1) / WHITE
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def delta_e(one, other, matrix):
    return float(np.linalg.norm(lab(one, matrix) - lab(other, matrix)))


def contrast(one, other):
    light, dark = sorted((float(np.array([0.2126, 0.7152, 0.0722]) @ linear(c)) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("matrix", SEEN_BY.values(), ids=SEEN_BY)
@pytest.mark.parametrize(
    ("scale", "least"),
    [((palette.LAND, *palette.HARM), 13), (CHANGE, 12), (palette.RISK, 7)],
    ids=["harm", "change", "risk"],
)
def test_neighbouring_classes_stay_apart(scale, least, matrix):
    apart = [delta_e(one, other, matrix) for one, other in pairwise(scale)]
    assert min(apart) >= least, apart


def test_the_measure_of_difference_is_the_known_one():
    assert delta_e(palette.rgba("#FFFFFF"), palette.rgba("#000000"), np.eye(3)) == pytest.approx(100, abs=0.01)


@pytest.mark.parametrize(
    "text", [palette.INK, palette.INK_2, palette.MUTED, palette.ACCENT, palette.HARM_TEXT, palette.FLOW]
)
def test_texts_can_be_read(text):
    assert contrast(text, palette.WHITE) >= 4.5


def test_white_reads_on_what_it_is_written_on():
    assert contrast(palette.WHITE, palette.INK) >= 7


def test_mixing_is_linear_and_hex_goes_both_ways():
    assert palette.mixed(palette.rgba("#000000"), palette.WHITE, 0.5)[:3] == (128, 128, 128)
    assert palette.hex_text(palette.rgba("#0A5A7A")) == "#0A5A7A"
