"""Who is told what, when it shows, and how it is taken as read."""

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import parsed
from tracker.accounts.models import Membership, Person
from tracker.accounts.roles import Role
from tracker.cases.models import Disposition
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.outbox import OutboxMail
from tracker.notifications import queries, service
from tracker.notifications.models import Event, Notice


def shown(person):
    """Events in this person's inbox now, oldest first."""
    rows = db.session.execute(queries.notices(person, at=the_clock.now()).order_by(Notice.id))
    return [row.event for row in rows]


def mails():
    """Mails that will go out, oldest first."""
    waiting = sa.select(OutboxMail).where(OutboxMail.stopped_at.is_(None)).order_by(OutboxMail.id)
    return db.session.scalars(waiting).all()


@pytest.fixture
def accepted(aoi, sato):
    """A case of Aoi that Sato has accepted this minute."""
    return factories.accept(factories.make_case(by=aoi), by=sato)


@pytest.mark.both
def test_a_notice_shows_after_15_minutes(accepted, aoi, clock):
    clock.move(minutes=14, seconds=59)
    before = shown(aoi)
    clock.move(seconds=1)
    assert (before, shown(aoi)) == ([], [Event.CASE_ACCEPTED])


@pytest.mark.both
def test_the_office_is_told_of_every_milestone(aoi, sato, clock):
    case = factories.send_back(factories.make_case(by=aoi), by=sato)
    other = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(other, sato, Disposition.TO_ISSUE)
    factories.answer(other, by=sato)
    clock.move(minutes=15)
    assert case.id != other.id
    assert shown(aoi) == [
        Event.CASE_RETURNED,
        Event.CASE_ACCEPTED,
        Event.CASE_SORTED,
        Event.CASE_ANSWERED,
    ]


@pytest.mark.both
def test_sorting_with_an_answer_tells_of_the_answer_alone(accepted, aoi, sato, clock):
    clock.move(minutes=15)
    factories.sort(accepted, by=sato, answer=factories.ANSWER)
    clock.move(minutes=15)
    assert shown(aoi) == [Event.CASE_ACCEPTED, Event.CASE_ANSWERED]


@pytest.mark.both
def test_nobody_but_the_filer_is_told(aoi, sato, clock):
    office = min(aoi.organisation_ids(Role.AGENCY))
    colleague = factories.make_person("aoyama", office)
    factories.accept(factories.make_case(by=aoi), by=sato)
    clock.move(minutes=15)
    assert [shown(person) for person in (colleague, sato)] == [[], []]


@pytest.mark.both
def test_when_the_filer_has_left_the_whole_office_is_told(aoi, sato, clock):
    office = min(aoi.organisation_ids(Role.AGENCY))
    colleague = factories.make_person("aoyama", office)
    case = factories.make_case(by=aoi)
    clock.move(days=1)
    left = sa.update(Membership).where(Membership.person_id == aoi.person_id)
    db.session.execute(left.values(until_on=the_clock.today().replace(day=24)))
    db.session.commit()
    factories.accept(case, by=sato)
    clock.move(minutes=15)
    assert (shown(colleague), shown(aoi)) == ([Event.CASE_ACCEPTED], [])


@pytest.mark.both
def test_a_notice_taken_back_in_time_never_shows(accepted, aoi, sato, clock):
    factories.undo(accepted, by=sato)
    clock.move(minutes=30)
    assert (shown(aoi), mails()) == ([], [])


@pytest.mark.both
def test_a_correction_follows_what_was_told_already(accepted, aoi, sato, clock):
    clock.move(minutes=16)
    factories.undo(accepted, by=sato)
    clock.move(minutes=15)
    assert shown(aoi) == [Event.CASE_ACCEPTED, Event.CASE_TAKEN_BACK]


@pytest.mark.both
def test_withdrawing_one_act_leaves_other_notices_alone(aoi, sato, clock):
    kept = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.undo(factories.accept(factories.make_case(by=aoi), by=sato), by=sato)
    clock.move(minutes=15)
    (row,) = db.session.execute(queries.notices(aoi, at=clock.now()))
    assert row.number == kept.number


@pytest.mark.both
def test_a_notice_waits_as_a_mail_too(accepted, aoi):
    (mail,) = mails()
    facts = {"number": accepted.number, "path": f"/cases/{accepted.id}"}
    assert (mail.person_id, mail.event, mail.facts) == (aoi.person_id, "case_accepted", facts)


@pytest.mark.both
def test_who_wants_no_mail_finds_the_notice_in_the_app(aoi, sato, clock):
    db.session.get_one(Person, aoi.person_id).wants_mail = False
    db.session.commit()
    factories.accept(factories.make_case(by=aoi), by=sato)
    clock.move(minutes=15)
    assert (mails(), shown(aoi)) == ([], [Event.CASE_ACCEPTED])


@pytest.mark.both
def test_a_notice_is_its_readers_alone(accepted, aoi, kato, sato, clock):
    clock.move(minutes=15)
    notice = db.session.scalars(sa.select(Notice)).one()
    for person in (kato, sato):
        with pytest.raises(NotFoundError):
            queries.get_notice(person, notice.id, at=clock.now())
    assert queries.get_notice(aoi, notice.id, at=clock.now()) is notice


@pytest.mark.both
def test_a_notice_that_waits_cannot_be_opened_yet(accepted, aoi, clock):
    notice = db.session.scalars(sa.select(Notice)).one()
    with pytest.raises(NotFoundError):
        queries.get_notice(aoi, notice.id, at=clock.now())


@pytest.mark.both
def test_the_first_reading_counts(accepted, aoi, clock):
    notice = db.session.scalars(sa.select(Notice)).one()
    first = clock.move(minutes=20)
    service.mark_read(notice, at=first)
    service.mark_read(notice, at=clock.move(hours=1))
    db.session.commit()
    assert notice.read_at == first


# --- on the pages ---


def unread(browser):
    """The number beside "notices" in the frame; 0 when there is none."""
    header = parsed(browser.get("/account/").text).find(".//header")
    links = [a for a in header.iter("a") if a.get("href") == "/notices/"]
    return sum(int(span.text) for span in links[0].iter("span") if span.get("class") == "count")


def test_the_frame_counts_unread_notices(accepted, sign_in, aoi, clock):
    clock.move(minutes=15)
    assert unread(sign_in(aoi)) == 1


def test_opening_a_notice_leads_to_its_case_and_marks_it_as_read(accepted, sign_in, aoi, clock):
    clock.move(minutes=15)
    browser = sign_in(aoi)
    answer = browser.post_form("/notices/", to="/notices/1/open")
    assert (answer.location, unread(browser)) == (f"/cases/{accepted.id}", 0)


def test_opening_the_case_marks_its_notices_as_read(accepted, sign_in, aoi, clock):
    clock.move(minutes=15)
    browser = sign_in(aoi)
    browser.get(f"/cases/{accepted.id}")
    traces.writer.flush()
    assert unread(browser) == 0


def test_all_are_marked_as_read_at_once(aoi, sato, sign_in, clock):
    for _ in range(2):
        factories.accept(factories.make_case(by=aoi), by=sato)
    clock.move(minutes=15)
    browser = sign_in(aoi)
    browser.post_form("/notices/", to="/notices/read")
    assert unread(browser) == 0


def test_what_still_waits_is_not_marked_as_read(accepted, sign_in, aoi, clock):
    browser = sign_in(aoi)
    browser.send("/notices/read")
    clock.move(minutes=15)
    assert unread(browser) == 1


def test_the_inbox_says_no_word_of_the_case(accepted, sign_in, aoi, clock):
    clock.move(minutes=15)
    html = sign_in(aoi).get("/notices/").text
    assert accepted.number in html
    assert not any(word in html for word in ("買い物", "あおば", "販売車"))


def test_an_empty_inbox_says_so(sign_in, aoi):
    assert "お知らせは、まだありません。" in sign_in(aoi).get("/notices/").text
