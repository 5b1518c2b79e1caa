"""Boundary profiles: every border drawn once in each, every row of the table applied or listed, names and captions."""

from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import shapely

from data import geodata
from data.geodata import borders, captions, labels, profiles, review
from geo.errors import ValueRefused
from geo.view import Profile

FINE = geodata.admin1("fine")
DETAILS = ("fine", "coarse")


@cache
def edges(detail="fine"):
    """The shared edges of the admin-1 areas, and their owners."""
    return borders.shared_edges(geodata.admin1(detail).geometry)


def segments(lines) -> np.ndarray:
    """Undirected segments of LineStrings as rows of four numbers."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    same = line[1:] == line[:-1]
    a, b = xy[:-1][same], xy[1:][same]
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    a[swap], b[swap] = b[swap], a[swap].copy()
    return np.hstack([a, b])


def as_set(rows) -> np.ndarray:
    """Distinct rows as sorted 64-bit hashes: sets of 300,000 segments are compared in no time."""
    return np.unique(pd.util.hash_pandas_object(pd.DataFrame(rows), index=False).to_numpy())


def shared(geometry) -> np.ndarray:
    edge, _, _ = borders.shared_edges(geometry)
    return as_set(segments(shapely.linestrings(edge)))


# --- the drawing


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("detail", DETAILS)
def test_no_two_lines_of_a_profile_lie_on_one_another(detail, profile) -> None:
    drawn = np.vstack([segments(lines) for lines in geodata.lines(detail, profile).values()])
    assert len(np.unique(drawn, axis=0)) == len(drawn)


@pytest.mark.parametrize("profile", Profile)
def test_no_two_styles_of_a_profile_run_together(profile) -> None:
    """Their shared length is nothing, also where vertices differ; admin-1 lines are left to the test of segments."""
    styles = {name: lines for name, lines in geodata.lines("coarse", profile).items() if name != "adm1" and len(lines)}
    whole = {name: shapely.union_all(lines) for name, lines in styles.items()}
    for one, other in combinations(whole, 2):
        assert shapely.length(shapely.intersection(whole[one], whole[other])) < 1e-9, (one, other)


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("detail", DETAILS)
def test_every_shared_border_is_drawn_and_nothing_else(detail, profile) -> None:
    """No gap: what is missing of the admin-1 edges is `none` in this profile, between two areas of one owner."""
    lines = geodata.lines(detail, profile)
    drawn = as_set(np.vstack([segments(found) for found in lines.values()]))
    areas = geodata.admin1(detail)
    edge, first, second = edges(detail)
    owners = geodata.belongs_to(profile)
    style, _ = profiles.styles(profile, areas.codes, owners, first, second)
    must = as_set(segments(shapely.linestrings(edge[style != "none"])))
    assert np.isin(must, drawn).all()
    hidden = style == "none"
    assert (owners[first[hidden]] == owners[second[hidden]]).all()
    undof = as_set(segments(np.concatenate([lines["special"], lines["undetermined"], lines["intl"]])))
    more = np.setdiff1d(drawn, must)
    assert np.isin(more, undof).all(), "only the zone of UNDOF, a part of a unit, has lines beyond the edges of units"
    assert len(more) < 400


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("detail", DETAILS)
def test_countries_of_a_profile_are_a_valid_coverage(detail, profile) -> None:
    nations = geodata.nations(profile, detail)
    assert shapely.coverage_is_valid(nations.geometry)
    assert shapely.is_valid(nations.geometry).all()
    areas = geodata.admin1(detail)
    assert nations.area_km2.sum() == pytest.approx(areas.area_km2.sum(), rel=1e-9)
    solid_or_not = geodata.lines(detail, profile)
    between = as_set(np.vstack([segments(lines) for name, lines in solid_or_not.items() if name != "adm1"]))
    edge = shared(nations.geometry)
    assert np.isin(edge, between).all()
    assert np.isin(as_set(segments(solid_or_not["intl"])), edge).all()


@pytest.mark.parametrize("profile", Profile)
def test_lines_are_merged_so_that_dashes_run_on(profile) -> None:
    """Where exactly two ends of one style meet they would have been one line."""
    for name, lines in geodata.lines("coarse", profile).items():
        ends = np.vstack([shapely.get_coordinates(g)[[0, -1]] for g in lines[~shapely.is_closed(lines)]] or [[[9, 9]]])
        at, counts = np.unique(ends.reshape(-1, 2), axis=0, return_counts=True)
        rings = shapely.get_coordinates(shapely.get_point(lines[shapely.is_closed(lines)], 0))
        alone = ~(at[:, None] == rings[None]).all(axis=2).any(axis=1) if len(rings) else np.ones(len(at), dtype=bool)
        assert not ((counts == 2) & alone).any(), name


def test_switching_the_profile_changes_a_style_and_no_data() -> None:
    """One table of lines; few of its rows differ by profile."""
    table = geodata._lines_table("coarse")
    assert list(table.columns) == ["neutral", "us", "un", "geometry"]
    differ = (table["us"] != table["un"]) | (table["us"] != table["neutral"])
    assert 20 < differ.sum() < 150
    assert set(np.unique(table[["neutral", "us", "un"]].to_numpy())) <= {*profiles.DRAWN, "none"}


# A border by two of its units, and its style in the neutral, the US-style and the UN profile.
BORDERS = [
    ("Sudan - South Sudan", None, None, "undetermined", "intl", "undetermined"),
    ("Abyei - Sudan", "SDN-882~abyei", None, "undetermined", "other", "undetermined"),
    ("Ilemi - Kenya", "KEN-890~ilemi", "KEN-890", "undetermined", "adm1", "undetermined"),
    ("Line of Control", "IND-2431", "PAK-1109", "loc", "other", "loc"),
    ("Jammu and Kashmir - India", "IND-2431", "IND-2429", "undetermined", "adm1", "undetermined"),
    ("Aksai Chin - Ladakh", "CHN-1756~aksai_chin", "IND-20012", "loc", "other", "undetermined"),
    ("Aksai Chin - China", "CHN-1756~aksai_chin", "CHN-1756", "undetermined", "other", "undetermined"),
    ("Shaksgam - China", "CHN-1756~shaksgam", "CHN-1756", "undetermined", "none", "none"),
    ("McMahon Line", "IND-3299", "CHN-1662", "other", "intl", "intl"),
    ("Western Sahara at 27 40 N", "MAR-3456~wsahara_w", "MAR-3456", "other", "none", "undetermined"),
    ("berm", "SAH+00?", "MAR-3469", "special", "none", "none"),
    ("Golan - Israel", "ISR-3056~golan", "ISR-3056", "other", "none", "undetermined"),
    ("Shebaa - Golan", "ISR-3056~shebaa", "ISR-3056~golan", "other", "none", "none"),
    ("West Bank - Israel", "WEB+00?", "ISR-3058", "other", "other", "undetermined"),
    ("West Bank - Jordan", "WEB+00?", None, "intl", "intl", "intl"),
    ("Gaza - Israel", "GAZ+00?", "ISR-3053", "other", "other", "undetermined"),
    ("Gaza - Egypt", "GAZ+00?", None, "intl", "intl", "intl"),
    ("Crimea - Kherson", "RUS-283", "UKR-4827", "other", "adm1", "adm1"),
    ("Donetsk - Zaporizhzhia", "UKR-327", "UKR-331", "adm1", "adm1", "adm1"),
    ("Somaliland - Somalia", "SOL+00?", None, "other", "none", "none"),
    ("Abkhazia - Georgia", "GEO-3015", None, "other", "adm1", "adm1"),
    ("Northern Cyprus", "CYN+00?", None, "other", "adm1", "undetermined"),
    ("Dhekelia", "ESB-5132", None, "special", "special", "special"),
    ("Korea", None, None, "other", "other", "undetermined"),
    ("Kosovo - Serbia", None, None, "other", "intl", "undetermined"),
    ("Hala'ib (22 N)", "EGY-1556", "SDN-149", "undetermined", "intl", "undetermined"),
    ("Guantanamo", "USG+00?", None, "none", "special", "none"),
    ("Kenya - Uganda", None, None, "intl", "intl", "intl"),
]
_SIDES = {
    "Sudan - South Sudan": ("SDN", "SSD"),
    "Abyei - Sudan": ("X-ABY", "SDN"),
    "West Bank - Jordan": ("PSE", "JOR"),
    "Gaza - Egypt": ("PSE", "EGY"),
    "Somaliland - Somalia": ("SOM", "SOM"),
    "Abkhazia - Georgia": ("GEO", "GEO"),
    "Northern Cyprus": ("CYP", "CYP"),
    "Dhekelia": ("GBR", "CYP"),
    "Korea": ("PRK", "KOR"),
    "Kosovo - Serbia": ("XKX", "SRB"),
    "Guantanamo": ("CUB", "CUB"),
    "Kenya - Uganda": ("KEN", "UGA"),
}


@pytest.mark.parametrize(("name", "one", "other", "neutral", "us", "un"), BORDERS, ids=[row[0] for row in BORDERS])
def test_style_of_a_border(name, one, other, neutral, us, un) -> None:
    edge, first, second = edges()
    sides = _SIDES.get(name, ("", ""))

    def side(code: str | None, country: str) -> np.ndarray:
        return FINE.codes == code if code else FINE.countries == country

    a, b = side(one, sides[0]), side(other, sides[1])
    on_it = (a[first] & b[second]) | (b[first] & a[second])
    assert on_it.any(), "there is no such border"
    middle = shapely.line_interpolate_point(shapely.linestrings(edge[on_it]), 0.5, normalized=True)
    for profile, expected in ((Profile.NEUTRAL, neutral), (Profile.US, us), (Profile.UN, un)):
        lines = geodata.lines("fine", profile)
        for style, shapes in lines.items():
            at, _ = shapely.STRtree(shapes).query(middle, predicate="dwithin", distance=1e-9)
            near = np.bincount(at, minlength=len(middle)) > 0
            assert near.all() if style == expected else not near.any(), (profile, style)


def test_neutral_is_never_solid_where_it_is_disputed() -> None:
    """No area of undetermined status has a solid border."""
    solid = as_set(segments(geodata.lines("fine")["intl"]))
    nations = geodata.nations(Profile.NEUTRAL, "fine")
    edge, first, second = borders.shared_edges(nations.geometry)
    grey = np.char.startswith(nations.codes.astype(str), "X-")
    assert not np.isin(as_set(segments(shapely.linestrings(edge[grey[first] | grey[second]]))), solid).any()


# --- the table


def test_every_row_is_applied_or_listed() -> None:
    """The rows of a territory meet a border in each profile, or it is listed why they cannot; and only then."""
    _, first, second = edges()
    assert {rule.unit for rule in profiles.rules()} <= set(FINE.codes.tolist()) | set(labels.MERGED)
    met, stated = set(), set()
    for profile in Profile:
        _, found = profiles.styles(profile, FINE.codes, geodata.belongs_to(profile), first, second)
        met |= {(rule.territory, rule.profile) for rule in found}
        stated |= {(rule.territory, rule.profile) for rule in profiles.rules() if rule.profile is profile}
    met |= {("undof", profile) for profile in Profile if len(geodata.lines("fine", profile)["special"])}
    listed = set(profiles.not_expressible())
    assert stated - met - listed == set()
    assert listed <= stated


def test_the_table_is_whole() -> None:
    """Three rows a unit and territory, or one that says why another profile is silent; known words only."""
    rules = profiles.rules()
    assert len({(rule.unit, rule.territory, rule.profile) for rule in rules}) == len(rules) >= 504
    assert {rule.style for rule in rules} <= {*profiles.STRENGTH, ""}
    known = set(geodata.countries()) | {"X-WBK", "X-GAZ", "X-SIA", ""}
    assert {rule.belongs_to for rule in rules} <= known
    territories = {rule.territory for rule in rules}
    words = set().union(*(rule.toward for rule in rules))
    assert words <= known | territories | {"*"}
    owners: dict[tuple[str, Profile], set[str]] = {}
    for rule in rules:
        owners.setdefault((rule.unit, rule.profile), set()).update({rule.belongs_to} - {""})
        assert bool(rule.style) == bool(rule.toward), rule
        assert rule.evidence or not (rule.style or rule.belongs_to), rule
    assert all(len(found) <= 1 for found in owners.values())


def test_rows_that_rest_on_memory_alone_are_in_the_docs() -> None:
    text = (geodata._HERE.parent.parent / "docs" / "boundaries.md").read_text("utf-8")
    assert len(profiles.to_review()) >= 60
    for table in (review.rows_table(), review.names_table()):
        assert table in text, "run: python -m data.geodata.review"


def test_strongest_wins_and_nothing_hides_a_border_of_two_codes() -> None:
    code = np.array(["A", "B", "C", "D", "E"], dtype=object)
    owner = np.array(["AAA", "AAA", "BBB", "BBB", "X-Q"], dtype=object)

    def rule(unit, territory, style, toward) -> profiles.Rule:
        return profiles.Rule(unit, territory, Profile.UN, "", "", style, "", "", frozenset(toward.split()))

    table = (
        rule("A", "t", "other", "BBB"),
        rule("C", "c", "loc", "t"),
        rule("B", "t", "other", "*"),
        rule("D", "d", "none", "*"),
    )
    pairs = [("A", "B"), ("A", "C"), ("C", "D"), ("C", "E"), ("B", "D"), ("D", "E")]
    first, second = (np.array(["ABCDE".index(pair[k]) for pair in pairs]) for k in (0, 1))
    style, met = profiles.styles(Profile.UN, code, owner, first, second, table=table)
    assert style.tolist() == ["adm1", "loc", "none", "intl", "other", "intl"]
    assert met == set(table)
    neutral, _ = profiles.styles(Profile.NEUTRAL, code, owner, first, second, table=table)
    assert neutral.tolist() == ["adm1", "intl", "adm1", "undetermined", "intl", "undetermined"]


# --- whom, names, captions


@pytest.mark.parametrize(
    ("unit", "neutral", "us", "un"),
    [
        ("RUS-283", "UKR", "UKR", "UKR"),
        ("SAH+00?", "ESH", "MAR", "ESH"),
        ("KOS-5889", "XKX", "XKX", "SRB"),
        ("TWN-1168", "TWN", "TWN", "CHN"),
        ("WEB+00?", "PSE", "X-WBK", "PSE"),
        ("ISR-3056~golan", "SYR", "ISR", "SYR"),
        ("IND-2431", "X-JK", "IND", "X-JK"),
        ("KEN-890~ilemi", "X-ILE", "KEN", "X-ILE"),
        ("SDN-882~abyei", "X-ABY", "X-ABY", "X-ABY"),
        ("SDN-882", "SDN", "SDN", "SDN"),
    ],
)
def test_whom_a_unit_belongs_to(unit, neutral, us, un) -> None:
    at = FINE.index_of(unit)
    found = [geodata.belongs_to(profile)[at] for profile in (Profile.NEUTRAL, Profile.US, Profile.UN)]
    assert found == [neutral, us, un]


def test_the_neutral_profile_and_the_data_agree_on_codes_but_for_hong_kong_and_macao() -> None:
    """Data keep ISO's codes HKG and MAC; the drawing gives both to China."""
    differ = FINE.countries != geodata.belongs_to(Profile.NEUTRAL)
    assert set(FINE.countries[differ]) <= {"HKG", "MAC"}


def test_a_country_is_not_named_in_a_territory_that_has_a_name_of_its_own() -> None:
    """Serbia's name stands outside Kosovo in the UN profile, Somalia's outside Somaliland in the neutral one."""
    for profile, country, unit in ((Profile.UN, "SRB", "KOS-5889"), (Profile.NEUTRAL, "SOM", "SOL+00?")):
        nations, coarse = geodata.named(profile), geodata.admin1("coarse")
        shape = nations.geometry[nations.index_of(country)]
        inside = shapely.point_on_surface(coarse.geometry[coarse.index_of(unit)])
        assert not shapely.intersects(shape, inside)
    for profile in Profile:
        whole, named = set(geodata.nations(profile).codes), set(geodata.named(profile).codes)
        quiet = {code for code in whole if code.startswith("X-")} | ({"TWN"} if profile is Profile.US else set())
        assert named == whole - quiet
        said = {one.name for one in geodata.territories(profile)}
        assert {str(geodata.nations(profile).names[geodata.nations(profile).index_of(code)]) for code in quiet} <= said


def test_names_by_profile() -> None:
    def name(code: str, profile: Profile) -> str:
        nations = geodata.nations(profile)
        return str(nations.names[nations.index_of(code)])

    assert [name("MMR", p) for p in (Profile.US, Profile.UN, Profile.NEUTRAL)] == ["Burma", "Myanmar", "Myanmar"]
    assert [name("TUR", p) for p in (Profile.US, Profile.UN)] == ["Turkey (Türkiye)", "Türkiye"]
    assert [name("SYR", p) for p in (Profile.US, Profile.UN)] == ["Syria", "Syrian Arab Republic"]
    assert name("PSE", Profile.UN) == "State of Palestine"
    assert name("X-WBK", Profile.US) == "West Bank"
    said = {p: {one.name for one in geodata.territories(p)} for p in Profile}
    assert "Taiwan (Province of China)" in said[Profile.UN]
    assert "Kosovo (under UNSCR 1244)" in said[Profile.UN]
    assert {"Crimea", "Abkhazia", "Somaliland", "West Bank"} <= said[Profile.NEUTRAL]
    for profile in Profile:
        assert not [name for name in geodata.nations(profile).names if not name or str(name).startswith("X-")]
        for one in geodata.territories(profile):
            assert -180 <= one.lng <= 180
            assert -90 <= one.lat <= 90


SUDANS = (22.0, 3.5, 38.0, 14.0)
OCEAN = (-30.0, -45.0, -28.0, -43.0)


def test_captions_are_the_profiles_own() -> None:
    (said,) = captions.caption(Profile.UN, OCEAN)
    assert said == (
        "The boundaries and names shown and the designations used on this map do not imply official endorsement or "
        "acceptance by the United Nations."
    )
    assert captions.caption(Profile.US, OCEAN) == (
        "Names and boundary representation are not necessarily authoritative. Not LSIB geometry.",
    )
    assert captions.caption(Profile.NEUTRAL, OCEAN) == (geodata.CREDIT,)
    assert captions.caption(Profile.US, OCEAN, own_lines=True) == (
        "Names and boundary representation are not necessarily authoritative.",
    )


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (SUDANS, ["Republic of South Sudan has not yet been determined", "Abyei area is not yet determined"]),
        (
            (72.5, 31.5, 81.0, 37.6),
            ["** Dotted line represents approximately the Line of Control in Jammu and Kashmir"],
        ),
        ((-65.0, -55.0, -55.0, -50.0), ["*** A dispute exists", "* Non-Self-Governing Territory."]),
        ((-18.0, 20.0, -5.0, 30.0), ["* Non-Self-Governing Territory."]),
        ((30.0, 20.0, 32.0, 22.0), []),
        (OCEAN, []),
    ],
    ids=["Sudans", "Kashmir", "Falklands", "Western Sahara", "north of Sudan", "ocean"],
)
def test_notes_of_the_un_for_what_is_in_view(bounds, words) -> None:
    found = captions.notes(Profile.UN, bounds)
    assert len(found) == len(words)
    assert all(word in note for word, note in zip(words, found, strict=True))


def test_notes_refuse_bounds_that_hold_nothing() -> None:
    with pytest.raises(ValueRefused):
        captions.notes(Profile.UN, (10.0, 0.0, 5.0, 1.0))


def test_vintage_is_said_for_countries_in_view() -> None:
    found = captions.vintages(SUDANS)
    assert any(note.startswith("DR Congo: 11 provinces") for note in found)
    assert captions.vintages(OCEAN) == ()
