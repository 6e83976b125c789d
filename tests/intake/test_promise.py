"""The promise to write about needs and never about who somebody is: once every fiscal year."""

import uuid
from datetime import date

import pytest
import sqlalchemy as sa

from tests import factories
from tests.intake.pages import NEW, cases, form_of, press
from tracker.accounts import service
from tracker.accounts.models import ConductAcceptance
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db

TO_31_MARCH = 127  # days from the tests' 24 November


def promises():
    """(person, fiscal year) of every promise on record."""
    db.session.rollback()
    rows = db.session.scalars(sa.select(ConductAcceptance)).all()
    return sorted((row.person_id, row.fiscal_year) for row in rows)


def asks(browser):
    """Does the page ask for the promise?"""
    return 'name="conduct"' in browser.get(NEW).text


def test_without_the_promise_nothing_is_filed(sign_in, aoi, typed):
    answer = press(sign_in(aoi), typed(conduct=None))
    assert (answer.status_code, cases(), promises()) == (422, [], [])
    assert '<a href="#conduct">' in answer.text
    assert form_of(answer.text)["summary"] == typed()["summary"]


@pytest.mark.both
def test_the_promise_is_on_record_once_with_its_entry_in_the_log(sign_in, aoi, typed):
    press(sign_in(aoi), typed())
    assert promises() == [(aoi.person_id, 2026)]
    (entry,) = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "person.promised"))
    assert (entry.actor_id, entry.facts["now"]) == (aoi.person_id, {"fiscal_year": 2026})


def test_it_is_not_asked_again_this_year(sign_in, aoi, typed):
    aois = sign_in(aoi)
    assert asks(aois)
    press(aois, typed())
    assert not asks(aois)
    assert press(aois, typed(conduct=None)).status_code == 303
    assert (len(cases()), promises()) == (2, [(aoi.person_id, 2026)])


def test_1_april_asks_again_at_midnight_in_japan(sign_in, aoi, typed, clock):
    press(sign_in(aoi), typed())
    clock.move(days=TO_31_MARCH, hours=13, minutes=59)
    assert the_clock.today() == date(2027, 3, 31)
    assert not asks(sign_in(aoi))
    clock.move(minutes=1)
    assert asks(sign_in(aoi))
    press(sign_in(aoi), typed(occurred_month="令和9年3月"))
    assert promises() == [(aoi.person_id, 2026), (aoi.person_id, 2027)]


def test_a_promise_ticked_in_an_old_draft_is_asked_again(sign_in, aoi, typed, clock):
    clock.move(days=TO_31_MARCH)
    sign_in(aoi).send(f"{NEW}/draft", {**typed(), "request_key": str(uuid.uuid4())})
    clock.move(days=1)
    aois = sign_in(aoi)
    assert form_of(aois.get(NEW).text)["summary"] == typed()["summary"]
    assert "conduct" not in form_of(aois.get(NEW).text)


def test_each_person_promises_for_themselves(sign_in, aoi, typed):
    press(sign_in(aoi), typed())
    colleague = factories.make_person("aoyama", min(aoi.organisation_ids(Role.AGENCY)))
    assert asks(sign_in(colleague))


def test_a_promise_that_was_ticked_is_kept_when_something_else_is_refused(sign_in, aoi, typed):
    answer = press(sign_in(aoi), typed(minutes_each=""))
    assert form_of(answer.text)["conduct"] == "y"
    assert promises() == []


@pytest.mark.both
def test_a_case_that_cannot_be_filed_leaves_no_promise(sign_in, aoi, typed):
    answer = press(sign_in(aoi), typed(work_class="C3"))  # refused by the service
    assert (answer.status_code, cases(), promises()) == (422, [], [])


@pytest.mark.own_app
def test_case_and_promise_are_one_transaction(sign_in, aoi, typed, app, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    aois, sent = sign_in(aoi), {**typed(), "request_key": str(uuid.uuid4())}

    def fail(*_args, **_more):
        raise RuntimeError("the light goes out")

    monkeypatch.setattr(service, "promise", fail)
    assert aois.send(NEW, sent).status_code == 500
    assert (cases(), promises()) == ([], [])
    monkeypatch.undo()


def test_a_double_click_on_the_first_case_of_the_year_files_one_case(sign_in, aoi, typed):
    aois, sent = sign_in(aoi), {**typed(), "request_key": str(uuid.uuid4())}
    answers = [aois.send(NEW, sent) for _ in range(3)]
    assert [a.location for a in answers] == [f"/cases/{cases()[0].id}"] * 3
    assert (len(cases()), promises()) == (1, [(aoi.person_id, 2026)])


def test_the_promise_given_twice_is_one(app, aoi, clock):
    for _ in range(2):
        service.promise(2026, by=aoi, at=clock.now())
        db.session.commit()
    assert promises() == [(aoi.person_id, 2026)]
    assert service.has_promised(aoi.person_id, 2026)
    assert not service.has_promised(aoi.person_id, 2027)
