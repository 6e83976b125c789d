"""Series: set up once, for towns with two, three or five tiers; what a meeting of one inherits."""

from datetime import date

import pytest

from tests import factories, sittings
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.meetings import choices, programme
from tracker.meetings import queries as meetings
from tracker.meetings import service as meeting_service
from tracker.meetings.models import MeetingLevel
from tracker.meetings.queries import MeetingFilter
from tracker.meetings.series import queries, rhythm, service
from tracker.meetings.series.models import MeetingSeries, Rule, Week
from tracker.meetings.series.service import HeadingDraft

pytestmark = pytest.mark.both


@pytest.fixture
def series(mori):
    """The town's own meeting, set up by Mori."""
    return sittings.make_series(mori)


def titles(series):
    return [one.title for one in queries.headings_of(series.id)]


def test_five_tiers_stand_side_by_side_with_their_own_names(mori, sato):
    names = ("個別ケア会議", "事例検討会", "小地域会議")
    levels = (MeetingLevel.INDIVIDUAL, MeetingLevel.INDIVIDUAL, MeetingLevel.AREA)
    for name, level in zip(names, levels, strict=True):
        sittings.make_series(sato, level, name=name)
    sittings.make_series(mori)
    sittings.make_series(mori, MeetingLevel.PREFECTURE, name="広域ケア会議")
    rows = db.session.execute(queries.series_list(mori).order_by(MeetingSeries.id)).all()
    assert [row.name for row in rows] == [*names, "見晴市地域ケア推進会議", "広域ケア会議"]


def test_the_host_follows_the_level(mori, sato, nishi):
    assert {sittings.make_series(mori).host_id} == mori.organisation_ids(Role.OFFICER)
    with pytest.raises(NotAllowedError):
        sittings.make_series(sato)
    with pytest.raises(NotAllowedError):
        sittings.make_series(nishi, MeetingLevel.AREA, area_id=min(sato.area_ids(Role.CENTRE)))


def test_strangers_and_members_know_of_no_series(series, mori, hara, sato, yama, tani, iin, aoi):
    for knows in (mori, hara, sato, yama):
        assert queries.get_series(knows, series.id).id == series.id
    for stranger in (tani, iin, aoi):
        with pytest.raises(NotFoundError):
            queries.get_series(stranger, series.id)


def test_only_the_host_changes_it(series, sato, yama, clock):
    for other in (sato, yama):
        with pytest.raises(NotAllowedError):
            service.end_series(series, by=other, at=clock.now(), today=the_clock.today())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_pattern": "{年度} 第{会}回"}, "title_pattern"),
        ({"week": None}, "weekday"),
        ({"also_level": MeetingLevel.AREA}, "also_name"),
        ({"also_name": "協議体", "also_level": MeetingLevel.MUNICIPAL}, "also_level"),
    ],
)
def test_what_does_not_fit_together_is_refused_by_its_field(mori, changes, field):
    with pytest.raises(InvalidInputError) as refused:
        sittings.make_series(mori, **changes)
    assert refused.value.field == field


# --- a meeting of the series ---


def test_a_meeting_inherits_headings_members_and_the_towns_own_title(series, mori, iin):
    sittings.add_member(series, mori, iin.person_id)
    series.title_pattern = "{年度}第{回}回{名称}"
    meeting = sittings.plan_sitting(series, mori)
    assert meeting.title == "令和8年度第1回見晴市地域ケア推進会議"
    headings = programme.headings_of(meeting)
    assert [one.title for one in headings] == titles(series)
    (guest,) = meetings.attendees_of(meeting.id)
    assert (guest.person_id, guest.organisation) == (iin.person_id, "見晴市民生委員協議会")


def test_changing_the_series_leaves_the_meeting_planned_before_alone(series, mori, clock):
    meeting = sittings.plan_sitting(series, mori)
    before = [one.title for one in programme.headings_of(meeting)]
    last = queries.headings_of(series.id)[-1]
    service.remove_heading(series, last, by=mori, at=clock.now())
    db.session.commit()
    assert [one.title for one in programme.headings_of(meeting)] == before
    assert titles(series) == before[:-1]


def test_rounds_are_counted_by_fiscal_year_and_a_cancelled_one_gives_its_number_back(
    series, mori, clock
):
    assert sittings.plan_sitting(series, mori).round == 1
    second = sittings.plan_sitting(series, mori)
    assert second.round == 2
    meeting_service.cancel(second, by=mori, at=clock.now())
    db.session.commit()
    assert sittings.plan_sitting(series, mori).title.startswith("令和8年度 第2回")
    next_year = sittings.plan_sitting(series, mori, date(2027, 4, 14))
    assert (next_year.round, next_year.title.split()[0]) == (1, "令和9年度")


def test_two_bodies_that_sit_as_one_count_for_both(mori, aoi, sato):
    both = sittings.make_series(
        mori, also_name="生活支援体制整備推進会議", also_level=MeetingLevel.PREFECTURE
    )
    meeting = sittings.plan_sitting(both, mori)
    assert meeting.title == ("令和8年度 第1回 見晴市地域ケア推進会議・生活支援体制整備推進会議")
    wanted = MeetingFilter(level=MeetingLevel.PREFECTURE)
    found = db.session.execute(meetings.meetings(mori, wanted, today=the_clock.today())).all()
    assert [row.id for row in found] == [meeting.id]
    counted = choices.count_of_kind(
        meeting.municipality_id, MeetingLevel.PREFECTURE, None, meeting.held_on
    )
    assert counted == 1


def test_a_town_meeting_that_is_an_individual_one_as_well_takes_cases_of_all_areas(
    mori, aoi, kato, sato, nishi
):
    both = sittings.make_series(mori, also_name="個別会議", also_level=MeetingLevel.INDIVIDUAL)
    meeting = sittings.plan_sitting(both, mori)
    east = factories.accept(factories.make_case(by=aoi), by=sato)
    west = factories.accept(factories.make_case(by=kato), by=nishi)
    assert {one.id for one in choices.cases_to_put(mori, meeting)} == {east.id, west.id}


def test_nothing_is_planned_from_a_series_that_has_ended_until_it_goes_on(series, mori, clock):
    service.end_series(series, by=mori, at=clock.now(), today=the_clock.today())
    db.session.commit()
    with pytest.raises(ConflictError):
        sittings.plan_sitting(series, mori)
    service.resume_series(series, by=mori, at=clock.now())
    db.session.commit()
    assert sittings.plan_sitting(series, mori).series_id == series.id


def test_an_account_that_is_no_member_of_the_town_is_refused(series, mori, aoi):
    with pytest.raises(InvalidInputError):
        sittings.add_member(series, mori, aoi.person_id)


def test_a_new_heading_stands_before_the_closing_and_can_be_moved(series, mori, clock):
    draft = HeadingDraft("災害への備え", Rule.ISSUES, 0)
    added = service.add_heading(series, draft, by=mori, at=clock.now())
    assert titles(series)[-2:] == ["災害への備え", "その他・閉会"]
    place = added.position
    assert service.move_heading(series, added, up=True, by=mori, at=clock.now()) == place - 1


# --- the day proposed next ---


@pytest.mark.parametrize(
    ("week", "weekday", "every", "last", "expected"),
    [
        (Week.SECOND, 2, 1, None, date(2026, 12, 9)),
        (Week.LAST, 4, 1, None, date(2026, 11, 27)),
        (Week.FIRST, 0, 3, date(2026, 10, 5), date(2027, 1, 4)),
        (Week.FOURTH, 1, 2, date(2026, 11, 24), date(2027, 1, 26)),
        (None, None, 1, None, None),
    ],
)
def test_the_next_day_follows_the_custom(series, week, weekday, every, last, expected):
    series.week, series.weekday, series.every_months = week, weekday, every
    assert rhythm.next_day(series, last, date(2026, 11, 24)) == expected
    db.session.rollback()
