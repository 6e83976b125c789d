"""Headings fill themselves: what each rule proposes, and what one press puts on the agenda."""

from datetime import timedelta

import pytest

from tests import directory, factories, sittings
from tracker.actions.models import Stage
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.issues import service as issues
from tracker.issues.models import ClosedAs, IssueStatus
from tracker.meetings import ordering, programme, queries
from tracker.meetings import service as meeting_service
from tracker.meetings.models import ItemKind, MeetingLevel, Outcome
from tracker.meetings.preparing import service
from tracker.meetings.preparing.service import ItemChange, MeetingChange
from tracker.meetings.series.models import Rule

pytestmark = pytest.mark.both


@pytest.fixture
def sitting(mori):
    """A planned meeting of the town's series."""
    return sittings.plan_sitting(sittings.make_series(mori), mori)


@pytest.fixture
def asked_issue(aoi, sato):
    """An issue of the east from a case the town itself asked for."""
    case = factories.make_case(by=aoi, requester="CITY", department="福祉課", bodies_agreed="NO")
    factories.accept(case, by=sato)
    return factories.make_issue(sato, case, status=IssueStatus.CONFIRMED, title="書類の代筆")


def keys(meeting, rule, by):
    return [one.key for one in sittings.proposed(meeting, rule, by)]


def under(meeting):
    """Titles of the items by the rule of their heading."""
    rules = {one.id: one.rule for one in programme.headings_of(meeting)}
    return [(rules[item.heading_id], item.title) for item in queries.items_of(meeting.id)]


# --- rules ---


def test_confirmed_issues_are_proposed_by_priority(sitting, mori, issue, other_issue):

    found = keys(sitting, Rule.ISSUES, mori)
    assert sorted(found) == sorted([f"issue-{issue.id}", f"issue-{other_issue.id}"])


def test_work_the_town_asked_for_stands_under_its_own_heading_only(
    sitting, mori, issue, asked_issue
):
    found = sittings.proposed(sitting, Rule.ASKED, mori)
    assert [one.key for one in found] == [f"issue-{asked_issue.id}", "type-HK03"]
    assert "1" in found[0].note
    assert found[1].facts["cases"] == 1
    assert keys(sitting, Rule.ISSUES, mori) == [f"issue-{issue.id}"]


def test_a_parked_issue_is_proposed_once_its_day_comes_before_the_meeting(
    sitting, mori, sato, case, clock
):
    parked = factories.make_issue(sato, case)
    until = sitting.held_on - timedelta(days=1)
    why = {"until": until, "wakes_at_cases": None, "reason": "予算を待ちます。"}
    issues.park(parked, **why, by=sato, at=clock.now())
    db.session.commit()
    assert keys(sitting, Rule.ISSUES, mori) == []
    assert keys(sitting, Rule.WAKING, mori) == [f"issue-{parked.id}"]
    sittings.put(sitting, Rule.WAKING, mori)
    assert parked.status is IssueStatus.CONFIRMED
    assert under(sitting) == [(Rule.WAKING, parked.title)]


def test_actions_of_earlier_meetings_and_late_ones_are_reported(mori, issue, other_issue, clock):
    series = sittings.make_series(mori)
    first = sittings.plan_sitting(series, mori)
    item = factories.put_on_agenda(first, issue, by=mori)
    factories.begin_meeting(factories.publish_meeting(first, mori), mori)
    decided = factories.adopt(first, item, issue, by=mori)
    late = factories.make_action(other_issue, mori, due_on=the_clock.today() + timedelta(days=1))
    clock.move(days=8)
    second = sittings.plan_sitting(series, mori)
    assert keys(second, Rule.DECISIONS, mori) == [f"action-{decided.id}"]
    (found,) = sittings.proposed(second, Rule.LATE, mori)
    assert (found.key, found.facts["overdue"]) == (f"action-{late.id}", 7)


def test_the_body_hears_that_the_need_came_back_after_all_was_done(
    mori, hara, sato, aoi, issue, clock
):
    series = sittings.make_series(mori)
    first = sittings.plan_sitting(series, mori)
    item = factories.put_on_agenda(first, issue, by=mori)
    factories.begin_meeting(factories.publish_meeting(first, mori), mori)
    action = factories.adopt(first, item, issue, by=mori)
    way = (Stage.STUDY, Stage.TRIAL, Stage.LIVE, Stage.REVIEW, Stage.SETTLED)
    factories.move_action(action, *way, by=mori)
    why = "車が来ています。"
    issues.propose_close(issue, ClosedAs.WITHOUT_PROOF, why, **directory.acting(mori))
    issues.second_close(issue, **directory.acting(hara))
    db.session.commit()
    sittings.plan_sitting(series, mori, the_clock.today())  # the body sits after that
    clock.move(days=30)
    third = sittings.plan_sitting(series, mori)
    assert keys(third, Rule.DECISIONS, mori) == []
    month = the_clock.today().replace(day=1)
    factories.accept(factories.make_case(by=aoi, occurred_month=month), by=sato)
    (found,) = sittings.proposed(third, Rule.DECISIONS, mori)
    assert found.key == f"action-{action.id}"
    sittings.put(third, Rule.DECISIONS, mori)
    (row,) = programme.report_rows(programme.headings_of(third))
    assert "完了の後に新しい事例" in programme.Report(row.id, row.action_id, row.facts).delay


def test_an_individual_meeting_is_offered_its_cases_a_town_meeting_their_number(
    sitting, mori, sato, case
):
    own = sittings.plan_sitting(sittings.make_series(sato, MeetingLevel.INDIVIDUAL), sato)
    assert keys(own, Rule.CASES, sato) == [f"case-{case.id}"]
    (counted,) = sittings.proposed(sitting, Rule.CASES, mori)
    assert (counted.key, counted.facts["cases"]) == ("type-HK03", 1)


# --- one press ---


def test_one_press_puts_what_was_ticked_under_its_heading(sitting, mori, issue, other_issue):
    sittings.put(sitting, Rule.ISSUES, mori)
    assert {rule for rule, _title in under(sitting)} == {Rule.ISSUES}
    assert keys(sitting, Rule.ISSUES, mori) == []
    first = queries.items_of(sitting.id)[0]
    assert (first.question, first.presenter) == ("", "見晴市 高齢福祉課")


def test_several_issues_of_one_press_can_be_one_item(sitting, mori, issue, other_issue):
    sittings.put(sitting, Rule.ISSUES, mori, together=True)
    page = queries.meeting_page(mori, sitting.id, today=the_clock.today())
    (view,) = page.items
    assert {one.id for one in view.subjects} == {issue.id, other_issue.id}
    assert view.item.kind is ItemKind.ISSUE


def test_a_report_is_put_once_and_says_at_publication_how_things_stand(
    sitting, mori, aoi, sato, case, issue
):
    sittings.put(sitting, Rule.CASES, mori)
    assert keys(sitting, Rule.CASES, mori) == []
    factories.put_on_agenda(sitting, issue, by=mori)
    factories.accept(factories.make_case(by=aoi), by=sato)
    factories.publish_meeting(sitting, mori)
    (row,) = programme.report_rows(programme.headings_of(sitting))
    assert row.facts["cases"] == 3


def test_what_is_no_longer_free_is_refused_and_nothing_is_put(sitting, mori, issue, other_issue):
    wanted = keys(sitting, Rule.ISSUES, mori)
    factories.put_on_agenda(factories.plan_meeting(mori), issue, by=mori)
    with pytest.raises(InvalidInputError):
        sittings.put(sitting, Rule.ISSUES, mori, *wanted)
    db.session.rollback()
    assert queries.items_of(sitting.id) == []


def test_only_the_host_puts(sitting, sato, issue):
    with pytest.raises(NotAllowedError):
        sittings.put(sitting, Rule.ISSUES, sato, f"issue-{issue.id}")


# --- order, minutes, writing ---


def test_an_item_moves_past_its_neighbour_and_then_into_the_next_heading(
    sitting, mori, issue, asked_issue, clock
):
    sittings.put(sitting, Rule.ASKED, mori, f"issue-{asked_issue.id}")
    sittings.put(sitting, Rule.ISSUES, mori)
    item = queries.items_of(sitting.id)[1]
    ordering.move_item(sitting, item, up=True, by=mori, at=clock.now())
    assert under(sitting) == [(Rule.ASKED, "書類の代筆"), (Rule.ASKED, issue.title)]
    assert ordering.move_item(sitting, item, up=True, by=mori, at=clock.now()) == 1
    assert [title for _rule, title in under(sitting)] == [issue.title, "書類の代筆"]


def test_minutes_of_headings_with_something_under_them_count_against_the_length(
    sitting, mori, issue
):
    sittings.put(sitting, Rule.ISSUES, mori)
    page = queries.meeting_page(mori, sitting.id, today=the_clock.today())
    assert page.timing.allotted == 5 + 15 + 5, "opening, item, closing; what is empty takes none"
    assert (page.items[0].begins.hour, page.items[0].begins.minute) == (14, 5)


def test_an_item_is_written_anew_and_nobody_elses_may(sitting, mori, sato, issue, clock):
    sittings.put(sitting, Rule.ISSUES, mori)
    (item,) = queries.items_of(sitting.id)
    draft = ItemChange("買い物", "車を呼ぶか。", "東センター", 25, item.heading_id, "")
    service.change_item(sitting, item, draft, by=mori, at=clock.now())
    assert (item.question, item.minutes_planned) == ("車を呼ぶか。", 25)
    with pytest.raises(NotAllowedError):
        service.change_item(sitting, item, draft, by=sato, at=clock.now())


def test_a_meeting_put_off_to_the_next_fiscal_year_is_counted_there(sitting, mori, clock):
    assert sitting.title.startswith("令和8年度 第1回")
    day = sitting.held_on.replace(year=2027, month=4)
    change = MeetingChange(day, sitting.starts_at, 60, "別館", sitting.title)
    service.change_meeting(sitting, change, by=mori, at=clock.now())
    db.session.commit()
    assert (sitting.place, sitting.title.split()[0]) == ("別館", "令和9年度")


def test_a_meeting_that_was_held_keeps_its_day(sitting, mori, issue, clock):
    factories.put_on_agenda(sitting, issue, by=mori)
    factories.begin_meeting(factories.publish_meeting(sitting, mori), mori)
    change = MeetingChange(sitting.held_on, sitting.starts_at, 60, "別館", "")
    with pytest.raises(ConflictError):
        service.change_meeting(sitting, change, by=mori, at=clock.now())


# --- publication, and what was put off ---


def test_an_agenda_with_a_silent_item_is_not_published(sitting, mori, issue):
    sittings.put(sitting, Rule.ISSUES, mori)
    with pytest.raises(ConflictError) as refused:
        factories.publish_meeting(sitting, mori)
    assert issue.title in refused.value.message


def test_what_was_put_off_comes_back_when_due_with_its_question_and_its_counter(mori, issue, clock):
    series = sittings.make_series(mori)
    first = sittings.plan_sitting(series, mori)
    item = factories.put_on_agenda(first, issue, by=mori, question="車を呼ぶか。")
    until = sittings.put_off(first, item, mori)
    early = sittings.plan_sitting(series, mori, until - timedelta(days=1))
    assert keys(early, Rule.AGAIN, mori) == []
    second = sittings.plan_sitting(series, mori, until)
    (found,) = sittings.proposed(second, Rule.AGAIN, mori)
    assert (found.key, found.question, found.times_carried) == (
        f"item-{item.id}",
        "車を呼ぶか。",
        1,
    )
    assert keys(second, Rule.ISSUES, mori) == []
    sittings.put(second, Rule.AGAIN, mori)
    (again,) = queries.items_of(second.id)
    assert (again.carried_from_id, again.times_carried) == (item.id, 1)


def test_the_third_time_demands_a_sentence_before_publication(mori, issue, clock):
    series = sittings.make_series(mori)
    meeting = sittings.plan_sitting(series, mori)
    item = factories.put_on_agenda(meeting, issue, by=mori)
    for times in (1, 2, 3):
        until = sittings.put_off(meeting, item, mori, Outcome.ASK)
        clock.move(days=11)
        meeting = sittings.plan_sitting(series, mori, until + timedelta(days=7))
        sittings.put(meeting, Rule.AGAIN, mori)
        (item,) = queries.items_of(meeting.id)
        assert item.times_carried == times
    with pytest.raises(ConflictError):
        factories.publish_meeting(meeting, mori)
    db.session.rollback()
    said = ItemChange(item.title, item.question, "市", 15, item.heading_id, "続けるか、やめるか。")
    service.change_item(meeting, item, said, by=mori, at=clock.now())
    factories.publish_meeting(meeting, mori)


def test_an_item_dropped_before_publication_was_never_put_off(mori, issue, clock):
    series = sittings.make_series(mori)
    meeting = sittings.plan_sitting(series, mori)
    item = factories.put_on_agenda(meeting, issue, by=mori)
    meeting_service.drop_item(meeting, item, by=mori, at=clock.now())
    db.session.commit()
    assert factories.put_on_agenda(meeting, issue, by=mori).times_carried == 0
