import numpy as np

from geo.located import Flag
from geo.precision import Support
from geo.study_area import StudyArea
from tests.geo.building import located
from tests.geo.test_lattices import two_countries


def test_addresses_go_both_ways():
    area = StudyArea.parse("WWW+EEE")
    assert area.countries == ("EEE", "WWW")
    assert StudyArea.parse(area.to_text()) == area
    assert StudyArea.parse("") == StudyArea(())
    assert StudyArea(()).to_text() == ""


def test_everything_holds_every_country():
    assert StudyArea(()).holds(["AAA", "WWW"]).tolist() == [True, True]
    assert StudyArea(("WWW",)).holds(np.array(["AAA", "WWW"], dtype=object)).tolist() == [False, True]
    assert StudyArea(("WWW",)).holds([]).tolist() == []


def records(support_and_area):
    return located(
        [
            (0, area, int(support), Flag.ONE_SIDED, True, False, 27000 + n, 0, (0, 1, 1, 1))
            for n, (support, area) in enumerate(support_and_area)
        ]
    )


def test_the_polygon_decides_where_the_place_is_known_else_the_named_country():
    events = records(
        [(Support.EXACT, 0), (Support.AREA, 1), (Support.EXACT, -1), (Support.COUNTRY, 0), (Support.NOWHERE, 1)]
    )
    west, east, named, everything = (StudyArea.parse(text) for text in ("WWW", "EEE", "AAA", ""))
    areas = two_countries()
    assert west.inside(events, areas).tolist() == [True, False, False, False, False]
    assert east.inside(events, areas).tolist() == [False, True, False, False, False]
    assert named.inside(events, areas).tolist() == [False, False, True, True, True]
    assert everything.inside(events, areas).all()
