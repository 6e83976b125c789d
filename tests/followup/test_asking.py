"""Who is asked when a resource goes live, and six weeks later; each about a case once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import directory, factories
from tests.followup.conftest import question, questions
from tracker.actions.models import Stage
from tracker.cases.models import Disposition
from tracker.core.db import db
from tracker.followup import asking
from tracker.followup.models import Answer, AnswerLink, QuestionKind
from tracker.followup.service import AnswerDraft, answer
from tracker.issues.models import IssueStatus
from tracker.notifications.models import Event, Notice
from tracker.resources.models import LIFELONG


def told(event):
    """Logins of nobody else than whom the notice went to, by person."""
    rows = sa.select(Notice.person_id, Notice.number).where(Notice.event == event)
    return [tuple(row) for row in db.session.execute(rows.order_by(Notice.id))]


@pytest.mark.both
def test_aoi_is_asked_whether_the_new_van_can_be_used(asked, aoi):
    assert (asked.kind, asked.answer) == (QuestionKind.USE_THIS, None)
    assert [person for person, _number in told(Event.USE_THIS)] == [aoi.person_id]


def test_nobody_is_asked_before_the_wait_is_over(aoi, go_live, work):
    factories.make_case(by=aoi)
    go_live()
    work(minutes=14)
    assert questions() == []


def test_a_van_that_ended_within_the_wait_asks_nobody(aoi, go_live, work, sato, clock):
    factories.make_case(by=aoi)
    van = go_live()
    db.session.execute(sa.update(type(van)).values(status="ended"))
    db.session.commit()
    work(minutes=16)
    assert questions() == []


def test_another_type_another_area_and_what_was_withdrawn_are_not_asked_about(
    aoi, kato, go_live, work
):
    factories.make_case(by=aoi, act_type="FN01")
    factories.make_case(by=kato)  # in the west
    factories.withdraw(factories.make_case(by=aoi), by=aoi)
    go_live()
    work(minutes=16)
    assert questions() == []


def test_answered_cases_of_the_last_year_are_asked_about_and_older_ones_are_not(
    aoi, sato, go_live, work, clock
):
    def settled():
        case = factories.accept(factories.make_case(by=aoi), by=sato)
        return factories.sort(case, by=sato, answer=factories.ANSWER)

    settled()
    clock.move(days=366)
    recent = settled()
    clock.move(days=100)
    go_live()
    work(minutes=16)
    use_this = [q.case_id for q in questions() if q.kind is QuestionKind.USE_THIS]
    assert use_this == [recent.id]


@pytest.mark.both
def test_a_resource_that_goes_live_twice_asks_once(asked, work, sato, clock):
    asking.ask_use_this(asked.resource_id, at=clock.now())
    db.session.commit()
    assert len(questions()) == 1
    assert len(db.session.scalars(sa.select(AnswerLink)).all()) == 1


def test_an_entry_for_something_that_is_there_already_asks_nobody(aoi, sato, work):
    factories.make_case(by=aoi)
    factories.make_resource(sato)
    work(minutes=16)
    assert questions() == []


# Six weeks later.


@pytest.fixture
def used(asked, aoi, clock):
    """The van was used."""
    answer(asked, AnswerDraft(Answer.USED), by=aoi, at=clock.now())
    db.session.commit()
    return asked


def helps():
    return [q for q in questions() if q.kind is QuestionKind.DID_IT_HELP]


@pytest.mark.both
def test_six_weeks_after_it_was_used_the_filer_is_asked_whether_it_helped(used, work, aoi):
    work(days=41)
    before = len(helps())
    work(days=1)
    assert (before, [(q.case_id, q.resource_id) for q in helps()]) == (
        0,
        [(used.case_id, used.resource_id)],
    )
    assert [person for person, _number in told(Event.DID_IT_HELP)] == [aoi.person_id]


def test_the_question_is_asked_once_however_often_the_day_comes(used, work):
    for _day in range(5):
        work(days=10)
    assert len(helps()) == 1


def test_whoever_could_not_use_it_is_not_asked_whether_it_helped(asked, aoi, work, clock):
    answer(asked, AnswerDraft(Answer.COULD_NOT, "FULL"), by=aoi, at=clock.now())
    db.session.commit()
    work(days=43)
    assert helps() == []


def test_cases_answered_with_what_exists_are_asked_about_without_a_resource(aoi, sato, work):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, sato, Disposition.RESOLVED_EXISTING, answer=factories.ANSWER)
    work(days=43)
    assert [(q.case_id, q.resource_id) for q in helps()] == [(case.id, None)]


def test_every_case_of_an_issue_is_asked_about_when_its_action_has_gone_live(aoi, sato, mori, work):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    issue = factories.make_issue(sato, case, status=IssueStatus.CONFIRMED)
    action = factories.make_action(issue, by=mori)
    factories.move_action(action, Stage.STUDY, Stage.TRIAL, Stage.LIVE, by=mori)
    work(days=43)
    assert [(q.case_id, q.resource_id) for q in helps()] == [(case.id, action.resource_id)]


def test_a_worker_that_stood_still_for_three_weeks_asks_when_it_is_back(used, work):
    work(days=63)
    assert len(helps()) == 1


def test_a_question_can_be_answered_by_link_for_sixty_days(asked):
    assert asked.expires_at - asked.asked_at == timedelta(days=60)


def test_the_mail_leads_to_a_page_of_its_own_and_the_notice_into_the_app(asked):
    (notice,) = db.session.scalars(sa.select(Notice).where(Notice.event == Event.USE_THIS))
    assert notice.path == f"/answers/{question().id}"


@pytest.mark.both
def test_a_lifelong_business_is_asked_about_once_its_checklist_is_complete(
    aoi, go_live, work, sato
):
    factories.make_case(by=aoi)
    business = go_live(category=LIFELONG)
    work(minutes=16)
    assert questions() == []
    directory.check_all(business, sato, but=1)
    work(minutes=16)
    assert questions() == []
    directory.check_all(business, sato)
    work(minutes=16)
    assert question().resource_id == business.id
