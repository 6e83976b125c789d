"""While somebody of the centre is away, cases in their hands stand before whoever stands in."""

from datetime import timedelta

import pytest

from tests import factories
from tests.factories import person_called
from tests.intake.test_inbox import shown, whys
from tracker.accounts.roles import Role
from tracker.actions.work import holding
from tracker.actions.work.holding import DelegationDraft
from tracker.cases import assigning
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.notifications import service as notifications
from tracker.notifications.models import Event, Notice
from tracker.notifications.service import About


@pytest.fixture
def hoshino(app):
    """A colleague of Sato's."""
    return person_called("hoshino")


@pytest.fixture
def away(app, sato, hoshino):
    """Sato is away today and tomorrow, and Hoshino stands in."""
    today = the_clock.today()
    draft = DelegationDraft(hoshino.person_id, today, today + timedelta(days=1))
    made = holding.delegate(draft, by=sato, at=the_clock.now(), today=today)
    db.session.commit()
    return made


def give(case, person, by):
    """The case is in this person's hands."""
    among = assigning.assignable(by.area_ids(Role.CENTRE), today=the_clock.today())
    assigning.assign_case(case, person.person_id, among=among, by=by, at=the_clock.now())
    db.session.commit()


def test_satos_cases_stand_before_hoshino_while_she_is_away(
    sign_in, clock, aoi, sato, hoshino, nishi, away
):
    mine, others = factories.make_case(aoi), factories.make_case(aoi)
    give(mine, sato, sato)
    browser = sign_in(hoshino)
    page = browser.get("/triage/?part=accept&assigned=me").text
    assert shown(page) == [mine.number]
    assert "stands_in" in whys(page, mine.number)
    assert shown(browser.get("/triage/?part=accept&why=stands_in").text) == [mine.number]
    assert mine.number in sign_in(sato).get("/triage/?part=accept&assigned=me").text
    assert mine.number not in sign_in(nishi).get("/triage/?part=accept").text
    clock.move(days=2)
    assert mine.number not in sign_in(hoshino).get("/triage/?part=accept&assigned=me").text
    assert others.number not in page


def heard(person, event):
    rows = db.session.query(Notice).filter_by(person_id=person.person_id, event=event)
    return rows.count()


@pytest.mark.both
def test_work_that_waits_for_sato_is_told_to_hoshino_and_what_is_hers_alone_is_not(
    app, clock, sato, hoshino, away
):
    account = factories.queries.find_person("sato")
    for event, told in ((Event.AGREEMENT_ENDING, 1), (Event.EXPORT_AGREED, 0)):
        about = About("R8-1", "/actions/agreements/")
        notifications.tell([account], event, about, act="first", at=the_clock.now())
        db.session.commit()
        assert (heard(sato, event), heard(hoshino, event)) == (1, told)
    clock.move(days=2)
    notifications.tell([account], Event.WATCH_DUE, about, act="later", at=the_clock.now())
    db.session.commit()
    assert (heard(sato, Event.WATCH_DUE), heard(hoshino, Event.WATCH_DUE)) == (1, 0)
