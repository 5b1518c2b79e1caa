"""What is said of the holdings as a whole: dates, sources, study areas, geography, the tables of the Data page."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
import shapely

from data import geodata
from data.holdings import Holdings, load
from data.store import Store
from export import ledger_rows, overview
from export.geography import FINE_FROM_ZOOM, Geography
from export.held import countries_held, first_known, known_on, source_line
from export.reading import Reading
from export.rises import Rises
from export.study_areas import EXERCISE_GROUPS, study_choices
from geo.precision import Fate
from geo.study_area import StudyArea
from geo.view import Profile
from tests.data import made
from tests.export import worlds
from tests.export.conftest import EAST
from tests.export.worlds import FIRST, KNOWN, holdings, one

EMPTY_SPANS: tuple[tuple[str, dt.date, dt.date], ...] = ()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    """Invented rows in UCDP's columns, loaded as real data are."""
    folder = tmp_path_factory.mktemp("real")
    rows = made.rows(120, year=2024)
    rows[5]["latitude"] = "91"
    _, store = made.load(made.write(folder / "GEDEvent_v25_1.csv", rows), folder)
    return load(store, exercise=False)


def nothing(folder) -> Holdings:
    return load(Store(folder), exercise=True)


def test_the_dates_of_what_is_held(exercise: Holdings, tmp_path) -> None:
    assert known_on(exercise) == dt.date(2048, 12, 27)
    assert first_known(exercise) == min(exercise.details["date_end"].to_pylist())
    held = holdings([one(KNOWN)], (("SDN", FIRST, KNOWN), ("NER", FIRST, KNOWN - dt.timedelta(9))))
    assert (known_on(held), first_known(held)) == (KNOWN, KNOWN)
    assert known_on(holdings([one(KNOWN)], EMPTY_SPANS)) == KNOWN
    bare = nothing(tmp_path)
    assert known_on(bare) == first_known(bare) == dt.date(1970, 1, 1)
    assert source_line(bare) == ""


def test_sources_stand_once_and_only_those_of_incidents(exercise: Holdings) -> None:
    line = source_line(exercise)
    assert line.startswith("EXERCISE - SIMULATED DATA")
    assert "; " not in line
    twice = replace(exercise, snapshots=exercise.snapshots * 2)
    assert source_line(twice) == line


def test_the_countries_held(exercise: Holdings) -> None:
    assert countries_held(exercise) == {"SDN", "SSD", "TCD", "CAF", "NGA", "NER", "BFA", "MLI"}
    assert countries_held(holdings([one(KNOWN)], (("*", FIRST, KNOWN),))) == {"SDN"}


def test_what_can_be_chosen_in_the_exercise(exercise: Holdings, geography: Geography) -> None:
    choices = study_choices(exercise, geography, exercise=True)
    assert [choice.label for choice in choices[:2]] == [label for label, _ in EXERCISE_GROUPS]
    assert choices[0].place == EAST
    assert choices[2].label == "Whole study area, 8 countries"
    assert [choice.label for choice in choices[3:]] == sorted(choice.label for choice in choices[3:])
    assert len({choice.place for choice in choices}) == len(choices)
    for choice in choices:
        assert StudyArea.parse(choice.place).to_text() == choice.place
        assert set(StudyArea.parse(choice.place).countries) <= set(geography.countries)


def test_what_can_be_chosen_of_real_data(real: Holdings, geography: Geography, tmp_path) -> None:
    labels = [choice.label for choice in study_choices(real, geography, exercise=False)]
    assert labels == ["Whole study area, 5 countries", "Mali", "Myanmar", "Niger", "South Sudan", "Sudan"]
    single = holdings([one(KNOWN)])
    assert [(c.place, c.label) for c in study_choices(single, geography, exercise=False)] == [("", "Sudan")]
    assert [c.place for c in study_choices(nothing(tmp_path), geography, exercise=False)] == [""]


def test_a_world_opens_on_the_country_with_most_records(geography: Geography) -> None:
    many = tuple((code, FIRST, KNOWN) for code in sorted(geography.countries)[:40])
    rows = [one(KNOWN), one(KNOWN), one(KNOWN, country="Chad", country_code="TCD")]
    old = [one(KNOWN - dt.timedelta(days=500), country="Chad", country_code="TCD")] * 9
    choices = study_choices(holdings([*rows, *old], many), geography, exercise=False)
    assert (choices[0].place, choices[0].label) == ("SDN", "Sudan")
    assert [choice.place for choice in choices].count("SDN") == 1


def test_a_world_whose_late_records_name_no_country_opens_all_the_same(geography: Geography) -> None:
    many = tuple((code, FIRST, KNOWN) for code in sorted(geography.countries)[:40])
    rows = [one(KNOWN, country_code=None), one(KNOWN - dt.timedelta(days=500))]
    assert study_choices(holdings(rows, many), geography, exercise=False)


def test_the_geography_is_read_once_and_fits_together(geography: Geography) -> None:
    assert worlds.geography() is geography
    assert geography.areas.codes.tolist() == geography.coarse.codes.tolist()
    assert geography.drawn(FINE_FROM_ZOOM) is geography.areas
    assert geography.drawn(FINE_FROM_ZOOM - 0.1) is geography.coarse
    assert geography.boundaries(FINE_FROM_ZOOM) is geography.boundaries(9)
    assert geography.boundaries(1) is geography.boundaries(4)
    assert geography.boundaries(1) is not geography.boundaries(1, Profile.UN)
    by_profile = {profile: geography.places_of(profile) for profile in Profile}
    towns = {profile: set(found.name[found.capital].tolist()) for profile, found in by_profile.items()}
    assert "Damascus" in towns[Profile.US] & towns[Profile.UN] & towns[Profile.NEUTRAL]
    assert "Pristina" in towns[Profile.NEUTRAL] - towns[Profile.UN]
    assert geography.country_name("SDN") == "Sudan"
    assert geography.country_name("???") == "???"
    assert set(geography.nations.codes) == set(geography.areas.countries)


def test_lines_of_a_user_take_the_place_of_the_shipped_ones(geography: Geography) -> None:
    """Loaded border lines are drawn alone, over the admin-1 lines that stay; the source says so."""
    shipped = geography.boundaries(1, Profile.US)
    line = np.array([shapely.LineString([(0, 0), (1, 1)])], dtype=object)
    own = geography.with_own_lines(shipped, {"intl": line}, "LSIB 11.4")
    assert own.of_style("intl").tolist() == line.tolist()
    assert not len(own.of_style("other", "special"))
    assert len(own.of_style("adm1")) == len(shipped.of_style("adm1"))
    assert own.source == "LSIB 11.4, as loaded; areas: Natural Earth"


def test_undetermined_areas_go_with_their_parties(geography: Geography) -> None:
    assert geography.drawn_as_asked(()) == ()
    drawn = geography.drawn_as_asked(("SDN",))
    assert drawn[0] == "SDN"
    for code in drawn[1:]:
        assert "SDN" in geodata.parties()[code]
    every = {code for code, parties in geodata.parties().items() if "SDN" in parties}
    assert set(drawn[1:]) == every


def test_the_fates_add_up_to_what_was_read(exercise: Holdings, east_reading: Reading) -> None:
    rows = ledger_rows.fates(east_reading.tally)
    assert all(len(row) == len(ledger_rows.FATE_HEAD) for row in rows)
    numbers = np.array([[int(cell.replace(",", "")) for cell in row[1:]] for row in rows])
    assert numbers[:-1].sum(axis=0).tolist() == numbers[-1].tolist()
    assert numbers[-1][0] == len(exercise.events) == exercise.details.num_rows
    assert numbers[-1][2] == sum(exercise.details["deaths_best"].to_pylist())
    assert numbers[-1][4] == sum(exercise.details["civilian_deaths"].to_pylist())
    assert {row[0] for row in rows[:-1]} <= {fate.reason.capitalize() for fate in Fate}


def test_the_tables_of_the_data_page(exercise: Holdings, real: Holdings, geography: Geography) -> None:
    for held in (exercise, real):
        rows = ledger_rows.snapshots(held.snapshots)
        assert len(rows) == len(held.snapshots)
        assert all(len(row) == len(ledger_rows.SNAPSHOT_HEAD) for row in rows)
        for row, manifest in zip(rows, held.snapshots, strict=True):
            named = dict(zip(ledger_rows.SNAPSHOT_HEAD, row, strict=True))
            read, kept, lost = (int(named[name].replace(",", "")) for name in ("Read", "Kept", "Rejected"))
            assert read == kept + lost == manifest.read
    (row,) = ledger_rows.snapshots(real.snapshots)
    assert "GEDEvent_v25_1.csv" in row


def test_freshness_says_when_a_source_ended(exercise: Holdings) -> None:
    rows = overview.freshness(exercise, known_on(exercise))
    assert len(rows) == len(exercise.snapshots)
    assert all(len(row) == len(overview.FRESHNESS_HEAD) for row in rows)
    events = next(row for row in rows if "13 Dec 2048" in row)
    assert events[-1] == "On time"
    later = overview.freshness(exercise, dt.date(2049, 6, 1))
    assert all(row[-1].startswith("Ends ") for row in later if row[1] != "nothing" and "2048" in row[1])


def test_what_is_not_covered_is_said(exercise: Holdings, east: Rises, east_reading: Reading, geography) -> None:
    notes = overview.not_covered(east_reading, east, geography)
    assert notes[0] == ("Eritrea and Ethiopia:", "no source looked there. That is not the same as no violence.")
    text = " ".join(f"{head} {body}" for head, body in notes)
    assert "14 Dec to 27 Dec 2048: provisional" in text
    out = sum(sums["incidents"] for sums in east_reading.tally.excluded(east.windows.recent_slice).values())
    assert f"{out} incidents of the 8 weeks are left out" in text
    assert "Lethal events only" not in text
