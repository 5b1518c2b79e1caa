import numpy as np
import pytest

from geo.errors import ValueRefused
from geo.precision import Fate, Support, finest_borne, fits, ucdp_support


@pytest.mark.parametrize(
    ("code", "named", "support"),
    [
        (1, False, Support.EXACT),
        (1, True, Support.EXACT),
        (2, False, Support.NEAR),
        (3, False, Support.NEAR),
        (3, True, Support.NEAR),
        (4, False, Support.AREA),
        (4, True, Support.AREA),
        (5, True, Support.AREA),
        (5, False, Support.COUNTRY),
        (6, False, Support.COUNTRY),
        (6, True, Support.COUNTRY),
        (7, False, Support.NOWHERE),
        (7, True, Support.NOWHERE),
    ],
)
def test_the_rule_of_methods_2(code, named, support):
    assert ucdp_support(np.array([code], dtype=np.uint8), np.array([named]))[0] == support


@pytest.mark.parametrize("code", [0, 8, 255])
def test_other_codes_are_refused_with_their_row(code):
    with pytest.raises(ValueRefused, match="row 2"):
        ucdp_support(np.array([1, 2, code], dtype=np.uint8), np.zeros(3, dtype=bool))


@pytest.mark.parametrize("resolution", range(3, 8))
def test_what_may_enter_a_cell(resolution):
    supports = np.array([int(support) for support in Support], dtype=np.uint8)
    wanted = [True, resolution <= 4, False, False, False]
    assert fits(supports, resolution).tolist() == wanted


def test_every_fate_has_its_own_reason():
    assert len({fate.reason for fate in Fate}) == len(Fate)
    assert [fate for fate in Fate if not fate.asked_for] == [Fate.OTHER_KIND, Fate.OUTSIDE_PERIOD, Fate.OUTSIDE_PLACE]


@pytest.mark.parametrize(
    ("exact", "near", "area", "finest"),
    [(10, 10, 0, 7), (9, 10, 0, 4), (10, 0, 90, 7), (0, 5, 5, 4), (0, 0, 9, 7), (0, 0, 0, 7)],
)
def test_half_of_what_has_a_place_must_be_able_to_enter(exact, near, area, finest):
    supports = [Support.EXACT] * exact + [Support.NEAR] * near + [Support.AREA] * area
    assert finest_borne(np.array(supports, dtype=np.uint8)) == finest
