"""How urgent an issue is: every part at each of its borders, the sum, and the bands."""

from dataclasses import replace

import pytest

from tracker.issues.weighing import Band, Part, Weighed, band, points, score
from tracker.settings.values.definitions import DEFINITIONS

DEFAULTS = {key: definition.default for key, definition in DEFINITIONS.items()}
NOTHING = Weighed(0, 0, 0, 0, 0, None, None)


@pytest.mark.parametrize(
    ("part", "field", "counts"),
    [
        (Part.RECURRENCE, "cases", {0: 0, 1: 0, 2: 1, 4: 1, 5: 2, 9: 2, 10: 3, 99: 3}),
        (Part.BREADTH, "offices", {0: 0, 1: 0, 2: 1, 3: 1, 4: 2, 9: 2, 10: 3}),
        (Part.BURDEN, "minutes", {0: 0, 59: 0, 60: 1, 299: 1, 300: 2, 1199: 2, 1200: 3}),
        (Part.SEVERITY, "severity", {None: 0, 0: 0, 1: 1, 2: 2, 3: 3}),
        (
            Part.GAP,
            "gap",
            {None: 0, "G0": 0, "G1": 3, "G2": 3, "G3": 2, "G4": 1, "G5": 2, "G6": 0, "G9": 0},
        ),
    ],
)
def test_a_part_has_its_points_at_every_border(part, field, counts):
    found = {value: points(replace(NOTHING, **{field: value}))[part] for value in counts}
    assert found == counts


@pytest.mark.parametrize(
    ("latest", "year_before", "expected"),
    [
        (0, 0, 0),
        (2, 2, 0),
        (1, 2, 0),
        (1, 0, 1),
        (2, 0, 1),
        (3, 0, 2),
        (3, 2, 1),
        (4, 2, 2),
        (5, 3, 1),
        (6, 3, 2),
    ],
)
def test_a_rise_is_sharp_from_three_cases_and_twice_as_many(latest, year_before, expected):
    rising = replace(NOTHING, latest=latest, year_before=year_before)
    assert points(rising)[Part.TREND] == expected


def test_only_its_own_part_moves():
    worst = Weighed(10, 10, 1200, 6, 3, "G1", 3)
    assert points(worst) == {**dict.fromkeys(Part, 3), Part.TREND: 2}
    assert points(NOTHING) == dict.fromkeys(Part, 0)


def test_the_sum_is_each_part_by_its_weight():
    assert score(points(Weighed(10, 10, 1200, 6, 3, "G1", 3)), DEFAULTS) == 35
    assert score(points(NOTHING), DEFAULTS) == 0
    # 5 cases 2×3, safety 2×3, 3 offices 1×2, not known 1×2, 300 minutes 2×1, one more 1×1
    assert score(points(Weighed(5, 3, 300, 2, 1, "G4", 2)), DEFAULTS) == 19


def test_a_weight_of_nothing_leaves_the_part_out():
    from tracker.settings.values.models import Key

    given = points(Weighed(10, 10, 1200, 6, 3, "G1", 3))
    assert score(given, {**DEFAULTS, Key.W_SEVERITY: 0}) == 26


@pytest.mark.parametrize(
    ("total", "expected"),
    [(0, Band.C), (13, Band.C), (14, Band.B), (21, Band.B), (22, Band.A), (35, Band.A)],
)
def test_a_limit_belongs_to_the_band_above_it(total, expected):
    assert band(total, DEFAULTS) is expected
