"""The agenda of a meeting: what may be on it, in which order, and what is frozen for ever."""

import json
from datetime import date

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.roles import Role
from tracker.cases.models import Disposition
from tracker.core import audit
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.issues.models import IssueStatus
from tracker.meetings import attendance, choices, freezing, ordering, queries, service
from tracker.meetings.models import MeetingLevel, MeetingStatus, Pledge
from tracker.notifications.models import Event, Notice

pytestmark = pytest.mark.both
OFFICE = ("あおばケアプラン室", "Aoba Care Plan Office")


def titles(meeting):
    """Titles of the items in their order, with their places."""
    return [(item.position, item.title) for item in queries.items_of(meeting.id)]


# --- planning ---


def test_an_empty_title_is_filled_with_year_count_and_the_towns_word(mori, sato):
    assert factories.plan_meeting(mori).title == "令和8年度 第1回 地域ケア推進会議"
    assert factories.plan_meeting(mori).title == "令和8年度 第2回 地域ケア推進会議"
    title = factories.plan_meeting(sato, MeetingLevel.AREA).title
    assert title == "令和8年度 第1回 東圏域 地域ケア圏域会議"


def test_a_cancelled_meeting_and_one_of_another_year_are_not_counted(mori, clock):
    service.cancel(factories.plan_meeting(mori), by=mori, at=clock.now())
    factories.plan_meeting(mori, held_on=date(2027, 4, 1))
    assert factories.plan_meeting(mori).title == "令和8年度 第1回 地域ケア推進会議"


def test_the_host_is_the_office_of_the_officer_or_the_centre_of_the_area(mori, sato):
    assert {factories.plan_meeting(mori).host_id} == mori.organisation_ids(Role.OFFICER)
    made = factories.plan_meeting(sato, MeetingLevel.INDIVIDUAL)
    assert {made.host_id} == sato.organisation_ids(Role.CENTRE)


# --- what may be put ---


def test_only_confirmed_issues_are_offered(aoi, sato, mori, meeting, issue):
    candidate = factories.make_issue(sato, factories.make_case(by=aoi))
    assert [key for key, _words in choices.issues_to_put(mori, meeting)] == [issue.id]
    with pytest.raises(InvalidInputError):
        factories.put_on_agenda(meeting, candidate, by=mori)


def test_an_issue_stands_on_one_agenda_at_a_time(meeting, item, issue, mori):
    other = factories.plan_meeting(mori)
    assert choices.issues_to_put(mori, other) == []
    with pytest.raises(InvalidInputError):
        factories.put_on_agenda(other, issue, by=mori)


def test_a_meeting_of_the_west_takes_no_issue_of_the_east(issue, nishi):
    west = factories.plan_meeting(nishi, MeetingLevel.AREA)
    assert choices.issues_to_put(nishi, west) == []


def test_an_individual_meeting_takes_cases_sorted_to_it_first_then_accepted_ones(
    aoi, kato, nishi, sato, case, case_meeting
):
    accepted = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.make_case(by=aoi)
    factories.accept(factories.make_case(by=kato), by=nishi)
    kept = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(kept, sato, Disposition.STATISTICS_ONLY)
    offered = choices.cases_to_put(sato, case_meeting)
    assert [one.id for one in offered] == [case.id, accepted.id]


def test_cases_come_before_an_individual_meeting_only(case, sato):
    area_meeting = factories.plan_meeting(sato, MeetingLevel.AREA)
    with pytest.raises(InvalidInputError):
        factories.put_on_agenda(area_meeting, case, by=sato)


def test_several_issues_may_be_one_item_and_name_it(meeting, issue, other_issue, mori):
    item = factories.put_on_agenda(meeting, issue, other_issue, by=mori)
    assert item.title == "買い物の足がない、ごみ出しの担い手"
    page = queries.meeting_page(mori, meeting.id, today=the_clock.today())
    assert [one.number for one in page.items[0].subjects] == [issue.number, other_issue.number]


def test_sato_cannot_put_an_item_on_the_towns_agenda(meeting, issue, sato):
    with pytest.raises(NotAllowedError):
        factories.put_on_agenda(meeting, issue, by=sato)


# --- order ---


def test_items_change_places_and_close_the_gap_when_one_is_dropped(
    meeting, item, other_issue, mori, clock
):
    other = factories.put_on_agenda(meeting, other_issue, by=mori)
    assert ordering.move_item(meeting, other, up=True, by=mori, at=clock.now()) == 1
    assert titles(meeting) == [(1, other.title), (2, item.title)]
    service.drop_item(meeting, other, by=mori, at=clock.now())
    assert titles(meeting) == [(1, item.title)]
    with pytest.raises(NotFoundError):
        queries.get_item(meeting, other.id)


# --- publication ---


def test_publication_freezes_each_item_and_puts_its_issue_on_the_agenda(
    meeting, item, issue, mori, aoi
):
    factories.publish_meeting(meeting, mori)
    assert (meeting.status, issue.status) == (MeetingStatus.PUBLISHED, IssueStatus.ON_AGENDA)
    assert freezing.holds(item.evidence, item.evidence_hash)
    assert item.evidence_id == f"E{item.id}-{item.evidence_hash[:8]}"
    (sheet,) = item.evidence["issues"]
    assert (sheet["number"], sheet["evidence"]["cases"]) == (issue.number, 1)
    told = db.session.scalars(sa.select(Notice).where(Notice.event == Event.ISSUE_ON_AGENDA)).all()
    assert [notice.person_id for notice in told] == [aoi.person_id]


def test_what_is_frozen_stays_when_new_cases_arrive(meeting, item, issue, mori, sato, aoi, clock):
    factories.publish_meeting(meeting, mori)
    before = json.dumps(item.evidence)
    clock.move(days=1)
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    from tracker.issues import service as issues

    issues.attach(issue, [case.id], by=sato, at=clock.now())
    db.session.commit()
    db.session.expire_all()
    assert json.dumps(item.evidence) == before
    assert freezing.holds(item.evidence, item.evidence_hash)
    page = queries.meeting_page(mori, meeting.id, today=the_clock.today())
    assert page.items[0].subjects[0].since == 1


def test_the_sheet_of_a_case_says_its_words_and_never_its_office(case_meeting, case_item, sato):
    factories.publish_meeting(case_meeting, sato)
    (sheet,) = case_item.evidence["cases"]
    assert (sheet["number"], sheet["act_type"]) == (
        case_item.title.split()[0],
        "買い物（代行・手段の確保）",
    )
    assert sheet["summary"] == "近くの店が閉まり、米と飲み物の買い物を頼まれた。"
    written = freezing.canonical(case_item.evidence)
    assert not any(name in written for name in OFFICE)


def test_an_item_added_after_publication_is_frozen_at_once_and_listed_as_a_change(
    meeting, item, other_issue, mori, clock
):
    factories.publish_meeting(meeting, mori)
    clock.move(hours=1)
    late = factories.put_on_agenda(meeting, other_issue, by=mori)
    assert (late.added_after_publication, late.frozen_at) == (True, clock.now())
    assert other_issue.status is IssueStatus.ON_AGENDA
    ordering.move_item(meeting, late, up=True, by=mori, at=clock.now())
    service.drop_item(meeting, late, by=mori, at=clock.now())
    page = queries.meeting_page(mori, meeting.id, today=the_clock.today())
    assert [change.sentence for change in page.changes] == [late.title] * 3
    assert other_issue.status is IssueStatus.CONFIRMED
    assert freezing.holds(late.evidence, late.evidence_hash)


def test_a_change_before_publication_is_not_listed(meeting, item, mori):
    factories.publish_meeting(meeting, mori)
    assert queries.meeting_page(mori, meeting.id, today=the_clock.today()).changes == []


def test_an_issue_that_is_no_longer_free_stops_publication_by_name(
    meeting, item, issue, mori, clock
):
    from tracker.issues import service as issues

    issues.put_on_agenda(issue, "別の会議", by=mori, at=clock.now(), act="x")
    db.session.commit()
    with pytest.raises(ConflictError) as refused:
        factories.publish_meeting(meeting, mori)
    assert issue.number in refused.value.message
    db.session.rollback()
    assert (meeting.status, item.evidence) == (MeetingStatus.PLANNED, None)


# --- people ---


def test_only_members_of_the_town_are_given_an_account_and_once_each(meeting, mori, iin, aoi):
    assert [key for key, _name in choices.members_of_town(meeting, today=the_clock.today())] == [
        iin.person_id
    ]
    factories.invite_to(meeting, mori, iin.person_id)
    for account in (iin.person_id, aoi.person_id):
        with pytest.raises(InvalidInputError) as refused:
            factories.invite_to(meeting, mori, account)
        assert refused.value.field == "person_id"


def test_the_pledge_is_for_one_meeting_and_holds_to_the_end_of_the_fiscal_year(
    meeting, item, other_issue, mori, iin, clock
):
    other = factories.plan_meeting(mori)
    factories.put_on_agenda(other, other_issue, by=mori)
    for one in (meeting, other):
        factories.invite_to(one, mori, iin.person_id)
        factories.publish_meeting(one, mori)
    for _twice in range(2):
        sign(meeting, iin)
    assert db.session.scalars(sa.select(sa.func.count(Pledge.id))).one() == 1

    def held(one, day):
        return queries.pledge_of(iin, one, today=day) is not None

    assert held(meeting, date(2027, 3, 31))
    assert not held(meeting, date(2027, 4, 1))
    assert not held(other, date(2027, 3, 31)), "a pledge for one meeting opens no other"


def test_only_members_sign_the_pledge(meeting, mori):
    with pytest.raises(NotAllowedError):
        sign(meeting, mori)


def sign(meeting, by):
    """The pledge of one meeting."""
    attendance.sign_pledge(meeting, by=by, at=the_clock.now(), today=the_clock.today())
    db.session.commit()


def test_the_folder_is_shut_to_a_member_until_the_pledge(meeting, item, mori, iin):
    factories.invite_to(meeting, mori, iin.person_id)
    factories.publish_meeting(meeting, mori)
    shut = queries.meeting_page(iin, meeting.id, today=the_clock.today())
    assert (shut.folder_open, shut.items, shut.attendees) == (False, [], ())
    factories.sign_pledge(iin)
    page = queries.meeting_page(iin, meeting.id, today=the_clock.today())
    assert page.folder_open
    assert [(one.may_open, one.number) for one in page.items[0].subjects] == [(False, "R8-01")]


# --- the audit log ---


def test_every_verb_is_sealed_in_the_towns_chain_without_a_word(meeting, item, mori, clock):
    factories.publish_meeting(meeting, mori)
    factories.begin_meeting(meeting, mori)
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    ours = [entry for entry in entries if entry.verb.startswith(("meeting", "item", "attendee"))]
    assert [entry.verb for entry in ours] == [
        *("meeting.planned", "item.added", "meeting.published", "item.frozen"),
        *("attendee.invited", "meeting.attendance_noted", "meeting.held"),
    ]
    assert {entry.chain for entry in ours} == {98201}
    facts = json.dumps([entry.facts for entry in ours], ensure_ascii=False)
    assert not any(words in facts for words in (item.title, item.question, "飯沼"))
    assert [*audit.verify({})] == []
