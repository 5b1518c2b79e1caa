"""Every amount has one class, greater amounts never a lower one, zero none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cube import UnitKind
from geo.errors import ValueRefused
from geo.view import Shown
from layers.classes import NONE, Classes, classes_for, incident_classes

ANY_CLASSES = st.builds(
    classes_for, st.sampled_from(list(Shown)), st.integers(1, 20_000), st.sampled_from(list(UnitKind))
)


def test_six_weeks_have_the_known_classes():
    classes = incident_classes(42)
    assert classes.texts() == ("1", "2", "3", "4 to 5", "6 or more")
    assert classes.names == ("Single", "Repeated", "Frequent", "Very frequent", "Weekly or more")


@given(days=st.integers(39, 365))
def test_the_top_class_is_one_a_week_up_to_a_year(days):
    assert incident_classes(days).lower[-1] == round(days / 7)


@given(days=st.integers(1, 20_000))
def test_a_class_that_names_the_week_holds_what_is_weekly(days):
    classes = incident_classes(days)
    weekly = [low for low, name in zip(classes.lower, classes.names, strict=True) if "eekly" in name]
    assert all(round(low) >= round(days / 7) for low in weekly)
    assert bool(weekly) == (days <= 365)


@given(days=st.integers(366, 20_000), longer=st.integers(0, 10_000), shown=st.sampled_from(list(Shown)))
def test_longer_windows_have_no_lower_breaks(days, longer, shown):
    classes, later = classes_for(shown, days), classes_for(shown, days + longer)
    assert all(low <= high for low, high in zip(classes.lower, later.lower, strict=True))


def test_thirty_five_years_still_use_every_class():
    """Counts in cells of 1,770 km2 over three decades: half hold 4 or fewer, one in ten 25 or more, the most 450."""
    classes = incident_classes(35 * 365)
    assert classes.lower == (1, 5, 20, 50, 200)
    assert set(classes.index(np.array([1, 4, 9, 22, 64, 453]))) == {0, 1, 2, 3, 4}
    assert not any("week" in name.lower() for name in classes.names)


@given(classes=ANY_CLASSES, values=st.lists(st.floats(0.001, 1e6), min_size=1))
def test_every_amount_is_in_exactly_one_class(classes, values):
    upper = (*classes.lower[1:], np.inf)
    whole = np.ceil(values) if classes.whole else np.array(values)
    for value, found in zip(whole, classes.index(whole), strict=True):
        holds = [low <= value < high for low, high in zip(classes.lower, upper, strict=True)]
        assert sum(holds) == 1
        assert holds[found]


@given(classes=ANY_CLASSES, values=st.lists(st.integers(0, 10_000), min_size=2))
def test_more_is_never_a_lower_class(classes, values):
    found = classes.index(np.sort(np.array(values)))
    assert (np.diff(found.astype(int)) >= 0).all()


@given(classes=ANY_CLASSES)
def test_zero_and_unknown_have_no_class(classes):
    assert (classes.index(np.array([0.0, np.nan])) == NONE).all()
    assert len(classes.lower) == len(classes.names) == len(classes.texts()) == len(set(classes.texts())) == 5


@given(classes=ANY_CLASSES)
def test_the_text_of_a_class_begins_where_it_begins(classes):
    first = 1 if not classes.whole else 0
    for low, text in zip(classes.lower[first:], classes.texts()[first:], strict=True):
        assert float(text.split()[0].replace(",", "")) == pytest.approx(low)


def test_breaks_that_do_not_ascend_are_refused():
    with pytest.raises(ValueRefused):
        Classes((1, 3, 2, 4, 5), ("a", "b", "c", "d", "e"))
