"""The matrix equals a live GROUP BY and a count by hand, and its cells list what they count."""

from datetime import date

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.roles import Role
from tracker.cases.models import Case, CaseStatus
from tracker.core.db import db
from tracker.issues import counting, matrix
from tracker.issues.counting import CellFilter
from tracker.issues.matrix import Asked, Counted, Period
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import ActType

ALL = Period("all")
TODAY = date(2026, 11, 24)


def test_the_fiscal_year_ends_with_march():
    year = next(p for p in matrix.periods(date(2027, 3, 31)) if p.fiscal_year)
    assert (year.key, year.first, year.last) == ("fy2026", date(2026, 4, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("key", "first"),
    [("6", date(2026, 6, 1)), ("12", date(2025, 12, 1)), ("fy2025", date(2025, 4, 1))],
)
def test_periods_begin_where_they_should(key, first):
    assert matrix.period_of(key, TODAY).first == first


@pytest.mark.parametrize(
    "key", ["", "fy1999", "fy2027", "0", "100", "<b>", "2026-13_2026-14", "2026-04"]
)
def test_an_unknown_period_is_none(key):
    assert matrix.period_of(key, TODAY) is None


@pytest.mark.parametrize("key", ["2026-04_2026-06", "2026-06_2026-04"])
def test_months_may_be_any_from_one_to_another(key):
    period = matrix.period_of(key, TODAY)
    assert (period.key, period.first, period.last) == (
        "2026-04_2026-06",
        date(2026, 4, 1),
        date(2026, 6, 1),
    )


def each(*areas):
    """Areas as the rows of a matrix."""
    return {area: frozenset({area}) for area in areas}


def test_an_office_in_two_cells_is_one_office_in_the_total():
    rows = [Counted(1, "HK", 7, 2, 60), Counted(1, "MV", 7, 1, 30), Counted(2, "HK", 8, 4, 90)]
    found = matrix.arrange(rows, each(1, 2, 3), ["HK", "MV", "PM"])
    assert list(found.columns) == ["HK", "MV"]
    assert (found.cell(1, None).cases, found.cell(1, None).offices) == (3, 1)
    assert (found.cell(None, "HK").cases, found.cell(None, "HK").offices) == (6, 2)
    assert (found.total.cases, found.total.offices, found.total.minutes) == (7, 2, 180)
    assert (found.cell(3, None).cases, found.cell(3, "HK").offices) == (0, 0)


@pytest.fixture
def town(aoi, kato, ono, sato):
    """East: two shopping and one bath of Aoi, one shopping of Hidamari; west: one of Kato."""
    hidamari = factories.person_called("hidamari")
    factories.make_case(by=aoi)
    factories.make_case(by=aoi, occurred_month=date(2026, 5, 1))
    factories.make_case(by=aoi, act_type="MV01", times_handled=1, minutes_each=15)
    factories.accept(factories.make_case(by=hidamari), by=sato)
    factories.make_case(by=kato, act_type="HK01", occurred_month=date(2025, 6, 1))
    factories.make_case(by=ono)
    factories.withdraw(factories.make_case(by=aoi), by=aoi)


def arranged(person, period=ALL, family=None):
    areas = {place.id: place.area_ids for place in counting.places(person, "area")}
    columns = [f.code for f in taxonomy.families()]
    if family:
        columns = [act.code for act in taxonomy.act_types(TODAY) if act.family_code == family]
    people = counting.clients(person, period, family=family)
    return matrix.arrange(counting.counts(person, period, family=family), areas, columns, people)


@pytest.mark.both
def test_matrix_equals_a_count_by_hand(town, mori, sato, nishi):
    (east,), (west,) = sato.area_ids(Role.CENTRE), nishi.area_ids(Role.CENTRE)
    found = arranged(mori)
    assert list(found.places) == [east, west]
    assert {key: (c.cases, c.offices, c.minutes) for key, c in found.cells.items()} == {
        (east, "HK"): (3, 2, 360),
        (east, "MV"): (1, 1, 15),
        (east, None): (4, 2, 375),
        (west, "HK"): (1, 1, 120),
        (west, None): (1, 1, 120),
        (None, "HK"): (4, 3, 480),
        (None, "MV"): (1, 1, 15),
        (None, None): (5, 3, 495),
    }


@pytest.mark.both
def test_a_client_of_two_types_is_one_client_in_the_total(aoi, kato, mori, sato):
    """Aoi: A twice for shopping, once for a bath, and a bath of nobody known; Kato: another A."""
    (east,) = sato.area_ids(Role.CENTRE)
    for act_type, ref in (("HK03", "A"), ("HK03", "A"), ("MV01", "A"), ("MV01", "")):
        factories.make_case(by=aoi, act_type=act_type, office_ref=ref)
    factories.make_case(by=kato, office_ref="A")
    factories.withdraw(factories.make_case(by=aoi, office_ref="B"), by=aoi)
    found = arranged(mori)
    people = {key: (c.clients.number, c.clients.exact) for key, c in found.cells.items()}
    assert people[east, "HK"] == (1, True)
    assert people[east, "MV"] == (2, False)
    assert people[east, None] == (2, False)
    assert people[None, "HK"] == (2, True)
    assert people[None, None] == (3, False)


@pytest.mark.both
def test_clients_equal_a_count_by_hand_of_the_cases_of_each_cell(town, aoi, mori):
    factories.make_case(by=aoi, office_ref="A", occurred_month=date(2026, 5, 1))
    for family in (None, "HK"):
        for cell in arranged(mori, family=family).cells.values():
            keys = keys_of(mori, cell, family)
            known = {key for key in keys if key is not None}
            assert cell.clients.number == len(known) + keys.count(None)
            assert cell.clients.exact is (None not in keys)


def keys_of(person, cell, family):
    """The client of each case that the cell lists."""
    column = {"act_type" if family else "family": cell.column} if cell.column else {}
    areas = frozenset({cell.place_id}) if cell.place_id else None
    wanted = CellFilter(ALL, areas, **{"family": family, **column})
    listed = counting.cases_of_cell(person, wanted).add_columns(Case.client_key)
    return [row.client_key for row in db.session.execute(listed)]


@pytest.mark.both
def test_clients_take_one_statement_and_nobody_has_none(town, mori, iin, statements):
    with statements() as seen:
        assert counting.clients(mori, ALL)
    assert len([one for one in seen if "SELECT" in one]) == 1
    assert counting.clients(iin, ALL) == []


@pytest.mark.both
def test_matrix_equals_a_live_group_by(town, mori):
    (miharashi,) = mori.municipality_ids(Role.OFFICER)
    rows = db.session.execute(
        sa.select(
            Case.area_id,
            ActType.family_code,
            sa.func.count(),
            sa.func.count(Case.organisation_id.distinct()),
            sa.func.sum(Case.times_handled * Case.minutes_each),
        )
        .join(ActType, ActType.code == Case.act_type_code)
        .where(Case.municipality_id == miharashi, Case.status != CaseStatus.WITHDRAWN)
        .group_by(Case.area_id, ActType.family_code)
    )
    live = {(area, family): tuple(rest) for area, family, *rest in rows}
    cells = {
        key: (cell.cases, cell.offices, cell.minutes)
        for key, cell in arranged(mori).cells.items()
        if None not in key
    }
    assert cells == live


@pytest.mark.both
def test_a_family_opens_into_its_types(town, mori):
    found = arranged(mori, family="HK")
    assert list(found.columns) == ["HK01", "HK03"]
    assert (found.cell(None, "HK01").cases, found.cell(None, "HK03").cases) == (1, 3)
    assert found.total.cases == arranged(mori).cell(None, "HK").cases


@pytest.mark.both
@pytest.mark.parametrize(("key", "cases"), [("6", 3), ("12", 4), ("all", 5), ("fy2025", 1)])
def test_only_the_months_asked_for_are_counted(town, mori, key, cases):
    assert arranged(mori, matrix.period_of(key, TODAY)).total.cases == cases


@pytest.mark.both
@pytest.mark.parametrize(
    ("login", "cases"),
    [("sato", 4), ("nishi", 1), ("mori", 5), ("yama", 5), ("tani", 1), ("aoi", 0), ("iin", 0)],
)
def test_each_counts_what_each_may_know(town, login, cases, request):
    assert arranged(request.getfixturevalue(login)).total.cases == cases


@pytest.mark.both
def test_counting_takes_one_statement(town, mori, statements):
    with statements() as seen:
        counting.counts(mori, ALL)
    assert len([one for one in seen if "SELECT" in one]) == 1


@pytest.mark.both
def test_every_cell_lists_as_many_cases_as_it_counts(town, mori):
    for family in (None, "HK"):
        found = arranged(mori, family=family)
        for cell in found.cells.values():
            is_type = family is not None and cell.column is not None
            wanted = CellFilter(
                ALL,
                frozenset({cell.place_id}) if cell.place_id else None,
                family if family else cell.column,
                cell.column if is_type else None,
            )
            listed = db.session.execute(counting.cases_of_cell(mori, wanted)).all()
            assert len(listed) == cell.cases


@pytest.mark.parametrize(
    ("area", "column", "family", "address"),
    [
        (1, "HK", None, "area=1&family=HK&months=6"),
        (None, "HK", None, "family=HK&months=6"),
        (1, None, None, "area=1&months=6"),
        (None, None, None, "months=6"),
        (1, "HK03", "HK", "area=1&type=HK03&months=6"),
        (None, None, "HK", "family=HK&months=6"),
    ],
)
def test_a_cell_says_its_address(area, column, family, address):
    asked = Asked(Period("6"), family=family)
    assert asked.cell_query(area, column) == address
