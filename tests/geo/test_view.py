import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ValueRefused
from geo.periods import Grain
from geo.precision import TimeTreatment, Treatment
from geo.view import AREA_RESOLUTION, RESOLUTIONS, Kinds, LayerName, Shown, View

DAY = dt.date(2046, 11, 18)
DEFAULT = View(exercise=True, known=DAY, first=DAY - dt.timedelta(41), last=DAY)

codes = st.from_regex(r"\A[A-Za-z0-9.+-]{0,24}\Z")
places = st.lists(st.from_regex(r"\A[A-Z]{3}\Z"), max_size=4).map("+".join)
views = st.tuples(st.dates(), st.dates()).flatmap(
    lambda pair: st.builds(
        View,
        exercise=st.booleans(),
        known=st.dates(),
        first=st.just(min(pair)),
        last=st.just(max(pair)),
        place=places,
        focus=codes,
        grain=st.sampled_from(Grain),
        resolution=st.sampled_from([AREA_RESOLUTION, *RESOLUTIONS]),
        kinds=st.sampled_from(Kinds),
        shown=st.sampled_from(Shown),
        treatment=st.sampled_from(Treatment),
        layers=st.lists(st.sampled_from(LayerName)).map(tuple),
        selected=codes,
        present=st.booleans(),
        times=st.sampled_from(TimeTreatment),
    )
)


@given(views)
def test_every_view_survives_its_address(view):
    query = view.to_query()
    assert all(isinstance(text, str) for text in query.values())
    assert View.from_query(query, DEFAULT) == (view, [])
    assert View.from_query(view.to_query(), view) == (view, [])


@given(views)
def test_an_address_names_every_choice(view):
    assert list(view.to_query()) == list(View.__slots__)


@given(st.dictionaries(st.sampled_from([*View.__slots__, "other"]), st.text(max_size=30)))
def test_no_address_is_too_strange(query):
    view, problems = View.from_query(query, DEFAULT)
    assert isinstance(view, View)
    for name in View.__slots__:
        if name not in query:
            assert getattr(view, name) == getattr(DEFAULT, name)
    if view == DEFAULT and any(query.get(name) not in (None, DEFAULT.to_query()[name]) for name in ("grain", "kinds")):
        assert problems


def test_what_cannot_be_read_is_said_and_left_alone():
    query = DEFAULT.to_query() | {"grain": "fortnight", "resolution": "five", "kinds": "all", "selected": "<script>"}
    view, problems = View.from_query(query, DEFAULT)
    assert (view.grain, view.resolution, view.kinds, view.selected) == (Grain.WEEK, 4, Kinds.ALL, "")
    assert [problem.split("=")[0] for problem in problems] == [
        "The address has grain",
        "The address has resolution",
        "The address has selected",
    ]


def test_a_window_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueRefused, match="Swap"):
        View(exercise=True, known=DAY, first=DAY, last=DAY - dt.timedelta(1))
    view, problems = View.from_query({"first": "2047-01-01"}, DEFAULT)
    assert view == DEFAULT
    assert len(problems) == 1


@pytest.mark.parametrize("resolution", [-1, 1, 8])
def test_resolutions_that_are_not_offered_are_refused(resolution):
    with pytest.raises(ValueRefused, match="no such resolution"):
        View(exercise=True, known=DAY, first=DAY, last=DAY, resolution=resolution)


def test_layers_keep_one_order():
    view = View(
        exercise=True, known=DAY, first=DAY, last=DAY, layers=(LayerName.PLACES, LayerName.POINTS, LayerName.PLACES)
    )
    assert view.layers == (LayerName.POINTS, LayerName.PLACES)
