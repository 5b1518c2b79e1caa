"""How each profile draws the same lines: colours, dashes, grey areas, legend; names of territories."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from geo.view import Profile
from layers import palette
from layers.basemap import Boundaries, draw_basemap
from layers.border_styles import LOOKS, STYLES
from layers.camera import fit
from layers.country_names import Territory, territory_names
from layers.drawing import AreaFill, Dash, Strokes


def styled(world, profile: Profile) -> Boundaries:
    """One line of each style, side by side, and a grey square."""
    lines = {
        style: np.array([shapely.LineString([(29 + n, 10), (29 + n, 12)])], dtype=object)
        for n, style in enumerate(sorted(STYLES))
    }
    grey = np.array([shapely.box(28.2, 10.2, 28.8, 10.8)], dtype=object)
    return replace(world.boundaries, lines=lines, profile=profile, undetermined=grey)


def looks(drawing) -> dict[str, Strokes]:
    return {mark.name: mark for mark in drawing.marks if isinstance(mark, Strokes)}


@pytest.mark.parametrize("profile", Profile)
def test_every_style_has_one_look(profile) -> None:
    drawn = [style for look in LOOKS[profile].values() for style in look.styles]
    assert sorted(drawn) == sorted(STYLES)


def test_us_style_follows_the_ranks(world) -> None:
    drawn = looks(draw_basemap(styled(world, Profile.US), (), world.camera))
    assert (drawn["international"].colour[:3], drawn["international"].width) == ((104, 104, 104), 1.0)
    assert (drawn["disputed"].colour[:3], drawn["disputed"].width) == ((130, 130, 130), 0.9)
    assert (drawn["special"].colour[:3], drawn["special"].width) == ((156, 156, 156), 0.75)
    assert drawn["disputed"].dash is Dash.DISPUTED
    assert drawn["international"].dash is drawn["special"].dash is Dash.SOLID


def test_un_dashes_the_undetermined_and_dots_the_line_of_control(world) -> None:
    drawn = looks(draw_basemap(styled(world, Profile.UN), (), world.camera))
    assert drawn["disputed"].dash is Dash.DISPUTED
    assert drawn["control"].dash is Dash.CONTROL


def test_neutral_draws_nothing_disputed_solid(world) -> None:
    boundaries = styled(world, Profile.NEUTRAL)
    solid = [mark for mark in looks(draw_basemap(boundaries, (), world.camera)).values() if mark.dash is Dash.SOLID]
    assert {mark.name for mark in solid} == {"international", "admin1"}
    assert len(boundaries.broken) == len(STYLES) - 2


def test_two_styles_that_look_alike_are_one_line(world) -> None:
    """A dash runs on where a line changes its style and not its look."""
    halves = {
        "other": np.array([shapely.LineString([(30, 11), (31, 11)])], dtype=object),
        "undetermined": np.array([shapely.LineString([(31, 11), (32, 11)])], dtype=object),
    }
    drawn = looks(draw_basemap(replace(world.boundaries, lines=halves), (), world.camera))
    assert len(drawn["disputed"].lines) == 1


def test_grey_areas_and_the_legend_of_what_is_seen(world) -> None:
    drawing = draw_basemap(styled(world, Profile.UN), (), world.camera)
    grey = next(mark for mark in drawing.marks if isinstance(mark, AreaFill) and mark.name == "undetermined")
    assert (grey.fill == np.array(palette.UNDETERMINED)).all()
    rows = {row.text for row in drawing.legend.rows}
    assert {"Status undetermined", "Undetermined boundary", "Line of control", "International boundary"} <= rows
    assert drawing.source == "Boundaries: Natural Earth, after UN practice"
    away = draw_basemap(styled(world, Profile.UN), (), fit((29.4, 10.4, 29.6, 10.6), 600, 400))
    assert not away.legend.rows, "nothing is explained that is not in view"


def test_a_territory_too_small_for_its_name_is_not_named(world) -> None:
    large, small = Territory("Upland", 30.0, 11.0, 1.0), Territory("Rock", 31.0, 11.0, 0.001)
    off, point = Territory("Far", 80.0, 11.0, 1.0), Territory("Spot", 29.0, 11.0)
    labels = territory_names((large, small, off, point), world.camera).labels
    assert [label.text for label in labels] == ["Upland", "Spot"]
