"""Who opened what is known, and reading writes nothing itself."""

import threading

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.models import SignInSession
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.db import WRITING, db
from tracker.core.traces import AccessTrace
from tracker.notifications.models import Notice

pytestmark = pytest.mark.both


def opened(how=traces.How.OPENED):
    """Person, subject and id of every trace that is stored."""
    rows = db.session.scalars(
        sa.select(AccessTrace).where(AccessTrace.how == how).order_by(AccessTrace.id)
    )
    found = [(row.person_id, row.subject, row.subject_id) for row in rows]
    db.session.rollback()
    return found


def test_opening_a_case_is_recorded(sign_in, aoi):
    case = factories.make_case(by=aoi)
    sign_in(aoi).get(f"/cases/{case.id}")
    traces.writer.flush()
    assert opened() == [(aoi.person_id, "cases", case.id)]


def test_opening_a_case_to_sort_it_is_recorded(sign_in, aoi, sato):
    case = factories.make_case(by=aoi)
    sign_in(sato).get(f"/triage/{case.id}")
    traces.writer.flush()
    assert opened() == [(sato.person_id, "cases", case.id)]


def test_each_opening_is_recorded_with_its_time(sign_in, clock, aoi):
    case = factories.make_case(by=aoi)
    browser = sign_in(aoi)
    browser.get(f"/cases/{case.id}")
    second = clock.move(minutes=2)
    browser.get(f"/cases/{case.id}")
    traces.writer.flush()
    times = sa.select(AccessTrace.at).order_by(AccessTrace.id)
    assert db.session.scalars(times).all()[1] == second
    assert len(opened()) == 2


def test_the_reading_itself_writes_nothing(sign_in, statements, aoi):
    case = factories.make_case(by=aoi)
    browser = sign_in(aoi)
    with statements() as seen:
        browser.get(f"/cases/{case.id}")
    assert not [s for s in seen if s.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert opened() == []


def test_a_stranger_who_may_not_open_it_is_noted_as_refused(sign_in, aoi, ono):
    case = factories.make_case(by=aoi)
    sign_in(ono).get(f"/cases/{case.id}")
    traces.writer.flush()
    assert opened() == []
    assert opened(traces.How.REFUSED) == [(ono.person_id, "cases", case.id)]


def test_a_list_is_no_opening_of_its_cases(sign_in, aoi):
    factories.make_case(by=aoi)
    sign_in(aoi).get("/cases/")
    traces.writer.flush()
    assert opened() == []


def test_reading_the_case_marks_its_notice_as_read(sign_in, clock, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    clock.move(minutes=16)
    sign_in(aoi).get(f"/cases/{case.id}")
    traces.writer.flush()
    assert db.session.scalar(sa.select(Notice.read_at)) == clock.now()


def _last_seen():
    return db.session.scalar(sa.select(SignInSession.last_seen_at))


@pytest.mark.parametrize(("minutes", "is_noted"), [(0.5, False), (2, True)])
def test_when_somebody_was_last_here_is_noted_once_a_minute(sign_in, clock, aoi, minutes, is_noted):
    browser = sign_in(aoi)
    clock.move(minutes=minutes)
    browser.get("/")
    traces.writer.flush()
    assert (_last_seen() == clock.now()) is is_noted


def test_traces_of_many_are_stored_in_one_go(sign_in, statements, aoi):
    cases = [factories.make_case(by=aoi) for _case in range(3)]
    browser = sign_in(aoi)
    for case in cases:
        browser.get(f"/cases/{case.id}")
    begun = []

    def note(connection):
        begun.append(connection)

    sa.event.listen(db.engine, "begin", note)
    traces.writer.flush()
    sa.event.remove(db.engine, "begin", note)
    assert (len(begun), len(opened())) == (1, 3)


def test_storing_twice_stores_once(sign_in, aoi):
    sign_in(aoi).get(f"/cases/{factories.make_case(by=aoi).id}")
    traces.writer.flush()
    assert (traces.writer.flush(), len(opened())) == (0, 1)


def test_storing_from_a_request_that_only_reads_works_and_changes_nothing_there(app, aoi):
    traces.opened(aoi.person_id, "cases", 1, at=the_clock.now())
    db.session.rollback()
    token = WRITING.set(False)
    traces.writer.flush()
    assert WRITING.get() is False
    WRITING.reset(token)
    assert opened() == [(aoi.person_id, "cases", 1)]


def test_traces_are_stored_while_the_server_runs(app, aoi):
    writer, stored = traces.TraceWriter(), threading.Event()
    writer.init_app(app)
    db.session.rollback()
    sa.event.listen(db.engine, "commit", lambda _connection: stored.set())
    writer.start()
    writer.hand(
        sa.insert(AccessTrace).values(
            at=the_clock.now(), person_id=aoi.person_id, subject="cases", subject_id=7
        )
    )
    assert stored.wait(5)
    writer.stop()
    for thread in threading.enumerate():
        if thread.name == "traces":
            thread.join(5)
    assert opened() == [(aoi.person_id, "cases", 7)]


def test_stopping_the_server_stores_what_waits(app, aoi):
    writer = traces.TraceWriter()
    writer.init_app(app)
    writer.hand(
        sa.insert(AccessTrace).values(
            at=the_clock.now(), person_id=aoi.person_id, subject="cases", subject_id=7
        )
    )
    db.session.rollback()
    writer.stop()
    assert opened() == [(aoi.person_id, "cases", 7)]


def test_what_could_not_be_stored_is_stored_later(app, aoi):
    def refuse(_connection):
        raise sa.exc.OperationalError("BEGIN", None, Exception("locked"))

    traces.opened(aoi.person_id, "cases", 1, at=the_clock.now())
    db.session.rollback()
    sa.event.listen(db.engine, "begin", refuse)
    with pytest.raises(sa.exc.OperationalError):
        traces.writer.flush()
    sa.event.remove(db.engine, "begin", refuse)
    traces.writer.flush()
    assert opened() == [(aoi.person_id, "cases", 1)]
