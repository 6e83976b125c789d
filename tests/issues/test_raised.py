"""What an office may know of an issue raised already, and its wish to add a case to one."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.issues.conftest import ANSWER
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.issues import queries, raised, service
from tracker.issues.models import IssueStatus, IssueWish
from tracker.meetings import days
from tracker.meetings.models import MeetingLevel

S = IssueStatus
SHOPPING = "HK03"


@pytest.fixture
def east(aoi):
    """The area in which Aoi works."""
    return min(aoi.area_ids(Role.AGENCY))


def found(person, area_id, act_type=SHOPPING):
    return raised.raised_for(person, act_type, area_id, today=the_clock.today())


def numbers(person, area_id, act_type=SHOPPING):
    return [one.number for one in found(person, area_id, act_type)]


# --- who finds what ---


@pytest.mark.both
@pytest.mark.parametrize("status", list(S))
def test_an_issue_is_shown_once_confirmed_and_not_turned_down(issue, road, aoi, east, status):
    road.lead(issue, status)
    shown = status not in {S.CANDIDATE, S.PARKED, S.DECLINED}
    assert numbers(aoi, east) == ([issue.number] if shown else [])


@pytest.mark.both
def test_only_issues_of_the_type_and_of_the_area_or_the_town_are_shown(
    issue, road, aoi, kato, sato, mori, nishi, east
):
    road.lead(issue, S.CONFIRMED)
    west_case = factories.make_case(by=kato)
    west = factories.make_issue(nishi, west_case, status=S.CONFIRMED)
    town = factories.make_issue(mori, west_case, area_id=None, status=S.CONFIRMED)
    bath = factories.make_issue(sato, factories.make_case(by=aoi), act_type="MV01")
    assert sorted(numbers(aoi, east)) == sorted([issue.number, town.number])
    assert sorted(numbers(kato, west.area_id)) == sorted([west.number, town.number])
    assert bath.number not in numbers(aoi, east)


@pytest.mark.parametrize(("login", "sees"), [
    ("aoi", True), ("kato", True), ("sato", True),
    ("nishi", False), ("mori", False), ("iin", False), ("tani", False), ("ken", False),
])  # fmt: skip
def test_agencies_of_the_town_and_the_areas_centre_find_it(issue, road, east, login, sees, request):
    road.lead(issue, S.CONFIRMED)
    assert bool(numbers(request.getfixturevalue(login), east)) is sees


def test_an_agency_finds_nothing_for_an_area_of_a_town_it_does_not_serve(issue, road, east):
    road.lead(issue, S.CONFIRMED)
    away = factories.make_organisation("遠い事業所", 98321)
    assert numbers(factories.make_person("toi", away.id), east) == []


def test_the_open_ones_come_first_and_no_more_than_asked_for(issue, road, aoi, sato, east, clock):
    road.lead(issue, S.CLOSED)
    later = []
    for _ in range(3):
        clock.move(minutes=1)
        case = factories.make_case(by=aoi)
        later.append(factories.make_issue(sato, case, status=S.CONFIRMED).number)
    assert numbers(aoi, east) == [*later[::-1], issue.number]
    few = raised.raised_for(aoi, SHOPPING, east, today=the_clock.today(), limit=2)
    assert [one.number for one in few] == later[:0:-1]


def test_what_was_closed_over_a_year_ago_is_not_shown(issue, road, aoi, east):
    road.lead(issue, S.CLOSED)
    issue.closed_on -= timedelta(days=365)
    db.session.commit()
    assert numbers(aoi, east)
    issue.closed_on -= timedelta(days=1)
    db.session.commit()
    assert not numbers(aoi, east)


# --- what is said of it ---


@pytest.mark.parametrize(("status", "sentence"), [
    (S.CONFIRMED, ""),
    (S.ON_AGENDA, ""),
    (S.DECIDED, "移動販売を頼む。"),
    (S.IN_ACTION, "調べ始めました。"),
    (S.WATCHING, "見晴らし号"),
    (S.CLOSED, ANSWER),
    (S.FORWARDED, ""),
])  # fmt: skip
def test_the_last_sentence_that_filers_were_told_is_the_news(
    issue, road, aoi, east, status, sentence
):
    road.lead(issue, status)
    (one,) = found(aoi, east)
    assert (one.title, one.label) == (issue.title, str(status.label))
    assert one.sentence == sentence
    assert one.news == (f"{one.told.label}：{sentence}" if sentence else "")


def test_news_that_were_overtaken_are_not_told(issue, road, aoi, sato, east, clock):
    road.lead(issue, S.CLOSED)
    clock.move(days=1)
    factories.accept(factories.make_case(by=aoi), by=sato)
    (one,) = found(aoi, east)
    assert (issue.regressed_at is not None, one.status, one.news) == (True, S.IN_ACTION, "")


def test_news_that_were_taken_back_are_not_told(issue, road, aoi, mori, hara, east):
    road.lead(issue, S.CLOSED)
    service.undo_last(issue, by=hara, at=the_clock.now())
    db.session.commit()
    (one,) = found(aoi, east)
    assert (one.status, one.sentence) == (S.WATCHING, "見晴らし号")


def test_the_day_of_the_meeting_is_said_when_meetings_answer(
    issue, road, aoi, sato, mori, east, statements
):
    road.lead(issue, S.CONFIRMED)
    meeting = factories.plan_meeting(mori)
    factories.put_on_agenda(meeting, issue, by=mori)
    with raised.days_asked.connected_to(days.next_days):
        assert found(aoi, east)[0].meets_on is None
        factories.publish_meeting(meeting, mori)
        held_on = meeting.held_on
        with statements() as seen:
            (one,) = found(aoi, east)
    assert one.meets_on == held_on
    assert len(seen) == 2


def test_the_day_of_a_meeting_about_one_person_is_not_said(issue, road, aoi, sato, east):
    road.lead(issue, S.CONFIRMED)
    meeting = factories.plan_meeting(sato, MeetingLevel.INDIVIDUAL)
    factories.put_on_agenda(meeting, issue, by=sato)
    factories.publish_meeting(meeting, sato)
    assert issue.status is S.ON_AGENDA
    assert days.next_days(issue_ids=[issue.id], today=the_clock.today()) == {}


@pytest.mark.both
def test_finding_issues_takes_one_statement_when_none_is_on_an_agenda(
    issue, road, aoi, east, statements
):
    road.lead(issue, S.DECIDED)
    with statements() as seen:
        found(aoi, east)
    assert len(seen) == 1


# --- the wish ---


@pytest.fixture
def new_case(aoi):
    """A case that Aoi has just filed."""
    return factories.make_case(by=aoi)


def wish(case, issue_id, by):
    raised.wish(case, issue_id, by=by, at=the_clock.now())
    db.session.commit()


@pytest.mark.both
def test_the_centre_reads_which_issue_the_office_wished_for(issue, road, new_case, aoi, sato):
    road.lead(issue, S.CONFIRMED)
    wish(new_case, issue.id, aoi)
    other = factories.make_case(by=aoi)
    wished = raised.wish_of([new_case.id, other.id])
    assert list(wished) == [new_case.id]
    one = wished[new_case.id]
    assert (one.issue_id, one.number, one.title) == (issue.id, issue.number, issue.title)
    assert (one.status, one.fulfilled) == (S.CONFIRMED, False)


def test_a_wish_changes_neither_the_case_nor_the_issue(issue, road, new_case, aoi):
    road.lead(issue, S.CONFIRMED)
    before = (new_case.status, new_case.disposition, queries.case_ids(issue.id))
    wish(new_case, issue.id, aoi)
    assert (new_case.status, new_case.disposition, queries.case_ids(issue.id)) == before


@pytest.mark.both
def test_a_wish_is_changed_and_taken_back_and_each_is_in_the_log_once(
    issue, road, new_case, aoi, mori
):
    road.lead(issue, S.CONFIRMED)
    case = factories.make_case(by=aoi)
    town = factories.make_issue(mori, case, area_id=None, status=S.CONFIRMED)
    for issue_id in (issue.id, issue.id, town.id, None, None):
        wish(new_case, issue_id, aoi)
    assert db.session.get(IssueWish, new_case.id) is None
    log = sa.select(AuditEntry.facts).where(AuditEntry.verb == "case.wished")
    facts = db.session.scalars(log.order_by(AuditEntry.id)).all()
    assert [one["now"] for one in facts] == [
        {"wished_issue": issue.id},
        {"wished_issue": town.id},
        {"wished_issue": None},
    ]


@pytest.mark.parametrize("status", [S.CANDIDATE, S.PARKED, S.DECLINED])
def test_an_issue_that_is_not_shown_cannot_be_wished_for(issue, road, new_case, aoi, status):
    road.lead(issue, status)
    with pytest.raises(InvalidInputError) as refused:
        raised.wish(new_case, issue.id, by=aoi, at=the_clock.now())
    assert refused.value.field == "wished_issue"


def test_an_issue_of_another_town_or_none_at_all_cannot_be_wished_for(new_case, aoi, ono, tani):
    away = factories.make_issue(tani, factories.make_case(by=ono), status=S.CONFIRMED)
    for issue_id in (away.id, 999999):
        with pytest.raises(InvalidInputError):
            raised.wish(new_case, issue_id, by=aoi, at=the_clock.now())


@pytest.mark.parametrize("login", ["kato", "sato", "mori", "ono"])
def test_only_the_filers_office_wishes(issue, road, new_case, login, request):
    road.lead(issue, S.CONFIRMED)
    with pytest.raises(NotAllowedError):
        raised.wish(new_case, issue.id, by=request.getfixturevalue(login), at=the_clock.now())


def test_after_the_centre_has_accepted_nothing_is_wished_any_more(issue, road, new_case, aoi, sato):
    road.lead(issue, S.CONFIRMED)
    factories.accept(new_case, by=sato)
    with pytest.raises(NotAllowedError):
        raised.wish(new_case, issue.id, by=aoi, at=the_clock.now())


@pytest.mark.both
def test_the_centre_fulfils_the_wish(issue, road, new_case, aoi, sato):
    road.lead(issue, S.CONFIRMED)
    wish(new_case, issue.id, aoi)
    factories.accept(new_case, by=sato)
    assert raised.accept_wish(new_case, by=sato, at=the_clock.now()) is issue
    db.session.commit()
    assert new_case.id in queries.case_ids(issue.id)
    assert raised.wish_of([new_case.id])[new_case.id].fulfilled


@pytest.mark.parametrize(("login", "error"), [("aoi", NotFoundError), ("nishi", NotFoundError)])
def test_nobody_but_who_knows_the_issue_fulfils_it(
    issue, road, new_case, aoi, login, error, request
):
    road.lead(issue, S.CONFIRMED)
    wish(new_case, issue.id, aoi)
    with pytest.raises(error):
        raised.accept_wish(new_case, by=request.getfixturevalue(login), at=the_clock.now())


def test_without_a_wish_there_is_nothing_to_fulfil(issue, new_case, sato):
    with pytest.raises(NotFoundError):
        raised.accept_wish(new_case, by=sato, at=the_clock.now())


def test_a_wish_for_a_closed_issue_is_fulfilled_once_the_case_has_opened_it_again(
    issue, road, aoi, sato, clock
):
    road.lead(issue, S.CLOSED)
    clock.move(days=1)
    case = factories.make_case(by=aoi)
    wish(case, issue.id, aoi)
    with pytest.raises(ConflictError):
        raised.accept_wish(case, by=sato, at=the_clock.now())
    db.session.rollback()
    factories.accept(case, by=sato)
    raised.accept_wish(case, by=sato, at=the_clock.now())
    db.session.commit()
    assert case.id in queries.case_ids(issue.id)
